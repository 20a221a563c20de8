//! Deploys that are cut off at every message between program and server: before it arrives, and after it was obeyed but
//! before the answer is back. The next deploy goes on, every statement takes effect once, and the database is the one that an
//! undisturbed deploy makes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use relata_testing::{Mariadb, Postgres, Server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::{both, open, postgres};

/// Where a connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// The server never sees the message.
    Before(usize),
    /// The server has obeyed it, and the program never hears.
    Answered(usize),
}

/// Stands between a program and its server, and counts the program's messages.
struct Proxy {
    port: u16,
    seen: Arc<AtomicUsize>,
}

impl Proxy {
    async fn start(server: String, cut: Cut) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&seen);
        tokio::spawn(async move {
            let (program, _) = listener.accept().await.unwrap();
            let server = TcpStream::connect(server).await.unwrap();
            relay(program, server, cut, &count).await;
        });
        Self { port, seen }
    }
}

async fn relay(mut program: TcpStream, mut server: TcpStream, cut: Cut, seen: &AtomicUsize) {
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = program.read(&mut asked) => {
                let (Ok(length), at) = (read, seen.fetch_add(1, Ordering::SeqCst)) else { return };
                if length == 0 || cut == Cut::Before(at) || server.write_all(&asked[..length]).await.is_err() {
                    return;
                }
                if cut == Cut::Answered(at) {
                    let _ = server.read(&mut answered).await;
                    return;
                }
            }
            read = server.read(&mut answered) => match read {
                Ok(length) if length > 0 => {
                    if program.write_all(&answered[..length]).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
        }
    }
}

/// Deploys through a proxy that cuts. Returns how many messages there were, and whether the deploy came to its end.
async fn deploy_cut(database: &Database, migrations: &[Migration], cut: Cut) -> (usize, bool) {
    let url = database.url();
    let place = url.split_once('@').unwrap().1.split_once('/').unwrap().0;
    let proxy = Proxy::start(place.to_owned(), cut).await;
    let through = url.replace(place, &format!("127.0.0.1:{}", proxy.port));
    let through = format!("{through}?sslmode=disable&connect_timeout=20");
    let result = async {
        runner_at(&through)
            .await?
            .deploy(migrations, |_| {})
            .await
            .map(drop)
    };
    let result = result.await;
    if let Err(error) = &result {
        assert!(
            !matches!(error.code(), "R2121" | "R2114" | "R2115"),
            "{cut:?}: {error}"
        );
    }
    (proxy.seen.load(Ordering::SeqCst), result.is_ok())
}

/// In turn: whole scripts, and steps of every kind. `log` holds a row for every statement that may not run twice.
const POSTGRES: &[&str] = &[
    "CREATE TABLE log (what text); CREATE TABLE a (b int, c int); INSERT INTO log VALUES ('whole')",
    "CREATE INDEX CONCURRENTLY i ON a (b);\nINSERT INTO log VALUES ('one');\nCREATE INDEX CONCURRENTLY j ON a (c);\nDROP INDEX CONCURRENTLY i;\n\
     BEGIN;\nINSERT INTO log VALUES ('own 1');\nALTER TABLE a ADD d int;\nSAVEPOINT s;\nINSERT INTO log VALUES ('own 2');\nCOMMIT;\n\
     VACUUM a;\nREINDEX TABLE CONCURRENTLY a;\nINSERT INTO log VALUES ('last')",
    "CREATE TYPE t AS ENUM ('x'); ALTER TYPE t ADD VALUE 'y'; ALTER TABLE a ADD e t DEFAULT 'y'; INSERT INTO log VALUES ('enum')",
];

