//! Arrays: what PostgreSQL does, and how the others refuse.

use relata_suite::arrays::{Client, shelf};

/// What is asked of a database without arrays is refused before it gets there.
#[tokio::test]
async fn elsewhere_a_condition_on_an_array_is_an_error() {
    let db = relata::sqlite::Sqlite::memory().await.unwrap();
    let db = Client::new(db);
    let found = db.shelf().find_many().filter(shelf::tags.has("a")).await;
    let error = found.unwrap_err();
    assert_eq!(error.code(), "R2025");
    assert!(error.to_string().contains("PostgreSQL"), "{error}");
}

#[cfg(feature = "servers")]
mod on_postgres {
    use super::{Client, shelf};
    use relata::client::Filter;
    use relata::types::jiff::Timestamp;
    use relata_schema::{Sources, analyze};
    use relata_sql::{Catalog, diff, lower, plan};
    use relata_suite::arrays::shelf::New;
    use relata_suite::arrays::{Kind, Shelf};

    async fn client() -> (relata_testing::Database, Client) {
        let database = relata_testing::Postgres::from_env().fresh_database("arrays");
        let analysis = analyze(&Sources::one(
            "arrays.schema",
            include_str!("../arrays.schema"),
        ));
        assert!(analysis.is_valid(), "{:?}", analysis.diagnostics);
        let catalog = lower(&analysis.schema).unwrap();
        let empty = Catalog::empty(catalog.dialect);
        let script = plan(&diff(&empty, &catalog).unwrap()).script();
        let db = Client::connect(&database.url()).await.unwrap();
        for statement in relata_script::split(relata::Dialect::Postgres, &script) {
            db.execute(relata::sql(statement.text())).await.unwrap();
        }
        (database, db)
    }

    async fn add(db: &Client, name: &str, tags: &[&str], kinds: &[Kind]) -> Shelf {
        let tags: Vec<String> = tags.iter().map(|&tag| tag.to_owned()).collect();
        db.shelf()
            .create(New {
                name: name.to_owned(),
            })
            .set(shelf::tags.to(tags))
            .set(shelf::kinds.to(kinds.to_vec()))
            .await
            .unwrap()
    }

    async fn found(db: &Client, filter: Filter<Shelf>) -> String {
        let rows = db
            .shelf()
            .find_many()
            .filter(filter)
            .order_by(shelf::name.asc());
        let rows = rows.select((shelf::name,)).await.unwrap();
        rows.into_iter().map(|(name,)| name).collect()
    }

    #[tokio::test]
    async fn conditions() {
        let (_database, db) = client().await;
        add(&db, "a", &["x", "y"], &[Kind::Old]).await;
        add(
            &db,
            "b",
            &["y", "it's {odd}, \"quoted\""],
            &[Kind::Old, Kind::New],
        )
        .await;
        add(&db, "c", &[], &[]).await;
        // A row that was made without any list.
        db.shelf().create(New { name: "d".into() }).await.unwrap();

        assert_eq!(found(&db, shelf::tags.has("y")).await, "ab");
        assert_eq!(
            found(&db, shelf::tags.has("it's {odd}, \"quoted\"")).await,
            "b"
        );
        assert_eq!(found(&db, shelf::tags.has_every(["x", "y"])).await, "a");
        assert_eq!(found(&db, shelf::tags.has_some(["x", "z"])).await, "a");
        assert_eq!(
            found(&db, shelf::tags.has_some(Vec::<String>::new())).await,
            ""
        );
        assert_eq!(
            found(&db, shelf::tags.has_every(Vec::<String>::new())).await,
            "abc"
        );
        assert_eq!(found(&db, shelf::tags.is_empty()).await, "cd");
        assert_eq!(found(&db, shelf::tags.is_not_empty()).await, "ab");
        assert_eq!(found(&db, shelf::kinds.has(Kind::New)).await, "b");
        assert_eq!(found(&db, shelf::kinds.has_every([Kind::Old])).await, "ab");
        assert_eq!(
            found(&db, shelf::kinds.has_some([Kind::New, Kind::Old])).await,
            "ab"
        );
        assert_eq!(found(&db, shelf::sizes.has(2)).await, "abcd");
        assert_eq!(found(&db, !shelf::tags.has("x")).await, "bc");
        let whole = shelf::tags.eq(vec!["x".to_owned(), "y".to_owned()]);
        assert_eq!(found(&db, whole).await, "a");
    }

    #[tokio::test]
    async fn values_and_changes() {
        let (_database, db) = client().await;
        let made = db.shelf().create(New { name: "a".into() }).await.unwrap();
        assert_eq!((made.sizes, made.tags), (vec![1, 2], Vec::new()));
        let at: Timestamp = "2024-05-06T07:08:09.123Z".parse().unwrap();
        let key = || shelf::name.eq("a");
        let row = db
            .shelf()
            .update(key())
            .set(shelf::tags.push("one"))
            .set(shelf::sizes.push(3))
            .set(shelf::kinds.push(Kind::New))
            .set(shelf::seen.to(vec![at]))
            .set(shelf::prices.to(vec!["1.50".parse().unwrap()]))
            .set(shelf::marks.to(vec![true, false]))
            .await
            .unwrap();
        assert_eq!(row.tags, ["one"]);
        assert_eq!(row.sizes, [1, 2, 3]);
        assert_eq!(row.kinds, [Kind::New]);
        assert_eq!(row.seen, [at]);
        assert_eq!(row.prices[0].to_string().trim_end_matches('0'), "1.5");
        assert_eq!(row.marks, [true, false]);
        assert_eq!(found(&db, shelf::seen.has(at)).await, "a");
        assert_eq!(found(&db, shelf::marks.has(false)).await, "a");
        let none = Vec::<String>::new();
        let row = db
            .shelf()
            .update(key())
            .set(shelf::tags.to(none))
            .await
            .unwrap();
        assert!(row.tags.is_empty());
    }

    /// A list is an array already, and cannot go as a part of one.
    #[tokio::test]
    async fn many_rows_with_lists() {
        let (_database, db) = client().await;
        let row = |n: usize| {
            New {
                name: format!("n{n}"),
            }
            .set(shelf::tags.to(vec!["a,b".to_owned(); n % 3]))
            .set(shelf::kinds.to(vec![Kind::New; n % 2]))
        };
        assert_eq!(
            db.shelf().create_many((0..100).map(row)).await.unwrap(),
            100
        );
        let plain = (100..200).map(|n| New {
            name: format!("n{n}"),
        });
        let made = db.shelf().create_many(plain).returning().await.unwrap();
        assert_eq!((made[0].name.as_str(), made.len()), ("n100", 100));
        assert_eq!(made[99].sizes, [1, 2]);
        let rows = db.shelf().find_many().filter(shelf::kinds.has(Kind::New));
        let rows = rows.order_by(shelf::id.asc()).await.unwrap();
        assert_eq!(rows.len(), 50);
        assert_eq!(rows[2].name, "n5");
        assert_eq!(rows[2].tags, ["a,b", "a,b"]);
    }
}
