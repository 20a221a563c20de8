//! Every schema of `fixtures/format` beside its formatted text, in `snapshots/format`.

mod support;

use relata_testing::{each_case, sections, snapshot};
use support::formatted;

#[test]
fn formatted_text_is_as_reviewed() {
    each_case("format", |case| {
        let text = case.schema();
        let formatted = formatted(text);
        snapshot(
            &format!("format/{}", case.name),
            &sections(&[("SCHEMA", text), ("FORMATTED", &formatted)]),
        );
    });
}

/// What a repository cannot hold reliably in a file of its own.
#[test]
fn files_of_every_kind_end_alike() {
    let expected = "model A {\n  id Int @id\n}\n";
    for text in [
        "model A {\n  id Int @id\n}",
        "model A {\r\n  id   Int @id\r\n\r\n}\r\n",
        "\u{feff}model A {\n\tid\tInt\t@id\n}\n\n\n",
        "   model   A   {   \n\n\n   id Int @id   \n   }   ",
    ] {
        assert_eq!(formatted(text), expected, "{text:?}");
    }
    for text in ["", "\n", " \r\n\t\n", "\u{feff}"] {
        assert_eq!(formatted(text), "\n", "{text:?}");
    }
    assert_eq!(formatted("// a"), "// a\n");
}
