//! What rows may lose by a change, and which rows stand in its way; each with the query that counts them.
//!
//! The rules are those of Prisma's destructive change checks, and what those leave out: duplicates under a new unique, orphans under a new foreign
//! key, values that a narrower type or a new check refuses. Nothing here asks a database: whoever has one runs the queries, in a transaction that
//! only reads.

mod condition;
mod enumeration;
mod reading;
mod retype;

use std::fmt;

use relata_script::{Dialect, terminal};

use crate::catalog::{Check, Column, Default, ForeignKey, Index, Kind, ObjectName, Table};
use crate::change::{
    AlteredColumn, AlteredTable, Changes, CheckChange, ColumnChange, ForeignKeyChange, IndexChange,
    PrimaryKeyChange, TableChange,
};
use crate::dialect::{Writer, is_rowid};
use crate::object::{Context, column};
use crate::rename::Renamed;
use condition::Condition;

/// Something about rows that a plan has to be looked at for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Risk {
    /// The table that the rows are in.
    pub table: ObjectName,
    /// What about it.
    pub kind: RiskKind,
    /// A query with one number: how many rows, or values, it is about; NULL where only the plan itself can tell. It runs before the plan, on the
    /// names from before.
    pub count: String,
}

/// What about rows a plan has to be looked at for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RiskKind {
    /// The table goes.
    TableDropped,
    /// A column goes.
    ColumnDropped {
        /// Its name.
        column: Box<str>,
    },
    /// A column is dropped and made again, since no value of it could live on in the new type.
    ColumnReplaced {
        /// Its name.
        column: Box<str>,
        /// The type before, as SQL.
        from: Box<str>,
        /// The type after, as SQL.
        to: Box<str>,
    },
    /// A cast takes a part of a value away.
    ValuesCut {
        /// The column.
        column: Box<str>,
        /// The type before, as SQL.
        from: Box<str>,
        /// The type after, as SQL.
        to: Box<str>,
    },
    /// A new column needs a value, and there is none for the rows that are there.
    RequiredColumnAdded {
        /// Its name.
        column: Box<str>,
    },
    /// A column that holds NULL becomes required, and nothing says what to put in its place.
    BecomesRequired {
        /// Its name.
        column: Box<str>,
    },
    /// Values do not fit into the type that their column gets.
    ValuesUnfit {
        /// The column.
        column: Box<str>,
        /// The type before, as SQL.
        from: Box<str>,
        /// The type after, as SQL.
        to: Box<str>,
    },
    /// Values of an enum that go are in use.
    EnumValuesRemoved {
        /// The column that holds them.
        column: Box<str>,
        /// The values.
        values: Vec<Box<str>>,
    },
    /// A column holds values that the enum of its field does not have, in a database that knows no enums (SQLite).
    ValuesOutside {
        /// The column.
        column: Box<str>,
        /// The enum, as the schema calls it.
        of: Box<str>,
        /// The values that the enum has.
        values: Vec<Box<str>>,
    },
    /// Values that a new unique or primary key forbids twice are there more than once.
    Duplicates {
        /// The columns together.
        columns: Vec<Box<str>>,
    },
    /// Rows refer to nothing by the columns of a new foreign key.
    Orphans {
        /// The columns.
        columns: Vec<Box<str>>,
        /// The table that they shall refer to.
        references: ObjectName,
    },
    /// Rows do not meet a new check.
    CheckViolated {
        /// Its name.
        check: Box<str>,
    },
}

impl RiskKind {
    /// Whether data would be lost; everything else makes the plan fail while such rows are there.
    pub fn is_loss(&self) -> bool {
        matches!(
            self,
            Self::TableDropped
                | Self::ColumnDropped { .. }
                | Self::ColumnReplaced { .. }
                | Self::ValuesCut { .. }
        )
    }
}

impl Risk {
    /// A sentence for people; with the number where a database has been asked.
    pub fn sentence(&self, found: Option<u64>) -> String {
        Sentence { risk: self, found }.to_string()
    }
}

