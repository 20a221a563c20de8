//! Comments (PostgreSQL).

use super::{Context, Draft};
use crate::catalog::{Address, Comment, Kind};
use crate::step::{Effects, Object, StepKind};

/// Writes the comments on one object and its parts.
pub(crate) fn create<'c>(context: &Context<'c>, comments: &[&Comment]) -> Option<Draft<'c>> {
    let first = comments.first()?;
    let statements = comments
        .iter()
        .map(|comment| {
            format!(
                "COMMENT ON {} IS {};",
                object(context, &comment.on),
                context.writer.string(&comment.text)
            )
        })
        .collect();
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

/// Takes the comments away from one object and its parts.
pub(crate) fn drop<'c>(context: &Context<'c>, comment: &Comment) -> Draft<'c> {
    let object = object(context, &comment.on);
    let name = &comment.on.name.name;
    let statement = match comment.on.kind {
        // These have one from the beginning, which comes back.
        Kind::Namespace if **name == *"public" => {
            format!("COMMENT ON {object} IS 'standard public schema';")
        }
        Kind::Extension => {
            let writer = &context.writer;
            let usual = format!(
                "SELECT comment FROM pg_available_extensions WHERE name = {}",
                writer.string(name)
            );
            let change = writer.string(&format!("COMMENT ON {object} IS %L"));
            let body = format!("BEGIN EXECUTE format({change}, ({usual})); END");
            format!("DO {};", writer.string(&body))
        }
        _ => format!("COMMENT ON {object} IS NULL;"),
    };
    Draft::whole(
        StepKind::Comment,
        &comment.on.name,
        vec![statement],
        Effects::default(),
    )
}

/// An object as `COMMENT ON` names it (manual, "COMMENT").
fn object(context: &Context<'_>, on: &Address) -> String {
    let writer = &context.writer;
    let (word, name) = (on.kind.word().to_ascii_uppercase(), writer.name(&on.name));
    let Some(part) = &on.part else {
        return format!("{word} {name}");
    };
    match on.kind {
        Kind::Column => format!("{word} {name}.{}", writer.ident(part)),
        Kind::DomainConstraint => format!("{word} {} ON DOMAIN {name}", writer.ident(part)),
        // An aggregate over nothing, such as `count(*)`.
        Kind::Aggregate if part.is_empty() => format!("{word} {name}(*)"),
        Kind::Function | Kind::Procedure | Kind::Aggregate => format!("{word} {name}({part})"),
        _ => format!("{word} {} ON {name}", writer.ident(part)),
    }
}
