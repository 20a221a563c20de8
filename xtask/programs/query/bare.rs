//! rusqlite and tokio-postgres by hand: what there is to reach. With a file of tables it makes and fills them; with `--thread` it
//! has rusqlite on a thread of its own.

mod measure;

use measure::*;
use std::collections::HashMap;
use std::time::Instant;

#[derive(Debug, Clone)]
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

pub struct Article {
    pub id: i32,
    pub title: String,
    pub body: String,
    pub account_id: i32,
    pub remarks: Vec<Remark>,
}

pub struct Remark {
    pub id: i32,
    pub text: String,
    pub article_id: i32,
}

const COLUMNS: &str = "id, email, name, city, country, bio, age, visits, score, active";

fn main() {
    let (url, rounds) = arguments();
    // Tables to be made, and filled.
    let third = std::env::args().nth(3);
    let is_threaded = third.as_deref() == Some("--thread");
    let fills = third.filter(|_| !is_threaded).map(|file| std::fs::read_to_string(file).unwrap() + &script());
    match path(&url) {
        Some(file) => sqlite(file, rounds, fills.as_deref(), is_threaded),
        // It needs no thread of its own there.
        None if is_threaded => {}
        None => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(postgres(&url, rounds, fills.as_deref())),
    }
}

fn tell(tasks: [Fastest; 4]) {
    for task in tasks {
        task.tell();
    }
}

fn tasks() -> [Fastest; 4] {
    ["point", "bulk", "insert", "include"].map(Fastest::of)
}

fn grouped(
    accounts: Vec<Account>,
    articles: Vec<Article>,
    remarks: Vec<Remark>,
) -> Vec<(Account, Vec<Article>)> {
    let mut of_article: HashMap<i32, Vec<Remark>> = HashMap::new();
    for remark in remarks {
        of_article.entry(remark.article_id).or_default().push(remark);
    }
    let mut of_account: HashMap<i32, Vec<Article>> = HashMap::new();
    for mut article in articles {
        article.remarks = of_article.remove(&article.id).unwrap_or_default();
        of_account.entry(article.account_id).or_default().push(article);
    }
    accounts
        .into_iter()
        .map(|account| {
            let articles = of_account.remove(&account.id).unwrap_or_default();
            (account, articles)
        })
        .collect()
}

fn check(rows: &[(Account, Vec<Article>)]) {
    let remarks: usize = rows.iter().flat_map(|row| &row.1).map(|it| it.remarks.len()).sum();
    assert_eq!(remarks, (WRITERS * ARTICLES * REMARKS) as usize);
}

/// The rows, as one script that both databases take.
fn script() -> String {
    use std::fmt::Write as _;
    let mut sql = String::from("BEGIN;\n");
    for id in 0..ACCOUNTS {
        let bio = if id % 3 == 0 { "NULL".to_owned() } else { format!("'About number {id}, in some words.'") };
        let active = if id % 2 == 0 { "true" } else { "false" };
        let (age, visits, score) = (id % 90, id * 3, f64::from(id) / 7.0);
        writeln!(sql, "INSERT INTO account ({COLUMNS}) VALUES ({id}, 'user{id}@example.com', 'User {id}', 'City {id}', 'Country', {bio}, {age}, {visits}, {score}, {active});").unwrap();
    }
    let (mut article, mut remark) = (0, 0);
    for account in 0..WRITERS {
        for _ in 0..ARTICLES {
            writeln!(sql, "INSERT INTO article (id, title, body, account_id) VALUES ({article}, 'Article {article}', 'Some text that is neither long nor short.', {account});").unwrap();
            for _ in 0..REMARKS {
                writeln!(sql, "INSERT INTO remark (id, text, article_id) VALUES ({remark}, 'Remark {remark}', {article});").unwrap();
                remark += 1;
            }
            article += 1;
        }
    }
    sql.push_str("COMMIT;\n");
    sql
}

