//! `relata migrate deploy`, `status` and `resolve`.

use std::fmt::Write as _;

use relata_testing::{Database, Mariadb, Postgres};

use crate::at_url::provider;
use crate::support::Project;

const FIRST: &str = "migrations/1_first/migration.sql";
const SECOND: &str = "migrations/2_second/migration.sql";

fn both(hint: &str) -> [Database; 2] {
    [
        Postgres::from_env().fresh_database(hint),
        Mariadb::from_env().fresh_database(hint),
    ]
}

/// A project whose database is this one; the URL reaches it by a variable.
fn project(database: &Database) -> Project {
    let project = Project::empty();
    let provider = provider(&database.url());
    project.schema_at_url(provider, "");
    project.lock(provider);
    project.write(
        FIRST,
        "CREATE TABLE a (b INT);\nINSERT INTO a VALUES (1);\n",
    );
    project.write(SECOND, "ALTER TABLE a ADD c INT;\nUPDATE a SET c = 2;\n");
    project
}

#[test]
fn a_deploy_from_empty() {
    for database in both("deploy") {
        let (project, url) = (project(&database), database.url());
        let run = |args: &[&str]| {
            let args = [&["migrate"], args].concat();
            // MariaDB's lock is the whole server's.
            project.relata_with(&args, &[("URL", &url)])
        };
        let status = run(&["status"]);
        assert_eq!(status.status, 1, "{status:?}");
        assert!(
            status
                .stdout
                .contains("Not yet applied:\n  1_first\n  2_second"),
            "{status:?}"
        );

        let dry = run(&["deploy", "--dry-run", "--to", "1_first"]).ok();
        let how = if url.starts_with("postgres") {
            "in one transaction"
        } else {
            "in steps"
        };
        assert_eq!(
            dry.stdout,
            format!("Would apply 1_first: 2 statements, {how}\n")
        );
        let dry = run(&["deploy", "--dry-run", "--format", "json"]).ok();
        assert!(dry.stdout.contains("\"inOneTransaction\""), "{dry:?}");
        assert!(!database.dump().contains("TABLE"));

        let one = run(&[
            "deploy",
            "--to",
            "1_first",
            "--wait",
            "60",
            "--lock-timeout",
            "2.5",
        ])
        .ok();
        assert!(
            one.stdout.contains("Applied 1_first\n") && !one.stdout.contains("2_second"),
            "{one:?}"
        );
        let rest = run(&["deploy", "--wait", "60", "--format", "json"]).ok();
        let json: serde_json::Value = serde_json::from_str(&rest.stdout).unwrap();
        assert_eq!(json["applied"], serde_json::json!(["2_second"]));
        let nothing = run(&["deploy"]).ok();
        assert_eq!(nothing.stdout, "No pending migrations to apply.\n");
        let status = run(&["status"]).ok();
        assert!(status.stdout.contains("up to date"), "{status:?}");
        assert_eq!(
            database.query("SELECT b, c FROM a"),
            [[Some("1".to_owned()), Some("2".to_owned())]]
        );
    }
}

#[test]
fn a_failure_is_told_and_resolved() {
    for database in both("resolve") {
        let (project, url) = (project(&database), database.url());
        let run = |args: &[&str]| {
            let args = [&["migrate"], args, &["--wait", "60"]].concat();
            project.relata_with(&args, &[("URL", &url)])
        };
        project.write(
            SECOND,
            "ALTER TABLE a ADD c INT;\nUPDATE nowhere SET c = 2;\n",
        );
        let failed = run(&["deploy"]).fails(
            "R2110",
            &["2_second", "statement 2 of 2, line 2", "P3018", "nowhere"],
        );
        assert!(failed.stdout.contains("Applied 1_first\n"), "{failed:?}");
        let secret = url.split_once('@').unwrap().0.rsplit_once(':').unwrap().1;
        assert!(!format!("{failed:?}").contains(secret));

        run(&["resolve", "--applied", "3_none"]).fails("R2116", &["P3017"]);
        run(&["resolve", "--rolled-back", "1_first"]).fails("R2119", &["P3012"]);
        run(&["resolve", "--rolled-back", "9"]).fails("R2118", &["P3011"]);
        run(&["resolve", "--applied", "1_first"]).fails("R2117", &["P3008"]);
        let resolved = run(&["resolve", "--applied", "2_second"]).ok();
        assert_eq!(resolved.stdout, "Migration 2_second marked as applied.\n");
        run(&["deploy"]).ok();

        project.write(FIRST, "CREATE TABLE a (edited INT);\n");
        run(&["deploy"]).fails("R2108", &["1_first"]);
    }
}

/// `directUrl` is where migrations run.
#[test]
fn the_direct_url_is_taken() {
    let database = Postgres::from_env().fresh_database("direct");
    let project = project(&database);
    project.write(
        "app.schema",
        "datasource db {\n  provider = \"postgresql\"\n  url = \"postgresql://nobody@127.0.0.1:1/pooled\"\n  directUrl = env(\"URL\")\n}\n",
    );
    let url = database.url();
    project
        .relata_with(&["migrate", "deploy"], &[("URL", &url)])
        .ok();
    project
        .relata_with(&["migrate", "status"], &[("URL", &url)])
        .ok();
    let pooled = format!("{url}?pgbouncer=true");
    project
        .relata_with(&["migrate", "deploy"], &[("URL", &pooled)])
        .fails("R2024", &["directUrl"]);
}

