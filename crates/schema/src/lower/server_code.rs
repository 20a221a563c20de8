//! `function`, `trigger` and `policy` blocks, and the statement of a view.

use relata_script::Dialect;

use super::arguments::Arguments;
use super::blocks::{self, Named};
use super::fields::{attribute_path, path_span};
use super::statement::{self, Statement};
use super::{Context, model_attributes, raw_sql, support};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{CodeTable, ModelId, ModelKind, ServerCode, ServerCodeKind, Sql};
use crate::parse::{Docs, Node, Rule};
use crate::provider::Facts;
use crate::span::Span;

/// Lowers a block.
pub(super) fn block<'t>(cx: &mut Context<'t>, block: Node<'t>, docs: &Docs<'t>) {
    let (Some(word), Some(name)) = (block.child(Rule::code_word), block.child(Rule::name)) else {
        return;
    };
    blocks::check_name(cx, name, "block");
    let (kind, kinds, fact): (_, &[&str], fn(&Facts) -> bool) = match word.text() {
        "function" => (
            ServerCodeKind::Function,
            &["function", "procedure"],
            |facts| facts.functions,
        ),
        "trigger" => (ServerCodeKind::Trigger, &["trigger"], |_| true),
        _ => (ServerCodeKind::Policy, &["policy"], |facts| {
            facts.row_security
        }),
    };
    if let Some(first) = cx.code_names.get(&(word.text(), name.text())) {
        let message = format!("the {} `{}` is there twice", word.text(), name.text());
        cx.report(
            Diagnostic::error(Code::DuplicateName, name.span(), message)
                .related(*first, "first given here")
                .help("rename one of them; overloads are told apart by `@@map(\"f(int, text)\")`"),
        );
    } else {
        cx.code_names
            .insert((word.text(), name.text()), name.span());
    }
    let help = match kind {
        ServerCodeKind::Function => "keep it in the program",
        _ => "keep rows apart in the queries, or by views",
    };
    if !support::has(
        cx,
        fact,
        word.span(),
        match kind {
            ServerCodeKind::Function => "functions in SQL",
            ServerCodeKind::Trigger => "triggers",
            ServerCodeKind::Policy => "policies",
        },
        help,
    ) {
        return;
    }
    let Some(says) = attributes(cx, block, word.text()) else {
        return;
    };
    let mapped: &str = says.map.as_deref().unwrap_or(name.text());
    let (database_name, arguments) = match mapped.split_once('(') {
        Some((base, rest)) if kind == ServerCodeKind::Function => {
            (base.trim(), Some(rest.trim_end().trim_end_matches(')')))
        }
        _ => (mapped, None),
    };
    let Some(statement) = read(cx, &says.sql, kinds) else {
        return;
    };
    same_name(
        cx,
        &statement,
        &says.sql,
        database_name,
        says.namespace.as_deref(),
        name.span(),
    );
    if kind != ServerCodeKind::Function && statement.table.is_none() {
        let message = format!(
            "the statement does not say which table the {} is on",
            word.text()
        );
        cx.report(
            Diagnostic::error(Code::ServerCode, says.sql.span, message)
                .help("write `ON` and the table"),
        );
    }
    let code = ServerCode {
        kind,
        name: name.text().into(),
        database_name: database_name.into(),
        arguments: arguments.map(Into::into),
        namespace: says.namespace,
        table: statement
            .table
            .filter(|_| kind != ServerCodeKind::Function)
            .map(|(namespace, name)| CodeTable {
                namespace: namespace.map(Into::into),
                name: name.into(),
            }),
        docs: docs.text(),
        statement: says.sql,
        name_span: name.span(),
        span: block.span(),
    };
    cx.schema.server_code.push(code);
}

/// What the attributes of a block say.
struct Says {
    map: Option<Box<str>>,
    namespace: Option<Box<str>>,
    sql: Sql,
}

fn attributes(cx: &mut Context<'_>, block: Node<'_>, word: &str) -> Option<Says> {
    let (mut map, mut namespace, mut sql) = (None, None, None);
    let mut broken = super::super::parse::is_broken(block);
    let mut seen: Vec<(&str, Span)> = Vec::new();
    for attribute in block.block_attributes() {
        let path = attribute_path(attribute);
        match path {
            "map" => map = blocks::map(cx, attribute, Named::Object),
            "schema" => namespace = blocks::namespace(cx, attribute),
            "sql" => {
                let found = text(cx, attribute);
                broken |= found.is_none();
                sql = found;
            }
            _ => {
                let message = format!("a {word} has no attribute `@@{path}`");
                let unknown =
                    Diagnostic::error(Code::UnknownAttribute, path_span(attribute), message)
                        .did_you_mean(path, ["sql", "map", "schema"]);
                cx.report(if unknown.help.is_some() {
                    unknown
                } else {
                    unknown.help("it takes `@@sql(\"…\")`, `@@map(\"…\")` and `@@schema(\"…\")`")
                });
                continue;
            }
        }
        if let Some((_, first)) = seen.iter().find(|(name, _)| *name == path) {
            let message = format!("`@@{path}` is given twice");
            let again = Diagnostic::error(Code::DuplicateAttribute, attribute.span(), message);
            cx.report(again.related(*first, "first given here"));
        }
        seen.push((path, attribute.span()));
    }
    if sql.is_none() && !broken {
        let name = block.child(Rule::name).map_or(block.span(), Node::span);
        cx.report(
            Diagnostic::error(
                Code::ServerCode,
                name,
                format!("this {word} has no statement"),
            )
            .help(format!(
                "write it whole: `@@sql(\"\"\"CREATE {} …\"\"\")`",
                word.to_uppercase()
            )),
        );
    }
    Some(Says {
        map,
        namespace,
        sql: sql?,
    })
}

