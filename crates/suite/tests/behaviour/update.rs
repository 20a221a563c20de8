//! Changing and deleting one row.

use relata_suite::{membership, post, profile, team, user};

use crate::harness::{add_post, add_user, four, sorted};

behaviours! {
    async fn the_row_comes_back(db) {
        let ann = add_user(&db, "Ann").await;
        let after = db.user().update(user::id.eq(ann.id)).set(user::name.to("Anna")).await.unwrap();
        assert_eq!((after.id, after.name.as_str()), (ann.id, "Anna"));
        assert_eq!(db.user().find_unique(user::id.eq(ann.id)).await.unwrap(), Some(after));
    }

    async fn only_that_row(db) {
        let [ann, ..] = four(&db).await;
        db.user().update(user::email.eq("bob@x.dev")).set(user::name.to("Rob")).await.unwrap();
        assert_eq!(sorted(&db.user().find_many().await.unwrap()), "Ann Cy Dee Rob");
        assert!(ann.id > 0);
    }

    async fn a_row_that_is_not_there(db) {
        let error = db.user().update(user::id.eq(-1)).set(user::name.to("X")).await.unwrap_err();
        assert_eq!(error.code(), "R2005");
    }

    async fn the_key_itself(db) {
        add_user(&db, "Ann").await;
        let after = db.user().update(user::email.eq("ann@x.dev")).set(user::email.to("new@x.dev")).await.unwrap();
        assert_eq!(after.email, "new@x.dev");
        let after = db.user().update(user::id.eq(after.id)).set(user::id.to(777_777)).await.unwrap();
        assert_eq!(after.id, 777_777);
    }

    async fn to_null(db) {
        let [ann, ..] = four(&db).await;
        let after = db.user().update(user::id.eq(ann.id)).set(user::age.to_null()).set(user::bio.to(None::<&str>)).await.unwrap();
        assert_eq!((after.age, after.bio), (None, None));
    }

    async fn nothing_to_change(db) {
        let [ann, ..] = four(&db).await;
        db.membership().find_many().await.unwrap();
        let team = db.team().create(team::New { org: "a".into(), code: "b".into(), name: "c".into() }).await.unwrap();
        let same = db.team().update(team::org_code.eq("a", "b")).await.unwrap();
        assert_eq!(team, same);
        assert!(ann.id > 0);
    }

    async fn increment(db) {
        let ann = add_user(&db, "Ann").await;
        let key = || user::id.eq(ann.id);
        assert_eq!(db.user().update(key()).set(user::views.increment(5)).await.unwrap().views, 5);
        assert_eq!(db.user().update(key()).set(user::views.decrement(2)).await.unwrap().views, 3);
        assert_eq!(db.user().update(key()).set(user::views.multiply(4)).await.unwrap().views, 12);
        assert_eq!(db.user().update(key()).set(user::views.divide(3)).await.unwrap().views, 4);
    }

    async fn increment_other_numbers(db) {
        let [ann, _, cy, _] = four(&db).await;
        let key = || user::id.eq(ann.id);
        assert_eq!(db.user().update(key()).set(user::age.increment(1)).await.unwrap().age, Some(31));
        assert_eq!(db.user().update(user::id.eq(cy.id)).set(user::age.increment(1)).await.unwrap().age, None);
        let score = db.user().update(key()).set(user::score.increment(0.5)).await.unwrap().score;
        assert!((score - 0.5).abs() < 1e-9);
        let by: relata::types::rust_decimal::Decimal = "0.10".parse().unwrap();
        db.user().update(key()).set(user::balance.increment(by)).await.unwrap();
        let balance = db.user().update(key()).set(user::balance.increment(by)).await.unwrap().balance;
        assert_eq!(balance.normalize().to_string(), "0.2");
        assert_eq!(db.user().update(key()).set(user::big.increment(1_i64 << 40)).await.unwrap().big, 1 << 40);
    }

    async fn increments_side_by_side_are_not_lost(db) {
        let ann = add_user(&db, "Ann").await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let db = db.clone();
            tasks.spawn(async move { db.user().update_many().set(user::views.increment(1)).await });
        }
        for result in tasks.join_all().await {
            result.unwrap();
        }
        let after = db.user().find_unique(user::id.eq(ann.id)).required().await.unwrap();
        assert_eq!(after.views, 20);
    }

    async fn several_columns(db) {
        let ann = add_user(&db, "Ann").await;
        let after = db.user().update(user::id.eq(ann.id)).set(user::name.to("A")).set(user::views.increment(1)).set(user::bio.to("b")).await.unwrap();
        assert_eq!((after.name.as_str(), after.views, after.bio.as_deref()), ("A", 1, Some("b")));
    }

    async fn the_time_of_the_change(db) {
        let ann = add_user(&db, "Ann").await;
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        let after = db.user().update(user::id.eq(ann.id)).set(user::views.to(1)).await.unwrap();
        assert!(after.updated_at > ann.updated_at && after.created_at == ann.created_at);
    }

    async fn the_time_given(db) {
        let ann = add_user(&db, "Ann").await;
        let at: relata::types::jiff::Timestamp = "2001-02-03T04:05:06Z".parse().unwrap();
        let after = db.user().update(user::id.eq(ann.id)).set(user::updated_at.to(at)).await.unwrap();
        assert_eq!(after.updated_at, at);
    }

    async fn with_a_condition(db) {
        let ann = add_user(&db, "Ann").await;
        let change = db.user().update(user::id.eq(ann.id)).filter(user::views.gt(0)).set(user::name.to("X"));
        assert_eq!(change.await.unwrap_err().code(), "R2005");
        let change = db.user().update(user::id.eq(ann.id)).filter(user::views.eq(0)).set(user::name.to("X"));
        assert_eq!(change.await.unwrap().name, "X");
    }

    async fn with_a_condition_on_a_relation(db) {
        let ann = add_user(&db, "Ann").await;
        let change = || db.user().update(user::id.eq(ann.id)).filter(user::posts.any()).set(user::name.to("X"));
        assert_eq!(change().await.unwrap_err().code(), "R2005");
        add_post(&db, &ann, "one").await;
        assert_eq!(change().await.unwrap().name, "X");
    }

    async fn a_key_that_is_taken(db) {
        let [ann, ..] = four(&db).await;
        let error = db.user().update(user::id.eq(ann.id)).set(user::email.to("bob@x.dev")).await.unwrap_err();
        assert_eq!(error.code(), "R2001", "{error}");
    }

    async fn by_a_compound_key(db) {
        let ann = add_user(&db, "Ann").await;
        db.team().create(team::New { org: "a".into(), code: "b".into(), name: "c".into() }).await.unwrap();
        db.membership().create(membership::New { org: "a".to_owned(), code: "b".to_owned(), user_id: ann.id }).await.unwrap();
        let key = membership::org_code_user_id.eq("a", "b", ann.id);
        let after = db.membership().update(key.clone()).set(membership::level.increment(4)).await.unwrap();
        assert_eq!(after.level, 5);
        assert_eq!(db.membership().delete(key).await.unwrap().level, 5);
    }

    async fn and_its_relations(db) {
        let ann = add_user(&db, "Ann").await;
        add_post(&db, &ann, "one").await;
        let after = db.user().update(user::id.eq(ann.id)).set(user::name.to("A")).include(user::posts).await.unwrap();
        assert_eq!((after.name.as_str(), after.posts.len()), ("A", 1));
    }

    async fn delete_gives_the_row(db) {
        let [ann, ..] = four(&db).await;
        let gone = db.user().delete(user::id.eq(ann.id)).await.unwrap();
        assert_eq!(gone, ann);
        assert_eq!(sorted(&db.user().find_many().await.unwrap()), "Bob Cy Dee");
    }

    async fn delete_what_is_not_there(db) {
        assert_eq!(db.user().delete(user::id.eq(-1)).await.unwrap_err().code(), "R2005");
    }

    async fn delete_with_a_condition(db) {
        let [ann, ..] = four(&db).await;
        let error = db.user().delete(user::id.eq(ann.id)).filter(user::age.gt(99)).await.unwrap_err();
        assert_eq!(error.code(), "R2005");
        db.user().delete(user::id.eq(ann.id)).filter(user::age.lt(99)).await.unwrap();
    }

    async fn delete_cascades(db) {
        let ann = add_user(&db, "Ann").await;
        add_post(&db, &ann, "one").await;
        db.profile().create(profile::New { motto: "m".into(), user_id: ann.id }).await.unwrap();
        db.user().delete(user::id.eq(ann.id)).await.unwrap();
        assert_eq!(db.post().count().await.unwrap() + db.profile().count().await.unwrap(), 0);
    }

    async fn delete_what_is_referred_to(db) {
        let ann = add_user(&db, "Ann").await;
        let one = add_post(&db, &ann, "one").await;
        let text = relata_suite::comment::New { text: "t".into(), post_id: one.id };
        let parent = db.comment().create(text.clone()).await.unwrap();
        let reply = db.comment().create(text).set(relata_suite::comment::parent_id.to(&parent.id)).await.unwrap();
        let error = db.comment().delete(relata_suite::comment::id.eq(&parent.id)).await.unwrap_err();
        assert_eq!(error.code(), "R2002", "{error}");
        assert_eq!(reply.parent_id, Some(parent.id));
        db.post().update(post::id.eq(one.id)).set(post::rating.to(1)).await.unwrap();
    }
}
