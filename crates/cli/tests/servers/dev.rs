//! `relata migrate dev`.

use relata_testing::{Database, Mariadb, Postgres};

use crate::support::{Project, Ran};

pub const ONE: &str =
    "model Item {\n  id   Int    @id @default(autoincrement())\n  name String\n  size Int?\n}\n";
pub const TWO: &str = "model Item {\n  id   Int    @id @default(autoincrement())\n  name String @db.VarChar(40)\n  size Int    @default(0)\n  note String?\n\n  @@index([name])\n}\n";

pub struct Case {
    pub project: Project,
    pub database: Database,
    pub provider: &'static str,
}

impl Case {
    pub fn both(hint: &str) -> [Self; 2] {
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

    pub fn schema(&self, models: &str) {
        self.project.schema_at_url(self.provider, models);
    }

    pub fn dev(&self, args: &[&str]) -> Ran {
        let args = [&["migrate", "dev"], args].concat();
        self.relata(&args)
    }

    pub fn relata(&self, args: &[&str]) -> Ran {
        self.project
            .relata_with(args, &[("URL", &self.database.url())])
    }

    /// SQL with its names quoted as the database wants them.
    pub fn quoted(&self, sql: &str) -> String {
        if self.provider == "mysql" {
            sql.replace('"', "`")
        } else {
            sql.to_owned()
        }
    }

    /// A file of the last migration.
    pub fn last(&self, file: &str) -> String {
        let name = self.project.migrations().pop().expect("a migration");
        self.project.read(&format!("migrations/{name}/{file}"))
    }
}

#[test]
fn the_online_style_asks_mariadb_to_keep_nobody_out() {
    let [_, case] = Case::both("dev");
    case.schema(ONE);
    case.dev(&["--name", "init"]).ok();
    case.schema(&ONE.replace("size Int?", "size Int?\n  note String?\n  @@index([size])"));
    case.dev(&["--name", "simple", "--style", "simple", "--create-only"])
        .ok();
    assert!(!case.last("migration.sql").contains("ALGORITHM=INSTANT;"));
    let name = case.project.migrations().pop().expect("a migration");
    std::fs::remove_dir_all(case.project.path().join("migrations").join(name)).expect("removed");

    let ran = case.dev(&["--name", "online"]).ok();
    let script = case.last("migration.sql");
    assert!(
        script.contains("ADD COLUMN `note` VARCHAR(191) NULL, ALGORITHM=INSTANT;"),
        "{script}"
    );
    assert!(
        script.contains(
            "CREATE INDEX `Item_size_idx` ON `Item`(`size`) ALGORITHM=INPLACE LOCK=NONE;"
        ),
        "{script}\n{ran:?}"
    );
    case.relata(&["migrate", "status"]).ok();
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

/// Everything under other names at once: a table, its columns, an enum and a value of it, the table between two models.
#[test]
fn what_is_only_called_otherwise_keeps_what_it_holds() {
    let before = "model Item {\n  id    Int    @id @default(autoincrement())\n  price Int    @check(\"price > 0\")\n  kind  Kind   @default(old)\n  tags  Tag[]\n\n  @@index([price])\n}\n\
                  model Tag {\n  id    Int    @id\n  items Item[]\n}\nenum Kind {\n  old\n  kept\n}\n";
    for case in Case::both("renames") {
        let is_mysql = case.provider == "mysql";
        case.schema(before);
        case.dev(&["--name", "init"]).ok();
        let quoted = |sql: &str| {
            if is_mysql {
                sql.replace('"', "`")
            } else {
                sql.to_owned()
            }
        };
        let rows = "INSERT INTO \"Item\" (price, kind) VALUES (1, 'old'), (2, 'kept');\nINSERT INTO \"Tag\" VALUES (7);\n\
                    INSERT INTO \"_ItemToTag\" (\"A\", \"B\") VALUES (2, 7);\n";
        case.database.run(&quoted(rows)).expect("rows");
        let enum_renamed = if is_mysql {
            ""
        } else {
            "  @@renamed(from: \"Kind\")\n"
        };
        let after = before
            .replace("model Item {", "model Ware {\n  @@renamed(from: \"Item\")")
            .replace("Item[]", "Ware[]")
            .replace(
                "price Int    @check(\"price > 0\")",
                "cost Int @check(\"cost > 0\") @renamed(from: \"price\")",
            )
            .replace("[price]", "[cost]")
            .replace(
                "enum Kind {\n  old",
                &format!("enum Sort {{\n{enum_renamed}  new @renamed(from: \"old\")"),
            )
            .replace("kind  Kind   @default(old)", "kind  Sort   @default(new)");
        case.schema(&after);
        let ran = case.dev(&["--name", "names"]).ok();
        assert!(
            ran.stdout.contains("Renamed: table `Item` to `Ware`"),
            "{ran:?}"
        );
        let plan: serde_json::Value =
            serde_json::from_str(&case.last("plan.json")).expect("a plan");
        assert_eq!(plan["risks"], serde_json::json!([]), "{plan:#}");
        assert_eq!(plan["proof"]["altered"], serde_json::json!([]), "{plan:#}");
        assert_eq!(plan["proof"]["down"]["result"], "returned", "{plan:#}");
        case.database
            .run(&quoted("INSERT INTO \"Ware\" (cost) VALUES (3)"))
            .expect("a row");
        // The order of the models' names has changed, and with it which column is whose.
        let found = case.database.query(&quoted(
            "SELECT w.id, w.cost, w.kind, j.\"A\" FROM \"Ware\" w LEFT JOIN \"_TagToWare\" j ON j.\"B\" = w.id ORDER BY w.id",
        ));
        let text = |value: &str| Some(value.to_owned());
        assert_eq!(
            found,
            [
                [text("1"), text("1"), text("new"), None],
                [text("2"), text("2"), text("kept"), text("7")],
                [text("3"), text("3"), text("new"), None],
            ]
        );
        let ran = case.dev(&[]).ok();
        assert!(ran.stdout.contains("in sync"), "{ran:?}");
        // Taken out, nothing is left of them.
        case.schema(
            &after
                .lines()
                .filter(|line| !line.contains("@@renamed"))
                .map(|line| {
                    let end = line.find(" @renamed").unwrap_or(line.len());
                    line[..end].to_owned() + "\n"
                })
                .collect::<String>(),
        );
        let ran = case.dev(&[]).ok();
        assert!(ran.stdout.contains("in sync"), "{ran:?}");
        assert!(!ran.stderr.contains("can be taken out"), "{ran:?}");
    }
}

/// Made by hand, as in many a project: what the schema refers to and does not say.
const BY_HAND: &str = "CREATE EXTENSION citext;
CREATE FUNCTION slug(length int DEFAULT 8) RETURNS text LANGUAGE sql AS $$ SELECT left(md5(random()::text), length) $$;
CREATE TABLE \"Page\" (
    \"id\" SERIAL NOT NULL,
    \"slug\" VARCHAR(10) NOT NULL DEFAULT slug(),
    \"address\" CITEXT NOT NULL,
    CONSTRAINT \"Page_pkey\" PRIMARY KEY (\"id\")
);
";

#[test]
fn a_schema_may_need_what_only_the_migrations_make() {
    let [case, _] = Case::both("dev");
    case.project.write("relata.toml", "manage = []\n");
    case.project
        .write("migrations/20250101000000_by_hand/migration.sql", BY_HAND);
    let page = "model Page {\n  id      Int    @id @default(autoincrement())\n  slug    String @default(dbgenerated(\"slug()\")) @db.VarChar(10)\n  address String @db.Citext\n}\n";
    case.schema(page);
    case.relata(&["migrate", "deploy"]).ok();
    let ran = case.dev(&["--name", "nothing"]).ok();
    assert!(ran.stdout.contains("in sync"), "{ran:?}");
    assert_eq!(case.project.migrations().len(), 1);
    // Where nothing may be made to ask the server, a namespace that it adds is no difference.
    case.relata(&[
        "migrate",
        "diff",
        "--from-url",
        &case.database.url(),
        "--to-schema",
        "app.schema",
        "--exit-code",
    ])
    .ok();

    case.schema(&page.replace(
        "address String @db.Citext",
        "address String @db.Citext @unique",
    ));
    let ran = case.dev(&["--name", "unique"]).ok();
    assert!(!ran.stdout.contains("spelled"), "{ran:?}");
    let script = case.last("migration.sql");
    assert!(script.contains("CREATE UNIQUE INDEX"), "{script}");
    assert!(!script.contains("slug"), "{script}");
}

#[test]
fn rows_that_refer_to_each_other_are_made_up() {
    for case in Case::both("dev") {
        let schema = "model Owner {\n  id     Int     @id\n  homeId Int?    @unique\n  home   House?  @relation(\"lives\", fields: [homeId], references: [id])\n  houses House[] @relation(\"owns\")\n}\nmodel House {\n  id      Int    @id\n  ownerId Int\n  owner   Owner  @relation(\"owns\", fields: [ownerId], references: [id])\n  tenant  Owner? @relation(\"lives\")\n  rooms   Room[]\n}\nmodel Room {\n  id      Int   @id\n  houseId Int\n  house   House @relation(fields: [houseId], references: [id])\n}\n";
        case.schema(schema);
        case.dev(&["--name", "init"]).ok();
        case.schema(&schema.replace(
            "homeId Int? ",
            "name String @default(\"x\")\n  homeId Int? ",
        ));
        let ran = case.dev(&["--name", "name"]).ok();
        assert!(!ran.stdout.contains("not proved"), "{ran:?}");
        assert!(ran.stdout.contains("made-up rows"), "{ran:?}");
    }
}
