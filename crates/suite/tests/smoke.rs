//! The whole client of other schemas, by programs that are written by rule: a row of each model, joined, read with its relations, changed
//! in every column, found by it, deleted.

use relata_schema::{Sources, analyze};
use relata_sql::{Catalog, diff, lower, plan};

macro_rules! fixtures {
    ($($name:ident = $path:literal;)*) => {$(
        #[allow(clippy::all, clippy::pedantic, dead_code, unused, non_snake_case, unreachable_pub, missing_docs, reason = "written by rule")]
        mod $name {
            mod db {
                include!(concat!(env!("OUT_DIR"), "/smoke/", $path, "/db/mod.rs"));
            }

            include!(concat!(env!("OUT_DIR"), "/smoke/", $path, "/run.rs"));

            pub const SCHEMA: &str = include_str!(concat!("../../../fixtures/rust/", $path, "/1.schema"));
        }
    )*};
}

fixtures! {
    newtypes = "newtypes";
    relations = "relations";
    types_mysql = "types-mysql";
    types_postgres = "types-postgres";
    types_sqlite = "types-sqlite";
}

/// The SQL that makes the tables.
fn script(schema: &str) -> String {
    let analysis = analyze(&Sources::one("app.schema", schema));
    assert!(analysis.is_valid(), "{:?}", analysis.diagnostics);
    let catalog = lower(&analysis.schema).unwrap();
    plan(&diff(&Catalog::empty(catalog.dialect), &catalog).unwrap()).script()
}

async fn on_sqlite(schema: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db");
    let options = relata::sqlite::Options::file(&file).create(true);
    let db = options.open().await.unwrap();
    relata::Connection::batch(&db, &script(schema))
        .await
        .unwrap();
    (folder, format!("file:{}", file.display()))
}

macro_rules! sqlite {
    ($($name:ident)*) => {$(
        #[tokio::test]
        async fn $name() {
            let (_folder, url) = on_sqlite(self::$name::SCHEMA).await;
            let sum = self::$name::run(&url).await.unwrap_or_else(|failed| panic!("{failed}"));
            assert!(!sum.starts_with("rows of 0"), "{sum}");
        }
    )*};
}

sqlite!(types_sqlite);

#[cfg(feature = "servers")]
macro_rules! on {
    ($server:ident: $($name:ident)*) => {$(
        #[tokio::test]
        async fn $name() {
            let database = relata_testing::$server::from_env().fresh_database(stringify!($name));
            database.run(&script(self::$name::SCHEMA)).unwrap();
            let sum = self::$name::run(&database.url()).await.unwrap_or_else(|failed| panic!("{failed}"));
            assert!(!sum.starts_with("rows of 0"), "{sum}");
        }
    )*};
}

#[cfg(feature = "servers")]
on!(Postgres: newtypes relations types_postgres);

#[cfg(feature = "servers")]
on!(Mariadb: types_mysql);
