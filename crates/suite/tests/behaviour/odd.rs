//! Names that something else has too.

use relata::Parent;
use relata_suite::{New, Option as Model, client, new, option, result, transaction, tx};

use crate::harness::Db;

async fn add(db: &Db, ty: &str) -> Model {
    let create = db.option().create(option::New {
        r#type: ty.to_owned(),
    });
    create.set(option::r#match.to("m")).await.unwrap()
}

behaviours! {
    async fn quotes_in_names_of_tables_and_columns(db) {
        let row = add(&db, "t").await;
        let found = db.option().find_many().filter(option::r#type.eq("t").and(option::r#match.contains("m"))).order_by(option::r#type.asc()).await.unwrap();
        assert_eq!(found.first(), Some(&row));
        let after = db.option().update(option::id.eq(row.id)).set(option::r#type.to("u")).set(option::self_.increment(1)).await.unwrap();
        assert_eq!((after.r#type.as_str(), after.self_), ("u", 2));
        assert_eq!(db.option().delete(option::id.eq(row.id)).await.unwrap().r#type, "u");
    }

    async fn columns_called_like_arguments(db) {
        add(&db, "t").await;
        let found = db.option().find_first().select_all().await;
        assert_eq!(found, (2, 3, 4, 5));
    }

    async fn relations_between_them(db) {
        let row = add(&db, "t").await;
        db.result().create(result::New { ok: row.id }).await.unwrap();
        let with = db.option().find_first().include(option::some).required().await.unwrap();
        assert_eq!((with.some.len(), with.base), (1, 3));
        let with = db.result().find_first().include(result::option).required().await.unwrap();
        assert_eq!(with.option.r#type, "t");
        let found = db.option().find_many().filter(option::some.any()).await.unwrap();
        assert_eq!(found.len(), 1);
    }

    async fn a_wrapper_does_not_hide_a_column(db) {
        let row = add(&db, "t").await;
        let with = db.option().find_unique(option::id.eq(row.id)).include(option::some).required().await.unwrap();
        assert_eq!((with.base, with.base_2.id), (3, row.id));
    }

    async fn clients_and_transactions(db) {
        let made = db.client().create(client::New {}).with(client::tx, tx::New { client_id: Parent }).include(client::tx).await.unwrap();
        assert_eq!(made.tx.len(), 1);
        let row = db.tx_rows().find_first().include(tx::client).required().await.unwrap();
        assert_eq!(row.client.id, made.id);
    }

    async fn a_model_called_new(db) {
        let made = db.transaction_rows().create(transaction::New {}).with(transaction::new, new::New2 { transaction_id: Parent }).include(transaction::new).await.unwrap();
        let row: New = made.new.clone().unwrap();
        assert_eq!(row.transaction_id, made.id);
    }

    async fn a_table_with_an_odd_name_by_a_relation(db) {
        let row = add(&db, "t").await;
        db.result().create(result::New { ok: row.id }).await.unwrap();
        let changed = db.option().update_many().filter(option::some.any()).set(option::f.to(9)).await.unwrap();
        assert_eq!(changed, 1);
        assert_eq!(db.result().delete_many().filter(result::option.is(option::f.eq(9))).await.unwrap(), 1);
    }
}

/// Reads the columns by their members, beside the tokens of the same names.
trait SelectAll {
    async fn select_all(self) -> (i32, i32, i32, i32);
}

impl SelectAll for relata::client::FindFirst<'_, relata::client::Bare<Model>> {
    async fn select_all(self) -> (i32, i32, i32, i32) {
        let found = self.required().await.unwrap();
        (found.row, found.base, found.value, found.f)
    }
}
