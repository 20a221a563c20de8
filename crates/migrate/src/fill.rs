//! Rows that have no value which a column may hold from now on: none where it becomes required, one that its enum loses, one that refers to
//! nothing. The column is made wide enough for both, such rows are filled, and then it becomes what it is to be.

use std::fmt::Write as _;

use relata_script::{Dialect, terminal};
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
    rows: Rows,
}

impl Fill {
    /// What taking the migration back does not undo: a sentence.
    pub(crate) fn kept(&self) -> Option<String> {
        (self.rows != Rows::Null).then(|| {
            format!(
                "rows that were given another value in the column `{}` of `{}` keep it",
                terminal(&self.column),
                terminal(&self.table.to_string())
            )
        })
    }
}

/// Which rows are filled.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Rows {
    /// Those with NULL.
    Null,
    /// Those with one of these values.
    With(Vec<Box<str>>),
    /// Those with none of these values.
    Without(Vec<Box<str>>),
    /// Those with a value that a column of another table does not have.
    Orphans {
        references: ObjectName,
        referenced: Box<str>,
    },
}

/// Asks what to fill columns with, and takes out of the problems those that are settled so.
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

/// The column by which a problem can be settled, as `--backfill` names it.
pub(crate) fn column(problem: &Weighed) -> Option<String> {
    let column = match &problem.risk.kind {
        RiskKind::RequiredColumnAdded { column }
        | RiskKind::BecomesRequired { column }
        | RiskKind::EnumValuesRemoved { column, .. }
        | RiskKind::ValuesOutside { column, .. } => column,
        RiskKind::ValuesUnfit { column, to, .. } if to.starts_with("ENUM(") => column,
        RiskKind::Orphans { columns, .. } => match columns.as_slice() {
            [column] => column,
            _ => return None,
        },
        _ => return None,
    };
    Some(format!("{}.{column}", problem.risk.table))
}

fn fill(problem: &Weighed, target: &Catalog, ask: &mut dyn Ask) -> Option<Fill> {
    let flag = column(problem)?;
    let table = target
        .tables
        .iter()
        .find(|it| it.name == problem.risk.table)?;
    let is_key = |name: &str| {
        let key = table.primary_key.iter().flat_map(|key| &key.columns);
        key.into_iter().any(|it| *it.name == *name)
    };
    let held = |name: &str| table.columns.iter().find(|it| *it.name == *name);
    let (column, rows) = match &problem.risk.kind {
        // A key cannot be optional, not even for a while.
        RiskKind::RequiredColumnAdded { column } | RiskKind::BecomesRequired { column }
            if !is_key(column) =>
        {
            (column, Rows::Null)
        }
        // Of a list it is not the whole value that goes.
        RiskKind::EnumValuesRemoved { column, values } if !held(column)?.ty.list => {
            (column, Rows::With(values.clone()))
        }
        RiskKind::ValuesUnfit { column, .. } => match &held(column)?.ty.kind {
            TypeKind::Values(values) => (column, Rows::Without(values.clone())),
            _ => return None,
        },
        RiskKind::ValuesOutside { column, values, .. } => (column, Rows::Without(values.clone())),
        RiskKind::Orphans {
            columns,
            references,
        } => {
            let key = table
                .foreign_keys
                .iter()
                .find(|it| it.columns == *columns && it.references == *references)?;
            let rows = Rows::Orphans {
                references: references.clone(),
                referenced: key.referenced_columns.first()?.clone(),
            };
            (columns.first()?, rows)
        }
        _ => return None,
    };
    problem.found?;
    let with = ask.backfill(&flag, problem)?;
    Some(Fill {
        table: table.name.clone(),
        column: column.clone(),
        with,
        rows,
    })
}

