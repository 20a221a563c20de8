//! Rows in the shapes that the schema names.

use relata::Parent;
use relata_suite::{Post, PostCard, Tag, UserPage, comment, post, profile, tag, user};

use crate::harness::{Db, add_user, new_user};

async fn page(db: &Db) -> i32 {
    let ed = db
        .user()
        .create(new_user("Ed"))
        .with(
            user::profile,
            profile::New {
                motto: "m".into(),
                user_id: Parent,
            },
        )
        .await
        .unwrap();
    let post = |title: &str| post::New {
        title: title.to_owned(),
        author_id: Parent,
    };
    let one = post("one")
        .set(post::editor_id.to(ed.id))
        .with(post::tags, tag::New { name: "x".into() })
        .with(post::tags, tag::New { name: "y".into() })
        .with(
            post::comments,
            comment::New {
                text: "c".into(),
                post_id: Parent,
            },
        );
    let ann = db
        .user()
        .create(new_user("Ann"))
        .set(user::manager_id.to(ed.id))
        .with(user::posts, one)
        .with(user::posts, post("two"))
        .await
        .unwrap();
    ann.id
}

/// It is one struct: a function can take it, and a literal makes it.
fn sizes(page: &UserPage) -> (usize, usize) {
    let tags = page.posts.iter().map(|post| post.tags.len()).sum();
    (page.posts.len(), tags)
}

behaviours! {
    async fn of_many_rows(db) {
        page(&db).await;
        let pages: Vec<UserPage> = db.user().find_many().order_by(user::name.asc()).shape().await.unwrap();
        assert_eq!(pages.iter().map(sizes).collect::<Vec<_>>(), [(2, 2), (0, 0)]);
        assert_eq!((pages[0].name.as_str(), pages[0].manager.as_ref().unwrap().name.as_str()), ("Ann", "Ed"));
    }

    async fn of_one_row(db) {
        let id = page(&db).await;
        let page = db.user().find_unique(user::id.eq(id)).shape::<UserPage>().required().await.unwrap();
        assert_eq!((page.profile.is_none(), page.manager.is_some()), (true, true));
        let first = page.posts.iter().find(|post| post.title == "one").unwrap();
        let editor = first.editor.as_ref().unwrap();
        assert_eq!((first.comments[0].text.as_str(), editor.profile.as_ref().unwrap().motto.as_str()), ("c", "m"));
        assert!(page.posts.iter().find(|post| post.title == "two").unwrap().editor.is_none());
    }

    async fn that_is_not_there(db) {
        assert!(db.user().find_first().filter(user::name.eq("Ann")).shape::<UserPage>().await.unwrap().is_none());
        let error = db.user().find_unique(user::id.eq(7)).shape::<UserPage>().required().await.unwrap_err();
        assert_eq!(error.code(), "R2005");
    }

    async fn of_a_row_that_is_made_or_changed(db) {
        let ann = add_user(&db, "Ann").await;
        let row = post::New { title: "a".into(), author_id: ann.id };
        let card = db.post().create(row).with(post::tags, tag::New { name: "x".into() }).shape::<PostCard>().await.unwrap();
        assert_eq!((card.author.name.as_str(), card.author.posts.len(), card.tags.len()), ("Ann", 1, 1));
        let card = db.post().update(post::id.eq(card.id)).set(post::title.to("b")).shape::<PostCard>().await.unwrap();
        assert_eq!((card.title.as_str(), card.author.posts[0].title.as_str()), ("b", "b"));
        let row = post::New { title: "c".into(), author_id: ann.id };
        let card = db.post().upsert(post::slug.eq("c"), row).set(post::slug.to("c")).shape::<PostCard>().await.unwrap();
        assert_eq!(card.author.posts.len(), 2);
    }

    async fn inside_an_include(db) {
        page(&db).await;
        let users = db.user().find_many().filter(user::name.eq("Ann"))
            .include(user::posts.order_by(post::title.desc()).take(1).shape::<PostCard>()).await.unwrap();
        let [card] = &users[0].posts[..] else { panic!("{}", users[0].posts.len()) };
        assert_eq!((card.title.as_str(), card.author.posts.len()), ("two", 2));
    }

    async fn with_more_beside_it(db) {
        page(&db).await;
        let users = db.user().find_many().shape::<UserPage>().include(user::edited).order_by(user::name.asc()).await.unwrap();
        assert_eq!((users[0].posts.len(), users[1].edited.len()), (2, 1));
    }

    async fn in_a_stream(db) {
        page(&db).await;
        let mut pages = db.user().find_many().order_by(user::name.asc()).shape::<UserPage>().stream();
        let first = pages.next().await.unwrap().unwrap();
        assert_eq!((first.name.as_str(), first.posts.len()), ("Ann", 2));
    }

    async fn made_by_hand(db) {
        let ann = add_user(&db, "Ann").await;
        let row = post::New { title: "a".into(), author_id: ann.id };
        let card: PostCard = db.post().create(row).shape().await.unwrap();
        let other = PostCard { tags: vec![Tag { id: 1, name: "x".into() }], ..card.clone() };
        let posts: Vec<Post> = card.author.posts.clone();
        assert_eq!((other.tags.len(), posts.len(), other == card), (1, 1, false));
    }
}
