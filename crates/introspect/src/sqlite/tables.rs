//! Tables, their columns, primary keys and foreign keys.

use std::collections::HashMap;

use relata::{Connection, Result};
use relata_schema::ir::ReferentialAction;
use relata_sql::catalog::{
    Check, Column, Default, Expression, ForeignKey, Generated, IndexColumn, ObjectName, PrimaryKey,
    Table, TypeKind,
};

use super::queries::{self, ColumnRow, ForeignKeyRow};
use super::{Describer, default, own, statement, types};

impl Describer {
    pub(super) async fn tables(&mut self, db: &dyn Connection) -> Result<()> {
        for row in queries::tables(db).await? {
            if crate::is_history(&row.name) {
                continue;
            }
            let mut says = statement::table(&row.sql);
            let mut table = Table::new(own(&row.name));
            for (is, option) in [
                (says.is_strict, "strict"),
                (says.is_without_rowid, "without rowid"),
            ] {
                if is {
                    table.storage.options.push((option.into(), "".into()));
                }
            }
            table.checks = std::mem::take(&mut says.checks)
                .into_iter()
                .map(|(name, sql)| Check {
                    name: name.unwrap_or_default().into(),
                    expression: Expression::written(&sql),
                    is_valid: true,
                    is_enforced: true,
                    no_inherit: false,
                    is_inherited: false,
                })
                .collect();
            self.places.insert(row.name, self.catalog.tables.len());
            self.catalog.tables.push(table);
            self.statements.push(says);
        }
        Ok(())
    }

    pub(super) async fn columns(&mut self, db: &dyn Connection) -> Result<()> {
        let mut keys: Vec<(usize, i64, String)> = Vec::new();
        for row in queries::columns(db).await? {
            let Some(&place) = self.places.get(&row.table) else {
                continue;
            };
            if row.key_position > 0 {
                keys.push((place, row.key_position, row.name.clone()));
            }
            self.column(place, &row);
        }
        // Columns come in the table's order; a key of several may have another.
        keys.sort();
        for (place, _, column) in keys {
            let says = &self.statements[place];
            let key = self.catalog.tables[place]
                .primary_key
                .get_or_insert_with(|| {
                    let said = says.primary_key.as_ref();
                    PrimaryKey {
                        options: on_conflict(said.and_then(|key| key.on_conflict.as_deref())),
                        ..PrimaryKey::new(said.and_then(|key| key.name.as_deref()), Vec::new())
                    }
                });
            key.columns.push(IndexColumn::new(&column));
        }
        for (place, table) in self.catalog.tables.iter_mut().enumerate() {
            rowid(table, self.statements[place].has_autoincrement);
        }
        Ok(())
    }

    fn column(&mut self, place: usize, row: &ColumnRow) {
        let ty = types::column_type(&row.ty);
        let says = self.statements[place]
            .columns
            .iter()
            .find(|column| column.name.eq_ignore_ascii_case(&row.name));
        let generated = says
            .and_then(|column| column.generated.as_ref())
            .filter(|_| row.is_generated)
            .map(|(sql, stored)| Generated {
                expression: Expression::written(sql),
                stored: *stored,
            });
        let mut column = Column {
            nullable: !row.not_null,
            default: row.default.as_deref().map(|sql| default::default(sql, &ty)),
            generated,
            collation: says
                .and_then(|column| column.collation.as_deref())
                .filter(|name| !name.eq_ignore_ascii_case("binary"))
                .map(own),
            ..Column::new(&row.name, ty)
        };
        // Another spelling of a type of ours is kept, since in a strict table, or under a key, it can mean another thing.
        if let TypeKind::Native(native) = &column.ty.kind
            && !native.info.sql.eq_ignore_ascii_case(&row.ty)
        {
            let declared = ("declared".into(), row.ty.as_str().into());
            column.storage.options.push(declared);
        }
        let conflict = says.and_then(|column| column.on_conflict.as_deref());
        column.storage.options.extend(on_conflict(conflict));
        self.catalog.tables[place].columns.push(column);
    }

