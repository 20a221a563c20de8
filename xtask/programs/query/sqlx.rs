//! sqlx with `FromRow`, and relations put together by hand.

mod measure;

use measure::*;
use sqlx::{Connection as _, FromRow, QueryBuilder};
use std::collections::HashMap;
use std::time::Instant;

#[derive(Debug, FromRow)]
pub struct Account {
    pub id: i32,
    pub email: String,
    pub name: String,
    pub city: String,
    pub country: String,
    pub bio: Option<String>,
    pub age: i32,
    pub visits: i32,
    pub score: f64,
    pub active: bool,
}

#[derive(Debug, FromRow)]
pub struct Article {
    pub id: i32,
    pub title: String,
    pub body: String,
    pub account_id: i32,
}

#[derive(Debug, FromRow)]
pub struct Remark {
    pub id: i32,
    pub text: String,
    pub article_id: i32,
}

macro_rules! tasks {
    ($db:expr, $rounds:expr, $mark:literal, $chunk:expr) => {{
        let mut db = $db;
        let [mut point, mut bulk, mut insert, mut include] =
            ["point", "bulk", "insert", "include"].map(Fastest::of);
        for _ in 0..$rounds {
            let start = Instant::now();
            for id in 0..POINTS {
                let row: Account = sqlx::query_as(concat!("SELECT * FROM account WHERE id = ", $mark))
                    .bind(id * 7 % ACCOUNTS)
                    .fetch_one(&mut db)
                    .await
                    .unwrap();
                assert_eq!(row.id, id * 7 % ACCOUNTS);
            }
            point.note(start);

            let start = Instant::now();
            let rows: Vec<Account> = sqlx::query_as("SELECT * FROM account").fetch_all(&mut db).await.unwrap();
            bulk.note(start);
            assert_eq!(rows.len(), ACCOUNTS as usize);

            sqlx::query("DELETE FROM entry").execute(&mut db).await.unwrap();
            let start = Instant::now();
            let mut tx = db.begin().await.unwrap();
            let ids: Vec<i32> = (0..ENTRIES).collect();
            for chunk in ids.chunks($chunk) {
                let mut query = QueryBuilder::new("INSERT INTO entry (id, name, amount, rate, open) ");
                query.push_values(chunk, |mut row, id| {
                    row.push_bind(*id)
                        .push_bind(format!("entry {id}"))
                        .push_bind(id * 3)
                        .push_bind(f64::from(*id) / 7.0)
                        .push_bind(id % 2 == 0);
                });
                query.build().execute(&mut *tx).await.unwrap();
            }
            tx.commit().await.unwrap();
            insert.note(start);

            let start = Instant::now();
            let accounts: Vec<Account> = sqlx::query_as(concat!("SELECT * FROM account WHERE id < ", $mark))
                .bind(WRITERS)
                .fetch_all(&mut db)
                .await
                .unwrap();
            let mut query = QueryBuilder::new("SELECT * FROM article WHERE account_id IN ");
            query.push_tuples(accounts.iter().map(|it| it.id), |mut list, id| {
                list.push_bind(id);
            });
            let articles: Vec<Article> = query.build_query_as().fetch_all(&mut db).await.unwrap();
            let mut query = QueryBuilder::new("SELECT * FROM remark WHERE article_id IN ");
            query.push_tuples(articles.iter().map(|it| it.id), |mut list, id| {
                list.push_bind(id);
            });
            let remarks: Vec<Remark> = query.build_query_as().fetch_all(&mut db).await.unwrap();
            let mut of_article: HashMap<i32, Vec<Remark>> = HashMap::new();
            for remark in remarks {
                of_article.entry(remark.article_id).or_default().push(remark);
            }
            let mut of_account: HashMap<i32, Vec<(Article, Vec<Remark>)>> = HashMap::new();
            for article in articles {
                let remarks = of_article.remove(&article.id).unwrap_or_default();
                of_account.entry(article.account_id).or_default().push((article, remarks));
            }
            let rows: Vec<_> = accounts
                .into_iter()
                .map(|account| {
                    let articles = of_account.remove(&account.id).unwrap_or_default();
                    (account, articles)
                })
                .collect();
            include.note(start);
            let count: usize = rows.iter().flat_map(|row| &row.1).map(|it| it.1.len()).sum();
            assert_eq!(count, (WRITERS * ARTICLES * REMARKS) as usize);
        }
        for task in [point, bulk, insert, include] {
            task.tell();
        }
    }};
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (url, rounds) = arguments();
    match path(&url) {
        Some(file) => {
            let url = format!("sqlite:{file}");
            tasks!(sqlx::SqliteConnection::connect(&url).await.unwrap(), rounds, "?", 1000)
        }
        // A statement of PostgreSQL has 65,535 parameters at most.
        None => tasks!(sqlx::PgConnection::connect(&url).await.unwrap(), rounds, "$1", 10_000),
    }
}
