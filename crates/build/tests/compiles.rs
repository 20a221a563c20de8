//! Everything in `fixtures/rust` compiles, in one package, under lints that generated code must not trip.

#![allow(clippy::print_stderr, reason = "a test that cannot run says so")]

mod support;

use std::env;

use relata_build::{as_crate, generate, write};
use relata_schema::{Sources, analyze};
use relata_testing::{fixtures, verdicts, workspace_root};
use support::{Package, said};

const HEAD: &str = "//! Generated code.\n\
    #![deny(warnings, missing_docs, unreachable_pub, unused_qualifications)]\n\n\
    /// What a fixture names as a column's type.\n\
    #[derive(Clone, Debug, PartialEq, PartialOrd)]\n\
    pub struct Money(pub relata::types::rust_decimal::Decimal);\n\n\
    impl relata::FromValue for Money {\n    \
        fn from_value(value: &relata::Value) -> Result<Self, relata::DecodeError> {\n        \
            relata::FromValue::from_value(value).map(Self)\n    \
        }\n\
    }\n\n\
    impl From<Money> for relata::Value {\n    \
        fn from(money: Money) -> Self {\n        \
            money.0.into()\n    \
        }\n\
    }\n";

const BEHAVES: &str = include_str!("programs/behaves.rs");

const INCLUDED: &str = "\nmod included {\n    \
    include!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/src/relations/mod.rs\"));\n\
    }\n";

#[test]
fn every_fixture_is_rust() {
    let package = Package::new("compiles");
    let mut root = HEAD.to_owned();
    let mut modules = Vec::new();
    for case in fixtures("rust") {
        let analysis = analyze(&Sources::one("app.schema", case.schema()));
        assert!(
            analysis.is_valid(),
            "{}: {:?}",
            case.name,
            analysis.diagnostics
        );
        let Ok(files) = generate(&analysis.schema) else {
            continue;
        };
        let module = case.name.replace('-', "_");
        write(&files, package.folder.join("src").join(&module)).unwrap();
        root.extend(["\n/// A fixture.\npub mod ", &module, ";\n"]);
        modules.push(format!("src/{module}/mod.rs"));
    }
    // As a program has it: private, and from a build script's folder.
    root.push_str(INCLUDED);
    package.write("src/lib.rs", &root);

    let check = package.cargo(&["check"]);
    assert!(check.status.success(), "{}", said(&check));

    // And it does what it should.
    package.write("tests/behaves.rs", BEHAVES);
    let tests = package.cargo(&["test", "--test", "behaves"]);
    assert!(
        tests.status.success(),
        "{}{}",
        String::from_utf8_lossy(&tests.stdout),
        said(&tests)
    );

    // Nothing in a schema's comments is run as a test, whatever it looks like.
    let tests = package.cargo(&["test", "--doc"]);
    let out = String::from_utf8_lossy(&tests.stdout);
    assert!(
        tests.status.success() && out.contains("running 0 tests"),
        "{out}{}",
        said(&tests)
    );

    // rustfmt has nothing to say, with its own settings or with others.
    for settings in [
        "",
        "max_width = 60\nhard_tabs = true\nuse_small_heuristics = \"Off\"\n",
    ] {
        package.write("rustfmt.toml", settings);
        let mut command = std::process::Command::new("rustfmt");
        command.args(["--check", "--edition", "2024"]);
        command.args(&modules);
        match command.current_dir(&package.folder).output() {
            Ok(output) => assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stdout)
            ),
            Err(error) => eprintln!("not run: rustfmt: {error}"),
        }
    }
}

/// The schemas by which the language is tested, each for several databases: without `RELATA_TEST_ALL` one in fifteen.
#[test]
fn every_schema_that_is_valid_is_rust() {
    let package = Package::new("verdicts");
    let step = if env::var_os("RELATA_TEST_ALL").is_some() {
        1
    } else {
        15
    };
    let mut root = "#![deny(warnings, unreachable_pub, unused_qualifications)]\n".to_owned();
    let mut count = 0;
    for text in valid_schemas().iter().step_by(step) {
        let analysis = analyze(&Sources::one("app.schema", text));
        let Ok(files) = generate(&analysis.schema) else {
            continue;
        };
        let module = format!("m{count}");
        write(&files, package.folder.join("src").join(&module)).unwrap();
        root.extend(["pub mod ", &module, ";\n"]);
        count += 1;
    }
    assert!(count > 1000 / step, "{count} schemas");
    package.write("src/lib.rs", &root);
    let check = package.cargo(&["check"]);
    assert!(check.status.success(), "{}", said(&check));
}

/// The schemas of `fixtures/verdicts` that are valid, but those whose columns are of types that only a program has.
fn valid_schemas() -> Vec<String> {
    let mut schemas = Vec::new();
    for section in verdicts().iter().flat_map(|(_, sections)| sections) {
        if section.body.contains("@rust.type") || section.body.contains("@@rust.derive") {
            continue;
        }
        for (database, verdict) in &section.verdicts {
            if !verdict.starts_with("invalid") {
                schemas.push(section.schema(*database).0);
            }
        }
    }
    schemas
}

#[test]
fn what_is_missing_is_named_with_the_command_and_a_crate_of_its_own_has_it() {
    let case = fixtures("rust")
        .into_iter()
        .find(|case| case.name == "chrono")
        .unwrap();
    let analysis = analyze(&Sources::one("app.schema", case.schema()));
    let files = generate(&analysis.schema).unwrap();
    let package = Package::new("own-crate");
    let relata = workspace_root().join("crates/relata");
    let manifest = |dependencies: &str| {
        format!(
            "[package]\nname = \"own-crate\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\nmembers = [\"my-db\"]\n\n\
             [dependencies]\n{dependencies}\n\n[patch.crates-io]\nrelata = {{ path = {:?} }}\n",
            relata.to_string_lossy()
        )
    };
    let own = package.folder.join("my-db");
    let files_of_crate = as_crate(files.clone(), &analysis.schema, &own).unwrap();
    write(&files_of_crate, &own).unwrap();

    // A program whose relata lacks what the schema needs.
    package.write(
        "Cargo.toml",
        &manifest("relata = { version = \"0.1.0\", default-features = false }"),
    );
    write(&files, package.folder.join("src/db")).unwrap();
    package.write("src/lib.rs", "pub mod db;\n");
    let failed = package.cargo(&["check", "--package", "own-crate"]);
    let text = said(&failed);
    assert!(!failed.status.success());
    for part in [
        "error: the schema says `datetime = \"chrono\"`, and the crate `relata` is built without its feature `chrono`: run `cargo add relata --features chrono,json,postgres,serde`",
        "error: the schema has `Json` columns",
        "error: the schema asks for serde",
    ] {
        assert!(text.contains(part), "{text}");
    }

    // The crate brings everything itself.
    package.write("Cargo.toml", &manifest("my-db = { path = \"my-db\" }"));
    package.write(
        "src/lib.rs",
        "//! Uses it.\n\npub use my_db::{CONTRACT, Event, Mood};\n",
    );
    let check = package.cargo(&["check", "--package", "own-crate"]);
    assert!(check.status.success(), "{}", said(&check));
}
