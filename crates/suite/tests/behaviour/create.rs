//! Making rows.

use relata_suite::{Role, made, option, profile, user};

use crate::harness::{add_user, new_user};

behaviours! {
    async fn the_row_comes_back(db) {
        let ann = add_user(&db, "Ann").await;
        assert_eq!((ann.name.as_str(), ann.email.as_str()), ("Ann", "ann@x.dev"));
        assert_eq!(db.user().find_unique(user::id.eq(ann.id)).await.unwrap(), Some(ann));
    }

    async fn defaults_of_the_database(db) {
        let ann = add_user(&db, "Ann").await;
        assert_eq!((ann.views, ann.active, ann.role), (0, true, Role::Member));
        assert!(ann.bio.is_none() && ann.age.is_none() && ann.meta.is_none());
    }

    async fn optional_columns(db) {
        let ann = db.user().create(new_user("Ann")).set(user::age.to(3)).set(user::bio.to(None::<&str>)).await.unwrap();
        assert_eq!((ann.age, ann.bio), (Some(3), None));
    }

    async fn an_id_of_ones_own(db) {
        let ann = db.user().create(new_user("Ann")).set(user::id.to(123_456)).await.unwrap();
        assert_eq!(ann.id, 123_456);
    }

    async fn the_last_value_counts(db) {
        let ann = db.user().create(new_user("Ann")).set(user::views.to(1)).set(user::views.to(2)).await.unwrap();
        assert_eq!(ann.views, 2);
        let eve = db.user().create(new_user("Eve")).set(user::name.to("Eva")).await.unwrap();
        assert_eq!(eve.name, "Eva");
    }

    async fn the_time_is_the_clients(db) {
        let before = relata::types::jiff::Timestamp::now();
        let ann = add_user(&db, "Ann").await;
        let millis = ann.created_at.as_millisecond() - before.as_millisecond();
        assert!((0..60_000).contains(&millis), "{millis}");
        let apart = ann.updated_at.as_millisecond() - ann.created_at.as_millisecond();
        assert!((0..1000).contains(&apart), "{apart}");
    }

    async fn ids_that_the_client_makes(db) {
        let row = db.made().create(made::New {}).await.unwrap();
        assert_eq!(row.id.as_bytes()[14], b'7');
        assert_eq!((row.cuid.len(), row.cuid2.len(), row.short.len(), row.n), (25, 24, 8, 7));
        let other = db.made().create(made::New {}).await.unwrap();
        assert!(other.id > row.id && other.cuid != row.cuid);
    }

    async fn ids_given_in_their_place(db) {
        let row = db.made().create(made::New {}).set(made::id.to("mine")).set(made::short.to("s")).await.unwrap();
        assert_eq!((row.id.as_str(), row.short.as_str()), ("mine", "s"));
    }

    async fn a_row_of_defaults_alone(db) {
        let row = db.option().create(option::New { r#type: "t".into() }).await.unwrap();
        assert_eq!((row.self_, row.row, row.base, row.value, row.f), (1, 2, 3, 4, 5));
        let row = db.client().create(relata_suite::client::New {}).await.unwrap();
        assert!(row.id > 0);
    }

    async fn a_key_that_is_taken(db) {
        add_user(&db, "Ann").await;
        let error = db.user().create(new_user("Ann")).await.unwrap_err();
        assert_eq!(error.code(), "R2001", "{error}");
        assert_eq!(db.user().count().await.unwrap(), 1);
    }

    async fn a_row_that_is_referred_to_and_missing(db) {
        let new = profile::New { motto: "m".into(), user_id: -1 };
        let error = db.profile().create(new).await.unwrap_err();
        assert_eq!(error.code(), "R2002", "{error}");
    }

    async fn text_of_every_kind(db) {
        for text in ["", "'", "\"", "\\", "%_", "\u{1f980}", "a\nb\tc", "$1 ?1 :a @b", " padded "] {
            let ann = db.user().create(new_user("Ann")).set(user::bio.to(text)).await.unwrap();
            assert_eq!(ann.bio.as_deref(), Some(text));
            db.user().delete(user::id.eq(ann.id)).await.unwrap();
        }
    }

    async fn numbers_at_their_limits(db) {
        for (views, big) in [(i32::MAX, i64::MAX), (i32::MIN, i64::MIN), (0, 0), (-1, -1)] {
            let create = db.user().create(new_user("Ann")).set(user::views.to(views)).set(user::big.to(big));
            let ann = create.await.unwrap();
            assert_eq!((ann.views, ann.big), (views, big));
            db.user().delete(user::id.eq(ann.id)).await.unwrap();
        }
    }

    async fn decimals_are_exact(db) {
        let balance: relata::types::rust_decimal::Decimal = "123456789.01".parse().unwrap();
        let ann = db.user().create(new_user("Ann")).set(user::balance.to(balance)).await.unwrap();
        assert_eq!(ann.balance.normalize(), balance);
    }

    async fn a_future_that_is_not_awaited_does_nothing(db) {
        let create = db.user().create(new_user("Ann"));
        drop(create);
        assert_eq!(db.user().count().await.unwrap(), 0);
    }

    async fn in_a_task(db) {
        let other = db.clone();
        let task = tokio::spawn(async move { other.user().create(new_user("Ann")).await });
        assert_eq!(task.await.unwrap().unwrap().name, "Ann");
    }
}
