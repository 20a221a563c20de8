//! The four workflows of Prisma's documentation, typed with `relata`: develop, work in a team, deploy to production, patch a failed
//! migration. They run on each database, at a terminal and without one.

use super::support::{Project, Ran};
use super::terminal::Talk;

/// What runs SQL on a database, and gives the rows of a query.
type Sql = Box<dyn Fn(&str) -> Vec<Vec<Option<String>>>>;

/// A project with a database of its own.
pub struct Site {
    pub project: Project,
    pub provider: &'static str,
    pub url: String,
    /// Runs SQL, with names quoted as in the standard, and gives the rows of a query.
    pub sql: Sql,
    /// Runs a statement with foreign keys on, and tells whether the database took it.
    pub attempt: Box<dyn Fn(&str) -> bool>,
    /// Whether commands run at a terminal.
    pub at_terminal: bool,
}

const BASE: &str =
    "model User {\n  id    Int    @id @default(autoincrement())\n  email String\n}\n";

impl Site {
    pub fn schema(&self, models: &str) {
        let provider = self.provider;
        self.project.write(
            "prisma/schema.prisma",
            format!("datasource db {{\n  provider = \"{provider}\"\n  url      = env(\"DATABASE_URL\")\n}}\n\n{models}"),
        );
    }

    pub fn relata(&self, args: &[&str]) -> Ran {
        let environment = [("DATABASE_URL", self.url.as_str())];
        if self.at_terminal {
            let ran = Talk::with(&self.project, args, &environment).ends();
            ran.holds_no_password(args, &environment);
            ran
        } else {
            self.project.relata_with(args, &environment)
        }
    }

    pub fn migrations(&self) -> Vec<String> {
        let paths = self.project.tree().into_iter();
        let names =
            paths.filter_map(|path| path.strip_prefix("prisma/migrations/").map(str::to_owned));
        names
            .filter(|name| !name.contains('/') && name != "migration_lock.toml")
            .collect()
    }

    /// Takes over what another has committed: the schema and the migrations.
    fn merge(&self, other: &Site, schema: &str) {
        for name in other.migrations() {
            for file in ["migration.sql", "down.sql", "plan.json"] {
                let path = format!("prisma/migrations/{name}/{file}");
                if other.project.exists(&path) && !self.project.exists(&path) {
                    self.project.write(&path, other.project.read(&path));
                }
            }
        }
        let lock = "prisma/migrations/migration_lock.toml";
        self.project.write(lock, other.project.read(lock));
        self.schema(schema);
    }

    fn number(&self, sql: &str) -> String {
        (self.sql)(sql)[0][0].clone().unwrap_or_default()
    }
}

/// "Developing with Prisma Migrate": a first migration, a change, one that is customised by hand, a reset with a seed.
pub fn develop(site: &Site) {
    site.schema(BASE);
    site.relata(&["migrate", "dev", "--name", "init"]).ok();
    (site.sql)("INSERT INTO \"User\" (email) VALUES ('ann@x.dev')");
    site.schema(&BASE.replace("email String", "email String\n  name  String?"));
    site.relata(&["migrate", "dev", "--name", "names"]).ok();
    // Customised: the file is written, edited, applied.
    let models = BASE.replace(
        "email String",
        "email String\n  name  String?\n  level Int @default(0)",
    );
    site.schema(&models);
    site.relata(&["migrate", "dev", "--name", "levels", "--create-only"])
        .ok();
    let last = site.migrations().pop().expect("a migration");
    let path = format!("prisma/migrations/{last}/migration.sql");
    let fill = if site.provider == "mysql" {
        "UPDATE `User` SET `level` = 7;\n"
    } else {
        "UPDATE \"User\" SET \"level\" = 7;\n"
    };
    site.project
        .write(&path, site.project.read(&path) + "\n" + fill);
    site.relata(&["migrate", "dev"]).ok();
    assert_eq!(site.number("SELECT level FROM \"User\""), "7");
    let ran = site.relata(&["migrate", "dev"]).ok();
    assert!(ran.stdout.contains("in sync"), "{ran:?}");
    site.project.write(
        "prisma/seed.sql",
        if site.provider == "mysql" {
            "INSERT INTO `User` (email) VALUES ('seed')"
        } else {
            "INSERT INTO \"User\" (email) VALUES ('seed')"
        },
    );
    site.relata(&["migrate", "reset", "--force"]).ok();
    assert_eq!(site.number("SELECT email FROM \"User\""), "seed");
    // A prototype, without a migration.
    site.schema(&models.replace("@default(0)", "@default(0)\n  idea  String?"));
    site.relata(&["db", "push"]).ok();
    assert_eq!(site.number("SELECT COUNT(idea) FROM \"User\""), "0");
}

