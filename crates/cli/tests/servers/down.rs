//! Migrations taken back, squashed, put behind others, and filled in batches, on servers.

use super::dev::{Case, ONE, TWO};

#[test]
fn a_migration_is_taken_back_and_comes_again() {
    for case in Case::both("down") {
        case.schema(ONE);
        case.dev(&["--name", "one"]).ok();
        let before = case.database.dump();
        case.schema(TWO);
        case.dev(&["--name", "two"]).ok();
        let after = case.database.dump();
        let two = case.project.migrations().pop().expect("two");
        let ran = case.relata(&["migrate", "down", "--dry-run"]).ok();
        assert!(
            ran.stdout.contains(&format!("Would take back {two}")),
            "{ran:?}"
        );
        case.relata(&["migrate", "down"]).ok();
        // The history holds a row more than before, which is rolled back; everything else is as it was.
        let without_rows = |dump: &str| -> String {
            let lines = dump.lines().filter(|line| !line.contains(&two));
            lines.map(|line| line.to_owned() + "\n").collect()
        };
        assert_eq!(without_rows(&case.database.dump()), without_rows(&before));
        case.relata(&["migrate", "deploy"]).ok();
        assert_eq!(without_rows(&case.database.dump()), without_rows(&after));
        let item = case.quoted("\"Item\"");
        case.database
            .run(&format!(
                "INSERT INTO {item} (name, note) VALUES ('a', 'x')"
            ))
            .expect("a row");
        case.relata(&["migrate", "down"])
            .fails("R6008", &["`note`", "1 value"]);
        case.relata(&["migrate", "down", "--all", "--accept-data-loss"])
            .ok();
        let status = case.relata(&["migrate", "status"]);
        assert!(status.stdout.contains("0 applied"), "{status:?}");
    }
}

/// What cannot run in one transaction goes back in steps, and is gone on with after a failure.
#[test]
fn a_way_back_that_stopped_goes_on() {
    for case in Case::both("down") {
        case.schema(ONE);
        case.dev(&["--name", "one"]).ok();
        let item = case.quoted("\"Item\"");
        let name = "29990101000000_two";
        let file = |file: &str| format!("migrations/{name}/{file}");
        case.project.write(
            &file("migration.sql"),
            format!("ALTER TABLE {item} ADD COLUMN a INT;\nALTER TABLE {item} ADD COLUMN b INT;\n"),
        );
        case.project.write(
            &file("down.sql"),
            format!("-- relata: no-transaction\nALTER TABLE {item} DROP COLUMN a;\nALTER TABLE {item} DROP COLUMN b;\n"),
        );
        case.relata(&["migrate", "deploy"]).ok();
        // Somebody has dropped the second one by hand: the way back fails there.
        case.database
            .run(&format!("ALTER TABLE {item} DROP COLUMN b"))
            .expect("dropped");
        let ran = case.relata(&["migrate", "down"]);
        ran.fails("R2110", &["statement 2 of 2"]);
        let status = case.relata(&["migrate", "status"]);
        assert!(status.stdout.contains("Taken back half-way"), "{status:?}");
        case.relata(&["migrate", "deploy"])
            .fails("R2125", &["migrate down"]);
        case.dev(&["--name", "x"]).fails("R2125", &["migrate down"]);
        case.database
            .run(&format!("ALTER TABLE {item} ADD COLUMN b INT"))
            .expect("added");
        let ran = case.relata(&["migrate", "down"]).ok();
        assert!(ran.stdout.contains("Took back"), "{ran:?}");
        case.relata(&["migrate", "deploy"]).ok();
        let status = case.relata(&["migrate", "status"]).ok();
        assert!(status.stdout.contains("up to date"), "{status:?}");
    }
}

