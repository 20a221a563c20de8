//! `relata migrate dev`.

use relata_testing::{Database, Mariadb, Postgres};

use crate::support::{Project, Ran};

const ONE: &str =
    "model Item {\n  id   Int    @id @default(autoincrement())\n  name String\n  size Int?\n}\n";
const TWO: &str = "model Item {\n  id   Int    @id @default(autoincrement())\n  name String @db.VarChar(40)\n  size Int    @default(0)\n  note String?\n\n  @@index([name])\n}\n";

struct Case {
    project: Project,
    database: Database,
    provider: &'static str,
}

impl Case {
    fn both(hint: &str) -> [Self; 2] {
        [
            (Postgres::from_env().fresh_database(hint), "postgresql"),
            (Mariadb::from_env().fresh_database(hint), "mysql"),
        ]
        .map(|(database, provider)| Self {
            project: Project::empty(),
            database,
            provider,
        })
    }

    fn schema(&self, models: &str) {
        let provider = self.provider;
        let text = format!(
            "datasource db {{\n  provider = \"{provider}\"\n  url = env(\"URL\")\n}}\n{models}"
        );
        self.project.write("app.schema", text);
    }

    fn dev(&self, args: &[&str]) -> Ran {
        let args = [&["migrate", "dev"], args].concat();
        self.relata(&args)
    }

    fn relata(&self, args: &[&str]) -> Ran {
        self.project
            .relata_with(args, &[("URL", &self.database.url())])
    }

    /// A file of the last migration.
    fn last(&self, file: &str) -> String {
        let name = self.project.migrations().pop().expect("a migration");
        self.project.read(&format!("migrations/{name}/{file}"))
    }
}

#[test]
fn a_schema_becomes_a_database_and_changes_with_its_rows() {
    for case in Case::both("dev") {
        case.schema(ONE);
        let ran = case.dev(&["--name", "init"]).ok();
        assert!(
            ran.stdout.contains("Proof: it leads to the schema"),
            "{ran:?}"
        );
        let item = if case.provider == "mysql" {
            "`Item`"
        } else {
            "\"Item\""
        };
        case.database
            .run(&format!(
                "INSERT INTO {item} (name, size) VALUES ('a', 1), ('b', NULL)"
            ))
            .expect("rows");
        case.schema(TWO);
        let ran = case.dev(&["--name", "two"]).ok();
        assert!(ran.stdout.contains("made-up rows"), "{ran:?}");
        let rows = case
            .database
            .query(&format!("SELECT name, size, note FROM {item} ORDER BY id"));
        assert_eq!(rows[1], [Some("b".to_owned()), Some("0".to_owned()), None]);
        // What lies beside the script explains it and takes it back.
        let (script, down, plan) = (
            case.last("migration.sql"),
            case.last("down.sql"),
            case.last("plan.json"),
        );
        let note = if case.provider == "mysql" {
            "-- copies the table"
        } else {
            "writes Item anew"
        };
        assert!(script.contains(note), "{script}");
        assert!(down.contains("DROP COLUMN"), "{down}");
        assert!(
            plan.contains("\"format\": 1") && plan.contains("\"result\": \"returned\""),
            "{plan}"
        );
        assert!(!plan.contains("127.0.0.1"), "{plan}");
        case.database
            .run(&down)
            .unwrap_or_else(|error| panic!("{error}\n{down}"));
        let again = case.dev(&[]);
        again.fails("R6003", &["note", "--drift"]);
        case.dev(&["--drift", "revert"]).ok();
        let ran = case.dev(&[]).ok();
        assert!(ran.stdout.contains("in sync"), "{ran:?}");
        let status = case.relata(&["migrate", "status"]).ok();
        assert!(status.stdout.contains("up to date"), "{status:?}");
    }
}

#[test]
fn a_database_that_is_not_there_is_made() {
    for case in Case::both("dev") {
        let name = format!("{}_new", case.database.name());
        let url = case.database.url().replace(case.database.name(), &name);
        case.schema(ONE);
        let args = ["migrate", "dev", "--name", "init"];
        case.project.relata_with(&args, &[("URL", &url)]).ok();
        let sql = format!("DROP DATABASE {name};");
        case.database.run(&sql).expect("it was there");
    }
}

#[test]
fn what_was_changed_by_hand_is_absorbed() {
    for case in Case::both("dev") {
        case.schema(ONE);
        case.dev(&["--name", "init"]).ok();
        let item = if case.provider == "mysql" {
            "`Item`"
        } else {
            "\"Item\""
        };
        case.database
            .run(&format!("ALTER TABLE {item} ADD COLUMN extra INT"))
            .expect("changed");
        case.schema(&ONE.replace("size Int?", "size Int?\n  extra Int?"));
        let ran = case.dev(&["--drift", "absorb", "--name", "more"]).ok();
        assert!(ran.stdout.contains("_drift"), "{ran:?}");
        assert!(case.last("migration.sql").contains("extra"));
        // Nothing was left to do for the schema, and the history knows of it all.
        let status = case.relata(&["migrate", "status"]).ok();
        assert!(status.stdout.contains("2 applied"), "{status:?}");
    }
}

#[test]
fn nothing_is_lost_and_nothing_half_done_without_consent() {
    for case in Case::both("dev") {
        case.schema(ONE);
        case.dev(&["--name", "init"]).ok();
        let item = if case.provider == "mysql" {
            "`Item`"
        } else {
            "\"Item\""
        };
        case.database
            .run(&format!(
                "INSERT INTO {item} (name, size) VALUES ('a', 1), ('a', NULL)"
            ))
            .expect("rows");
        let before = case.database.dump();
        case.schema("model Item {\n  id Int @id @default(autoincrement())\n  name String\n}\n");
        case.dev(&["--name", "x"])
            .fails("R6008", &["`size`", "1 value"]);
        case.schema(&ONE.replace("name String", "name String @unique"));
        case.dev(&["--name", "x"])
            .fails("R6009", &["1 value is there more than once"]);
        case.schema(&ONE.replace("Int?", "Int"));
        case.dev(&["--name", "x"])
            .fails("R6009", &["1 row has no value"]);
        assert_eq!(case.project.migrations().len(), 1);
        assert_eq!(case.database.dump(), before);
        case.schema("model Item {\n  id Int @id @default(autoincrement())\n  name String\n}\n");
        case.dev(&["--name", "x", "--accept-data-loss"]).ok();
        let down = case.last("down.sql");
        assert!(down.contains("does not bring back"), "{down}");
        let script = case.last("migration.sql");
        assert!(
            script.contains("-- loses data: the column `size`"),
            "{script}"
        );
    }
}

#[test]
fn create_only_changes_nothing_but_files() {
    for case in Case::both("dev") {
        case.schema(ONE);
        let before = case.database.dump();
        case.dev(&["--name", "init", "--create-only"]).ok();
        assert_eq!(case.database.dump(), before);
        assert!(case.last("migration.sql").contains("CREATE TABLE"));
        case.relata(&["migrate", "deploy"]).ok();
        let ran = case.dev(&[]).ok();
        assert!(ran.stdout.contains("in sync"), "{ran:?}");
    }
}
