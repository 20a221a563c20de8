//! Hostile sizes: time grows with the text and no faster, and depth does not exhaust a small stack.

mod support;

use std::time::{Duration, Instant};

use support::{analyzed, formatted, shown};

const HEAD: &str = "datasource db {\n  provider = \"postgresql\"\n}\n";

fn everything(text: &str) {
    let (sources, mut analysis) = analyzed(text);
    // What a person would read; each finding costs the same.
    analysis.diagnostics.truncate(100);
    shown(&sources, &analysis);
    formatted(text);
}

fn lines(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).map(line).collect()
}

/// Texts of about `n` times ten bytes.
fn hostile(n: usize) -> Vec<(&'static str, String)> {
    let field = |text: String| format!("model A {{\n  id Int {text}\n}}\n");
    let model = |text: String| format!("{HEAD}model A {{\n  id Int @id\n{text}}}\n");
    vec![
        ("letters", "a".repeat(10 * n)),
        ("brackets", field("[".repeat(10 * n))),
        ("open calls", field(format!("@id({}", "a(".repeat(5 * n)))),
        ("at signs", field("@".repeat(10 * n))),
        ("quotes", field("\"".repeat(10 * n))),
        ("backslashes", field(format!("\"{}", "\\".repeat(10 * n)))),
        ("blanks", field(" ".repeat(10 * n))),
        ("raw strings", "\"\"\"".repeat(3 * n)),
        (
            "open raw strings",
            format!("model A {{\n{}", "  x \"\"\"a\n".repeat(n)),
        ),
        ("comments", "/*".repeat(5 * n)),
        (
            "open lists",
            format!("model A {{\n{}}}\n", "  @@index([a,\n".repeat(n)),
        ),
        ("heads", "model A {\n".repeat(n)),
        ("attributes", field("@a".repeat(5 * n))),
        (
            "arguments",
            field(format!("@id({})", "map: \"a\",".repeat(n))),
        ),
        ("fields of one name", model("  x Int\n".repeat(n))),
        (
            "unknown types",
            model(lines(n, |i| format!("  f{i} Modell{i}\n"))),
        ),
        (
            "unknown fields",
            model(lines(n, |i| format!("  f{i} Int\n  @@index([g{i}])\n"))),
        ),
        (
            "unknown values",
            format!(
                "enum E {{\n{}}}\n{}",
                lines(n, |i| format!("  x{i}\n")),
                model(lines(n, |i| format!("  f{i} E @default(y{i})\n")))
            ),
        ),
        (
            "models of one name",
            "model Aaaa {\n  id Int @id\n}\n".repeat(n),
        ),
        (
            "ambiguous relations",
            model(lines(n, |i| {
                format!("  b{i} A @relation(fields: [id], references: [id])\n")
            })),
        ),
        (
            "generators",
            lines(n, |i| format!("generator g{i} {{\n}}\n")),
        ),
    ]
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
