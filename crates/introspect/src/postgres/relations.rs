//! Tables and views with their columns.

use std::collections::HashMap;

use relata::Result;
use relata_sql::catalog::{
    Address, Ancestry, Column, ColumnStorage, Generated, Kind, Materialized, NotNull, ObjectName,
    ReplicaIdentity, RowSecurity, Storage, Table, View, ViewColumn,
};

use super::default::{default, printed};
use super::objects::Class;
use super::types::column_type;
use super::{Describer, options};

/// The options of a column, of those that somebody set. Since the minor releases of November 2026 (15.20 and its like) the server notes
/// there, as `pg_attver=…`, a mark of its own with which it tells rows made before a change of the row's type; it differs in each
/// database, cannot be set, and `pg_dump` leaves it out too.
pub(super) const ATTRIBUTE_OPTIONS: &str = "(SELECT array_agg(o ORDER BY place) FROM unnest(attoptions) WITH ORDINALITY u(o, place) WHERE NOT starts_with(o, 'pg_attver='))";
/// The words for the letters of `pg_attribute.attstorage` and `pg_type.typstorage` (manual, "`pg_type`"), within a `CASE`.
pub(super) const STORAGES: &str =
    "WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED'";

/// Where a relation stands in the catalog.
#[derive(Clone, Copy)]
pub(super) enum Place {
    Table(usize),
    View(usize),
}

struct RelationRow {
    number: i64,
    ty: [i64; 2],
    name: ObjectName,
    kind: String,
    row_security: RowSecurity,
    partitioned_by: Option<String>,
    bounds: Option<String>,
    of_type: Option<ObjectName>,
    query: Option<String>,
    options: Vec<(Box<str>, Box<str>)>,
    is_populated: bool,
    storage: Storage,
}

impl Describer {
    /// The relations. Indexes, sequences, composite types and TOAST tables are relations for the server, and read elsewhere.
    pub(super) async fn relations(&mut self) -> Result<()> {
        let sql = format!(
            "SELECT c.oid::int8, c.reltype::int8, coalesce(t.typarray, 0)::int8, n.nspname::text, relname::text, relkind::text,
                relrowsecurity, relforcerowsecurity,
                CASE WHEN relkind = 'p' THEN pg_get_partkeydef(c.oid) END, pg_get_expr(relpartbound, c.oid),
                CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
                coalesce(c.reloptions, '{{}}')
                    || ARRAY(SELECT 'toast.' || o FROM pg_class s, unnest(s.reloptions) o WHERE s.oid = c.reltoastrelid),
                relispopulated, relpersistence = 'u', nullif(amname, 'heap')::text, spcname::text, relreplident::text,
                on_.nspname::text, ot.typname::text
            FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace LEFT JOIN pg_type t ON t.oid = reltype
            LEFT JOIN pg_am a ON a.oid = relam LEFT JOIN pg_tablespace s ON s.oid = reltablespace
            LEFT JOIN pg_type ot ON ot.oid = reloftype LEFT JOIN pg_namespace on_ ON on_.oid = ot.typnamespace
            WHERE relkind IN ('r', 'p', 'v', 'm') AND relpersistence <> 't' AND {}
            ORDER BY n.nspname COLLATE \"C\", relname COLLATE \"C\"",
            Self::mine("pg_class", "c")
        );
        let rows = self
            .session
            .read(&sql, |row| {
                let number = row.next()?;
                let ty = [row.next()?, row.next()?];
                let name = row.name()?;
                Ok(RelationRow {
                    number,
                    ty,
                    name,
                    kind: row.next()?,
                    row_security: RowSecurity {
                        is_enabled: row.next()?,
                        is_forced: row.next()?,
                    },
                    partitioned_by: row.next()?,
                    bounds: row.next()?,
                    query: row.next()?,
                    options: options(&row.next::<Vec<String>>()?),
                    is_populated: row.next()?,
                    storage: Storage {
                        is_unlogged: row.next()?,
                        access_method: row.next::<Option<String>>()?.map(Into::into),
                        tablespace: row.next::<Option<String>>()?.map(Into::into),
                        replica_identity: match row.next::<String>()?.as_str() {
                            "n" => ReplicaIdentity::Nothing,
                            "f" => ReplicaIdentity::Full,
                            _ => ReplicaIdentity::Default,
                        },
                        ..Storage::default()
                    },
                    of_type: row.optional_name()?,
                })
            })
            .await?;
        for row in rows {
            if crate::is_history(&row.name.name) {
                continue;
            }
            self.relation(row);
        }
        Ok(())
    }

