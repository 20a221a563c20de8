//! Changes under load (MariaDB): what asks for `LOCK=NONE` keeps nobody out, and a server that would copy the table refuses it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use relata::ConnectionUrl;
use relata_migrate::Live;
use relata_testing::{Database, Mariadb};

use crate::proof::wait;

/// Changes that MariaDB makes while everybody goes on, as far as nothing else is asked for: in its fashion, and as the online style writes them.
const CHANGES: &[(&str, &str)] = &[
    (
        "CREATE INDEX `i` ON `busy`(`b`)",
        "CREATE INDEX `i` ON `busy`(`b`) ALGORITHM=INPLACE LOCK=NONE",
    ),
    (
        "CREATE UNIQUE INDEX `u` ON `busy`(`id`, `text`)",
        "CREATE UNIQUE INDEX `u` ON `busy`(`id`, `text`) ALGORITHM=INPLACE LOCK=NONE",
    ),
    (
        "ALTER TABLE `busy` MODIFY `b` INTEGER NOT NULL",
        "ALTER TABLE `busy` MODIFY `b` INTEGER NOT NULL, ALGORITHM=INPLACE, LOCK=NONE",
    ),
    (
        "ALTER TABLE `busy` DROP PRIMARY KEY, ADD PRIMARY KEY (`id`, `text`)",
        "ALTER TABLE `busy` DROP PRIMARY KEY, ADD PRIMARY KEY (`id`, `text`), ALGORITHM=INPLACE, LOCK=NONE",
    ),
    (
        "ALTER TABLE `busy` ADD COLUMN `c` INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE `busy` ADD COLUMN `c` INTEGER NOT NULL DEFAULT 1, ALGORITHM=INSTANT",
    ),
    (
        "ALTER TABLE `busy` DROP COLUMN `b`",
        "ALTER TABLE `busy` DROP COLUMN `b`, ALGORITHM=INSTANT",
    ),
];

const SETUP: &str = "CREATE TABLE `busy` (`id` INTEGER NOT NULL PRIMARY KEY, `b` INTEGER NULL, `text` VARCHAR(200) NOT NULL);
INSERT INTO `busy` SELECT seq, seq, repeat('x', 180) FROM seq_1_to_200000;";

/// How often a writer that does not wait for tables met a locked one while a statement ran: a measure of how long it was locked.
fn given_up(database: &Database, session: &str, statement: &str) -> usize {
    let url: ConnectionUrl = database.url().parse().expect("a URL");
    let (done, failed) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let writer = {
        let (url, done, failed) = (url.clone(), Arc::clone(&done), Arc::clone(&failed));
        std::thread::spawn(move || {
            wait(async {
                let db = Live::look(&url, Path::new("")).await.expect("connected");
                let db = db.connection();
                db.batch("SET lock_wait_timeout = 0").await.expect("set");
                while !done.load(Ordering::Relaxed) {
                    let written = db
                        .batch("UPDATE `busy` SET `text` = 'y' WHERE `id` = 1")
                        .await;
                    match written {
                        Ok(()) => {}
                        Err(relata::Error::Busy { .. }) => {
                            failed.fetch_add(1, Ordering::Relaxed);
                        }
                        // Its transaction began before the change (`ER_TABLE_DEF_CHANGED`), which is no waiting.
                        Err(relata::Error::Database {
                            native_code: Some(code),
                            ..
                        }) if code == "1412" => {}
                        Err(other) => panic!("{other}"),
                    }
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
            });
        })
    };
    wait(async {
        let db = Live::look(&url, Path::new("")).await.expect("connected");
        let db = db.connection();
        tokio::time::sleep(Duration::from_millis(50)).await;
        if !session.is_empty() {
            db.batch(session).await.expect("set");
        }
        db.batch(statement)
            .await
            .unwrap_or_else(|error| panic!("{error}\n{statement}"));
    });
    done.store(true, Ordering::Relaxed);
    writer.join().expect("no panic");
    failed.load(Ordering::Relaxed)
}

#[test]
fn what_asks_for_no_lock_keeps_nobody_out() {
    /// A server that was told, by its administrator or an old setting, to change tables the old way.
    const OLD_WAY: &str = "SET alter_algorithm = 'COPY'";
    let server = Mariadb::from_env();
    for (simple, online) in CHANGES {
        // MariaDB 10.11 takes that setting for more than what `ALGORITHM=INSTANT` says; only `LOCK` it heeds then.
        let session = if online.contains("LOCK=NONE") {
            OLD_WAY
        } else {
            ""
        };
        let [shut_out, waited] =
            [(simple, OLD_WAY), (online, session)].map(|(statement, session)| {
                let database = server.fresh_database("online");
                database.run(SETUP).expect("set up");
                given_up(&database, session, statement)
            });
        // Even what keeps nobody out locks the table for a moment, at its beginning and its end.
        assert!(
            shut_out > 0 && waited * 4 < shut_out,
            "{waited} times by {online}, {shut_out} times without asking"
        );
    }
}

#[test]
fn what_cannot_go_on_is_refused_before_it_begins() {
    let server = Mariadb::from_env();
    let database = server.fresh_database("online");
    // A stored computed column makes the server copy the table to require a value.
    database
        .run("CREATE TABLE `busy` (`id` INTEGER NOT NULL PRIMARY KEY, `b` INTEGER NULL, `c` INTEGER AS (`id` + 1) STORED); INSERT INTO `busy` (`id`, `b`) VALUES (1, 2);")
        .expect("set up");
    let refused = database
        .run("ALTER TABLE `busy` MODIFY `b` INTEGER NOT NULL, ALGORITHM=INPLACE, LOCK=NONE")
        .expect_err("refused");
    assert!(refused.contains("ALGORITHM=INPLACE"), "{refused}");
    assert_eq!(
        database.query("SELECT `b` FROM `busy`"),
        [[Some("2".to_owned())]]
    );
}
