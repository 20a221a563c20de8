//! Proofs and scratch databases while the server fails: the error says so, nothing is left behind, nothing else is touched.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use relata::ConnectionUrl;
use relata::migration::Migration;
use relata_migrate::proof::{Claim, Down, Proved, Take, prove};
use relata_migrate::{Error, Place};
use relata_schema::{Sources, analyze};
use relata_script::Dialect;
use relata_sql::{Catalog, diff, lower, plan};
use relata_testing::{Database, OwnServer};

use crate::proof::wait;

fn beside(database: &Database) -> (Place, Dialect) {
    let url: ConnectionUrl = database.url().parse().expect("a URL");
    let place = Place::of(url.dialect(), Some((&url, Path::new(""))), None).expect("a place");
    (place, url.dialect())
}

fn migration(number: usize, script: &str) -> Migration {
    Migration::new(&format!("2026010100000{number}_step"), script).expect("a migration")
}

const FROM: &str = "model one {\n  id Int @id\n  a String\n}\nmodel two {\n  id Int @id\n}\n";
const TO: &str = "model one {\n  id Int @id\n  a String\n  b Int?\n}\nmodel two {\n  id Int @id\n}\nmodel three {\n  id Int @id\n}\n";

/// What is proved: two tables get a third, and one of them a column.
struct Case {
    place: Place,
    history: Vec<Migration>,
    up: String,
    target: Catalog,
}

impl Case {
    /// `first` is run before anything else of the history.
    fn new(database: &Database, first: &str) -> Self {
        let place = beside(database);
        let history = [FROM, TO].map(|models| {
            let text = format!(
                "datasource db {{\n  provider = \"{}\"\n}}\n{models}",
                place.1.name()
            );
            lower(&analyze(&Sources::one("app.schema", &text)).schema).expect("a target")
        });
        let [from, target] = history;
        let script = |from: &Catalog, to| plan(&diff(from, to).expect("one dialect")).script();
        let up = script(&from, &target);
        let mut history = vec![migration(0, &script(&Catalog::empty(place.1), &from))];
        if !first.is_empty() {
            history.push(migration(2, first));
        }
        Self {
            place: place.0,
            history,
            up,
            target,
        }
    }

    fn prove(&self) -> Result<Proved, Error> {
        wait(prove(
            &self.place,
            &Claim {
                history: &self.history,
                up: &self.up,
                down: Take::Planned,
                target: &self.target,
            },
        ))
    }
}

/// The scratch databases on a server.
fn scratches(database: &Database) -> Vec<String> {
    let sql = if database.url().starts_with("postgres") {
        "SELECT datname FROM pg_database WHERE starts_with(datname, 'relata_scratch_')"
    } else {
        "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'relata\\_scratch\\_%'"
    };
    let rows = database.query(sql);
    rows.into_iter().flatten().flatten().collect()
}

fn secret(database: &Database) -> String {
    let url = database.url();
    let (login, _) = url.split_once('@').expect("a login");
    login.rsplit_once(':').expect("a password").1.to_owned()
}

fn servers() -> [OwnServer; 2] {
    [OwnServer::postgres(), OwnServer::mariadb()]
}

#[test]
fn a_server_killed_in_the_middle_of_a_proof_is_said() {
    for mut own in servers() {
        let database = own.fresh_database("killed");
        let case = Case::new(&database, "");
        let secret = secret(&database);
        let started = Instant::now();
        let error = thread::scope(|scope| {
            let proving = scope.spawn(|| {
                loop {
                    if let Err(error) = case.prove() {
                        return error;
                    }
                    assert!(started.elapsed() < Duration::from_mins(1), "it lives on");
                }
            });
            thread::sleep(Duration::from_millis(700));
            own.crash();
            proving.join().expect("no panic")
        });
        // Nobody is there to drop it.
        std::mem::forget(database);
        assert!(started.elapsed() < Duration::from_mins(1), "it waited");
        // Not the script's fault, and told as it happened: not what became of cleaning up.
        let text = error.to_string();
        assert!(
            matches!(&error, Error::Database(it) if it.is_outage())
                || matches!(&error, Error::Introspect(_)),
            "{error:?}"
        );
        assert!(
            ["R2022", "R2009", "R2110"].contains(&error.code()),
            "{}: {text}",
            error.code()
        );
        assert!(!format!("{text} {error:?}").contains(&secret), "{text}");
        let again = case.prove().expect_err("no server");
        assert_eq!(again.code(), "R2009", "{again}");
    }
}