/// Eight programs at once: one applies, and the others find nothing to do.
#[test]
fn eight_programs_at_once() {
    for database in both("programs") {
        let (project, url) = (project(&database), database.url());
        project.write(
            "migrations/3_third/migration.sql",
            "-- relata: no-transaction\nCREATE INDEX i ON a (b);\nINSERT INTO a (b) VALUES (3);\nINSERT INTO a (b) VALUES (4);",
        );
        let run = || {
            let args = ["migrate", "deploy", "--wait", "120", "--format", "json"];
            let ran = project.relata_with(&args, &[("URL", &url)]).ok();
            let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
            json["applied"].as_array().unwrap().len()
        };
        let mut applied: Vec<usize> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(run)).collect();
            threads.into_iter().map(|it| it.join().unwrap()).collect()
        });
        applied.sort_unstable();
        assert_eq!(applied, [0, 0, 0, 0, 0, 0, 0, 3]);
        let count = database.query("SELECT count(*) FROM a");
        assert_eq!(count, [[Some("3".to_owned())]]);
    }
}

/// What is waited for is told, and who holds it.
#[test]
fn a_wait_is_told() {
    let database = Postgres::from_env().fresh_database("wait");
    let (project, url) = (project(&database), database.url());
    let holder = std::thread::scope(|scope| {
        let held = scope.spawn(|| {
            database.run("SET application_name = 'holder'; SELECT pg_advisory_lock(72707369); SELECT pg_sleep(4)")
        });
        let started = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'holder' AND query LIKE '%pg_sleep%' AND datname = current_database()";
        while database.query(started) != [[Some("1".to_owned())]] {}
        let args = ["migrate", "deploy", "--wait", "0.2"];
        project.relata_with(&args, &[("URL", &url)]).fails(
            "R2111",
            &["Waiting up to 0.2 s", "P1002", "application `holder`"],
        );
        let free = [
            ("URL", url.as_str()),
            ("PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK", "1"),
        ];
        project.relata_with(&["migrate", "deploy"], &free).ok();
        held.join().unwrap()
    });
    holder.unwrap();
}

/// The rows that Prisma would read: checksums that the server itself makes of the files' bytes, ids, counts and times as its engine writes them.
#[test]
fn rows_are_what_prisma_reads() {
    for database in both("rows") {
        let (project, url) = (project(&database), database.url());
        let run =
            |args: &[&str]| project.relata_with(&[&["migrate"], args].concat(), &[("URL", &url)]);
        let is_postgres = url.starts_with("postgres");
        let second =
            "-- é, and no newline of ours\r\nALTER TABLE a ADD c INT;\r\nUPDATE a SET c = 2;\r\n";
        project.write(SECOND, second);
        // Prisma's table, as `migrate dev` of Prisma leaves it, with what came before.
        let table = if is_postgres {
            "CREATE TABLE \"_prisma_migrations\" (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, \
             migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), \
             applied_steps_count INTEGER NOT NULL DEFAULT 0)"
        } else {
            "CREATE TABLE `_prisma_migrations` (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at DATETIME(3), \
             migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at DATETIME(3), \
             started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0) \
             DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
        };
        database.run(table).unwrap();
        run(&["deploy", "--wait", "60"]).ok();
        for (name, file) in [("1_first", FIRST), ("2_second", SECOND)] {
            let text = project.read(file);
            // The server reads no escapes in these.
            let mut hex = String::new();
            for byte in text.bytes() {
                let _ = write!(hex, "{byte:02x}");
            }
            let sum = if is_postgres {
                format!("encode(sha256(decode('{hex}', 'hex')), 'hex')")
            } else {
                format!("SHA2(X'{hex}', 256)")
            };
            let is_uuid = "'^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'";
            let matches = if is_postgres { "~" } else { "REGEXP" };
            let sound = format!(
                "SELECT CASE WHEN checksum = {sum} AND id {matches} {is_uuid} AND applied_steps_count > 0 AND logs IS NULL \
                 AND rolled_back_at IS NULL AND started_at <= finished_at THEN 'sound' ELSE 'not' END \
                 FROM _prisma_migrations WHERE migration_name = '{name}'"
            );
            assert_eq!(
                database.query(&sound),
                [[Some("sound".to_owned())]],
                "{name}"
            );
        }
        assert!(!database.dump().contains("_relata_migrations"));

        // A migration that failed half-way in Prisma's hands stands in the way, is told with what Prisma wrote of it, and is resolved.
        project.write(
            "migrations/3_third/migration.sql",
            "CREATE TABLE third (b INT);\nINSERT INTO third VALUES (1);\n",
        );
        database
            .run(
                "CREATE TABLE third (b INT); INSERT INTO _prisma_migrations (id, checksum, migration_name, logs) \
                 VALUES ('7b2d2b0e-0000-4000-8000-000000000000', 'x', '3_third', 'A migration failed to apply: boom')",
            )
            .unwrap();
        let status = run(&["status"]);
        assert!(
            status.status == 1
                && status.stdout.contains("3_third")
                && status.stdout.contains("boom"),
            "{status:?}"
        );
        run(&["deploy", "--wait", "60"]).fails("R2106", &["P3009", "3_third", "boom"]);
        run(&["resolve", "--rolled-back", "3_third", "--wait", "60"]).ok();
        database.run("DROP TABLE third").unwrap();
        run(&["deploy", "--wait", "60"]).ok();
        run(&["status"]).ok();
        let kept = "SELECT COUNT(*), COUNT(rolled_back_at), COUNT(finished_at) FROM _prisma_migrations WHERE migration_name = '3_third'";
        let counts = ["2", "1", "1"].map(|it| Some(it.to_owned()));
        assert_eq!(database.query(kept), [counts]);
    }
}
