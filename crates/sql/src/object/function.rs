//! Functions, procedures and aggregates.

use relata_script::Dialect;

use super::{Context, Draft, function_name};
use crate::catalog::{Function, Item, ObjectName};
use crate::statement;
use crate::step::{Effects, StepKind};

pub(crate) fn create<'c>(context: &Context<'c>, function: &Function) -> Draft<'c> {
    let mut effects = context.making(&Item::Function(function).address());
    effects.gives.push(function_name(&function.name));
    Draft::whole(
        StepKind::CreateFunction,
        &function.name,
        under_mode(
            function.sql_mode.as_deref(),
            format!("{};", function.statement.source),
        ),
        effects,
    )
}

/// A statement whose text is read under the modes that it was written for, and kept with them (manual, "Server SQL Modes").
pub(super) fn under_mode(mode: Option<&str>, statement: String) -> Vec<String> {
    let Some(mode) = mode else {
        return vec![statement];
    };
    vec![
        format!("SET @sql_mode_before = @@sql_mode, sql_mode = concat(@@sql_mode, ',{mode}');"),
        statement,
        "SET sql_mode = @sql_mode_before;".to_owned(),
    ]
}

/// Makes a function another in place (PostgreSQL).
pub(crate) fn redefine<'c>(context: &Context<'c>, function: &Function) -> Draft<'c> {
    let sql = &function.statement.source;
    let replaces = statement::function(Dialect::Postgres, sql).is_some_and(|head| head.replaces);
    let statement = match sql.get("CREATE".len()..) {
        Some(rest) if !replaces => format!("CREATE OR REPLACE{rest};"),
        _ => format!("{sql};"),
    };
    Draft::whole(
        StepKind::CreateFunction,
        &function.name,
        vec![statement],
        context.making(&Item::Function(function).address()),
    )
}

/// Lets functions speak of what is not there yet. Their text is SQL that the server reads when they are called, so that no
/// order of steps could be right for all of them (manual, `check_function_bodies`).
pub(crate) fn unchecked<'c>() -> Draft<'c> {
    Draft::whole(
        StepKind::Settings,
        &ObjectName::new(None, "check_function_bodies"),
        vec!["SET check_function_bodies = false;".into()],
        Effects::default(),
    )
}

/// The types that a procedure takes, as statements about it tell them. Without a mode they could as well be all of its arguments, those
/// that only come out among them, and mean another procedure (manual, "DROP PROCEDURE").
pub(super) fn taken(arguments: &str) -> String {
    if arguments.is_empty() {
        String::new()
    } else {
        format!("IN {arguments}")
    }
}
