//! Databases to make, and the round trip from one to a schema and back.

use std::path::Path;

use relata::ConnectionUrl;
use relata_migrate::{Error, Place, Pull, Pulled, pull};
use relata_schema::{Sources, analyze};
use relata_script::Dialect;
use relata_sql::{Catalog, NoteCode, diff, lower, plan};
use relata_testing::{Database, Mariadb, Postgres, Server};

/// A kind of database, and its name in a schema.
pub(crate) struct Kind {
    pub(crate) provider: &'static str,
    pub(crate) dialect: Dialect,
    server: Option<Server>,
}

/// The three of them.
pub(crate) fn kinds() -> Vec<Kind> {
    vec![
        Kind {
            provider: "sqlite",
            dialect: Dialect::Sqlite,
            server: None,
        },
        Kind {
            provider: "postgresql",
            dialect: Dialect::Postgres,
            server: Some(Server::Postgres(Postgres::from_env())),
        },
        Kind {
            provider: "mysql",
            dialect: Dialect::Mysql,
            server: Some(Server::Mariadb(Mariadb::from_env())),
        },
    ]
}

/// A database that goes with this value.
pub(crate) enum Made {
    File(tempfile::TempDir),
    Served(Database),
}

impl Kind {
    pub(crate) fn make(&self, sql: &str) -> Result<Made, String> {
        let made = match &self.server {
            Some(server) => Made::Served(server.fresh_database("pull")),
            None => Made::File(tempfile::tempdir().expect("a folder")),
        };
        match &made {
            Made::Served(database) => database.run(sql)?,
            Made::File(_) => block_on(async {
                let db = relata::connect(&made.url(), Path::new("")).await?;
                db.batch(sql).await?;
                db.close().await
            })
            .map_err(|error| error.to_string())?,
        }
        Ok(made)
    }

    /// The datasource of a schema, and what follows it.
    pub(crate) fn schema(&self, models: &str) -> String {
        if models.contains("datasource ") {
            return models.to_owned();
        }
        format!(
            "datasource db {{\n  provider = \"{}\"\n}}\n\n{models}",
            self.provider
        )
    }
}

impl Made {
    pub(crate) fn url(&self) -> ConnectionUrl {
        let url = match self {
            Self::File(folder) => format!("file:{}", folder.path().join("dev.db").display()),
            Self::Served(database) => database.url(),
        };
        url.parse().expect("a URL")
    }

    /// Brings the database into a schema.
    pub(crate) fn pull(&self, schema: &str, namespaces: &[String]) -> Result<Pulled, String> {
        let sources = Sources::one("app.schema", schema);
        let url = self.url();
        let place = Place::of(url.dialect(), Some((&url, Path::new(""))), None).expect("a place");
        let request = Pull {
            url: &url,
            base: Path::new(""),
            sources: &sources,
            namespaces: namespaces.iter().map(|name| (**name).into()).collect(),
            file: None,
            place: Some(&place),
        };
        match block_on(pull(&request)) {
            Err(Error::Lower(relata_sql::Error::NotRaised { reason, text })) => {
                Err(format!("not raised: {reason}\n{text}"))
            }
            other => other.map_err(|error| error.to_string()),
        }
    }

    /// What it holds.
    pub(crate) fn catalog(&self) -> Catalog {
        block_on(async {
            let db = relata::connect(&self.url(), Path::new("")).await?;
            let catalog = relata_introspect::introspect(&*db).await.expect("read");
            db.close().await?;
            Ok::<_, relata::Error>(catalog)
        })
        .expect("read")
    }

    /// Its namespaces, where it has others than the usual one.
    pub(crate) fn namespaces(&self) -> Vec<String> {
        let names = self.catalog().namespaces;
        if names.iter().any(|name| **name != *"public") {
            names.iter().map(ToString::to_string).collect()
        } else {
            Vec::new()
        }
    }

