//! SQL of the program's own.

use relata::sql;
use relata_suite::{User, user};

use crate::harness::{four, names, sorted};

behaviours! {
    async fn tuples(db) {
        four(&db).await;
        let rows = db.fetch::<(String, Option<i32>)>(sql("SELECT name, age FROM users WHERE age > ").bind(25).push(" ORDER BY name")).await.unwrap();
        assert_eq!(rows, [("Ann".to_owned(), Some(30)), ("Dee".to_owned(), Some(40))]);
    }

    async fn models(db) {
        four(&db).await;
        let columns: Vec<String> = <User as relata::client::Model>::META.columns.iter().map(|name| db.session().dialect().ident(name)).collect();
        let query = sql(format!("SELECT {} FROM users WHERE name = ", columns.join(", "))).bind("Bob");
        let rows: Vec<User> = db.fetch(query).await.unwrap();
        assert_eq!(names(&rows), ["Bob"]);
    }

    async fn several_values(db) {
        four(&db).await;
        let query = sql("SELECT name FROM users WHERE age > ").bind(10).push(" AND age < ").bind(25);
        assert_eq!(db.fetch::<(String,)>(query).await.unwrap(), [("Bob".to_owned(),)]);
    }

    async fn changes(db) {
        four(&db).await;
        let changed = db.execute(sql("UPDATE users SET views = ").bind(3).push(" WHERE age > ").bind(25)).await.unwrap();
        assert_eq!(changed, 2);
        assert_eq!(db.user().count().filter(user::views.eq(3)).await.unwrap(), 2);
    }

    async fn as_a_condition(db) {
        four(&db).await;
        let filter = sql("age % ").bind(20).push(" = 0").as_filter();
        let rows = db.user().find_many().filter(user::name.ne("Bob").and(filter)).await.unwrap();
        assert_eq!(sorted(&rows), "Dee");
    }

    async fn a_mistake_is_an_error(db) {
        let error = db.fetch::<(i32,)>(sql("SELEC 1")).await.unwrap_err();
        assert_eq!(error.code(), "R2012", "{error}");
    }

    async fn a_value_of_another_type_is_an_error(db) {
        four(&db).await;
        let error = db.fetch::<(i32,)>(sql("SELECT name FROM users")).await.unwrap_err();
        assert_eq!(error.code(), "R2013", "{error}");
    }

    async fn in_a_transaction(db) {
        four(&db).await;
        let count = db.tx(async |tx| {
            tx.execute(sql("UPDATE users SET views = 1")).await?;
            tx.fetch::<(i64,)>(sql("SELECT COUNT(*) FROM users WHERE views = 1")).await
        }).await.unwrap();
        assert_eq!(count, [(4,)]);
    }
}
