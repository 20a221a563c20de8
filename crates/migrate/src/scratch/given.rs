//! The shadow database that a project names: emptied, used, and left empty again by the next who uses it.

use relata::{Connection, Value};
use relata_script::Dialect;

use super::Scratch;
use super::place::Site;
use crate::Error;

/// The key of the lock under which one program at a time uses a shadow database; Prisma, which takes none there, is not kept out.
const KEY: i64 = 72_707_370;

/// How long to wait before the lock is asked for again.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(50);

/// Empties the database and hands it out.
pub(super) async fn empty(site: &Site) -> Result<Scratch, Error> {
    let db = site.itself().await?;
    let connection = db.connection();
    lock(connection).await?;
    match connection.dialect() {
        Dialect::Postgres => postgres(site, connection).await?,
        Dialect::Mysql | Dialect::Sqlite => mysql(connection).await?,
    }
    Ok(Scratch {
        db: Some(db),
        made: None,
    })
}

/// Takes the lock, which goes with the connection.
async fn lock(db: &dyn Connection) -> Result<(), Error> {
    db.holds_session()?;
    let (sql, key) = match db.dialect() {
        Dialect::Postgres => (
            "SELECT pg_try_advisory_lock($1)::int::bigint",
            Value::from(KEY),
        ),
        Dialect::Mysql | Dialect::Sqlite => (
            "SELECT CAST(COALESCE(GET_LOCK(CONCAT('relata_', LEFT(SHA2(CONCAT(DATABASE(), ?), 256), 40)), 0), 0) AS SIGNED)",
            Value::from(KEY),
        ),
    };
    // A session that has just been closed may hold it a moment longer.
    for _ in 0..60 {
        let rows = db.query(sql, vec![key.clone()]).await?;
        let taken: i64 = rows.first().map_or(Ok(0), |row| row.get(0))?;
        if taken == 1 {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Error::ShadowInUse)
}

/// Drops every namespace that is not the server's, and makes `public` again, with the one that the connection string chooses.
async fn postgres(site: &Site, db: &dyn Connection) -> Result<(), Error> {
    let sql = "SELECT nspname FROM pg_namespace WHERE nspname <> 'information_schema' AND NOT starts_with(nspname, 'pg_')";
    let mut script = Vec::new();
    for row in db.query(sql, Vec::new()).await? {
        let name: String = row.get(0)?;
        script.push(format!(
            "DROP SCHEMA {} CASCADE",
            Dialect::Postgres.ident(&name)
        ));
    }
    // An extension outlives its namespace only where it belongs to none.
    let sql = "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'";
    for row in db.query(sql, Vec::new()).await? {
        let name: String = row.get(0)?;
        let name = Dialect::Postgres.ident(&name);
        script.push(format!("DROP EXTENSION IF EXISTS {name} CASCADE"));
    }
    script.push("CREATE SCHEMA public".to_owned());
    if let Some(namespace) = site.namespace()? {
        let namespace = Dialect::Postgres.ident(&namespace);
        script.push(format!("CREATE SCHEMA {namespace}"));
    }
    Ok(db.batch(&script.join(";\n")).await?)
}

/// Drops what the database holds, object by object: dropping the database itself would take the rights on it away.
pub(crate) async fn mysql(db: &dyn Connection) -> Result<(), Error> {
    mysql_but(db, None).await
}

/// The same, but for one table.
pub(crate) async fn mysql_but(db: &dyn Connection, kept: Option<&str>) -> Result<(), Error> {
    const KINDS: &[(&str, &str)] = &[
        (
            "VIEW",
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'VIEW'",
        ),
        (
            "TABLE",
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type NOT IN ('VIEW', 'SEQUENCE')",
        ),
        (
            "SEQUENCE",
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'SEQUENCE'",
        ),
        (
            "PROCEDURE",
            "SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE() AND routine_type = 'PROCEDURE'",
        ),
        (
            "FUNCTION",
            "SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE() AND routine_type = 'FUNCTION'",
        ),
        (
            "EVENT",
            "SELECT event_name FROM information_schema.events WHERE event_schema = DATABASE()",
        ),
    ];
    db.batch("SET FOREIGN_KEY_CHECKS = 0").await?;
    for (kind, sql) in KINDS {
        for row in db.query(sql, Vec::new()).await? {
            let name: String = row.get(0)?;
            if kept == Some(name.as_str()) {
                continue;
            }
            db.batch(&format!("DROP {kind} {}", Dialect::Mysql.ident(&name)))
                .await?;
        }
    }
    Ok(db.batch("SET FOREIGN_KEY_CHECKS = 1").await?)
}
