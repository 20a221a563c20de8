//! sea-orm, as its guide has it: entities in the compact form, relations by `load_many`, one query for each.

mod measure;

use measure::*;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectOptions, Database, EntityTrait as _, LoaderTrait as _, QueryFilter as _,
    TransactionTrait as _,
};
use std::time::Instant;

mod account {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "account")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub email: String,
        pub name: String,
        pub city: String,
        pub country: String,
        pub bio: Option<String>,
        pub age: i32,
        pub visits: i32,
        pub score: f64,
        pub active: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::article::Entity")]
        Articles,
    }

    impl Related<super::article::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Articles.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod article {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "article")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub title: String,
        pub body: String,
        pub account_id: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::account::Entity", from = "Column::AccountId", to = "super::account::Column::Id")]
        Account,
        #[sea_orm(has_many = "super::remark::Entity")]
        Remarks,
    }

    impl Related<super::account::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Account.def()
        }
    }

    impl Related<super::remark::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Remarks.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod remark {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "remark")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub text: String,
        pub article_id: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(belongs_to = "super::article::Entity", from = "Column::ArticleId", to = "super::article::Column::Id")]
        Article,
    }

    impl Related<super::article::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Article.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod entry {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "entry")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub name: String,
        pub amount: i32,
        pub rate: f64,
        pub open: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (url, rounds) = arguments();
    let (url, chunk) = match path(&url) {
        Some(file) => (format!("sqlite:{file}"), 1000),
        // A statement of PostgreSQL has 65,535 parameters at most.
        None => (url, 10_000),
    };
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await.unwrap();
    let [mut point, mut bulk, mut insert, mut include] = ["point", "bulk", "insert", "include"].map(Fastest::of);
    for _ in 0..rounds {
        let start = Instant::now();
        for id in 0..POINTS {
            let row = account::Entity::find_by_id(id * 7 % ACCOUNTS).one(&db).await.unwrap().unwrap();
            assert_eq!(row.id, id * 7 % ACCOUNTS);
        }
        point.note(start);

        let start = Instant::now();
        let rows = account::Entity::find().all(&db).await.unwrap();
        bulk.note(start);
        assert_eq!(rows.len(), ACCOUNTS as usize);

        entry::Entity::delete_many().exec(&db).await.unwrap();
        let start = Instant::now();
        let tx = db.begin().await.unwrap();
        let ids: Vec<i32> = (0..ENTRIES).collect();
        for chunk in ids.chunks(chunk) {
            let rows = chunk.iter().map(|id| entry::ActiveModel {
                id: Set(*id),
                name: Set(format!("entry {id}")),
                amount: Set(id * 3),
                rate: Set(f64::from(*id) / 7.0),
                open: Set(id % 2 == 0),
            });
            entry::Entity::insert_many(rows).exec_without_returning(&tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        insert.note(start);

        let start = Instant::now();
        let accounts =
            account::Entity::find().filter(account::Column::Id.lt(WRITERS)).all(&db).await.unwrap();
        let articles = accounts.load_many(article::Entity, &db).await.unwrap();
        let flat: Vec<article::Model> = articles.iter().flatten().cloned().collect();
        let mut remarks = flat.load_many(remark::Entity, &db).await.unwrap().into_iter();
        let rows: Vec<_> = accounts
            .into_iter()
            .zip(articles)
            .map(|(account, articles)| {
                let articles: Vec<_> =
                    articles.into_iter().map(|it| (it, remarks.next().unwrap_or_default())).collect();
                (account, articles)
            })
            .collect();
        include.note(start);
        let count: usize = rows.iter().flat_map(|row| &row.1).map(|it| it.1.len()).sum();
        assert_eq!(count, (WRITERS * ARTICLES * REMARKS) as usize);
    }
    for task in [point, bulk, insert, include] {
        task.tell();
    }
}
