//! A plan, or a script that somebody wrote by hand, run before it is shown.
//!
//! On a scratch database that stands where the real one stands: made-up rows that satisfy the old schema, the script up, the result compared with
//! the target, the rows compared with what they were, the script down, and the result compared with the start. What could not be proved is said.

mod contents;
mod fitting;

use std::borrow::Cow;
use std::collections::HashSet;

use relata::migration::{Migration, MigrationError};
use relata_sql::catalog::{Kind, ObjectName};
use relata_sql::change::{EnumChange, TableChange};
use relata_sql::rename::Renamed;
use relata_sql::{Catalog, Changes, diff, follow, plan};

use crate::measure::Measured;
use crate::pair::narrow;
use crate::rows::{Filled, Width, fill};
use crate::{Error, Place, Scratch, weigh};
pub use contents::Altered;
use contents::Contents;

/// What is to be proved.
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    /// The migrations that lead to where the script starts.
    pub history: &'a [Migration],
    /// The script.
    pub up: &'a str,
    /// The script that takes it back.
    pub down: Take<'a>,
    /// Where the script leads.
    pub target: &'a Catalog,
}

/// How a script is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take<'a> {
    /// Not at all.
    Never,
    /// By this script.
    By(&'a str),
    /// By the plan that leads back, which is then told.
    Planned,
}

/// A proof, and what it was found between.
#[derive(Clone, Debug)]
pub struct Proved {
    /// What came of it.
    pub proof: Proof,
    /// What the database held before.
    pub start: Catalog,
    /// What it held after the script.
    pub reached: Catalog,
    /// The script that takes it back, where one was to be planned.
    pub down: Option<String>,
}

/// What came of running it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// What each statement of the script does to the tables it meets. On SQLite one entry tells of the whole script.
    pub statements: Vec<Measured>,
    /// How many made-up rows it was tried on.
    pub rows: usize,
    /// Why the script fails on rows that the old schema allows, although it works on others.
    pub fails_on: Option<FailsOn>,
    /// Values and rows that are others after the script than before, in columns that it does not retype.
    pub altered: Vec<Altered>,
    /// What came of the script that takes it back.
    pub down: Down,
    /// What was not proved, a sentence each.
    pub unproved: Vec<String>,
}

/// Rows on which a script fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailsOn {
    /// Which: a phrase.
    pub rows: &'static str,
    /// What the server said.
    pub error: String,
    /// Whether a query of the plan's risks finds such rows before anything is tried.
    pub is_foreseen: bool,
}

/// What came of taking a script back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Down {
    /// There was no such script.
    #[default]
    None,
    /// It led back to the start.
    Returned,
    /// It led elsewhere: what differs from the start.
    Elsewhere(String),
    /// It failed.
    Failed(String),
}

/// Proves a claim at a place. Fails where the script fails on an empty database, or does not lead to the target.
pub async fn prove(place: &Place, claim: &Claim<'_>) -> Result<Proved, Error> {
    let mut fails_on = None;
    let any = [Width::Edges, Width::Nulls, Width::Ordinary].map(|width| (width, false));
    // A change that makes a rule may refuse all that is made up without that rule.
    let fitting = [Width::Edges, Width::Ordinary, Width::Nothing].map(|width| (width, true));
    for (width, fits) in any.into_iter().chain(fitting) {
        let scratch = place.replay(claim.history).await?;
        let mut is_foreseen = false;
        let outcome = attempt(&scratch, claim, (width, fits), &mut is_foreseen).await;
        // A database that was dropped under us refuses statements for reasons of every kind: of the rows, of the script, and of its
        // inverse, whose failure is part of a proof. None of them says anything then.
        let stands = match &outcome {
            Ok(_) => scratch.stands().await,
            Err(Error::Database(error)) if !error.is_outage() => scratch.stands().await,
            Err(_) => Ok(()),
        };
        let closed = scratch.close().await;
        stands?;
        match outcome {
            Ok(mut proved) => {
                closed?;
                proved.proof.fails_on = fails_on;
                return Ok(proved);
            }
            // With no rows at all it is the script itself that fails, and an outage says nothing of rows.
            Err(Error::Database(error)) if width != Width::Nothing && !error.is_outage() => {
                closed?;
                let rows = match (width, fits) {
                    (Width::Edges, false) => "rows with values at the edges of their types",
                    (Width::Nulls, false) => "rows with NULLs",
                    (_, false) => "rows that do not fit the new rules",
                    (_, true) => "rows of any kind",
                };
                fails_on = Some(FailsOn {
                    rows,
                    error: what_failed(&error),
                    is_foreseen,
                });
            }
            Err(error) => return Err(error),
        }
    }
    unreachable!("the last attempt returns either way")
}