    /// The structure as the server itself prints it, in no order.
    pub(crate) fn dump(&self) -> String {
        match self {
            Self::Served(database) => database.dump_unordered(),
            Self::File(_) => String::new(),
        }
    }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

pub(crate) fn create(catalog: &Catalog) -> String {
    plan(&diff(&Catalog::empty(catalog.dialect), catalog).expect("one dialect")).script()
}

/// The script that makes a schema; `None` for one that is not for this database, or not to be made yet.
pub(crate) fn script(schema: &str, dialect: Dialect) -> Option<String> {
    let analysis = analyze(&Sources::one("app.schema", schema));
    if !analysis.is_valid() {
        return None;
    }
    let catalog = lower(&analysis.schema).ok()?;
    (catalog.dialect == dialect).then(|| create(&catalog))
}

/// Whether a note means that the schema makes something else than the database was.
pub(crate) fn is_lossy(code: NoteCode) -> bool {
    !matches!(
        code,
        NoteCode::NameChosen | NoteCode::NoIdentifier | NoteCode::UnsupportedType
    )
}

/// Whether a note names something that what was pulled may stand on.
fn is_needed(code: NoteCode) -> bool {
    matches!(
        code,
        NoteCode::Sequence
            | NoteCode::CompositeType
            | NoteCode::RangeType
            | NoteCode::Collation
            | NoteCode::Aggregate
            | NoteCode::ObjectLeftOut
    )
}

/// The first lines that only one side has, with those around them.
pub(crate) fn lines_that_differ(before: &str, after: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (before.lines().collect(), after.lines().collect());
    let same = before
        .iter()
        .zip(&after)
        .take_while(|(a, b)| a == b)
        .count();
    let show = |lines: &[&str]| {
        let from = same.saturating_sub(6).min(lines.len());
        lines[from..lines.len().min(same + 8)].join("\n")
    };
    format!("--- before\n{}\n--- after\n{}", show(&before), show(&after))
}

/// Pulls a database into an empty schema, and over that once more, which changes nothing. Returns what was pulled, and the schema.
pub(crate) fn pulled_twice(kind: &Kind, made: &Made) -> Result<(Pulled, String), String> {
    let empty = kind.schema("");
    let pulled = made.pull(&empty, &made.namespaces())?;
    let text = pulled.texts.concat();
    let analysis = analyze(&Sources::one("app.schema", &text));
    if !analysis.is_valid() {
        return Err(format!("not valid: {:?}\n{text}", analysis.diagnostics));
    }
    let again = made.pull(&text, &[])?;
    if again.texts.concat() != text {
        return Err(format!(
            "pulled twice:\n{}\n{:#?}",
            lines_that_differ(&text, &again.texts.concat()),
            again.changes
        ));
    }
    Ok((pulled, text))
}

/// Pulls a database into an empty schema, makes that schema, and compares. Returns the schema.
pub(crate) fn round_trip(kind: &Kind, made: &Made) -> Result<String, String> {
    let (pulled, text) = pulled_twice(kind, made)?;
    let analysis = analyze(&Sources::one("app.schema", &text));
    let catalog = lower(&analysis.schema).map_err(|error| format!("{error}\n{text}"))?;
    let script = create(&catalog);
    let second = match kind.make(&script) {
        // What was left out may be needed, and then it was named.
        Err(_) if pulled.notes.iter().any(|note| is_needed(note.code)) => return Ok(text),
        other => other.map_err(|error| format!("{error}\n{script}\n{text}"))?,
    };
    let over = second.pull(&text, &[])?;
    if over.texts.concat() != text {
        return Err(format!(
            "made and pulled:\n{}\n{:#?}\n{script}",
            lines_that_differ(&text, &over.texts.concat()),
            over.changes
        ));
    }
    let is_lossless = !pulled.notes.iter().any(|note| is_lossy(note.code));
    let (before, after) = (made.catalog(), second.catalog());
    if kind.dialect == Dialect::Sqlite {
        let changes = diff(&before, &after).expect("one dialect");
        if !changes.is_empty() && is_lossless {
            return Err(format!(
                "another database:\n{}\n{text}",
                plan(&changes).script()
            ));
        }
        return Ok(text);
    }
    let (before, after) = (made.dump(), second.dump());
    if before != after && is_lossless {
        return Err(format!(
            "another database:\n{}\n{text}\n{:#?}",
            lines_that_differ(&before, &after),
            pulled.notes
        ));
    }
    Ok(text)
}