    fn relation(&mut self, row: RelationRow) {
        let kind = match row.kind.as_str() {
            "v" => Kind::View,
            "m" => Kind::MaterializedView,
            _ => Kind::Table,
        };
        let address = Address::of(kind, &row.name);
        self.objects
            .enter(Class::Relation, row.number, address.clone());
        for number in row.ty {
            self.objects.enter(Class::Type, number, address.clone());
        }
        if kind == Kind::Table {
            self.places
                .insert(row.number, Place::Table(self.catalog.tables.len()));
            // The bounds are joined by the parent, which `pg_inherits` tells.
            let partition_of = row.bounds.map(|bounds| (row.name.clone(), bounds.into()));
            self.catalog.tables.push(Table {
                ancestry: Ancestry {
                    partitioned_by: row.partitioned_by.map(Into::into),
                    partition_of,
                    inherits: Vec::new(),
                    of_type: row.of_type,
                },
                storage: Storage {
                    options: row.options,
                    ..row.storage
                },
                row_security: row.row_security,
                ..Table::new(row.name)
            });
            return;
        }
        self.places
            .insert(row.number, Place::View(self.catalog.views.len()));
        let query = row.query.unwrap_or_default();
        let query = query.trim_end().trim_end_matches(';').trim_start();
        let (options, materialized) = if kind == Kind::View {
            (row.options, None)
        } else {
            let materialized = Materialized {
                indexes: Vec::new(),
                columns: Vec::new(),
                storage: Storage {
                    options: row.options,
                    ..row.storage
                },
                is_populated: row.is_populated,
            };
            (Vec::new(), Some(materialized))
        };
        self.catalog.views.push(View {
            name: row.name,
            query: printed(query),
            statement: None,
            columns: Vec::new(),
            options,
            materialized,
        });
    }

    pub(super) async fn columns(&mut self) -> Result<()> {
        let compression = self
            .session
            .since(14, "nullif(attcompression, '')::text", "NULL::text");
        // A constraint of its own since version 18; before, it comes down with its column.
        let (not_null, constraint) = if self.session.version >= 180_000 {
            (
                "nn.oid::int8, nn.conname::text, coalesce(nn.connoinherit, false), NOT coalesce(nn.convalidated, true),
                    NOT coalesce(nn.conislocal, true)",
                "LEFT JOIN pg_constraint nn ON nn.contype = 'n' AND nn.conrelid = attrelid AND nn.conkey[1] = attnum",
            )
        } else {
            (
                "NULL::int8, NULL::text, false, false, attnotnull AND NOT attislocal",
                "",
            )
        };
        let attribute_options = ATTRIBUTE_OPTIONS;
        let sql = format!(
            "SELECT attrelid::int8, attnum::int8, attname::text, format_type(atttypid, atttypmod), format_type(atttypid, NULL),
                en.nspname::text, e.typname::text, coalesce(e.typtype = 'd', false), attnotnull, d.oid::int8, pg_get_expr(d.adbin, attrelid), attgenerated::text,
                con.nspname::text, co.collname::text,
                CASE WHEN attstorage <> t.typstorage THEN CASE attstorage {STORAGES} END END,
                {compression}, nullif(attstattarget, -1)::int8, {attribute_options}, NOT attislocal, {not_null}
            FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid AND relkind IN ('r', 'p', 'v', 'm')
            JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_type t ON t.oid = atttypid
            LEFT JOIN pg_type e ON e.typtype IN ('e', 'd') AND e.oid = CASE WHEN t.typtype <> 'd' AND t.typcategory = 'A' THEN t.typelem ELSE t.oid END
            LEFT JOIN pg_namespace en ON en.oid = e.typnamespace
            LEFT JOIN pg_attrdef d ON d.adrelid = attrelid AND d.adnum = attnum
            LEFT JOIN pg_collation co ON co.oid = attcollation AND attcollation <> t.typcollation
            LEFT JOIN pg_namespace con ON con.oid = co.collnamespace
            {constraint}
            WHERE attnum > 0 AND NOT attisdropped AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
            ORDER BY attrelid, attnum"
        );
        let default_namespace = self.session.default_namespace.clone();
        let rows = self
            .session
            .read(&sql, |row| {
                let relation = row.next::<i64>()?;
                let place = row.next::<i64>()?;
                let name = row.next::<String>()?;
                let full_type = row.next::<String>()?;
                let printed_type = row.next::<String>()?;
                let named = row.optional_name()?;
                let domain = row.next::<bool>()?;
                let ty = column_type(
                    &full_type,
                    named.map(|name| (name, domain)),
                    default_namespace.as_deref(),
                );
                let nullable = !row.next::<bool>()?;
                let default_number = row.next::<Option<i64>>()?;
                let expression = row.next::<Option<String>>()?;
                let generated = row.next::<String>()?;
                let raw = expression.as_deref().map(printed);
                let (default, generated) = match (expression, generated.as_str()) {
                    (None, _) => (None, None),
                    (Some(sql), "") => (Some(default(&sql, &ty, &full_type, &printed_type)), None),
                    (Some(sql), how) => {
                        let generated = Generated {
                            expression: printed(&sql),
                            stored: how == "s",
                        };
                        (None, Some(generated))
                    }
                };
                let column = Column {
                    nullable,
                    default,
                    generated,
                    collation: row.optional_name()?,
                    storage: ColumnStorage {
                        strategy: row.next::<Option<String>>()?.map(Into::into),
                        compression: row
                            .next::<Option<String>>()?
                            .map(|method| if method == "l" { "lz4" } else { "pglz" }.into()),
                        statistics: row
                            .next::<Option<i64>>()?
                            .and_then(|target| i32::try_from(target).ok()),
                        options: options(&row.next::<Option<Vec<String>>>()?.unwrap_or_default()),
                    },
                    is_inherited: row.next()?,
                    ..Column::new(&name, ty)
                };
                let constraint = row.next::<Option<i64>>()?;
                let not_null = NotNull {
                    name: row.next::<Option<String>>()?.map(Into::into),
                    no_inherit: row.next()?,
                    is_unproved: row.next()?,
                    is_inherited: row.next()?,
                };
                let column = Column { not_null, ..column };
                let numbers = (default_number, constraint);
                Ok((relation, place, numbers, (full_type, raw), column))
            })
            .await?;
        for (relation, place, (default_number, constraint), (full_type, raw), column) in rows {
            let Some(found) = self.places.get(&relation) else {
                continue;
            };
            self.objects.enter_column(relation, place, &column.name);
            let name = match found {
                Place::Table(at) => &self.catalog.tables[*at].name,
                Place::View(at) => &self.catalog.views[*at].name,
            };
            if let Some(number) = default_number {
                let address = Address::part(Kind::Default, name, &column.name);
                self.objects.enter(Class::Default, number, address);
            }
            if let (Some(number), Some(constraint)) = (constraint, &column.not_null.name) {
                let address = Address::part(Kind::Constraint, name, constraint);
                self.objects.enter(Class::Constraint, number, address);
            }
            match found {
                Place::Table(at) => self.catalog.tables[*at].columns.push(column),
                Place::View(at) => {
                    let view = &mut self.catalog.views[*at];
                    if let Some(materialized) = &mut view.materialized
                        && column.storage != ColumnStorage::default()
                    {
                        let kept = (column.name.clone(), column.storage);
                        materialized.columns.push(kept);
                    }
                    view.columns.push(ViewColumn {
                        name: column.name,
                        ty: full_type.into(),
                        collation: column.collation,
                        default: raw,
                    });
                }
            }
        }
        self.usual_constraints();
        Ok(())
    }

