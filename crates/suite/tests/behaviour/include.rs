//! Rows with their relations.

use relata_suite::{
    Post, Tag, User, booking, comment, membership, post, profile, room, tag, team, user,
};

use crate::harness::{Db, add_post, add_tag, add_user, four};

/// Ann has the posts "a", "b" and "c", tagged "x y", "x" and not at all; Bob has "d", tagged "y"; the others have none.
async fn blog(db: &Db) -> [User; 4] {
    let users = four(db).await;
    let x = add_tag(db, "x").await;
    let y = add_tag(db, "y").await;
    let posts: [(&User, &str, &[&Tag]); 4] = [
        (&users[0], "a", &[&x, &y]),
        (&users[0], "b", &[&x]),
        (&users[0], "c", &[]),
        (&users[1], "d", &[&y]),
    ];
    for (author, title, tags) in posts {
        let made = add_post(db, author, title).await;
        let mut update = db.post().update(post::id.eq(made.id));
        for tag in tags {
            update = update.connect(post::tags, tag::id.eq(tag.id));
        }
        update.await.unwrap();
    }
    users
}

fn titles<P: std::ops::Deref<Target = Post>>(posts: &[P]) -> String {
    let titles: Vec<&str> = posts.iter().map(|post| post.title.as_str()).collect();
    titles.join(" ")
}

fn joined(posts: &[Post]) -> String {
    let titles: Vec<&str> = posts.iter().map(|post| post.title.as_str()).collect();
    titles.join(" ")
}

