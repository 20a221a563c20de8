//! `migrate reset`: a database emptied, so that its migrations can be applied anew.

use relata::Connection;
use relata_introspect::introspect;
use relata_schema::Schema;
use relata_script::Dialect;
use relata_sql::lower_into;

use crate::{Error, Live};

/// Drops everything that the project's part of a database holds, the history included.
///
/// On PostgreSQL that is the namespace of the connection, and those that the schema names; on MySQL the database; on SQLite the file, of which
/// the tables are dropped and not the file itself, since others may have it open.
pub async fn empty(schema: &Schema, db: &Live) -> Result<(), Error> {
    match db.connection().dialect() {
        Dialect::Postgres => postgres(schema, db.connection()).await,
        Dialect::Mysql => crate::scratch::empty_mysql(db.connection()).await,
        Dialect::Sqlite => sqlite(db.connection()).await,
    }
}

async fn postgres(schema: &Schema, db: &dyn Connection) -> Result<(), Error> {
    let current = introspect(db).await?.default_namespace;
    let current = current.as_deref().unwrap_or("public");
    let mut names: Vec<Box<str>> = lower_into(schema, current)?.namespaces;
    names.push(current.into());
    names.sort();
    names.dedup();
    let mut script = Vec::new();
    for name in names {
        let name = Dialect::Postgres.ident(&name);
        script.push(format!("DROP SCHEMA IF EXISTS {name} CASCADE"));
        script.push(format!("CREATE SCHEMA {name}"));
    }
    Ok(db.batch(&script.join(";\n")).await?)
}

async fn sqlite(db: &dyn Connection) -> Result<(), Error> {
    db.batch("PRAGMA foreign_keys = OFF").await?;
    // Views and triggers first: a table may not go while they make no sense without it. What is left of a virtual table goes with it.
    for kind in ["trigger", "view", "table"] {
        let sql = format!(
            "SELECT name FROM sqlite_schema WHERE type = '{kind}' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC"
        );
        let rows = db.query(&sql, Vec::new()).await?;
        for row in rows {
            let name: String = row.get(0)?;
            let name = Dialect::Sqlite.ident(&name);
            let drop = format!("DROP {} IF EXISTS {name}", kind.to_uppercase());
            db.batch(&drop).await?;
        }
    }
    Ok(db.batch("PRAGMA foreign_keys = ON").await?)
}
