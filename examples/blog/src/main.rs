//! A small program on relata: it brings a SQLite file up to date, writes a few rows and reads them back.
//!
//! `cargo run -p blog -- blog.db` works on that file; without an argument, on a database in memory. The migrations are embedded: the
//! program needs no file but its database.

#![allow(clippy::print_stdout, reason = "printing is what it does")]

/// The schema, as `build.rs` made it.
mod db {
    include!(concat!(env!("OUT_DIR"), "/relata/mod.rs"));
}

use db::{Client, Role, comment, post, tag, user};
use relata::sqlite::Options;
use relata::types::jiff::Timestamp;
use relata::{Parent, Result};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let options = match std::env::args_os().nth(1) {
        Some(file) => Options::file(file).create(true),
        None => Options::memory(),
    };
    let db = Client::new(options.open().await?);
    for name in db.migrate().await?.applied {
        println!("applied {name}");
    }
    let ann = user::email.eq("ann@example.com");
    if db.user().find_unique(ann).await?.is_none() {
        write(&db).await?;
    }
    print(&db).await
}

/// A writer, an editor, a post with tags, a remark and an answer, all of them or none.
async fn write(db: &Client) -> Result<()> {
    db.tx(async |tx| {
        let bob = tx
            .user()
            .create(user::New {
                email: "bob@example.com".into(),
            })
            .set(user::role.to(Role::Editor))
            .await?;
        let published: Timestamp = "2026-02-01T09:30:00Z".parse().unwrap_or_default();
        let hello = post::New {
            title: "Hello".into(),
            body: "The first post.".into(),
            author_id: Parent,
        };
        let hello = hello
            .set(post::published_at.to(published))
            .set(post::editor_id.to(bob.id))
            .with(
                post::tags,
                tag::New {
                    name: "rust".into(),
                },
            )
            .with(post::tags, tag::New { name: "sql".into() });
        let ann = tx
            .user()
            .create(user::New {
                email: "ann@example.com".into(),
            })
            .set(user::name.to("Ann"))
            .set(user::role.to(Role::Author))
            .with(user::posts, hello)
            .include(user::posts)
            .await?;
        let nice = comment::New {
            text: "Nice.".into(),
            writer_id: bob.id,
            post_id: ann.posts[0].id,
        };
        let thanks = comment::New {
            text: "Thanks!".into(),
            writer_id: ann.id,
            post_id: ann.posts[0].id,
        };
        let nice = tx.comment().create(nice).await?;
        tx.comment()
            .create(thanks)
            .set(comment::parent_id.to(nice.id))
            .await?;
        Ok(())
    })
    .await
}

/// Everything: users with their posts, and what belongs to these. A query for each relation, however many rows there are.
async fn print(db: &Client) -> Result<()> {
    let posts = user::posts
        .order_by(post::id.asc())
        .include(post::editor)
        .include(post::tags.order_by(tag::name.asc()))
        .include(post::comments.order_by(comment::id.asc()));
    let users = db
        .user()
        .find_many()
        .order_by(user::id.asc())
        .include(posts)
        .await?;
    for user in &users {
        let name = user.name.as_deref().unwrap_or("somebody");
        println!(
            "{name} <{}>, {}",
            user.email,
            user.role.as_str().to_lowercase()
        );
        for post in &user.posts {
            let editor = post
                .editor
                .as_ref()
                .map_or("nobody", |editor| &editor.email);
            let date = post
                .published_at
                .map_or("draft".to_owned(), |time| time.strftime("%F").to_string());
            println!("  {} ({date}, edited by {editor})", post.title);
            for tag in &post.tags {
                println!("    #{}", tag.name);
            }
            for comment in &post.comments {
                let mark = if comment.parent_id.is_some() {
                    "  >"
                } else {
                    ">"
                };
                println!("    {mark} {}", comment.text);
            }
        }
    }
    Ok(())
}