behaviours! {
    async fn to_many(db) {
        blog(&db).await;
        let rows = db.user().find_many().order_by(user::name.asc()).include(user::posts.order_by(post::title.asc())).await.unwrap();
        let found: Vec<(&str, String)> = rows.iter().map(|row| (row.name.as_str(), joined(&row.posts))).collect();
        assert_eq!(found, [("Ann", "a b c".to_owned()), ("Bob", "d".to_owned()), ("Cy", String::new()), ("Dee", String::new())]);
    }

    async fn to_one(db) {
        blog(&db).await;
        let rows = db.post().find_many().order_by(post::title.asc()).include(post::author).await.unwrap();
        let found: Vec<&str> = rows.iter().map(|row| row.author.name.as_str()).collect();
        assert_eq!(found, ["Ann", "Ann", "Ann", "Bob"]);
    }

    async fn to_one_or_none(db) {
        let [_, bob, ..] = blog(&db).await;
        db.post().update_many().filter(post::title.eq("a")).set(post::editor_id.to(bob.id)).await.unwrap();
        let rows = db.post().find_many().order_by(post::title.asc()).take(2).include(post::editor).await.unwrap();
        assert_eq!(rows[0].editor.as_ref().unwrap().name, "Bob");
        assert!(rows[1].editor.is_none());
    }

    async fn the_other_side_of_one_to_one(db) {
        let [ann, ..] = blog(&db).await;
        db.profile().create(profile::New { motto: "m".into(), user_id: ann.id }).await.unwrap();
        let rows = db.user().find_many().order_by(user::name.asc()).take(2).include(user::profile).await.unwrap();
        assert_eq!(rows[0].profile.as_ref().unwrap().motto, "m");
        assert!(rows[1].profile.is_none());
        let row = db.profile().find_first().include(profile::user).required().await.unwrap();
        assert_eq!(row.user.name, "Ann");
    }

    async fn many_to_many(db) {
        blog(&db).await;
        let rows = db.post().find_many().order_by(post::title.asc()).include(post::tags.order_by(tag::name.asc())).await.unwrap();
        let found: Vec<String> = rows.iter().map(|row| row.tags.iter().map(|tag| tag.name.as_str()).collect()).collect();
        assert_eq!(found, ["xy", "x", "", "y"]);
        let rows = db.tag().find_many().order_by(tag::name.asc()).include(tag::posts.order_by(post::title.asc())).await.unwrap();
        assert_eq!(joined(&rows[0].posts), "a b");
        assert_eq!(joined(&rows[1].posts), "a d");
    }

    async fn several(db) {
        blog(&db).await;
        let row = db.post().find_first().filter(post::title.eq("a")).include(post::author).include(post::tags).include(post::comments).required().await.unwrap();
        assert_eq!((row.author.name.as_str(), row.tags.len(), row.comments.len()), ("Ann", 2, 0));
        assert_eq!(row.title, "a");
    }

    async fn nested(db) {
        blog(&db).await;
        let include = user::posts.order_by(post::title.asc()).include(post::tags.order_by(tag::name.desc()));
        let ann = db.user().find_unique(user::email.eq("ann@x.dev")).include(include).required().await.unwrap();
        assert_eq!(titles(&ann.posts), "a b c");
        assert_eq!(ann.posts[0].tags[0].name, "y");
        assert!(ann.posts[2].tags.is_empty());
    }

    async fn four_levels(db) {
        blog(&db).await;
        let include = user::posts.include(post::tags.include(tag::posts.order_by(post::title.asc()).include(post::author)));
        let ann = db.user().find_unique(user::email.eq("ann@x.dev")).include(include).required().await.unwrap();
        let a = ann.posts.iter().find(|post| post.title == "a").unwrap();
        let y = a.tags.iter().find(|tag| tag.name == "y").unwrap();
        assert_eq!(titles(&y.posts), "a d");
        assert_eq!(y.posts[1].author.name, "Bob");
        let b = ann.posts.iter().find(|post| post.title == "b").unwrap();
        assert_eq!(titles(&b.tags[0].posts), "a b");
    }

    async fn two_at_each_level(db) {
        blog(&db).await;
        let posts = user::posts.include(post::tags).include(post::author.include(user::profile));
        let row = db.user().find_unique(user::email.eq("bob@x.dev")).include(posts).include(user::profile).required().await.unwrap();
        assert_eq!(row.posts[0].author.name, "Bob");
        assert!(row.posts[0].author.profile.is_none() && row.profile.is_none());
    }

    async fn filtered(db) {
        blog(&db).await;
        let include = user::posts.filter(post::title.ne("b")).order_by(post::title.desc());
        let ann = db.user().find_unique(user::email.eq("ann@x.dev")).include(include).required().await.unwrap();
        assert_eq!(joined(&ann.posts), "c a");
    }

    async fn filtered_by_a_relation(db) {
        blog(&db).await;
        let include = user::posts.filter(post::tags.some(tag::name.eq("y")));
        let rows = db.user().find_many().order_by(user::name.asc()).include(include).await.unwrap();
        assert_eq!((joined(&rows[0].posts), joined(&rows[1].posts)), ("a".to_owned(), "d".to_owned()));
    }

    async fn the_first_of_each(db) {
        blog(&db).await;
        let include = user::posts.order_by(post::title.desc()).take(2);
        let rows = db.user().find_many().order_by(user::name.asc()).include(include).await.unwrap();
        assert_eq!((joined(&rows[0].posts), joined(&rows[1].posts)), ("c b".to_owned(), "d".to_owned()));
    }

    async fn without_the_first_of_each(db) {
        blog(&db).await;
        let include = user::posts.order_by(post::title.asc()).skip(1).take(1);
        let rows = db.user().find_many().order_by(user::name.asc()).include(include).await.unwrap();
        assert_eq!((joined(&rows[0].posts), joined(&rows[1].posts)), ("b".to_owned(), String::new()));
    }

    async fn the_first_of_each_many_to_many(db) {
        blog(&db).await;
        let include = tag::posts.order_by(post::title.desc()).take(1);
        let rows = db.tag().find_many().order_by(tag::name.asc()).include(include).await.unwrap();
        assert_eq!((joined(&rows[0].posts), joined(&rows[1].posts)), ("b".to_owned(), "d".to_owned()));
    }

    async fn ordered_by_a_related_row(db) {
        blog(&db).await;
        let include = tag::posts.order_by(post::author.order(user::name.desc()));
        let y = db.tag().find_unique(tag::name.eq("y")).include(include).required().await.unwrap();
        assert_eq!(joined(&y.posts), "d a");
        let include = tag::posts.order_by(post::author.order(user::name.desc())).take(1);
        let y = db.tag().find_unique(tag::name.eq("y")).include(include).required().await.unwrap();
        assert_eq!(joined(&y.posts), "d");
    }

    async fn of_nothing(db) {
        let rows = db.user().find_many().include(user::posts.include(post::tags)).await.unwrap();
        assert!(rows.is_empty());
    }

    async fn of_a_model_with_itself(db) {
        let [ann, bob, cy, _] = four(&db).await;
        for who in [&bob, &cy] {
            db.user().update(user::id.eq(who.id)).set(user::manager_id.to(ann.id)).await.unwrap();
        }
        let row = db.user().find_unique(user::id.eq(ann.id)).include(user::reports.order_by(user::name.asc())).include(user::manager).required().await.unwrap();
        assert_eq!(row.reports[1].name, "Cy");
        assert!(row.manager.is_none());
        let row = db.user().find_unique(user::id.eq(bob.id)).include(user::manager.include(user::reports)).required().await.unwrap();
        assert_eq!(row.manager.unwrap().reports.len(), 2);
    }

    async fn both_directions_of_a_many_to_many_with_itself(db) {
        let [ann, bob, cy, _] = four(&db).await;
        db.user().update(user::id.eq(ann.id)).connect(user::follows, user::id.eq(bob.id)).await.unwrap();
        db.user().update(user::id.eq(cy.id)).connect(user::follows, user::id.eq(ann.id)).await.unwrap();
        let row = db.user().find_unique(user::id.eq(ann.id)).include(user::follows).include(user::followers).required().await.unwrap();
        assert_eq!((row.follows[0].name.as_str(), row.followers[0].name.as_str()), ("Bob", "Cy"));
    }

    async fn by_a_compound_key(db) {
        let ann = add_user(&db, "Ann").await;
        for code in ["x", "y"] {
            db.team().create(team::New { org: "a".into(), code: code.into(), name: code.into() }).await.unwrap();
            db.membership().create(membership::New { org: "a".to_owned(), code: code.to_owned(), user_id: ann.id }).await.unwrap();
        }
        let rows = db.team().find_many().order_by(team::name.asc()).include(team::memberships.include(membership::user)).await.unwrap();
        assert_eq!(rows[1].memberships[0].user.name, "Ann");
        let rows = db.membership().find_many().order_by(membership::code.asc()).include(membership::team).await.unwrap();
        assert_eq!(rows[1].team.name, "y");
    }

    async fn two_keys_that_share_a_column(db) {
        db.team().create(team::New { org: "a".into(), code: "x".into(), name: "n".into() }).await.unwrap();
        db.room().create(room::New { org: "a".into(), number: 7 }).await.unwrap();
        let new = booking::New { org: "a".to_owned(), team_code: "x".to_owned(), number: 7 };
        db.booking().create(new).await.unwrap();
        let row = db.booking().find_first().include(booking::team).include(booking::room).required().await.unwrap();
        assert_eq!((row.team.name.as_str(), row.room.number, row.id.len()), ("n", 7, 21));
    }

    async fn a_wrapper_is_its_row(db) {
        fn title_of(post: &Post) -> &str {
            &post.title
        }
        blog(&db).await;
        let mut row = db.post().find_first().order_by(post::title.asc()).include(post::author).include(post::tags).required().await.unwrap();
        assert_eq!(title_of(&row), "a");
        row.title.push('!');
        assert_eq!(row.base.base.title, "a!");
        let post::WithTags { base: with_author, tags } = row;
        let post::WithAuthor { base: alone, author } = with_author;
        assert_eq!((alone.title.as_str(), author.name.as_str(), tags.len()), ("a!", "Ann", 2));
    }

    async fn a_type_that_can_be_written_down(db) {
        async fn page(db: &Db) -> relata::Result<Vec<user::WithPosts<User, Vec<post::WithTags>>>> {
            db.user().find_many().include(user::posts.include(post::tags)).await
        }
        blog(&db).await;
        assert_eq!(page(&db).await.unwrap().len(), 4);
        let plain: Vec<user::WithPosts> = db.user().find_many().include(user::posts).await.unwrap();
        assert_eq!(plain.len(), 4);
    }

    async fn with_limits_on_the_rows_themselves(db) {
        blog(&db).await;
        let rows = db.user().find_many().order_by(user::name.desc()).take_last(3).include(user::posts).await.unwrap();
        let found: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(found, ["Cy", "Bob", "Ann"]);
        assert_eq!(rows[1].posts[0].title, "d");
    }

    async fn more_rows_than_one_query_takes(db) {
        let ann = add_user(&db, "Ann").await;
        let posts = (0..40_000).map(|n| post::New { title: format!("p{n}"), author_id: ann.id });
        db.post().create_many(posts).await.unwrap();
        let rows = db.post().find_many().include(post::comments).include(post::author).await.unwrap();
        assert_eq!(rows.len(), 40_000);
        assert!(rows.iter().all(|row| row.author.name == "Ann" && row.comments.is_empty()));
    }

    async fn text_keys(db) {
        let ann = add_user(&db, "Ann").await;
        let one = add_post(&db, &ann, "one").await;
        let parent = db.comment().create(comment::New { text: "p".into(), post_id: one.id }).await.unwrap();
        for text in ["a", "b"] {
            db.comment().create(comment::New { text: text.into(), post_id: one.id }).set(comment::parent_id.to(&parent.id)).await.unwrap();
        }
        let row = db.comment().find_unique(comment::id.eq(&parent.id)).include(comment::replies.order_by(comment::text.desc())).required().await.unwrap();
        assert_eq!(row.replies[0].text, "b");
    }

    async fn first_and_unique(db) {
        blog(&db).await;
        assert!(db.user().find_first().filter(user::age.gt(99)).include(user::posts).await.unwrap().is_none());
        let row = db.user().find_first().order_by(user::name.asc()).include(user::posts).await.unwrap().unwrap();
        assert_eq!(row.posts.len(), 3);
    }

    async fn in_a_transaction(db) {
        blog(&db).await;
        let count = db.tx(async |tx| {
            let rows = tx.user().find_many().include(user::posts).include(user::edited).await?;
            Ok(rows.iter().map(|row| row.posts.len()).sum::<usize>())
        }).await.unwrap();
        assert_eq!(count, 4);
    }
}