struct Sentence<'r> {
    risk: &'r Risk,
    found: Option<u64>,
}

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = &self.risk.table.to_string();
        let table = terminal(table);
        let list = |names: &[Box<str>]| {
            let names: Vec<String> = names
                .iter()
                .map(|name| format!("`{}`", terminal(name)))
                .collect();
            names.join(", ")
        };
        // "the 3 rows", or "rows, if there are any".
        let rows = |one: &str, many: &str, unknown: &str| match self.found {
            Some(1) => format!("1 {one}"),
            Some(found) => format!("{found} {many}"),
            None => unknown.to_owned(),
        };
        match &self.risk.kind {
            RiskKind::TableDropped => match self.found {
                Some(_) => write!(
                    f,
                    "the table `{table}` is dropped, with {}",
                    rows("row", "rows", "")
                ),
                None => write!(f, "the table `{table}` is dropped, with every row in it"),
            },
            RiskKind::ColumnDropped { column } => match self.found {
                Some(_) => write!(
                    f,
                    "the column `{}` of `{table}` is dropped, which holds {}",
                    terminal(column),
                    rows("value", "values", "")
                ),
                None => write!(
                    f,
                    "the column `{}` of `{table}` is dropped, with every value in it",
                    terminal(column)
                ),
            },
            RiskKind::ColumnReplaced { column, from, to } => write!(
                f,
                "the column `{}` of `{table}` is dropped and made again, since nothing of {from} can become {to}: {} lost; to keep them, add a second \
                 column, fill it, and drop the first in a later migration",
                terminal(column),
                rows("value is", "values are", "every value is")
            ),
            RiskKind::ValuesCut { column, from, to } => write!(
                f,
                "the column `{}` of `{table}` becomes {to} from {from}, which cuts {}",
                terminal(column),
                rows("value", "values", "what is longer")
            ),
            RiskKind::RequiredColumnAdded { column } => write!(
                f,
                "`{table}` has {}, and the new required column `{}` has no default for them: give it a `@default`, or add it as optional, fill it, and \
                 then make it required",
                rows("row", "rows", "rows perhaps"),
                terminal(column)
            ),
            RiskKind::BecomesRequired { column } => write!(
                f,
                "the column `{}` of `{table}` becomes required, and {} no value in it: give it a `@default`, or fill them first",
                terminal(column),
                rows("row has", "rows have", "some rows may have")
            ),
            RiskKind::ValuesUnfit { column, from, to } => write!(
                f,
                "the column `{}` of `{table}` becomes {to} from {from}, and {} not fit: change them first",
                terminal(column),
                rows("value does", "values do", "some values may")
            ),
            RiskKind::EnumValuesRemoved { column, values } => write!(
                f,
                "{} of the enum of `{}` in `{table}` {} removed, and {} it: give them another value first",
                list(values),
                terminal(column),
                if values.len() == 1 { "is" } else { "are" },
                rows("row holds", "rows hold", "some rows may hold")
            ),
            RiskKind::ValuesOutside { column, of, .. } => write!(
                f,
                "the column `{}` of `{table}` is for values of the enum `{}`, and {} another: give them one that it has",
                terminal(column),
                terminal(of),
                rows("row holds", "rows hold", "some rows may hold")
            ),
            RiskKind::Duplicates { columns } => write!(
                f,
                "{} of `{table}` {} unique, and {} more than once: change them first",
                list(columns),
                if columns.len() == 1 {
                    "becomes"
                } else {
                    "become"
                },
                rows(
                    "value is there",
                    "values are there",
                    "some values may be there"
                )
            ),
            RiskKind::Orphans {
                columns,
                references,
            } => write!(
                f,
                "{} of `{table}` shall refer to `{}`, and {} to nothing there: change them first",
                list(columns),
                terminal(&references.to_string()),
                rows("row refers", "rows refer", "some rows may refer")
            ),
            RiskKind::CheckViolated { check } => write!(
                f,
                "`{table}` gets the check `{}`, and {} not meet it: change them first",
                terminal(check),
                rows("row does", "rows do", "some rows may")
            ),
        }
    }
}

/// Finds what a change risks, in the order of the changes.
pub fn risks(changes: &Changes<'_>) -> Vec<Risk> {
    let finder = Finder {
        context: &Context::new(changes),
        // The queries run before the plan.
        writer: Writer::new(if changes.from.default_namespace.is_some() {
            changes.from
        } else {
            changes.to
        }),
        changes,
    };
    let mut risks = Vec::new();
    for change in &changes.tables {
        match change {
            // One that is made again takes its rows along.
            TableChange::Created(_) | TableChange::Recreated { .. } => {}
            TableChange::Dropped(table) => {
                let count = finder.count(table, None);
                risks.push(risk(table, RiskKind::TableDropped, count));
            }
            TableChange::Altered(altered) => finder.altered(altered, &mut risks),
        }
    }
    for change in &changes.enums {
        finder.enumeration(change, &mut risks);
    }
    risks
}

