//! What an operator does: wait for a server, back up, bring back, apply to many; and rows that are filled by a migration.

use super::dev::{Case, ONE};

#[test]
fn what_is_required_is_filled_in_three_phases() {
    for case in Case::both("fill") {
        case.schema(ONE);
        case.dev(&["--name", "one"]).ok();
        let item = case.quoted("\"Item\"");
        case.database
            .run(&format!(
                "INSERT INTO {item} (name, size) VALUES ('a', 1), ('b', NULL)"
            ))
            .expect("rows");
        case.schema("model Item {\n  id Int @id @default(autoincrement())\n  name String\n  size Int\n  flag Boolean\n  at DateTime\n}\n");
        case.dev(&["--name", "x"])
            .fails("R6009", &["Item.at=<value>'"]);
        let ran = case
            .dev(&[
                "--name",
                "strict",
                "--backfill",
                "Item.size=5",
                "--backfill",
                "Item.flag=true",
                "--backfill",
                "Item.at=2026-01-02 03:04:05",
            ])
            .ok();
        assert!(
            ran.stdout.contains("Proof: it leads to the schema"),
            "{ran:?}"
        );
        let found = case
            .database
            .query(&format!("SELECT size FROM {item} WHERE flag ORDER BY id"));
        assert_eq!(found, [[Some("1".to_owned())], [Some("5".to_owned())]]);
        let by = case.quoted("-- relata: backfill by \"id\"");
        assert!(
            case.last("migration.sql").contains(&by),
            "{}",
            case.last("migration.sql")
        );
        let ran = case.dev(&[]).ok();
        assert!(ran.stdout.contains("in sync"), "{ran:?}");
        // The file runs on another database, too, and as plain SQL.
        case.relata(&["migrate", "reset", "--force"]).ok();
        let ran = case.dev(&[]).ok();
        assert!(ran.stdout.contains("in sync"), "{ran:?}");
    }
}

#[test]
fn a_database_is_saved_and_brought_back() {
    for case in Case::both("backup") {
        case.schema(ONE);
        case.dev(&["--name", "one"]).ok();
        let item = case.quoted("\"Item\"");
        case.database
            .run(&format!(
                "INSERT INTO {item} (name, size) VALUES ('a', 1), ('b', NULL)"
            ))
            .expect("rows");
        let before = case.database.dump();
        case.project.write(
            "migrations/29990101000000_bad/migration.sql",
            format!("DELETE FROM {item};\nCREATE TABLE more (id INT);\n"),
        );
        let ran = case
            .relata(&["migrate", "deploy", "--backup", "saved"])
            .ok();
        assert_ne!(case.database.dump(), before);
        let saved = ran
            .stdout
            .lines()
            .find_map(|line| line.strip_prefix("Saved the database as `"));
        let saved = saved.expect("saved").trim_end_matches("`.").to_owned();
        case.relata(&["db", "restore", &saved])
            .fails("R7021", &["--force"]);
        case.relata(&["db", "restore", &saved, "--force"]).ok();
        assert_eq!(case.database.dump(), before);
        // What is no backup changes nothing.
        case.project.write("x", "SQLite format 3\0");
        case.relata(&["db", "restore", "x", "--force"])
            .fails("R6028", &[]);
        assert_eq!(case.database.dump(), before);
        if case.provider == "mysql" {
            // One that is cut off changes nothing; one that fails leaves a database that says so.
            let script = case.project.read(&saved);
            let (start, _) = script.split_once("-- Dump completed").expect("its end");
            case.project.write("cut.sql", start);
            case.relata(&["db", "restore", "cut.sql", "--force"])
                .fails("R6030", &["cut.sql"]);
            assert_eq!(case.database.dump(), before);
            let broken = format!("{start}\nNO SQL;\n-- Dump completed\n");
            case.project.write("broken.sql", broken);
            case.relata(&["db", "restore", "broken.sql", "--force"])
                .fails("R6031", &["half restored", "broken.sql"]);
            case.relata(&["migrate", "deploy"])
                .fails("R2130", &["_relata_restoring"]);
            case.relata(&["migrate", "status"]).fails("R2130", &[]);
            case.relata(&["db", "restore", &saved, "--force"]).ok();
            assert_eq!(case.database.dump(), before);
            case.relata(&["migrate", "deploy"]).ok();
        }
    }
}

