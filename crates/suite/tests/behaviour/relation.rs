//! Conditions on related rows.

use relata_suite::{comment, membership, post, profile, tag, team, user};

use crate::harness::{Db, add_post, add_tag, four, sorted, titles};

/// Ann has "one" (published) and "two"; Bob has "three"; tags: one and three are "rust", two is "sql"; Ann has a profile.
async fn blog(db: &Db) {
    let [ann, bob, ..] = four(db).await;
    let rust = add_tag(db, "rust").await;
    let sql = add_tag(db, "sql").await;
    for (author, title, published, tag) in [
        (&ann, "one", true, &rust),
        (&ann, "two", false, &sql),
        (&bob, "three", false, &rust),
    ] {
        let made = add_post(db, author, title).await;
        db.post()
            .update(post::id.eq(made.id))
            .set(post::published.to(published))
            .connect(post::tags, tag::id.eq(tag.id))
            .await
            .unwrap();
    }
    let new = profile::New {
        motto: "go".into(),
        user_id: ann.id,
    };
    db.profile().create(new).await.unwrap();
}

behaviours! {
    async fn some(db) {
        blog(&db).await;
        let rows = db.user().find_many().filter(user::posts.some(post::published.eq(true))).await.unwrap();
        assert_eq!(sorted(&rows), "Ann");
    }

    async fn any_and_none_at_all(db) {
        blog(&db).await;
        assert_eq!(sorted(&db.user().find_many().filter(user::posts.any()).await.unwrap()), "Ann Bob");
        assert_eq!(sorted(&db.user().find_many().filter(user::posts.is_empty()).await.unwrap()), "Cy Dee");
    }

    async fn every(db) {
        blog(&db).await;
        let rows = db.user().find_many().filter(user::posts.every(post::title.contains("o"))).await.unwrap();
        assert_eq!(sorted(&rows), "Ann Cy Dee");
    }

    async fn every_counts_what_is_unknown_as_not_met(db) {
        blog(&db).await;
        let rows = db.user().find_many().filter(user::posts.every(post::body.eq("x"))).await.unwrap();
        assert_eq!(sorted(&rows), "Cy Dee");
    }

    async fn every_of_all(db) {
        blog(&db).await;
        let all = relata::client::Filter::all();
        assert_eq!(db.user().find_many().filter(user::posts.every(all)).await.unwrap().len(), 4);
    }

    async fn none(db) {
        blog(&db).await;
        let rows = db.user().find_many().filter(user::posts.none(post::published.eq(true))).await.unwrap();
        assert_eq!(sorted(&rows), "Bob Cy Dee");
    }

    async fn is(db) {
        blog(&db).await;
        let rows = db.post().find_many().filter(post::author.is(user::name.eq("Bob"))).await.unwrap();
        assert_eq!(titles(&rows), ["three"]);
    }

    async fn is_not(db) {
        blog(&db).await;
        let rows = db.post().find_many().filter(post::author.is_not(user::name.eq("Ann"))).await.unwrap();
        assert_eq!(titles(&rows), ["three"]);
    }

    async fn is_null(db) {
        blog(&db).await;
        assert_eq!(db.post().count().filter(post::editor.is_null()).await.unwrap(), 3);
        assert_eq!(db.post().count().filter(post::editor.is_not_null()).await.unwrap(), 0);
        assert_eq!(sorted(&db.user().find_many().filter(user::profile.is_not_null()).await.unwrap()), "Ann");
        assert_eq!(sorted(&db.user().find_many().filter(user::profile.is_null()).await.unwrap()), "Bob Cy Dee");
    }

    async fn many_to_many(db) {
        blog(&db).await;
        let rows = db.post().find_many().filter(post::tags.some(tag::name.eq("rust"))).order_by(post::id.asc()).await.unwrap();
        assert_eq!(titles(&rows), ["one", "three"]);
        let rows = db.post().find_many().filter(post::tags.none(tag::name.eq("rust"))).await.unwrap();
        assert_eq!(titles(&rows), ["two"]);
        let rows = db.tag().find_many().filter(tag::posts.every(post::published.eq(false))).await.unwrap();
        assert_eq!(rows[0].name, "sql");
    }

    async fn through_several_relations(db) {
        blog(&db).await;
        let rust = tag::name.eq("rust");
        let rows = db.user().find_many().filter(user::posts.some(post::tags.some(rust))).await.unwrap();
        assert_eq!(sorted(&rows), "Ann Bob");
        let rows = db.tag().find_many().filter(tag::posts.some(post::author.is(user::profile.is(profile::motto.eq("go"))))).await.unwrap();
        assert_eq!(rows.len(), 2);
    }

    async fn with_other_conditions(db) {
        blog(&db).await;
        let filter = user::posts.any().and(user::age.lt(25)).or(user::name.eq("Cy"));
        assert_eq!(sorted(&db.user().find_many().filter(filter).await.unwrap()), "Bob Cy");
        let filter = user::posts.some(post::published.eq(false).and(post::tags.some(tag::name.eq("sql"))));
        assert_eq!(sorted(&db.user().find_many().filter(filter).await.unwrap()), "Ann");
    }

    async fn not(db) {
        blog(&db).await;
        let filter = !user::posts.some(post::published.eq(true));
        assert_eq!(sorted(&db.user().find_many().filter(filter).await.unwrap()), "Bob Cy Dee");
    }

    async fn two_relations_between_two_models(db) {
        blog(&db).await;
        let bob = db.user().find_unique(user::email.eq("bob@x.dev")).required().await.unwrap();
        db.post().update_many().filter(post::title.eq("one")).set(post::editor_id.to(bob.id)).await.unwrap();
        assert_eq!(sorted(&db.user().find_many().filter(user::edited.any()).await.unwrap()), "Bob");
        let rows = db.post().find_many().filter(post::editor.is(user::name.eq("Bob"))).await.unwrap();
        assert_eq!(titles(&rows), ["one"]);
        let rows = db.post().find_many().filter(post::editor.is(user::name.eq("Bob")).and(post::author.is(user::name.eq("Ann")))).await.unwrap();
        assert_eq!(titles(&rows), ["one"]);
    }

    async fn of_a_model_with_itself(db) {
        let [ann, bob, cy, _] = four(&db).await;
        for (who, boss) in [(&bob, &ann), (&cy, &bob)] {
            db.user().update(user::id.eq(who.id)).set(user::manager_id.to(boss.id)).await.unwrap();
        }
        let rows = db.user().find_many().filter(user::manager.is(user::name.eq("Ann"))).await.unwrap();
        assert_eq!(sorted(&rows), "Bob");
        let rows = db.user().find_many().filter(user::reports.some(user::reports.any())).await.unwrap();
        assert_eq!(sorted(&rows), "Ann");
        let rows = db.user().find_many().filter(user::manager.is(user::manager.is(user::name.eq("Ann")))).await.unwrap();
        assert_eq!(sorted(&rows), "Cy");
    }

    async fn many_to_many_of_a_model_with_itself(db) {
        let [ann, bob, cy, _] = four(&db).await;
        db.user().update(user::id.eq(ann.id)).connect(user::follows, user::id.eq(bob.id)).connect(user::follows, user::id.eq(cy.id)).await.unwrap();
        let rows = db.user().find_many().filter(user::followers.some(user::name.eq("Ann"))).await.unwrap();
        assert_eq!(sorted(&rows), "Bob Cy");
        let rows = db.user().find_many().filter(user::follows.some(user::name.eq("Bob"))).await.unwrap();
        assert_eq!(sorted(&rows), "Ann");
    }

    async fn by_a_compound_key(db) {
        let [ann, ..] = four(&db).await;
        for code in ["x", "y"] {
            db.team().create(team::New { org: "a".into(), code: code.into(), name: code.into() }).await.unwrap();
        }
        db.membership().create(membership::New { org: "a".to_owned(), code: "x".to_owned(), user_id: ann.id }).await.unwrap();
        let rows = db.team().find_many().filter(team::memberships.some(membership::user.is(user::name.eq("Ann")))).await.unwrap();
        assert_eq!(rows.len(), 1);
        let rows = db.membership().find_many().filter(membership::team.is(team::name.eq("y"))).await.unwrap();
        assert!(rows.is_empty());
    }

    async fn optional_to_itself(db) {
        blog(&db).await;
        let one = db.post().find_first().required().await.unwrap();
        let new = comment::New { text: "a".into(), post_id: one.id };
        let parent = db.comment().create(new.clone()).await.unwrap();
        db.comment().create(new).set(comment::parent_id.to(&parent.id)).await.unwrap();
        assert_eq!(db.comment().count().filter(comment::replies.any()).await.unwrap(), 1);
        assert_eq!(db.comment().count().filter(comment::parent.is_null()).await.unwrap(), 1);
    }
}
