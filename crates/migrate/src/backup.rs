//! A database saved before it is changed, by the tools that come with it, and brought back.
//!
//! Passwords go to the tools in files that only their owner can read: an argument is shown by `ps`.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use relata::sqlite::{Options, from_rusqlite};
use relata::types::jiff;
use relata::{Connection as _, ConnectionUrl, ServerAddress, SqliteLocation};
use relata_script::Dialect;
use tempfile::NamedTempFile;

use crate::Error;

/// Nobody watches how far SQLite has come.
type Watch = fn(relata::sqlite::rusqlite::backup::Progress);

/// Saves a database into a file of the folder, which only its owner can read, and gives its path. Needs `pg_dump`, or `mariadb-dump` or
/// `mysqldump`, for servers; SQLite is saved by its backup interface. A SQLite database that does not exist has nothing to save.
///
/// Of a PostgreSQL database whose connection string chooses a namespace other than `public`, that namespace is saved.
pub async fn backup(
    url: &ConnectionUrl,
    base: &Path,
    folder: &Path,
    now: jiff::Timestamp,
) -> Result<Option<PathBuf>, Error> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { path, source }
    };
    std::fs::create_dir_all(folder).map_err(io(folder))?;
    let name = match url.sqlite().map(|it| it.resolve(base)) {
        Some(SqliteLocation::File(path)) if !path.exists() => return Ok(None),
        Some(SqliteLocation::File(path)) => {
            let stem = path.file_stem().unwrap_or_default();
            stem.to_string_lossy().into_owned()
        }
        Some(SqliteLocation::Memory) => return Ok(None),
        None => {
            let address = ServerAddress::of(url)?;
            let namespace = namespace(&address).map_or(String::new(), |it| format!("-{it}"));
            address.database().unwrap_or("database").to_owned() + &namespace
        }
    };
    let ending = match url.dialect() {
        Dialect::Postgres => "dump",
        Dialect::Mysql => "sql",
        Dialect::Sqlite => "db",
    };
    // A name of a database may hold anything.
    let name: String = name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '-' | '_') {
                c
            } else {
                '_'
            }
        })
        .collect();
    let stamp = now.strftime("%Y%m%d%H%M%S");
    let mut path = folder.join(format!("{stamp}_{name}.{ending}"));
    let mut again = 1;
    while let Err(source) = owned(&path) {
        if source.kind() != std::io::ErrorKind::AlreadyExists || again > 1_000 {
            return Err(Error::Io { path, source });
        }
        again += 1;
        path = folder.join(format!("{stamp}_{name}_{again}.{ending}"));
    }
    let saved = match url.dialect() {
        Dialect::Postgres => dump_postgres(&ServerAddress::of(url)?, &path),
        Dialect::Mysql => dump_mysql(&ServerAddress::of(url)?, &path),
        Dialect::Sqlite => {
            let db = Options::from_url(url, base)?.read_only(true).open().await?;
            let to = path.clone();
            let saved = db.with(move |conn| {
                conn.backup("main", to, None::<Watch>)
                    .map_err(from_rusqlite)
            });
            saved.await.map_err(Error::from)
        }
    };
    if let Err(error) = saved {
        let _ = std::fs::remove_file(&path);
        return Err(error);
    }
    Ok(Some(path))
}

/// Brings back what [`backup`] has saved. Everything that the database holds now is dropped; on PostgreSQL and SQLite all happens or nothing. On
/// MySQL each statement is final: a database that is only half restored holds a table which says so, and nobody migrates it.
pub async fn restore(url: &ConnectionUrl, base: &Path, file: &Path) -> Result<(), Error> {
    let no_backup = || Error::NoBackup {
        path: file.to_owned(),
        dialect: url.dialect(),
    };
    let head = head(file)?;
    match url.dialect() {
        Dialect::Postgres => {
            if !head.starts_with(b"PGDMP") {
                return Err(no_backup());
            }
            restore_postgres(&ServerAddress::of(url)?, file)
        }
        Dialect::Mysql => {
            if head.starts_with(b"PGDMP") || head.starts_with(b"SQLite format 3\0") {
                return Err(no_backup());
            }
            if !is_complete(file)? {
                return Err(Error::CutBackup {
                    path: file.to_owned(),
                });
            }
            let options = relata::mysql::Options::from_url(url, base)?;
            let db = options.connect().await?;
            // Each statement is final there. Until the last one the database says of itself that it is not whole.
            let mark = Dialect::Mysql.ident(relata::migration::RESTORING);
            db.batch(&format!(
                "CREATE TABLE IF NOT EXISTS {mark} (id INT NOT NULL PRIMARY KEY)"
            ))
            .await?;
            let done = async {
                crate::scratch::empty_mysql_but(&db, Some(relata::migration::RESTORING)).await?;
                restore_mysql(&ServerAddress::of(url)?, file)
            };
            if let Err(source) = done.await {
                return Err(Error::HalfRestored {
                    path: file.to_owned(),
                    source: Box::new(source),
                });
            }
            Ok(db.batch(&format!("DROP TABLE {mark}")).await?)
        }
        Dialect::Sqlite => {
            let Some(SqliteLocation::File(path)) = url.sqlite().map(|it| it.resolve(base)) else {
                return Err(no_backup());
            };
            if !head.starts_with(b"SQLite format 3\0") {
                return Err(no_backup());
            }
            let db = Options::file(file).read_only(true).open().await?;
            // Through SQLite, and not by copying a file: others may have the database open.
            let restored = db.with(move |conn| {
                conn.backup("main", path, None::<Watch>)
                    .map_err(from_rusqlite)
            });
            Ok(restored.await?)
        }
    }
}