async fn attempt(
    scratch: &Scratch,
    claim: &Claim<'_>,
    (width, fits): (Width, bool),
    is_foreseen: &mut bool,
) -> Result<Proved, Error> {
    let db = scratch.connection();
    let start = scratch.catalog().await?;
    let seen = follow(&start, claim.target)?.catalog;
    let mut ours = seen.clone().into_owned();
    narrow(&mut ours, claim.target);
    let changes = diff(&ours, claim.target)?;
    let touched: HashSet<ObjectName> = touched(&changes, &ours)
        .into_iter()
        .map(|name| ours.name_before(Kind::Table, name))
        .collect();
    let rules = if fits {
        Cow::Owned(fitting::fitting(&start, &seen, claim.target))
    } else {
        Cow::Borrowed(&start)
    };
    let filled = fill(db, &rules, &touched.iter().collect(), width).await?;
    let before = Contents::read(db, &start, filled.rows.keys())
        .await?
        .under(&start, &seen);
    let kept: Vec<ObjectName> = before.names().cloned().collect();
    *is_foreseen = !weigh(&changes, Some(db)).await?.problems.is_empty();
    let mut proof = Proof {
        statements: scratch.measure(claim.up).await?,
        rows: filled.rows.values().sum(),
        ..Proof::default()
    };
    let reached = scratch.catalog().await?;
    let mut ours = reached.clone();
    narrow(&mut ours, claim.target);
    let left = diff(&ours, claim.target)?;
    if !left.is_empty() {
        return Err(Error::Unproved {
            summary: plan(&left).summary().to_owned(),
        });
    }
    let after = Contents::read(db, &reached, kept.iter()).await?;
    proof.altered = before.altered(&after);
    proof.unproved = unproved(&filled, width, &proof.statements);
    let planned = match claim.down {
        Take::Planned => {
            let back = reached.before(&seen.renamed);
            Some(plan(&diff(&back, &start)?).script())
        }
        Take::By(_) | Take::Never => None,
    };
    let down = match claim.down {
        Take::By(script) => Some(script),
        Take::Planned | Take::Never => planned.as_deref(),
    };
    if let Some(down) = down {
        proof.down = take_back(scratch, down, &start).await?;
    }
    Ok(Proved {
        proof,
        start,
        reached,
        down: planned,
    })
}

/// The tables that a change meets, by their new names: those that change, go or are renamed, and those that use an enum which does.
fn touched<'c>(changes: &Changes<'c>, start: &'c Catalog) -> HashSet<&'c ObjectName> {
    let mut tables: HashSet<&ObjectName> = HashSet::new();
    for change in &changes.tables {
        match change {
            TableChange::Altered(altered) => {
                tables.insert(&altered.from.name);
            }
            TableChange::Dropped(table) | TableChange::Recreated { from: table, .. } => {
                tables.insert(&table.name);
            }
            TableChange::Created(_) => {}
        }
    }
    let mut enums: HashSet<&ObjectName> = changes
        .enums
        .iter()
        .filter_map(|change| match change {
            EnumChange::Altered { from, .. } | EnumChange::Dropped(from) => Some(&from.name),
            EnumChange::Created(_) => None,
        })
        .collect();
    let renamed: HashSet<ObjectName> = changes
        .renamed()
        .iter()
        .filter_map(|rename| match &rename.what {
            Renamed::Table { namespace } | Renamed::Enum { namespace } => {
                Some(ObjectName::new(namespace.as_deref(), &rename.to))
            }
            Renamed::Column { table } | Renamed::ColumnValue { table, .. } => Some(table.clone()),
            Renamed::EnumValue { of } => Some(of.clone()),
            _ => None,
        })
        .collect();
    tables.extend(
        start
            .tables
            .iter()
            .map(|it| &it.name)
            .filter(|it| renamed.contains(*it)),
    );
    enums.extend(
        start
            .enums
            .iter()
            .map(|it| &it.name)
            .filter(|it| renamed.contains(*it)),
    );
    let users = start.tables.iter().filter(|table| {
        table.columns.iter().any(|column| {
            column
                .ty
                .enum_name()
                .is_some_and(|name| enums.contains(name))
        })
    });
    tables.extend(users.map(|table| &table.name));
    tables
}

/// What a trial says of a failure: which statement, and why. What would have to be done about a half-applied migration is of no use to
/// anybody here.
pub(crate) fn what_failed(error: &relata::Error) -> String {
    match error {
        relata::Error::Migration(MigrationError::Apply {
            number, of, source, ..
        }) if *of > 1 => format!("statement {number} of {of}: {source}"),
        relata::Error::Migration(MigrationError::Apply { source, .. }) => source.to_string(),
        relata::Error::Migration(MigrationError::ForeignKeys { violations, .. }) => {
            let rows: Vec<String> = violations.iter().map(ToString::to_string).collect();
            format!("rows refer to nothing: {}", rows.join(", "))
        }
        other => other.to_string(),
    }
}

async fn take_back(scratch: &Scratch, down: &str, start: &Catalog) -> Result<Down, Error> {
    if let Err(error) = scratch.script(down).await {
        return match error {
            Error::Database(error) if !error.is_outage() => Ok(Down::Failed(what_failed(&error))),
            other => Err(other),
        };
    }
    let back = scratch.catalog().await?;
    let left = diff(&back, start)?;
    Ok(if left.is_empty() {
        Down::Returned
    } else {
        let plan = plan(&left);
        // A summary leaves out what only a script would do.
        let told = match plan.summary().trim() {
            "" => plan.script(),
            summary => summary.to_owned(),
        };
        Down::Elsewhere(told)
    })
}

fn unproved(filled: &Filled, width: Width, statements: &[Measured]) -> Vec<String> {
    let mut all: Vec<String> = filled
        .without
        .iter()
        .map(|(table, reason)| format!("no row could be made up for `{table}`: {reason}"))
        .collect();
    if width == Width::Nothing {
        all.push("no rows were there to be kept".to_owned());
    }
    for measured in statements {
        if let Some(reason) = measured.unmeasured {
            let first = measured.statement.lines().next().unwrap_or_default();
            all.push(format!("the locks of `{first}`: {reason}"));
        }
    }
    all
}
