//! What can go wrong while a server is read, and what is odd and goes right.

use std::path::Path;

use relata::{Connection, Error};
use relata_introspect::describe;
use relata_testing::{Database, OwnServer, Postgres};

use crate::killed::a_server_killed_while_it_is_read;
use crate::read;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

async fn connected(database: &Database) -> Box<dyn Connection> {
    let url = database.url().parse().expect("a URL");
    relata::connect(&url, Path::new(""))
        .await
        .expect("connected")
}

#[test]
fn a_table_of_1600_columns_is_read() {
    let database = Postgres::from_env().fresh_database("wide");
    let columns: Vec<String> = (0..1600).map(|at| format!("c{at} int")).collect();
    database
        .run(&format!("CREATE TABLE wide ({})", columns.join(", ")))
        .expect("made");
    let table = &read(&database).catalog.tables[0];
    assert_eq!(table.columns.len(), 1600);
    assert_eq!(&*table.columns[1599].name, "c1599");
}

#[test]
fn views_that_read_each_other_are_read() {
    let database = Postgres::from_env().fresh_database("circle");
    database
        .run(
            "CREATE VIEW a AS SELECT 1 AS x; CREATE VIEW b AS SELECT x FROM a;
            CREATE OR REPLACE VIEW a AS SELECT x FROM b;",
        )
        .expect("made");
    let catalog = read(&database).catalog;
    assert_eq!(catalog.views.len(), 2);
    // None of them can be asked for rows, and both can be made again.
    let again = Postgres::from_env().fresh_database("circle");
    again
        .run(&crate::brownfield::create(&catalog))
        .expect("made again");
    assert_eq!(read(&again).catalog, catalog);
}

/// Seen by what it says of itself, which here a PostgreSQL says in its place.
#[test]
fn a_cockroachdb_is_told() {
    let database = Postgres::from_env().fresh_database("cockroach");
    let name = database
        .url()
        .rsplit('/')
        .next()
        .expect("a name")
        .to_owned();
    database
        .run(&format!(
            "CREATE FUNCTION public.version() RETURNS text LANGUAGE sql AS 'SELECT ''CockroachDB CCL v25.1.0''::text';
            ALTER DATABASE \"{name}\" SET search_path = public, pg_catalog"
        ))
        .expect("made");
    runtime().block_on(async {
        let db = connected(&database).await;
        let error = describe(&*db).await.expect_err("refused");
        assert_eq!(error.code(), "R4003");
        assert!(error.to_string().contains("CockroachDB"), "{error}");
        db.close().await.expect("closed");
    });
}

#[test]
fn a_database_dropped_under_us_is_an_error() {
    let database = Postgres::from_env().fresh_database("dropped");
    runtime().block_on(async {
        let db = connected(&database).await;
        let elsewhere = Postgres::from_env().fresh_database("elsewhere");
        let name = database.url();
        let name = name.rsplit('/').next().expect("a name");
        elsewhere
            .run(&format!("DROP DATABASE \"{name}\" WITH (FORCE)"))
            .expect("dropped");
        let error = describe(&*db).await.expect_err("nothing to read");
        assert!(
            matches!(error.code(), "R2022" | "R2009" | "R2018" | "R2012"),
            "{}: {error}",
            error.code()
        );
        // And so is connecting to it again.
        let url = database.url().parse().expect("a URL");
        match relata::connect(&url, Path::new("")).await {
            Err(error @ Error::UnknownDatabase { .. }) => assert_eq!(error.code(), "R2021"),
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("connected to nothing"),
        }
        // What cleans up wants to drop it itself.
        elsewhere
            .run(&format!("CREATE DATABASE \"{name}\""))
            .expect("made");
    });
}

#[test]
fn a_session_killed_in_the_middle_is_an_error() {
    let database = Postgres::from_env().fresh_database("killed");
    let tables: Vec<String> = (0..500)
        .map(|at| format!("CREATE TABLE t{at} (a int PRIMARY KEY, b text UNIQUE);"))
        .collect();
    database.run(&tables.join("\n")).expect("made");
    runtime().block_on(async {
        let (db, killer) = (connected(&database).await, connected(&database).await);
        let rows = db
            .query("SELECT pg_backend_pid()::int8", Vec::new())
            .await
            .expect("asked");
        let pid: i64 = rows[0].get(0).expect("a number");
        // Reading waits for this lock until its session is gone.
        let holder = killer.begin().await.expect("begun");
        holder
            .execute("LOCK TABLE t250 IN ACCESS EXCLUSIVE MODE", Vec::new())
            .await
            .expect("locked");
        let kill = async {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            holder
                .query(&format!("SELECT pg_terminate_backend({pid})"), Vec::new())
                .await
                .expect("killed");
        };
        let (read, ()) = tokio::join!(describe(&*db), kill);
        if let Err(error) = read {
            assert!(
                matches!(error.code(), "R2022" | "R2009" | "R2018"),
                "{}: {error}",
                error.code()
            );
        } else {
            // It was through before; the next one finds the session gone.
            let error = describe(&*db).await.expect_err("killed");
            assert!(
                matches!(error.code(), "R2022" | "R2009" | "R2018"),
                "{}: {error}",
                error.code()
            );
        }
    });
}

#[test]
fn a_server_killed_in_the_middle_is_an_error() {
    a_server_killed_while_it_is_read(OwnServer::postgres());
}
