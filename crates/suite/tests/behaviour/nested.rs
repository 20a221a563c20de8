//! Rows made together, and connections between rows.

use relata::Parent;
use relata_suite::{comment, membership, post, profile, tag, team, user};

use crate::harness::{Db, add_post, add_tag, add_user, four, new_user};

fn titled(title: &str) -> post::New<Parent> {
    post::New {
        title: title.to_owned(),
        author_id: Parent,
    }
}

async fn tags_of(db: &Db, id: i32) -> String {
    let include = post::tags.order_by(tag::name.asc());
    let found = db.post().find_unique(post::id.eq(id)).include(include);
    let tags = found.required().await.unwrap().tags;
    tags.iter().map(|tag| tag.name.as_str()).collect()
}

behaviours! {
    async fn a_row_with_rows(db) {
        let ann = db.user().create(new_user("Ann")).with(user::posts, titled("a")).with(user::posts, titled("b")).await.unwrap();
        assert_eq!(db.post().count().filter(post::author_id.eq(ann.id)).await.unwrap(), 2);
    }

    async fn and_they_come_back(db) {
        let ann = db.user().create(new_user("Ann")).with(user::posts, titled("a")).include(user::posts).await.unwrap();
        assert_eq!((ann.name.as_str(), ann.posts[0].title.as_str()), ("Ann", "a"));
    }

    async fn rows_with_more_than_they_need(db) {
        let row = titled("a").set(post::rating.to(5)).set(post::body.to("text"));
        let ann = db.user().create(new_user("Ann")).with(user::posts, row).include(user::posts).await.unwrap();
        assert_eq!((ann.posts[0].rating, ann.posts[0].body.as_deref()), (5, Some("text")));
    }

    async fn three_levels(db) {
        let row = titled("a").draft()
            .with(post::comments, comment::New { text: "c".into(), post_id: Parent })
            .with(post::tags, tag::New { name: "t".into() });
        let ann = db.user().create(new_user("Ann")).with(user::posts, row)
            .include(user::posts.include(post::tags).include(post::comments)).await.unwrap();
        assert_eq!((ann.posts[0].tags[0].name.as_str(), ann.posts[0].comments[0].text.as_str()), ("t", "c"));
    }

    async fn one_to_one(db) {
        let new = profile::New { motto: "m".into(), user_id: Parent };
        let ann = db.user().create(new_user("Ann")).with(user::profile, new).include(user::profile).await.unwrap();
        assert_eq!(ann.profile.unwrap().motto, "m");
    }

    async fn by_an_optional_key(db) {
        let ann = add_user(&db, "Ann").await;
        let row = post::New { title: "e".into(), author_id: ann.id };
        let bob = db.user().create(new_user("Bob")).with(user::edited, row).include(user::edited).await.unwrap();
        assert_eq!(bob.edited[0].editor_id, Some(bob.id));
    }

    async fn by_a_compound_key(db) {
        let ann = add_user(&db, "Ann").await;
        let row = membership::New { org: Parent, code: Parent, user_id: ann.id };
        let team = db.team().create(team::New { org: "a".into(), code: "b".into(), name: "n".into() })
            .with(team::memberships, row).include(team::memberships).await.unwrap();
        assert_eq!((team.memberships[0].org.as_str(), team.memberships[0].user_id), ("a", ann.id));
    }

    async fn of_a_model_with_itself(db) {
        let ann = db.user().create(new_user("Ann")).with(user::reports, new_user("Bob")).include(user::reports).await.unwrap();
        assert_eq!(ann.reports[0].manager_id, Some(ann.id));
    }

    async fn many_to_many(db) {
        let ann = add_user(&db, "Ann").await;
        let row = db.post().create(post::New { title: "a".into(), author_id: ann.id })
            .with(post::tags, tag::New { name: "x".into() }).with(post::tags, tag::New { name: "y".into() }).await.unwrap();
        assert_eq!(tags_of(&db, row.id).await, "xy");
    }

    async fn connected_when_made(db) {
        let ann = add_user(&db, "Ann").await;
        add_tag(&db, "x").await;
        let row = db.post().create(post::New { title: "a".into(), author_id: ann.id })
            .connect(post::tags, tag::name.eq("x")).await.unwrap();
        assert_eq!(tags_of(&db, row.id).await, "x");
    }

    async fn connected_by_a_foreign_key_when_made(db) {
        let ann = add_user(&db, "Ann").await;
        let one = add_post(&db, &ann, "one").await;
        let bob = db.user().create(new_user("Bob")).connect(user::posts, post::id.eq(one.id)).include(user::posts).await.unwrap();
        assert_eq!(bob.posts[0].author_id, bob.id);
    }

    async fn connected_or_made_by_a_join_table(db) {
        let ann = add_user(&db, "Ann").await;
        add_tag(&db, "x").await;
        let new = |name: &str| tag::New { name: name.to_owned() };
        let row = titled("a").draft()
            .connect_or_create(post::tags, tag::name.eq("x"), new("x"))
            .connect_or_create(post::tags, tag::name.eq("y"), new("y"))
            .connect_or_create(post::tags, tag::name.eq("y"), new("y"))
            .belonging_to(post::author, user::id.eq(ann.id));
        let row = db.post().create(row).await.unwrap();
        assert_eq!(tags_of(&db, row.id).await, "xy");
        db.post().update(post::id.eq(row.id))
            .connect_or_create(post::tags, tag::name.eq("x"), new("x"))
            .connect_or_create(post::tags, tag::name.eq("z"), new("z"))
            .await.unwrap();
        assert_eq!((tags_of(&db, row.id).await.as_str(), db.tag().count().await.unwrap()), ("xyz", 3));
    }

    async fn connected_or_made_by_a_foreign_key(db) {
        let ann = add_user(&db, "Ann").await;
        let one = add_post(&db, &ann, "one").await;
        let bob = db.user().create(new_user("Bob"))
            .connect_or_create(user::posts, post::id.eq(one.id), titled("one"))
            .connect_or_create(user::posts, post::id.eq(one.id + 1), titled("two").set(post::rating.to(4)))
            .include(user::posts.order_by(post::title.asc())).await.unwrap();
        let posts: Vec<_> = bob.posts.iter().map(|post| (post.title.as_str(), post.rating)).collect();
        assert_eq!(posts, [("one", one.rating), ("two", 4)]);
        assert_eq!(db.post().count().await.unwrap(), 2);
    }

    async fn what_cannot_be_made_takes_all_back(db) {
        let ann = add_user(&db, "Ann").await;
        add_post(&db, &ann, "one").await;
        let create = db.user().create(new_user("Bob"))
            .connect_or_create(user::posts, post::id.eq(99), titled("two")).with(user::posts, titled("two"));
        assert_eq!(create.await.unwrap_err().code(), "R2001");
        assert_eq!((db.user().count().await.unwrap(), db.post().count().await.unwrap()), (1, 1));
    }

    async fn belonging_to_a_new_row(db) {
        let row = titled("a").draft().belonging_to(post::author, new_user("Ann"));
        let made = db.post().create(row).include(post::author).await.unwrap();
        assert_eq!(made.author.name, "Ann");
    }

    async fn belonging_to_a_row_that_a_key_names(db) {
        let ann = add_user(&db, "Ann").await;
        let row = titled("a").draft().belonging_to(post::author, user::email.eq("ann@x.dev"));
        assert_eq!(db.post().create(row).await.unwrap().author_id, ann.id);
        let row = titled("b").draft().belonging_to(post::author, user::email.eq("nobody"));
        assert_eq!(db.post().create(row).await.unwrap_err().code(), "R2005");
    }

    async fn belonging_to_by_an_optional_key(db) {
        let ann = add_user(&db, "Ann").await;
        let row = post::New { title: "a".into(), author_id: ann.id };
        let row = row.draft().belonging_to(post::editor, new_user("Ed"));
        let made = db.post().create(row).include(post::editor).await.unwrap();
        assert_eq!(made.editor.as_ref().unwrap().name, "Ed");
    }

    async fn all_or_nothing(db) {
        let create = db.user().create(new_user("Ann")).with(user::posts, titled("a")).with(user::posts, titled("a"));
        assert_eq!(create.await.unwrap_err().code(), "R2001");
        assert_eq!(db.user().count().await.unwrap() + db.post().count().await.unwrap(), 0);
    }

    async fn all_or_nothing_inside_a_transaction(db) {
        db.tx(async |tx| {
            tx.user().create(new_user("Bob")).await?;
            let create = tx.user().create(new_user("Ann")).with(user::posts, titled("a")).with(user::posts, titled("a"));
            assert_eq!(create.await.unwrap_err().code(), "R2001");
            Ok(())
        }).await.unwrap();
        assert_eq!(db.user().count().await.unwrap(), 1);
        assert_eq!(db.post().count().await.unwrap(), 0);
    }

    async fn added_by_an_update(db) {
        let ann = add_user(&db, "Ann").await;
        let after = db.user().update(user::id.eq(ann.id)).set(user::name.to("A")).with(user::posts, titled("a")).include(user::posts).await.unwrap();
        assert_eq!((after.name.as_str(), after.posts.len()), ("A", 1));
    }

    async fn connected_by_an_update(db) {
        let ann = add_user(&db, "Ann").await;
        let one = add_post(&db, &ann, "one").await;
        let x = add_tag(&db, "x").await;
        for _ in 0..2 {
            // Twice is once.
            db.post().update(post::id.eq(one.id)).connect(post::tags, tag::id.eq(x.id)).await.unwrap();
        }
        assert_eq!(tags_of(&db, one.id).await, "x");
        db.tag().update(tag::id.eq(x.id)).connect(tag::posts, post::id.eq(one.id)).await.unwrap();
        assert_eq!(tags_of(&db, one.id).await, "x");
    }

    async fn connected_with_a_row_that_is_not_there(db) {
        let ann = add_user(&db, "Ann").await;
        let one = add_post(&db, &ann, "one").await;
        let error = db.post().update(post::id.eq(one.id)).set(post::title.to("x")).connect(post::tags, tag::name.eq("?")).await.unwrap_err();
        assert_eq!(error.code(), "R2005");
        let after = db.post().find_unique(post::id.eq(one.id)).required().await.unwrap();
        assert_eq!(after.title, "one");
        let error = db.user().update(user::id.eq(ann.id)).connect(user::posts, post::id.eq(-1)).await.unwrap_err();
        assert_eq!(error.code(), "R2005");
    }

    async fn disconnected(db) {
        let ann = add_user(&db, "Ann").await;
        let one = add_post(&db, &ann, "one").await;
        for name in ["x", "y"] {
            let tag = add_tag(&db, name).await;
            db.post().update(post::id.eq(one.id)).connect(post::tags, tag::id.eq(tag.id)).await.unwrap();
        }
        db.post().update(post::id.eq(one.id)).disconnect(post::tags, tag::name.eq("x")).await.unwrap();
        assert_eq!(tags_of(&db, one.id).await, "y");
        db.post().update(post::id.eq(one.id)).disconnect(post::tags, tag::name.eq("x")).await.unwrap();
        assert_eq!(tags_of(&db, one.id).await, "y");
    }

    async fn disconnected_by_a_foreign_key(db) {
        let [ann, bob, ..] = four(&db).await;
        db.user().update(user::id.eq(ann.id)).connect(user::reports, user::id.eq(bob.id)).await.unwrap();
        assert_eq!(db.user().count().filter(user::manager.is_not_null()).await.unwrap(), 1);
        db.user().update(user::id.eq(ann.id)).disconnect(user::reports, user::id.eq(bob.id)).await.unwrap();
        assert_eq!(db.user().count().filter(user::manager.is_not_null()).await.unwrap(), 0);
    }

    async fn replaced(db) {
        let ann = add_user(&db, "Ann").await;
        let one = add_post(&db, &ann, "one").await;
        for name in ["x", "y", "z"] {
            add_tag(&db, name).await;
        }
        let key = || post::id.eq(one.id);
        db.post().update(key()).replace(post::tags, ["x", "y"].map(|name| tag::name.eq(name))).await.unwrap();
        assert_eq!(tags_of(&db, one.id).await, "xy");
        db.post().update(key()).replace(post::tags, ["y", "z"].map(|name| tag::name.eq(name))).await.unwrap();
        assert_eq!(tags_of(&db, one.id).await, "yz");
        db.post().update(key()).replace(post::tags, []).await.unwrap();
        assert_eq!(tags_of(&db, one.id).await, "");
    }

    async fn replaced_by_a_foreign_key(db) {
        let [ann, bob, cy, dee] = four(&db).await;
        let reports = |users: Vec<i32>| {
            let keys: Vec<_> = users.into_iter().map(|id| user::id.eq(id)).collect();
            db.user().update(user::id.eq(ann.id)).replace(user::reports, keys).include(user::reports)
        };
        assert_eq!(reports(vec![bob.id, cy.id]).await.unwrap().reports.len(), 2);
        let after = reports(vec![dee.id]).await.unwrap();
        assert_eq!(after.reports[0].name, "Dee");
        assert_eq!(db.user().count().filter(user::manager.is_not_null()).await.unwrap(), 1);
    }

    async fn many_to_many_of_a_model_with_itself(db) {
        let [ann, bob, ..] = four(&db).await;
        let after = db.user().update(user::id.eq(ann.id)).connect(user::followers, user::id.eq(bob.id)).include(user::followers).include(user::follows).await.unwrap();
        assert_eq!((after.followers[0].name.as_str(), after.follows.len()), ("Bob", 0));
        let after = db.user().update(user::id.eq(ann.id)).disconnect(user::followers, user::id.eq(bob.id)).include(user::followers).await.unwrap();
        assert!(after.followers.is_empty());
    }
}
