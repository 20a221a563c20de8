//! The changes that everybody makes some day, each as somebody new to it would: the schema before, rows, the schema after, what is said without
//! an answer, and what has become of the rows. They run on each database.

use super::support::Ran;
use super::workflow::Site;

/// A change, and what is expected of it.
#[derive(Default)]
struct Case {
    name: &'static str,
    before: &'static str,
    /// Statements, with names quoted as in the standard.
    rows: &'static [&'static str],
    after: &'static str,
    /// The code and words of the refusal without answers; none where nothing has to be asked.
    refused: Option<(&'static str, &'static [&'static str])>,
    /// The flags that answer.
    answers: &'static [&'static str],
    /// Words of the output, or of the notes beside it.
    told: &'static [&'static str],
    /// Words of the script.
    script: &'static [&'static str],
    /// Queries of one column, and what they give, joined by commas; `~` stands for NULL.
    rows_after: &'static [(&'static str, &'static str)],
    /// What is lost by taking it back, or nothing.
    down_answers: &'static [&'static str],
    /// The same after `migrate down`; empty where it is not taken back.
    rows_back: &'static [(&'static str, &'static str)],
    /// The databases that it is for; empty for all.
    on: &'static [&'static str],
}

const USER: &str =
    "model User {\n  id    Int    @id @default(autoincrement())\n  email String\n  age   Int?\n}\n";
const ANN_AND_BOB: &[&str] =
    &["INSERT INTO \"User\" (email, age) VALUES ('ann', 1), ('bob', NULL)"];
const EMAILS: (&str, &str) = ("SELECT email FROM \"User\" ORDER BY id", "ann,bob");
const ROLE: &str = "enum Role {\n  USER\n  ADMIN\n}\n\nmodel User {\n  id   Int  @id @default(autoincrement())\n  role Role @default(USER)\n}\n";
const TWO_ROLES: &[&str] = &["INSERT INTO \"User\" (role) VALUES ('USER'), ('ADMIN')"];
const ROLES: &str = "SELECT role FROM \"User\" ORDER BY id";
const AGES: &str = "SELECT age FROM \"User\" ORDER BY id";

