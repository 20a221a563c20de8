//! diesel, as its guide has it; its calls block, so there is no thread to hop to.

mod measure;

use diesel::prelude::*;
use measure::*;
use std::time::Instant;

diesel::table! {
    account (id) {
        id -> Integer,
        email -> Text,
        name -> Text,
        city -> Text,
        country -> Text,
        bio -> Nullable<Text>,
        age -> Integer,
        visits -> Integer,
        score -> Double,
        active -> Bool,
    }
}
diesel::table! {
    article (id) {
        id -> Integer,
        title -> Text,
        body -> Text,
        account_id -> Integer,
    }
}
diesel::table! {
    remark (id) {
        id -> Integer,
        text -> Text,
        article_id -> Integer,
    }
}
diesel::table! {
    entry (id) {
        id -> Integer,
        name -> Text,
        amount -> Integer,
        rate -> Double,
        open -> Bool,
    }
}

#[derive(Debug, Queryable, Selectable, Identifiable)]
#[diesel(table_name = account)]
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

#[derive(Debug, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = article, belongs_to(Account))]
pub struct Article {
    pub id: i32,
    pub title: String,
    pub body: String,
    pub account_id: i32,
}

#[derive(Debug, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = remark, belongs_to(Article))]
pub struct Remark {
    pub id: i32,
    pub text: String,
    pub article_id: i32,
}

#[derive(Insertable)]
#[diesel(table_name = entry)]
pub struct NewEntry {
    pub id: i32,
    pub name: String,
    pub amount: i32,
    pub rate: f64,
    pub open: bool,
}

macro_rules! tasks {
    ($db:expr, $rounds:expr, $chunk:expr) => {{
        let db = $db;
        let [mut point, mut bulk, mut insert, mut include] =
            ["point", "bulk", "insert", "include"].map(Fastest::of);
        for _ in 0..$rounds {
            let start = Instant::now();
            for id in 0..POINTS {
                let row: Account = account::table
                    .find(id * 7 % ACCOUNTS)
                    .select(Account::as_select())
                    .first(db)
                    .unwrap();
                assert_eq!(row.id, id * 7 % ACCOUNTS);
            }
            point.note(start);

            let start = Instant::now();
            let rows: Vec<Account> = account::table.select(Account::as_select()).load(db).unwrap();
            bulk.note(start);
            assert_eq!(rows.len(), ACCOUNTS as usize);

            diesel::delete(entry::table).execute(db).unwrap();
            let start = Instant::now();
            let rows: Vec<NewEntry> = (0..ENTRIES)
                .map(|id| NewEntry {
                    id,
                    name: format!("entry {id}"),
                    amount: id * 3,
                    rate: f64::from(id) / 7.0,
                    open: id % 2 == 0,
                })
                .collect();
            db.transaction(|db| {
                for chunk in rows.chunks($chunk) {
                    diesel::insert_into(entry::table).values(chunk).execute(db)?;
                }
                diesel::QueryResult::Ok(())
            })
            .unwrap();
            insert.note(start);

            let start = Instant::now();
            let accounts: Vec<Account> = account::table
                .filter(account::id.lt(WRITERS))
                .select(Account::as_select())
                .load(db)
                .unwrap();
            let articles: Vec<Article> =
                Article::belonging_to(&accounts).select(Article::as_select()).load(db).unwrap();
            let remarks: Vec<Remark> =
                Remark::belonging_to(&articles).select(Remark::as_select()).load(db).unwrap();
            let remarks = remarks.grouped_by(&articles);
            let articles: Vec<Vec<(Article, Vec<Remark>)>> =
                articles.into_iter().zip(remarks).grouped_by(&accounts);
            let rows: Vec<(Account, Vec<(Article, Vec<Remark>)>)> =
                accounts.into_iter().zip(articles).collect();
            include.note(start);
            let count: usize = rows.iter().flat_map(|row| &row.1).map(|it| it.1.len()).sum();
            assert_eq!(count, (WRITERS * ARTICLES * REMARKS) as usize);
        }
        for task in [point, bulk, insert, include] {
            task.tell();
        }
    }};
}

fn main() {
    let (url, rounds) = arguments();
    match path(&url) {
        Some(file) => tasks!(&mut SqliteConnection::establish(file).unwrap(), rounds, 1000),
        // A statement of PostgreSQL has 65,535 parameters at most.
        None => tasks!(&mut PgConnection::establish(&url).unwrap(), rounds, 10_000),
    }
}
