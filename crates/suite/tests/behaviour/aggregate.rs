//! Values made of many rows.

use relata::count;
use relata_suite::{post, user};

use crate::harness::{Db, add_user, four, new_user};

async fn sample(db: &Db) {
    for (name, views, age) in [
        ("A", 1, Some(10)),
        ("B", 1, None),
        ("C", 2, Some(30)),
        ("D", 3, Some(50)),
    ] {
        let balance: relata::types::rust_decimal::Decimal = format!("{views}.25").parse().unwrap();
        db.user()
            .create(new_user(name))
            .set(user::views.to(views))
            .set(user::age.to(age))
            .set(user::score.to(f64::from(views) / 2.0))
            .set(user::balance.to(balance))
            .await
            .unwrap();
    }
}

behaviours! {
    async fn how_many(db) {
        sample(&db).await;
        assert_eq!(db.user().aggregate(count()).await.unwrap(), 4);
        assert_eq!(db.user().aggregate((count(), user::age.count())).await.unwrap(), (4, 3));
        assert_eq!(db.user().aggregate(user::views.count_distinct()).await.unwrap(), 3);
    }

    async fn sums(db) {
        sample(&db).await;
        let (views, age, score) = db.user().aggregate((user::views.sum(), user::age.sum(), user::score.sum())).await.unwrap();
        assert_eq!((views, age), (Some(7), Some(90)));
        assert!((score.unwrap() - 3.5).abs() < 1e-9);
    }

    async fn sums_of_decimals(db) {
        sample(&db).await;
        let sum = db.user().aggregate(user::balance.sum()).await.unwrap().unwrap();
        assert_eq!(sum.normalize().to_string(), "8");
        let average = db.user().aggregate(user::balance.avg()).await.unwrap().unwrap();
        assert_eq!(average.normalize().to_string(), "2");
    }

    async fn sums_past_32_bits(db) {
        for name in ["A", "B"] {
            db.user().create(new_user(name)).set(user::views.to(i32::MAX)).await.unwrap();
        }
        assert_eq!(db.user().aggregate(user::views.sum()).await.unwrap(), Some(2 * i64::from(i32::MAX)));
    }

    async fn averages(db) {
        sample(&db).await;
        let (views, age) = db.user().aggregate((user::views.avg(), user::age.avg())).await.unwrap();
        assert!((views.unwrap() - 1.75).abs() < 1e-9);
        assert!((age.unwrap() - 30.0).abs() < 1e-9);
    }

    async fn extremes(db) {
        sample(&db).await;
        let row = db.user().aggregate((user::views.min(), user::views.max(), user::name.min(), user::age.max())).await.unwrap();
        assert_eq!(row, (Some(1), Some(3), Some("A".to_owned()), Some(50)));
        let (first, last) = db.user().aggregate((user::created_at.min(), user::created_at.max())).await.unwrap();
        assert!(first.unwrap() <= last.unwrap());
    }

    async fn of_nothing(db) {
        let row = db.user().aggregate((count(), user::views.sum(), user::views.avg(), user::views.max())).await.unwrap();
        assert_eq!(row, (0, None, None, None));
    }

    async fn filtered(db) {
        sample(&db).await;
        let row = db.user().aggregate((count(), user::views.sum())).filter(user::views.gt(1)).await.unwrap();
        assert_eq!(row, (2, Some(5)));
    }

    async fn a_column_beside_them_is_refused(db) {
        let error = db.user().aggregate((count(), user::name)).await.unwrap_err();
        assert_eq!(error.code(), "R2025");
    }

    async fn groups(db) {
        sample(&db).await;
        let rows = db.user().group_by(user::views).select((user::views, count(), user::age.sum())).order_by(user::views.asc()).await.unwrap();
        assert_eq!(rows, [(1, 2, Some(10)), (2, 1, Some(30)), (3, 1, Some(50))]);
    }

    async fn groups_alone(db) {
        sample(&db).await;
        let rows = db.user().group_by(user::views).order_by(user::views.desc()).await.unwrap();
        assert_eq!(rows, [3, 2, 1]);
    }

    async fn groups_of_two_columns(db) {
        sample(&db).await;
        let rows = db.user().group_by((user::views, user::active)).select((user::active, user::views, count())).order_by(user::views.asc()).await.unwrap();
        assert_eq!(rows[0], (true, 1, 2));
    }

    async fn having(db) {
        sample(&db).await;
        let rows = db.user().group_by(user::views).having(count().gt(1)).select((user::views, count())).await.unwrap();
        assert_eq!(rows, [(1, 2)]);
        let rows = db.user().group_by(user::views).having(user::age.sum().ge(30)).having(user::age.max().lt(50)).await.unwrap();
        assert_eq!(rows, [2]);
    }

    async fn ordered_by_an_aggregate(db) {
        sample(&db).await;
        let rows = db.user().group_by(user::views).select((user::views, user::age.sum())).order_by(user::age.sum().desc()).take(2).await.unwrap();
        assert_eq!(rows, [(3, Some(50)), (2, Some(30))]);
        let rows = db.user().group_by(user::views).order_by(count().desc()).order_by(user::views.asc()).skip(1).take(1).await.unwrap();
        assert_eq!(rows, [2]);
    }

    async fn groups_filtered(db) {
        sample(&db).await;
        let rows = db.user().group_by(user::views).filter(user::age.is_not_null()).select((user::views, count())).order_by(user::views.asc()).await.unwrap();
        assert_eq!(rows, [(1, 1), (2, 1), (3, 1)]);
    }

    async fn a_column_that_makes_no_group_is_refused(db) {
        let error = db.user().group_by(user::views).select((user::name, count())).await.unwrap_err();
        assert_eq!(error.code(), "R2025");
        assert!(error.to_string().contains("`name`"), "{error}");
    }

    async fn groups_by_null(db) {
        four(&db).await;
        add_user(&db, "Eve").await;
        let rows = db.user().group_by(user::age).select((user::age, count())).order_by(count().desc()).take(1).await.unwrap();
        assert_eq!(rows, [(None, 2)]);
    }

    async fn filtered_by_a_relation(db) {
        let [ann, ..] = four(&db).await;
        crate::harness::add_post(&db, &ann, "one").await;
        let row = db.post().aggregate((count(), post::rating.sum())).filter(post::author.is(user::name.eq("Ann"))).await.unwrap();
        assert_eq!(row, (1, Some(0)));
    }
}