#[test]
fn a_squash_and_a_rebase_hold_on_servers() {
    for case in Case::both("squash") {
        case.schema(ONE);
        case.dev(&["--name", "one"]).ok();
        case.schema(TWO);
        case.dev(&["--name", "two"]).ok();
        let two = case.project.migrations().pop().expect("two");
        let theirs = "29990101000000_theirs";
        case.project.write(
            &format!("migrations/{theirs}/migration.sql"),
            "CREATE TABLE theirs (id INT NOT NULL PRIMARY KEY);\n",
        );
        let ran = case.relata(&["migrate", "rebase", &two]).ok();
        assert!(ran.stdout.contains("Both orders"), "{ran:?}");
        case.relata(&["migrate", "deploy"]).ok();
        let before = case.database.dump();
        case.relata(&["migrate", "squash"]).ok();
        assert_eq!(case.project.migrations().len(), 1);
        case.relata(&["migrate", "deploy"]).ok();
        let status = case.relata(&["migrate", "status", "--drift"]).ok();
        assert!(status.stdout.contains("up to date"), "{status:?}");
        case.relata(&["migrate", "reset", "--force"]).ok();
        let of_tables = |dump: &str| -> Vec<String> {
            let lines = dump
                .lines()
                .filter(|line| line.contains("theirs") && line.contains("CREATE TABLE"));
            lines.map(str::to_owned).collect()
        };
        assert_eq!(of_tables(&case.database.dump()), of_tables(&before));
    }
}

#[test]
fn rows_are_filled_in_batches_and_gone_on_with() {
    for case in Case::both("backfill") {
        case.schema(ONE);
        case.dev(&["--name", "one"]).ok();
        let item = case.quoted("\"Item\"");
        let (id, size) = (case.quoted("\"id\""), case.quoted("\"size\""));
        let values: Vec<String> = (1..=47)
            .map(|n| format!("('n{n}', {})", if n % 5 == 0 { "3" } else { "NULL" }))
            .collect();
        case.database
            .run(&format!(
                "INSERT INTO {item} (name, size) VALUES {}",
                values.join(", ")
            ))
            .expect("rows");
        let write = |name: &str, script: String| {
            case.project
                .write(&format!("migrations/{name}/migration.sql"), script);
        };
        // By key, where nothing but the ledger tells what is done: each row once.
        write(
            "29990101000000_add",
            format!(
                "-- relata: backfill by {id} batch 10\nUPDATE {item} SET {size} = COALESCE({size}, 0) + 1;\n"
            ),
        );
        case.relata(&["migrate", "deploy"]).ok();
        let sum =
            |sql: &str| case.database.query(&format!("SELECT {sql} FROM {item}"))[0][0].clone();
        assert_eq!(sum(&format!("SUM({size})")), Some("74".to_owned()));
        // By condition.
        write(
            "29990101000001_set",
            format!(
                "-- relata: backfill batch 10\nUPDATE {item} SET {size} = 10 WHERE {size} = 1;\n"
            ),
        );
        case.relata(&["migrate", "deploy"]).ok();
        assert_eq!(sum(&format!("SUM({size})")), Some("416".to_owned()));
        // It stops in the middle, at a row that cannot be filled, and goes on behind what was filled.
        let division = if case.provider == "mysql" {
            "POW(9999, 1000 * (id = 33))"
        } else {
            "1 / (33 - id)"
        };
        let name = "29990101000002_stop";
        write(
            name,
            format!(
                "-- relata: backfill by {id} batch 10\nUPDATE {item} SET {size} = {size} + 1 + 0 * {division};\n"
            ),
        );
        case.relata(&["migrate", "deploy"])
            .fails("R2110", &["statement 1 of 1"]);
        assert_eq!(sum(&format!("SUM({size})")), Some("446".to_owned()));
        let status = case.relata(&["migrate", "status"]);
        assert!(status.stdout.contains("Stopped half-way"), "{status:?}");
        case.database
            .run(&format!("DELETE FROM {item} WHERE id = 33"))
            .expect("deleted");
        case.relata(&["migrate", "deploy"]).ok();
        assert_eq!(
            sum(&format!("SUM({size})")),
            Some((416 - 10 + 46).to_string())
        );
        // What would never end is stopped.
        write(
            "29990101000003_endless",
            format!(
                "-- relata: backfill batch 1\nUPDATE {item} SET {size} = {size} + 1 WHERE {size} > 0;\n"
            ),
        );
        case.relata(&["migrate", "deploy"])
            .fails("R2110", &["never end"]);
    }
}
