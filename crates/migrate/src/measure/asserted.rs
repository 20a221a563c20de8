use relata_script::{Dialect, split};

use super::mysql::clause;
use super::{Algorithm, Measured, OnlineLock};

/// A script whose statements ask for the way in which they were measured, where that keeps nobody out (MySQL, MariaDB): a server that would have
/// to copy the table after all, or to lock it, refuses them before it begins. None where there is nothing to ask for.
///
/// `INPLACE` stands for `NOCOPY`, which is MariaDB's word, and takes whatever is at least as cheap. `INSTANT` goes without `LOCK`, since MySQL
/// takes no other than its own with it (manual, "ALTER TABLE Statement").
pub(crate) fn asserted(script: &str, measured: &[Measured]) -> Option<String> {
    let mut out = String::with_capacity(script.len());
    let mut done = 0;
    for (statement, measured) in split(Dialect::Mysql, script).iter().zip(measured) {
        let Some(online) = measured.online else {
            continue;
        };
        let ways: &[&str] = match (online.algorithm, online.lock) {
            (Algorithm::Instant, _) => &["ALGORITHM=INSTANT"],
            (Algorithm::Nocopy | Algorithm::Inplace, OnlineLock::None) => {
                &["ALGORITHM=INPLACE", "LOCK=NONE"]
            }
            _ => continue,
        };
        let Some((bare, comma)) = clause(statement.text()) else {
            continue;
        };
        let start = statement.range.start;
        out.push_str(&script[done..start]);
        out.push_str(&bare);
        for way in ways {
            out.push_str(comma);
            out.push_str(if bare.contains('\n') { "\n    " } else { " " });
            out.push_str(way);
        }
        done = start + statement.text().trim_end_matches(';').len();
    }
    (done > 0).then(|| out + &script[done..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Online;

    #[test]
    fn what_keeps_nobody_out_is_asked_for() {
        let script = "-- AlterTable\nALTER TABLE `a` ADD COLUMN `b` INTEGER NULL,\n    DROP COLUMN `c`;\n\n-- CreateIndex\nCREATE INDEX `i` ON `a`(`b`);\n\n-- DropIndex\nDROP INDEX `j` ON `a`;\n\n-- AlterTable\nALTER TABLE `a` MODIFY `b` BIGINT NULL;\n";
        let ways = [
            (Algorithm::Instant, OnlineLock::None),
            (Algorithm::Nocopy, OnlineLock::None),
            (Algorithm::Inplace, OnlineLock::None),
            (Algorithm::Copy, OnlineLock::Shared),
        ];
        let measured = ways.map(|(algorithm, lock)| Measured {
            online: Some(Online { algorithm, lock }),
            ..Measured::default()
        });
        assert_eq!(
            asserted(script, &measured).unwrap(),
            "-- AlterTable\nALTER TABLE `a` ADD COLUMN `b` INTEGER NULL,\n    DROP COLUMN `c`,\n    ALGORITHM=INSTANT;\n\n-- CreateIndex\nCREATE INDEX `i` ON `a`(`b`) ALGORITHM=INPLACE LOCK=NONE;\n\n-- DropIndex\nALTER TABLE `a` DROP INDEX `j`, ALGORITHM=INPLACE, LOCK=NONE;\n\n-- AlterTable\nALTER TABLE `a` MODIFY `b` BIGINT NULL;\n"
        );
        assert_eq!(asserted(script, &[]), None);
    }
}
