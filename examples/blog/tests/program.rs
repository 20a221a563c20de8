//! The program against a real file: from nothing, again, and from the middle of its history.

use std::path::Path;
use std::process::Command;

use relata::Connection;
use relata::migration::{Folder, Runner};
use relata::sqlite::Options;

const BLOG: &str = "somebody <bob@example.com>, editor
Ann <ann@example.com>, author
  Hello (2026-02-01, edited by bob@example.com)
    #rust
    #sql
    > Nice.
      > Thanks!
";

fn run(file: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_blog"))
        .arg(file)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn it_writes_once_and_reads_what_it_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("blog.db");
    assert_eq!(
        run(&file),
        format!("applied 20260101000000_init\napplied 20260115000000_editors\n{BLOG}")
    );
    assert_eq!(run(&file), BLOG);
}

#[tokio::test]
async fn rows_from_before_a_rebuild_are_there_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("blog.db");
    let db = Options::file(&file).create(true).open().await.unwrap();
    let migrations = Folder::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations"))
        .unwrap()
        .migrations;
    Runner::new(&db)
        .deploy(&migrations[..1], |_| {})
        .await
        .unwrap();
    db.batch(
        r#"INSERT INTO "User" ("id", "email") VALUES (7, 'eve@example.com');
           INSERT INTO "Post" ("id", "title", "body", "authorId") VALUES (9, 'Old', '', 7);
           INSERT INTO "Comment" ("text", "writerId", "postId") VALUES ('Kept.', 7, 9);"#,
    )
    .await
    .unwrap();
    db.close().await.unwrap();

    let said = run(&file);
    let old = "somebody <eve@example.com>, reader\n  Old (draft, edited by nobody)\n    > Kept.\n";
    assert_eq!(said, format!("applied 20260115000000_editors\n{old}{BLOG}"));
}
