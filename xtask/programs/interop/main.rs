//! Generated models, read by sqlx.

mod db {
    include!(concat!(env!("OUT_DIR"), "/relata/mod.rs"));
}

use db::{Account, Entry, Kind};

const TABLES: &str = r#"
CREATE TABLE account (id INTEGER PRIMARY KEY, "e-mail" TEXT NOT NULL, "kind of account" TEXT NOT NULL, note TEXT, score REAL NOT NULL,
    is_active BOOLEAN NOT NULL, avatar BLOB, since DATETIME NOT NULL, until DATETIME);
CREATE TABLE "Entry" (id INTEGER PRIMARY KEY, "or""der" TEXT NOT NULL, account INTEGER NOT NULL);
INSERT INTO account VALUES (1, 'ann@x.dev', 'PERSON', NULL, 0.5, TRUE, x'00ff', '2024-02-29T12:00:00Z', NULL);
INSERT INTO account VALUES (2, 'it@y.dev', 'a company', 'n', 1, FALSE, NULL, '2024-02-29T12:00:00Z', '2025-01-01T00:00:00Z');
INSERT INTO "Entry" VALUES (7, 'first', 2);
"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> sqlx::Result<()> {
    let pool = sqlx::SqlitePool::connect("sqlite::memory:").await?;
    let mut connection = pool.acquire().await?;
    sqlx::raw_sql(TABLES).execute(&mut *connection).await?;
    let accounts: Vec<Account> = sqlx::query_as("SELECT * FROM account ORDER BY id").fetch_all(&mut *connection).await?;
    let [ann, company] = accounts.try_into().expect("two rows");
    assert_eq!((ann.email.as_str(), ann.r#type, ann.note, ann.active), ("ann@x.dev", Kind::Person, None, true));
    assert_eq!((ann.avatar, ann.until, ann.since.to_rfc3339()), (Some(vec![0, 255]), None, "2024-02-29T12:00:00+00:00".to_owned()));
    assert_eq!((company.r#type, company.score, company.until.is_some()), (Kind::Company, 1.0, true));
    let entry: Entry = sqlx::query_as("SELECT * FROM \"Entry\"").fetch_one(&mut *connection).await?;
    assert_eq!(entry, Entry { id: 7, r#match: "first".to_owned(), account_id: 2 });
    Ok(())
}
