//! Reading rows.

use std::future::IntoFuture as _;

use relata_suite::{Role, post, user};

use crate::harness::{add_post, add_user, four, names, new_user, sorted};

behaviours! {
    async fn nothing_in_an_empty_table(db) {
        assert!(db.user().find_many().await.unwrap().is_empty());
        assert!(db.user().find_first().await.unwrap().is_none());
    }

    async fn all_rows(db) {
        four(&db).await;
        assert_eq!(sorted(&db.user().find_many().await.unwrap()), "Ann Bob Cy Dee");
    }

    async fn every_column_comes_back(db) {
        let at: relata::types::jiff::Timestamp = "2020-01-02T03:04:05.678Z".parse().unwrap();
        let made = db.user().create(new_user("Eve"))
            .set(user::bio.to("bio")).set(user::age.to(7)).set(user::score.to(0.5))
            .set(user::balance.to("1.5".parse::<relata::types::rust_decimal::Decimal>().unwrap()))
            .set(user::active.to(false)).set(user::role.to(Role::Admin)).set(user::views.to(9))
            .set(user::big.to(i64::MIN)).set(user::meta.to(relata::types::serde_json::json!({"a": [1, null]})))
            .set(user::avatar.to(vec![1, 2, 3])).set(user::created_at.to(at)).await.unwrap();
        let read = db.user().find_unique(user::id.eq(made.id)).required().await.unwrap();
        assert_eq!(made, read);
        assert_eq!((read.bio.as_deref(), read.age, read.active), (Some("bio"), Some(7), false));
        assert_eq!((read.role, read.views, read.big), (Role::Admin, 9, i64::MIN));
        assert_eq!(read.balance.to_string().trim_end_matches('0'), "1.5");
        assert_eq!((read.avatar.as_deref(), read.created_at), (Some([1, 2, 3].as_slice()), at));
        assert_eq!(read.meta.unwrap()["a"][0], 1);
    }

    async fn first(db) {
        four(&db).await;
        let first = db.user().find_first().order_by(user::name.desc()).await.unwrap();
        assert_eq!(first.unwrap().name, "Dee");
    }

    async fn first_behind_others(db) {
        four(&db).await;
        let third = db.user().find_first().order_by(user::name.asc()).skip(2).await.unwrap();
        assert_eq!(third.unwrap().name, "Cy");
        assert!(db.user().find_first().skip(4).await.unwrap().is_none());
    }

    async fn first_with_a_filter(db) {
        four(&db).await;
        let found = db.user().find_first().filter(user::age.gt(35)).await.unwrap();
        assert_eq!(found.unwrap().name, "Dee");
    }

    async fn how_many_a_query_would_find(db) {
        four(&db).await;
        let old = db.user().find_many().filter(user::age.gt(35)).order_by(user::name.asc()).include(user::posts);
        assert_eq!(old.count().await.unwrap(), 1);
        let error = db.user().find_many().take(2).count().await.unwrap_err();
        assert_eq!(error.code(), "R2025");
    }

    async fn what_is_required_and_missing_is_an_error(db) {
        let error = db.user().find_first().required().await.unwrap_err();
        assert_eq!(error.code(), "R2005");
        assert!(error.to_string().contains("users"), "{error}");
    }

    async fn take(db) {
        four(&db).await;
        let rows = db.user().find_many().order_by(user::name.asc()).take(2).await.unwrap();
        assert_eq!(names(&rows), ["Ann", "Bob"]);
        assert!(db.user().find_many().take(0).await.unwrap().is_empty());
    }

    async fn skip(db) {
        four(&db).await;
        let rows = db.user().find_many().order_by(user::name.asc()).skip(3).await.unwrap();
        assert_eq!(names(&rows), ["Dee"]);
        assert!(db.user().find_many().skip(4).await.unwrap().is_empty());
    }

    async fn skip_and_take(db) {
        four(&db).await;
        let rows = db.user().find_many().order_by(user::name.asc()).skip(1).take(2).await.unwrap();
        assert_eq!(names(&rows), ["Bob", "Cy"]);
    }

    async fn take_last(db) {
        four(&db).await;
        let rows = db.user().find_many().order_by(user::name.asc()).take_last(2).await.unwrap();
        assert_eq!(names(&rows), ["Cy", "Dee"]);
        let rows = db.user().find_many().order_by(user::name.asc()).take_last(2).skip(1).await.unwrap();
        assert_eq!(names(&rows), ["Bob", "Cy"]);
    }

    async fn take_last_without_an_order(db) {
        let users = four(&db).await;
        let rows = db.user().find_many().take_last(1).await.unwrap();
        assert_eq!(rows, [users[3].clone()]);
    }

    async fn from_a_cursor(db) {
        let [_, bob, ..] = four(&db).await;
        let rows = db.user().find_many().cursor(user::id.eq(bob.id)).await.unwrap();
        assert_eq!(names(&rows), ["Bob", "Cy", "Dee"]);
    }

    async fn behind_a_cursor(db) {
        let [_, bob, ..] = four(&db).await;
        let rows = db.user().find_many().cursor(user::id.eq(bob.id)).skip(1).take(1).await.unwrap();
        assert_eq!(names(&rows), ["Cy"]);
    }

    async fn up_to_a_cursor(db) {
        let [_, _, cy, _] = four(&db).await;
        let rows = db.user().find_many().cursor(user::id.eq(cy.id)).take_last(2).await.unwrap();
        assert_eq!(names(&rows), ["Bob", "Cy"]);
        let rows = db.user().find_many().cursor(user::id.eq(cy.id)).take_last(2).skip(1).await.unwrap();
        assert_eq!(names(&rows), ["Ann", "Bob"]);
    }

    async fn a_cursor_in_another_order(db) {
        let [_, bob, ..] = four(&db).await;
        let rows = db.user().find_many().order_by(user::name.desc()).cursor(user::id.eq(bob.id)).await.unwrap();
        assert_eq!(names(&rows), ["Bob", "Ann"]);
    }

    async fn a_cursor_among_equals(db) {
        for name in ["A", "B", "C", "D", "E"] {
            db.user().create(new_user(name)).set(user::views.to(i32::from(name > "B"))).await.unwrap();
        }
        let cursor = user::email.eq("c@x.dev");
        let rows = db.user().find_many().order_by(user::views.asc()).order_by(user::name.desc()).cursor(cursor).await.unwrap();
        assert_eq!(names(&rows), ["C"]);
        let cursor = user::email.eq("a@x.dev");
        let rows = db.user().find_many().order_by(user::views.asc()).order_by(user::name.desc()).cursor(cursor).await.unwrap();
        assert_eq!(names(&rows), ["A", "E", "D", "C"]);
    }

    async fn a_cursor_on_a_row_without_a_value(db) {
        let [_, _, cy, _] = four(&db).await;
        let first = user::age.asc().nulls_first();
        let rows = db.user().find_many().order_by(first).cursor(user::id.eq(cy.id)).await.unwrap();
        assert_eq!(names(&rows), ["Cy", "Bob", "Ann", "Dee"]);
        let last = user::age.asc().nulls_last();
        let rows = db.user().find_many().order_by(last).cursor(user::id.eq(cy.id)).await.unwrap();
        assert_eq!(names(&rows), ["Cy"]);
    }

    async fn a_cursor_before_rows_without_a_value(db) {
        let [ann, ..] = four(&db).await;
        let last = user::age.asc().nulls_last();
        let rows = db.user().find_many().order_by(last).cursor(user::id.eq(ann.id)).await.unwrap();
        assert_eq!(names(&rows), ["Ann", "Dee", "Cy"]);
        let first = user::age.desc().nulls_first();
        let rows = db.user().find_many().order_by(first).cursor(user::id.eq(ann.id)).await.unwrap();
        assert_eq!(names(&rows), ["Ann", "Bob"]);
    }

    async fn a_cursor_that_is_not_there(db) {
        four(&db).await;
        let rows = db.user().find_many().cursor(user::id.eq(-5)).await.unwrap();
        assert!(rows.is_empty());
    }

    async fn a_compound_cursor(db) {
        let ann = add_user(&db, "Ann").await;
        for title in ["a", "b", "c"] {
            add_post(&db, &ann, title).await;
        }
        let rows = db.post().find_many().order_by(post::title.asc())
            .cursor(post::author_title.eq(ann.id, "b")).await.unwrap();
        assert_eq!(rows.len(), 2);
    }

    async fn select_columns(db) {
        four(&db).await;
        let rows = db.user().find_many().order_by(user::name.asc()).take(2).select((user::name, user::age)).await.unwrap();
        assert_eq!(rows, [("Ann".to_owned(), Some(30)), ("Bob".to_owned(), Some(20))]);
    }

    async fn select_one_column(db) {
        four(&db).await;
        let rows = db.user().find_many().order_by(user::name.desc()).select(user::name).await.unwrap();
        assert_eq!(rows, ["Dee", "Cy", "Bob", "Ann"]);
    }

    async fn select_from_the_end(db) {
        four(&db).await;
        let rows = db.user().find_many().order_by(user::name.asc()).take_last(2).select((user::name,)).await.unwrap();
        assert_eq!(rows, [("Cy".to_owned(),), ("Dee".to_owned(),)]);
    }

    async fn distinct(db) {
        for (name, views) in [("A", 1), ("B", 1), ("C", 2), ("D", 2), ("E", 3)] {
            db.user().create(new_user(name)).set(user::views.to(views)).await.unwrap();
        }
        let rows = db.user().find_many().distinct(user::views).order_by(user::name.desc()).await.unwrap();
        assert_eq!(names(&rows), ["E", "D", "B"]);
        let views = db.user().find_many().distinct((user::views,)).order_by(user::views.asc()).select(user::views).await.unwrap();
        assert_eq!(views, [1, 2, 3]);
    }

    async fn distinct_with_limits(db) {
        for (name, views) in [("A", 1), ("B", 1), ("C", 2), ("D", 3)] {
            db.user().create(new_user(name)).set(user::views.to(views)).await.unwrap();
        }
        let rows = db.user().find_many().distinct(user::views).order_by(user::name.asc()).skip(1).take(1).await.unwrap();
        assert_eq!(names(&rows), ["C"]);
    }

    async fn distinct_over_null(db) {
        four(&db).await;
        add_user(&db, "Eve").await;
        let rows = db.user().find_many().distinct(user::age).await.unwrap();
        assert_eq!(rows.len(), 4);
    }

    async fn count(db) {
        four(&db).await;
        assert_eq!(db.user().count().await.unwrap(), 4);
        assert_eq!(db.user().count().filter(user::age.gt(25)).await.unwrap(), 2);
        assert_eq!(db.user().count().filter(user::age.gt(99)).await.unwrap(), 0);
    }

    async fn locked_rows(db) {
        let [ann, ..] = four(&db).await;
        let name = db.tx(async |tx| {
            let ann = tx.user().find_unique(user::id.eq(ann.id)).lock().required().await?;
            Ok(ann.name)
        }).await.unwrap();
        assert_eq!(name, "Ann");
    }

    async fn queries_side_by_side(db) {
        four(&db).await;
        let (users, count) = tokio::join!(
            db.user().find_many().into_future(),
            db.user().count().into_future()
        );
        assert_eq!((users.unwrap().len(), count.unwrap()), (4, 4));
    }
}