/// "Team development": two branches from one base, each with a database of its own.
pub fn team(ann: &Site, bob: &Site) {
    ann.schema(BASE);
    ann.relata(&["migrate", "dev", "--name", "init"]).ok();
    bob.merge(ann, BASE);
    bob.relata(&["migrate", "dev"]).ok();
    let cat = "model Cat {\n  id Int @id\n}\n";
    let dog = "model Dog {\n  id Int @id\n}\n";
    bob.schema(&(BASE.to_owned() + dog));
    bob.relata(&["migrate", "dev", "--name", "dogs"]).ok();
    let dogs = bob.migrations().pop().expect("dogs");
    ann.schema(&(BASE.to_owned() + cat));
    ann.relata(&["migrate", "dev", "--name", "cats"]).ok();
    // Bob pulls what Ann has merged.
    let both = BASE.to_owned() + cat + dog;
    bob.merge(ann, &both);
    let ran = bob.relata(&["migrate", "dev"]).ok();
    assert!(ran.stdout.contains("_cats"), "{ran:?}");
    assert_eq!(bob.number("SELECT COUNT(*) FROM \"Cat\""), "0");
    assert_eq!(bob.migrations().len(), 3);
    // His comes last now; both orders lead to the same.
    bob.relata(&["migrate", "rebase", &dogs]).ok();
    let status = bob.relata(&["migrate", "status"]).ok();
    assert!(status.stdout.contains("up to date"), "{status:?}");
    ann.merge(bob, &both);
    ann.relata(&["migrate", "dev"]).ok();
    assert_eq!(ann.number("SELECT COUNT(*) FROM \"Dog\""), "0");
    // Somebody edits an applied migration: it is told.
    let first = ann.migrations().remove(0);
    let path = format!("prisma/migrations/{first}/migration.sql");
    let text = ann.project.read(&path);
    ann.project.write(&path, text.clone() + "-- edited\n");
    ann.relata(&["migrate", "dev"]).fails("R6005", &[&first]);
    ann.project.write(&path, text);
}

/// "Deploying database changes": nothing but `deploy`, and it says where things stand.
pub fn production(development: &Site, production: &Site) {
    development.schema(BASE);
    development
        .relata(&["migrate", "dev", "--name", "init"])
        .ok();
    production.merge(development, BASE);
    let status = production.relata(&["migrate", "status"]);
    assert!(
        status.status == 1 && status.stdout.contains("Not yet applied"),
        "{status:?}"
    );
    let plan = production.relata(&["migrate", "deploy", "--dry-run"]).ok();
    assert!(plan.stdout.contains("Would apply"), "{plan:?}");
    production.relata(&["migrate", "deploy"]).ok();
    let again = production.relata(&["migrate", "deploy"]).ok();
    assert!(again.stdout.contains("No pending migrations"), "{again:?}");
    (production.sql)("INSERT INTO \"User\" (email) VALUES ('ann@x.dev')");
    let models = BASE.replace("email String", "email String @unique");
    development.schema(&models);
    development
        .relata(&["migrate", "dev", "--name", "unique"])
        .ok();
    production.merge(development, &models);
    production.relata(&["migrate", "deploy"]).ok();
    let status = production.relata(&["migrate", "status"]).ok();
    assert!(status.stdout.contains("up to date"), "{status:?}");
    assert_eq!(production.number("SELECT COUNT(*) FROM \"User\""), "1");
}

