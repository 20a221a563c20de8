//! What a schema asks of generated code, and cannot get.

use relata_schema::diagnostic::Code;
use relata_schema::{Diagnostic, Schema};

use super::client::{ClientNames, shapes};
use super::names::Names;
use super::options::Options;

/// Says of each shape that there is no code for it, in the order of the schema: its model is `@@ignore`, or a relation is that it brings
/// along.
///
/// [`generate`](crate::generate) goes on without them.
pub fn left_out(schema: &Schema) -> Vec<Diagnostic> {
    let names = Names::of(schema, Options::of(schema).0);
    let client = ClientNames::of(schema, &names);
    let mut found: Vec<Diagnostic> = schema
        .shapes()
        .iter()
        .filter(|shape| !shapes::has_code(schema, &names, &client, shape))
        .map(|shape| {
            let message = format!(
                "no Rust is generated for the shape `{}`: a model or relation of it is ignored",
                shape.name
            );
            Diagnostic::warning(Code::RustFragment, shape.name_span, message)
                .help("take `@@ignore` or `@ignore` away, or the relation out of the shape")
        })
        .collect();
    found.sort_by_key(|warning| (warning.span.file, warning.span.start));
    found
}

#[cfg(test)]
mod tests {
    use super::left_out;
    use relata_schema::{Sources, analyze};

    #[test]
    fn a_valid_shape_has_code() {
        let schema = "datasource db {\n  provider = \"sqlite\"\n}\nmodel A {\n  id Int @id\n  bs B[]\n}\nmodel B {\n  id Int @id\n  a A @relation(fields: [id], references: [id])\n}\nshape S on A {\n  bs {\n    a\n  }\n}\n";
        let analysis = analyze(&Sources::one("a.schema", schema));
        assert!(analysis.is_valid(), "{:?}", analysis.diagnostics);
        assert_eq!(left_out(&analysis.schema), []);
    }
}
