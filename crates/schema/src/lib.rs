//! The relata schema language: text to tree to IR, with diagnostics, formatter and relation graph.
//!
//! [`analyze`] is the front door: sources in, a [`Schema`] and [`Diagnostic`]s out. Parsing never
//! fails, and nothing here reads a file, a clock, the environment or a database.
//!
//! * [`Sources`] and [`Span`] say where something stands, [`Tree`] is the text as it is written, [`format`](format()) prints it;
//! * [`ir`] is the schema as it is meant, [`RelationGraph`] the order of its tables, [`Diagram`] a picture of it;
//! * [`edit`] changes the text and keeps the rest of it, [`derived`] are the database names that a schema does not give;
//! * [`diagnostic`] is what is wrong with it, and how that is shown; [`Position`] is what stands at a cursor;
//! * [`provider`] holds the facts about each database.
//!
//! ```
//! let sources = relata_schema::Sources::one("app.schema", "model User {\n  id Int @id\n}\n");
//! let analysis = relata_schema::analyze(&sources);
//! assert_eq!(analysis.schema.models().next().unwrap().name(), "User");
//! ```

pub mod derived;
pub mod diagnostic;
mod diagram;
pub mod edit;
mod format;
mod graph;
mod hash;
pub mod ir;
mod lower;
mod parallel;
mod parse;
mod position;
pub mod provider;
mod span;
mod validate;

use diagnostic::Code;
pub use diagnostic::{Diagnostic, Severity};
pub use diagram::{Cardinality, Diagram, DiagramFormat, Entity, EntityRow, Link, LinkEnd};
pub use format::{format, format_sources};
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
    analyze_in_steps(sources, |_| ())
}

/// Reads two schemas at the same time, and does with each what comes next. What the second says in the words of the first is
/// parsed once: two versions of a schema differ in a few blocks.
///
/// ```
/// use relata_schema::{Sources, analyze_both};
/// let [before, after] = ["model A {\n  id Int @id\n}\n", "model A {\n  id Int @id\n  no Int\n}\n"];
/// let sources = [before, after].map(|text| Sources::one("app.schema", text));
/// let fields = analyze_both([&sources[0], &sources[1]], |analysis| {
///     analysis.schema.models().next().unwrap().fields().len()
/// });
/// assert_eq!(fields, [1, 2]);
/// ```
pub fn analyze_both<R: Send>(
    [first, second]: [&Sources; 2],
    then: impl Fn(Analysis) -> R + Sync,
) -> [R; 2] {
    let before = parse_all(first);
    let after: Vec<Tree> = {
        let known = parse::Known::of(&before);
        let parse = |(file, source): (FileId, &Source)| {
            Tree::parse_beside(file, source.text.clone(), &known)
        };
        second.iter().map(parse).collect()
    };
    let read = |trees: Vec<Tree>| {
        let analysis = analyze_trees(&trees, &mut |_| ());
        drop(trees);
        then(analysis)
    };
    let mut outcomes = parallel::map(vec![before, after], read).into_iter();
    std::array::from_fn(|_| outcomes.next().expect("an outcome for each"))
}

/// [`analyze`], which tells of every step that it has done. For measuring: this crate has no clock, and names of steps may change.
#[doc(hidden)]
pub fn analyze_in_steps(sources: &Sources, mut done: impl FnMut(&'static str)) -> Analysis {
    let trees = parse_all(sources);
    done("parsing");
    let analysis = analyze_trees(&trees, &mut done);
    drop(trees);
    done("giving the trees back");
    analysis
}

fn parse_all(sources: &Sources) -> Vec<Tree> {
    sources
        .iter()
        .map(|(file, source)| Tree::parse(file, source.text.clone()))
        .collect()
}

fn analyze_trees(trees: &[Tree], done: &mut dyn FnMut(&'static str)) -> Analysis {
    let mut diagnostics: Vec<Diagnostic> = trees.iter().flat_map(parse::check).collect();
    done("lines that no rule takes");
    let (schema, found) = lower::lower(trees, done);
    match validate::not_a_target(&schema) {
        Some(diagnostic) => diagnostics.push(diagnostic),
        None => {
            diagnostics.extend(found);
            let broken: Vec<Span> = trees.iter().flat_map(parse::broken_blocks).collect();
            diagnostics.extend(
                validate::check(&schema)
                    .into_iter()
                    .filter(|finding| !follows(finding, &broken)),
            );
        }
    }
    done("rules over the whole schema");
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.file, diagnostic.span.start));
    Analysis {
        schema,
        diagnostics,
    }
}

/// Whether a finding says no more than that something is missing, in a block whose lines could not all be read.
fn follows(finding: &Diagnostic, broken: &[Span]) -> bool {
    let says_missing = matches!(finding.code, Code::MissingIdentifier | Code::EmptyBlock);
    // The blocks stand in the order of files and places, and none holds another.
    let at = broken.partition_point(|block| {
        (block.file, block.start) <= (finding.span.file, finding.span.start)
    });
    says_missing
        && at.checked_sub(1).is_some_and(|at| {
            broken[at].file == finding.span.file && finding.span.end <= broken[at].end
        })
}

impl Analysis {
    /// Whether the schema can be used. Warnings may stand in it.
    ///
    /// ```
    /// use relata_schema::{Sources, analyze};
    /// let analysis = analyze(&Sources::one("app.schema", "model A {\n  id Itn @id\n}\n"));
    /// assert!(!analysis.is_valid());
    /// assert_eq!(analysis.diagnostics[0].message, "the type `Itn` does not exist");
    /// ```
    pub fn is_valid(&self) -> bool {
        !diagnostic::has_errors(&self.diagnostics)
    }
}
