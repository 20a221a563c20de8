//! What a table keeps that a schema does not speak of, where a change states it anew.
//!
//! MySQL changes a column by stating it once more, and what is not stated is gone (manual, "ALTER TABLE": attributes that the new definition
//! leaves out are not carried forward). SQLite has whole tables made anew. PostgreSQL gives a column of another type that type's own collation
//! and way to keep values. What is there and no business of the schema is stated too, unless it speaks of a column that goes.

use std::borrow::Cow;

use relata_script::{Word, words};

use super::mysql::is_text;
use super::option;
use crate::catalog::{
    Address, Catalog, Check, Column, Expression, Managed, ObjectName, Table, TypeKind,
};
use crate::diff::is_of_expressions;

/// The two sides of a change from a database to a schema.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept<'c> {
    before: &'c Catalog,
    after: &'c Catalog,
}

impl<'c> Kept<'c> {
    /// Returns `None` where nothing is left unsaid.
    pub(super) fn new(before: &'c Catalog, after: &'c Catalog) -> Option<Self> {
        let leaves_out = before.is_whole && !after.is_whole;
        leaves_out.then_some(Self { before, after })
    }

    /// A column with what it keeps.
    pub(super) fn column<'a>(&self, table: &Table, column: &'a Column) -> Cow<'a, Column> {
        match self.there(&table.name) {
            Some(there) => self.column_of(there, table, column),
            None => Cow::Borrowed(column),
        }
    }

    /// The collation that a column keeps.
    pub(super) fn collation<'a>(&self, from: &'a Column, to: &Column) -> Option<&'a ObjectName> {
        let there = from.collation.as_ref()?;
        let stays = to.collation.is_none() && is_text(to) && self.leaves(Managed::Collations);
        stays.then_some(there)
    }

    /// The comment that a column keeps.
    pub(super) fn comment(&self, column: &Address) -> Option<&'c str> {
        let text = self.before.comment(column)?;
        self.leaves(Managed::Comments).then_some(text)
    }

    /// The checks that are part of a column and that it keeps (MariaDB).
    pub(super) fn checks_of(&self, table: &Table, column: &str) -> Vec<&'c Check> {
        let there = self.there(&table.name);
        let kept = there.map(|there| self.checks(there, table));
        let kept = kept.unwrap_or_default().into_iter();
        kept.filter(|check| &*check.name == column).collect()
    }

    /// A whole table with what it keeps (SQLite).
    pub(crate) fn table(&self, table: &Table) -> Option<Table> {
        let there = self.there(&table.name)?;
        let mut now = table.clone();
        for column in &mut now.columns {
            if let Cow::Owned(kept) = self.column_of(there, table, column) {
                *column = kept;
            }
        }
        now.checks
            .extend(self.checks(there, table).into_iter().cloned());
        self.indexes(there, &mut now);
        for key in &mut now.foreign_keys {
            let same = there.foreign_keys.iter().find(|it| {
                it.columns == key.columns
                    && it.references == key.references
                    && it.referenced_columns == key.referenced_columns
            });
            if let Some(there) = same {
                key.deferrable = there.deferrable;
            }
        }
        if let (Some(there), Some(key)) = (&there.primary_key, &mut now.primary_key) {
            key.options.clone_from(&there.options);
        }
        let options = there.storage.options.iter();
        let fitting = options.filter(|(name, _)| &**name != "strict" || can_be_strict(&now));
        now.storage.options = fitting.cloned().collect();
        Some(now)
    }

    fn there(&self, table: &ObjectName) -> Option<&'c Table> {
        self.before.table(table)
    }

    /// Whether the schema leaves it to others what there is of a kind.
    fn leaves(&self, kind: Managed) -> bool {
        !self.after.drops(kind, self.before)
    }

    fn column_of<'a>(&self, there: &Table, table: &Table, column: &'a Column) -> Cow<'a, Column> {
        let mut now = Cow::Borrowed(column);
        let Some(before) = there.column(&column.name) else {
            return now;
        };
        if let Some(collation) = self.collation(before, column) {
            now.to_mut().collation = Some(collation.clone());
        }
        if let Some(generated) = &before.generated
            && column.generated.is_none()
            && self.leaves(Managed::Generated)
            && self.stays(&generated.expression, there, table)
        {
            let now = now.to_mut();
            now.generated.clone_from(&before.generated);
            now.default = None;
        }
        for (name, value) in &before.storage.options {
            if option(&column.storage.options, name).is_none()
                && let Some(value) = fitting(name, value, before, column)
            {
                let options = &mut now.to_mut().storage.options;
                options.push((name.clone(), value.into()));
            }
        }
        now
    }

    fn checks(&self, there: &'c Table, table: &Table) -> Vec<&'c Check> {
        if !self.leaves(Managed::Checks) {
            return Vec::new();
        }
        let is_said = |check: &Check| {
            table.checks.iter().any(|it| {
                it.name == check.name
                    && (!it.name.is_empty() || it.expression.source == check.expression.source)
            })
        };
        let checks = there.checks.iter();
        checks
            .filter(|check| !is_said(check) && self.stays(&check.expression, there, table))
            .collect()
    }

    fn indexes(&self, there: &Table, now: &mut Table) {
        let (clauses, partial) = (
            self.leaves(Managed::IndexClauses),
            self.leaves(Managed::PartialIndexes),
        );
        for index in &there.indexes {
            let expressions = index.columns.iter().filter_map(|it| it.expression.as_ref());
            let mut all = expressions.chain(&index.predicate);
            let stays = all.all(|it| self.stays(it, there, now))
                && index
                    .columns
                    .iter()
                    .all(|it| it.expression.is_some() || now.column(&it.name).is_some());
            if !stays {
                continue;
            }
            let said = now.indexes.iter_mut().find(|it| it.name == index.name);
            match said {
                Some(said) => {
                    if partial && said.predicate.is_none() {
                        said.predicate.clone_from(&index.predicate);
                    }
                    if clauses && !is_of_expressions(said) && !is_of_expressions(index) {
                        for (said, index) in said.columns.iter_mut().zip(&index.columns) {
                            if said.name == index.name && said.collation.is_none() {
                                said.collation.clone_from(&index.collation);
                            }
                        }
                    }
                }
                None if (clauses && is_of_expressions(index))
                    || (partial && index.predicate.is_some()) =>
                {
                    now.indexes.push(index.clone());
                }
                None => {}
            }
        }
    }

    /// Tells whether an expression speaks of no column that goes.
    fn stays(&self, expression: &Expression, before: &Table, after: &Table) -> bool {
        let is_there = |table: &Table, name: &str| {
            let mut columns = table.columns.iter();
            columns.any(|it| it.name.eq_ignore_ascii_case(name))
        };
        let words = words(self.after.dialect, &expression.source);
        words.iter().all(|(word, _)| {
            let name = match word {
                Word::Bare(name) => *name,
                Word::Name(name) => name.as_str(),
                _ => return true,
            };
            !is_there(before, name) || is_there(after, name)
        })
    }
}

