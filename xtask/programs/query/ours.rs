//! The typed client.

mod measure;
mod db {
    include!(concat!(env!("OUT_DIR"), "/relata/mod.rs"));
}

use db::{Client, account, article, entry};
use measure::*;
use std::time::Instant;

#[tokio::main(flavor = "current_thread")]
async fn main() -> relata::Result<()> {
    let (url, rounds) = arguments();
    let db = Client::connect(&url).await?;
    let (mut point, mut bulk, mut insert, mut include) =
        (Fastest::of("point"), Fastest::of("bulk"), Fastest::of("insert"), Fastest::of("include"));
    for _ in 0..rounds {
        let start = Instant::now();
        for id in 0..POINTS {
            let row = db.account().find_unique(account::id.eq(id * 7 % ACCOUNTS)).required().await?;
            assert_eq!(row.id, id * 7 % ACCOUNTS);
        }
        point.note(start);

        let start = Instant::now();
        let rows = db.account().find_many().await?;
        bulk.note(start);
        assert_eq!(rows.len(), ACCOUNTS as usize);

        db.entry().delete_many().await?;
        let start = Instant::now();
        let rows = (0..ENTRIES).map(|id| entry::New {
            id,
            name: format!("entry {id}"),
            amount: id * 3,
            rate: f64::from(id) / 7.0,
            open: id % 2 == 0,
        });
        let made = db.entry().create_many(rows).await?;
        insert.note(start);
        assert_eq!(made, ENTRIES as u64);

        let start = Instant::now();
        let rows = db
            .account()
            .find_many()
            .filter(account::id.lt(WRITERS))
            .include(account::articles.include(article::remarks))
            .await?;
        include.note(start);
        let remarks: usize = rows.iter().flat_map(|row| &row.articles).map(|it| it.remarks.len()).sum();
        assert_eq!(remarks, (WRITERS * ARTICLES * REMARKS) as usize);
    }
    for task in [point, bulk, insert, include] {
        task.tell();
    }
    Ok(())
}
