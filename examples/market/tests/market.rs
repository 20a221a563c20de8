//! The same day at the market, on each database, from one schema.

mod support;

use market::db::{Category, Client, Kind, User, favourite, listing, notification, user};
use market::{browse, buy, offer, rate, standing, take_away};
use support::tables;

async fn person(db: &Client, name: &str) -> User {
    let new = user::New {
        email: format!("{name}@x.dev"),
        name: name.to_owned(),
        password: "hunter2".to_owned(),
    };
    db.user().create(new).await.unwrap()
}

async fn a_day(db: Client, provider: &str) {
    tables(&db, provider).await;
    let [ann, bob, cy] = [
        person(&db, "ann").await,
        person(&db, "bob").await,
        person(&db, "cy").await,
    ];
    assert!(!format!("{ann:?}").contains("hunter2"));

    let mut books = Vec::new();
    for (title, price) in [("Dune", "12.50"), ("Emma", "8"), ("Ulysses", "30.01")] {
        let price = price.parse().unwrap();
        books.push(
            offer(&db, ann.id, title, price, Category::Books)
                .await
                .unwrap(),
        );
    }
    offer(
        &db,
        bob.id,
        "A hammer",
        "5".parse().unwrap(),
        Category::Tools,
    )
    .await
    .unwrap();
    let titles = async |page: u64| -> Vec<String> {
        let found = browse(&db, Category::Books, page).await.unwrap();
        found
            .iter()
            .map(|it| format!("{} by {}", it.title, it.seller.name))
            .collect()
    };
    assert_eq!(titles(0).await, ["Emma by ann", "Dune by ann"]);
    assert_eq!(titles(1).await, ["Ulysses by ann"]);

    // Two want the same book at once: one gets it.
    let [dune, emma, ulysses] = [&books[0], &books[1], &books[2]];
    let (first, second) = tokio::join!(buy(&db, bob.id, dune.id), buy(&db, cy.id, dune.id));
    let sold: Vec<bool> = [&first, &second].iter().map(|it| it.is_ok()).collect();
    assert_ne!(sold[0], sold[1], "{first:?} {second:?}");
    let lost = [first, second].into_iter().find_map(Result::err).unwrap();
    assert_eq!(lost.code(), "R2005", "{lost}");
    let (buyer, other) = if sold[0] { (&bob, &cy) } else { (&cy, &bob) };

    rate(&db, buyer.id, dune.id, 3, None).await.unwrap();
    rate(&db, buyer.id, dune.id, 5, Some("Spicy."))
        .await
        .unwrap();
    assert_eq!(
        rate(&db, other.id, dune.id, 1, None)
            .await
            .unwrap_err()
            .code(),
        "R2005"
    );
    buy(&db, cy.id, emma.id).await.unwrap();
    rate(&db, cy.id, emma.id, 4, None).await.unwrap();
    assert_eq!(standing(&db, ann.id).await.unwrap(), (2, Some(4.5)));
    assert_eq!(standing(&db, bob.id).await.unwrap(), (0, None));

    // Taken away, but not gone.
    let like = favourite::New {
        user_id: bob.id,
        listing_id: ulysses.id,
    };
    db.favourite().create(like.clone()).await.unwrap();
    assert_eq!(
        db.favourite().create(like).await.unwrap_err().code(),
        "R2001"
    );
    take_away(&db, ulysses.id).await.unwrap();
    assert!(titles(0).await.is_empty());
    let kept = db
        .listing()
        .find_unique(listing::id.eq(ulysses.id))
        .required()
        .await
        .unwrap();
    assert!(kept.deleted_at.is_some());

    let told = db
        .notification()
        .find_many()
        .order_by(notification::id.asc())
        .include(notification::user)
        .await
        .unwrap();
    let to_ann = told.iter().filter(|it| it.user.id == ann.id).count();
    assert_eq!(to_ann, 5);
    let gone = told.iter().find(|it| it.kind == Kind::Gone).unwrap();
    assert_eq!(
        (gone.user.id, &gone.what["title"]),
        (bob.id, &"Ulysses".into())
    );
    let unread = notification::read_at
        .is_null()
        .and(notification::user_id.eq(ann.id));
    assert_eq!(db.notification().count().filter(unread).await.unwrap(), 5);

    // A seller leaves, and everything of theirs.
    db.user().delete(user::id.eq(ann.id)).await.unwrap();
    assert_eq!(db.listing().count().await.unwrap(), 1);
    assert_eq!(db.review().count().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    let db = relata::sqlite::Sqlite::memory().await.unwrap();
    a_day(Client::new(db), "sqlite").await;
}

#[cfg(feature = "servers")]
#[tokio::test(flavor = "multi_thread")]
async fn on_postgres() {
    let database = relata_testing::Postgres::from_env().fresh_database("market");
    let db = Client::connect(&database.url()).await.unwrap();
    a_day(db, "postgresql").await;
}

#[cfg(feature = "servers")]
#[tokio::test(flavor = "multi_thread")]
async fn on_mariadb() {
    let database = relata_testing::Mariadb::from_env().fresh_database("market");
    let db = Client::connect(&database.url()).await.unwrap();
    a_day(db, "mysql").await;
}