fn risk(table: &Table, kind: RiskKind, count: String) -> Risk {
    Risk {
        table: table.name.clone(),
        kind,
        count,
    }
}

struct Finder<'f, 'c> {
    context: &'f Context<'c>,
    writer: Writer<'c>,
    changes: &'f Changes<'c>,
}

impl Finder<'_, '_> {
    fn count(&self, table: &Table, condition: Option<&str>) -> String {
        let condition = condition.map_or(String::new(), |condition| format!(" WHERE {condition}"));
        format!("SELECT COUNT(*) FROM {}{condition}", self.rows(table, None))
    }

    /// The rows of a table as they are before the plan, under the names that they are about to have.
    fn rows(&self, table: &Table, alias: Option<&str>) -> String {
        let from = self.changes.from;
        let name = from.name_before(Kind::Table, &table.name);
        let columns: Vec<(String, &str)> = table
            .columns
            .iter()
            .map(|column| (self.before(table, column), &*column.name))
            .collect();
        let written = self.writer.name(&name);
        if columns
            .iter()
            .all(|(before, after)| *before == self.writer.ident(after))
        {
            let alias = match alias {
                Some(alias) => format!(" AS {alias}"),
                None if name != table.name => {
                    format!(" AS {}", self.writer.ident(&table.name.name))
                }
                None => String::new(),
            };
            return written + &alias;
        }
        let columns: Vec<String> = columns
            .iter()
            .map(|(before, after)| format!("{before} AS {}", self.writer.ident(after)))
            .collect();
        let table_name = self.writer.ident(&table.name.name);
        format!(
            "(SELECT {} FROM {written}) AS {}",
            columns.join(", "),
            alias.unwrap_or(&table_name)
        )
    }

    /// What a column is before the plan: its name, or its values as they are about to be called.
    fn before(&self, table: &Table, column: &Column) -> String {
        let from = self.changes.from;
        let name = self
            .writer
            .ident(&from.column_before(&table.name, &column.name));
        let values = from.renamed.iter().filter(|rename| {
            matches!(&rename.what, Renamed::ColumnValue { table: of, column: it } if *of == table.name && *it == column.name)
        });
        let cases: Vec<String> = values
            .map(|rename| {
                let (from, to) = (&rename.from, &rename.to);
                format!(
                    "WHEN {} THEN {}",
                    self.writer.string(from),
                    self.writer.string(to)
                )
            })
            .collect();
        if cases.is_empty() {
            name
        } else {
            format!("CASE {name} {} ELSE {name} END", cases.join(" "))
        }
    }

    fn altered(&self, altered: &AlteredTable<'_>, risks: &mut Vec<Risk>) {
        let table = altered.from;
        for change in &altered.columns {
            match change {
                ColumnChange::Dropped(column) => {
                    // What is computed can be computed again.
                    if column.generated.is_none() {
                        let column_name = self.writer.ident(&column.name);
                        let count = self.count(table, Some(&format!("{column_name} IS NOT NULL")));
                        let column = column.name.clone();
                        risks.push(risk(table, RiskKind::ColumnDropped { column }, count));
                    }
                }
                ColumnChange::Added(column) => {
                    if !column.nullable && !column.gives_values() {
                        let count = self.count(table, None);
                        let column = column.name.clone();
                        risks.push(risk(table, RiskKind::RequiredColumnAdded { column }, count));
                    }
                }
                ColumnChange::Altered(change) => self.column(table, change, risks),
            }
        }
        self.row_numbers(altered, risks);
        if let Some(PrimaryKeyChange::Created(key) | PrimaryKeyChange::Replaced { to: key, .. }) =
            altered.primary_key
        {
            let columns: Vec<Box<str>> = key.column_names().map(Into::into).collect();
            self.duplicates(altered, &columns, None, false, risks);
            for name in &columns {
                let was_required = table.column(name).is_none_or(|column| !column.nullable);
                let becomes_required = altered.columns.iter().any(|change| {
                    matches!(change, ColumnChange::Altered(change)
                        if change.from.name == *name && change.becomes_required())
                });
                if !was_required && !becomes_required {
                    let column = self.writer.ident(name);
                    let count = self.count(table, Some(&format!("{column} IS NULL")));
                    risks.push(risk(
                        table,
                        RiskKind::BecomesRequired {
                            column: name.clone(),
                        },
                        count,
                    ));
                }
            }
        }
        for change in &altered.indexes {
            if let IndexChange::Created(index) = change
                && index.is_unique()
            {
                self.unique(altered, index, risks);
            }
        }
        for change in &altered.foreign_keys {
            if let ForeignKeyChange::Created(key) = change {
                self.orphans(altered, key, risks);
            }
        }
        for change in &altered.checks {
            if let CheckChange::Created(check) | CheckChange::Validated(check) = change
                && check.is_valid
            {
                self.check(altered, check, risks);
            }
        }
    }

