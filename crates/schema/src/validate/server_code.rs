//! Functions, triggers and policies: two blocks cannot make one thing of the database.

use relata_script::{Dialect, Word, words};

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::hash::{HashMap, HashSet};
use crate::ir::{CodeTable, Schema, ServerCode, ServerCodeKind};
use crate::provider::Provider;
use crate::span::Span;

/// What tells one thing from another in the database: its kind, schema and name, and where it has them its arguments and table.
type Identity<'s> = (
    ServerCodeKind,
    bool,
    Option<&'s str>,
    &'s str,
    Option<String>,
    Option<(Option<&'s str>, &'s str)>,
);

pub(super) fn check(schema: &Schema, found: &mut Findings) {
    let dialect = schema
        .provider()
        .and_then(Provider::dialect)
        .unwrap_or(Dialect::Postgres);
    let mut first: HashMap<Identity<'_>, Span> = HashMap::default();
    // That two blocks have one name has been said.
    let mut blocks: HashSet<(ServerCodeKind, &str)> = HashSet::default();
    for code in schema.server_code() {
        if !blocks.insert((code.kind, &code.name)) {
            continue;
        }
        let Some(before) = first.get(&identity(dialect, code)) else {
            first.insert(identity(dialect, code), code.name_span);
            continue;
        };
        let message = format!(
            "`{}` makes what another block makes: `{}`",
            code.name, code.database_name
        );
        let help = match code.kind {
            ServerCodeKind::Function if dialect == Dialect::Postgres => {
                "tell overloads apart by their arguments: `@@map(\"f(int, text)\")`"
            }
            _ => "give one of them another name",
        };
        found.push(
            Diagnostic::error(Code::DuplicateName, code.name_span, message)
                .related(*before, "the other block")
                .help(help),
        );
    }
}

/// PostgreSQL tells functions apart by their arguments, and keeps the names of triggers and policies in their table. Elsewhere
/// there are no overloads, and the names of triggers differ in the whole database (MySQL's manual, "CREATE TRIGGER"; SQLite's
/// `sqlite_schema`). MySQL keeps procedures apart from functions.
fn identity(dialect: Dialect, code: &ServerCode) -> Identity<'_> {
    let postgres = dialect == Dialect::Postgres;
    let arguments = code.arguments.as_deref().filter(|_| postgres);
    let arguments = arguments.map(|arguments| {
        let parts = arguments.split(',').map(|part| {
            let words: Vec<&str> = part.split_whitespace().collect();
            words.join(" ").to_lowercase()
        });
        parts.collect::<Vec<_>>().join(",")
    });
    let of_table = code.kind == ServerCodeKind::Policy || postgres;
    let table = code.table.as_ref().filter(|_| of_table);
    let table = table.map(|CodeTable { namespace, name }| (namespace.as_deref(), &**name));
    (
        code.kind,
        !postgres && is_procedure(dialect, &code.statement.text),
        code.namespace.as_deref(),
        &code.database_name,
        arguments,
        table,
    )
}

/// Whether a statement makes a procedure: `PROCEDURE` stands before the name.
fn is_procedure(dialect: Dialect, sql: &str) -> bool {
    words(dialect, sql)
        .iter()
        .take_while(|(word, _)| !word.is_symbol("("))
        .any(|(word, _)| matches!(word, Word::Bare(text) if text.eq_ignore_ascii_case("procedure")))
}
