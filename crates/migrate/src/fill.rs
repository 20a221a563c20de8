//! Rows that have no value in a column that becomes required: the column is made optional, filled, and then made required.

use std::fmt::Write as _;

use relata_script::Dialect;
use relata_sql::Catalog;
use relata_sql::catalog::{ObjectName, Table, TypeKind};
use relata_sql::risk::RiskKind;

use crate::{Ask, Risks, Weighed};

/// What a column is filled with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filling {
    /// A text, which the database reads as a value of the column's type.
    Text(String),
    /// An expression of SQL over the row's columns.
    Sql(String),
}

impl Filling {
    /// Reads what was typed: `sql:lower(email)` is an expression, everything else is a value as it is.
    pub fn read(text: &str) -> Self {
        match text.strip_prefix("sql:") {
            Some(expression) => Self::Sql(expression.trim().to_owned()),
            None => Self::Text(text.to_owned()),
        }
    }
}

/// A column that is filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fill {
    table: ObjectName,
    column: Box<str>,
    with: Filling,
}

/// Asks what to fill columns with that become required, and takes out of the problems those that are settled so.
pub(crate) fn settle(risks: &mut Risks, target: &Catalog, ask: &mut dyn Ask) -> Vec<Fill> {
    let mut fills = Vec::new();
    risks.problems.retain(|problem| {
        let fill = fill(problem, target, ask);
        let is_open = fill.is_none();
        fills.extend(fill);
        is_open
    });
    fills
}

fn fill(problem: &Weighed, target: &Catalog, ask: &mut dyn Ask) -> Option<Fill> {
    let (RiskKind::RequiredColumnAdded { column } | RiskKind::BecomesRequired { column }) =
        &problem.risk.kind
    else {
        return None;
    };
    let table = target
        .tables
        .iter()
        .find(|it| it.name == problem.risk.table)?;
    let is_key = |table: &Table| {
        let key = table.primary_key.iter().flat_map(|key| &key.columns);
        key.into_iter().any(|it| it.name == *column)
    };
    // A key cannot be optional, not even for a while.
    if problem.found.is_none() || is_key(table) {
        return None;
    }
    let with = ask.backfill(&format!("{}.{column}", table.name), problem)?;
    Some(Fill {
        table: table.name.clone(),
        column: column.clone(),
        with,
    })
}

/// Where the first of the three phases leads: the target, with the columns optional.
pub(crate) fn halfway(target: &Catalog, fills: &[Fill]) -> Catalog {
    let mut halfway = target.clone();
    for fill in fills {
        let table = halfway.tables.iter_mut().find(|it| it.name == fill.table);
        let mut columns = table.into_iter().flat_map(|table| &mut table.columns);
        if let Some(column) = columns.find(|it| it.name == fill.column) {
            column.nullable = true;
        }
    }
    halfway
}

/// The second phase. On SQLite, where one program writes at a time anyway, in one piece; elsewhere in batches.
pub(crate) fn script(target: &Catalog, fills: &[Fill]) -> String {
    let dialect = target.dialect;
    let mut script = String::new();
    for fill in fills {
        let name = dialect.ident(&fill.table.name);
        let name = match &fill.table.namespace {
            Some(namespace) if target.default_namespace.as_deref() != Some(&**namespace) => {
                format!("{}.{name}", dialect.ident(namespace))
            }
            _ => name,
        };
        let column = dialect.ident(&fill.column);
        let table = target.tables.iter().find(|it| it.name == fill.table);
        script.push_str("\n-- Backfill\n");
        if dialect != Dialect::Sqlite {
            let by = table.and_then(|table| walked_by(table));
            let by = by.map_or(String::new(), |by| format!(" by {}", dialect.ident(by)));
            let _ = writeln!(script, "-- relata: backfill{by}");
        }
        let value = match &fill.with {
            Filling::Sql(expression) => expression.clone(),
            Filling::Text(text) => literal(dialect, text),
        };
        let _ = writeln!(
            script,
            "UPDATE {name} SET {column} = {value} WHERE {column} IS NULL;"
        );
    }
    script
}

/// A value as text, which every server reads as the column's type wants it; but MySQL and SQLite know numbers only where others know
/// truth.
fn literal(dialect: Dialect, text: &str) -> String {
    match (dialect, text) {
        (Dialect::Mysql | Dialect::Sqlite, "true") => "1".to_owned(),
        (Dialect::Mysql | Dialect::Sqlite, "false") => "0".to_owned(),
        _ => dialect.string(text),
    }
}

/// The column by which a table can be walked through: its key, if that is one column of a type whose values go through text unharmed.
fn walked_by(table: &Table) -> Option<&str> {
    const KEYS: [&str; 9] = [
        "SmallInt", "Integer", "Int", "BigInt", "Uuid", "Text", "VarChar", "Char", "Citext",
    ];
    let [key] = table.primary_key.as_ref()?.columns.as_slice() else {
        return None;
    };
    let name = &*key.name;
    let column = table.columns.iter().find(|it| &*it.name == name)?;
    match &column.ty.kind {
        TypeKind::Native(native) if KEYS.contains(&native.info.name) => Some(name),
        _ => None,
    }
}
