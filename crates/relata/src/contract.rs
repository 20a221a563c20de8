//! Whether a database is the one that generated code was made for.
//!
//! Code carries the name and the checksum of the last migration that it was made with; a database carries its history. A program that
//! starts on a database of another state would fail later, query by query, and with messages that tell less.

use relata_script::terminal;

use crate::migration::Embedded;
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
use crate::migration::{MigrationError, Status, compare, history};
use crate::{Connection, Result};

/// What generated code was made of; `CONTRACT` beside the models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contract {
    /// A checksum of what the code relies on in the schema: tables, columns, keys, relations, enums.
    pub fingerprint: &'static str,
    /// The migrations that lead there; none where the schema's generator names no `migrations`.
    pub migrations: Option<Embedded>,
}

/// What to do about a database that is not in the state that the code was made for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnMismatch {
    /// Fail.
    #[default]
    Refuse,
    /// Go on, and leave it to the caller to tell: [`Standing::problem`].
    Warn,
    /// Do not even look.
    Ignore,
}

/// How a database's history stands to the code.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Nothing was compared: the code carries no migrations, or nobody wanted to know.
    Unknown,
    /// The database has the migrations of the code, and no others.
    Current,
    /// The database has more migrations: a newer version of the program has been there. That is no problem in itself, since a program
    /// that is being replaced runs beside its successor.
    Ahead {
        /// The migrations that the code does not know.
        beyond: Vec<String>,
    },
    /// The database does not have all migrations of the code.
    Behind {
        /// Those that it lacks.
        pending: Vec<String>,
    },
    /// The database has no history, and the code has migrations.
    NoHistory,
    /// The database has applied migrations whose text is another one in the code.
    Edited {
        /// Their names.
        names: Vec<String>,
    },
    /// Migrations were begun and not finished.
    Unfinished {
        /// Their names.
        names: Vec<String>,
    },
}

impl Contract {
    /// The name of the last migration of the code, and the checksum of its script as a history records it.
    pub fn last_migration(&self) -> Option<(&'static str, String)> {
        let last = self.migrations?.scripts.iter().max_by_key(|it| it.0)?;
        Some((last.0, relata_script::checksum(last.1)))
    }

    /// Compares the database's history with the code, and fails where they do not fit and `mismatch` says so. It only reads.
    ///
    /// ```
    /// # const CONTRACT: relata::contract::Contract = relata::contract::Contract { fingerprint: "", migrations: None };
    /// # async fn example(db: &dyn relata::Connection) -> relata::Result<()> {
    /// use relata::contract::OnMismatch;
    ///
    /// let standing = CONTRACT.check(db, OnMismatch::Warn).await?;
    /// if let Some(problem) = standing.problem() {
    ///     eprintln!("{problem}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
    pub async fn check(&self, db: &dyn Connection, mismatch: OnMismatch) -> Result<Standing> {
        let Some(migrations) = self.migrations.filter(|_| mismatch != OnMismatch::Ignore) else {
            return Ok(Standing::Unknown);
        };
        let folder = migrations.folder()?;
        folder.check(db.dialect())?;
        let standing = match history::read(db).await? {
            Some((table, rows)) => standing(compare(Some(table), &rows, &folder.migrations)),
            None if folder.migrations.is_empty() => Standing::Current,
            None => Standing::NoHistory,
        };
        match standing.problem() {
            Some(problem) if mismatch == OnMismatch::Refuse => {
                Err(MigrationError::Contract { problem }.into())
            }
            _ => Ok(standing),
        }
    }

    /// There is no database to compare with: no driver is built in.
    #[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
    #[allow(clippy::unused_async, reason = "as the one above")]
    pub async fn check(&self, db: &dyn Connection, _: OnMismatch) -> Result<Standing> {
        let dialect = db.dialect();
        Err(crate::Error::NoDriver { dialect })
    }
}

impl Standing {
    /// What is wrong and what to do about it, if anything is.
    pub fn problem(&self) -> Option<String> {
        let names = |names: &[String]| {
            let names: Vec<String> = names
                .iter()
                .map(|it| format!("`{}`", terminal(it)))
                .collect();
            names.join(", ")
        };
        Some(match self {
            Self::Unknown | Self::Current | Self::Ahead { .. } => return None,
            Self::Behind { pending } => format!(
                "the program was built for a database with {}, which this one does not have; deploy the migrations first",
                names(pending)
            ),
            Self::NoHistory => "the program was built for a database with migrations, and this one has no history of any; deploy them \
                 first, or check the connection string"
                .to_owned(),
            Self::Edited { names: edited } => format!(
                "the database has applied another text of {} than the program was built with; build it from the migrations that were \
                 deployed",
                names(edited)
            ),
            Self::Unfinished { names: begun } => format!(
                "{} was begun on the database and not finished; deploy again, or resolve it",
                names(begun)
            ),
        })
    }
}

