//! Many rows at once.

use relata_suite::{made, post, tag, user};

use crate::harness::{add_tag, add_user, four, ignores_case, new_user, sorted};

fn tags(names: impl IntoIterator<Item = String>) -> Vec<tag::New> {
    names.into_iter().map(|name| tag::New { name }).collect()
}

behaviours! {
    async fn create_many(db) {
        let made = db.user().create_many(["Ann", "Bob"].map(new_user)).await.unwrap();
        assert_eq!(made, 2);
        assert_eq!(sorted(&db.user().find_many().await.unwrap()), "Ann Bob");
    }

    async fn create_none(db) {
        assert_eq!(db.user().create_many(Vec::<user::New>::new()).await.unwrap(), 0);
    }

    async fn create_more_than_one_statement_takes(db) {
        let made = db.tag().create_many(tags((0..70_000).map(|n| format!("t{n}")))).await.unwrap();
        assert_eq!(made, 70_000);
        assert_eq!(db.tag().count().await.unwrap(), 70_000);
    }

    async fn create_many_with_different_columns(db) {
        let rows = vec![
            new_user("Ann").draft(),
            new_user("Bob").set(user::age.to(5)),
            new_user("Cy").set(user::age.to(6)),
            new_user("Dee").set(user::bio.to("b")),
        ];
        assert_eq!(db.user().create_many(rows).await.unwrap(), 4);
        let ages = db.user().find_many().order_by(user::name.asc()).select(user::age).await.unwrap();
        assert_eq!(ages, [None, Some(5), Some(6), None]);
    }

    async fn create_many_makes_ids(db) {
        db.made().create_many([made::New {}, made::New {}, made::New {}]).await.unwrap();
        let ids = db.made().find_many().distinct(made::id).select(made::id).await.unwrap();
        assert_eq!(ids.len(), 3);
    }

    async fn create_many_is_all_or_nothing(db) {
        add_tag(&db, "t9000").await;
        let error = db.tag().create_many(tags((0..10_000).map(|n| format!("t{n}")))).await.unwrap_err();
        assert_eq!(error.code(), "R2001", "{error}");
        assert_eq!(db.tag().count().await.unwrap(), 1);
    }

    async fn skip_duplicates(db) {
        add_tag(&db, "b").await;
        let rows = tags(["a", "b", "c", "a"].map(str::to_owned));
        assert_eq!(db.tag().create_many(rows).skip_duplicates().await.unwrap(), 2);
        assert_eq!(db.tag().count().await.unwrap(), 3);
    }

    async fn skip_duplicates_hides_no_other_error(db) {
        let rows = vec![post::New { title: "t".into(), author_id: -1 }];
        let error = db.post().create_many(rows).skip_duplicates().await.unwrap_err();
        assert_eq!(error.code(), "R2002", "{error}");
    }

    async fn create_many_and_give_them(db) {
        let rows = db.user().create_many(["Ann", "Bob"].map(new_user)).returning().await.unwrap();
        assert_eq!(sorted(&rows), "Ann Bob");
        assert!(rows[0].id != rows[1].id);
    }

    async fn skip_duplicates_and_give_the_rest(db) {
        add_tag(&db, "b").await;
        let rows = tags(["a", "b"].map(str::to_owned));
        let made = db.tag().create_many(rows).skip_duplicates().returning().await;
        if ignores_case(&db) {
            assert_eq!(made.unwrap_err().code(), "R2025");
        } else {
            assert_eq!(made.unwrap()[0].name, "a");
        }
    }

    async fn create_many_with_rows_of_their_own(db) {
        let rows = ["Ann", "Bob"].map(|name| {
            new_user(name).draft().with(user::posts, post::New { title: name.into(), author_id: relata::Parent })
        });
        assert_eq!(db.user().create_many(rows).await.unwrap(), 2);
        assert_eq!(db.post().count().await.unwrap(), 2);
    }

    async fn update_many(db) {
        four(&db).await;
        let changed = db.user().update_many().filter(user::age.gt(25)).set(user::views.to(9)).await.unwrap();
        assert_eq!(changed, 2);
        assert_eq!(db.user().count().filter(user::views.eq(9)).await.unwrap(), 2);
    }

    async fn update_all(db) {
        four(&db).await;
        assert_eq!(db.user().update_many().set(user::bio.to_null()).await.unwrap(), 4);
    }

    async fn update_counts_rows_that_were_so_already(db) {
        four(&db).await;
        assert_eq!(db.tag().update_many().set(tag::name.to("x")).await.unwrap(), 0);
        add_tag(&db, "x").await;
        assert_eq!(db.tag().update_many().set(tag::name.to("x")).await.unwrap(), 1);
    }

    async fn update_nothing(db) {
        four(&db).await;
        assert_eq!(db.user().update_many().filter(user::age.gt(0)).await.unwrap(), 0);
    }

    async fn update_many_by_a_relation(db) {
        let [ann, ..] = four(&db).await;
        crate::harness::add_post(&db, &ann, "one").await;
        let changed = db.user().update_many().filter(user::posts.any()).set(user::views.increment(1)).await.unwrap();
        assert_eq!(changed, 1);
        let changed = db.user().update_many().filter(user::manager.is_null()).set(user::views.increment(1)).await.unwrap();
        assert_eq!(changed, 4);
        assert_eq!(db.user().count().filter(user::views.eq(2)).await.unwrap(), 1);
    }

    async fn update_many_stamps_the_time(db) {
        let ann = add_user(&db, "Ann").await;
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        db.user().update_many().set(user::views.to(1)).await.unwrap();
        let after = db.user().find_unique(user::id.eq(ann.id)).required().await.unwrap();
        assert!(after.updated_at > ann.updated_at && after.created_at == ann.created_at);
    }

    async fn delete_many(db) {
        four(&db).await;
        assert_eq!(db.user().delete_many().filter(user::age.gt(25)).await.unwrap(), 2);
        assert_eq!(sorted(&db.user().find_many().await.unwrap()), "Bob Cy");
        assert_eq!(db.user().delete_many().filter(user::age.gt(99)).await.unwrap(), 0);
    }

    async fn delete_many_by_a_relation(db) {
        let [ann, bob, ..] = four(&db).await;
        db.user().update(user::id.eq(bob.id)).set(user::manager_id.to(ann.id)).await.unwrap();
        assert_eq!(db.user().delete_many().filter(user::manager.is(user::name.eq("Ann"))).await.unwrap(), 1);
        assert_eq!(sorted(&db.user().find_many().await.unwrap()), "Ann Cy Dee");
    }

    async fn delete_all(db) {
        four(&db).await;
        assert_eq!(db.user().delete_many().await.unwrap(), 4);
    }
}