fn sqlite(file: &str, rounds: usize, fills: Option<&str>, is_threaded: bool) {
    let db = rusqlite::Connection::open(file).unwrap();
    if let Some(sql) = fills {
        db.pragma_update(None, "journal_mode", "WAL").unwrap();
        return db.execute_batch(sql).unwrap();
    }
    if is_threaded {
        return tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(threaded(db, rounds));
    }
    let [mut point, mut bulk, mut insert, mut include] = tasks();
    for _ in 0..rounds {
        let start = Instant::now();
        for id in 0..POINTS {
            let row = one(&db, id * 7 % ACCOUNTS);
            assert_eq!(row.id, id * 7 % ACCOUNTS);
        }
        point.note(start);

        let start = Instant::now();
        let rows = all(&db);
        bulk.note(start);
        assert_eq!(rows.len(), ACCOUNTS as usize);

        db.execute("DELETE FROM entry", []).unwrap();
        let start = Instant::now();
        fill_entries(&db);
        insert.note(start);

        let start = Instant::now();
        let rows = related(&db);
        include.note(start);
        check(&rows);
    }
    tell([point, bulk, insert, include]);
}

/// The same on a thread of its own, which asynchronous programs need: SQLite blocks.
async fn threaded(db: rusqlite::Connection, rounds: usize) {
    type Job = Box<dyn FnOnce(&rusqlite::Connection) + Send>;
    let (jobs, queue) = std::sync::mpsc::channel::<Job>();
    std::thread::spawn(move || queue.iter().for_each(|job| job(&db)));
    let [mut point, mut bulk, mut insert, mut include] = tasks();
    macro_rules! on_thread {
        ($work:expr) => {{
            let (reply, outcome) = tokio::sync::oneshot::channel();
            let work = $work;
            let job: Job = Box::new(move |db| drop(reply.send(work(db))));
            jobs.send(job).unwrap();
            outcome.await.unwrap()
        }};
    }
    for _ in 0..rounds {
        let start = Instant::now();
        for id in 0..POINTS {
            let row = on_thread!(move |db: &rusqlite::Connection| one(db, id * 7 % ACCOUNTS));
            assert_eq!(row.id, id * 7 % ACCOUNTS);
        }
        point.note(start);

        let start = Instant::now();
        let rows = on_thread!(all);
        bulk.note(start);
        assert_eq!(rows.len(), ACCOUNTS as usize);

        on_thread!(|db: &rusqlite::Connection| db.execute("DELETE FROM entry", []).map(drop)).unwrap();
        let start = Instant::now();
        on_thread!(fill_entries);
        insert.note(start);

        let start = Instant::now();
        let rows = on_thread!(related);
        include.note(start);
        check(&rows);
    }
    tell([point, bulk, insert, include]);
}

fn account(row: &rusqlite::Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        id: row.get(0)?,
        email: row.get(1)?,
        name: row.get(2)?,
        city: row.get(3)?,
        country: row.get(4)?,
        bio: row.get(5)?,
        age: row.get(6)?,
        visits: row.get(7)?,
        score: row.get(8)?,
        active: row.get(9)?,
    })
}

fn one(db: &rusqlite::Connection, id: i32) -> Account {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM account WHERE id = ?1")).unwrap();
    query.query_row([id], account).unwrap()
}

fn all(db: &rusqlite::Connection) -> Vec<Account> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM account")).unwrap();
    query.query_map([], account).unwrap().map(Result::unwrap).collect()
}

fn fill_entries(db: &rusqlite::Connection) {
    db.execute_batch("BEGIN").unwrap();
    let mut query =
        db.prepare_cached("INSERT INTO entry (id, name, amount, rate, open) VALUES (?1, ?2, ?3, ?4, ?5)").unwrap();
    for id in 0..ENTRIES {
        query
            .execute(rusqlite::params![id, format!("entry {id}"), id * 3, f64::from(id) / 7.0, id % 2 == 0])
            .unwrap();
    }
    db.execute_batch("COMMIT").unwrap();
}