/// A flag that is raised when this goes out of scope, in a panic too.
struct Raise<'a>(&'a AtomicBool);

impl Drop for Raise<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_scratch_database_dropped_under_a_proof_is_said() {
    for own in servers() {
        let database = own.fresh_database("dropped");
        database.run("CREATE TABLE mine (id INT)").expect("made");
        let case = Case::new(&database, "");
        let force = if database.url().starts_with("postgres") {
            " WITH (FORCE)"
        } else {
            ""
        };
        let is_over = AtomicBool::new(false);
        let is_over = &is_over;
        let (mut failed, mut proved) = (0, 0);
        thread::scope(|scope| {
            let dropping = scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    for name in scratches(&database) {
                        let _ = database.run(&format!("DROP DATABASE {name}{force}"));
                    }
                    thread::sleep(Duration::from_millis(30));
                }
            });
            // A failed assertion ends the other thread too: the scope waits for it.
            let end = Raise(is_over);
            while failed < 2 && proved < 20 {
                match case.prove() {
                    // What was not noticed has not been touched either: the proof is whole.
                    Ok(it) => {
                        assert_eq!(it.proof.fails_on, None);
                        assert_eq!(it.proof.down, Down::Returned);
                        proved += 1;
                    }
                    Err(error) => {
                        let known = ["R2022", "R2009", "R2021", "R2110"];
                        assert!(known.contains(&error.code()), "{}: {error}", error.code());
                        failed += 1;
                    }
                }
            }
            drop(end);
            dropping.join().expect("no panic");
        });
        assert!(failed > 0, "{proved} proofs, and none was disturbed");
        assert_eq!(scratches(&database), Vec::<String>::new());
        assert_eq!(database.query("SELECT * FROM mine").len(), 0);
        case.prove().expect("undisturbed");
    }
}

#[test]
fn proofs_side_by_side_leave_nothing() {
    for own in servers() {
        let database = own.fresh_database("both");
        let case = Case::new(&database, "");
        let before = database.dump();
        thread::scope(|scope| {
            let both: Vec<_> = (0..4).map(|_| scope.spawn(|| case.prove())).collect();
            for one in both {
                let proved = one.join().expect("no panic").expect("proved");
                assert_eq!(proved.proof.down, Down::Returned);
                assert!(proved.proof.rows > 0);
            }
        });
        assert_eq!(scratches(&database), Vec::<String>::new());
        assert_eq!(database.dump(), before);
    }
}

#[test]
fn a_full_disk_is_said_and_leaves_nothing() {
    for own in OwnServer::both_up_to(18) {
        let database = own.fresh_database("full");
        database.run("CREATE TABLE mine (id INT)").expect("made");
        let is_postgres = database.url().starts_with("postgres");
        let case = Case::new(
            &database,
            if is_postgres {
                "CREATE TABLE big AS SELECT repeat('x', 1000) AS a FROM generate_series(1, 40000);"
            } else {
                "CREATE TABLE big (a VARCHAR(1000)) AS SELECT repeat('x', 1000) AS a FROM seq_1_to_40000;"
            },
        );
        let error = case.prove().expect_err("no room");
        let text = error.to_string();
        assert!(
            matches!(&error, Error::Database(it) if it.is_outage()),
            "{error:?}"
        );
        assert!(text.contains("no room is left"), "{text}");
        assert_eq!(scratches(&database), Vec::<String>::new());
        // The server lives on, and so does what was there.
        assert_eq!(database.query("SELECT * FROM mine").len(), 0);
        let small = Case::new(&database, "");
        // MariaDB gives pages of what was rolled back free in the background.
        let deadline = Instant::now() + Duration::from_secs(30);
        while let Err(error) = small.prove() {
            assert!(
                Instant::now() < deadline,
                "no room for what is small: {error}"
            );
            assert!(error.to_string().contains("no room is left"), "{error}");
            thread::sleep(Duration::from_millis(200));
        }
        assert_eq!(scratches(&database), Vec::<String>::new());
    }
}
