//! Sequences: those behind columns go to their columns, the others stand alone.

use relata::Result;
use relata_sql::catalog::{
    Address, Default, Identity, Kind, ObjectName, Sequence, SequenceOptions,
};

use super::Describer;
use super::objects::Class;
use super::relations::Place;

struct SequenceRow {
    number: i64,
    name: ObjectName,
    options: SequenceOptions,
    is_unlogged: bool,
    /// `a` behind `SERIAL`, `i` behind an identity column.
    ownership: Option<String>,
    table: i64,
    column: i64,
    identity: Option<String>,
    /// The default that takes its values.
    next_value: String,
}

impl Describer {
    pub(super) async fn sequences(&mut self) -> Result<()> {
        // Before version 15 sequences are as lasting as any table.
        let sql = format!(
            "SELECT c.oid::int8, nspname::text, relname::text, format_type(seqtypid, NULL), seqstart, seqincrement, seqmin, seqmax,
                seqcache, seqcycle, relpersistence = 'u', d.deptype::text, coalesce(d.refobjid, 0)::int8,
                coalesce(d.refobjsubid, 0)::int8, a.attidentity::text,
                'nextval(''' || replace(quote_ident(nspname) || '.' || quote_ident(relname), '''', '''''') || '''::regclass)'
            FROM pg_sequence s JOIN pg_class c ON c.oid = seqrelid JOIN pg_namespace n ON n.oid = relnamespace
            LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
                AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
            LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
            WHERE relpersistence <> 't' AND {} ORDER BY nspname COLLATE \"C\", relname COLLATE \"C\"",
            Self::mine("pg_class", "c")
        );
        let rows = self
            .session
            .read(&sql, |row| {
                Ok(SequenceRow {
                    number: row.next()?,
                    name: row.name()?,
                    options: SequenceOptions {
                        ty: row.next::<String>()?.into(),
                        start: row.next()?,
                        increment: row.next()?,
                        min: row.next()?,
                        max: row.next()?,
                        cache: row.next()?,
                        cycle: row.next()?,
                        is_virtual: false,
                    },
                    is_unlogged: row.next()?,
                    ownership: row.next()?,
                    table: row.next()?,
                    column: row.next()?,
                    identity: row.next()?,
                    next_value: row.next()?,
                })
            })
            .await?;
        for row in rows {
            self.sequence(row);
        }
        Ok(())
    }

    fn sequence(&mut self, row: SequenceRow) {
        let place = self.places.get(&row.table).copied();
        let column = self
            .objects
            .column(row.table, row.column)
            .map(str::to_owned);
        let address = Address::of(Kind::Sequence, &row.name);
        // What hangs under a history is as uninteresting as the history.
        if row.ownership.is_some() && place.is_none() {
            return;
        }
        self.objects.enter(Class::Relation, row.number, address);
        let mut owned_by = None;
        if let (Some(Place::Table(at)), Some(column)) = (place, column) {
            let table = &mut self.catalog.tables[at];
            let found = table.columns.iter_mut().find(|each| *each.name == *column);
            let Some(found) = found else { return };
            if row.ownership.as_deref() == Some("i") {
                found.identity = Some(Identity {
                    always: row.identity.as_deref() == Some("a"),
                    sequence: row.name,
                    options: row.options,
                });
                return;
            }
            let numbers = matches!(&found.default, Some(Default::Expression(sql)) if *sql.source == row.next_value);
            let ordinary = Sequence::serial_name(&table.name, &column) == row.name
                && row.is_unlogged == table.storage.is_unlogged
                && SequenceOptions::serial(&found.ty).as_ref() == Some(&row.options)
                // `SERIAL` makes the column required.
                && !found.nullable;
            if numbers {
                let sequence = (!ordinary).then(|| row.name.clone());
                found.default = Some(Default::Autoincrement { sequence });
                if ordinary {
                    return;
                }
            }
            owned_by = Some((table.name.clone(), column.into()));
        }
        self.catalog.sequences.push(Sequence {
            name: row.name,
            options: row.options,
            owned_by,
            is_unlogged: row.is_unlogged,
        });
    }
}
