//! A linter in thirty lines: `cargo run -p relata-schema --example lint -- app.schema`.

#![allow(clippy::print_stdout, reason = "a linter prints what it finds")]

use relata_schema::ir::{FieldId, ModelKind, RelationKind, Schema};
use relata_schema::{Sources, Span, analyze};

/// Tables that do not tell when a row was made, relations without an index, enum values in small letters.
fn lint(schema: &Schema) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    for model in schema.models().filter(|m| m.kind() == ModelKind::Table) {
        if model.find_field("createdAt").is_none() {
            let message = format!("`{}` does not tell when a row was made", model.name());
            found.push((model.name_span(), message));
        }
    }
    for relation in schema
        .relations()
        .filter(|r| r.kind() != RelationKind::ManyToMany)
    {
        let columns: Vec<FieldId> = relation.fields().map(|field| field.id()).collect();
        if !relation.from().is_indexed_by(&columns) {
            let name = relation.forward_field().name();
            found.push((
                relation.span(),
                format!("no index begins with the columns of `{name}`"),
            ));
        }
    }
    for value in schema.enums().flat_map(|e| e.values()) {
        if value.name() != value.name().to_uppercase() {
            found.push((
                value.name_span(),
                format!("`{}` is not in capitals", value.name()),
            ));
        }
    }
    found
}

fn main() -> std::io::Result<()> {
    let mut sources = Sources::default();
    for path in std::env::args().skip(1) {
        sources.add(&path, &std::fs::read_to_string(&path)?);
    }
    for (span, message) in lint(&analyze(&sources).schema) {
        let (line, column) = sources.line_column(span);
        println!("{}:{line}:{column}: {message}", sources.get(span.file).name);
    }
    Ok(())
}
