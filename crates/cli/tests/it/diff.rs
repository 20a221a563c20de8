//! `migrate diff`, from and to each kind of source.

use super::support::Project;

const ONE: &str = "model A {\n  id Int @id\n}\n";
const TWO: &str = "model A {\n  id Int    @id\n  b  String @default(\"x\")\n}\n";

#[test]
fn every_source_can_stand_on_either_side() {
    let project = Project::new(ONE);
    project.dev("init").ok();
    project.schema(TWO);
    let diff = |args: &[&str]| project.relata(&[&["migrate", "diff", "--script"], args].concat());
    let script = diff(&[
        "--from-migrations",
        "migrations",
        "--to-schema",
        "app.schema",
    ])
    .ok()
    .stdout;
    assert!(
        script.contains("ADD COLUMN") || script.contains("new_A"),
        "{script}"
    );
    let from_database = diff(&["--from-url", "file:dev.db", "--to-schema", "app.schema"])
        .ok()
        .stdout;
    assert_eq!(script, from_database);
    let older_spelling = diff(&[
        "--from-url",
        "file:dev.db",
        "--to-schema-datamodel",
        "app.schema",
    ])
    .ok()
    .stdout;
    assert_eq!(script, older_spelling);
    let create = diff(&["--from-empty", "--to-schema", "app.schema"])
        .ok()
        .stdout;
    assert!(
        create.starts_with("-- CreateTable\nCREATE TABLE \"A\""),
        "{create}"
    );
    let drop = diff(&["--from-schema", "app.schema", "--to-empty"])
        .ok()
        .stdout;
    assert!(drop.contains("DROP TABLE \"A\""), "{drop}");
}

#[test]
fn the_exit_status_tells_when_asked() {
    let project = Project::new(ONE);
    project.write("two.schema", format!("{}{TWO}", super::support::DATASOURCE));
    let status = |from: &str, to: &str| {
        project
            .relata(&[
                "migrate",
                "diff",
                "--from-schema",
                from,
                "--to-schema",
                to,
                "--exit-code",
            ])
            .status
    };
    assert_eq!(status("app.schema", "app.schema"), 0);
    assert_eq!(status("app.schema", "two.schema"), 2);
    assert_eq!(status("app.schema", "nope.schema"), 1);
}

#[test]
fn a_script_can_go_to_a_file() {
    let project = Project::new(ONE);
    project
        .relata(&[
            "migrate",
            "diff",
            "--from-empty",
            "--to-schema",
            "app.schema",
            "--script",
            "-o",
            "out.sql",
        ])
        .ok();
    assert!(project.read("out.sql").starts_with("-- CreateTable"));
}

#[test]
fn what_cannot_be_compared_is_told() {
    let project = Project::new(ONE);
    project.write(
        "pg.schema",
        format!("datasource db {{\n  provider = \"postgresql\"\n}}\n{ONE}"),
    );
    let diff = |args: &[&str]| project.relata(&[&["migrate", "diff"], args].concat());
    diff(&["--from-schema", "app.schema", "--to-schema", "pg.schema"])
        .fails("R6002", &["sqlite", "postgresql"]);
    diff(&["--from-empty", "--to-empty"]).fails("R7010", &[]);
    diff(&["--from-empty"]).fails("R7012", &["--to-schema"]);
    diff(&["--from-migrations", "nope", "--to-schema", "app.schema"]).fails("R7011", &["nope"]);
    // Port 1 is nobody's: refused at once.
    for url in [
        "postgresql://ann:s3cr3t@127.0.0.1:1/app",
        "mysql://ann:s3cr3t@127.0.0.1:1/app",
    ] {
        let ran = diff(&["--from-empty", "--to-url", url]);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.stderr.contains("error[R2"), "{}", ran.stderr);
        assert!(ran.stderr.contains("127.0.0.1:1"), "{}", ran.stderr);
        assert!(!format!("{ran:?}").contains("s3cr3t"), "{ran:?}");
    }
    project.write("migrations/migration_lock.toml", "provider = \"mysql\"\n");
    diff(&["--from-migrations", "migrations", "--to-empty"])
        .fails("R6014", &["--shadow-database-url"]);
}

#[test]
fn the_three_dialects_are_written() {
    let project = Project::empty();
    for (provider, quoted) in [
        ("postgresql", "\"A\""),
        ("mysql", "`A`"),
        ("sqlite", "\"A\""),
    ] {
        project.write(
            "app.schema",
            format!("datasource db {{\n  provider = \"{provider}\"\n}}\n{ONE}"),
        );
        let ran = project
            .relata(&[
                "migrate",
                "diff",
                "--from-empty",
                "--to-schema",
                "app.schema",
                "--script",
            ])
            .ok();
        assert!(
            ran.stdout.contains(&format!("CREATE TABLE {quoted}")),
            "{}",
            ran.stdout
        );
    }
}