fn text(cx: &mut Context<'_>, attribute: Node<'_>) -> Option<Sql> {
    let mut arguments = Arguments::of(attribute);
    let value = arguments.require_default(cx, "sql");
    arguments.finish(cx);
    raw_sql::of(cx, value?, "@@sql")
}

/// `@@sql` of a view.
pub(super) fn of_view(cx: &mut Context<'_>, model: ModelId, attribute: Node<'_>) {
    model_attributes::once(cx, model, attribute, |more| {
        more.statement.as_ref().map(|sql| sql.span)
    });
    let sql = text(cx, attribute);
    let data = &cx.schema.models[model];
    if data.kind == ModelKind::Table {
        cx.report(
            Diagnostic::error(
                Code::ServerCode,
                attribute.span(),
                "a model's table is made from its fields, not from a statement",
            )
            .help("take it out, or make the block a `view`"),
        );
        return;
    }
    let Some(sql) = sql else { return };
    let (name, namespace, span) = (
        data.database_name.clone(),
        data.namespace.clone(),
        data.name_span,
    );
    // Whatever is wrong with it, the view says how it is made.
    cx.schema.models[model].more().statement = Some(sql.clone());
    let Some(statement) = read(cx, &sql, &["view"]) else {
        return;
    };
    let materialized = statement.materialized;
    let help = "make it a plain view";
    if materialized
        && !support::has(
            cx,
            |facts| facts.materialized_views,
            sql.span,
            "materialized views",
            help,
        )
    {
        return;
    }
    same_name(cx, &statement, &sql, &name, namespace.as_deref(), span);
    cx.schema.models[model].more().materialized = materialized;
}

/// The statement, read as its database would; CockroachDB reads as PostgreSQL does.
fn read(cx: &mut Context<'_>, sql: &Sql, kinds: &[&str]) -> Option<Statement> {
    match statement::read(dialect(cx), &sql.text, kinds) {
        Ok(statement) => Some(statement),
        Err(message) => {
            cx.report(
                Diagnostic::error(Code::ServerCode, sql.span, message).help(format!(
                    "write the whole statement: `CREATE {} …`",
                    kinds[0].to_uppercase()
                )),
            );
            None
        }
    }
}

pub(super) fn dialect(cx: &Context<'_>) -> Dialect {
    cx.provider()
        .and_then(crate::provider::Provider::dialect)
        .unwrap_or(Dialect::Postgres)
}

/// Reports a statement that makes something of another name than its block says, or in another schema.
fn same_name(
    cx: &mut Context<'_>,
    statement: &Statement,
    sql: &Sql,
    name: &str,
    namespace: Option<&str>,
    block: Span,
) {
    let dialect = dialect(cx);
    // SQLite takes capitals and small letters of ASCII for the same.
    let same = statement.name == name
        || dialect == Dialect::Sqlite && statement.name.eq_ignore_ascii_case(name);
    if !same {
        let message = format!(
            "the statement makes `{}`, and the block says `{name}`",
            statement.name
        );
        let wrong = Diagnostic::error(Code::ServerCode, sql.span, message)
            .related(block, "the block's name");
        let folded = dialect == Dialect::Postgres
            && !statement.quoted
            && statement.name == name.to_lowercase();
        cx.report(wrong.help(if folded {
            format!(
                "without quotes PostgreSQL takes a name in small letters: write {} in the statement, or `@@map(\"{}\")`",
                dialect.ident(name),
                statement.name
            )
        } else {
            format!(
                "write {} in the statement, or `@@map(\"{}\")` in the block",
                dialect.ident(name),
                statement.name
            )
        }));
    }
    let found = statement.namespace.as_deref();
    match (namespace, found) {
        // Where no schemas are listed, everything lives in the one that connections choose.
        (None, None | Some("public" | "main")) => {}
        (Some(namespace), Some(found)) if namespace == found => {}
        // A trigger and a policy live where their table does, and have no schema of their own.
        (Some(_), None) if statement.table.is_some() => {}
        (Some(namespace), found) => {
            let message = match found {
                Some(found) => format!(
                    "the statement puts it into the schema `{found}`, and `@@schema` says `{namespace}`"
                ),
                None => format!("the statement does not name the schema `{namespace}`"),
            };
            cx.report(
                Diagnostic::error(Code::ServerCode, sql.span, message).help(format!(
                    "write {}.{}",
                    dialect.ident(namespace),
                    dialect.ident(name)
                )),
            );
        }
        (None, Some(found)) => {
            let message = format!("the statement puts it into the schema `{found}`");
            cx.report(
                Diagnostic::error(Code::ServerCode, sql.span, message)
                    .help(format!("say so in the block: `@@schema(\"{found}\")`")),
            );
        }
    }
}
