//! Hostile sizes: time grows with the text and no faster, and depth does not exhaust a small stack.

#[path = "support/hostile.rs"]
mod hostile;
mod support;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use hostile::hostile;
use support::{analyzed, formatted, shown};

fn everything(text: &str) {
    let (sources, mut analysis) = analyzed(text);
    // What a person would read; each finding costs the same.
    analysis.diagnostics.truncate(100);
    shown(&sources, &analysis);
    formatted(text);
}

fn time(text: &str) -> Duration {
    let start = Instant::now();
    everything(text);
    start.elapsed()
}

#[test]
fn time_grows_with_the_text() {
    for ((name, small), (_, big)) in hostile(250).into_iter().zip(hostile(4000)) {
        // Sixteen times the text; a quadratic step would take 256 times as long. Others use the machine too, hence the attempts.
        let grows = || time(&big) < 80 * time(&small).max(Duration::from_millis(2));
        assert!((0..3).any(|_| grows()), "{name}");
    }
}

#[test]
fn depth_does_not_exhaust_the_stack() {
    let deep = |open: &str, close: &str| {
        format!(
            "model A {{\n  id Int @id({}{})\n}}\n",
            open.repeat(20_000),
            close.repeat(20_000)
        )
    };
    for text in [
        deep("[", "]"),
        deep("a(", ")"),
        deep("{ a: ", " }"),
        deep("[a(", ")]"),
        "model A {\n".repeat(20_000),
    ] {
        let small = std::thread::Builder::new().stack_size(1 << 20);
        small
            .spawn(move || everything(&text))
            .unwrap()
            .join()
            .unwrap();
    }
}

/// Names are looked up in a map from a certain number of fields on, and attributes compared by one: none may be lost at the border.
#[test]
fn many_fields_and_attributes_are_found_as_few_are() {
    for count in 40..60 {
        let fields: Vec<String> = (0..count).map(|i| format!("  f{i} Int\n")).collect();
        let fields = fields.concat();
        let last = count - 1;
        let text =
            format!("model A {{\n{fields}  @@id([f0, f{last}])\n  @@index([f{count}])\n}}\n");
        let (_, analysis) = analyzed(&text);
        let found: Vec<&str> = analysis
            .diagnostics
            .iter()
            .map(|finding| finding.message.as_str())
            .collect();
        assert_eq!(found, [format!("the model `A` has no field `f{count}`")]);
    }
    for count in 1..40 {
        let attributes: Vec<String> = (0..count).map(|i| format!(" @x{i}")).collect();
        let attributes = attributes.concat();
        let last = count - 1;
        let text = format!("model A {{\n  id Int @id{attributes} @x0 @x{last}\n}}\n");
        let (_, analysis) = analyzed(&text);
        let twice = |finding: &&relata_schema::Diagnostic| finding.message.ends_with("twice");
        assert_eq!(
            analysis.diagnostics.iter().filter(twice).count(),
            2,
            "{count}"
        );
    }
}

/// Many models are checked in parts beside one another: none may be passed over, and none told twice.
#[test]
fn every_model_of_a_large_schema_is_checked_once() {
    for count in [997, 1000, 1001, 1007] {
        let mut text = String::from("datasource db {\n  provider = \"postgresql\"\n}\n");
        for i in 0..count {
            let _ = writeln!(
                text,
                "model M{i} {{\n  id Int @id\n  a Int\n  b Int\n  c Int\n  a Int\n}}"
            );
        }
        let (_, analysis) = analyzed(&text);
        let found = analysis.diagnostics.iter().map(|it| it.message.clone());
        let expected = (0..count).map(|i| format!("the model `M{i}` has the field `a` twice"));
        assert!(found.eq(expected), "{count}");
    }
}

#[test]
fn findings_are_bounded_and_an_error_is_never_lost() {
    const HEAD: &str = "datasource db {\n  provider = \"postgresql\"\n}\n";
    let mut warnings = String::new();
    for i in 0..20_000 {
        let _ = writeln!(warnings, "  @@index([id(what: 1)], map: \"i{i}\")");
    }
    for (text, most) in [
        (
            format!("model A {{\n  id Int {}\n}}\n", "@a".repeat(50_000)),
            20_000,
        ),
        (
            format!("model A {{\n{}}}\n", "  ?\n".repeat(50_000)),
            20_000,
        ),
        // The only error stands behind more warnings than are told.
        (
            format!("{HEAD}model A {{\n  id Int @id\n{warnings}  @@nope\n}}\n"),
            20_000,
        ),
    ] {
        let (_, analysis) = analyzed(&text);
        assert!(!analysis.is_valid());
        assert!(
            analysis.diagnostics.len() < most,
            "{}",
            analysis.diagnostics.len()
        );
    }
}