/// All cases but those of the referential actions.
fn cases() -> Vec<Case> {
    let user = |name| Case {
        name,
        before: USER,
        rows: ANN_AND_BOB,
        ..Case::default()
    };
    let role = |name| Case {
        name,
        before: ROLE,
        rows: TWO_ROLES,
        ..Case::default()
    };
    vec![
        Case {
            after: "model User {\n  id    Int    @id @default(autoincrement())\n  email String\n  age   Int?\n  bio   String?\n}\n",
            rows_after: &[EMAILS, ("SELECT bio FROM \"User\" ORDER BY id", "~,~")],
            rows_back: &[EMAILS],
            ..user("optional")
        },
        Case {
            after: "model User {\n  id    Int    @id @default(autoincrement())\n  email String\n  age   Int?\n  level Int    @default(3)\n  at DateTime @default(now())\n}\n",
            rows_after: &[
                EMAILS,
                ("SELECT level FROM \"User\" ORDER BY id", "3,3"),
                ("SELECT COUNT(at) FROM \"User\"", "2"),
            ],
            down_answers: &["--accept-data-loss"],
            rows_back: &[EMAILS],
            ..user("default")
        },
        Case {
            after: "model User {\n  id    Int    @id @default(autoincrement())\n  email String\n  age   Int?\n  level Int\n}\n",
            refused: Some((
                "R6009",
                &[
                    "has 2 rows",
                    "new required column `level`",
                    "User.level=<value>",
                    "nothing was changed",
                ],
            )),
            answers: &["--backfill", "User.level=7"],
            script: &["-- Backfill"],
            rows_after: &[("SELECT level FROM \"User\" ORDER BY id", "7,7"), EMAILS],
            down_answers: &["--accept-data-loss"],
            rows_back: &[EMAILS],
            ..user("required")
        },
        Case {
            after: "model User {\n  id    Int    @id @default(autoincrement())\n  email String\n  age   Int\n}\n",
            refused: Some(("R6009", &["1 row has no value", "User.age=<value>"])),
            answers: &["--backfill", "User.age=sql:id * 10"],
            rows_after: &[(AGES, "1,20")],
            rows_back: &[(AGES, "1,20")],
            ..user("becomes required")
        },
        Case {
            after: "model User {\n  id   Int    @id @default(autoincrement())\n  mail String\n  age  Int?\n}\n",
            refused: Some((
                "R6008",
                &["holds 2 values", "only a rename", "User.email:mail"],
            )),
            answers: &["--rename", "User.email:mail"],
            told: &["Renamed: column `email` to `mail`"],
            rows_after: &[("SELECT mail FROM \"User\" ORDER BY id", "ann,bob")],
            rows_back: &[EMAILS],
            ..user("rename")
        },
        Case {
            after: "model User {\n  id   Int    @id @default(autoincrement())\n  mail String @map(\"email\")\n  age  Int?\n}\n",
            told: &["Nothing to migrate"],
            rows_after: &[EMAILS],
            ..user("rename with map")
        },
        Case {
            after: "model Person {\n  id    Int    @id @default(autoincrement())\n  email String @map(\"e-mail\") @renamed(from: \"email\")\n  age   Int?\n\n  @@renamed(from: \"User\")\n}\n",
            told: &["Renamed: table `User` to `Person`"],
            rows_after: &[("SELECT \"e-mail\" FROM \"Person\" ORDER BY id", "ann,bob")],
            rows_back: &[EMAILS],
            ..user("rename of both in the schema")
        },
        Case {
            after: "model User {\n  id    Int    @id @default(autoincrement())\n  email String\n}\n",
            refused: Some(("R6008", &["`age`", "holds 1 value", "--accept-data-loss"])),
            answers: &["--accept-data-loss"],
            script: &["Warnings:", "-- loses data"],
            rows_after: &[EMAILS],
            rows_back: &[(AGES, "~,~")],
            ..user("drop")
        },
        Case {
            rows: &["INSERT INTO \"User\" (email) VALUES ('ann'), ('ann'), ('bob')"],
            after: "model User {\n  id    Int    @id @default(autoincrement())\n  email String @unique\n  age   Int?\n}\n",
            refused: Some((
                "R6009",
                &[
                    "`email`",
                    "becomes unique",
                    "1 value is there more than once",
                    "--show-values",
                ],
            )),
            ..user("unique")
        },
        Case {
            after: "model User {\n  id    Int    @id @default(autoincrement())\n  email String\n  age   Int?\n\n  @@index([email])\n}\n",
            script: &["CREATE INDEX"],
            rows_after: &[EMAILS],
            rows_back: &[EMAILS],
            ..user("index")
        },
        Case {
            after: "model User {\n  id    Int    @id @default(autoincrement())\n  email String\n  age   Int?\n  deletedAt DateTime?\n\n  @@unique([email], where: raw(\"\\\"deletedAt\\\" IS NULL\"), map: \"one_that_lives\")\n}\n",
            rows_after: &[
                EMAILS,
                (
                    "SELECT COUNT(*) FROM \"User\" WHERE \"deletedAt\" IS NULL",
                    "2",
                ),
            ],
            rows_back: &[EMAILS],
            on: &["postgresql", "sqlite"],
            ..user("soft delete")
        },
        Case {
            after: "model User {\n  id    Int    @id @default(autoincrement())\n  email String\n  age   Int?\n  deletedAt DateTime?\n\n  @@index([deletedAt])\n}\n",
            rows_after: &[EMAILS],
            rows_back: &[EMAILS],
            ..user("soft delete without a condition")
        },
        Case {
            after: "enum Role {\n  USER\n  ADMIN\n  GUEST\n}\n\nmodel User {\n  id   Int  @id @default(autoincrement())\n  role Role @default(USER)\n}\n",
            rows_after: &[(ROLES, "USER,ADMIN")],
            rows_back: &[(ROLES, "USER,ADMIN")],
            on: &["postgresql", "mysql"],
            ..role("enum value added")
        },
        Case {
            after: "enum Role {\n  USER\n  GUEST\n  BOT\n}\n\nmodel User {\n  id   Int  @id @default(autoincrement())\n  role Role @default(USER)\n}\n",
            refused: Some(("R6009", &["`role`", "1 ", "User.role=<value>"])),
            // One that only comes now.
            answers: &["--backfill", "User.role=GUEST"],
            rows_after: &[(ROLES, "USER,GUEST")],
            on: &["postgresql", "mysql"],
            ..role("enum value removed")
        },
        Case {
            after: "enum Role {\n  USER\n}\n\nmodel User {\n  id   Int  @id @default(autoincrement())\n  role Role @default(USER)\n}\n",
            answers: &["--backfill", "User.role=USER"],
            rows_after: &[(ROLES, "USER,USER")],
            // Which row held what is known no more.
            rows_back: &[(ROLES, "USER,USER")],
            ..role("enum value removed, and nothing comes")
        },
        Case {
            after: "enum Role {\n  USER\n}\n\nmodel User {\n  id   Int  @id @default(autoincrement())\n  role Role @default(USER)\n}\n",
            told: &["1 row holds another", "User.role=<value>"],
            rows_after: &[(ROLES, "USER,ADMIN")],
            on: &["sqlite"],
            ..role("enum value removed where the database knows no enums")
        },
        Case {
            after: "enum Role {\n  USER\n  BOSS\n}\n\nmodel User {\n  id   Int  @id @default(autoincrement())\n  role Role @default(USER)\n}\n",
            refused: Some(("R6009", &["--rename public.Role.ADMIN:BOSS"])),
            answers: &["--rename", "Role.ADMIN:BOSS"],
            rows_after: &[(ROLES, "USER,BOSS")],
            rows_back: &[(ROLES, "USER,ADMIN")],
            on: &["postgresql"],
            ..role("enum value renamed")
        },
        Case {
            after: "enum Role {\n  USER\n  BOSS\n}\n\nmodel User {\n  id   Int  @id @default(autoincrement())\n  role Role @default(USER)\n}\n",
            refused: Some(("R6009", &["--rename User.role.ADMIN:BOSS"])),
            answers: &["--rename", "User.role.ADMIN:BOSS"],
            rows_after: &[(ROLES, "USER,BOSS")],
            rows_back: &[(ROLES, "USER,ADMIN")],
            on: &["mysql"],
            ..role("enum value renamed where it belongs to its column")
        },
        Case {
            name: "relation over orphans",
            before: "model User {\n  id Int @id\n}\n\nmodel Post {\n  id       Int  @id\n  authorId Int?\n}\n",
            rows: &[
                "INSERT INTO \"User\" (id) VALUES (1)",
                "INSERT INTO \"Post\" (id, \"authorId\") VALUES (10, 1), (11, 2), (12, NULL)",
            ],
            after: "model User {\n  id    Int    @id\n  posts Post[]\n}\n\nmodel Post {\n  id       Int   @id\n  authorId Int?\n  author   User? @relation(fields: [authorId], references: [id])\n}\n",
            refused: Some((
                "R6009",
                &["1 row refers to nothing", "Post.authorId=<value>"],
            )),
            answers: &["--backfill", "Post.authorId=sql:NULL"],
            rows_after: &[("SELECT \"authorId\" FROM \"Post\" ORDER BY id", "1,~,~")],
            rows_back: &[("SELECT \"authorId\" FROM \"Post\" ORDER BY id", "1,~,~")],
            ..Case::default()
        },
        Case {
            name: "tree over orphans",
            before: "model Node {\n  id       Int  @id\n  parentId Int?\n}\n",
            rows: &["INSERT INTO \"Node\" (id, \"parentId\") VALUES (1, NULL), (2, 1), (3, 9)"],
            after: "model Node {\n  id       Int    @id\n  parentId Int?\n  parent   Node?  @relation(\"tree\", fields: [parentId], references: [id], onDelete: NoAction, onUpdate: NoAction)\n  children Node[] @relation(\"tree\")\n}\n",
            refused: Some(("R6009", &["1 row refers to nothing"])),
            answers: &["--backfill", "Node.parentId=1"],
            rows_after: &[("SELECT \"parentId\" FROM \"Node\" ORDER BY id", "~,1,1")],
            ..Case::default()
        },
    ]
}

