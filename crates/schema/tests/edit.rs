//! Edits of a schema: what they change, and that nothing else changes.

use proptest::prelude::*;
use relata_schema::edit::{Attribute, Edit, Editor, Edits};
use relata_schema::{FileId, Schema, Sources, Span, Tree, analyze};

const TEXT: &str = "// first\ndatasource db {\n  provider = \"sqlite\"\n}\n\n/// A.\nmodel A {\n  id Int @id // key\n  /// the name\n  name   String? @map(\"n\") /* odd */\n\n  @@index([name])\n}\n\n// between\n\nenum E {\n  X\n  Y @map(\"y\") // why\n}\n\nmodel B {\n  id Int @id\n}\n";

/// The text after some wishes.
fn edited(text: &str, wishes: impl FnOnce(&mut Editor<'_>, &Schema)) -> String {
    let sources = Sources::one("a.schema", text);
    let trees = [Tree::parse(FileId(0), text.into())];
    let schema = analyze(&sources).schema;
    let mut editor = Editor::new(&trees);
    wishes(&mut editor, &schema);
    editor
        .finish()
        .expect("no conflict")
        .apply(&sources)
        .concat()
}

fn field(schema: &Schema, model: &str, name: &str) -> Span {
    let model = schema.find_model(model).expect("the model");
    model.find_field(name).expect("the field").name_span()
}

#[test]
fn a_touched_block_is_laid_out_anew_and_the_others_are_not() {
    let after = edited(TEXT, |editor, schema| {
        let name = field(schema, "A", "name");
        editor.set_type(name, "Int");
        editor.set_attribute(name, Attribute::Named("map"), None);
        editor.set_attribute(name, Attribute::Named("default"), Some("@default(1)"));
        editor.add_line(field(schema, "A", "id"), None, "unused");
        let model = schema.find_model("A").expect("A").name_span();
        editor.add_line(model, Some(field(schema, "A", "id")), "age Int?");
        editor.add_block_attribute(model, "@@map(\"a\")");
    });
    let block = "/// A.\nmodel A {\n  id   Int  @id // key\n  age  Int?\n  /// the name\n  name Int  @default(1)\n  /* odd */\n\n  @@index([name])\n  @@map(\"a\")\n}\n";
    let (before, rest) = TEXT.split_at(TEXT.find("/// A.").expect("A"));
    let rest = &rest[rest.find("\n\n// between").expect("a comment") + 1..];
    assert!(after.starts_with(before), "{after}");
    assert!(after.ends_with(rest), "{after}");
    assert_eq!(edited(&after, |_, _| {}), after);
    assert!(
        after.contains("age  Int?") && after.contains("name Int"),
        "{after}\n{block}"
    );
}

#[test]
fn what_goes_takes_its_documentation_and_its_gap_along() {
    let after = edited(TEXT, |editor, schema| {
        editor.remove_line(field(schema, "A", "name"));
        let index = schema.find_model("A").expect("A").indexes()[0].span;
        editor.remove_attribute(index);
        let each = schema.find_enum("E").expect("E");
        editor.remove_line(each.values().last().expect("Y").name_span());
        editor.remove_block(schema.find_model("B").expect("B").name_span());
    });
    assert_eq!(
        after,
        "// first\ndatasource db {\n  provider = \"sqlite\"\n}\n\n/// A.\nmodel A {\n  id Int @id // key\n}\n\n// between\n\nenum E {\n  X\n}\n"
    );
}

#[test]
fn blocks_come_last_and_go_without_a_hole() {
    let after = edited(TEXT, |editor, schema| {
        editor.remove_block(schema.find_model("A").expect("A").name_span());
        editor.remove_block(schema.find_enum("E").expect("E").name_span());
        editor.add_block(FileId(0), "model C {\nid Int @id\n name String\n}");
        editor.add_block(FileId(0), "enum F { \nX\n}");
        let datasource = schema.datasource().expect("db").span;
        editor.set_property(datasource, "url", "\"file:a.db\"");
        editor.set_property(datasource, "provider", "\"mysql\"");
    });
    assert_eq!(
        after,
        "// first\ndatasource db {\n  provider = \"mysql\"\n  url      = \"file:a.db\"\n}\n\n// between\n\nmodel B {\n  id Int @id\n}\n\nmodel C {\n  id   Int    @id\n  name String\n}\n\nenum F {\n  X\n}\n"
    );
}

#[test]
fn line_breaks_stay_those_of_the_file() {
    let text = "model A {\r\n  id Int @id\r\n}\r\n\r\nmodel B {\r\n  id Int @id\r\n}\r\n";
    let after = edited(text, |editor, schema| {
        editor.set_type(field(schema, "A", "id"), "BigInt");
        editor.add_block(FileId(0), "enum E {\n  X\n}");
    });
    assert_eq!(
        after,
        "model A {\r\n  id BigInt @id\r\n}\r\n\r\nmodel B {\r\n  id Int @id\r\n}\r\n\r\nenum E {\r\n  X\r\n}\r\n"
    );
}

#[test]
fn wishes_that_contradict_each_other_are_a_conflict() {
    let sources = Sources::one("a.schema", TEXT);
    let trees = [Tree::parse(FileId(0), TEXT.into())];
    let schema = analyze(&sources).schema;
    let mut editor = Editor::new(&trees);
    editor.set_type(field(&schema, "A", "id"), "BigInt");
    editor.set_type(field(&schema, "A", "id"), "String");
    assert!(editor.finish().is_err());
}

proptest! {
    /// Edits are applied as if one by one from the end, or are refused.
    #[test]
    fn edits_put_texts_in_the_place_of_others(
        places in prop::collection::vec((0_u32..40, 0_u32..6, "[a-c]{0,3}"), 0..6),
    ) {
        let text: String = ('A'..='Z').chain('a'..='z').collect();
        let sources = Sources::one("a", &text);
        let edits: Vec<Edit> = places
            .iter()
            .map(|(start, len, text)| Edit {
                span: Span::new(FileId(0), *start, start + len),
                replacement: text.clone(),
            })
            .collect();
        if let Ok(set) = Edits::new(edits) {
            let mut expected = text;
            let all: Vec<&Edit> = set.iter().collect();
            for edit in all.iter().rev() {
                expected.replace_range(edit.span.range(), &edit.replacement);
            }
            prop_assert_eq!(set.apply(&sources).concat(), expected);
        }
    }
}
