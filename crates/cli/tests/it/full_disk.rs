//! A disk that is full, on SQLite: the file may not grow beyond a limit, which is an error of the system's, or the end of the program.

use std::process::{Command, Stdio};

use super::support::{DATASOURCE, Project, Ran};

/// Beyond what the history needs, and less than the rows need.
const ROOM: &str = "--fsize=1000000";

const ROWS: &str =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)";

fn project() -> Project {
    let project = Project::empty();
    project.write("app.schema", DATASOURCE);
    let scripts = [
        "CREATE TABLE log (what TEXT);\nCREATE TABLE big (n INTEGER, pad TEXT);".to_owned(),
        format!(
            "-- relata: no-transaction\nINSERT INTO log VALUES ('one');\n{ROWS} INSERT INTO big SELECT i, printf('%500d', i) FROM n;\n\
             INSERT INTO log VALUES ('two');"
        ),
        format!(
            "INSERT INTO log VALUES ('three');\nCREATE TABLE more AS {ROWS} SELECT i, printf('%500d', i) AS pad FROM n;"
        ),
    ];
    for (number, script) in (1..).zip(scripts) {
        project.write(&format!("migrations/{number}_m/migration.sql"), script);
    }
    project
}

/// Deploys with little room. Where the signal is not ignored, the system ends the program in the middle of a write.
fn deploy(project: &Project, to: &str, is_killed: bool) -> Ran {
    let mut command = Command::new("env");
    if !is_killed {
        command.arg("--ignore-signal=XFSZ");
    }
    let output = command
        .args(["prlimit", ROOM, env!("CARGO_BIN_EXE_relata")])
        .args(["migrate", "deploy", "--to", to])
        .current_dir(project.path())
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    Ran::of(output, &[], &[])
}

#[test]
fn a_disk_that_is_full_is_told_and_gone_on_with() {
    let undisturbed = project();
    undisturbed.relata(&["migrate", "deploy"]).ok();
    for is_killed in [false, true] {
        let project = project();
        for (name, statement) in [("2_m", "statement 2 of 3"), ("3_m", "statement 2 of 2")] {
            for _ in 0..2 {
                let ran = deploy(&project, name, is_killed);
                if is_killed {
                    assert_eq!(ran.status, -1, "{ran:?}");
                } else {
                    ran.fails("R2110", &[name, statement]);
                }
            }
            let status = project.relata(&["migrate", "status"]);
            assert!(
                status.status == 1 && status.stdout.contains(name),
                "{status:?}"
            );
            project.relata(&["migrate", "deploy", "--to", name]).ok();
        }
        project.relata(&["migrate", "status"]).ok();
        for sql in [
            "SELECT name, sql FROM sqlite_schema ORDER BY name",
            "SELECT what FROM log",
            "SELECT COUNT(*), SUM(n) FROM big",
            "SELECT COUNT(*), SUM(LENGTH(pad)) FROM more",
            "SELECT migration_name, applied_steps_count, logs IS NULL FROM _relata_migrations",
            "PRAGMA integrity_check",
        ] {
            assert_eq!(project.rows(sql), undisturbed.rows(sql), "{sql}");
        }
    }
}