    /// Forgets the names of constraints that the server would choose again: the usual ones, as long as no other table has the same.
    fn usual_constraints(&mut self) {
        let mut uses: HashMap<(Option<Box<str>>, Box<str>), u32> = HashMap::new();
        for table in &self.catalog.tables {
            let names = table
                .columns
                .iter()
                .filter_map(|it| it.not_null.name.clone());
            for name in names {
                *uses
                    .entry((table.name.namespace.clone(), name))
                    .or_default() += 1;
            }
        }
        for table in &mut self.catalog.tables {
            let is_partition = table.ancestry.partition_of.is_some();
            for column in &mut table.columns {
                let Some(name) = column.not_null.name.take() else {
                    continue;
                };
                let key = (table.name.namespace.clone(), name);
                let is_usual = *key.1 == *NotNull::usual_name(&table.name, &column.name);
                // One that only came down is not written where the table is made as an heir.
                let comes_down = column.not_null.is_inherited && !is_partition;
                let is_chosen = is_usual && uses.get(&key).is_none_or(|uses| *uses < 2);
                column.not_null.name = (!is_chosen && !comes_down).then_some(key.1);
            }
        }
    }

    /// Which table a partition belongs to, and which ones a table inherits from.
    pub(super) async fn inheritance(&mut self) -> Result<()> {
        let sql =
            "SELECT inhrelid::int8, inhparent::int8 FROM pg_inherits ORDER BY inhrelid, inhseqno";
        let rows: Vec<(i64, i64)> = self
            .session
            .read(sql, |row| Ok((row.next()?, row.next()?)))
            .await?;
        for (child, parent) in rows {
            let (Some(Place::Table(at)), Some(parent)) =
                (self.places.get(&child), self.objects.relation(parent))
            else {
                continue;
            };
            let parent = parent.clone();
            let ancestry = &mut self.catalog.tables[*at].ancestry;
            match &mut ancestry.partition_of {
                Some((name, _)) => *name = parent,
                None => ancestry.inherits.push(parent),
            }
        }
        Ok(())
    }
}

/// Where each relation stands, by its number.
pub(super) type Places = HashMap<i64, Place>;
