//! Bad input: a clear error with a code, exit status 1, and nothing half-written.

use super::support::{DATASOURCE, Project};

const MODEL: &str = "model A {\n  id Int @id\n}\n";

#[test]
fn schemas_that_cannot_be_read() {
    let long = format!(
        "{DATASOURCE}model A {{\n  id Int @id {}\n}}\n",
        "x".repeat(1 << 20)
    );
    let brackets = vec![b'['; 1 << 20];
    let cases: [(&str, &[u8], &str, &[&str]); 9] = [
        (
            "binary",
            b"\x7fELF\x02\x01\x00\xff\xfe",
            "R5005",
            &["not UTF-8"],
        ),
        ("nul bytes", b"\0\0\0\0", "R5005", &["not UTF-8"]),
        ("empty", b"", "R7002", &["is empty"]),
        ("blank", b"  \n\n", "R7002", &["is empty"]),
        (
            "missing brace",
            b"datasource db {\n  provider = \"sqlite\"\n}\nmodel A {\n  id Int @id\n",
            "R0002",
            &["no closing brace", "app.schema:4"],
        ),
        (
            "unknown type",
            b"datasource db {\n  provider = \"sqlite\"\n}\nmodel A {\n  id Imt @id\n}\n",
            "R0007",
            &["did you mean `Int`", "app.schema:5"],
        ),
        ("no datasource", MODEL.as_bytes(), "", &["datasource"]),
        ("long line", long.as_bytes(), "R0001", &[]),
        ("brackets", &brackets, "R0001", &[]),
    ];
    for (name, text, code, words) in cases {
        let project = Project::empty();
        project.write("app.schema", text);
        let ran = project.relata(&["migrate", "dev", "--name", "init", "--url", "file:dev.db"]);
        assert_eq!(ran.status, 1, "{name}: {ran:?}");
        assert!(
            ran.stderr.contains(&format!("error[{code}")),
            "{name}: {}",
            ran.stderr
        );
        assert!(
            ran.stderr.len() < 20_000,
            "{name}: {} bytes of message",
            ran.stderr.len()
        );
        for word in words {
            assert!(
                ran.stderr.contains(word),
                "{name}: no `{word}` in {}",
                ran.stderr
            );
        }
        assert!(
            !project.exists("migrations") && !project.exists("db"),
            "{name}: {:?}",
            project.tree()
        );
    }
}

#[test]
fn schemas_that_are_not_there() {
    let project = Project::empty();
    project.relata(&["validate"]).fails("R7004", &["--schema"]);
    project
        .relata(&["validate", "--schema", "nope.schema"])
        .fails("R5001", &["nope.schema"]);
    project.write("folder/readme.txt", "no schema");
    project
        .relata(&["validate", "--schema", "folder"])
        .fails("R5004", &[".schema"]);
    project.write("a.schema", MODEL);
    project.write("b.schema", MODEL);
    project
        .relata(&["validate"])
        .fails("R7005", &["a.schema", "b.schema"]);
}

#[test]
fn folders_that_cannot_be_written() {
    let project = Project::new(MODEL);
    // A file where the folder should be stops even root.
    project.write("migrations", "in the way");
    let ran = project.dev("init");
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stderr.contains("migrations"), "{}", ran.stderr);
    assert_eq!(project.read("migrations"), "in the way");

    let project = Project::new(MODEL);
    project.write("out", "in the way");
    let ran = project.relata(&["generate", "--output", "out"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert_eq!(project.read("out"), "in the way");

    let ran = project.relata(&[
        "migrate",
        "dev",
        "--name",
        "init",
        "--url",
        "file:/proc/no/such.db",
    ]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stderr.contains("error[R2"), "{}", ran.stderr);
    assert!(project.migrations().is_empty());
}

#[test]
fn databases_that_cannot_be_used() {
    let project = Project::new(MODEL);
    project.write("dev.db", "this is no database, but long enough to have a header of its own ............................................");
    for command in [
        &["migrate", "dev", "--name", "init"][..],
        &["migrate", "deploy"],
        &["migrate", "status"],
    ] {
        let ran = project.relata(command);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.stderr.contains("not a database"), "{}", ran.stderr);
    }
    assert!(project.migrations().is_empty());
    assert!(project.read("dev.db").starts_with("this is no database"));

    let project = Project::new(MODEL);
    std::fs::create_dir(project.path().join("dev.db")).unwrap();
    let ran = project.dev("init");
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(project.migrations().is_empty());
}

