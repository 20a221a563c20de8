//! A program that deploys is killed, again and again, until it comes through: every statement takes effect once, and the
//! database is the one that an undisturbed deploy makes.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use relata::migration::Progress;
use relata_testing::{Mariadb, Postgres, Server};

use super::*;

/// Set for the program that is to be killed: the database's URL.
const DATABASE: &str = "RELATA_TEST_KILL_URL";

/// Twenty, in turn: whole or plain, in steps, with own transactions, and of statements that no transaction takes. `log` holds
/// a row for every statement that may not run twice.
fn migrations(dialect: Dialect) -> Vec<Migration> {
    let mut texts = vec!["CREATE TABLE log (what VARCHAR(20));".to_owned()];
    for n in 0..19 {
        let mut script = String::new();
        let _ = write!(
            script,
            "{}CREATE TABLE t{n} (a INT, b INT);\nINSERT INTO t{n} VALUES (1, 1);\nINSERT INTO log VALUES ('{n} made');",
            if n % 2 == 0 {
                "-- relata: no-transaction\n"
            } else {
                ""
            }
        );
        let more = match (dialect, n % 4) {
            (Dialect::Postgres, 0) => {
                "CREATE INDEX CONCURRENTLY i# ON t# (a);\nINSERT INTO log VALUES ('# index');\nVACUUM t#;"
            }
            (_, 0) => {
                "CREATE INDEX i# ON t# (a);\nINSERT INTO log VALUES ('# index');\nALTER TABLE t# DROP COLUMN b;"
            }
            (_, 1) => {
                "BEGIN;\nINSERT INTO log VALUES ('# own 1');\nINSERT INTO log VALUES ('# own 2');\nCOMMIT;"
            }
            (_, 2) => {
                "ALTER TABLE t# ADD c INT;\nUPDATE t# SET c = a + 1;\nUPDATE t# SET a = a + 1;"
            }
            _ => "ALTER TABLE t# ADD c INT DEFAULT 3;\nCREATE VIEW v# AS SELECT c FROM t#;",
        };
        script.push_str(&more.replace('#', &n.to_string()));
        texts.push(script);
    }
    scripts(&texts)
}

/// What is left: the structure, what may not have happened twice, and the ledger.
fn state(database: &Database) -> (String, Vec<String>, Vec<String>) {
    let sums: Vec<String> = (0..19)
        .map(|n| format!("SELECT '{n}', count(*), sum(a) FROM t{n}"))
        .collect();
    let mut data = rows(database, "SELECT what FROM log ORDER BY what");
    data.extend(rows(database, &sums.join(" UNION ALL ")));
    (database.dump(), data, rows(database, LEDGER))
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}

/// What the program does that is killed: it tells every statement that has run on a line of its own.
fn program(url: &str) {
    let migrations = migrations(crate::url(url).dialect());
    let work = async {
        let told = |event| {
            if matches!(event, Progress::Statement { .. }) {
                let _ = std::io::stderr().write_all(b"statement\n");
            }
        };
        runner_at(url).await?.deploy(&migrations, told).await
    };
    block_on(work).unwrap();
}

/// Kills the program behind every n-th statement that it tells.
fn survives_kills(test: &str, server: &Server) {
    if let Ok(url) = std::env::var(DATABASE) {
        return program(&url);
    }
    let every = every();
    let undisturbed = server.fresh_database("undisturbed");
    let migrations = migrations(crate::url(&undisturbed.url()).dialect());
    block_on(async {
        let runner = runner(&undisturbed).await;
        runner.deploy(&migrations, |_| {}).await.unwrap();
    });
    let database = server.fresh_database("killed");
    let mut kills = 0;
    loop {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                &format!("migration::kill::{test}"),
                "--nocapture",
            ])
            .env(DATABASE, database.url())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut told = 0;
        let mut others = String::new();
        for line in lines.map_while(Result::ok) {
            if line != "statement" {
                let _ = writeln!(others, "{line}");
                continue;
            }
            told += 1;
            if told == every {
                break;
            }
        }
        if told < every {
            assert!(
                child.wait().unwrap().success(),
                "after {kills} kills: {others}"
            );
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    assert!(kills > 20 / every, "{kills} kills");
    let (found, expected) = (state(&database), state(&undisturbed));
    assert_eq!(found, expected, "after {kills} kills");
}

/// A sample; after every statement with `cargo xtask test --all`.
fn every() -> usize {
    if std::env::var_os("RELATA_TEST_ALL").is_some() {
        1
    } else {
        11
    }
}

#[test]
fn killed_deploys_are_resumed_on_postgres() {
    let server = Server::Postgres(Postgres::from_env());
    survives_kills("killed_deploys_are_resumed_on_postgres", &server);
}

#[test]
fn killed_deploys_are_resumed_on_mariadb() {
    let server = Server::Mariadb(Mariadb::from_env());
    survives_kills("killed_deploys_are_resumed_on_mariadb", &server);
}