/// Runs all of them on sites that are made as they are needed.
pub fn all(make: &dyn Fn() -> Site) {
    for (number, case) in cases().iter().enumerate() {
        let site = make();
        let is_due = is_thorough(&site) || number % 4 == 2;
        if is_due && (case.on.is_empty() || case.on.contains(&site.provider)) {
            run(&site, case);
        }
    }
}

/// On servers, where each command takes its time, every day runs a sample, and `--all` runs all.
fn is_thorough(site: &Site) -> bool {
    site.provider == "sqlite" || std::env::var_os("RELATA_TEST_ALL").is_some()
}

fn run(site: &Site, case: &Case) {
    site.schema(case.before);
    dev(site, "before", &[]).ok();
    for sql in case.rows {
        (site.sql)(sql);
    }
    site.schema(case.after);
    if let Some((code, words)) = case.refused {
        let ran = dev(site, case.name, &[]).fails(code, words);
        // What is counted is not shown.
        assert!(!ran.stderr.contains("ann"), "{ran:?}");
        assert_eq!(site.migrations().len(), 1, "nothing was written");
        let pushed = site.relata(&["db", "push"]);
        assert_eq!(pushed.status, 1, "{pushed:?}");
    }
    if case.name == "unique" {
        let shown = dev(site, case.name, &["--show-values"]);
        shown.fails("R6009", &["ann: 2 times"]);
        (site.sql)("DELETE FROM \"User\" WHERE id = 2");
    }
    let ran = dev(site, case.name, case.answers).ok();
    for word in case.told {
        let is_told = ran.stdout.contains(word) || ran.stderr.contains(word);
        assert!(is_told, "no `{word}` in {ran:?}");
    }
    assert!(
        !ran.stdout.contains("bug") && !ran.stdout.contains("does not lead back"),
        "{ran:?}"
    );
    let script = last(site);
    for word in case.script {
        assert!(script.contains(word), "no `{word}` in {script}");
    }
    assert!(!script.contains("empty migration"), "{script}");
    check(site, case.rows_after, &script);
    let again = dev(site, "again", &[]).ok();
    assert!(again.stdout.contains("Nothing to migrate"), "{again:?}");
    site.relata(&["migrate", "status"]).ok();
    if !case.rows_back.is_empty() {
        let down = [&["migrate", "down"], case.down_answers].concat();
        site.relata(&down).ok();
        check(site, case.rows_back, &script);
        site.relata(&["migrate", "deploy"]).ok();
        site.relata(&["migrate", "status"]).ok();
    }
    // From nothing, too.
    site.relata(&["migrate", "reset", "--force"]).ok();
    let again = dev(site, "again", &[]).ok();
    assert!(again.stdout.contains("Nothing to migrate"), "{again:?}");
}