    /// SQLite keeps any value under any type, but for the number of a row, which is a whole number (manual, "ROWIDs and the INTEGER PRIMARY KEY").
    fn row_numbers(&self, altered: &AlteredTable<'_>, risks: &mut Vec<Risk>) {
        let (from, to) = (altered.from, altered.to);
        if self.writer.dialect() != Dialect::Sqlite {
            return;
        }
        let Some(after) = to.columns.iter().find(|column| is_rowid(to, column)) else {
            return;
        };
        let Some(before) = from.column(&after.name) else {
            return;
        };
        if is_rowid(from, before) {
            return;
        }
        let name = self.writer.ident(&before.name);
        let kind = RiskKind::ValuesUnfit {
            column: before.name.clone(),
            from: self.writer.column_type(&before.ty).into(),
            to: "the number of the row".into(),
        };
        // Text that reads as a whole number becomes one.
        let count = self.count(from, Some(&format!("{name} <> CAST({name} AS INTEGER)")));
        risks.push(risk(from, kind, count));
    }

    fn column(&self, table: &Table, change: &AlteredColumn<'_>, risks: &mut Vec<Risk>) {
        let name = self.writer.ident(&change.from.name);
        let column = || change.from.name.clone();
        let types = || {
            let sql = |ty| self.writer.column_type(ty).into_boxed_str();
            (sql(&change.from.ty), sql(&change.to.ty))
        };
        // What is computed is computed again.
        if change.recreated && change.from.generated.is_some() && change.to.generated.is_some() {
            return;
        }
        if column::is_recreated(self.context, change) {
            let count = self.count(table, Some(&format!("{name} IS NOT NULL")));
            let (from, to) = types();
            let kind = RiskKind::ColumnReplaced {
                column: column(),
                from,
                to,
            };
            risks.push(risk(table, kind, count));
            if !change.to.nullable && !change.to.gives_values() {
                let count = self.count(table, None);
                risks.push(risk(
                    table,
                    RiskKind::RequiredColumnAdded { column: column() },
                    count,
                ));
            }
            return;
        }
        if change.becomes_required() && self.writer.default(change.to).is_none() {
            let count = self.count(table, Some(&format!("{name} IS NULL")));
            risks.push(risk(
                table,
                RiskKind::BecomesRequired { column: column() },
                count,
            ));
        }
        if change.ty {
            for condition in retype::conditions(&self.writer, self.changes, change, &name) {
                let rows = self.rows(table, None);
                let (column, (from, to)) = (column(), types());
                let kind = if condition.is_cut() {
                    RiskKind::ValuesCut { column, from, to }
                } else {
                    RiskKind::ValuesUnfit { column, from, to }
                };
                risks.push(risk(table, kind, condition.count(&rows)));
            }
        }
    }

    fn unique(&self, altered: &AlteredTable<'_>, index: &Index, risks: &mut Vec<Risk>) {
        // A unique that was there, over the same or fewer columns and all rows, already keeps duplicates out.
        let kept = altered.from.indexes.iter().any(|was| {
            was.is_unique()
                && was.predicate.is_none()
                && was.columns.iter().all(|it| it.expression.is_none())
                && was.columns.iter().all(|it| {
                    index
                        .columns
                        .iter()
                        .any(|new| new.name == it.name && new.expression.is_none())
                })
        });
        let is_keyed = altered.from.primary_key.as_ref().is_some_and(|key| {
            key.column_names()
                .all(|name| index.columns.iter().any(|it| &*it.name == name))
        });
        if kept
            || is_keyed
            || index
                .columns
                .iter()
                .any(|column| column.expression.is_some())
        {
            return;
        }
        let columns: Vec<Box<str>> = index.columns.iter().map(|it| it.name.clone()).collect();
        let predicate = index.predicate.as_ref().map(|it| &*it.source);
        self.duplicates(
            altered,
            &columns,
            predicate,
            index.nulls_not_distinct,
            risks,
        );
    }

