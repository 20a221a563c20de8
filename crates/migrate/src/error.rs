use std::path::PathBuf;

use relata_script::{Dialect, terminal, terminal_lines};

use relata_sql::Suggestion;

use crate::Weighed;

/// Why a workflow stopped. Nothing has been changed unless the message says so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The schema has no datasource, or one that is no target.
    #[error(transparent)]
    Lower(#[from] relata_sql::Error),
    /// A database could not be read.
    #[error(transparent)]
    Introspect(#[from] relata_introspect::Error),
    /// A database, a folder or a script.
    #[error(transparent)]
    Database(#[from] relata::Error),
    /// A name or lock file.
    #[error(transparent)]
    Script(#[from] relata_script::Error),
    /// Two sides of a comparison are for different databases.
    #[error("one side is {} and the other {}; both sides of a diff belong to one kind of database", from.name(), to.name())]
    TwoDialects {
        /// The left side.
        from: Dialect,
        /// The right side.
        to: Dialect,
    },
    /// The database and its history disagree.
    #[error(
        "the database is not what its migrations make of it (drift):\n{}\nsomebody changed it by hand: `--drift absorb` writes the difference into a migration, `--drift revert` undoes it, `--drift ignore` leaves it where it is",
        terminal_lines(summary)
    )]
    Drift {
        /// What differs.
        summary: String,
    },
    /// The database has tables and no history.
    #[error(
        "the database is not empty and has no migration history (P3005); write its tables into a first migration and record it as applied, or start with an empty database"
    )]
    NoHistory,
    /// Applied migrations were changed.
    #[error("{} after it was applied: {}; restore the file, and put the change into a new migration", if names.len() == 1 { "a migration was edited" } else { "migrations were edited" }, list(names))]
    Edited {
        /// Their names.
        names: Vec<String>,
    },
    /// Applied migrations are not in the folder.
    #[error(
        "the database has migrations that the folder does not have: {}; pull them from your repository",
        list(names)
    )]
    Missing {
        /// Their names.
        names: Vec<String>,
    },
    /// A migration failed half-way.
    #[error(
        "a migration has failed and must be repaired first (P3009): {}",
        list(names)
    )]
    Failed {
        /// Their names.
        names: Vec<String>,
    },
    /// A loss was not consented to.
    #[error(
        "this would lose data:\n{}{}\nnothing was changed; say `--accept-data-loss` if that is meant",
        bullets(losses),
        perhaps(suggestions)
    )]
    Loss {
        /// What would be lost.
        losses: Vec<Weighed>,
        /// What looks as if it were only called otherwise.
        suggestions: Vec<Suggestion>,
    },
    /// Rows that are there would make the plan fail.
    #[error(
        "the rows that are there do not fit the change:\n{}{}{}{}\nnothing was changed",
        bullets(problems),
        shown(problems, values.as_deref()),
        perhaps(suggestions),
        fillable(problems)
    )]
    Unexecutable {
        /// Values that are there more than once, if they are to be shown.
        values: Option<Vec<String>>,
        /// A sentence for each.
        problems: Vec<Weighed>,
        /// What looks as if it were only called otherwise.
        suggestions: Vec<Suggestion>,
    },
    /// The plan was run on a scratch database and did not lead where it should.
    #[error(
        "the plan was tried on a scratch database and does not lead to the schema; this is a bug in relata:\n{}",
        terminal_lines(summary)
    )]
    Unproved {
        /// What still differs.
        summary: String,
    },
    /// A statement would change more than the scratch database it runs on.
    #[error(
        "statement {number} of `{}` (line {line}) reaches beyond its database: {what}. It was not run, since a scratch database is made on a server that others use; give `shadowDatabaseUrl` a server of its own, or take the statement out of the migration",
        terminal(name)
    )]
    ReachesBeyond {
        /// The migration.
        name: String,
        /// The number of the statement, from 1.
        number: usize,
        /// The line it begins in, from 1.
        line: usize,
        /// What it reaches.
        what: &'static str,
    },
    /// There is nowhere to make a scratch database.
    #[error(
        "migrations of {} are replayed on a scratch database, and no server is known to make one on: give the URL of a server in the datasource, or `--shadow-database-url`",
        dialect.name()
    )]
    NoScratch {
        /// The database.
        dialect: Dialect,
    },
    /// The user may not make databases.
    #[error(
        "the user may not create databases, and a scratch database is needed (P3014): {}; grant {}, or name an empty database of its own with `shadowDatabaseUrl` in the datasource or `--shadow-database-url`",
        terminal(message),
        if *dialect == Dialect::Postgres { "`ALTER ROLE … CREATEDB`" } else { "all rights on databases named `relata_scratch_%`" }
    )]
    MayNotCreate {
        /// The database.
        dialect: Dialect,
        /// What the server said.
        message: String,
    },
    /// The shadow database is the one that holds the data.
    #[error(
        "`shadowDatabaseUrl` names the database itself, and a shadow database is emptied each time: name another one, or leave it out"
    )]
    ShadowIsDatabase,
    /// Another program uses the shadow database.
    #[error("another program is using the shadow database; wait until it is done")]
    ShadowInUse,
    /// Nobody named the new migration.
    #[error("the new migration has no name: say `--name <name>`")]
    NoName,
    /// There is nothing to pull.
    #[error(
        "the database is empty (P4001): it has no table, view or type; check the URL, or make its tables first with `relata migrate dev`"
    )]
    EmptyDatabase,
    /// A migration failed where its history is replayed.
    #[error(
        "migration `{}` failed at line {line} when the history was replayed on a scratch database (P3006): {}; correct it if it is not applied \
         anywhere yet",
        terminal(name),
        terminal_lines(message)
    )]
    Replay {
        /// The migration.
        name: String,
        /// The line of its script, from 1.
        line: usize,
        /// What the database said.
        message: String,
    },
    /// A migration has no way back.
    #[error(
        "{} is missing: write what takes the migration back into it, or go forward with a new migration",
        terminal(&path.display().to_string())
    )]
    NoDown {
        /// The file that should be there.
        path: PathBuf,
    },
    /// A script that takes a migration back fails.
    #[error(
        "`down.sql` of `{}` failed when it was tried on a scratch database: {}; nothing was changed. Correct the file",
        terminal(name),
        terminal_lines(message)
    )]
    DownFails {
        /// The migration.
        name: String,
        /// What the database said.
        message: String,
    },
    /// Scripts that take migrations back lead elsewhere.
    #[error(
        "`down.sql` of {} was tried on a scratch database and does not lead back to where the migration began; nothing was changed. What is still to do:\n{}",
        list(names),
        terminal_lines(summary)
    )]
    DownElsewhere {
        /// The migrations.
        names: Vec<String>,
        /// What would still have to be done.
        summary: String,
    },
    /// Rows that are there would make the way back fail.
    #[error(
        "the rows that are there do not fit the way back:\n{}\nnothing was changed; change them or `down.sql`, or go forward with a new migration",
        bullets(problems)
    )]
    DownUnfit {
        /// A sentence for each.
        problems: Vec<Weighed>,
    },
    /// There are not two migrations.
    #[error("there is nothing to squash: it takes two migrations or more")]
    NothingToSquash,
    /// Migrations write rows, which a catalog does not hold.
    #[error(
        "the migrations write rows into an empty database, which a squash does not hold: {}; move them to a seed and say `--without-rows`, or squash up to an earlier migration with `--to`",
        tables.join(", ")
    )]
    SquashLosesRows {
        /// The tables, and how many rows each has.
        tables: Vec<String>,
    },
    /// A migration of a branch does not work behind the others.
    #[error(
        "migration `{}` fails when the branch comes behind what was merged: {}; nothing was renamed. Make it anew on top of the merged schema",
        terminal(name),
        terminal_lines(message)
    )]
    RebaseFails {
        /// The migration.
        name: String,
        /// What the database said.
        message: String,
    },
    /// Two orders lead to two databases.
    #[error(
        "the order of {} and of what was merged matters: behind it, they lead elsewhere than in this database; nothing was renamed. What differs:\n{}\ntake them back here with `relata migrate down`, or make them anew",
        list(names),
        terminal_lines(summary)
    )]
    OrderMatters {
        /// The migrations of the branch.
        names: Vec<String>,
        /// What differs.
        summary: String,
    },
    /// A program that belongs to the database's own tools is not there, or failed.
    #[error("`{program}` {}", terminal_lines(problem))]
    Tool {
        /// Its name.
        program: &'static str,
        /// What went wrong.
        problem: String,
    },
    /// A file is no backup of this kind of database.
    #[error(
        "{} is no backup of a {} database",
        terminal(&path.display().to_string()),
        dialect.name()
    )]
    NoBackup {
        /// The file.
        path: PathBuf,
        /// The database.
        dialect: Dialect,
    },
    /// A backup lacks its end.
    #[error(
        "{} is cut off: its last line, `-- Dump completed`, is missing. Nothing was changed",
        terminal(&path.display().to_string())
    )]
    CutBackup {
        /// The file.
        path: PathBuf,
    },
    /// A backup was not brought back as a whole, and what was there before is gone.
    #[error(
        "the database is half restored, and says so in a table, so that nobody migrates it: {source}\nrepair the cause, then bring {} back once more",
        terminal(&path.display().to_string())
    )]
    HalfRestored {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<Error>,
    },
    /// A file could not be written.
    #[error("{}: {source}", terminal(&path.display().to_string()))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

