//! Changes under load (PostgreSQL): a reader and a writer go on while the online style works, and do not while the simple one does.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use relata::postgres::Options;
use relata::{Connection, ConnectionUrl};
use relata_introspect::introspect;
use relata_migrate::{Live, Source, catalog_of};
use relata_script::{Dialect, split};
use relata_sql::{Catalog, diff, plan};
use relata_testing::{Database, Postgres};

/// What a change does, the database before it, and after. Every check and index looks at rows through a function that sleeps, so
/// that the work takes longer than anybody is willing to wait.
const CHANGES: &[(&str, &str, &str)] = &[
    ("an index is built", "", "CREATE INDEX i ON busy (slow(b));"),
    (
        "a unique is built",
        "",
        "CREATE UNIQUE INDEX u ON busy (slow(b));",
    ),
    (
        "a check is added",
        "",
        "ALTER TABLE busy ADD CONSTRAINT c CHECK (slow(b) > 0);",
    ),
    (
        "a foreign key is added",
        "",
        "ALTER TABLE busy ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES parent (id);",
    ),
    (
        "a column becomes required",
        "",
        "ALTER TABLE busy ALTER COLUMN b SET NOT NULL;",
    ),
];

/// The setup; `parent` is a view of slowness for foreign keys: its lookups run through a trigger-less, but large, table.
const SETUP: &str = "CREATE FUNCTION slow(i INT) RETURNS INT IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.01); RETURN i; END $$;
CREATE TABLE parent (id INT PRIMARY KEY);
INSERT INTO parent SELECT generate_series(1, ROWS);
CREATE TABLE busy (id INT PRIMARY KEY, b INT);
INSERT INTO busy SELECT i, i FROM generate_series(1, ROWS) AS i;
ANALYZE;";

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

fn catalog(database: &Database) -> Catalog {
    let url: ConnectionUrl = database.url().parse().expect("a URL");
    let source = Source::Database(&url, Path::new(""));
    wait(catalog_of(&source, Dialect::Postgres, None)).expect("read")
}

/// How many statements of a reader and a writer gave up, of how many, while a script ran.
fn given_up(database: &Database, script: &str) -> (usize, usize) {
    let url: ConnectionUrl = database.url().parse().expect("a URL");
    let (done, failed, all) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
    );
    let users: Vec<_> = [
        "SELECT b FROM busy WHERE id = 1",
        "UPDATE busy SET b = b WHERE id = 1",
    ]
    .into_iter()
    .map(|sql| {
        let (url, done, failed, all) = (
            url.clone(),
            Arc::clone(&done),
            Arc::clone(&failed),
            Arc::clone(&all),
        );
        std::thread::spawn(move || {
            wait(async {
                let options = Options::from_url(&url, Path::new("")).expect("options");
                let db = options.connect().await.expect("connected");
                db.batch("SET lock_timeout = '400ms'").await.expect("set");
                while !done.load(Ordering::Relaxed) {
                    all.fetch_add(1, Ordering::Relaxed);
                    match db.batch(sql).await {
                        Ok(()) => {}
                        Err(relata::Error::Busy { .. }) => {
                            failed.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(other) => panic!("{other}"),
                    }
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            });
        })
    })
    .collect();
    wait(async {
        let db = Live::look(&url, Path::new("")).await.expect("connected");
        for statement in split(Dialect::Postgres, script) {
            db.connection()
                .batch(statement.text())
                .await
                .unwrap_or_else(|error| panic!("{error}\n{}", statement.text()));
        }
        let _ = introspect(db.connection()).await;
    });
    done.store(true, Ordering::Relaxed);
    for user in users {
        user.join().expect("no panic");
    }
    (failed.load(Ordering::Relaxed), all.load(Ordering::Relaxed))
}

#[test]
fn the_online_style_keeps_nobody_out() {
    let server = Postgres::from_env();
    for (what, before, after) in CHANGES {
        // Where no function can sleep, there are rows enough.
        let rows = if after.contains("slow") {
            "150"
        } else {
            "400000"
        };
        let setup = SETUP.replace("ROWS", rows) + before;
        let (start, end) = (
            server.fresh_database("online"),
            server.fresh_database("online"),
        );
        start.run(&setup).expect("set up");
        // Only its structure is looked at.
        end.run(&(SETUP.replace("ROWS", "1") + before + after))
            .expect("set up");
        let (from, to) = (catalog(&start), catalog(&end));
        let (online, is_online) = plan(&diff(&from, &to).expect("compared")).online(&from);
        assert!(is_online, "{what}: {}", online.script());
        // A machine that stands still for a moment looks like a lock; a lock is there each time.
        let mut start = start;
        let (mut failed, mut all) = given_up(&start, &online.script());
        for _ in 0..2 {
            if failed == 0 {
                break;
            }
            start = server.fresh_database("online");
            start.run(&setup).expect("set up");
            (failed, all) = given_up(&start, &online.script());
        }
        assert_eq!(failed, 0, "{what}, of {all}:\n{}", online.script());
        let reached = catalog(&start);
        assert!(diff(&reached, &to).expect("compared").is_empty(), "{what}");

        // The same in the simple style shuts them out, so that the above says something. On a fast machine neither many rows nor
        // their absence can be felt, and then there is nothing to compare with.
        if after.contains("slow") {
            let simple = server.fresh_database("online");
            simple.run(&setup).expect("set up");
            let (failed, _) = given_up(
                &simple,
                &plan(&diff(&from, &to).expect("compared")).script(),
            );
            assert!(failed > 0, "{what} shut nobody out in the simple style");
        }
    }
}
