//! A deploy that is killed, again and again, at moments nobody chose: the next one goes on, every statement runs once, and
//! no migration is half applied.
#![cfg(feature = "sqlite")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use relata::Connection;
use relata::migration::{Migration, Runner};
use relata::sqlite::Options;

/// Set for the program that is to be killed: the database's path.
const DATABASE: &str = "RELATA_TEST_KILL_DATABASE";

/// In turn: a script that runs as a whole, one in steps, and one with transactions of its own.
fn migrations() -> Vec<Migration> {
    let mut steps = "-- relata: no-transaction\n".to_owned();
    let (mut own, mut whole) = (String::new(), String::new());
    for n in 0..150 {
        let _ = writeln!(
            whole,
            "INSERT INTO a VALUES ('w{n}'); INSERT INTO a VALUES ('x{n}');"
        );
        let _ = writeln!(steps, "INSERT INTO a VALUES ('s{n}');");
        let _ = writeln!(
            own,
            "BEGIN; INSERT INTO a VALUES ('o{n}'); INSERT INTO a VALUES ('p{n}'); COMMIT;"
        );
    }
    ["CREATE TABLE a (b TEXT)".to_owned(), steps, whole, own]
        .into_iter()
        .enumerate()
        .map(|(n, script)| Migration::new(&format!("{n}_m"), script).unwrap())
        .collect()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}

async fn deploy(path: &Path) -> relata::Result<()> {
    let db = Options::file(path).create(true).open().await?;
    Runner::new(&db).deploy(&migrations(), |_| {}).await?;
    db.close().await
}

#[test]
fn killed_deploys_are_resumed() {
    if let Some(path) = std::env::var_os(DATABASE) {
        block_on(deploy(Path::new(&path))).unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    let mut kills = 0;
    for attempt in 0_u64.. {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed_deploys_are_resumed"])
            .env(DATABASE, &path)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // A little longer each time, so that the test ends.
        std::thread::sleep(Duration::from_millis(5 + attempt * 12));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "a deploy failed after {kills} kills");
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    block_on(async {
        let db = Options::file(&path).open().await.unwrap();
        let rows = db
            .query("SELECT count(*), count(DISTINCT b) FROM a", vec![])
            .await
            .unwrap();
        let counts: (i64, i64) = (rows[0].get(0).unwrap(), rows[0].get(1).unwrap());
        assert_eq!(counts, (750, 750), "after {kills} kills");
        assert!(
            Runner::new(&db)
                .status(&migrations())
                .await
                .unwrap()
                .is_up_to_date()
        );
    });
}
