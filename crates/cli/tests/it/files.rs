//! `format` and `generate`: what they write, and what `--check` says.

use super::support::Project;

const UNTIDY: &str = "model A {\n id Int @id\n   longName String?\n}\n";

#[test]
fn format_writes_in_place_and_check_only_tells() {
    let project = Project::new(UNTIDY);
    let before = project.read("app.schema");
    let ran = project
        .relata(&["format", "--check"])
        .fails("R7007", &["app.schema"]);
    assert!(ran.stdout.contains("+  longName String?"), "{}", ran.stdout);
    assert_eq!(project.read("app.schema"), before);
    project.relata(&["format"]).ok();
    assert!(
        project
            .read("app.schema")
            .contains("  id       Int     @id\n  longName String?\n")
    );
    project.relata(&["format", "--check"]).ok();
}

#[test]
fn format_keeps_what_it_cannot_read() {
    let project = Project::new("model A {\n id Int @id\n  what is this?!\n}\n");
    project.relata(&["format"]).ok();
    let text = project.read("app.schema");
    assert!(
        text.contains("  what is this?!\n") && text.contains("  id Int @id\n"),
        "{text}"
    );
}

#[test]
fn format_takes_a_folder() {
    let project = Project::empty();
    project.write(
        "schema/a.prisma",
        format!("{}{UNTIDY}", super::support::DATASOURCE),
    );
    project.write("schema/deep/b.schema", UNTIDY.replace("model A", "model B"));
    let ran = project.relata(&["format", "--schema", "schema"]).ok();
    assert!(
        ran.stdout.contains("a.prisma") && ran.stdout.contains("b.schema"),
        "{}",
        ran.stdout
    );
    assert!(
        project
            .read("schema/deep/b.schema")
            .contains("  longName String?")
    );
}

#[test]
fn generate_writes_where_the_schema_says_and_check_compares() {
    let project = Project::new(
        "generator rust {\n  provider = \"relata\"\n  output   = \"./db\"\n}\nmodel A {\n  id Int @id\n}\n",
    );
    project
        .relata(&["generate", "--check"])
        .fails("R7009", &["relata generate"]);
    assert!(!project.exists("db"));
    project.relata(&["generate"]).ok();
    assert!(project.read("db/a.rs").contains("pub struct A"));
    project.relata(&["generate", "--check"]).ok();
    let edited = project
        .read("db/a.rs")
        .replace("pub struct A", "pub struct Edited");
    project.write("db/a.rs", edited);
    let ran = project
        .relata(&["generate", "--check"])
        .fails("R7009", &["a.rs"]);
    assert!(
        ran.stdout.contains("-pub struct Edited") || ran.stdout.contains("+pub struct A"),
        "{}",
        ran.stdout
    );
}

#[test]
fn generate_writes_a_crate_and_tells_of_another_version() {
    let project = Project::new("model A {\n  id Int @id\n}\n");
    let ran = project.relata(&["generate", "--crate", "data"]).ok();
    assert!(ran.stdout.contains("`cargo add relata"), "{}", ran.stdout);
    assert!(project.read("data/Cargo.toml").contains("name = \"data\""));
    assert!(
        project
            .read("data/src/lib.rs")
            .contains("pub use self::a::A;")
    );
    project
        .relata(&["generate", "--crate", "data", "--check"])
        .ok();

    let lock = "[[package]]\nname = \"relata\"\nversion = \"9.8.7\"\n";
    project.write("Cargo.lock", lock);
    let ran = project.relata(&["generate", "--crate", "data"]).ok();
    assert!(ran.stderr.contains("has relata 9.8.7"), "{}", ran.stderr);
}

#[test]
fn one_schema_is_for_several_databases() {
    let project = Project::new("model A {\n  id Int @id\n  at DateTime\n}\n");
    let sql = |provider: &str| {
        let args = ["--provider", provider, "--schema", "app.schema"];
        project.relata(&[&["validate"][..], &args].concat()).ok();
        let args = ["generate", "--output", provider, "--provider", provider];
        let said = project.relata(&args).ok().stdout;
        assert!(project.exists(&format!("{provider}/a.rs")));
        said
    };
    assert!(sql("postgresql").contains("--features postgres"));
    assert!(sql("mysql").contains("--features mysql"));
    assert!(sql("sqlite").contains("--features sqlite"));
    for command in [&["format"][..], &["db", "pull"]] {
        let before = project.read("app.schema");
        project
            .relata(&[command, &["--provider", "mysql"]].concat())
            .fails("R7040", &["writes it"]);
        assert_eq!(project.read("app.schema"), before);
    }
}

#[test]
fn explain_prints_a_page() {
    let project = Project::empty();
    assert!(
        project
            .relata(&["explain", "r0012"])
            .ok()
            .stdout
            .contains("R0012")
    );
    project
        .relata(&["explain", "R9999"])
        .fails("R7006", &["R9999"]);
}

#[test]
fn graph_draws_in_each_format() {
    let project = Project::new("model A {\n  id Int @id\n}\n");
    let graph = |args: &[&str]| project.relata(&[&["graph"], args].concat()).ok().stdout;
    assert!(graph(&[]).starts_with("erDiagram\n"));
    assert!(graph(&["--format", "dot"]).starts_with("digraph schema {"));
    assert!(graph(&["--format", "svg"]).starts_with("<svg "));
    graph(&["--format", "svg", "--output", "er.svg"]);
    assert!(project.read("er.svg").ends_with("</svg>\n"));
}
