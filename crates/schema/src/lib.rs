//! The relata schema language: text to tree to IR, with diagnostics, formatter and relation graph.
//!
//! [`analyze`] is the front door: sources in, a [`Schema`](ir::Schema) and [`Diagnostic`]s out. Parsing never
//! fails, and nothing here reads a file, a clock, the environment or a database.
//!
//! ```
//! let sources = relata_schema::Sources::one("app.schema", "model User {\n  id Int @id\n}\n");
//! let analysis = relata_schema::analyze(&sources);
//! assert_eq!(analysis.schema.models().next().unwrap().name(), "User");
//! ```

pub mod diagnostic;
mod diagram;
mod format;
mod graph;
pub mod ir;
mod lower;
mod parse;
mod position;
pub mod provider;
mod span;
mod validate;

pub use diagnostic::{Diagnostic, Severity};
pub use diagram::{Cardinality, Diagram, DiagramFormat, Entity, EntityRow, Link, LinkEnd};
pub use format::format;
pub use graph::{CreationOrder, RelationGraph};
pub use ir::Schema;
pub use parse::{Leaf, Tree};
pub use position::{LeafAt, LeafKind, Named, Position, definition, references};
pub use span::{FileId, Source, Sources, Span};

/// A schema and everything that was found in it.
#[derive(Debug)]
pub struct Analysis {
    /// The schema; complete if there is no error.
    pub schema: Schema,
    /// The findings, in source order.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a schema: parses every file, resolves names, checks the rules.
pub fn analyze(sources: &Sources) -> Analysis {
    let trees: Vec<Tree> = sources
        .iter()
        .map(|(file, source)| Tree::parse(file, source.text.clone()))
        .collect();
    let mut diagnostics: Vec<Diagnostic> = trees.iter().flat_map(parse::check).collect();
    let (schema, found) = lower::lower(&trees);
    match validate::not_a_target(&schema) {
        Some(diagnostic) => diagnostics.push(diagnostic),
        None => {
            diagnostics.extend(found);
            diagnostics.extend(validate::check(&schema));
        }
    }
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.file, diagnostic.span.start));
    Analysis {
        schema,
        diagnostics,
    }
}

impl Analysis {
    /// Whether the schema can be used.
    pub fn is_valid(&self) -> bool {
        !diagnostic::has_errors(&self.diagnostics)
    }
}
