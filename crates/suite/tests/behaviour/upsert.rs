//! Changing a row, or making it.

use relata_suite::{membership, post, team, user};

use crate::harness::{add_post, add_user, new_user};

behaviours! {
    async fn made(db) {
        let ann = db.user().upsert(user::email.eq("ann@x.dev"), new_user("Ann"))
            .set(user::views.to(1)).update(user::views.increment(10)).await.unwrap();
        assert_eq!((ann.name.as_str(), ann.views), ("Ann", 1));
    }

    async fn changed(db) {
        let ann = add_user(&db, "Ann").await;
        let after = db.user().upsert(user::email.eq("ann@x.dev"), new_user("Ann"))
            .set(user::views.to(1)).update(user::views.increment(10)).await.unwrap();
        assert_eq!((after.id, after.views), (ann.id, 10));
        assert_eq!(db.user().count().await.unwrap(), 1);
    }

    async fn left_as_it_is(db) {
        let ann = add_user(&db, "Ann").await;
        let new = user::New { email: "ann@x.dev".into(), name: "Other".into() };
        let after = db.user().upsert(user::email.eq("ann@x.dev"), new).await.unwrap();
        assert_eq!((after.id, after.name.as_str()), (ann.id, "Ann"));
    }

    async fn by_another_key_than_the_new_row_has(db) {
        let ann = add_user(&db, "Ann").await;
        let after = db.user().upsert(user::id.eq(ann.id), new_user("Eve")).update(user::name.to("Anna")).await.unwrap();
        assert_eq!((after.id, after.name.as_str()), (ann.id, "Anna"));
        let eve = db.user().upsert(user::id.eq(-9), new_user("Eve")).update(user::name.to("No")).await.unwrap();
        assert_eq!(eve.name, "Eve");
    }

    async fn by_a_compound_key(db) {
        let ann = add_user(&db, "Ann").await;
        db.team().create(team::New { org: "a".into(), code: "b".into(), name: "c".into() }).await.unwrap();
        for level in [1, 6] {
            let new = membership::New { org: "a".to_owned(), code: "b".to_owned(), user_id: ann.id };
            let key = membership::org_code_user_id.eq("a", "b", ann.id);
            let row = db.membership().upsert(key, new).update(membership::level.increment(5)).await.unwrap();
            assert_eq!(row.level, level);
        }
    }

    async fn side_by_side(db) {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let db = db.clone();
            tasks.spawn(async move {
                let upsert = db.user().upsert(user::email.eq("ann@x.dev"), new_user("Ann"));
                upsert.update(user::views.increment(1)).await
            });
        }
        for result in tasks.join_all().await {
            // Two that make the row at once may have to wait for each other on MariaDB.
            if let Err(error) = result {
                assert!(error.is_transient(), "{error}");
            }
        }
        assert_eq!(db.user().count().await.unwrap(), 1);
    }

    async fn the_time_of_the_change(db) {
        let ann = add_user(&db, "Ann").await;
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        let after = db.user().upsert(user::email.eq("ann@x.dev"), new_user("Ann")).update(user::views.to(1)).await.unwrap();
        assert!(after.updated_at > ann.updated_at && after.created_at == ann.created_at);
    }

    async fn and_its_relations(db) {
        let row = db.user().upsert(user::email.eq("ann@x.dev"), new_user("Ann")).include(user::posts).await.unwrap();
        assert_eq!((row.name.as_str(), row.posts.len()), ("Ann", 0));
        add_post(&db, &row, "one").await;
        let again = db.user().upsert(user::email.eq("ann@x.dev"), new_user("Ann"))
            .update(user::views.increment(1))
            .include(user::posts.include(post::author)).await.unwrap();
        assert_eq!((again.id, again.views), (row.id, 1));
        assert_eq!(again.posts[0].author.id, row.id);
        let other = user::New { email: "new@x.dev".into(), name: "New".into() };
        let made = db.user().upsert(user::email.eq("gone@x.dev"), other).include(user::posts).await.unwrap();
        assert_eq!((made.email.as_str(), made.posts.len()), ("new@x.dev", 0));
    }
}