/// Where the first of the three phases leads: the target, with columns that may hold what they held and what they are to hold.
pub(crate) fn halfway(from: &Catalog, target: &Catalog, fills: &[Fill]) -> Catalog {
    let mut halfway = target.clone();
    for fill in fills {
        let before = from
            .tables
            .iter()
            .find(|it| it.name == fill.table)
            .and_then(|table| table.column(&fill.column));
        let Some(table) = halfway.tables.iter_mut().find(|it| it.name == fill.table) else {
            continue;
        };
        if let Rows::Orphans { references, .. } = &fill.rows {
            table.foreign_keys.retain(|key| {
                !(key.columns == [fill.column.clone()] && key.references == *references)
            });
            continue;
        }
        let Some(column) = table.columns.iter_mut().find(|it| it.name == fill.column) else {
            continue;
        };
        match (&fill.rows, before) {
            (Rows::Null, _) => column.nullable = true,
            (Rows::With(_), Some(_)) => {
                let Some(name) = column.ty.enum_name().cloned() else {
                    continue;
                };
                if let (Some(before), Some(now)) = (
                    from.enumeration(&name),
                    halfway.enums.iter_mut().find(|it| it.name == name),
                ) {
                    now.values = both(&before.values, &now.values);
                }
            }
            (Rows::Without(_), Some(before)) => match (&before.ty.kind, &mut column.ty.kind) {
                (TypeKind::Values(before), TypeKind::Values(now)) => *now = both(before, now),
                (_, now @ TypeKind::Values(_)) => *now = before.ty.kind.clone(),
                _ => {}
            },
            _ => {}
        }
    }
    halfway
}

/// The values that an enum has, and behind them those that it is to have: so nothing that is there is written anew.
fn both(before: &[Box<str>], after: &[Box<str>]) -> Vec<Box<str>> {
    let new = after.iter().filter(|value| !before.contains(value));
    before.iter().chain(new).cloned().collect()
}

/// A script of the phases that there is something to do in.
pub(crate) fn phases(first: Option<String>, filled: String, last: Option<String>) -> String {
    let all: Vec<String> = first.into_iter().chain([filled]).chain(last).collect();
    all.join("\n")
}

/// The second phase. On SQLite, where one program writes at a time anyway, in one piece; elsewhere in batches.
pub(crate) fn script(target: &Catalog, fills: &[Fill]) -> String {
    let dialect = target.dialect;
    let mut script = String::new();
    for fill in fills {
        let name = named(target, &fill.table);
        let column = dialect.ident(&fill.column);
        let table = target.tables.iter().find(|it| it.name == fill.table);
        if !script.is_empty() {
            script.push('\n');
        }
        script.push_str("-- Backfill\n");
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
            "UPDATE {name} SET {column} = {value} WHERE {};",
            condition(target, &column, &fill.rows)
        );
    }
    script
}

/// A table, with its namespace where it needs one.
fn named(target: &Catalog, table: &ObjectName) -> String {
    let name = target.dialect.ident(&table.name);
    match &table.namespace {
        Some(namespace) if target.default_namespace.as_deref() != Some(&**namespace) => {
            format!("{}.{name}", target.dialect.ident(namespace))
        }
        _ => name,
    }
}

/// Which rows a column is filled in.
fn condition(target: &Catalog, column: &str, rows: &Rows) -> String {
    let dialect = target.dialect;
    let list = |values: &[Box<str>]| {
        let values: Vec<String> = values.iter().map(|value| dialect.string(value)).collect();
        values.join(", ")
    };
    // Of PostgreSQL's enums only values can be spelled that they have.
    let text = match dialect {
        Dialect::Postgres => format!("{column}::text"),
        Dialect::Mysql | Dialect::Sqlite => column.to_owned(),
    };
    match rows {
        Rows::Null => format!("{column} IS NULL"),
        Rows::With(values) => format!("{text} IN ({})", list(values)),
        Rows::Without(values) => format!("{text} NOT IN ({})", list(values)),
        Rows::Orphans {
            references,
            referenced,
        } => {
            let (table, referenced) = (named(target, references), dialect.ident(referenced));
            // MySQL does not read from the table that it writes to, but from a copy of it (manual, error 1093).
            format!(
                "{column} NOT IN (SELECT {referenced} FROM (SELECT {referenced} FROM {table} WHERE {referenced} IS NOT NULL) AS {})",
                dialect.ident("there")
            )
        }
    }
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