/// "Patching and hotfixing": a migration that fails in production only, one that failed under another tool, and a hotfix.
pub fn patch(development: &Site, production: &Site) {
    development.schema(BASE);
    development
        .relata(&["migrate", "dev", "--name", "init"])
        .ok();
    production.merge(development, BASE);
    production.relata(&["migrate", "deploy"]).ok();
    (production.sql)("INSERT INTO \"User\" (email) VALUES ('twice'), ('twice')");
    let models = BASE.replace("email String", "email String @unique");
    development.schema(&models);
    development
        .relata(&["migrate", "dev", "--name", "unique"])
        .ok();
    let unique = development.migrations().pop().expect("unique");
    production.merge(development, &models);
    let ran = production.relata(&["migrate", "deploy"]);
    ran.fails("R2110", &["P3018", &unique]);
    // Repaired, and rolled forward.
    (production.sql)("DELETE FROM \"User\" WHERE id = 2");
    production.relata(&["migrate", "deploy"]).ok();
    // Another tool has left a failed row.
    let name = "29990101000000_by_hand";
    let script = if production.provider == "mysql" {
        "CREATE TABLE `patch` (id INT NOT NULL PRIMARY KEY);\n"
    } else {
        "CREATE TABLE \"patch\" (id INT NOT NULL PRIMARY KEY);\n"
    };
    production
        .project
        .write(&format!("prisma/migrations/{name}/migration.sql"), script);
    (production.sql)(&format!(
        "INSERT INTO _relata_migrations (id, checksum, migration_name, logs, applied_steps_count) VALUES ('00000000-0000-4000-8000-000000000000', '{}', '{name}', 'it failed', 0)",
        relata_script::checksum(script)
    ));
    let status = production.relata(&["migrate", "status"]);
    assert!(
        status.status == 1 && status.stdout.contains("it failed"),
        "{status:?}"
    );
    production
        .relata(&["migrate", "deploy"])
        .fails("R2106", &["P3009", name]);
    production
        .relata(&["migrate", "resolve", "--rolled-back", name])
        .ok();
    production.relata(&["migrate", "deploy"]).ok();
    assert_eq!(production.number("SELECT COUNT(*) FROM \"patch\""), "0");
    // A hotfix was made by hand: it becomes a migration that is applied already.
    (production.sql)("CREATE TABLE hotfix (id INT NOT NULL PRIMARY KEY)");
    let name = "29990101000001_hotfix";
    production.project.write(
        &format!("prisma/migrations/{name}/migration.sql"),
        "CREATE TABLE hotfix (id INT NOT NULL PRIMARY KEY);\n",
    );
    production
        .relata(&["migrate", "resolve", "--applied", name])
        .ok();
    let status = production.relata(&["migrate", "status"]).ok();
    assert!(status.stdout.contains("up to date"), "{status:?}");
}

/// All of them, on sites that are made as they are needed. On servers, where each takes its time, every day runs each of them one way, and
/// `--all` runs all both ways.
pub fn all(make: &dyn Fn(bool) -> Site) {
    let is_quick = make(false).provider == "sqlite";
    let both = is_quick || std::env::var_os("RELATA_TEST_ALL").is_some();
    for at_terminal in [false, true] {
        if both || at_terminal {
            develop(&make(at_terminal));
            patch(&make(at_terminal), &make(at_terminal));
        }
        if both || !at_terminal {
            team(&make(at_terminal), &make(at_terminal));
            production(&make(at_terminal), &make(at_terminal));
        }
    }
}
