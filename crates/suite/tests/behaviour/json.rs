//! JSON documents.

use relata::client::Filter;
use relata::types::serde_json::{Value, json};
use relata_suite::user;

use crate::harness::{Db, add_user, new_user, sorted};

async fn with(db: &Db, name: &str, meta: Value) {
    let create = db.user().create(new_user(name)).set(user::meta.to(meta));
    create.await.unwrap();
}

async fn sample(db: &Db) {
    with(db, "A", json!({"n": 1, "text": "Hello", "deep": {"list": [1, "two", null]}, "flag": true, "nil": null})).await;
    with(db, "B", json!({"n": 2.5, "text": "hollow", "flag": false})).await;
    with(db, "C", json!({"n": "1", "odd \"key'$.": {"x": 7}})).await;
    with(db, "D", json!([10, 20])).await;
    add_user(db, "E").await;
}

async fn found(db: &Db, filter: Filter<relata_suite::User>) -> String {
    sorted(&db.user().find_many().filter(filter).await.unwrap())
}

behaviours! {
    async fn documents_come_back(db) {
        let meta = json!({"a": [1, 2.5, "x", null, true], "ü": {"b": {}}});
        with(&db, "A", meta.clone()).await;
        assert_eq!(db.user().find_first().required().await.unwrap().meta, Some(meta));
    }

    async fn scalars_are_documents(db) {
        for meta in [json!("text"), json!(12), json!(true), json!([])] {
            with(&db, "A", meta.clone()).await;
            assert_eq!(db.user().find_first().required().await.unwrap().meta, Some(meta));
            db.user().delete_many().await.unwrap();
        }
    }

    async fn no_document(db) {
        sample(&db).await;
        assert_eq!(found(&db, user::meta.is_null()).await, "E");
    }

    async fn equal(db) {
        sample(&db).await;
        assert_eq!(found(&db, user::meta.at("n").eq(1)).await, "A");
        assert_eq!(found(&db, user::meta.at("n").eq("1")).await, "C");
        assert_eq!(found(&db, user::meta.at("text").eq("Hello")).await, "A");
        assert_eq!(found(&db, user::meta.at("flag").eq(true)).await, "A");
        assert_eq!(found(&db, user::meta.at("flag").eq(false)).await, "B");
    }

    async fn a_whole_document(db) {
        sample(&db).await;
        assert_eq!(found(&db, user::meta.eq(json!([10, 20]))).await, "D");
    }

    async fn not_equal(db) {
        sample(&db).await;
        assert_eq!(found(&db, user::meta.at("n").ne(1)).await, "B C");
    }

    async fn deep(db) {
        sample(&db).await;
        assert_eq!(found(&db, user::meta.at("deep").at("list").at_index(1).eq("two")).await, "A");
        assert_eq!(found(&db, user::meta.at_index(1).eq(20)).await, "D");
        assert_eq!(found(&db, user::meta.at("deep").at("list").eq(json!([1, "two", null]))).await, "A");
    }

    async fn odd_names(db) {
        sample(&db).await;
        assert_eq!(found(&db, user::meta.at("odd \"key'$.").at("x").eq(7)).await, "C");
    }

    async fn numbers(db) {
        sample(&db).await;
        assert_eq!(found(&db, user::meta.at("n").gt(1)).await, "B");
        assert_eq!(found(&db, user::meta.at("n").ge(1)).await, "A B");
        assert_eq!(found(&db, user::meta.at("n").lt(2)).await, "A");
        assert_eq!(found(&db, user::meta.at("n").le(2.5)).await, "A B");
    }

    async fn texts(db) {
        sample(&db).await;
        assert_eq!(found(&db, user::meta.at("text").contains("llo")).await, "A B");
        assert_eq!(found(&db, user::meta.at("text").starts_with("H")).await, "A");
        assert_eq!(found(&db, user::meta.at("text").ends_with("ow")).await, "B");
        assert_eq!(found(&db, user::meta.at("n").contains("1")).await, "C");
    }

    async fn whether_it_is_there(db) {
        sample(&db).await;
        assert_eq!(found(&db, user::meta.at("nil").exists()).await, "A");
        assert_eq!(found(&db, user::meta.at("flag").exists()).await, "A B");
        assert_eq!(found(&db, user::meta.at("flag").is_not_null()).await, "A B");
        assert_eq!(found(&db, user::meta.at("nil").is_null()).await, "A B C D E");
    }

    async fn changed(db) {
        with(&db, "A", json!({"a": 1})).await;
        let after = db.user().update(user::email.eq("a@x.dev")).set(user::meta.to(json!({"b": 2}))).await.unwrap();
        assert_eq!(after.meta, Some(json!({"b": 2})));
        let after = db.user().update(user::email.eq("a@x.dev")).set(user::meta.to_null()).await.unwrap();
        assert_eq!(after.meta, None);
    }
}
