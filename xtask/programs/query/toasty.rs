//! toasty, as its guide has it: relations by `include`.

mod measure;

use measure::*;
use std::time::Instant;

#[derive(Debug, Clone, toasty::Model)]
#[table = "account"]
pub struct Account {
    #[key]
    pub id: i32,
    #[unique]
    pub email: String,
    pub name: String,
    pub city: String,
    pub country: String,
    pub bio: Option<String>,
    pub age: i32,
    pub visits: i32,
    pub score: f64,
    pub active: bool,
    #[has_many]
    pub articles: toasty::Deferred<Vec<Article>>,
}

#[derive(Debug, Clone, toasty::Model)]
#[table = "article"]
pub struct Article {
    #[key]
    pub id: i32,
    pub title: String,
    pub body: String,
    #[index]
    pub account_id: i32,
    #[belongs_to(key = account_id, references = id)]
    pub account: toasty::Deferred<Account>,
    #[has_many]
    pub remarks: toasty::Deferred<Vec<Remark>>,
}

#[derive(Debug, Clone, toasty::Model)]
#[table = "remark"]
pub struct Remark {
    #[key]
    pub id: i32,
    pub text: String,
    #[index]
    pub article_id: i32,
    #[belongs_to(key = article_id, references = id)]
    pub article: toasty::Deferred<Article>,
}

#[derive(Debug, Clone, toasty::Model)]
#[table = "entry"]
pub struct Entry {
    #[key]
    pub id: i32,
    pub name: String,
    pub amount: i32,
    pub rate: f64,
    pub open: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (url, rounds) = arguments();
    let url = path(&url).map_or_else(|| url.clone(), |file| format!("sqlite:{file}"));
    let models = toasty::models!(Account, Article, Remark, Entry);
    let mut db = toasty::Db::builder().models(models).connect(&url).await.unwrap();
    let [mut point, mut bulk, mut insert, mut include] = ["point", "bulk", "insert", "include"].map(Fastest::of);
    for _ in 0..rounds {
        let start = Instant::now();
        for id in 0..POINTS {
            let row = Account::get_by_id(&mut db, id * 7 % ACCOUNTS).await.unwrap();
            assert_eq!(row.id, id * 7 % ACCOUNTS);
        }
        point.note(start);

        let start = Instant::now();
        let rows = Account::all().exec(&mut db).await.unwrap();
        bulk.note(start);
        assert_eq!(rows.len(), ACCOUNTS as usize);

        Entry::all().delete().exec(&mut db).await.unwrap();
        let start = Instant::now();
        let mut tx = db.transaction().await.unwrap();
        let ids: Vec<i32> = (0..ENTRIES).collect();
        for chunk in ids.chunks(1000) {
            let mut rows = Entry::create_many();
            for id in chunk {
                let row = Entry::create()
                    .id(*id)
                    .name(format!("entry {id}"))
                    .amount(id * 3)
                    .rate(f64::from(*id) / 7.0)
                    .open(id % 2 == 0);
                rows = rows.item(row);
            }
            rows.exec(&mut tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        insert.note(start);

        let start = Instant::now();
        let rows = Account::filter(Account::fields().id().lt(WRITERS))
            .include(Account::fields().articles().remarks())
            .exec(&mut db)
            .await
            .unwrap();
        include.note(start);
        let count: usize = rows.iter().flat_map(|row| row.articles.get()).map(|it| it.remarks.get().len()).sum();
        assert_eq!(count, (WRITERS * ARTICLES * REMARKS) as usize);
    }
    for task in [point, bulk, insert, include] {
        task.tell();
    }
}
