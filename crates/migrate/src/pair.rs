use relata_schema::Schema;
use relata_script::Dialect;
use relata_sql::{Catalog, follow, lower_both, lower_into};

use relata_introspect::Note;

use crate::{Error, Place, Source, description_of};

/// Both sides of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The side on the left.
    pub from: Catalog,
    /// The side on the right.
    pub to: Catalog,
    /// What a live database holds, or may hold, and neither catalog does.
    pub notes: Vec<Note>,
}

/// Reads both sides of a comparison.
///
/// On PostgreSQL, where one side is a schema and the other a live database, what the schema puts into no namespace goes into that of the
/// connection (`?schema=…`), and of the database only the namespaces that the schema has are looked at: the others are somebody
/// else's, and nothing of them must be dropped.
pub async fn catalogs_of(
    from: &Source<'_>,
    to: &Source<'_>,
    dialect: Dialect,
    place: Option<&Place>,
) -> Result<Pair, Error> {
    let mut notes = Vec::new();
    let (mut left, mut right) = if let (Source::Schema(from), Source::Schema(to)) = (from, to) {
        lower_both([from, to])?.into()
    } else {
        let left = description_of(from, dialect, place).await?;
        let right = description_of(to, dialect, place).await?;
        notes.extend(left.notes);
        notes.extend(right.notes);
        (left.catalog, right.catalog)
    };
    match (from, to) {
        (Source::Schema(schema), Source::Database(..) | Source::Migrations(_)) => {
            settle(schema, &mut left, &mut right)?;
        }
        (Source::Database(..) | Source::Migrations(_), Source::Schema(schema)) => {
            settle(schema, &mut right, &mut left)?;
        }
        _ => {}
    }
    // What a server has printed is compared with what it would print of the schema, where there is a place to ask it.
    if let Some(place) = place {
        if matches!(from, Source::Schema(_)) {
            settle_expressions(place, &mut left, &right).await?;
        }
        if matches!(to, Source::Schema(_)) {
            settle_expressions(place, &mut right, &left).await?;
        }
    }
    Ok(Pair {
        from: left,
        to: right,
        notes,
    })
}

/// Takes over how a server prints the expressions of a schema. What cannot be made, not even beside the other side, keeps the
/// expressions that were written, and a normal form has to do.
async fn settle_expressions(
    place: &Place,
    lowered: &mut Catalog,
    other: &Catalog,
) -> Result<(), Error> {
    match place.realise(lowered, Some(other)).await {
        Err(Error::Database(error)) if !error.is_outage() => Ok(()),
        Ok(()) => Ok(()),
        Err(other) => Err(other),
    }
}

/// Lowers the schema once more, into the namespace of the database, and narrows the database to the namespaces of the schema. Databases
/// without namespaces have nothing to settle.
pub(crate) fn settle(
    schema: &Schema,
    lowered: &mut Catalog,
    database: &mut Catalog,
) -> Result<(), Error> {
    if lowered.dialect != Dialect::Postgres {
        return Ok(());
    }
    if let Some(namespace) = &database.default_namespace {
        *lowered = lower_into(schema, namespace)?;
    }
    let seen = follow(database, lowered)?.catalog;
    settle_lists(lowered, &seen);
    narrow(database, lowered);
    Ok(())
}

/// Leaves of a database what is in the namespaces of a schema: the others are somebody else's.
pub(crate) fn narrow(database: &mut Catalog, lowered: &Catalog) {
    if lowered.dialect != Dialect::Postgres {
        return;
    }
    let is_ours = |namespace: &Option<Box<str>>| {
        namespace
            .as_ref()
            .is_none_or(|namespace| lowered.namespaces.contains(namespace))
    };
    database
        .namespaces
        .retain(|name| lowered.namespaces.contains(name));
    database
        .tables
        .retain(|table| is_ours(&table.name.namespace));
    database.enums.retain(|each| is_ours(&each.name.namespace));
}

/// A list is neither required nor optional in a schema: whatever the database has for it is what the schema means, as with Prisma.
fn settle_lists(lowered: &mut Catalog, database: &Catalog) {
    let with_lists = lowered
        .tables
        .iter_mut()
        .filter(|table| table.columns.iter().any(|column| column.ty.list));
    for table in with_lists {
        let Some(there) = database.tables.iter().find(|it| it.name == table.name) else {
            continue;
        };
        for column in table.columns.iter_mut().filter(|column| column.ty.list) {
            if let Some(there) = there
                .columns
                .iter()
                .find(|it| it.name == column.name && it.ty.list)
            {
                column.nullable = there.nullable;
            }
        }
    }
}
