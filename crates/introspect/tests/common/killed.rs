//! A server that is killed while it is read.

use std::path::Path;
use std::time::{Duration, Instant};

use relata_introspect::describe;
use relata_testing::OwnServer;

/// Reads a database again and again until its server is killed, and looks at what is said then.
pub(crate) fn a_server_killed_while_it_is_read(mut own: OwnServer) {
    let database = own.fresh_database("killed");
    let tables: Vec<String> = (0..200)
        .map(|at| format!("CREATE TABLE t{at} (a INT PRIMARY KEY, b INT UNIQUE);"))
        .collect();
    database.run(&tables.join("\n")).expect("made");
    let text = database.url();
    // Nobody is there to drop it.
    std::mem::forget(database);
    let (login, _) = text.split_once('@').expect("a login");
    let (_, secret) = login.rsplit_once(':').expect("a password");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let url = text.parse().expect("a URL");
        let db = relata::connect(&url, Path::new(""))
            .await
            .expect("connected");
        let started = Instant::now();
        let killing = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(150));
            own.crash();
        });
        let error = loop {
            match describe(&*db).await {
                Ok(it) => assert_eq!(it.catalog.tables.len(), 200, "never a part of it"),
                Err(error) => break error,
            }
            assert!(started.elapsed() < Duration::from_mins(1), "it lives on");
        };
        killing.join().expect("no panic");
        assert_eq!(error.code(), "R2022", "{error}");
        let Err(again) = relata::connect(&url, Path::new("")).await else {
            panic!("connected to nothing")
        };
        assert_eq!(again.code(), "R2009", "{again}");
        let shown = format!("{error} {error:?} {again} {again:?}");
        assert!(!shown.contains(secret), "{shown}");
    });
}