    pub(super) async fn foreign_keys(&mut self, db: &dyn Connection) -> Result<()> {
        for row in queries::foreign_keys(db).await? {
            let Some(&place) = self.places.get(&row.table) else {
                continue;
            };
            foreign_key(&mut self.catalog.tables[place], row);
        }
        for (table, says) in self.catalog.tables.iter_mut().zip(&self.statements) {
            // Both have them in the order in which they are written.
            if table.foreign_keys.len() == says.foreign_keys.len() {
                for (key, says) in table.foreign_keys.iter_mut().zip(&says.foreign_keys) {
                    key.name = says.name.as_deref().map(Into::into);
                    key.deferrable = says.deferrable;
                }
            }
        }
        self.referenced_keys();
        Ok(())
    }

    /// `REFERENCES t` without columns means the primary key of `t`.
    fn referenced_keys(&mut self) {
        let tables = self.catalog.tables.iter();
        let keys: HashMap<ObjectName, Vec<Box<str>>> = tables
            .filter_map(|table| {
                let key = table.primary_key.as_ref()?;
                let columns = key.columns.iter().map(|column| column.name.clone());
                Some((table.name.clone(), columns.collect()))
            })
            .collect();
        let tables = self.catalog.tables.iter_mut();
        for key in tables.flat_map(|table| &mut table.foreign_keys) {
            if key.referenced_columns.is_empty()
                && let Some(columns) = keys.get(&key.references)
            {
                key.referenced_columns.clone_from(columns);
            }
        }
    }
}

/// A key that is the row's own number: never NULL, and numbered, by `AUTOINCREMENT` so that no number comes twice (manual,
/// "ROWIDs and the INTEGER PRIMARY KEY").
fn rowid(table: &mut Table, has_autoincrement: bool) {
    let says = |column: &Column, option: &str| {
        let mut options = column.storage.options.iter();
        options.any(|(name, _)| &**name == option)
    };
    let without = table.storage.options.iter();
    let is_without_rowid = without
        .into_iter()
        .any(|(name, _)| &**name == "without rowid");
    let Some(PrimaryKey { columns, .. }) = &table.primary_key else {
        return;
    };
    let [only] = columns.as_slice() else { return };
    let name = only.name.clone();
    let Some(column) = table.columns.iter_mut().find(|column| column.name == name) else {
        return;
    };
    let is_integer =
        matches!(&column.ty.kind, TypeKind::Native(native) if native.info.sql == "INTEGER");
    if is_without_rowid || !is_integer || says(column, "declared") {
        return;
    }
    column.nullable = false;
    if column.default.is_none() {
        column.default = Some(Default::Autoincrement { sequence: None });
    }
    if !has_autoincrement {
        let option = ("without autoincrement".into(), "".into());
        column.storage.options.push(option);
    }
}

/// What happens to a row that breaks a constraint, where it is not refused.
pub(super) fn on_conflict(said: Option<&str>) -> Vec<(Box<str>, Box<str>)> {
    said.filter(|action| *action != "abort")
        .map(|action| ("on conflict".into(), action.into()))
        .into_iter()
        .collect()
}

/// One row for each column of each foreign key; the rows of a key follow one another.
fn foreign_key(table: &mut Table, row: ForeignKeyRow) {
    if row.position > 0 {
        if let Some(last) = table.foreign_keys.last_mut() {
            last.columns.push(row.from.into());
            last.referenced_columns.extend(row.to.map(Into::into));
        }
        return;
    }
    table.foreign_keys.push(ForeignKey {
        on_delete: action(&row.on_delete),
        on_update: action(&row.on_update),
        ..ForeignKey::new(
            None,
            vec![row.from.into()],
            own(&row.references),
            row.to.into_iter().map(Into::into).collect(),
        )
    });
}

fn action(sql: &str) -> ReferentialAction {
    ReferentialAction::ALL
        .into_iter()
        .find(|action| action.sql().eq_ignore_ascii_case(sql))
        .unwrap_or(ReferentialAction::NoAction)
}
