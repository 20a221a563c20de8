//! Transactions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use relata::{Error, Isolation};
use relata_suite::{Db, User, user};

use crate::harness::{add_user, new_user, sorted};

behaviours! {
    async fn committed(db) {
        let ann = db.tx(async |tx| tx.user().create(new_user("Ann")).await).await.unwrap();
        assert_eq!(db.user().find_unique(user::id.eq(ann.id)).await.unwrap(), Some(ann));
    }

    async fn is_a_database_as_the_client_is(db) {
        async fn add(db: &Db, name: &str) -> relata::Result<User> {
            db.user().create(new_user(name)).await
        }

        add(&db, "Ann").await.unwrap();
        let tx = db.begin().await.unwrap();
        add(&tx, "Bob").await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(sorted(&db.user().find_many().await.unwrap()), "Ann");
    }

    async fn rolled_back_by_an_error(db) {
        let result: relata::Result<()> = db.tx(async |tx| {
            tx.user().create(new_user("Ann")).await?;
            Err(Error::user("no"))
        }).await;
        assert_eq!(result.unwrap_err().code(), "R2015");
        assert_eq!(db.user().count().await.unwrap(), 0);
    }

    async fn rolled_back_by_an_error_of_the_database(db) {
        add_user(&db, "Ann").await;
        let result = db.tx(async |tx| {
            tx.user().create(new_user("Bob")).await?;
            tx.user().create(new_user("Ann")).await?;
            Ok(())
        }).await;
        assert_eq!(result.unwrap_err().code(), "R2001");
        assert_eq!(sorted(&db.user().find_many().await.unwrap()), "Ann");
    }

    async fn rolled_back_when_dropped(db) {
        let tx = db.begin().await.unwrap();
        tx.user().create(new_user("Ann")).await.unwrap();
        drop(tx);
        assert_eq!(db.user().count().await.unwrap(), 0);
    }

    async fn sees_its_own_changes(db) {
        let names = db.tx(async |tx| {
            tx.user().create(new_user("Ann")).await?;
            tx.user().update(user::email.eq("ann@x.dev")).set(user::name.to("Anna")).await?;
            let users = tx.user().find_many().await?;
            Ok(sorted(&users))
        }).await.unwrap();
        assert_eq!(names, "Anna");
    }

    async fn by_hand(db) {
        let tx = db.begin().await.unwrap();
        tx.user().create(new_user("Ann")).await.unwrap();
        tx.commit().await.unwrap();
        let tx = db.begin().await.unwrap();
        tx.user().create(new_user("Bob")).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(sorted(&db.user().find_many().await.unwrap()), "Ann");
    }

    async fn after_the_end(db) {
        let tx = db.begin().await.unwrap();
        let other = tx.clone();
        tx.commit().await.unwrap();
        assert!(other.user().count().await.is_err());
        assert!(other.commit().await.is_err());
    }

    async fn with_options(db) {
        let count = db.transaction().isolation(Isolation::Serializable).retries(3).run(|tx| async move {
            tx.user().create(new_user("Ann")).await?;
            tx.user().count().await
        }).await.unwrap();
        assert_eq!(count, 1);
    }

    async fn every_level(db) {
        for isolation in [Isolation::ReadCommitted, Isolation::RepeatableRead, Isolation::Serializable] {
            let tx = db.transaction().isolation(isolation).begin().await.unwrap();
            assert_eq!(tx.user().count().await.unwrap(), 0);
            tx.rollback().await.unwrap();
        }
    }

    async fn tried_again_after_a_conflict(db) {
        let tries = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&tries);
        let result = db.transaction().retries(2).run(move |tx| {
            let tries = Arc::clone(&counted);
            async move {
                tx.user().create(new_user("Ann")).await?;
                if tries.fetch_add(1, Ordering::SeqCst) < 2 {
                    return Err(Error::Conflict { message: "once more".into(), native_code: None });
                }
                tx.user().count().await
            }
        }).await;
        assert_eq!(result.unwrap(), 1);
        assert_eq!(tries.load(Ordering::SeqCst), 3);
    }

    async fn not_tried_again_after_other_errors(db) {
        let tries = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&tries);
        let result: relata::Result<()> = db.transaction().retries(5).run(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            async { Err(Error::user("no")) }
        }).await;
        assert!(result.is_err());
        assert_eq!(tries.load(Ordering::SeqCst), 1);
    }

    async fn a_savepoint_takes_back_its_part(db) {
        db.tx(async |tx| {
            tx.user().create(new_user("Ann")).await?;
            let failed: relata::Result<()> = tx.savepoint(async |tx| {
                tx.user().create(new_user("Bob")).await?;
                tx.user().create(new_user("Ann")).await?;
                Ok(())
            }).await;
            assert_eq!(failed.unwrap_err().code(), "R2001");
            tx.user().create(new_user("Cy")).await?;
            Ok(())
        }).await.unwrap();
        assert_eq!(sorted(&db.user().find_many().await.unwrap()), "Ann Cy");
    }

    async fn savepoints_inside_savepoints(db) {
        db.tx(async |tx| {
            tx.savepoint(async |tx| {
                tx.user().create(new_user("Ann")).await?;
                let inner: relata::Result<()> = tx.savepoint(async |tx| {
                    tx.user().create(new_user("Bob")).await?;
                    Err(Error::user("no"))
                }).await;
                assert!(inner.is_err());
                Ok(())
            }).await
        }).await.unwrap();
        assert_eq!(sorted(&db.user().find_many().await.unwrap()), "Ann");
    }

    async fn in_a_spawned_task(db) {
        let other = db.clone();
        let once = tokio::spawn(async move {
            other.tx(async |tx| {
                tx.user().create(new_user("Ann")).await?;
                tx.savepoint(async |tx| tx.user().count().await).await
            }).await
        });
        assert_eq!(once.await.unwrap().unwrap(), 1);
        let retried = tokio::spawn(async move {
            db.transaction().retries(1).run(|tx| async move { tx.user().count().await }).await
        });
        assert_eq!(retried.await.unwrap().unwrap(), 1);
    }

    async fn what_it_moves_in_and_gives_back(db) {
        let name = String::from("Ann");
        let made = db.tx(async |tx| tx.user().create(user::New { email: "a".into(), name }).await).await.unwrap();
        assert_eq!(made.name, "Ann");
    }

    async fn statements_side_by_side(db) {
        use std::future::IntoFuture as _;
        add_user(&db, "Ann").await;
        let counts = db.tx(async |tx| {
            let (a, b) = tokio::join!(tx.user().count().into_future(), tx.post().count().into_future());
            Ok((a?, b?))
        }).await.unwrap();
        assert_eq!(counts, (1, 0));
    }

    async fn an_error_of_ones_own_comes_back(db) {
        #[derive(Debug, PartialEq)]
        struct Closed;
        impl std::fmt::Display for Closed {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("closed")
            }
        }
        impl std::error::Error for Closed {}
        let result: relata::Result<()> = db.tx(async |_| Err(Error::user(Closed))).await;
        let Err(Error::User(error)) = result else { panic!() };
        assert_eq!(error.downcast_ref::<Closed>(), Some(&Closed));
    }
}