const MARIADB: &[&str] = &[
    "CREATE TABLE log (what VARCHAR(20)); CREATE TABLE a (b INT, c INT); INSERT INTO log VALUES ('one')",
    "ALTER TABLE a ADD d INT, ADD e INT;\nCREATE UNIQUE INDEX i ON a (b);\nALTER TABLE a DROP COLUMN c;\nINSERT INTO log VALUES ('two');\n\
     ALTER TABLE a MODIFY d BIGINT NOT NULL;\nALTER TABLE a CHANGE e f INT;\nALTER TABLE a ADD CONSTRAINT k CHECK (b > 0);\n\
     RENAME TABLE a TO z;\nDROP INDEX i ON z",
    "START TRANSACTION;\nINSERT INTO log VALUES ('own 1');\nINSERT INTO log VALUES ('own 2');\nCOMMIT;\nSET @x = 'set';\n\
     CREATE TRIGGER g AFTER INSERT ON z FOR EACH ROW INSERT INTO log VALUES (NEW.b);\nINSERT INTO z (b, d) VALUES (1, 1);\n\
     DROP TRIGGER g;\nCREATE VIEW v AS SELECT * FROM z;\nINSERT INTO log VALUES (@x);\nDROP VIEW v;\nCREATE OR REPLACE VIEW w AS SELECT 1",
];

/// Everything that a deploy leaves.
fn state(database: &Database) -> (String, Vec<String>, Vec<String>) {
    (
        database.dump(),
        rows(database, "SELECT what FROM log ORDER BY what"),
        rows(database, LEDGER),
    )
}

/// Cuts at every message whose number leaves the remainder when divided by the step.
async fn survives(server: Server, texts: &[&str], step: usize, remainder: usize) {
    let migrations = scripts(texts);
    let undisturbed = server.fresh_database("undisturbed");
    let (messages, is_done) = deploy_cut(&undisturbed, &migrations, Cut::Before(usize::MAX)).await;
    assert!(is_done);
    let expected = state(&undisturbed);
    let mut cuts = 0;
    for at in (0..messages).filter(|at| at % step == remainder) {
        for cut in [Cut::Before(at), Cut::Answered(at)] {
            let database = server.fresh_database("cut");
            let (_, is_done) = deploy_cut(&database, &migrations, cut).await;
            cuts += usize::from(!is_done);
            let runner = runner(&database).await;
            if let Err(error) = runner.deploy(&migrations, |_| {}).await {
                panic!("{cut:?} of {messages}: {error}\n{:?}", state(&database));
            }
            assert_eq!(state(&database), expected, "{cut:?} of {messages}");
            let again = runner.deploy(&migrations, |_| {}).await.unwrap();
            assert!(again.applied.is_empty());
        }
    }
    assert!(cuts * step > messages, "{cuts} cuts of {messages} messages");
}

#[tokio::test]
async fn cut_off_deploys_go_on_postgres() {
    let server = Server::Postgres(Postgres::from_env());
    survives(server, POSTGRES, step(), 3 % step()).await;
}

#[tokio::test]
async fn cut_off_deploys_go_on_mariadb() {
    let server = Server::Mariadb(Mariadb::from_env());
    survives(server, MARIADB, step(), 5 % step()).await;
}

/// A sample; every message with `cargo xtask test --all`.
fn step() -> usize {
    if std::env::var_os("RELATA_TEST_ALL").is_some() {
        1
    } else {
        29
    }
}