#[test]
fn a_locked_database_is_waited_for_and_then_told() {
    let project = Project::new(MODEL);
    project.dev("init").ok();
    project.write(
        "migrations/29990101000000_more/migration.sql",
        "CREATE TABLE b (id INTEGER);",
    );
    let holder = project.database();
    holder
        .execute_batch("BEGIN EXCLUSIVE; CREATE TABLE held (id INTEGER)")
        .unwrap();
    let ran = project.relata(&["migrate", "deploy", "--url", "file:dev.db?socket_timeout=1"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stderr.contains("lock"), "{}", ran.stderr);
    holder.execute_batch("ROLLBACK").unwrap();
    project.relata(&["migrate", "deploy"]).ok();
}

#[test]
fn a_damaged_migrations_folder_is_told() {
    let project = Project::new(MODEL);
    project.dev("init").ok();
    std::fs::create_dir(project.path().join("migrations/29990101000000_empty")).unwrap();
    let ran = project.relata(&["migrate", "deploy"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stderr.contains("P3015"), "{}", ran.stderr);

    let project = Project::new(MODEL);
    project.write(
        "migrations/migration_lock.toml",
        "provider = \"postgresql\"\n",
    );
    let ran = project.dev("init");
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stderr.contains("P3019"), "{}", ran.stderr);
}

#[test]
fn other_databases_are_refused_in_words_and_without_their_password() {
    let project = Project::new(MODEL);
    for url in [
        // Port 1 is nobody's: whoever tries it is refused at once.
        "postgresql://ann:s3cr3t@127.0.0.1:1/app",
        "mysql://ann:s3cr3t@127.0.0.1:1/app",
        "nonsense://ann:s3cr3t@x",
    ] {
        for command in [
            &["migrate", "dev", "--name", "x"][..],
            &["migrate", "deploy"],
            &["migrate", "status"],
        ] {
            let ran = project.relata(&[command, &["--url", url]].concat());
            assert_eq!(ran.status, 1, "{ran:?}");
            assert!(ran.stderr.contains("error[R"), "{}", ran.stderr);
            assert!(!format!("{ran:?}").contains("s3cr3t"), "{ran:?}");
        }
    }
    project.write("env.schema", "datasource db {\n  provider = \"sqlite\"\n  url = env(\"MY_URL\")\n}\nmodel A {\n  id Int @id\n}\n");
    let status = |environment: &[(&str, &str)]| {
        project.relata_with(
            &["migrate", "status", "--schema", "env.schema"],
            environment,
        )
    };
    status(&[]).fails("R7003", &["MY_URL"]);
    let ran = status(&[("MY_URL", "postgresql://ann:s3cr3t@127.0.0.1:1/app")]);
    assert!(
        ran.status == 1 && !format!("{ran:?}").contains("s3cr3t"),
        "{ran:?}"
    );
}

#[test]
fn providers_that_are_no_target_say_so_once() {
    let project = Project::empty();
    project.write("app.schema", "datasource db {\n  provider = \"mongodb\"\n  url = \"mongodb://x\"\n}\nmodel A {\n  id String @id @map(\"_id\") @db.ObjectId\n}\n");
    let ran = project.relata(&["validate"]).fails("R0030", &["MongoDB"]);
    assert_eq!(
        ran.stderr.matches("error[R0030]").count(),
        2,
        "once in the frame, once as the last line: {}",
        ran.stderr
    );
}

#[test]
fn json_is_json_also_for_failures() {
    let project = Project::empty();
    let ran = project.relata(&["validate", "--format", "json"]);
    assert_eq!(ran.status, 1);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(value["error"]["code"], "R7004");
    project.schema("model A {\n  id Imt @id\n}\n");
    let ran = project.relata(&["validate", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(
        (ran.status, &value["parsed"], &value["valid"]),
        (1, &true.into(), &false.into())
    );
    assert_eq!(value["diagnostics"][0]["code"], "R0007");
    assert_eq!(value["diagnostics"][0]["line"], 7);
}
