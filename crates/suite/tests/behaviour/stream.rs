//! Rows one after the other.

use relata::Error;
use relata::client::{RowStream, Shape};
use relata_suite::{User, membership, post, team, user};

use crate::harness::{add_post, add_user, four, names, new_user};

async fn collected<S: Shape + Clone>(mut stream: RowStream<'_, S>) -> Vec<S::Output> {
    let mut rows = Vec::new();
    while let Some(row) = stream.next().await.unwrap() {
        rows.push(row);
    }
    rows
}

/// How a query that cannot be streamed fails.
async fn refused<S: Shape + Clone>(mut stream: RowStream<'_, S>) -> Error {
    let error = stream.next().await.map(|_| ()).unwrap_err();
    assert!(stream.next().await.unwrap().is_none());
    error
}

behaviours! {
    async fn every_row_once(db) {
        for at in 0..25 {
            add_user(&db, &format!("u{at:02}")).await;
        }
        let found = collected(db.user().find_many().stream().batch(4)).await;
        assert_eq!(found, db.user().find_many().order_by(user::id.asc()).await.unwrap());
        assert_eq!(found.len(), 25);
    }

    async fn nothing(db) {
        assert!(collected(db.user().find_many().stream()).await.is_empty());
        four(&db).await;
        assert!(collected(db.user().find_many().take(0).stream()).await.is_empty());
    }

    async fn as_many_as_a_batch(db) {
        four(&db).await;
        assert_eq!(collected(db.user().find_many().stream().batch(4)).await.len(), 4);
        assert_eq!(collected(db.user().find_many().stream().batch(2)).await.len(), 4);
    }

    async fn in_every_order(db) {
        four(&db).await;
        add_user(&db, "Eve").await;
        // Two have no age, and all have the same role.
        let orders = [
            vec![user::age.asc()],
            vec![user::age.desc()],
            vec![user::age.asc().nulls_first()],
            vec![user::age.asc().nulls_last()],
            vec![user::age.desc().nulls_first()],
            vec![user::age.desc().nulls_last()],
            vec![user::role.asc(), user::age.desc()],
            vec![user::age.asc(), user::name.desc()],
            vec![user::score.desc(), user::id.desc()],
        ];
        for order in orders {
            let mut query = db.user().find_many();
            for key in order.clone() {
                query = query.order_by(key);
            }
            let whole: Vec<User> = {
                let mut query = db.user().find_many();
                for key in order.clone() {
                    query = query.order_by(key);
                }
                query.order_by(user::id.asc()).await.unwrap()
            };
            let found = collected(query.stream().batch(1)).await;
            assert_eq!(names(&found), names(&whole), "{order:?}");
        }
    }

    async fn filtered(db) {
        four(&db).await;
        let query = db.user().find_many().filter(user::age.is_not_null()).order_by(user::name.desc());
        assert_eq!(names(&collected(query.stream().batch(1)).await), ["Dee", "Bob", "Ann"]);
    }

    async fn with_limits(db) {
        four(&db).await;
        let query = db.user().find_many().order_by(user::name.asc()).skip(1).take(2);
        assert_eq!(names(&collected(query.stream().batch(1)).await), ["Bob", "Cy"]);
        let query = db.user().find_many().order_by(user::name.asc()).take(3);
        assert_eq!(names(&collected(query.stream().batch(2)).await), ["Ann", "Bob", "Cy"]);
    }

    async fn from_a_cursor(db) {
        let [_, bob, ..] = four(&db).await;
        let query = db.user().find_many().order_by(user::name.asc()).cursor(user::id.eq(bob.id));
        assert_eq!(names(&collected(query.stream().batch(1)).await), ["Bob", "Cy", "Dee"]);
    }

    async fn with_relations(db) {
        for user in four(&db).await {
            for at in 0..3 {
                add_post(&db, &user, &format!("{} {at}", user.name)).await;
            }
        }
        let posts = user::posts.order_by(post::title.desc()).take(2);
        let query = db.user().find_many().order_by(user::name.asc()).include(posts);
        let found = collected(query.stream().batch(3)).await;
        let titles: Vec<&str> = found.iter().map(|user| user.posts[0].title.as_str()).collect();
        assert_eq!(titles, ["Ann 2", "Bob 2", "Cy 2", "Dee 2"]);
        assert!(found.iter().all(|user| user.posts.len() == 2));
    }

    async fn by_a_compound_key(db) {
        let ann = add_user(&db, "Ann").await;
        for (org, code) in [("a", "x"), ("a", "y"), ("b", "x"), ("b", "z")] {
            let new = team::New { org: org.into(), code: code.into(), name: "t".into() };
            db.team().create(new).await.unwrap();
            let new = membership::New { org: org.into(), code: code.into(), user_id: ann.id };
            db.membership().create(new).await.unwrap();
        }
        let found = collected(db.membership().find_many().stream().batch(1)).await;
        let keys: Vec<String> = found.iter().map(|it| format!("{}{}", it.org, it.code)).collect();
        assert_eq!(keys, ["ax", "ay", "bx", "bz"]);
    }

    async fn while_rows_come_and_go(db) {
        four(&db).await;
        let mut stream = db.user().find_many().order_by(user::name.asc()).stream().batch(1);
        let ann = stream.next().await.unwrap().unwrap();
        let bob = stream.next().await.unwrap().unwrap();
        db.user().delete(user::id.eq(ann.id)).await.unwrap();
        db.user().delete(user::id.eq(bob.id)).await.unwrap();
        add_user(&db, "Aaa").await;
        add_user(&db, "Ced").await;
        let rest = collected(stream).await;
        assert_eq!(names(&rest), ["Ced", "Cy", "Dee"]);
    }

    async fn in_a_transaction(db) {
        let names = db.tx(async |tx| {
            tx.user().create(new_user("Ann")).await?;
            tx.user().create(new_user("Bob")).await?;
            let mut stream = tx.user().find_many().stream().batch(1);
            let mut names = Vec::new();
            while let Some(user) = stream.next().await? {
                tx.user().update(user::id.eq(user.id)).set(user::views.increment(1)).await?;
                names.push(user.name);
            }
            Ok(names)
        }).await.unwrap();
        assert_eq!(names, ["Ann", "Bob"]);
        assert_eq!(db.user().count().filter(user::views.eq(1)).await.unwrap(), 2);
    }

    async fn what_needs_all_rows_is_refused(db) {
        let distinct = db.user().find_many().distinct(user::role).stream();
        assert_eq!(refused(distinct).await.code(), "R2025");
        let last = db.user().find_many().take_last(1).stream();
        assert_eq!(refused(last).await.code(), "R2025");
        let related = db.post().find_many().order_by(post::author.order(user::name.asc())).stream();
        assert_eq!(refused(related).await.code(), "R2025");
    }
}
