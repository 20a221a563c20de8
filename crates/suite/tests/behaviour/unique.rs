//! Rows by their keys.

use relata_suite::{membership, post, team, user};

use crate::harness::{Db, add_post, add_user, four};

async fn add_team(db: &Db, org: &str, code: &str) {
    let new = team::New {
        org: org.into(),
        code: code.into(),
        name: format!("{org} {code}"),
    };
    db.team().create(new).await.unwrap();
}

behaviours! {
    async fn by_id(db) {
        let [_, bob, ..] = four(&db).await;
        let found = db.user().find_unique(user::id.eq(bob.id)).await.unwrap();
        assert_eq!(found, Some(bob));
    }

    async fn by_a_unique_column(db) {
        let [_, bob, ..] = four(&db).await;
        let found = db.user().find_unique(user::email.eq("bob@x.dev")).await.unwrap();
        assert_eq!(found, Some(bob));
    }

    async fn nothing(db) {
        four(&db).await;
        assert!(db.user().find_unique(user::id.eq(-1)).await.unwrap().is_none());
    }

    async fn by_a_compound_unique(db) {
        let ann = add_user(&db, "Ann").await;
        let one = add_post(&db, &ann, "one").await;
        add_post(&db, &ann, "two").await;
        let found = db.post().find_unique(post::author_title.eq(ann.id, "one")).await.unwrap();
        assert_eq!(found, Some(one));
    }

    async fn by_a_compound_id(db) {
        add_team(&db, "a", "x").await;
        add_team(&db, "a", "y").await;
        let found = db.team().find_unique(team::org_code.eq("a", "y")).required().await.unwrap();
        assert_eq!(found.name, "a y");
        assert!(db.team().find_unique(team::org_code.eq("b", "y")).await.unwrap().is_none());
    }

    async fn by_a_compound_id_of_three(db) {
        let ann = add_user(&db, "Ann").await;
        add_team(&db, "a", "x").await;
        let new = membership::New { org: "a", code: "x", user_id: ann.id };
        let new = membership::New { org: new.org.to_owned(), code: new.code.to_owned(), user_id: new.user_id };
        db.membership().create(new).await.unwrap();
        let key = membership::org_code_user_id.eq("a", "x", ann.id);
        assert_eq!(db.membership().find_unique(key).required().await.unwrap().level, 1);
    }

    async fn with_another_condition(db) {
        let [_, bob, ..] = four(&db).await;
        let key = user::id.eq(bob.id);
        assert!(db.user().find_unique(key.clone()).filter(user::age.gt(99)).await.unwrap().is_none());
        assert!(db.user().find_unique(key).filter(user::age.lt(99)).await.unwrap().is_some());
    }

    async fn no_value_names_no_row(db) {
        four(&db).await;
        assert!(db.user().find_unique(user::nick.eq(None::<String>)).await.unwrap().is_none());
        let error = db.user().update(user::nick.eq(None::<String>)).set(user::name.to("X")).await;
        assert_eq!(error.unwrap_err().code(), "R2005");
        let error = db.user().delete(user::nick.eq(None::<String>)).await;
        assert_eq!(error.unwrap_err().code(), "R2005");
        assert_eq!(db.user().count().filter(user::nick.eq(None::<String>)).await.unwrap(), 4);
    }

    async fn a_key_is_a_filter_too(db) {
        let [ann, bob, ..] = four(&db).await;
        let filter = user::id.eq(ann.id).or(user::id.eq(bob.id));
        assert_eq!(db.user().count().filter(filter).await.unwrap(), 2);
        assert_eq!(db.user().count().filter(!user::id.eq(ann.id)).await.unwrap(), 3);
        let filter = user::id.eq(ann.id).and(user::name.eq("Ann"));
        assert_eq!(db.user().count().filter(filter).await.unwrap(), 1);
    }
}