/// The first bytes of a file, which tell what it is.
fn head(file: &Path) -> Result<Vec<u8>, Error> {
    use std::io::Read as _;
    let mut head = Vec::new();
    std::fs::File::open(file)
        .and_then(|file| file.take(64).read_to_end(&mut head))
        .map_err(|source| Error::Io {
            path: file.to_owned(),
            source,
        })?;
    Ok(head)
}

/// Whether a script of `mariadb-dump` has its last line, which a full disk would have taken.
fn is_complete(file: &Path) -> Result<bool, Error> {
    use std::io::{Read as _, Seek as _, SeekFrom};
    let io = |source| Error::Io {
        path: file.to_owned(),
        source,
    };
    let mut opened = std::fs::File::open(file).map_err(io)?;
    let length = opened.metadata().map_err(io)?.len();
    opened
        .seek(SeekFrom::Start(length.saturating_sub(512)))
        .map_err(io)?;
    let mut tail = Vec::new();
    opened.read_to_end(&mut tail).map_err(io)?;
    Ok(String::from_utf8_lossy(&tail).contains("-- Dump completed"))
}

/// Makes a file that only its owner can read, and that was not there.
fn owned(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// The namespace that is a tenant of its own.
fn namespace(address: &ServerAddress) -> Option<&str> {
    address.parameter("schema").filter(|it| *it != "public")
}

fn dump_postgres(address: &ServerAddress, path: &Path) -> Result<(), Error> {
    let (mut command, _pass) = postgres("pg_dump", address)?;
    command.args(["--format=custom", "--no-password"]);
    command.arg(format!("--file={}", path.display()));
    if let Some(namespace) = namespace(address) {
        // A pattern: in quotes it means itself.
        command.arg(format!("--schema={}", Dialect::Postgres.ident(namespace)));
    }
    run("pg_dump", command)
}

fn restore_postgres(address: &ServerAddress, file: &Path) -> Result<(), Error> {
    // As SQL, so that what is there goes in the same transaction.
    let script = temporary("")?;
    let mut convert = Command::new("pg_restore");
    convert
        .arg(format!("--file={}", script.path().display()))
        .arg(file);
    run("pg_restore", convert)?;
    let clear = temporary(&match namespace(address) {
        Some(namespace) => {
            let name = Dialect::Postgres.ident(namespace);
            format!("DROP SCHEMA IF EXISTS {name} CASCADE;\n")
        }
        None => "DO $$ DECLARE it name; BEGIN\n\
             FOR it IN SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP\n\
             EXECUTE format('DROP SCHEMA %I CASCADE', it);\nEND LOOP;\nEND $$;\nCREATE SCHEMA public;\n\
             COMMENT ON SCHEMA public IS 'standard public schema';\nGRANT USAGE ON SCHEMA public TO PUBLIC;\n\
             DO $$ BEGIN\n\
             IF current_setting('server_version_num')::int < 150000 THEN GRANT CREATE ON SCHEMA public TO PUBLIC;\n\
             ELSE ALTER SCHEMA public OWNER TO pg_database_owner;\nEND IF;\n\
             EXCEPTION WHEN insufficient_privilege THEN NULL;\nEND $$;\n"
            .to_owned(),
    })?;
    // A dump of everything makes `public` only where it was not as a new database has it.
    let text = std::fs::read_to_string(script.path()).unwrap_or_default();
    if text.lines().any(|line| line == "CREATE SCHEMA public;") {
        let kept: String = text
            .lines()
            .filter(|line| *line != "CREATE SCHEMA public;")
            .map(|line| line.to_owned() + "\n")
            .collect();
        std::fs::write(script.path(), kept).map_err(|source| Error::Io {
            path: script.path().to_owned(),
            source,
        })?;
    }
    let (mut command, _pass) = postgres("psql", address)?;
    command
        .args([
            "--no-psqlrc",
            "--quiet",
            "--no-password",
            "--single-transaction",
        ])
        .arg("--set=ON_ERROR_STOP=1")
        .arg(format!("--file={}", clear.path().display()))
        .arg(format!("--file={}", script.path().display()));
    run("psql", command)
}

/// One of PostgreSQL's tools, and the file that holds its password for as long as it runs.
fn postgres(program: &str, address: &ServerAddress) -> Result<(Command, NamedTempFile), Error> {
    let mut command = Command::new(program);
    let escape = |text: &str| text.replace('\\', "\\\\").replace(':', "\\:");
    let pass = temporary(&match address.expose_password() {
        Some(password) => format!("*:*:*:*:{}\n", escape(password)),
        None => String::new(),
    })?;
    command.env("PGPASSFILE", pass.path());
    // What the environment says of another server does not hold for this one.
    for name in ["PGSERVICE", "PGOPTIONS", "PGPASSWORD"] {
        command.env_remove(name);
    }
    if !address.host().is_empty() {
        command.arg(format!("--host={}", address.host()));
    }
    if let Some(port) = address.port() {
        command.arg(format!("--port={port}"));
    }
    if let Some(user) = address.user() {
        command.arg(format!("--username={user}"));
    }
    if let Some(mode) = address.parameter("sslmode") {
        command.env("PGSSLMODE", mode);
    }
    if let Some(database) = address.database() {
        // As a string of settings, a name with a `=` in it would be taken for one.
        let quoted = database.replace('\\', "\\\\").replace('\'', "\\'");
        command.arg(format!("--dbname=dbname='{quoted}'"));
    }
    Ok((command, pass))
}

fn dump_mysql(address: &ServerAddress, path: &Path) -> Result<(), Error> {
    let program = if has("mariadb-dump") {
        "mariadb-dump"
    } else {
        "mysqldump"
    };
    let (mut command, _options) = mysql(program, address)?;
    command
        .args([
            "--single-transaction",
            "--routines",
            "--triggers",
            "--events",
            "--hex-blob",
        ])
        .arg(format!("--result-file={}", path.display()))
        .arg("--")
        .args(address.database());
    run(program, command)
}

fn restore_mysql(address: &ServerAddress, file: &Path) -> Result<(), Error> {
    let program = if has("mariadb") { "mariadb" } else { "mysql" };
    let (mut command, _options) = mysql(program, address)?;
    if let Some(database) = address.database() {
        command.arg(format!("--database={database}"));
    }
    let file_in = std::fs::File::open(file).map_err(|source| Error::Io {
        path: file.to_owned(),
        source,
    })?;
    command.stdin(file_in);
    run(program, command)
}

/// One of MySQL's tools, and the file of options that holds its password for as long as it runs.
fn mysql(program: &str, address: &ServerAddress) -> Result<(Command, NamedTempFile), Error> {
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let options = temporary(&match address.expose_password() {
        Some(password) => format!("[client]\npassword=\"{}\"\n", quoted(password)),
        None => "[client]\n".to_owned(),
    })?;
    let mut command = Command::new(program);
    command.env_remove("MYSQL_PWD");
    // It has to come first.
    command.arg(format!("--defaults-file={}", options.path().display()));
    if let Some(socket) = address.socket() {
        command.arg(format!("--socket={}", socket.display()));
    } else {
        command.arg("--protocol=tcp");
        if !address.host().is_empty() {
            command.arg(format!("--host={}", address.host()));
        }
    }
    if let Some(port) = address.port() {
        command.arg(format!("--port={port}"));
    }
    if let Some(user) = address.user() {
        command.arg(format!("--user={user}"));
    }
    Ok((command, options))
}

/// A file that only its owner can read, gone when it is dropped.
fn temporary(text: &str) -> Result<NamedTempFile, Error> {
    let io = |source| Error::Io {
        path: std::env::temp_dir(),
        source,
    };
    let mut file = NamedTempFile::new().map_err(io)?;
    file.write_all(text.as_bytes()).map_err(io)?;
    file.flush().map_err(io)?;
    Ok(file)
}

fn has(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

fn run(program: &'static str, mut command: Command) -> Result<(), Error> {
    let tool = |problem: String| Error::Tool { program, problem };
    let output = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => tool(
                "is not installed here; it comes with the database's client programs".to_owned(),
            ),
            _ => tool(format!("cannot be started: {error}")),
        })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(tool(format!("failed ({}): {}", output.status, said.trim())))
}