fn dev(site: &Site, name: &str, more: &[&str]) -> Ran {
    let args = [
        &["migrate", "dev", "--name", name, "--style", "online"],
        more,
    ]
    .concat();
    site.relata(&args)
}

fn last(site: &Site) -> String {
    let name = site.migrations().pop().expect("a migration");
    site.project
        .read(&format!("prisma/migrations/{name}/migration.sql"))
}

#[track_caller]
fn check(site: &Site, expected: &[(&str, &str)], script: &str) {
    for (sql, rows) in expected {
        let found: Vec<String> = (site.sql)(sql)
            .into_iter()
            .map(|row| row[0].clone().unwrap_or_else(|| "~".to_owned()))
            .collect();
        assert_eq!(found.join(","), *rows, "{sql}, behind {script}");
    }
}

/// Each referential action, of a row that goes and of a key that changes: what the database does to the rows that refer to it.
pub fn referential_actions(make: &dyn Fn() -> Site) {
    for side in ["onDelete", "onUpdate"] {
        for action in ["Cascade", "Restrict", "NoAction", "SetNull", "SetDefault"] {
            let site = make();
            let is_sample = side == "onDelete" && matches!(action, "Cascade" | "SetDefault");
            if !is_thorough(&site) && !is_sample {
                continue;
            }
            // InnoDB keeps a refusal in place of `SetDefault`, of which the schema's rules warn.
            let acts = if site.provider == "mysql" && action == "SetDefault" {
                "Restrict"
            } else {
                action
            };
            let models = |posts: &str, author: &str| {
                format!(
                    "model User {{\n  id Int @id\n{posts}}}\n\nmodel Post {{\n  id       Int  @id\n  authorId Int? @default(1)\n{author}}}\n"
                )
            };
            site.schema(&models("", ""));
            dev(&site, "before", &[]).ok();
            (site.sql)("INSERT INTO \"User\" (id) VALUES (1), (2), (3)");
            (site.sql)("INSERT INTO \"Post\" (id, \"authorId\") VALUES (10, 2), (11, 3)");
            let author = format!(
                "  author User? @relation(fields: [authorId], references: [id], {side}: {action})\n"
            );
            site.schema(&models("  posts Post[]\n", &author));
            let ran = dev(&site, "after", &[]).ok();
            assert!(ran.stdout.contains("made-up rows"), "{ran:?}");
            let sql = if side == "onDelete" {
                "DELETE FROM \"User\" WHERE id = 2"
            } else {
                "UPDATE \"User\" SET id = 9 WHERE id = 2"
            };
            let is_done = (site.attempt)(sql);
            let refuses = matches!(acts, "Restrict" | "NoAction");
            assert_eq!(is_done, !refuses, "{side}: {action} on {}", site.provider);
            let rows = match (acts, side) {
                ("Cascade", "onDelete") => "3",
                ("Cascade", _) => "9,3",
                ("SetNull", _) => "~,3",
                ("SetDefault", _) => "1,3",
                _ => "2,3",
            };
            check(
                &site,
                &[("SELECT \"authorId\" FROM \"Post\" ORDER BY id", rows)],
                &last(&site),
            );
            let again = dev(&site, "again", &[]).ok();
            assert!(again.stdout.contains("Nothing to migrate"), "{again:?}");
        }
    }
}
