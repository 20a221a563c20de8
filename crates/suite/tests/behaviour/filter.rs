//! Conditions on columns.

use relata::client::Filter;
use relata_suite::{Role, user};

use crate::harness::{Db, add_user, four, names, new_user, sorted};

async fn found(db: &Db, filter: Filter<relata_suite::User>) -> String {
    sorted(&db.user().find_many().filter(filter).await.unwrap())
}

behaviours! {
    async fn equal(db) {
        four(&db).await;
        assert_eq!(found(&db, user::name.eq("Bob")).await, "Bob");
        assert_eq!(found(&db, user::name.eq("Nobody")).await, "");
    }

    async fn equal_to_owned_and_borrowed_text(db) {
        four(&db).await;
        let name = String::from("Bob");
        assert_eq!(found(&db, user::name.eq(&name)).await, "Bob");
        assert_eq!(found(&db, user::name.eq(name)).await, "Bob");
    }

    async fn equal_to_an_option(db) {
        four(&db).await;
        assert_eq!(found(&db, user::age.eq(Some(20))).await, "Bob");
        assert_eq!(found(&db, user::age.eq(None)).await, "Cy");
        assert_eq!(found(&db, user::age.eq(20)).await, "Bob");
    }

    async fn not_equal_leaves_out_null(db) {
        four(&db).await;
        assert_eq!(found(&db, user::age.ne(20)).await, "Ann Dee");
    }

    async fn not_equal_to_none_is_not_null(db) {
        four(&db).await;
        assert_eq!(found(&db, user::age.ne(None)).await, "Ann Bob Dee");
    }

    async fn less(db) {
        four(&db).await;
        assert_eq!(found(&db, user::age.lt(30)).await, "Bob");
        assert_eq!(found(&db, user::age.le(30)).await, "Ann Bob");
    }

    async fn greater(db) {
        four(&db).await;
        assert_eq!(found(&db, user::age.gt(30)).await, "Dee");
        assert_eq!(found(&db, user::age.ge(30)).await, "Ann Dee");
    }

    async fn between(db) {
        four(&db).await;
        assert_eq!(found(&db, user::age.between(20, 30)).await, "Ann Bob");
    }

    async fn within(db) {
        four(&db).await;
        assert_eq!(found(&db, user::name.is_in(["Ann", "Dee", "Zoe"])).await, "Ann Dee");
        assert_eq!(found(&db, user::age.is_in(vec![20, 40])).await, "Bob Dee");
    }

    async fn within_nothing(db) {
        four(&db).await;
        assert_eq!(found(&db, user::name.is_in(Vec::<String>::new())).await, "");
    }

    async fn within_null_too(db) {
        four(&db).await;
        assert_eq!(found(&db, user::age.is_in([Some(20), None])).await, "Bob Cy");
    }

    async fn not_within(db) {
        four(&db).await;
        assert_eq!(found(&db, user::name.not_in(["Ann", "Dee"])).await, "Bob Cy");
        assert_eq!(found(&db, user::age.not_in([20])).await, "Ann Dee");
    }

    async fn not_within_nothing(db) {
        four(&db).await;
        assert_eq!(found(&db, user::name.not_in(Vec::<String>::new())).await, "Ann Bob Cy Dee");
    }

    async fn within_many(db) {
        let [ann, ..] = four(&db).await;
        let ids: Vec<i32> = (0..40_000).map(|n| n + 1_000_000).chain([ann.id]).collect();
        assert_eq!(found(&db, user::id.is_in(ids)).await, "Ann");
    }

    async fn within_many_texts(db) {
        four(&db).await;
        let texts: Vec<String> = (0..3000).map(|n| format!("\"{n}\\")).chain(["Cy".to_owned()]).collect();
        assert_eq!(found(&db, user::name.is_in(texts)).await, "Cy");
    }

    async fn null(db) {
        four(&db).await;
        assert_eq!(found(&db, user::bio.is_null()).await, "Cy");
        assert_eq!(found(&db, user::bio.is_not_null()).await, "Ann Bob Dee");
    }

    async fn and(db) {
        four(&db).await;
        assert_eq!(found(&db, user::age.gt(10).and(user::name.ne("Bob"))).await, "Ann Dee");
        let three = user::age.gt(10).and(user::name.ne("Bob")).and(user::name.ne("Ann"));
        assert_eq!(found(&db, three).await, "Dee");
    }

    async fn or(db) {
        four(&db).await;
        assert_eq!(found(&db, user::name.eq("Ann").or(user::name.eq("Cy"))).await, "Ann Cy");
    }

    async fn and_binds_as_it_is_built(db) {
        four(&db).await;
        let filter = user::name.eq("Ann").or(user::name.eq("Bob")).and(user::age.gt(25));
        assert_eq!(found(&db, filter).await, "Ann");
        let filter = user::name.eq("Cy").or(user::name.eq("Bob").and(user::age.gt(15)));
        assert_eq!(found(&db, filter).await, "Bob Cy");
    }

    async fn not(db) {
        four(&db).await;
        assert_eq!(found(&db, !user::name.eq("Ann")).await, "Bob Cy Dee");
        assert_eq!(found(&db, !(user::name.eq("Ann").or(user::name.eq("Bob")))).await, "Cy Dee");
        assert_eq!(found(&db, !!user::name.eq("Ann")).await, "Ann");
    }

    async fn not_of_unknown_is_unknown(db) {
        four(&db).await;
        assert_eq!(found(&db, !user::age.gt(25)).await, "Bob");
    }

    async fn all_and_none(db) {
        four(&db).await;
        assert_eq!(found(&db, Filter::all()).await, "Ann Bob Cy Dee");
        assert_eq!(found(&db, Filter::none()).await, "");
        assert_eq!(found(&db, !Filter::all()).await, "");
    }

    async fn all_of_and_any_of(db) {
        four(&db).await;
        assert_eq!(found(&db, Filter::any_of([user::age.eq(20), user::age.eq(40)])).await, "Bob Dee");
        assert_eq!(found(&db, Filter::all_of([user::age.gt(10), user::age.lt(25)])).await, "Bob");
        assert_eq!(found(&db, Filter::any_of([])).await, "");
        assert_eq!(found(&db, Filter::all_of([])).await, "Ann Bob Cy Dee");
    }

    async fn filters_of_a_query_add_up(db) {
        four(&db).await;
        let rows = db.user().find_many().filter(user::age.gt(10)).filter(user::age.lt(35)).await.unwrap();
        assert_eq!(sorted(&rows), "Ann Bob");
    }

    async fn an_optional_filter(db) {
        four(&db).await;
        let wanted = Some(20).map(|age| user::age.eq(age));
        assert_eq!(sorted(&db.user().find_many().filter(wanted).await.unwrap()), "Bob");
        let wanted: Option<Filter<relata_suite::User>> = None;
        assert_eq!(db.user().find_many().filter(wanted).await.unwrap().len(), 4);
    }

    async fn filters_can_be_used_again(db) {
        four(&db).await;
        let filter = user::age.gt(25);
        assert_eq!(found(&db, filter.clone()).await, "Ann Dee");
        assert_eq!(found(&db, filter.and(user::age.lt(35))).await, "Ann");
    }

    async fn boolean(db) {
        four(&db).await;
        db.user().create(new_user("Eve")).set(user::active.to(false)).await.unwrap();
        assert_eq!(found(&db, user::active.eq(false)).await, "Eve");
        assert_eq!(found(&db, user::active.eq(true)).await, "Ann Bob Cy Dee");
    }

    async fn enumeration(db) {
        four(&db).await;
        db.user().create(new_user("Eve")).set(user::role.to(Role::Owner)).await.unwrap();
        assert_eq!(found(&db, user::role.eq(Role::Owner)).await, "Eve");
        assert_eq!(found(&db, user::role.is_in([Role::Owner, Role::Admin])).await, "Eve");
        assert_eq!(found(&db, user::role.ne(Role::Owner)).await, "Ann Bob Cy Dee");
    }

    async fn float(db) {
        four(&db).await;
        db.user().create(new_user("Eve")).set(user::score.to(1.25)).await.unwrap();
        assert_eq!(found(&db, user::score.eq(1.25)).await, "Eve");
        assert_eq!(found(&db, user::score.gt(0.5)).await, "Eve");
    }

    async fn decimal(db) {
        four(&db).await;
        let balance: relata::types::rust_decimal::Decimal = "12.30".parse().unwrap();
        db.user().create(new_user("Eve")).set(user::balance.to(balance)).await.unwrap();
        assert_eq!(found(&db, user::balance.eq(balance)).await, "Eve");
        let less: relata::types::rust_decimal::Decimal = "9.5".parse().unwrap();
        assert_eq!(found(&db, user::balance.gt(less)).await, "Eve");
    }

    async fn big_integers(db) {
        four(&db).await;
        db.user().create(new_user("Eve")).set(user::big.to(i64::MAX)).await.unwrap();
        assert_eq!(found(&db, user::big.eq(i64::MAX)).await, "Eve");
        assert_eq!(found(&db, user::big.gt(i64::MAX - 1)).await, "Eve");
    }

    async fn bytes(db) {
        four(&db).await;
        db.user().create(new_user("Eve")).set(user::avatar.to(vec![0, 255, 10])).await.unwrap();
        assert_eq!(found(&db, user::avatar.eq(vec![0, 255, 10])).await, "Eve");
        assert_eq!(found(&db, user::avatar.eq([0_u8, 255, 10].as_slice())).await, "Eve");
    }

    async fn time(db) {
        let users = four(&db).await;
        let at: relata::types::jiff::Timestamp = "2001-02-03T04:05:06.789Z".parse().unwrap();
        db.user().create(new_user("Eve")).set(user::created_at.to(at)).await.unwrap();
        assert_eq!(found(&db, user::created_at.eq(at)).await, "Eve");
        assert_eq!(found(&db, user::created_at.lt(users[0].created_at)).await, "Eve");
        assert_eq!(found(&db, user::created_at.gt(at)).await, "Ann Bob Cy Dee");
    }

    async fn columns_of_one_row(db) {
        four(&db).await;
        db.user().create(new_user("Eve")).set(user::views.to(5)).set(user::manager_id.to_null()).await.unwrap();
        let filter = user::created_at.le_col(user::updated_at);
        assert_eq!(found(&db, filter).await, "Ann Bob Cy Dee Eve");
        assert_eq!(found(&db, user::name.eq_col(user::email)).await, "");
        assert_eq!(found(&db, user::name.ne_col(user::email).and(user::views.gt(1))).await, "Eve");
        assert_eq!(found(&db, user::views.lt_col(user::id).and(user::views.ge_col(user::views))).await.len(), "Ann Bob Cy Dee Eve".len());
    }

    async fn hostile_text_is_a_value(db) {
        let name = "x'; DROP TABLE users; --\"`\\ ?1 $1";
        db.user().create(user::New { email: name.into(), name: name.into() }).await.unwrap();
        let rows = db.user().find_many().filter(user::name.eq(name)).await.unwrap();
        assert_eq!(names(&rows), [name]);
    }

    async fn unicode(db) {
        add_user(&db, "Zoë 🦀").await;
        assert_eq!(found(&db, user::name.eq("Zoë 🦀")).await, "Zoë 🦀");
    }
}
