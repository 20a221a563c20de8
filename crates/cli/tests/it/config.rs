//! What is configured, and who says so.

use super::support::Project;

const MODEL: &str = "model A {\n  id Int @id\n}\n";

/// The line of `relata config` for a setting.
#[track_caller]
fn line(project: &Project, name: &str, args: &[&str], environment: &[(&str, &str)]) -> String {
    let args = [&["config"], args].concat();
    let ran = project.relata_with(&args, environment).ok();
    let found = ran.stdout.lines().find(|line| line.starts_with(name));
    let found = found.unwrap_or_else(|| panic!("no {name} in {}", ran.stdout));
    found[name.len()..].trim().to_owned()
}

#[test]
fn every_source_gives_way_to_the_one_above() {
    let project = Project::empty();
    let url =
        |environment: &[(&str, &str)], args: &[&str]| line(&project, "url", args, environment);
    project.write(
        "app.schema",
        format!("datasource db {{\n  provider = \"postgresql\"\n}}\n{MODEL}"),
    );
    assert!(
        url(&[], &[]).starts_with("-  ([R7003]"),
        "{}",
        url(&[], &[])
    );
    project.write("relata.toml", "url = \"postgresql://a:s3cret@toml/x\"\n");
    assert_eq!(
        url(&[], &[]),
        "postgresql://a:***@toml/x  (relata.toml: url)"
    );
    project.write(
        ".env",
        "DATABASE_URL=postgresql://a:s3cret@dotenv/x # here\n",
    );
    assert_eq!(
        url(&[], &[]),
        "postgresql://a:***@dotenv/x  (.env: DATABASE_URL)"
    );
    let process = [("DATABASE_URL", "postgresql://a:s3cret@process/x")];
    assert_eq!(
        url(&process, &[]),
        "postgresql://a:***@process/x  (environment: DATABASE_URL)"
    );
    project.write(
        "app.schema",
        format!(
            "datasource db {{\n  provider = \"postgresql\"\n  url = env(\"OTHER\")\n}}\n{MODEL}"
        ),
    );
    project.write(
        ".env",
        "OTHER=postgresql://a:s3cret@other/x\nDATABASE_URL=x\n",
    );
    assert_eq!(
        url(&process, &[]),
        "postgresql://a:***@other/x  (datasource: url, from .env: OTHER)"
    );
    assert_eq!(
        url(&process, &["--url", "postgresql://a:s3cret@flag/x"]),
        "postgresql://a:***@flag/x  (--url)"
    );
    // Another variable that is not set may mean another database: nothing stands for it.
    project.write(".env", "");
    assert!(
        url(&process, &[]).contains("R7003"),
        "{}",
        url(&process, &[])
    );
    let json = project
        .relata_with(&["config", "--format", "json"], &process)
        .ok();
    assert!(!json.stdout.contains("s3cret"), "{}", json.stdout);
}

#[test]
fn relata_toml_says_where_things_are_and_how() {
    let project = Project::empty();
    project.write(
        "db/main.schema",
        format!("{}\n{MODEL}", super::support::DATASOURCE),
    );
    project.write(
        "relata.toml",
        "schema = \"db/main.schema\"\nmigrations = \"db/steps\"\nstyle = \"simple\"\ntarget = \"sqlite 3.37\"\nmanage = [\"checks\", \"views\"]\nseed = \"db/first.sql\"\n",
    );
    project.write("db/first.sql", "INSERT INTO A VALUES (7);\n");
    assert_eq!(
        line(&project, "schema", &[], &[]),
        "db/main.schema  (relata.toml: schema)"
    );
    assert_eq!(
        line(&project, "manage", &[], &[]),
        "checks, views  (relata.toml: manage)"
    );
    assert_eq!(
        line(&project, "style", &[], &[]),
        "simple  (relata.toml: style)"
    );
    project.relata(&["migrate", "dev", "--name", "init"]).ok();
    assert!(project.exists("db/steps/migration_lock.toml") && project.exists("db/dev.db"));
    let ran = project.relata(&["db", "seed"]).ok();
    assert!(ran.stdout.contains("1 statement"), "{ran:?}");
    // What the target does not have is refused, without a flag.
    project.write(
        "relata.toml",
        "schema = \"db/main.schema\"\nmigrations = \"db/steps\"\ntarget = \"postgresql 14\"\n",
    );
    let ran = project.relata(&["migrate", "dev", "--name", "more"]);
    assert_eq!(ran.status, 1, "{ran:?}");
}

