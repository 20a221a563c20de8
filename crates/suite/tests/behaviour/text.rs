//! Conditions on text.

use relata::client::Filter;
use relata_suite::user;

use crate::harness::{Db, four, ignores_case, new_user, sorted};

async fn found(db: &Db, filter: Filter<relata_suite::User>) -> String {
    sorted(&db.user().find_many().filter(filter).await.unwrap())
}

async fn with_bio(db: &Db, name: &str, bio: &str) {
    let create = db.user().create(new_user(name)).set(user::bio.to(bio));
    create.await.unwrap();
}

behaviours! {
    async fn contains(db) {
        four(&db).await;
        assert_eq!(found(&db, user::name.contains("n")).await, "Ann");
        assert_eq!(found(&db, user::bio.contains("am B")).await, "Bob");
    }

    async fn starts_with(db) {
        four(&db).await;
        assert_eq!(found(&db, user::email.starts_with("de")).await, "Dee");
        assert_eq!(found(&db, user::email.starts_with("ee")).await, "");
    }

    async fn ends_with(db) {
        four(&db).await;
        assert_eq!(found(&db, user::name.ends_with("e")).await, "Dee");
        assert_eq!(found(&db, user::email.ends_with("@x.dev")).await, "Ann Bob Cy Dee");
    }

    async fn like(db) {
        four(&db).await;
        assert_eq!(found(&db, user::name.like("_o_")).await, "Bob");
        assert_eq!(found(&db, user::name.like("A%")).await, "Ann");
        assert_eq!(found(&db, user::name.like("Cy")).await, "Cy");
    }

    async fn like_with_an_escape(db) {
        with_bio(&db, "A", "100%").await;
        with_bio(&db, "B", "100x").await;
        assert_eq!(found(&db, user::bio.like("100\\%")).await, "A");
        assert_eq!(found(&db, user::bio.like("100_")).await, "A B");
    }

    async fn wildcards_mean_themselves(db) {
        with_bio(&db, "A", "50% off_now").await;
        with_bio(&db, "B", "50 is off now").await;
        assert_eq!(found(&db, user::bio.contains("0% o")).await, "A");
        assert_eq!(found(&db, user::bio.contains("f_n")).await, "A");
        assert_eq!(found(&db, user::bio.starts_with("50%")).await, "A");
        assert_eq!(found(&db, user::bio.ends_with("_now")).await, "A");
    }

    async fn other_patterns_mean_themselves(db) {
        with_bio(&db, "A", "a*b?c[d]e!f\\g").await;
        with_bio(&db, "B", "axxbxcxdxexfxg").await;
        for part in ["a*b", "b?c", "[d]", "e!f", "f\\g"] {
            assert_eq!(found(&db, user::bio.contains(part)).await, "A", "{part}");
        }
        assert_eq!(found(&db, user::bio.like("a*b?%")).await, "A");
    }

    async fn empty_text_is_everywhere(db) {
        four(&db).await;
        assert_eq!(found(&db, user::name.contains("")).await, "Ann Bob Cy Dee");
        assert_eq!(found(&db, user::bio.contains("")).await, "Ann Bob Dee");
    }

    async fn case_counts_where_the_database_lets_it(db) {
        four(&db).await;
        let expected = if ignores_case(&db) { "Ann" } else { "" };
        assert_eq!(found(&db, user::name.contains("ANN")).await, expected);
        assert_eq!(found(&db, user::name.like("aNN")).await, expected);
    }

    async fn ignoring_case(db) {
        four(&db).await;
        assert_eq!(found(&db, user::name.ignore_case().eq("ANN")).await, "Ann");
        assert_eq!(found(&db, user::name.ignore_case().contains("NN")).await, "Ann");
        assert_eq!(found(&db, user::name.ignore_case().starts_with("aN")).await, "Ann");
        assert_eq!(found(&db, user::name.ignore_case().ends_with("OB")).await, "Bob");
        assert_eq!(found(&db, user::name.ignore_case().like("D_E")).await, "Dee");
    }

    async fn one_of_ignoring_case(db) {
        four(&db).await;
        assert_eq!(found(&db, user::name.ignore_case().is_in(["ANN", "cY"])).await, "Ann Cy");
    }

    async fn wildcards_mean_themselves_ignoring_case(db) {
        with_bio(&db, "A", "5% OFF").await;
        with_bio(&db, "B", "50 off").await;
        assert_eq!(found(&db, user::bio.ignore_case().contains("5% o")).await, "A");
    }

    async fn text_that_is_not_there(db) {
        four(&db).await;
        assert_eq!(found(&db, !user::bio.contains("Ann")).await, "Bob Dee");
    }
}
