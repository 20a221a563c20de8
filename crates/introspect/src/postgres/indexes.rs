//! Indexes, among them those behind primary keys and uniques.

use std::fmt::Write as _;

use relata::Result;
use relata_schema::ir::{Algorithm, IndexKind, Sort};
use relata_sql::catalog::{
    Address, Deferrable, Index, IndexColumn, Kind, Nulls, ObjectName, PrimaryKey, ReplicaIdentity,
    Storage,
};

use super::default::printed;
use super::objects::Class;
use super::relations::Place;
use super::types::unqualified;
use super::{Constraints, Describer, options};

#[allow(
    clippy::struct_excessive_bools,
    reason = "a row of a catalogue, which has as many"
)]
struct IndexRow {
    number: i64,
    table: i64,
    name: ObjectName,
    method: String,
    is_unique: bool,
    is_primary: bool,
    nulls_not_distinct: bool,
    is_valid: bool,
    is_clustered: bool,
    is_identity: bool,
    keys: usize,
    columns: Vec<i64>,
    elements: Vec<String>,
    classes: Vec<Option<String>>,
    parameters: Vec<Option<String>>,
    collations: Vec<Option<String>>,
    targets: Vec<Option<i64>>,
    flags: Vec<i64>,
    predicate: Option<String>,
    options: Vec<(Box<str>, Box<str>)>,
    tablespace: Option<Box<str>>,
    parent: i64,
}

impl Describer {
    pub(super) async fn indexes(&mut self, constraints: &Constraints) -> Result<()> {
        let nulls_not_distinct = self.session.since(15, "indnullsnotdistinct", "false");
        // Operator classes have parameters since version 13.
        let parameters =
            self.session
                .since(13, "array_to_string(a.attoptions, ', ')", "NULL::text");
        // A key that counts once at each moment is an exclusion below (version 18).
        let temporal = self.session.since(
            18,
            "i.indexrelid IN (SELECT conindid FROM pg_constraint WHERE conperiod AND contype IN ('p', 'u'))",
            "false",
        );
        let sql = format!(
            "SELECT i.indexrelid::int8, i.indrelid::int8, n.nspname::text, c.relname::text, am.amname::text,
                indisunique, indisprimary, {nulls_not_distinct}, indisvalid, indisclustered, indisreplident,
                indnkeyatts::int8, i.indkey::int8[], e.elements, e.classes, e.parameters, e.collations, e.targets, i.indoption::int8[],
                pg_get_expr(indpred, indrelid), coalesce(c.reloptions, '{{}}'), spcname::text, coalesce(h.inhparent, 0)::int8
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_am am ON am.oid = c.relam LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
            LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid
            CROSS JOIN LATERAL (SELECT
                    array_agg(CASE WHEN i.indkey[k] = 0 THEN pg_get_indexdef(i.indexrelid, k + 1, false) ELSE '' END ORDER BY k) AS elements,
                    array_agg(CASE WHEN NOT o.opcdefault OR a.attoptions IS NOT NULL THEN
                        CASE on_.nspname WHEN 'pg_catalog' THEN '' ELSE quote_ident(on_.nspname) || '.' END || quote_ident(o.opcname) END
                        ORDER BY k) AS classes,
                    array_agg({parameters} ORDER BY k) AS parameters,
                    array_agg(nullif(a.attstattarget, -1)::int8 ORDER BY k) AS targets,
                    array_agg(CASE WHEN i.indcollation[k] <> coalesce(ta.attcollation, 100) THEN
                        quote_ident(con.nspname) || '.' || quote_ident(co.collname) END ORDER BY k) AS collations
                FROM generate_series(0, indnatts - 1) k
                JOIN pg_attribute a ON a.attrelid = i.indexrelid AND a.attnum = k + 1
                LEFT JOIN pg_attribute ta ON ta.attrelid = i.indrelid AND ta.attnum = i.indkey[k] AND i.indkey[k] <> 0
                LEFT JOIN pg_opclass o ON o.oid = i.indclass[k] AND k < indnkeyatts
                LEFT JOIN pg_namespace on_ ON on_.oid = o.opcnamespace
                LEFT JOIN pg_collation co ON co.oid = i.indcollation[k] AND k < indnkeyatts
                LEFT JOIN pg_namespace con ON con.oid = co.collnamespace) e
            WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND (NOT indisexclusion OR {temporal})
            ORDER BY i.indrelid, c.relname COLLATE \"C\""
        );
        let rows = self
            .session
            .read(&sql, |row| {
                Ok(IndexRow {
                    number: row.next()?,
                    table: row.next()?,
                    name: row.name()?,
                    method: row.next()?,
                    is_unique: row.next()?,
                    is_primary: row.next()?,
                    nulls_not_distinct: row.next()?,
                    is_valid: row.next()?,
                    is_clustered: row.next()?,
                    is_identity: row.next()?,
                    keys: usize::try_from(row.next::<i64>()?).unwrap_or_default(),
                    columns: row.next()?,
                    elements: row.next()?,
                    classes: row.next()?,
                    parameters: row.next()?,
                    collations: row.next()?,
                    targets: row.next()?,
                    flags: row.next()?,
                    predicate: row.next()?,
                    options: options(&row.next::<Vec<String>>()?),
                    tablespace: row.next::<Option<String>>()?.map(Into::into),
                    parent: row.next()?,
                })
            })
            .await?;
        for row in &rows {
            if self.places.contains_key(&row.table) {
                let address = Address::of(Kind::Index, &row.name);
                self.objects.enter(Class::Relation, row.number, address);
            }
        }
        for row in rows {
            self.index(row, constraints);
        }
        Ok(())
    }

