//! What can go wrong while a server is read, and what is odd and goes right.

use std::path::Path;

use relata::Connection;
use relata_introspect::describe;
use relata_testing::{Database, Mariadb, OwnServer};

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

/// InnoDB takes no more than 1,017 columns (manual, "InnoDB Limits").
#[test]
fn a_table_of_1017_columns_is_read() {
    let database = Mariadb::from_env().fresh_database("wide");
    let columns: Vec<String> = (0..1017).map(|at| format!("c{at} tinyint")).collect();
    let sql = format!("CREATE TABLE wide ({}) ENGINE=InnoDB", columns.join(", "));
    database.run(&sql).expect("made");
    let table = &read(&database).catalog.tables[0];
    assert_eq!(table.columns.len(), 1017);
    assert_eq!(&*table.columns[1016].name, "c1016");
}

#[test]
fn a_view_over_what_is_gone_hides_nothing() {
    let database = Mariadb::from_env().fresh_database("gone");
    database
        .run(
            "CREATE TABLE t (a INT); CREATE TABLE gone (a INT); CREATE VIEW broken AS SELECT a FROM gone;
            CREATE VIEW good AS SELECT a FROM t; DROP TABLE gone;",
        )
        .expect("made");
    let catalog = read(&database).catalog;
    let views: Vec<&str> = catalog.views.iter().map(|view| &*view.name.name).collect();
    assert_eq!(views, ["broken", "good"]);
}

#[test]
fn a_database_dropped_under_us_is_an_error() {
    let server = Mariadb::from_env();
    let (database, elsewhere) = (
        server.fresh_database("dropped"),
        server.fresh_database("elsewhere"),
    );
    let name = database.name().to_owned();
    database.run("CREATE TABLE t (a INT)").expect("made");
    runtime().block_on(async {
        let db = connected(&database).await;
        elsewhere
            .run(&format!("DROP DATABASE `{name}`"))
            .expect("dropped");
        // MariaDB leaves the session in it, with nothing there to be found.
        let error = describe(&*db).await.expect_err("nothing to read");
        let url = database.url().parse().expect("a URL");
        let again = relata::connect(&url, Path::new("")).await;
        // What cleans up wants to drop it itself.
        elsewhere
            .run(&format!("CREATE DATABASE `{name}`"))
            .expect("made");
        assert_eq!(error.code(), "R2021", "{error}");
        match again {
            Err(error) => assert_eq!(error.code(), "R2021", "{error}"),
            Ok(_) => panic!("connected to nothing"),
        }
    });
}

#[test]
fn a_session_killed_in_the_middle_is_an_error() {
    let database = Mariadb::from_env().fresh_database("killed");
    let tables: Vec<String> = (0..200)
        .map(|at| format!("CREATE TABLE t{at} (a INT PRIMARY KEY);"))
        .collect();
    database.run(&tables.join("\n")).expect("made");
    runtime().block_on(async {
        let (db, killer) = (connected(&database).await, connected(&database).await);
        let rows = db
            .query("SELECT CONNECTION_ID()", Vec::new())
            .await
            .expect("asked");
        let session: i64 = rows[0].get(0).expect("a number");
        let kill = async {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            killer
                .execute(&format!("KILL {session}"), Vec::new())
                .await
                .expect("killed");
        };
        let (read, ()) = tokio::join!(describe(&*db), kill);
        // It may have been through before; the next one finds the session gone.
        let error = match read {
            Err(error) => error,
            Ok(_) => describe(&*db).await.expect_err("killed"),
        };
        assert!(
            matches!(error.code(), "R2022" | "R2009" | "R2018"),
            "{}: {error}",
            error.code()
        );
    });
}

#[test]
fn a_server_killed_in_the_middle_is_an_error() {
    a_server_killed_while_it_is_read(OwnServer::mariadb());
}

/// A view that is made over another one cannot close a circle; one that is renamed can.
#[test]
fn views_that_read_each_other_are_read() {
    let server = Mariadb::from_env();
    let database = server.fresh_database("circle");
    database
        .run(
            "CREATE TABLE b (x INT); CREATE VIEW a AS SELECT x FROM b; CREATE VIEW c AS SELECT x FROM a;
            DROP TABLE b; RENAME TABLE c TO b; CREATE VIEW good AS SELECT 1 AS x;",
        )
        .expect("made");
    let views = read(&database).catalog.views;
    let names: Vec<&str> = views.iter().map(|view| &*view.name.name).collect();
    assert_eq!(names, ["a", "b", "good"]);
}
