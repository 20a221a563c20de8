//! What a schema can ask of generated code, and nobody writes yet.

use relata_schema::diagnostic::Code;
use relata_schema::{Diagnostic, Schema, Span};

/// Says of each thing that a schema asks for and the code does not have yet that it is left out, in the order of the schema.
///
/// [`generate`](crate::generate) goes on without them: shapes.
pub fn left_out(schema: &Schema) -> Vec<Diagnostic> {
    let mut found: Vec<(&str, Span)> = Vec::new();
    found.extend(
        schema
            .shapes()
            .iter()
            .map(|shape| ("shape", shape.name_span)),
    );
    found.sort_by_key(|(_, span)| (span.file, span.start));
    let warn = |(what, span): (&str, Span)| {
        let message = format!("no Rust is generated for `{what}` yet; it does nothing");
        Diagnostic::warning(Code::RustFragment, span, message)
            .help("leave it for a later version, or take it out")
    };
    found.into_iter().map(warn).collect()
}

#[cfg(test)]
mod tests {
    use super::left_out;
    use relata_schema::{Sources, analyze};

    #[test]
    fn nothing_is_left_out_without_a_word() {
        let schema = "datasource db {\n  provider = \"sqlite\"\n}\nmodel A {\n  id Int @id @rust.newtype\n  b Int @rust.hidden\n  as B[]\n  @@rust.non_exhaustive\n}\nmodel B {\n  id Int @id\n  a A @relation(fields: [id], references: [id])\n}\nenum E {\n  X\n  @@rust.non_exhaustive\n}\nshape S on A { as }\n";
        let analysis = analyze(&Sources::one("a.schema", schema));
        assert!(analysis.is_valid(), "{:?}", analysis.diagnostics);
        let messages: Vec<String> = left_out(&analysis.schema)
            .into_iter()
            .map(|warning| warning.message)
            .collect();
        assert_eq!(messages.len(), 1, "{messages:?}");
        assert!(messages[0].contains("`shape`"), "{messages:?}");
    }
}