fn list(names: &[String]) -> String {
    names
        .iter()
        .map(|name| terminal(name))
        .collect::<Vec<_>>()
        .join(", ")
}

fn bullets(losses: &[Weighed]) -> String {
    losses
        .iter()
        .map(|loss| format!("  - {loss}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The values that are there more than once, or how to see them: they may be personal.
fn shown(problems: &[Weighed], values: Option<&[String]>) -> String {
    use relata_sql::risk::RiskKind;
    let is_duplicate = |it: &Weighed| matches!(it.risk.kind, RiskKind::Duplicates { .. });
    match values {
        Some(values) => {
            let lines: Vec<String> = values
                .iter()
                .map(|value| format!("\n    {}", terminal(value)))
                .collect();
            lines.concat()
        }
        None if problems.iter().any(is_duplicate) => {
            "\n`--show-values` shows what is there more than once".to_owned()
        }
        None => String::new(),
    }
}

/// The way out where rows need another value.
fn fillable(problems: &[Weighed]) -> String {
    let mut columns: Vec<String> = problems.iter().filter_map(Weighed::fillable).collect();
    columns.dedup();
    let lines: Vec<String> = columns
        .iter()
        .map(|column| {
            let column = terminal(column);
            format!("\nto give them one in the migration, say `--backfill '{column}=<value>'` or `--backfill '{column}=sql:<expression>'`")
        })
        .collect();
    lines.concat()
}

/// The way out where something was perhaps only renamed.
fn perhaps(suggestions: &[Suggestion]) -> String {
    let lines: Vec<String> = suggestions
        .iter()
        .map(|it| {
            format!(
                "\nis it only a rename, {}? then say `--rename {}`, or write `{}` there",
                it.rename,
                terminal(&it.rename.flag()),
                terminal(&it.rename.attribute())
            )
        })
        .collect();
    lines.concat()
}

impl Error {
    /// Returns the stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Lower(error) => error.code(),
            Self::Introspect(error) => error.code(),
            Self::Database(error) => error.code(),
            Self::Script(error) => error.code(),
            Self::TwoDialects { .. } => "R6002",
            Self::Drift { .. } => "R6003",
            Self::NoHistory => "R6004",
            Self::Edited { .. } => "R6005",
            Self::Missing { .. } => "R6006",
            Self::Failed { .. } => "R6007",
            Self::Loss { .. } => "R6008",
            Self::Unexecutable { .. } => "R6009",
            Self::Unproved { .. } => "R6010",
            Self::Io { .. } => "R6011",
            Self::NoName => "R6012",
            Self::ReachesBeyond { .. } => "R6013",
            Self::NoScratch { .. } => "R6014",
            Self::MayNotCreate { .. } => "R6015",
            Self::ShadowIsDatabase => "R6016",
            Self::ShadowInUse => "R6017",
            Self::EmptyDatabase => "R6018",
            Self::Replay { .. } => "R6019",
            Self::NoDown { .. } => "R6020",
            Self::DownFails { .. } => "R6021",
            Self::DownElsewhere { .. } => "R6022",
            Self::NothingToSquash => "R6023",
            Self::SquashLosesRows { .. } => "R6024",
            Self::RebaseFails { .. } => "R6025",
            Self::OrderMatters { .. } => "R6026",
            Self::Tool { .. } => "R6027",
            Self::NoBackup { .. } => "R6028",
            Self::DownUnfit { .. } => "R6029",
            Self::CutBackup { .. } => "R6030",
            Self::HalfRestored { .. } => "R6031",
        }
    }
}
