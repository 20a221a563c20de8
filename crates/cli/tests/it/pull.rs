//! `db pull`: what a database holds, brought into the files that are there.

use super::support::Project;

const TABLES: &str = "CREATE TABLE user (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL);
    CREATE UNIQUE INDEX user_email_key ON user(email);
    CREATE TABLE post (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT, user_id INTEGER NOT NULL REFERENCES user(id) ON DELETE CASCADE ON UPDATE CASCADE);";

#[test]
fn a_new_project_gets_a_schema_without_the_url_in_it() {
    let project = Project::empty();
    project.database().execute_batch(TABLES).expect("made");
    let ran = project.relata(&["db", "pull", "--url", "file:dev.db"]).ok();
    assert!(ran.stdout.contains("added model user"), "{}", ran.stdout);
    let schema = project.read("app.schema");
    assert!(
        schema.contains("env(\"DATABASE_URL\")") && !schema.contains("dev.db"),
        "{schema}"
    );
    project.relata(&["validate"]).ok();
    let again = project.relata(&["db", "pull", "--url", "file:dev.db"]).ok();
    assert!(
        again.stdout.contains("nothing was changed"),
        "{}",
        again.stdout
    );
    assert_eq!(project.read("app.schema"), schema);
}

#[test]
fn what_people_wrote_stays() {
    let models = r#"/// People.
model Person { // whoever
  id    Int    @id @default(autoincrement())

  // how to reach them
  email String @unique(map: "user_email_key") /// unique
  gone  String? // nobody knows

  @@map("user")
}

// odds and ends

model Old {
  id Int @id
}
"#;
    let project = Project::new(models);
    project
        .database()
        .execute_batch(&format!(
            "{TABLES} ALTER TABLE user ADD COLUMN nick TEXT DEFAULT 'x';"
        ))
        .expect("made");
    let before = project.read("app.schema");
    let ran = project.relata(&["db", "pull", "--print"]).ok();
    assert_eq!(project.read("app.schema"), before);
    let json = project.relata(&["db", "pull", "--format", "json"]).ok();
    let after = project.read("app.schema");
    assert_eq!(ran.stdout, after);
    for change in [
        "model Old",
        "field Person.gone",
        "field Person.nick",
        "model post",
    ] {
        assert!(json.stdout.contains(change), "{change} in {}", json.stdout);
    }
    let models = after.split_once("}\n\n").expect("a datasource").1;
    assert_eq!(
        models,
        r#"/// People.
model Person { // whoever
  id Int @id @default(autoincrement())

  // how to reach them
  email String  @unique(map: "user_email_key") /// unique
  nick  String? @default("x")
  post  post[]

  @@map("user")
}

// odds and ends

model post {
  id      Int     @id @default(autoincrement())
  title   String?
  user_id Int
  Person  Person  @relation(fields: [user_id], references: [id], onDelete: Cascade)
}
"#
    );
    project.relata(&["db", "pull"]).ok();
    assert_eq!(project.read("app.schema"), after);
}

#[test]
fn a_folder_keeps_its_files_and_gets_one_for_what_is_new() {
    let project = Project::empty();
    // A shadow database is not needed, and its variable not set.
    project.write(
        "db/main.prisma",
        super::support::DATASOURCE.replace(
            "./dev.db\"\n",
            "../dev.db\"\n  shadowDatabaseUrl = env(\"NOT_SET\")\n",
        ),
    );
    project.write(
        "db/user.prisma",
        "model user {\n  id Int @id @default(autoincrement())\n}\n",
    );
    project.database().execute_batch(TABLES).expect("made");
    project.relata(&["db", "pull", "--schema", "db"]).ok();
    assert!(
        project
            .read("db/user.prisma")
            .contains("email String @unique")
    );
    let new = project.read("db/introspected.prisma");
    assert!(new.starts_with("model post {"), "{new}");
    let tree = project.tree();
    project.relata(&["db", "pull", "--schema", "db"]).ok();
    assert_eq!(project.tree(), tree);
    assert_eq!(project.read("db/introspected.prisma"), new);
}

#[test]
fn force_keeps_the_configuration_only() {
    let project = Project::new("model Broken {\n  id Itn @id\n}\n");
    project.database().execute_batch(TABLES).expect("made");
    let before = project.read("app.schema");
    // A schema with mistakes is not edited: what they hide would be lost.
    project.relata(&["db", "pull"]).fails("R0007", &["Itn"]);
    assert_eq!(project.read("app.schema"), before);
    project.relata(&["db", "pull", "--force"]).ok();
    let after = project.read("app.schema");
    assert!(after.starts_with(super::support::DATASOURCE), "{after}");
    assert!(
        !after.contains("Broken") && after.contains("model user {"),
        "{after}"
    );
}

#[test]
fn nothing_is_pulled_from_nothing() {
    let project = Project::new("model Kept {\n  id Int @id\n}\n");
    let before = project.read("app.schema");
    let missing = project.relata(&["db", "pull"]);
    assert_eq!(missing.status, 1, "{missing:?}");
    assert!(!project.exists("dev.db"), "looking made a database");
    drop(project.database());
    project
        .database()
        .execute_batch("CREATE TABLE _prisma_migrations (id TEXT)")
        .expect("made");
    project
        .relata(&["db", "pull"])
        .fails("R6018", &["P4001", "empty"]);
    assert_eq!(project.read("app.schema"), before);
    let nowhere = Project::empty();
    nowhere.relata(&["db", "pull"]).fails("R7004", &["--url"]);
    let ran = nowhere.relata(&[
        "db",
        "pull",
        "--url",
        "postgresql://ann:s3cr3t@127.0.0.1:1/app",
    ]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(!format!("{ran:?}").contains("s3cr3t"), "{ran:?}");
    assert!(nowhere.tree().is_empty(), "{:?}", nowhere.tree());
}
