//! `db push`: a database brought to the schema without a migration, for prototypes.

use std::collections::BTreeSet;

use relata_introspect::introspect;
use relata_schema::Schema;
use relata_script::{Dialect, TransactionClass, classify, split};
use relata_sql::catalog::Managed;
use relata_sql::{Catalog, diff, lower, plan};

use crate::fill;
use crate::renames::Settled;
use crate::strays::strays;
use crate::weigh::duplicates;
use crate::{Ask, Error, Live, Place, Renames, Risks, Weighed, pair, renames, weigh};

/// What `db push` is asked to do.
pub struct Push<'a> {
    /// The schema to reach.
    pub schema: &'a Schema,
    /// Where a server says how it spells what the schema says.
    pub place: &'a Place,
    /// The kinds of object that the schema owns, beside those that it always does.
    pub managed: Option<BTreeSet<Managed>>,
    /// Whether values that are in the way are shown; they may be personal.
    pub show_values: bool,
    /// The oldest server that the project runs on; what it does not have is refused.
    pub target: Option<relata_sql::Target>,
}

/// What `db push` did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pushed {
    /// The script that it ran; none if nothing differed.
    pub script: Option<String>,
    /// What came of the renames.
    pub renames: Renames,
    /// Rows that are not as the schema says, which it did not have to change.
    pub notes: Vec<Weighed>,
}

/// Brings a database to the schema. Losses are asked for, and rows that do not fit are counted before anything is done. No history is written.
///
/// On PostgreSQL and SQLite everything happens or nothing; MySQL commits each statement, and where one fails, those before it stay.
pub async fn push(push: &Push<'_>, db: &Live, ask: &mut dyn Ask) -> Result<Pushed, Error> {
    let Push { schema, place, .. } = push;
    let mut target = lower(schema)?;
    let mut from = introspect(db.connection()).await?;
    pair::settle(schema, &mut target, &mut from)?;
    target.managed.extend(push.managed.iter().flatten());
    if let Some(server) = &push.target {
        server.check(&target)?;
    }
    // Where the schema alone cannot be made, expressions are compared as they are written.
    let _ = place.realise(&mut target, Some(&from)).await;
    let Settled {
        from,
        renames,
        suggestions,
    } = renames::settle(&from, &mut target, ask)?;
    let changes = diff(&from, &target)?;
    let mut strays = Risks {
        problems: strays(schema, &from, db.connection()).await?,
        ..Risks::default()
    };
    let mut fills = fill::settle(&mut strays, &target, ask);
    let notes = strays.problems;
    if changes.is_empty() && fills.is_empty() {
        return Ok(Pushed {
            script: None,
            renames,
            notes,
        });
    }
    let mut risks = weigh(&changes, Some(db.connection())).await?;
    fills.extend(fill::settle(&mut risks, &target, ask));
    if risks.is_unexecutable() {
        let values = if push.show_values {
            Some(duplicates(&risks.problems, db.connection()).await?)
        } else {
            None
        };
        return Err(Error::Unexecutable {
            values,
            problems: risks.problems,
            suggestions,
        });
    }
    if !risks.losses.is_empty() && !ask.accept_losses(&risks.losses) {
        return Err(Error::Loss {
            losses: risks.losses,
            suggestions,
        });
    }
    let script = if fills.is_empty() {
        plan(&changes).script()
    } else {
        let halfway = fill::halfway(&from, &target, &fills);
        let phase = |from: &Catalog, to: &Catalog| -> Result<_, Error> {
            let changes = diff(from, to)?;
            Ok((!changes.is_empty()).then(|| plan(&changes).script()))
        };
        let (first, last) = (phase(&from, &halfway)?, phase(&halfway, &target)?);
        fill::phases(first, fill::script(&target, &fills), last)
    };
    run(db, &script).await?;
    Ok(Pushed {
        script: Some(script),
        renames,
        notes,
    })
}

/// Runs a script, in one transaction where that can be.
async fn run(db: &Live, script: &str) -> Result<(), Error> {
    let connection = db.connection();
    let dialect = connection.dialect();
    let statements = split(dialect, script);
    let as_one = dialect == Dialect::Postgres
        && statements
            .iter()
            .all(|it| classify(dialect, it.text()) == TransactionClass::Any);
    if let Live::Sqlite(_) = db {
        // A table that is made anew switches foreign keys off, which the runner knows how to do safely.
        let migration = relata::migration::Migration::new("push", script)?;
        return Ok(db.runner().replay(&[migration], |_| {}).await?);
    }
    if as_one {
        let transaction = connection.begin().await?;
        for statement in &statements {
            transaction.batch(statement.text()).await?;
        }
        transaction.commit().await?;
    } else {
        for statement in &statements {
            connection.batch(statement.text()).await?;
        }
    }
    Ok(())
}