/// What a status means for a program that only wants to use the database.
#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
fn standing(status: Status) -> Standing {
    let known = |name: &String| !status.missing.contains(name);
    // What a successor is just applying is its own business.
    let failed = status.failed.iter().map(|it| it.name.clone());
    let begun: Vec<String> = failed
        .chain(status.interrupted.iter().cloned())
        .filter(|name| status.pending.contains(name))
        .collect();
    if !begun.is_empty() {
        Standing::Unfinished { names: begun }
    } else if !status.edited.is_empty() {
        Standing::Edited {
            names: status.edited,
        }
    } else if !status.pending.is_empty() {
        Standing::Behind {
            pending: status.pending,
        }
    } else if status.applied.iter().all(known) {
        Standing::Current
    } else {
        Standing::Ahead {
            beyond: status.missing,
        }
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use super::*;
    use crate::migration::Runner;
    use crate::sqlite::{Options, Sqlite};

    const CODE: Contract = Contract {
        fingerprint: "x",
        migrations: Some(Embedded {
            lock: Some("provider = \"sqlite\"\n"),
            scripts: &[
                ("1_a", "CREATE TABLE a (id INTEGER PRIMARY KEY);"),
                ("2_b", "CREATE TABLE b (id INTEGER PRIMARY KEY);"),
            ],
        }),
    };

    async fn stand(db: &Sqlite) -> Standing {
        CODE.check(db, OnMismatch::Warn).await.unwrap()
    }

    #[tokio::test]
    async fn histories_are_told_apart() {
        let db = Options::memory().open().await.unwrap();
        assert_eq!(stand(&db).await, Standing::NoHistory);
        let refused = CODE.check(&db, OnMismatch::Refuse).await.unwrap_err();
        assert_eq!(refused.code(), "R2124");
        assert!(refused.to_string().contains("no history"), "{refused}");
        assert_eq!(
            CODE.check(&db, OnMismatch::Ignore).await.unwrap(),
            Standing::Unknown
        );

        let migrations = CODE.migrations.unwrap();
        let folder = migrations.folder().unwrap().migrations;
        let runner = Runner::new(&db);
        runner.deploy(&folder[..1], |_| {}).await.unwrap();
        let pending = vec!["2_b".to_owned()];
        assert_eq!(stand(&db).await, Standing::Behind { pending });
        migrations.deploy(&db).await.unwrap();
        assert_eq!(stand(&db).await, Standing::Current);
        assert_eq!(
            CODE.check(&db, OnMismatch::Refuse).await.unwrap(),
            Standing::Current
        );

        let more = crate::migration::Migration::new("3_c", "SELECT 1;").unwrap();
        let all: Vec<_> = folder.iter().cloned().chain([more]).collect();
        runner.deploy(&all, |_| {}).await.unwrap();
        let beyond = vec!["3_c".to_owned()];
        assert_eq!(
            CODE.check(&db, OnMismatch::Refuse).await.unwrap(),
            Standing::Ahead { beyond }
        );

        db.batch("UPDATE _relata_migrations SET checksum = 'x' WHERE migration_name = '1_a'")
            .await
            .unwrap();
        let names = vec!["1_a".to_owned()];
        assert_eq!(stand(&db).await, Standing::Edited { names });
        db.batch("UPDATE _relata_migrations SET finished_at = NULL WHERE migration_name = '2_b'")
            .await
            .unwrap();
        let names = vec!["2_b".to_owned()];
        assert_eq!(stand(&db).await, Standing::Unfinished { names });
        db.batch("CREATE TABLE _prisma_migrations (id TEXT)")
            .await
            .unwrap();
        assert_eq!(
            CODE.check(&db, OnMismatch::Warn).await.unwrap_err().code(),
            "R2104"
        );
    }

    #[tokio::test]
    async fn another_database_is_refused() {
        let code = Contract {
            migrations: Some(Embedded {
                lock: Some("provider = \"mysql\"\n"),
                scripts: &[],
            }),
            ..CODE
        };
        let db = Options::memory().open().await.unwrap();
        assert_eq!(
            code.check(&db, OnMismatch::Warn).await.unwrap_err().code(),
            "R1006"
        );
        assert_eq!(code.last_migration(), None);
        let (name, checksum) = CODE.last_migration().unwrap();
        assert_eq!((name, checksum.len()), ("2_b", 64));
    }
}
