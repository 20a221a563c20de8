//! Many rows at once.

use relata::types::rust_decimal::Decimal;
use relata::types::serde_json::json;
use relata_suite::{Role, User, made, option, post, tag, transaction, user};

use crate::harness::{Db, add_tag, add_user, four, ignores_case, names, new_user, sorted};

fn tags(names: impl IntoIterator<Item = String>) -> Vec<tag::New> {
    names.into_iter().map(|name| tag::New { name }).collect()
}

/// A user who has a value in every column, or none where there may be none.
fn full(n: i32, has_all: bool) -> relata::client::Draft<user::New> {
    let some = has_all.then_some(());
    let text = |text: &str| some.map(|()| text.to_owned());
    new_user(&format!("N{n}"))
        .set(user::bio.to(text("\\ {a,\"b\"} NULL 'é🦀'\n")))
        .set(user::age.to(some.map(|()| n)))
        .set(user::score.to(f64::from(n) / 3.0))
        .set(user::balance.to(Decimal::new(i64::from(n) * 100 + 1, 2)))
        .set(user::active.to(n % 2 == 0))
        .set(user::role.to(if has_all { Role::Owner } else { Role::Admin }))
        .set(user::big.to(i64::MIN + i64::from(n)))
        .set(user::meta.to(some.map(|()| json!({ "a": [n, null, "\"\\"], "b": { "c": 0.5 } }))))
        .set(user::avatar.to(some.map(|()| vec![0, 255, 34, 92])))
        .set(user::nick.to(text(&format!("nick {n}"))))
        .set(
            user::created_at.to("2024-02-29T12:34:56.789Z"
                .parse::<relata::types::jiff::Timestamp>()
                .unwrap()),
        )
}

/// Makes such users one by one and all at once, and compares what is read.
async fn alone_and_together(db: &Db, users: impl Fn() -> Vec<relata::client::Draft<user::New>>) {
    let mut alone = Vec::new();
    for user in users() {
        alone.push(db.user().create(user).await.unwrap());
    }
    db.user().delete_many().await.unwrap();
    let count = db.user().create_many(users()).await.unwrap();
    assert_eq!(count, alone.len() as u64);
    let together = db
        .user()
        .find_many()
        .order_by(user::id.asc())
        .await
        .unwrap();
    // What the client makes differs from one to the other.
    let now = alone[0].updated_at;
    let old: relata::types::jiff::Timestamp = "2025-01-01T00:00:00Z".parse().unwrap();
    let same = |user: &User| {
        let created_at = user.created_at;
        User {
            id: 0,
            created_at: if created_at < old { created_at } else { now },
            updated_at: now,
            ..user.clone()
        }
    };
    let (alone, together): (Vec<User>, Vec<User>) = (
        alone.iter().map(same).collect(),
        together.iter().map(same).collect(),
    );
    assert_eq!(alone, together);
}

behaviours! {
    async fn create_many_keeps_every_value(db) {
        alone_and_together(&db, || (0..50).map(|n| full(n, n % 3 != 0)).collect()).await;
    }

    async fn create_many_in_which_a_column_is_null_everywhere(db) {
        alone_and_together(&db, || (0..5).map(|n| full(n, false)).collect()).await;
    }

    async fn create_many_with_columns_in_turn(db) {
        alone_and_together(&db, || {
            (0..200)
                .map(|n| match n % 4 {
                    0 => new_user(&format!("N{n}")).draft(),
                    1 => new_user(&format!("N{n}")).set(user::views.to(n)).set(user::age.to(n)),
                    // The same columns, given in another order.
                    2 => new_user(&format!("N{n}")).set(user::age.to(None)).set(user::views.to(n)),
                    _ => full(n, true),
                })
                .collect()
        })
        .await;
    }

    async fn create_many_of_any_number(db) {
        let mut all = 0;
        for count in [1_u64, 2, 3, 40, 700] {
            let made = db.tag().create_many(tags((0..count).map(|n| format!("{count} {n}")))).await.unwrap();
            assert_eq!(made, count);
            all += count;
        }
        assert_eq!(db.tag().count().await.unwrap(), all);
    }

    async fn create_many_in_order(db) {
        db.user().create_many((0..300).map(|n| new_user(&format!("N{n}")))).await.unwrap();
        let rows = db.user().find_many().order_by(user::id.asc()).await.unwrap();
        let expected: Vec<String> = (0..300).map(|n| format!("N{n}")).collect();
        assert_eq!(names(&rows), expected);
        let rows = db.user().create_many((300..600).map(|n| new_user(&format!("N{n}")))).returning().await.unwrap();
        let expected: Vec<String> = (300..600).map(|n| format!("N{n}")).collect();
        assert_eq!(names(&rows), expected);
        assert!(rows.windows(2).all(|pair| pair[0].id < pair[1].id));
    }

    async fn create_many_that_are_given_nothing(db) {
        let rows = (0..30).map(|_| transaction::New {});
        assert_eq!(db.transaction_rows().create_many(rows).await.unwrap(), 30);
        let ids = db.transaction_rows().find_many().distinct(transaction::id).select(transaction::id).await.unwrap();
        assert_eq!(ids.len(), 30);
    }

    async fn create_many_with_odd_names(db) {
        let row = |n: i32| option::New { r#type: format!("t{n}") }.set(option::r#match.to(format!("m{n}"))).set(option::row.to(n));
        assert_eq!(db.option().create_many((0..20).map(row)).await.unwrap(), 20);
        let found = db.option().find_many().filter(option::row.eq(7)).await.unwrap();
        assert_eq!((found[0].r#type.as_str(), found[0].r#match.as_deref(), found[0].value), ("t7", Some("m7"), 4));
    }

    async fn create_many_tells_which_constraint(db) {
        let ann = add_user(&db, "Ann").await;
        let error = db.user().create_many(["Bob", "Ann", "Cy"].map(new_user)).await.unwrap_err();
        let relata::Error::Unique(constraint) = &error else { panic!("{error}") };
        let told = format!("{:?} {:?}", constraint.columns, constraint.name);
        assert!(told.contains("email"), "{told}");
        let posts = [ann.id, -1].map(|author_id| post::New { title: "t".into(), author_id });
        let error = db.post().create_many(posts).await.unwrap_err();
        assert_eq!(error.code(), "R2002", "{error}");
        assert_eq!((db.user().count().await.unwrap(), db.post().count().await.unwrap()), (1, 0));
    }

    async fn create_many_in_a_transaction_that_goes_on(db) {
        add_tag(&db, "b").await;
        db.transaction().run(|tx| async move {
            assert_eq!(tx.tag().create_many(tags(["c", "d"].map(str::to_owned))).await?, 2);
            let rows = tags(["e", "b"].map(str::to_owned));
            assert_eq!(tx.tag().create_many(rows).skip_duplicates().await?, 1);
            let found = tx.tag().create_many(tags((0..100).map(|n| format!("x{n}")))).await?;
            assert_eq!(found, 100);
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(db.tag().count().await.unwrap(), 104);
    }

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
