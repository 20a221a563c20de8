//! Comments.

use super::{Context, Draft};
use crate::catalog::{Address, Comment, Kind};
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
        let text = text.map_or_else(|| "NULL".to_owned(), |text| writer.string(text));
        return Some(format!("COMMENT ON {} IS {text};", object(context, on)));
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
