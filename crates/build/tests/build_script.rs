//! A build script under a real cargo: what it says, what it rebuilds, what it leaves alone.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use relata_testing::fixtures;
use support::{Package, said};

const MAIN: &str = r#"mod db {
    include!(concat!(env!("OUT_DIR"), "/relata/mod.rs"));
}

fn main() {
    assert_eq!(db::Role::ALL.len(), 3);
    let names: Vec<&str> = db::MIGRATIONS.scripts.iter().map(|script| script.0).collect();
    let known = include_str!("../migrations.txt");
    assert_eq!(names, known.split_whitespace().collect::<Vec<_>>());
    assert_eq!(db::CONTRACT.migrations, Some(db::MIGRATIONS));
    println!("{}", env!("OUT_DIR"));
}
"#;

#[test]
fn a_program_is_built_from_its_schema() {
    let package = Package::new("script");
    let case = fixtures("rust")
        .into_iter()
        .find(|case| case.name == "relations")
        .unwrap();
    let schema = &case
        .schema()
        .replace("  output   = \"./db\"", "  migrations = \"./migrations\"");
    // The folder is not there yet: a program can be built before its first migration.
    package.write("migrations.txt", "");
    package.write(
        "build.rs",
        "fn main() {\n    relata_build::compile(\"app.schema\");\n}\n",
    );
    package.write("src/main.rs", MAIN);
    package.write("app.schema", schema);
    let folder = built(&package);
    assert!(state(&folder).contains_key("user.rs"));

    // A migration is added, and then another: cargo sees the folder, and then what is new in it.
    for (name, known) in [("1_a", "1_a"), ("2_b", "1_a 2_b")] {
        package.write(&format!("migrations/{name}/migration.sql"), "SELECT 1;");
        package.write("migrations.txt", known);
        built(&package);
    }
    let first = state(&folder);

    let again = package.cargo(&["build", "-v"]);
    assert!(
        said(&again).contains("Fresh script v0.0.0"),
        "{}",
        said(&again)
    );

    // One model changes: its file does, and no other.
    package.write(
        "app.schema",
        &schema.replace("  title    String", "  title    String?"),
    );
    built(&package);
    let second = state(&folder);
    let changed: Vec<_> = first
        .keys()
        .filter(|name| first[*name] != second[*name])
        .collect();
    assert_eq!(changed, ["_contract.rs", "post.rs"]);

    // A mistake: cargo shows the line of the schema, nothing else breaks, and the last good code is still there.
    package.write(
        "app.schema",
        &schema.replace("author   User ", "author   Usre "),
    );
    let failed = package.cargo(&["build"]);
    let text = said(&failed);
    let line = 1 + schema
        .lines()
        .position(|line| line.contains("author   User "))
        .unwrap();
    assert!(!failed.status.success());
    assert!(text.contains("error: script@0.0.0: error[R0007]"), "{text}");
    assert!(
        text.contains(&format!("--> app.schema:{line}:12")),
        "{text}"
    );
    assert!(text.contains("did you mean `User`?"), "{text}");
    assert!(
        !text.contains("panicked") && !text.contains("stack backtrace"),
        "{text}"
    );
    assert_eq!(state(&folder), second);

    package.write("app.schema", schema);
    built(&package);
    assert_eq!(contents(&state(&folder)), contents(&first));
}

/// Builds and runs the program, which prints where its code was generated.
fn built(package: &Package) -> PathBuf {
    let run = package.cargo(&["run", "--quiet"]);
    assert!(run.status.success(), "{}", said(&run));
    Path::new(String::from_utf8_lossy(&run.stdout).trim()).join("relata")
}

type State = BTreeMap<String, (SystemTime, String)>;

fn state(folder: &Path) -> State {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let time = path.metadata().unwrap().modified().unwrap();
            (name, (time, fs::read_to_string(&path).unwrap()))
        })
        .collect()
}

fn contents(state: &State) -> Vec<(&str, &str)> {
    state
        .iter()
        .map(|(name, (_, text))| (name.as_str(), text.as_str()))
        .collect()
}
