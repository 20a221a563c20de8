//! Files of SQLite that cannot be read, or only with care.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use relata::Connection;
use relata::sqlite::{Options, Sqlite};
use relata_introspect::{Error, Note, describe};

/// A folder of a test's own, removed with the value.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("relata-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn open(file: PathBuf) -> Result<Sqlite, relata::Error> {
    Options::file(file)
        .read_only(true)
        .busy_timeout(Duration::from_millis(50))
        .open()
        .await
}

async fn error_of(file: PathBuf) -> String {
    match open(file).await {
        Err(error) => error.code().to_owned(),
        Ok(db) => match describe(&db).await {
            Err(error) => error.code().to_owned(),
            Ok(description) => panic!("{description:?}"),
        },
    }
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_no_database_is_said() {
    let folder = Folder::new("no-database");
    let text = folder.0.join("text.db");
    fs::write(&text, "this is no database, and longer than a header of one has to be, at that: 100 bytes, which it now is")
        .expect("written");
    assert_eq!(error_of(text).await, "R2007");

    // A page in the middle of the schema overwritten.
    let torn = folder.0.join("torn.db");
    let db = Options::file(&torn)
        .create(true)
        .open()
        .await
        .expect("made");
    let tables: Vec<String> = (0..200)
        .map(|at| format!("CREATE TABLE t{at} (id INTEGER PRIMARY KEY, a TEXT UNIQUE);"))
        .collect();
    db.batch(&tables.join("")).await.expect("made");
    db.close().await.expect("closed");
    let mut bytes = fs::read(&torn).expect("read");
    let middle = bytes.len() / 2;
    bytes[100..4096].fill(0xEE);
    bytes[middle..].fill(0xEE);
    fs::write(&torn, bytes).expect("written");
    let before = fs::read(&torn).expect("read");
    assert_eq!(error_of(torn.clone()).await, "R2007");
    assert_eq!(fs::read(&torn).expect("read"), before);

    // Cut off in the middle, as a copy that was not finished.
    fs::write(&torn, &before[..middle / 2 * 2]).expect("written");
    assert_eq!(error_of(torn).await, "R2007");

    for missing in ["missing.db", "no/folder.db"] {
        assert_eq!(error_of(folder.0.join(missing)).await, "R2009");
        assert!(!folder.0.join(missing).exists(), "{missing}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn views_that_read_each_other_are_read() {
    let db = Sqlite::memory().await.expect("memory");
    db.batch("CREATE VIEW a AS SELECT x FROM b; CREATE VIEW b AS SELECT x FROM a; CREATE VIEW c AS SELECT 1 AS x")
        .await
        .expect("made");
    let catalog = describe(&db).await.expect("read").catalog;
    assert_eq!(catalog.views.len(), 3);
    // None of the two can be asked for rows, and both can be made again.
    let nothing = relata_sql::Catalog::empty(relata_script::Dialect::Sqlite);
    let script =
        relata_sql::plan(&relata_sql::diff(&nothing, &catalog).expect("one dialect")).script();
    let again = Sqlite::memory().await.expect("memory");
    again.batch(&script).await.expect("made again");
    assert_eq!(describe(&again).await.expect("read").catalog, catalog);
}

#[tokio::test(flavor = "current_thread")]
async fn a_locked_file_is_said() {
    let folder = Folder::new("locked");
    let file = folder.0.join("a.db");
    let writer = Options::file(&file)
        .create(true)
        .open()
        .await
        .expect("made");
    writer
        .batch(
            "PRAGMA journal_mode=DELETE; CREATE TABLE t (id INTEGER PRIMARY KEY); BEGIN EXCLUSIVE;",
        )
        .await
        .expect("locked");
    assert_eq!(error_of(file.clone()).await, "R2006");
    writer.batch("COMMIT").await.expect("unlocked");
    let db = open(file).await.expect("open");
    assert_eq!(describe(&db).await.expect("read").catalog.tables.len(), 1);
}

#[tokio::test(flavor = "current_thread")]
async fn a_file_that_may_only_be_read_is_read() {
    let folder = Folder::new("read-only");
    let file = folder.0.join("a.db");
    let db = Options::file(&file)
        .create(true)
        .open()
        .await
        .expect("made");
    db.batch("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        .await
        .expect("made");
    db.close().await.expect("closed");
    let mut permissions = fs::metadata(&file).expect("there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).expect("set");
    let before = fs::read(&file).expect("read");
    let db = open(file.clone()).await.expect("open");
    assert_eq!(describe(&db).await.expect("read").catalog.tables.len(), 1);
    db.close().await.expect("closed");
    assert_eq!(fs::read(&file).expect("read"), before);
}

#[tokio::test(flavor = "current_thread")]
async fn a_view_over_what_is_gone_is_noted_and_hides_nothing() {
    let db = Sqlite::memory().await.expect("memory");
    db.batch(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE gone (id INT);
         CREATE VIEW good AS SELECT a FROM t; CREATE VIEW broken AS SELECT id FROM gone;
         PRAGMA legacy_alter_table=ON; DROP TABLE gone;",
    )
    .await
    .expect("made");
    let description = describe(&db).await.expect("read");
    assert_eq!(description.catalog.views.len(), 2);
    assert_eq!(description.catalog.views[1].columns.len(), 1);
    assert!(
        matches!(&description.notes[..], [Note::NotRead { count: 1, .. }]),
        "{:?}",
        description.notes
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_table_of_many_columns_is_read() {
    let db = Sqlite::memory().await.expect("memory");
    // SQLITE_MAX_COLUMN as it is compiled in by default (manual, "Limits In SQLite").
    let columns: Vec<String> = (0..2000)
        .map(|at| format!("c{at} INT CHECK (c{at} > 0)"))
        .collect();
    db.batch(&format!("CREATE TABLE wide ({})", columns.join(", ")))
        .await
        .expect("made");
    let catalog = describe(&db).await.expect("read").catalog;
    assert_eq!(catalog.tables[0].columns.len(), 2000);
    assert_eq!(catalog.tables[0].checks.len(), 2000);
}

#[tokio::test(flavor = "current_thread")]
async fn reading_inside_of_a_transaction_leaves_it_open() -> Result<(), Error> {
    let db = Sqlite::memory().await?;
    db.batch("BEGIN; CREATE TABLE t (id INT)").await?;
    assert_eq!(describe(&db).await?.catalog.tables.len(), 1);
    db.batch("ROLLBACK").await?;
    assert!(describe(&db).await?.catalog.tables.is_empty());
    Ok(())
}