#[test]
fn migrations_go_to_many_tenants() {
    for case in Case::both("tenants") {
        case.schema(ONE);
        case.dev(&["--name", "one", "--create-only"]).ok();
        let is_mysql = case.provider == "mysql";
        let own = case.database.name().to_owned();
        let names: Vec<String> = ["a", "b \"x", "c"]
            .iter()
            .map(|it| format!("{own}_{it}"))
            .collect();
        if is_mysql {
            for name in &names {
                case.database
                    .run(&format!("CREATE DATABASE `{name}`"))
                    .expect("a tenant");
            }
        }
        let list = names.join(",");
        let ran = case
            .relata(&["migrate", "deploy", "--tenants", &list, "--parallel", "3"])
            .ok();
        assert!(
            ran.stdout.contains("3 tenants, 0 failed, 0 not tried."),
            "{ran:?}"
        );
        let count = |name: &str| {
            let table = if is_mysql {
                format!("`{name}`.`Item`")
            } else {
                format!("\"{}\".\"Item\"", name.replace('"', "\"\""))
            };
            case.database
                .query(&format!("SELECT COUNT(*) FROM {table}"))[0][0]
                .clone()
        };
        for name in &names {
            assert_eq!(count(name), Some("0".to_owned()));
        }
        let query = if is_mysql {
            format!(
                "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '{own}\\_%'"
            )
        } else {
            format!("SELECT nspname FROM pg_namespace WHERE nspname LIKE '{own}\\_%'")
        };
        let ran = case
            .relata(&["migrate", "deploy", "--tenants", &query])
            .ok();
        assert_eq!(ran.stdout.matches("up to date").count(), 3, "{ran:?}");
        if is_mysql {
            for name in &names {
                case.database
                    .run(&format!("DROP DATABASE `{name}`"))
                    .expect("gone");
            }
        }
    }
}

#[test]
fn a_server_that_is_still_starting_is_waited_for() {
    for case in Case::both("wait") {
        case.schema(ONE);
        case.dev(&["--name", "one", "--create-only"]).ok();
        // A door that opens later, and leads to the server.
        let url = case.database.url();
        let port: u16 = {
            let (_, rest) = url.split_once('@').expect("a login");
            let (_, rest) = rest.split_once(':').expect("a port");
            rest.split(['/', '?'])
                .next()
                .and_then(|it| it.parse().ok())
                .expect("a port")
        };
        let reserved = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let door = reserved.local_addr().expect("bound").port();
        drop(reserved);
        let away = url.replace(&format!(":{port}"), &format!(":{door}"));
        let ran = case
            .project
            .relata_with(&["migrate", "deploy"], &[("URL", &away)]);
        assert_eq!(ran.status, 1, "{ran:?}");
        let ran = case
            .project
            .relata_with(&["migrate", "deploy", "--wait", "0.6"], &[("URL", &away)]);
        assert!(
            ran.status == 1 && ran.stderr.contains("Waiting for the server"),
            "{ran:?}"
        );
        let opened = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(700));
            let listener = std::net::TcpListener::bind(("127.0.0.1", door)).expect("the door");
            for from in listener.incoming().flatten() {
                let to = std::net::TcpStream::connect(("127.0.0.1", port)).expect("the server");
                let (mut from_in, mut to_out) = (
                    from.try_clone().expect("a clone"),
                    to.try_clone().expect("a clone"),
                );
                std::thread::spawn(move || std::io::copy(&mut from_in, &mut to_out));
                let (mut from_out, mut to_in) = (from, to);
                std::thread::spawn(move || std::io::copy(&mut to_in, &mut from_out));
            }
        });
        let ran = case
            .project
            .relata_with(&["migrate", "deploy", "--wait", "30"], &[("URL", &away)])
            .ok();
        assert!(ran.stdout.contains("Applied"), "{ran:?}");
        drop(opened);
    }
}
