//! `db execute`: a script as it is.

use super::support::Project;

#[test]
fn a_script_runs_statement_by_statement_and_a_failure_names_its_line() {
    let project = Project::new("model A {\n  id Int @id\n}\n");
    project.write(
        "ok.sql",
        "-- first\nCREATE TABLE t (a TEXT);\nCREATE TRIGGER g AFTER INSERT ON t BEGIN\n  UPDATE t SET a = 'x;y';\nEND;\nINSERT INTO t VALUES ('z');\n",
    );
    let ran = project.relata(&["db", "execute", "--file", "ok.sql"]).ok();
    assert!(ran.stdout.contains("Ran 3 statements."), "{}", ran.stdout);
    assert_eq!(project.rows("SELECT a FROM t"), ["x;y"]);

    project.write(
        "bad.sql",
        "INSERT INTO t VALUES ('kept');\n\nINSERT INTO nowhere VALUES (1);\nDROP TABLE t;\n",
    );
    let ran = project.relata(&["db", "execute", "--file", "bad.sql", "--url", "file:dev.db"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        ran.stderr.contains("bad.sql:3:") && ran.stderr.contains("1 statement ran before it"),
        "{}",
        ran.stderr
    );
    assert_eq!(project.rows("SELECT COUNT(*) FROM t"), ["2"]);
}

#[test]
fn what_cannot_be_read_or_reached_is_told() {
    let project = Project::new("model A {\n  id Int @id\n}\n");
    project
        .relata(&["db", "execute", "--file", "nope.sql"])
        .fails("R7013", &["nope.sql"]);
    project.write("latin.sql", b"SELECT '\xe9'");
    project
        .relata(&["db", "execute", "--file", "latin.sql"])
        .fails("R7014", &["UTF-8"]);
    // Port 1 is nobody's: refused at once.
    for url in [
        "postgresql://ann:s3cr3t@127.0.0.1:1/app",
        "mysql://ann:s3cr3t@127.0.0.1:1/app",
    ] {
        project.write("one.sql", "SELECT 1");
        let ran = project.relata(&["db", "execute", "--file", "one.sql", "--url", url]);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.stderr.contains("error[R2"), "{}", ran.stderr);
        assert!(!format!("{ran:?}").contains("s3cr3t"), "{ran:?}");
    }
    let ran = project.relata(&["db", "execute"]);
    assert_eq!(ran.status, 2, "{ran:?}");
}