#[test]
fn a_mistake_in_a_file_is_named_and_its_line_not_shown() {
    let project = Project::new(MODEL);
    for (text, words) in [
        (
            "schema = \"a\"\nurl = \"postgresql://a:s3cret@h/d\n",
            &["line 2"][..],
        ),
        ("shcema = \"a\"\n", &["line 1", "shcema"]),
        ("manage = [\"tables\"]\n", &["tables", "checks"]),
        ("target = \"oracle 9\"\n", &["oracle"]),
        ("style = \"fast\"\n", &["fast"]),
    ] {
        project.write("relata.toml", text);
        let ran = project.relata(&["validate"]).fails("R7023", words);
        assert!(!ran.stderr.contains("s3cret"), "{}", ran.stderr);
    }
    std::fs::remove_file(project.path().join("relata.toml")).unwrap();
    project
        .relata(&["validate", "--config", "none.toml"])
        .fails("R7023", &["none.toml"]);
    project.write("relata.toml", "schema = \"gone.schema\"\n");
    project
        .relata(&["validate"])
        .fails("R7004", &["gone.schema", "relata.toml"]);
}

#[test]
fn the_schema_is_found_where_prisma_keeps_it() {
    let text = |provider: &str| {
        format!(
            "datasource db {{\n  provider = \"{provider}\"\n  url = \"file:./dev.db\"\n}}\n{MODEL}"
        )
    };
    let generator = "generator client {\n  provider = \"prisma-client-js\"\n}\n";
    // A folder.
    let project = Project::empty();
    project.write("prisma/schema/main.prisma", text("sqlite") + generator);
    assert_eq!(
        line(&project, "schema", &[], &[]),
        "prisma/schema  (default)"
    );
    assert_eq!(
        line(&project, "history table", &[], &[]),
        "_prisma_migrations  (default)"
    );
    assert_eq!(
        line(&project, "migrations", &[], &[]),
        "prisma/schema/migrations  (default)"
    );
    project.write(
        "prisma/migrations/migration_lock.toml",
        "provider = \"sqlite\"\n",
    );
    assert_eq!(
        line(&project, "migrations", &[], &[]),
        "prisma/migrations  (default)"
    );
    // The file beside it comes first, as with Prisma.
    project.write("prisma/schema.prisma", text("sqlite"));
    assert_eq!(
        line(&project, "schema", &[], &[]),
        "prisma/schema.prisma  (default)"
    );
    // `package.json`, then Prisma 7's configuration.
    project.write("other/a.prisma", text("sqlite"));
    project.write(
        "package.json",
        "{ \"prisma\": { \"schema\": \"other/a.prisma\", \"seed\": \"node seed.js\" } }",
    );
    assert_eq!(
        line(&project, "schema", &[], &[]),
        "other/a.prisma  (package.json: prisma.schema)"
    );
    assert_eq!(
        line(&project, "seed", &[], &[]),
        "node seed.js  (package.json: prisma.seed)"
    );
    project.write(
        "third/b.prisma",
        format!("datasource db {{\n  provider = \"sqlite\"\n}}\n{MODEL}"),
    );
    project.write(
        "prisma.config.ts",
        "import { defineConfig, env } from 'prisma/config'\nexport default defineConfig({ schema: 'third/b.prisma', migrations: { path: 'third/m', seed: 'tsx s.ts' }, datasource: { url: env('URL7') } })\n",
    );
    let environment = [
        ("URL7", "file:./seven.db"),
        ("DATABASE_URL", "file:./no.db"),
    ];
    assert_eq!(
        line(&project, "schema", &[], &environment),
        "third/b.prisma  (prisma.config.ts: schema)"
    );
    assert_eq!(
        line(&project, "migrations", &[], &environment),
        "third/m  (prisma.config.ts: migrations.path)"
    );
    assert_eq!(
        line(&project, "url", &[], &environment),
        "file:./seven.db  (prisma.config.ts: datasource.url)"
    );
    project
        .relata_with(&["migrate", "dev", "--name", "init"], &environment)
        .ok();
    // Prisma 7 takes relative paths from its configuration.
    assert!(project.exists("seven.db") && project.exists("third/m/migration_lock.toml"));
    let rows = rusqlite::Connection::open(project.path().join("seven.db")).unwrap();
    let count: i64 = rows
        .query_row("SELECT COUNT(*) FROM _prisma_migrations", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(count, 1);
    // What would have to be run is not guessed: the flag is named.
    project.write(
        "prisma.config.ts",
        "export default defineConfig({ schema: find(), migrations: { path: dir + 'm' } })\n",
    );
    project
        .relata(&["validate"])
        .fails("R7024", &["schema", "--schema"]);
    let ran = project.relata(&["migrate", "status", "--schema", "prisma/schema.prisma"]);
    ran.fails("R7024", &["migrations.path", "--migrations"]);
    let ran = project
        .relata(&[
            "migrate",
            "status",
            "--schema",
            "prisma/schema.prisma",
            "--migrations",
            "none",
        ])
        .ok();
    assert!(ran.stdout.contains("0 migrations"), "{ran:?}");
}

#[test]
fn variables_of_prisma_and_ours_are_honoured() {
    let project = Project::new(MODEL);
    project.write("seed.sql", "INSERT INTO A VALUES (1);\n");
    let folder = [("PRISMA_MIGRATION_DIR", "steps")];
    project
        .relata_with(&["migrate", "dev", "--name", "init"], &folder)
        .ok();
    assert!(project.exists("steps/migration_lock.toml") && !project.exists("migrations"));
    // Ours wins over Prisma's, and a flag over both; a `.env` file may say it, too.
    project.write(".env", "RELATA_MIGRATION_DIR=steps\n");
    let ran = project
        .relata_with(&["migrate", "status"], &[("PRISMA_MIGRATION_DIR", "none")])
        .ok();
    assert!(ran.stdout.contains("1 migration in the folder"), "{ran:?}");
    let reset = ["migrate", "reset", "--force"];
    for name in ["PRISMA_MIGRATE_SKIP_SEED", "RELATA_MIGRATE_SKIP_SEED"] {
        project.relata_with(&reset, &[(name, "true")]).ok();
        assert_eq!(project.rows("SELECT COUNT(*) FROM A"), ["0"]);
    }
    project
        .relata_with(&reset, &[("PRISMA_MIGRATE_SKIP_SEED", "false")])
        .ok();
    assert_eq!(project.rows("SELECT COUNT(*) FROM A"), ["1"]);
    let lock = line(
        &project,
        "lock",
        &[],
        &[("PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK", "1")],
    );
    assert_eq!(
        lock,
        "not taken  (environment: PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK)"
    );
}

#[test]
fn a_seed_may_be_a_command() {
    let project = Project::new(MODEL);
    project.dev("init").ok();
    project.write("relata.toml", "seed = \"sh plant.sh first\"\n");
    project.write("plant.sh", "echo \"$# $1 $2 $SEED_TEST\" > planted\n");
    project.write(".env", "SEED_TEST='of the file'\n");
    project.relata(&["db", "seed", "--", "a b; false"]).ok();
    assert_eq!(project.read("planted"), "2 first a b; false of the file\n");
    project.write("plant.sh", "exit 3\n");
    project.relata(&["db", "seed"]).fails("R7026", &["3"]);
    // Standard output is for the document.
    project.write("plant.sh", "echo noise\n");
    let ran = project.relata(&["db", "seed", "--format", "json"]).ok();
    assert!(
        serde_json::from_str::<serde_json::Value>(&ran.stdout).is_ok(),
        "{ran:?}"
    );
}

#[test]
fn two_histories_are_refused() {
    let project = Project::new(MODEL);
    project.dev("init").ok();
    project
        .database()
        .execute_batch("CREATE TABLE _prisma_migrations AS SELECT * FROM _relata_migrations")
        .unwrap();
    for args in [
        &["migrate", "status"][..],
        &["migrate", "deploy"],
        &["migrate", "dev"],
    ] {
        project
            .relata(args)
            .fails("R2104", &["two migration histories"]);
    }
}
