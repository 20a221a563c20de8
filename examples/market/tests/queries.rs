//! Every kind of query, on each database.

mod support;

use market::db::{Category, Client, Kind, favourite, listing, notification, review, user};
use relata::types::rust_decimal::Decimal;
use relata::{Isolation, Parent};
use serde_json::json;
use support::tables;

fn price(text: &str) -> Decimal {
    text.parse().unwrap()
}

async fn everything(db: Client, provider: &str) -> relata::Result<()> {
    tables(&db, provider).await;
    // Nested create, connect.
    let ann = db
        .user()
        .create(user::New {
            email: "ann@x.dev".into(),
            name: "Ann".into(),
            password: "p".into(),
        })
        .with(
            user::listings,
            listing::New {
                title: "Dune".into(),
                price: price("12.50"),
                category: Category::Books,
                seller_id: Parent,
            },
        )
        .with(
            user::listings,
            listing::New {
                title: "Hammer".into(),
                price: price("5"),
                category: Category::Tools,
                seller_id: Parent,
            },
        )
        .include(user::listings.order_by(listing::price.desc()))
        .await?;
    assert_eq!(ann.listings.len(), 2);
    assert_eq!(ann.listings[0].title, "Dune");
    let made = db
        .user()
        .create_many(["bob", "cy", "dee"].map(|name| user::New {
            email: format!("{name}@x.dev"),
            name: name.into(),
            password: "p".into(),
        }))
        .skip_duplicates()
        .await?;
    assert_eq!(made, 3);
    let bob = db
        .user()
        .find_unique(user::email.eq("bob@x.dev"))
        .await?
        .unwrap();
    let dune = db
        .listing()
        .find_first()
        .filter(listing::title.starts_with("Du"))
        .required()
        .await?;
    // Compound unique, upsert.
    for stars in [3, 5] {
        db.review()
            .upsert(
                review::listing_id_author_id.eq(dune.id, bob.id),
                review::New {
                    stars,
                    listing_id: dune.id,
                    author_id: bob.id,
                },
            )
            .update(review::stars.to(stars))
            .await?;
    }
    db.favourite()
        .create(favourite::New {
            user_id: bob.id,
            listing_id: dune.id,
        })
        .await?;
    let fav = db
        .favourite()
        .find_unique(favourite::user_id_listing_id.eq(bob.id, dune.id))
        .include(favourite::listing)
        .required()
        .await?;
    assert_eq!(fav.listing.title, "Dune");
    // Filters: and, or, not, in, relation filters, null, json path.
    let found = db
        .user()
        .find_many()
        .filter(
            user::listings
                .some(listing::price.gt(price("6")))
                .or(user::name.is_in(["bob", "cy"])),
        )
        .filter(!user::email.contains("dee"))
        .order_by(user::name.asc())
        .await?;
    assert_eq!(found.len(), 3);
    assert_eq!(
        db.user()
            .count()
            .filter(user::reviews.none(review::stars.ge(4)))
            .await?,
        3
    );
    assert_eq!(
        db.user()
            .count()
            .filter(user::listings.every(listing::deleted_at.is_null()))
            .await?,
        4
    );
    db.notification()
        .create(notification::New {
            user_id: ann.id,
            kind: Kind::Sold,
            what: json!({"listing": {"id": 7}, "tags": ["a"]}),
        })
        .await?;
    let count = db
        .notification()
        .count()
        .filter(notification::what.at("listing").at("id").eq(7))
        .await?;
    assert_eq!(count, 1);
    // Select tuples, distinct, pages.
    let names: Vec<(String, String)> = db
        .user()
        .find_many()
        .order_by(user::id.asc())
        .skip(1)
        .take(2)
        .select((user::name, user::email))
        .await?;
    assert_eq!(names[0].0, "bob");
    let after = db
        .user()
        .find_many()
        .order_by(user::id.asc())
        .cursor(user::id.eq(bob.id))
        .skip(1)
        .await?;
    assert_eq!(after.len(), 2);
    let categories = db
        .listing()
        .find_many()
        .distinct(listing::category)
        .select(listing::category)
        .await?;
    assert_eq!(categories.len(), 2);
    // Aggregates, group by.
    let (lowest, highest, average) = db
        .listing()
        .aggregate((
            listing::price.min(),
            listing::price.max(),
            listing::price.avg(),
        ))
        .await?;
    assert!(lowest < highest && average.is_some());
    let groups = db
        .listing()
        .group_by(listing::category)
        .select((listing::category, relata::count(), listing::price.sum()))
        .await?;
    assert_eq!(groups.len(), 2);
    // Updates.
    let dune = db
        .listing()
        .update(listing::id.eq(dune.id))
        .set(listing::price.increment(price("1.5")))
        .set(listing::title.to("Dune II"))
        .await?;
    assert_eq!(dune.price, price("14"));
    let changed = db
        .listing()
        .update_many()
        .filter(listing::category.ne(Category::Books))
        .set(listing::buyer_id.to(bob.id))
        .await?;
    assert_eq!(changed, 1);
    // Relations by update: connect.
    let row = db
        .listing()
        .update(listing::id.eq(dune.id))
        .set(listing::buyer_id.to(bob.id))
        .include(listing::buyer)
        .await?;
    assert_eq!(row.buyer.unwrap().name, "bob");
    let row = db
        .listing()
        .update(listing::id.eq(dune.id))
        .set(listing::buyer_id.to_null())
        .await?;
    assert_eq!(row.buyer_id, None);
    // Deep includes.
    let deep = db
        .user()
        .find_many()
        .include(
            user::listings
                .order_by(listing::id.asc())
                .include(
                    listing::reviews
                        .filter(review::stars.ge(4))
                        .include(review::author),
                )
                .include(listing::favourites),
        )
        .include(user::notifications)
        .order_by(user::id.asc())
        .await?;
    assert_eq!(deep[0].listings[0].reviews[0].author.name, "bob");
    // Stream.
    let mut all = db.user().find_many().stream();
    let mut seen = 0;
    while let Some(user) = all.next().await? {
        assert!(!user.name.is_empty());
        seen += 1;
    }
    assert_eq!(seen, 4);
    // Transactions.
    let failed: relata::Result<()> = db
        .tx(async |tx| {
            tx.user().delete(user::email.eq("dee@x.dev")).await?;
            Err(relata::Error::NotFound { table: None })
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(db.user().count().await?, 4);
    let left = tokio::spawn({
        let db = db.clone();
        async move {
            db.transaction()
                .isolation(Isolation::Serializable)
                .retries(3)
                .run(|tx| async move {
                    tx.user().delete_many().filter(user::name.eq("dee")).await?;
                    tx.user().count().await
                })
                .await
        }
    })
    .await
    .unwrap()?;
    assert_eq!(left, 3);
    // Raw SQL.
    let names: Vec<(i64,)> = db
        .fetch(relata::sql("SELECT COUNT(*) FROM users WHERE name = ").bind("bob"))
        .await?;
    assert_eq!(names[0].0, 1);
    Ok(())
}

#[tokio::test]
async fn on_sqlite() {
    let db = Client::new(relata::sqlite::Sqlite::memory().await.unwrap());
    everything(db, "sqlite").await.unwrap();
}

#[cfg(feature = "servers")]
#[tokio::test]
async fn on_postgres() {
    let database = relata_testing::Postgres::from_env().fresh_database("queries");
    let db = Client::connect(&database.url()).await.unwrap();
    everything(db, "postgresql").await.unwrap();
}

#[cfg(feature = "servers")]
#[tokio::test]
async fn on_mariadb() {
    let database = relata_testing::Mariadb::from_env().fresh_database("queries");
    let db = Client::connect(&database.url()).await.unwrap();
    everything(db, "mysql").await.unwrap();
}
