//! What is written for each kind of change, beside what Prisma writes for it.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use relata_schema::provider::Provider;
use relata_testing::snapshot;
use support::changes::{Reason, changes, digest, statements};

/// SQLite's memory of the last number given in a table that is made anew. Prisma forgets it, so that numbers of rows that are gone
/// are given again; it stands in every such script and is counted by itself.
const CARRIED_OVER: &str = "INSERT INTO \"sqlite_sequence\" ";

#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    all: usize,
    same: usize,
    /// The same but for what is carried over.
    carries: usize,
    keeps: usize,
    works: usize,
    spares: usize,
}

/// Compares with Prisma's statements by their checksums. A case that comes to be the same, or other, has to say so.
#[test]
fn statements_are_those_of_prisma() {
    let mut wrong = String::new();
    for (provider, expected) in [
        (Provider::Postgresql, POSTGRES),
        (Provider::Sqlite, SQLITE),
        (Provider::Mysql, MYSQL),
        (Provider::Cockroachdb, COCKROACH),
    ] {
        let mut count = Count::default();
        for change in changes(provider) {
            let plan = change.plan();
            let script = plan.script();
            assert!(plan.is_empty() || !change.is_spelling, "{script}");
            let written = statements(&script);
            let ours: Vec<String> = written
                .iter()
                .filter(|each| !each.starts_with(CARRIED_OVER))
                .cloned()
                .collect();
            let is_same = digest(&ours) == change.prisma;
            count.all += 1;
            match &change.differs {
                _ if is_same == change.differs.is_some() => {
                    let say = if is_same { "are" } else { "are not" };
                    let _ = writeln!(
                        wrong,
                        "{}/{} on {}: the statements {say} those of Prisma\n{script}",
                        change.subject,
                        change.name,
                        provider.name()
                    );
                }
                None if ours.len() < written.len() => count.carries += 1,
                None => count.same += 1,
                Some((Reason::Keeps, _)) => count.keeps += 1,
                Some((Reason::Works, _)) => count.works += 1,
                Some((Reason::Spares, _)) => count.spares += 1,
            }
        }
        assert!(wrong.is_empty(), "\n{wrong}");
        assert_eq!(count, expected, "{}", provider.name());
        // Where Prisma's statements would do as well, ours are other ones in one case of twenty at most.
        assert!(count.spares * 20 <= count.all, "{count:?}");
    }
}

const POSTGRES: Count = Count {
    all: 561,
    same: 470,
    carries: 0,
    keeps: 40,
    works: 38,
    spares: 13,
};

const SQLITE: Count = Count {
    all: 421,
    same: 201,
    carries: 205,
    keeps: 0,
    works: 13,
    spares: 2,
};

/// No server has run these; Prisma's own are the only measure.
const COCKROACH: Count = Count {
    all: 518,
    same: 379,
    carries: 0,
    keeps: 77,
    works: 55,
    spares: 7,
};

const MYSQL: Count = Count {
    all: 24,
    same: 22,
    carries: 0,
    keeps: 1,
    works: 1,
    spares: 0,
};

#[test]
fn changes_become_scripts() {
    for (provider, folder) in [
        (Provider::Postgresql, "postgres"),
        (Provider::Sqlite, "sqlite"),
        (Provider::Mysql, "mysql"),
        (Provider::Cockroachdb, "cockroachdb"),
    ] {
        let mut subjects: BTreeMap<String, String> = BTreeMap::new();
        for change in changes(provider) {
            let text = subjects.entry(change.subject.clone()).or_default();
            let _ = writeln!(text, "----- {}", change.name);
            if let Some((reason, why)) = &change.differs {
                let _ = writeln!(text, "({reason:?}: {why})");
            }
            let _ = writeln!(text, "{}\n\n{}", change.text, change.plan().script());
        }
        for (subject, text) in subjects {
            snapshot(&format!("sql/{folder}/changes/{subject}"), &text);
        }
    }
}
