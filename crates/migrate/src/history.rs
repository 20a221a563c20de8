//! What a folder and a history say together, and what migrations make of an empty database.

use relata::migration::{Migration, MigrationError, Status};
use relata_introspect::introspect;
use relata_sql::Catalog;

use crate::dev::drift;
use crate::{Error, Live, Place};

/// What migrations make of an empty database.
pub(crate) async fn made_by(place: &Place, migrations: &[Migration]) -> Result<Catalog, Error> {
    let scratch = place.replay(migrations).await.map_err(of_scratch)?;
    let catalog = scratch.catalog().await?;
    scratch.close().await?;
    Ok(catalog)
}

/// A migration that fails where nobody's data is says so.
fn of_scratch(error: Error) -> Error {
    match error {
        Error::Database(relata::Error::Migration(MigrationError::Apply {
            name,
            line,
            source,
            ..
        })) if !source.is_outage() => Error::Replay {
            name,
            line,
            message: source.to_string(),
        },
        other => other,
    }
}

/// The migrations of a folder that a database has, those among them that stand for what it has.
pub(crate) fn standing(status: &Status, migrations: &[Migration]) -> Vec<Migration> {
    let is_applied = |name: &str| status.applied.iter().any(|applied| applied == name);
    let has = |migration: &&Migration| {
        let (there, missing) = migration.replaced(is_applied);
        is_applied(migration.name.as_str()) || (!there.is_empty() && missing.is_empty())
    };
    migrations.iter().filter(has).cloned().collect()
}

/// Tells how a database differs from what its migrations make of it; none where it does not, or where that cannot be said: it has no history, or a
/// migration stopped half-way.
pub async fn drift_of(
    db: &Live,
    place: &Place,
    status: &Status,
    migrations: &[Migration],
) -> Result<Option<String>, Error> {
    let is_between = !status.interrupted.is_empty()
        || !status.reverting.is_empty()
        || !status.failed.is_empty()
        || !status.missing.is_empty();
    if status.table.is_none() || is_between {
        return Ok(None);
    }
    let actual = introspect(db.connection()).await?;
    let expected = made_by(place, &standing(status, migrations)).await?;
    Ok(drift::between(&expected, &actual)?.map(|drift| drift.summary))
}
