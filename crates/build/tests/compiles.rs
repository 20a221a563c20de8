//! Everything in `fixtures/rust` compiles, in one package, under lints that generated code must not trip.

#![allow(clippy::print_stderr, reason = "a test that cannot run says so")]

mod support;

use relata_build::{generate, write};
use relata_schema::{Sources, analyze};
use relata_testing::fixtures;
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
