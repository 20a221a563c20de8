use std::path::Path;

use relata::sqlite::Options;
use relata::{Connection, ConnectionUrl};
use relata_introspect::{Description, describe};
use relata_schema::{FileId, Sources, analyze};
use relata_script::Dialect;
use relata_sql::{Note, NoteCode, RaiseOptions, SchemaChange, lower_into, raise};

use crate::{Error, Place};

/// What is pulled into what.
pub struct Pull<'a> {
    /// The database.
    pub url: &'a ConnectionUrl,
    /// The folder that a relative SQLite path is taken from.
    pub base: &'a Path,
    /// The schema, which has no errors; one of nothing but a datasource is written anew.
    pub sources: &'a Sources,
    /// The namespaces to look at (PostgreSQL); those of the schema or the connection if none is given.
    pub namespaces: Vec<Box<str>>,
    /// The file that new blocks go to.
    pub file: Option<FileId>,
    /// Where a server may print what the schema has written, so that it can be compared with what the database prints. It is asked
    /// only if there is such SQL in doubt.
    pub place: Option<&'a Place>,
}

/// A schema as the database has it.
#[derive(Debug)]
pub struct Pulled {
    /// The text of every file, in the order of the sources.
    pub texts: Vec<String>,
    /// What was changed, in the names of the schema.
    pub changes: Vec<SchemaChange>,
    /// What the database holds and the schema does not say.
    pub notes: Vec<Note>,
    /// What was not read.
    pub not_read: Vec<relata_introspect::Note>,
}

/// Reads a database and brings what it holds into a schema. Nothing is written, neither to the database nor to a file.
pub async fn pull(pull: &Pull<'_>) -> Result<Pulled, Error> {
    let db: Box<dyn Connection> = match pull.url.dialect() {
        // A file that is not there must not be made by looking.
        Dialect::Sqlite => Box::new(
            Options::from_url(pull.url, pull.base)?
                .read_only(true)
                .open()
                .await?,
        ),
        Dialect::Postgres | Dialect::Mysql => relata::connect(pull.url, pull.base).await?,
    };
    let Description { catalog, notes, .. } = describe(&*db).await?;
    db.close().await?;
    let mut options = RaiseOptions {
        namespaces: pull.namespaces.clone(),
        file: pull.file,
        lowered: None,
    };
    let mut raised = raise(&catalog, pull.sources, &options)?;
    let is_in_doubt = raised
        .notes
        .iter()
        .any(|note| note.code == NoteCode::NotCompared);
    if let Some(place) = pull.place.filter(|_| is_in_doubt) {
        let schema = analyze(pull.sources).schema;
        let namespace = catalog.default_namespace.as_deref().unwrap_or("public");
        let mut lowered = lower_into(&schema, namespace)?;
        place.realise(&mut lowered, Some(&catalog)).await?;
        options.lowered = Some(lowered);
        raised = raise(&catalog, pull.sources, &options)?;
    }
    if raised.is_empty {
        return Err(Error::EmptyDatabase);
    }
    Ok(Pulled {
        texts: raised.edits.apply(pull.sources),
        changes: raised.changes,
        notes: raised.notes,
        not_read: notes,
    })
}
