//! Schemas that nobody means well with, of any size: what is repeated, what is never closed, what nobody knows.

const HEAD: &str = "datasource db {\n  provider = \"postgresql\"\n}\n";

fn lines(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).map(line).collect()
}

/// Texts of about `n` times ten bytes.
pub(crate) fn hostile(n: usize) -> Vec<(&'static str, String)> {
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