fn related(db: &rusqlite::Connection) -> Vec<(Account, Vec<Article>)> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM account WHERE id < ?1")).unwrap();
    let accounts: Vec<Account> = query.query_map([WRITERS], account).unwrap().map(Result::unwrap).collect();
    let list = |ids: &mut dyn Iterator<Item = i32>| ids.map(|id| id.to_string()).collect::<Vec<_>>().join(", ");
    let ids = list(&mut accounts.iter().map(|it| it.id));
    let mut query =
        db.prepare(&format!("SELECT id, title, body, account_id FROM article WHERE account_id IN ({ids})")).unwrap();
    let articles: Vec<Article> = query
        .query_map([], |row| {
            Ok(Article { id: row.get(0)?, title: row.get(1)?, body: row.get(2)?, account_id: row.get(3)?, remarks: Vec::new() })
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let ids = list(&mut articles.iter().map(|it| it.id));
    let mut query =
        db.prepare(&format!("SELECT id, text, article_id FROM remark WHERE article_id IN ({ids})")).unwrap();
    let remarks: Vec<Remark> = query
        .query_map([], |row| Ok(Remark { id: row.get(0)?, text: row.get(1)?, article_id: row.get(2)? }))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    grouped(accounts, articles, remarks)
}

async fn postgres(url: &str, rounds: usize, fills: Option<&str>) {
    let (db, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    if let Some(sql) = fills {
        return db.batch_execute(sql).await.unwrap();
    }
    let account = |row: &tokio_postgres::Row| Account {
        id: row.get(0),
        email: row.get(1),
        name: row.get(2),
        city: row.get(3),
        country: row.get(4),
        bio: row.get(5),
        age: row.get(6),
        visits: row.get(7),
        score: row.get(8),
        active: row.get(9),
    };
    let one = db.prepare(&format!("SELECT {COLUMNS} FROM account WHERE id = $1")).await.unwrap();
    let all = db.prepare(&format!("SELECT {COLUMNS} FROM account")).await.unwrap();
    let some = db.prepare(&format!("SELECT {COLUMNS} FROM account WHERE id < $1")).await.unwrap();
    let of_accounts =
        db.prepare("SELECT id, title, body, account_id FROM article WHERE account_id = ANY($1)").await.unwrap();
    let of_articles = db.prepare("SELECT id, text, article_id FROM remark WHERE article_id = ANY($1)").await.unwrap();
    let make = db
        .prepare("INSERT INTO entry (id, name, amount, rate, open) SELECT * FROM unnest($1::int4[], $2::text[], $3::int4[], $4::float8[], $5::bool[])")
        .await
        .unwrap();
    let [mut point, mut bulk, mut insert, mut include] = tasks();
    for _ in 0..rounds {
        let start = Instant::now();
        for id in 0..POINTS {
            let row = account(&db.query_one(&one, &[&(id * 7 % ACCOUNTS)]).await.unwrap());
            assert_eq!(row.id, id * 7 % ACCOUNTS);
        }
        point.note(start);

        let start = Instant::now();
        let rows: Vec<Account> = db.query(&all, &[]).await.unwrap().iter().map(account).collect();
        bulk.note(start);
        assert_eq!(rows.len(), ACCOUNTS as usize);

        db.execute("DELETE FROM entry", &[]).await.unwrap();
        let start = Instant::now();
        let ids: Vec<i32> = (0..ENTRIES).collect();
        let names: Vec<String> = ids.iter().map(|id| format!("entry {id}")).collect();
        let amounts: Vec<i32> = ids.iter().map(|id| id * 3).collect();
        let rates: Vec<f64> = ids.iter().map(|id| f64::from(*id) / 7.0).collect();
        let open: Vec<bool> = ids.iter().map(|id| id % 2 == 0).collect();
        db.execute(&make, &[&ids, &names, &amounts, &rates, &open]).await.unwrap();
        insert.note(start);

        let start = Instant::now();
        let accounts: Vec<Account> = db.query(&some, &[&WRITERS]).await.unwrap().iter().map(account).collect();
        let ids: Vec<i32> = accounts.iter().map(|it| it.id).collect();
        let articles: Vec<Article> = db
            .query(&of_accounts, &[&ids])
            .await
            .unwrap()
            .iter()
            .map(|row| Article { id: row.get(0), title: row.get(1), body: row.get(2), account_id: row.get(3), remarks: Vec::new() })
            .collect();
        let ids: Vec<i32> = articles.iter().map(|it| it.id).collect();
        let remarks: Vec<Remark> = db
            .query(&of_articles, &[&ids])
            .await
            .unwrap()
            .iter()
            .map(|row| Remark { id: row.get(0), text: row.get(1), article_id: row.get(2) })
            .collect();
        let rows = grouped(accounts, articles, remarks);
        include.note(start);
        check(&rows);
    }
    tell([point, bulk, insert, include]);
}