/// A server process that ends in the middle of a concurrent build leaves an invalid index, which is removed.
#[tokio::test]
async fn a_build_that_died_is_begun_again() {
    let database = postgres("died");
    let first = "CREATE TABLE a (b int)";
    deploy(&database, &[first]).await.unwrap();
    for script in [
        "CREATE INDEX CONCURRENTLY i ON a (b); INSERT INTO a VALUES (1)",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS j ON public.a (b); INSERT INTO a VALUES (2)",
        "DROP INDEX CONCURRENTLY j; INSERT INTO a VALUES (3)",
        "REINDEX TABLE CONCURRENTLY a; INSERT INTO a VALUES (4)",
    ] {
        let texts = [first, script];
        database
            .run("DELETE FROM _relata_migrations WHERE migration_name = '02_m'")
            .unwrap();
        let runner = runner(&database).await;
        let migrations = scripts(&texts);
        let writer = open(&database).await;
        let tx = writer.begin().await.unwrap();
        tx.execute("INSERT INTO a VALUES (9)", vec![])
            .await
            .unwrap();
        let (result, ()) = tokio::join!(runner.deploy(&migrations, |_| {}), async {
            // It waits for our transaction, with the index half made.
            tokio::time::sleep(Duration::from_millis(400)).await;
            let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%CONCURRENTLY%' AND pid <> pg_backend_pid() \
                 AND datname = current_database()";
            assert_eq!(rows(&database, kill), ["1"]);
        });
        let error = result.unwrap_err().to_string();
        assert!(error.contains("P1017"), "{error}");
        tx.rollback().await.unwrap();
        let invalid =
            "SELECT count(*) FROM pg_index WHERE NOT indisvalid AND indrelid = 'a'::regclass";
        assert_eq!(rows(&database, invalid), ["1"], "{script}");
        deploy(&database, &texts).await.unwrap();
        assert_eq!(rows(&database, invalid), ["0"], "{script}");
    }
    assert_eq!(
        rows(&database, "SELECT b FROM a ORDER BY b"),
        ["1", "2", "3", "4"]
    );
    let indexes = "SELECT count(*) FROM pg_index WHERE indrelid = 'a'::regclass";
    assert_eq!(rows(&database, indexes), ["1"]);
}

/// A session that is killed while its statement waits has done nothing of it.
#[tokio::test]
async fn a_statement_that_waited_is_begun_again() {
    for database in both("waited") {
        let first = "CREATE TABLE a (b INT)";
        deploy(&database, &[first]).await.unwrap();
        let texts = [
            first,
            "INSERT INTO a VALUES (1); ALTER TABLE a ADD c INT; INSERT INTO a VALUES (2, 2)",
        ];
        let runner = runner(&database).await.lock_timeout(Duration::ZERO);
        let migrations = scripts(&texts);
        let reader = open(&database).await;
        let tx = reader.begin().await.unwrap();
        tx.query("SELECT * FROM a", vec![]).await.unwrap();
        let (result, ()) = tokio::join!(runner.deploy(&migrations, |_| {}), async {
            tokio::time::sleep(Duration::from_millis(400)).await;
            cut_off(&database).await;
        });
        let error = result.unwrap_err().to_string();
        assert!(error.contains("P1017"), "{error}");
        drop(tx);
        deploy(&database, &texts).await.unwrap();
        assert_eq!(rows(&database, "SELECT b FROM a ORDER BY b"), ["1", "2"]);
    }
}

/// A partition that was half detached is detached to the end.
#[tokio::test]
async fn a_partition_is_detached_to_the_end() {
    let database = postgres("detach");
    let first = "CREATE TABLE p (b int) PARTITION BY LIST (b); CREATE TABLE c PARTITION OF p FOR VALUES IN (1); CREATE TABLE log (n int)";
    deploy(&database, &[first]).await.unwrap();
    let texts = [
        first,
        "ALTER TABLE p DETACH PARTITION c CONCURRENTLY; INSERT INTO log VALUES (1)",
    ];
    let (runner, migrations) = (runner(&database).await, scripts(&texts));
    let reader = open(&database).await;
    let tx = reader.begin().await.unwrap();
    tx.query("SELECT * FROM p", vec![]).await.unwrap();
    let (result, ()) = tokio::join!(runner.deploy(&migrations, |_| {}), async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%CONCURRENTLY%' \
             AND pid <> pg_backend_pid() AND datname = current_database()";
        assert_eq!(rows(&database, kill), ["1"]);
    });
    assert_eq!(result.unwrap_err().code(), "R2110");
    tx.rollback().await.unwrap();
    let pending = "SELECT inhdetachpending FROM pg_inherits";
    assert_eq!(rows(&database, pending), ["t"]);
    deploy(&database, &texts).await.unwrap();
    assert!(rows(&database, pending).is_empty());
    assert_eq!(rows(&database, "SELECT n FROM log"), ["1"]);
}
