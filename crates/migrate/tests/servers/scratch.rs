//! Scratch databases: made, filled, and gone.

use std::future::Future;
use std::path::Path;

use relata::ConnectionUrl;
use relata::migration::Migration;
use relata_migrate::{Error, Place};
use relata_script::Dialect;
use relata_testing::{Database, Mariadb, Postgres, Server};

fn servers() -> [Server; 2] {
    [
        Server::Postgres(Postgres::from_env()),
        Server::Mariadb(Mariadb::from_env()),
    ]
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

fn url(database: &Database) -> ConnectionUrl {
    database.url().parse().expect("a URL")
}

fn beside(database: &Database) -> Place {
    let url = url(database);
    Place::of(url.dialect(), Some((&url, Path::new(""))), None).expect("a place")
}

fn history(scripts: &[&str]) -> Vec<Migration> {
    let migration = |(number, script): (usize, &&str)| {
        Migration::new(&format!("2026010100000{number}_step"), *script).expect("a migration")
    };
    scripts.iter().enumerate().map(migration).collect()
}

fn tables(catalog: &relata_sql::Catalog) -> Vec<String> {
    let names = catalog
        .tables
        .iter()
        .map(|table| table.name.name.to_string());
    names.collect()
}

/// Whether a database of that name is on the server.
fn stands(database: &Database, name: &str) -> bool {
    let sql = if database.url().starts_with("postgres") {
        format!("SELECT datname FROM pg_database WHERE datname = '{name}'")
    } else {
        format!("SELECT schema_name FROM information_schema.schemata WHERE schema_name = '{name}'")
    };
    !database.query(&sql).is_empty()
}

async fn name(scratch: &relata_migrate::Scratch) -> String {
    let sql = match scratch.dialect() {
        Dialect::Postgres => "SELECT current_database()::text",
        _ => "SELECT DATABASE()",
    };
    let rows = scratch
        .connection()
        .query(sql, Vec::new())
        .await
        .expect(sql);
    rows[0].get(0).expect("a name")
}

#[test]
fn a_scratch_database_is_empty_and_goes_with_its_value() {
    for server in servers() {
        let database = server.fresh_database("scratch");
        database.run("CREATE TABLE mine (id INT)").expect("made");
        wait(async {
            let place = beside(&database);
            let (closed, dropped) = (place.empty().await.unwrap(), place.empty().await.unwrap());
            assert!(tables(&closed.catalog().await.unwrap()).is_empty());
            let names = [name(&closed).await, name(&dropped).await];
            assert_ne!(names[0], names[1]);
            assert!(
                names.iter().all(|name| stands(&database, name)),
                "{names:?}"
            );
            closed.close().await.unwrap();
            assert!(!stands(&database, &names[0]));
            drop(dropped);
            assert!(!stands(&database, &names[1]));
        });
        assert_eq!(database.query("SELECT * FROM mine").len(), 0);
    }
}

#[test]
fn a_history_is_replayed_and_goes_on() {
    for server in servers() {
        let database = server.fresh_database("scratch");
        let place = beside(&database);
        let long = history(&[
            "CREATE TABLE one (id INT NOT NULL, PRIMARY KEY (id));\nINSERT INTO one VALUES (7);",
            "CREATE TABLE two (id INT NOT NULL, PRIMARY KEY (id));",
            "ALTER TABLE two ADD COLUMN b INT;",
        ]);
        wait(async {
            for migrations in [&long[..1], &long[..], &long[..], &long[..2]] {
                let scratch = place.replay(migrations).await.unwrap();
                let catalog = scratch.catalog().await.unwrap();
                let expected: &[&str] = if migrations.len() == 1 {
                    &["one"]
                } else {
                    &["one", "two"]
                };
                assert_eq!(tables(&catalog), expected);
                if let Some(two) = catalog.tables.get(1) {
                    assert_eq!(two.columns.len(), if migrations.len() == 3 { 2 } else { 1 });
                }
                let rows = scratch
                    .connection()
                    .query("SELECT id FROM one", Vec::new())
                    .await;
                assert_eq!(rows.unwrap()[0].get::<i32>(0).unwrap(), 7);
                // What is done to a copy is not done to what it was copied from.
                scratch.script("DROP TABLE one;").await.unwrap();
                scratch.close().await.unwrap();
            }
        });
    }
}

/// The second replay finds what the first has made, and does not run the scripts again.
#[test]
fn a_history_is_replayed_once() {
    let database = Postgres::from_env().fresh_database("scratch");
    let place = beside(&database);
    let migrations = history(&["CREATE TABLE made AS SELECT clock_timestamp() AS at;"]);
    let at = || {
        wait(async {
            let scratch = place.replay(&migrations).await.unwrap();
            let sql = "SELECT at::text FROM made";
            let rows = scratch.connection().query(sql, Vec::new()).await.unwrap();
            let at: String = rows[0].get(0).unwrap();
            scratch.close().await.unwrap();
            at
        })
    };
    assert_eq!(at(), at());
}

#[test]
fn settings_of_one_migration_are_not_those_of_the_next() {
    let database = Postgres::from_env().fresh_database("scratch");
    let migrations = history(&[
        "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.one (id INT);",
        "CREATE TABLE two (id INT);",
    ]);
    wait(async {
        let scratch = beside(&database).replay(&migrations).await.unwrap();
        assert_eq!(tables(&scratch.catalog().await.unwrap()), ["one", "two"]);
        scratch.close().await.unwrap();
    });
}

#[test]
fn the_namespace_of_the_connection_is_there() {
    let database = Postgres::from_env().fresh_database("scratch");
    let url: ConnectionUrl = format!("{}?schema=shop%20one", database.url())
        .parse()
        .unwrap();
    let place = Place::of(Dialect::Postgres, Some((&url, Path::new(""))), None).unwrap();
    wait(async {
        let scratch = place
            .replay(&history(&["CREATE TABLE one (id INT);"]))
            .await
            .unwrap();
        let catalog = scratch.catalog().await.unwrap();
        assert_eq!(
            catalog.tables[0].name.namespace.as_deref(),
            Some("shop one")
        );
        scratch.close().await.unwrap();
    });
}

#[test]
fn a_failing_migration_names_its_statement_and_leaves_nothing() {
    for server in servers() {
        let database = server.fresh_database("scratch");
        let (here, marker) = (url(&database), format!("left_{}", database.name()));
        let migrations = history(&[
            &format!("CREATE TABLE {marker} (id INT);"),
            "CREATE TABLE b (id INT);\n\nINSERT INTO\n  nowhere VALUES (1);",
        ]);
        let error = wait(beside(&database).replay(&migrations))
            .err()
            .expect("an error");
        let text = error.to_string();
        assert!(
            text.contains("20260101000001_step") && text.contains("nowhere"),
            "{text}"
        );
        // On PostgreSQL, tables of other databases cannot be asked for.
        if here.dialect() == Dialect::Mysql {
            let left =
                format!("SELECT 1 FROM information_schema.tables WHERE table_name = '{marker}'");
            assert!(database.query(&left).is_empty());
        }
    }
}

#[test]
fn what_reaches_beyond_is_not_run() {
    let cases = [
        "CREATE ROLE relata_test_role;",
        "CREATE USER relata_test_role;",
    ];
    for (server, script) in servers().iter().zip(cases) {
        let database = server.fresh_database("scratch");
        let script = format!("CREATE TABLE a (id INT);\n{script}");
        let error = wait(beside(&database).replay(&history(&[&script])))
            .err()
            .expect("an error");
        assert_eq!(error.code(), "R6013");
        assert!(error.to_string().contains("line 2"), "{error}");
    }
}

#[test]
fn leftovers_are_swept_up_and_nothing_else() {
    for server in servers() {
        let database = server.fresh_database("scratch");
        let (old, other) = ("relata_scratch_1_abc", "relata_other_1_abc");
        // Tests run side by side: another one may have swept the leftover up already, or made it.
        let _ = database.run(&format!("CREATE DATABASE {old};"));
        let _ = database.run(&format!("CREATE DATABASE {other};"));
        wait(async {
            let young = beside(&database).empty().await.unwrap();
            let name = name(&young).await;
            let next = beside(&database).empty().await.unwrap();
            assert!(stands(&database, &name), "a database that is in use");
            next.close().await.unwrap();
            young.close().await.unwrap();
        });
        assert!(!stands(&database, old));
        assert!(stands(&database, other));
        database
            .run(&format!("DROP DATABASE {other};"))
            .expect("dropped");
    }
}

#[test]
fn a_shadow_database_is_emptied_and_kept() {
    for server in servers() {
        let (database, shadow) = (
            server.fresh_database("scratch"),
            server.fresh_database("shadow"),
        );
        shadow
            .run("CREATE TABLE old (id INT); CREATE VIEW seen AS SELECT id FROM old;")
            .expect("made");
        let (here, there) = (url(&database), url(&shadow));
        let at = Path::new("");
        let place = Place::of(here.dialect(), Some((&here, at)), Some((&there, at))).unwrap();
        wait(async {
            let scratch = place
                .replay(&history(&["CREATE TABLE one (id INT);"]))
                .await
                .unwrap();
            assert_eq!(tables(&scratch.catalog().await.unwrap()), ["one"]);
            let second = place.empty().await.err().expect("in use");
            assert!(matches!(second, Error::ShadowInUse), "{second}");
            scratch.close().await.unwrap();
            let again = place.empty().await.unwrap();
            assert!(tables(&again.catalog().await.unwrap()).is_empty());
            again.close().await.unwrap();
        });
        assert!(stands(&database, shadow.name()));
        let same = Place::of(here.dialect(), Some((&here, at)), Some((&here, at)));
        assert_eq!(same.expect_err("refused").code(), "R6016");
    }
}

#[test]
fn without_the_right_to_create_databases_there_is_a_way_out() {
    let database = Postgres::from_env().fresh_database("scratch");
    let role = format!("r_{}", database.name());
    database
        .run(&format!("CREATE ROLE {role} LOGIN PASSWORD 'x';"))
        .expect("a role");
    let (_, place) = database
        .url()
        .split_once('@')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let url: ConnectionUrl = format!("postgresql://{role}:x@{place}").parse().unwrap();
    let place = Place::of(Dialect::Postgres, Some((&url, Path::new(""))), None).unwrap();
    let error = wait(place.empty()).err().expect("refused");
    database
        .run(&format!("DROP ROLE {role};"))
        .expect("dropped");
    assert_eq!(error.code(), "R6015");
    assert!(error.to_string().contains("shadowDatabaseUrl"), "{error}");
}

#[test]
fn programs_side_by_side_do_not_disturb_each_other() {
    for server in servers() {
        let database = server.fresh_database("scratch");
        let place = beside(&database);
        let script = format!("CREATE TABLE t_{} (id INT);", database.name());
        let migrations = history(&[&script]);
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (place, migrations) = (place.clone(), migrations.clone());
                std::thread::spawn(move || {
                    wait(async {
                        let scratch = place.replay(&migrations).await?;
                        let found = tables(&scratch.catalog().await?).len();
                        scratch.close().await?;
                        Ok::<_, Error>(found)
                    })
                })
            })
            .collect();
        for thread in threads {
            assert_eq!(thread.join().expect("no panic").unwrap(), 1);
        }
    }
}