#[test]
fn what_could_not_be_read_is_noted() {
    let project = Project::new(ONE);
    project.dev("init").ok();
    project
        .database()
        .execute_batch(
            "CREATE TABLE gone (id INT); CREATE VIEW broken AS SELECT id FROM gone;
            PRAGMA legacy_alter_table=ON; DROP TABLE gone;",
        )
        .unwrap();
    let args = ["migrate", "diff", "--from-empty", "--to-url", "file:dev.db"];
    let ran = project.relata(&args);
    assert!(ran.stderr.starts_with("note: "), "{ran:?}");
    assert!(!ran.stdout.contains("note: "), "{ran:?}");
    let ran = project.relata(&[&args[..], &["--format", "json"]].concat());
    assert_eq!(ran.stderr, "");
    assert!(
        ran.stdout
            .contains("\"notes\": [\n    \"the database has views"),
        "{ran:?}"
    );
}

#[test]
fn what_the_target_does_not_have_is_refused() {
    let project = Project::new(
        "model A {\n  id Int  @id\n  b  Int? @generated(\"id + 1\", stored: false)\n}\n",
    );
    let diff = |target: &str| {
        let args = [
            "migrate",
            "diff",
            "--from-empty",
            "--to-schema",
            "app.schema",
            "--target",
            target,
        ];
        project.relata(&args)
    };
    diff("sqlite 3.35").ok();
    diff("sqlite 3.30").fails("R3005", &["A.b", "sqlite 3.31", "sqlite 3.30"]);
    diff("postgresql 15").fails("R3003", &[]);
    assert!(diff("oracle 19").stderr.contains("is no target"));
}

#[test]
fn one_schema_is_compared_for_several_databases() {
    let project = Project::new(ONE);
    for (provider, says) in [
        ("sqlite", "\"id\" INTEGER NOT NULL PRIMARY KEY"),
        ("postgresql", "CONSTRAINT \"A_pkey\" PRIMARY KEY (\"id\")"),
        ("mysql", "`id` INTEGER NOT NULL"),
    ] {
        let args = [
            "migrate",
            "diff",
            "--from-empty",
            "--to-schema",
            "app.schema",
        ];
        let script = project
            .relata(&[&args[..], &["--script", "--provider", provider]].concat())
            .ok()
            .stdout;
        assert!(script.contains(says), "{provider}: {script}");
    }
}

/// SQL for CockroachDB is text: it is written, and nothing is read from or run on a server.
#[test]
fn cockroachdb_is_text() {
    let project = Project::new(ONE);
    let schema =
        |models: &str| format!("datasource db {{\n  provider = \"cockroachdb\"\n}}\n\n{models}");
    project.write("one.schema", schema(ONE));
    project.write("two.schema", schema(TWO));
    let diff = |from: &[&str], to: &[&str]| {
        project.relata(&[&["migrate", "diff", "--script"], from, to].concat())
    };
    let script = diff(
        &["--from-schema", "one.schema"],
        &["--to-schema", "two.schema"],
    );
    let expected =
        "-- AlterTable\nALTER TABLE \"A\" ADD COLUMN     \"b\" STRING NOT NULL DEFAULT 'x';\n";
    assert_eq!(script.ok().stdout, expected);
    let script = diff(&["--from-schema", "one.schema"], &["--to-empty"]);
    assert_eq!(
        script.ok().stdout,
        "-- DropTable\nDROP TABLE \"public\".\"A\";\n"
    );
    let two = ["--to-schema", "two.schema"];
    diff(&["--from-url", "postgresql://localhost:1/app"], &two).fails("R7041", &["text"]);
    project.write("migrations/0_init/migration.sql", String::new());
    diff(&["--from-migrations", "migrations"], &two).fails("R7041", &["migrate diff"]);
    project
        .relata(&[
            "db",
            "push",
            "--schema",
            "two.schema",
            "--url",
            "postgresql://localhost:1/app",
        ])
        .fails("R7041", &["CockroachDB"]);
    project.write(
        "pg.schema",
        schema(ONE).replace("cockroachdb", "postgresql"),
    );
    diff(&["--from-schema", "pg.schema"], &two).fails("R3003", &["postgresql", "cockroachdb"]);
}