    fn index(&mut self, row: IndexRow, constraints: &Constraints) {
        let Some(&place) = self.places.get(&row.table) else {
            return;
        };
        let columns = (0..row.keys).map(|key| self.element(&row, key)).collect();
        let carried = row.columns.get(row.keys..).unwrap_or_default();
        let include = self.objects.column_names(row.table, carried);
        let (constraint, is_temporal) = match constraints.get(&row.number) {
            Some((when, is_temporal)) => (Some(*when), *is_temporal),
            None => (None, false),
        };
        let storage = match place {
            Place::Table(at) => Some(&mut self.catalog.tables[at].storage),
            Place::View(at) => {
                let materialized = self.catalog.views[at].materialized.as_mut();
                materialized.map(|materialized| &mut materialized.storage)
            }
        };
        if let Some(storage) = storage {
            marks(storage, &row);
        }
        if let (true, Place::Table(at)) = (row.is_primary, place) {
            self.catalog.tables[at].primary_key = Some(PrimaryKey {
                include,
                is_temporal,
                deferrable: constraint.unwrap_or(Deferrable::No),
                options: row.options,
                tablespace: row.tablespace,
                stands_alone: !row.is_valid,
                part_of: self.objects.relation(row.parent).cloned(),
                ..PrimaryKey::new(Some(&row.name.name), columns)
            });
            return;
        }
        let kind = if row.is_unique {
            IndexKind::Unique
        } else {
            IndexKind::Normal
        };
        // What a temporal key is built on goes without saying.
        let algorithm = if is_temporal {
            Some(Algorithm::BTree)
        } else {
            Algorithm::ALL
                .into_iter()
                .find(|algorithm| algorithm.name().eq_ignore_ascii_case(&row.method))
        };
        let index = Index {
            method: algorithm.is_none().then(|| row.method.into()),
            algorithm: algorithm.filter(|algorithm| *algorithm != Algorithm::BTree),
            predicate: row.predicate.as_deref().map(printed),
            include,
            nulls_not_distinct: row.nulls_not_distinct,
            is_temporal,
            constraint,
            options: row.options,
            tablespace: row.tablespace,
            part_of: self.objects.relation(row.parent).cloned(),
            is_valid: row.is_valid,
            ..Index::new(&row.name.name, kind, columns)
        };
        match place {
            Place::Table(at) => self.catalog.tables[at].indexes.push(index),
            Place::View(at) => {
                if let Some(materialized) = &mut self.catalog.views[at].materialized {
                    materialized.indexes.push(index);
                }
            }
        }
    }

    fn element(&self, row: &IndexRow, key: usize) -> IndexColumn {
        let place = row.columns.get(key).copied().unwrap_or_default();
        let name = self.objects.column(row.table, place).unwrap_or_default();
        let expression = row
            .elements
            .get(key)
            .filter(|sql| !sql.is_empty())
            .map(|sql| printed(sql));
        let flags = row.flags.get(key).copied().unwrap_or_default();
        let (descending, nulls_first) = (flags & 1 != 0, flags & 2 != 0);
        let text = |list: &[Option<String>]| list.get(key).cloned().flatten();
        let default_namespace = self.session.default_namespace.as_deref();
        let class = text(&row.classes).map(|class| {
            let mut sql = unqualified(&class, default_namespace).to_owned();
            if let Some(parameters) = text(&row.parameters) {
                let _ = write!(sql, " ({parameters})");
            }
            sql.into()
        });
        IndexColumn {
            expression,
            sort: if descending { Sort::Desc } else { Sort::Asc },
            nulls: match (descending, nulls_first) {
                (false, true) => Some(Nulls::First),
                (true, false) => Some(Nulls::Last),
                _ => None,
            },
            collation: text(&row.collations).map(Into::into),
            operator_class: class,
            statistics: row
                .targets
                .get(key)
                .copied()
                .flatten()
                .and_then(|target| i32::try_from(target).ok()),
            ..IndexColumn::new(name)
        }
    }
}

/// What a table says about one of its indexes.
fn marks(storage: &mut Storage, row: &IndexRow) {
    if row.is_clustered {
        storage.clustered_by = Some(row.name.name.clone());
    }
    if row.is_identity {
        storage.replica_identity = ReplicaIdentity::Index(row.name.name.clone());
    }
}
