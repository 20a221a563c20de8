//! Constraints of tables: keys, uniques, foreign keys, checks, exclusions.

use relata::Result;
use relata_schema::ir::ReferentialAction;
use relata_sql::catalog::{Address, Check, Deferrable, Exclusion, ForeignKey, Kind};

use super::default::printed;
use super::objects::Class;
use super::relations::Place;
use super::{Constraints, Describer};

#[allow(
    clippy::struct_excessive_bools,
    reason = "a row of a catalogue, which has as many"
)]
struct ConstraintRow {
    number: i64,
    table: i64,
    name: String,
    kind: String,
    columns: Vec<i64>,
    index: i64,
    references: i64,
    referenced_columns: Vec<i64>,
    set_columns: Vec<i64>,
    on_update: String,
    on_delete: String,
    match_full: bool,
    deferrable: Deferrable,
    is_valid: bool,
    is_enforced: bool,
    is_temporal: bool,
    is_local: bool,
    no_inherit: bool,
    is_clone: bool,
    sql: Option<String>,
}

impl Describer {
    pub(super) async fn constraints(&mut self) -> Result<Constraints> {
        let set_columns =
            self.session
                .since(15, "coalesce(confdelsetcols, '{}')::int8[]", "'{}'::int8[]");
        let enforced = self.session.since(18, "conenforced", "true");
        let temporal = self.session.since(18, "conperiod", "false");
        // Constraints of NOT NULL are rows of their own since version 18, and are told by their columns.
        let sql = format!(
            "SELECT oid::int8, conrelid::int8, conname::text, contype::text, coalesce(conkey, '{{}}')::int8[], conindid::int8,
                confrelid::int8, coalesce(confkey, '{{}}')::int8[], {set_columns}, confupdtype::text, confdeltype::text,
                confmatchtype = 'f', condeferrable, condeferred, convalidated OR NOT {enforced}, {enforced}, {temporal}, conislocal, connoinherit, conparentid <> 0,
                CASE contype WHEN 'c' THEN pg_get_expr(conbin, conrelid) WHEN 'x' THEN pg_get_constraintdef(oid) END
            FROM pg_constraint WHERE conrelid <> 0 AND contype IN ('p', 'u', 'f', 'c', 'x')
            ORDER BY conrelid, conname COLLATE \"C\""
        );
        let rows = self
            .session
            .read(&sql, |row| {
                Ok(ConstraintRow {
                    number: row.next()?,
                    table: row.next()?,
                    name: row.next()?,
                    kind: row.next()?,
                    columns: row.next()?,
                    index: row.next()?,
                    references: row.next()?,
                    referenced_columns: row.next()?,
                    set_columns: row.next()?,
                    on_update: row.next()?,
                    on_delete: row.next()?,
                    match_full: row.next()?,
                    deferrable: match (row.next()?, row.next()?) {
                        (false, _) => Deferrable::No,
                        (true, false) => Deferrable::InitiallyImmediate,
                        (true, true) => Deferrable::InitiallyDeferred,
                    },
                    is_valid: row.next()?,
                    is_enforced: row.next()?,
                    is_temporal: row.next()?,
                    is_local: row.next()?,
                    no_inherit: row.next()?,
                    is_clone: row.next()?,
                    sql: row.next()?,
                })
            })
            .await?;
        let mut by_index = Constraints::new();
        for row in rows {
            let Some(&Place::Table(at)) = self.places.get(&row.table) else {
                continue;
            };
            let name = &self.catalog.tables[at].name;
            let address = Address::part(Kind::Constraint, name, &row.name);
            self.objects.enter(Class::Constraint, row.number, address);
            self.constraint(at, row, &mut by_index);
        }
        Ok(by_index)
    }

    fn constraint(&mut self, at: usize, row: ConstraintRow, by_index: &mut Constraints) {
        match row.kind.as_str() {
            "p" | "u" => {
                by_index.insert(row.index, (row.deferrable, row.is_temporal));
            }
            // The part of a partition comes with the table it is a partition of.
            "f" if !row.is_clone => {
                // A table of an extension or of the server itself is none that a catalog could make.
                let Some(references) = self.objects.relation(row.references).cloned() else {
                    return;
                };
                let columns = self.objects.column_names(row.table, &row.columns);
                let far = self
                    .objects
                    .column_names(row.references, &row.referenced_columns);
                let key = ForeignKey {
                    on_delete: action(&row.on_delete),
                    on_update: action(&row.on_update),
                    deferrable: row.deferrable,
                    match_full: row.match_full,
                    set_columns: self.objects.column_names(row.table, &row.set_columns),
                    is_valid: row.is_valid,
                    is_enforced: row.is_enforced,
                    is_temporal: row.is_temporal,
                    ..ForeignKey::new(Some(&row.name), columns, references, far)
                };
                self.catalog.tables[at].foreign_keys.push(key);
            }
            "c" => self.catalog.tables[at].checks.push(Check {
                name: row.name.into(),
                expression: printed(&row.sql.unwrap_or_default()),
                is_valid: row.is_valid,
                is_enforced: row.is_enforced,
                no_inherit: row.no_inherit,
                is_inherited: !row.is_local,
            }),
            "x" => self.catalog.tables[at].exclusions.push(Exclusion {
                name: row.name.into(),
                definition: printed(&row.sql.unwrap_or_default()),
            }),
            _ => {}
        }
    }
}

fn action(letter: &str) -> ReferentialAction {
    match letter {
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}
