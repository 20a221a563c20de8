//! A small program on relata: it brings a SQLite file up to date, writes a few rows and reads them back.
//!
//! `cargo run -p blog -- blog.db` works on that file; without an argument, on a database in memory.

#![allow(clippy::print_stdout, reason = "printing is what it does")]

mod read;

/// The schema, as `build.rs` made it.
mod db {
    include!(concat!(env!("OUT_DIR"), "/relata/mod.rs"));
}

use std::path::Path;

use db::{Comment, Post, Role, Tag, User};
use relata::migration::{Folder, Runner};
use relata::sqlite::{Options, Sqlite};
use relata::types::jiff::Timestamp;
use relata::{Connection, Result};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let options = match std::env::args_os().nth(1) {
        Some(file) => Options::file(file).create(true),
        None => Options::memory(),
    };
    let db = options.open().await?;
    deploy(&db).await?;
    if read::all::<User>(&db, "WHERE \"email\" = ?", vec!["ann@example.com".into()])
        .await?
        .is_empty()
    {
        write(&db).await?;
    }
    print(&db).await
}

/// Applies the migrations that the database does not have yet.
async fn deploy(db: &Sqlite) -> Result<()> {
    let folder = Folder::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations"))?;
    folder.check(db.dialect())?;
    let deployed = Runner::new(db).deploy(&folder.migrations, |_| {}).await?;
    for name in deployed.applied {
        println!("applied {name}");
    }
    Ok(())
}

/// A writer, an editor, a post with tags, a remark and an answer, all of them or none.
async fn write(db: &Sqlite) -> Result<()> {
    let tx = db.begin().await?;
    let user = r#"INSERT INTO "User" ("email", "name", "role") VALUES (?, ?, ?) RETURNING "id""#;
    let ann: i32 = read::one(
        &*tx,
        user,
        vec!["ann@example.com".into(), "Ann".into(), Role::Author.into()],
    )
    .await?;
    let bob: i32 = read::one(
        &*tx,
        user,
        vec![
            "bob@example.com".into(),
            None::<&str>.into(),
            Role::Editor.into(),
        ],
    )
    .await?;

    let post = r#"INSERT INTO "Post" ("title", "body", "publishedAt", "authorId", "editorId") VALUES (?, ?, ?, ?, ?) RETURNING "id""#;
    let published: Timestamp = "2026-02-01T09:30:00Z".parse().unwrap_or_default();
    let values = vec![
        "Hello".into(),
        "The first post.".into(),
        published.into(),
        ann.into(),
        bob.into(),
    ];
    let post: i32 = read::one(&*tx, post, values).await?;
    for tag in ["rust", "sql"] {
        tx.execute(r#"INSERT INTO "Tag" ("name") VALUES (?)"#, vec![tag.into()])
            .await?;
        tx.execute(
            r#"INSERT INTO "_PostToTag" ("A", "B") VALUES (?, ?)"#,
            vec![post.into(), tag.into()],
        )
        .await?;
    }

    let comment = r#"INSERT INTO "Comment" ("text", "writerId", "postId", "parentId") VALUES (?, ?, ?, ?) RETURNING "id""#;
    let values = vec!["Nice.".into(), bob.into(), post.into(), None::<i32>.into()];
    let first: i32 = read::one(&*tx, comment, values).await?;
    let _: i32 = read::one(
        &*tx,
        comment,
        vec!["Thanks!".into(), ann.into(), post.into(), first.into()],
    )
    .await?;
    tx.commit().await
}

/// Everything, as generated structs.
async fn print(db: &Sqlite) -> Result<()> {
    let users: Vec<User> = read::all(db, r#"ORDER BY "id""#, vec![]).await?;
    for User {
        id,
        email,
        name,
        role,
    } in &users
    {
        println!(
            "{} <{email}>, {}",
            name.as_deref().unwrap_or("somebody"),
            role.as_str().to_lowercase()
        );
        for post in read::all::<Post>(
            db,
            r#"WHERE "authorId" = ? ORDER BY "id""#,
            vec![(*id).into()],
        )
        .await?
        {
            let editor = users.iter().find(|user| Some(user.id) == post.editor_id);
            let date = post
                .published_at
                .map_or("draft".to_owned(), |time| time.strftime("%F").to_string());
            println!(
                "  {} ({date}, edited by {})",
                post.title,
                editor.map_or("nobody", |user| &user.email)
            );
            let tagged =
                r#"WHERE "name" IN (SELECT "B" FROM "_PostToTag" WHERE "A" = ?) ORDER BY "name""#;
            for Tag { name } in read::all(db, tagged, vec![post.id.into()]).await? {
                println!("    #{name}");
            }
            for comment in read::all::<Comment>(
                db,
                r#"WHERE "postId" = ? ORDER BY "id""#,
                vec![post.id.into()],
            )
            .await?
            {
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
