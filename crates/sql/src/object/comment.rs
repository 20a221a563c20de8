//! Comments.

use super::{Context, Draft, function};
use crate::catalog::{Address, Comment, Kind, ObjectName};
use crate::dialect::Writer;
use crate::step::{Effects, Object, StepKind};

/// Writes the comments on one object and its parts.
pub(crate) fn create<'c>(context: &Context<'c>, comments: &[&Comment]) -> Option<Draft<'c>> {
    let first = comments.first()?;
    let statements: Vec<String> = comments
        .iter()
        .filter_map(|comment| say(context, &comment.on, Some(&comment.text)))
        .collect();
    if statements.is_empty() {
        return None;
    }
    // Everything else is there when comments come; event triggers come after them.
    let late = comments
        .iter()
        .filter(|comment| comment.on.kind == Kind::EventTrigger);
    let effects = Effects {
        needs: late
            .map(|comment| Object::Item(comment.on.clone()))
            .collect(),
        ..Effects::default()
    };
    Some(Draft::whole(
        StepKind::Comment,
        &first.on.name,
        statements,
        effects,
    ))
}

/// The statements that say again what a table is for, and its parts that bear its name.
pub(crate) fn of_table(context: &Context<'_>, table: &ObjectName) -> Vec<String> {
    let comments = context.after.comments.iter();
    comments
        .filter(|comment| comment.on.name == *table)
        .filter_map(|comment| say(context, &comment.on, Some(&comment.text)))
        .collect()
}

/// Takes the comments away from one object and its parts.
pub(crate) fn drop<'c>(context: &Context<'c>, comment: &Comment) -> Option<Draft<'c>> {
    let statement = say(context, &comment.on, None)?;
    Some(Draft::whole(
        StepKind::Comment,
        &comment.on.name,
        vec![statement],
        Effects::default(),
    ))
}

fn say(context: &Context<'_>, on: &Address, text: Option<&str>) -> Option<String> {
    let writer = &context.writer;
    if !writer.can().comments_in_table {
        let object = object(context, on);
        return Some(match text {
            Some(text) => format!("COMMENT ON {object} IS {};", writer.string(text)),
            None => unsay(context, on, &object),
        });
    }
    // A routine's is part of its statement; of other objects only tables and columns have one.
    let table = context.after.table(&on.name)?;
    let name = writer.name(&on.name);
    match on.kind {
        Kind::Table => Some(format!(
            "ALTER TABLE {name} COMMENT = {};",
            writer.string(text.unwrap_or_default())
        )),
        Kind::Column => {
            let column = table.column(on.part.as_deref()?)?;
            // The column is restated with the comment that it shall have.
            Some(format!(
                "ALTER TABLE {name} MODIFY {};",
                writer.column(table, column)
            ))
        }
        _ => None,
    }
}

/// Takes a comment away (PostgreSQL). Some objects have one from the beginning, which comes back.
fn unsay(context: &Context<'_>, on: &Address, object: &str) -> String {
    let writer = &context.writer;
    let name = &on.name.name;
    match on.kind {
        Kind::Namespace if **name == *"public" => {
            format!("COMMENT ON {object} IS 'standard public schema';")
        }
        Kind::Extension => {
            let usual = format!(
                "SELECT comment FROM pg_available_extensions WHERE name = {}",
                writer.string(name)
            );
            let change = writer.string(&format!("COMMENT ON {object} IS %L"));
            let body = format!("BEGIN EXECUTE format({change}, ({usual})); END");
            format!("DO {};", writer.string(&body))
        }
        _ => format!("COMMENT ON {object} IS NULL;"),
    }
}

/// The name of an object, so that none of the server's own is found instead.
pub(super) fn named(writer: &Writer<'_>, on: &Address) -> String {
    match on.kind {
        Kind::Type | Kind::Domain | Kind::DomainConstraint => writer.type_name(&on.name),
        Kind::Function | Kind::Procedure | Kind::Aggregate => writer.full_name(&on.name),
        // Their names are SQL.
        Kind::Cast | Kind::Transform | Kind::UserMapping => on.name.name.to_string(),
        Kind::Operator => {
            let namespace = on.name.namespace.as_deref().unwrap_or("pg_catalog");
            let operands = on.part.as_deref().unwrap_or_default();
            format!("{}.{} ({operands})", writer.ident(namespace), on.name.name)
        }
        Kind::OperatorFamily | Kind::OperatorClass => {
            let method = writer.ident(on.part.as_deref().unwrap_or_default());
            format!("{} USING {method}", writer.full_name(&on.name))
        }
        kind if kind.is_search() || kind == Kind::Conversion => writer.full_name(&on.name),
        _ => writer.name(&on.name),
    }
}

/// An object as `COMMENT ON` names it (manual, "COMMENT").
fn object(context: &Context<'_>, on: &Address) -> String {
    let writer = &context.writer;
    let word = on.kind.word().to_ascii_uppercase();
    let name = named(writer, on);
    let Some(part) = &on.part else {
        return format!("{word} {name}");
    };
    match on.kind {
        Kind::Column => format!("{word} {name}.{}", writer.ident(part)),
        Kind::DomainConstraint => format!("{word} {} ON DOMAIN {name}", writer.ident(part)),
        Kind::Operator | Kind::OperatorFamily | Kind::OperatorClass => format!("{word} {name}"),
        // An aggregate over nothing, such as `count(*)`.
        Kind::Aggregate if part.is_empty() => format!("{word} {name}(*)"),
        Kind::Procedure => format!("{word} {name}({})", function::taken(part)),
        Kind::Function | Kind::Aggregate => format!("{word} {name}({part})"),
        _ => format!("{word} {} ON {name}", writer.ident(part)),
    }
}