    fn duplicates(
        &self,
        altered: &AlteredTable<'_>,
        columns: &[Box<str>],
        predicate: Option<&str>,
        nulls_count: bool,
        risks: &mut Vec<Risk>,
    ) {
        let table = altered.from;
        // A new column holds NULL, or the same for every row, or what nobody can tell.
        let (there, new): (Vec<&str>, Vec<&str>) = columns
            .iter()
            .map(|name| &**name)
            .partition(|name| table.column(name).is_some());
        let is_same = |name: &&str| {
            let column = altered.to.column(name);
            column.is_some_and(|column| {
                matches!(
                    column.default,
                    Some(Default::Literal(_) | Default::List(_) | Default::Now)
                )
            })
        };
        if !new.iter().all(is_same) {
            return;
        }
        // Rows that differ in nothing but new columns are the same; without any other column, all of them are.
        let names = match there.as_slice() {
            [] => "1 + 0".to_owned(),
            there => self.writer.idents(there.iter().copied()),
        };
        let mut conditions: Vec<String> =
            predicate.map(|it| format!("({it})")).into_iter().collect();
        if !nulls_count {
            conditions.extend(
                there
                    .iter()
                    .map(|name| format!("{} IS NOT NULL", self.writer.ident(name))),
            );
        }
        let conditions = if conditions.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", conditions.join(" AND "))
        };
        let table_name = self.rows(table, None);
        let count = format!(
            "SELECT COUNT(*) FROM (SELECT 1 FROM {table_name}{conditions} GROUP BY {names} HAVING COUNT(*) > 1) AS twice"
        );
        let columns = columns.to_vec();
        risks.push(risk(table, RiskKind::Duplicates { columns }, count));
    }

    fn orphans(&self, altered: &AlteredTable<'_>, key: &ForeignKey, risks: &mut Vec<Risk>) {
        let table = altered.from;
        // The same key under another name, or with other actions, finds what it found.
        let stood = table.foreign_keys.iter().any(|was| {
            was.columns == key.columns
                && was.references == key.references
                && was.referenced_columns == key.referenced_columns
                && was.is_valid
        });
        let added = key.columns.iter().any(|name| table.column(name).is_none());
        if stood || added || !key.is_valid {
            return;
        }
        let mut conditions: Vec<String> = key
            .columns
            .iter()
            .map(|name| format!("child.{} IS NOT NULL", self.writer.ident(name)))
            .collect();
        let parent = self.changes.from.table(&key.references).filter(|parent| {
            key.referenced_columns
                .iter()
                .all(|name| parent.column(name).is_some())
        });
        if let Some(parent) = parent {
            let pairs: Vec<String> = key
                .columns
                .iter()
                .zip(&key.referenced_columns)
                .map(|(from, to)| {
                    format!(
                        "parent.{} = child.{}",
                        self.writer.ident(to),
                        self.writer.ident(from)
                    )
                })
                .collect();
            conditions.push(format!(
                "NOT EXISTS (SELECT 1 FROM {} WHERE {})",
                self.rows(parent, Some("parent")),
                pairs.join(" AND ")
            ));
        }
        let count = format!(
            "SELECT COUNT(*) FROM {} WHERE {}",
            self.rows(table, Some("child")),
            conditions.join(" AND ")
        );
        let kind = RiskKind::Orphans {
            columns: key.columns.clone(),
            references: key.references.clone(),
        };
        risks.push(risk(table, kind, count));
    }

    fn check(&self, altered: &AlteredTable<'_>, check: &Check, risks: &mut Vec<Risk>) {
        // A check over new columns cannot be asked before they are there.
        let is_about_new = altered.columns.iter().any(|change| {
            matches!(change, ColumnChange::Added(column) if check.expression.source.contains(&*column.name))
        });
        if is_about_new {
            return;
        }
        let count = self.count(
            altered.from,
            Some(&format!("NOT ({})", check.expression.source)),
        );
        let kind = RiskKind::CheckViolated {
            check: check.name.clone(),
        };
        risks.push(risk(altered.from, kind, count));
    }
}