/// The value that an option of a column has on the column that it becomes; `None` where it cannot have it.
fn fitting(name: &str, value: &str, from: &Column, to: &Column) -> Option<String> {
    let stays = match name {
        // The moment has as many digits as the column (manual, "Automatic Initialization and Updating for TIMESTAMP and DATETIME").
        "on update" => {
            let TypeKind::Native(ty) = &to.ty.kind else {
                return None;
            };
            let moment = value.split('(').next()?;
            return match (ty.info.sql, ty.args.as_slice()) {
                ("TIMESTAMP" | "DATETIME", [] | [0]) => Some(moment.to_owned()),
                ("TIMESTAMP" | "DATETIME", [digits]) => Some(format!("{moment}({digits})")),
                _ => None,
            };
        }
        "display width" | "declared" => from.ty == to.ty,
        // A row that does not name the column needs a value for it (MariaDB, "Invisible Columns").
        "invisible" => to.nullable || to.default.is_some() || to.generated.is_some(),
        "without autoincrement" => to.is_autoincrement(),
        _ => true,
    };
    stays.then(|| value.to_owned())
}

/// Tells whether all columns have types that a `STRICT` table takes (manual, "STRICT Tables").
fn can_be_strict(table: &Table) -> bool {
    const TYPES: [&str; 6] = ["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"];
    table.columns.iter().all(|column| {
        let ty = match (option(&column.storage.options, "declared"), &column.ty.kind) {
            (Some(declared), _) => declared,
            (None, TypeKind::Native(ty)) => ty.info.sql,
            (None, _) => return false,
        };
        TYPES.iter().any(|it| it.eq_ignore_ascii_case(ty))
    })
}
