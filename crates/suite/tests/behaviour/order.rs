//! Orders.

use relata_suite::{post, user};

use crate::harness::{add_post, add_user, four, names, new_user, titles};

behaviours! {
    async fn ascending_and_descending(db) {
        four(&db).await;
        let rows = db.user().find_many().order_by(user::name.asc()).await.unwrap();
        assert_eq!(names(&rows), ["Ann", "Bob", "Cy", "Dee"]);
        let rows = db.user().find_many().order_by(user::name.desc()).await.unwrap();
        assert_eq!(names(&rows), ["Dee", "Cy", "Bob", "Ann"]);
    }

    async fn by_several_columns(db) {
        for (name, views) in [("A", 2), ("B", 1), ("C", 2), ("D", 1)] {
            db.user().create(new_user(name)).set(user::views.to(views)).await.unwrap();
        }
        let rows = db.user().find_many().order_by(user::views.asc()).order_by(user::name.desc()).await.unwrap();
        assert_eq!(names(&rows), ["D", "B", "C", "A"]);
    }

    async fn nulls_first(db) {
        four(&db).await;
        let rows = db.user().find_many().order_by(user::age.asc().nulls_first()).await.unwrap();
        assert_eq!(names(&rows), ["Cy", "Bob", "Ann", "Dee"]);
        let rows = db.user().find_many().order_by(user::age.desc().nulls_first()).await.unwrap();
        assert_eq!(names(&rows), ["Cy", "Dee", "Ann", "Bob"]);
    }

    async fn nulls_last(db) {
        four(&db).await;
        let rows = db.user().find_many().order_by(user::age.asc().nulls_last()).await.unwrap();
        assert_eq!(names(&rows), ["Bob", "Ann", "Dee", "Cy"]);
        let rows = db.user().find_many().order_by(user::age.desc().nulls_last()).await.unwrap();
        assert_eq!(names(&rows), ["Dee", "Ann", "Bob", "Cy"]);
    }

    async fn nulls_from_the_end(db) {
        four(&db).await;
        let rows = db.user().find_many().order_by(user::age.asc().nulls_last()).take_last(2).await.unwrap();
        assert_eq!(names(&rows), ["Dee", "Cy"]);
    }

    async fn by_a_related_row(db) {
        let [ann, bob, ..] = four(&db).await;
        add_post(&db, &bob, "one").await;
        add_post(&db, &ann, "two").await;
        let rows = db.post().find_many().order_by(post::author.order(user::name.asc())).await.unwrap();
        assert_eq!(titles(&rows), ["two", "one"]);
        let rows = db.post().find_many().order_by(post::author.order(user::name.desc())).await.unwrap();
        assert_eq!(titles(&rows), ["one", "two"]);
    }

    async fn by_a_row_two_relations_away(db) {
        let [ann, bob, cy, dee] = four(&db).await;
        for (who, boss) in [(&ann, &dee), (&bob, &cy)] {
            db.user().update(user::id.eq(who.id)).set(user::manager_id.to(boss.id)).await.unwrap();
        }
        add_post(&db, &ann, "of dee").await;
        add_post(&db, &bob, "of cy").await;
        let order = post::author.order(user::manager.order(user::name.asc()));
        let rows = db.post().find_many().order_by(order).await.unwrap();
        assert_eq!(titles(&rows), ["of cy", "of dee"]);
    }

    async fn by_the_number_of_related_rows(db) {
        let [ann, bob, ..] = four(&db).await;
        add_post(&db, &bob, "one").await;
        add_post(&db, &bob, "two").await;
        add_post(&db, &ann, "three").await;
        let rows = db.user().find_many().order_by(user::posts.most_first()).take(2).await.unwrap();
        assert_eq!(names(&rows), ["Bob", "Ann"]);
        let rows = db.user().find_many().order_by(user::posts.fewest_first()).order_by(user::name.asc()).await.unwrap();
        assert_eq!(names(&rows), ["Cy", "Dee", "Ann", "Bob"]);
    }

    async fn by_the_number_of_joined_rows(db) {
        let [ann, bob, ..] = four(&db).await;
        db.user().update(user::id.eq(bob.id)).connect(user::followers, user::id.eq(ann.id)).await.unwrap();
        let rows = db.user().find_many().order_by(user::followers.most_first()).take(1).await.unwrap();
        assert_eq!(names(&rows), ["Bob"]);
    }

    async fn booleans(db) {
        let ann = add_user(&db, "Ann").await;
        let one = add_post(&db, &ann, "one").await;
        add_post(&db, &ann, "two").await;
        db.post().update(post::id.eq(one.id)).set(post::published.to(true)).await.unwrap();
        let rows = db.post().find_many().order_by(post::published.asc()).await.unwrap();
        assert_eq!(titles(&rows), ["two", "one"]);
    }
}
