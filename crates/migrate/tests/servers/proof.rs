//! Plans between the schemas of `fixtures/transitions`, proved there and back.

use std::fmt::Write as _;
use std::path::Path;

use relata::ConnectionUrl;
use relata::migration::Migration;
use relata_migrate::Place;
use relata_migrate::proof::{Claim, Down, Proof, Take, prove};
use relata_schema::{Sources, analyze};
use relata_script::Dialect;
use relata_sql::{Catalog, diff, follow, lower, plan};
use relata_testing::{Mariadb, Postgres, Server, Source, fixtures, snapshot};

pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

pub(crate) fn script(from: &Catalog, to: &Catalog) -> String {
    let from = follow(from, to).expect("renames that fit").catalog;
    plan(&diff(&from, to).expect("one dialect")).script()
}

/// The way back, which takes back what the way there has renamed.
fn script_back(to: &Catalog, from: &Catalog) -> String {
    let there = follow(from, to).expect("renames that fit").catalog;
    let to = to.before(&there.renamed);
    plan(&diff(&to, from).expect("one dialect")).script()
}

fn shown(proof: &Proof) -> String {
    let mut out = String::new();
    for measured in &proof.statements {
        let first = measured.statement.lines().next().unwrap_or_default();
        let mut told = Vec::new();
        let locks = measured
            .locks
            .iter()
            .filter(|(_, lock)| lock.blocks_writes());
        told.extend(locks.map(|(table, lock)| format!("{table} {lock}")));
        told.extend(measured.rewritten.iter().map(|it| format!("rewrites {it}")));
        told.extend(measured.online.iter().map(ToString::to_string));
        if measured.is_free() {
            told.push("free".to_owned());
        }
        // On SQLite the whole script is told of at once.
        let indent = if first.starts_with("--") {
            "  ".to_owned()
        } else {
            format!("  {first}\n      ")
        };
        let _ = writeln!(out, "{}", format!("{indent}{}", told.join(", ")).trim_end());
    }
    let _ = writeln!(out, "  rows: {}", proof.rows);
    if let Some(fails_on) = &proof.fails_on {
        // Names of scratch databases, which are others each time, come later in a message.
        let error = &fails_on.error;
        let error = match error.split_once(": ") {
            Some((at, rest)) if at.starts_with("statement ") => rest,
            _ => error,
        };
        let error = error.split(' ').take(4).collect::<Vec<_>>().join(" ");
        let foreseen = if fails_on.is_foreseen {
            "foreseen"
        } else {
            "NOT FORESEEN"
        };
        let _ = writeln!(out, "  fails on {}, {foreseen}: {error}", fails_on.rows);
    }
    for altered in &proof.altered {
        let _ = writeln!(out, "  altered: {altered}");
    }
    for reason in &proof.unproved {
        let _ = writeln!(out, "  not proved: {reason}");
    }
    let _ = match &proof.down {
        Down::None => writeln!(out, "  down: none"),
        Down::Returned => writeln!(out, "  down: back at the start"),
        Down::Elsewhere(summary) => writeln!(out, "  down: elsewhere\n{summary}"),
        Down::Failed(error) => writeln!(
            out,
            "  down: failed: {}",
            error.lines().next().unwrap_or_default()
        ),
    };
    out
}

fn proved(dialect: Dialect, place: &Place) -> String {
    let (word, provider) = match dialect {
        Dialect::Postgres => ("postgres", "postgresql"),
        Dialect::Mysql => ("mysql", "mysql"),
        Dialect::Sqlite => ("sqlite", "sqlite"),
    };
    let mut text = String::new();
    let cases = fixtures("transitions").into_iter();
    for case in cases.filter(|case| case.is_for(word)) {
        let catalog = |source: &Source| {
            let datasource = format!("datasource db {{\n  provider = \"{provider}\"\n}}\n");
            let text = if source.text.contains("datasource") {
                source.text.clone()
            } else {
                datasource + &source.text
            };
            let analysis = analyze(&Sources::one("app.schema", &text));
            assert!(analysis.is_valid(), "{}: {text}", case.name);
            lower(&analysis.schema).unwrap_or_else(|error| panic!("{}: {error}", case.name))
        };
        let [from, to] = [catalog(&case.sources[0]), catalog(&case.sources[1])];
        let history = [Migration::new(
            "20260101000000_start",
            script(&Catalog::empty(dialect), &from),
        )
        .expect("a migration")];
        let mut to = to;
        wait(place.realise(&mut to, None)).expect("made");
        let (up, down) = (script(&from, &to), script_back(&to, &from));
        let claim = Claim {
            history: &history,
            up: &up,
            down: Take::By(&down),
            target: &to,
        };
        let outcome = match wait(prove(place, &claim)) {
            Ok(proved) => shown(&proved.proof),
            Err(error) => format!("  error: {error}\n"),
        };
        let _ = writeln!(text, "{}\n{outcome}", case.name);
    }
    text
}

/// A database that is emptied for each proof, which is faster than to make one.
pub(crate) fn shadow(server: &Server) -> (relata_testing::Database, Place) {
    let database = server.fresh_database("proof");
    let url: ConnectionUrl = database.url().parse().expect("a URL");
    let place = Place::of(url.dialect(), None, Some((&url, Path::new("")))).expect("a place");
    (database, place)
}

#[test]
fn transitions_are_proved_on_postgres() {
    let (_database, place) = shadow(&Server::Postgres(Postgres::from_env()));
    snapshot("proof/postgres", &proved(Dialect::Postgres, &place));
}

#[test]
fn transitions_are_proved_on_mariadb() {
    let (_database, place) = shadow(&Server::Mariadb(Mariadb::from_env()));
    snapshot("proof/mysql", &proved(Dialect::Mysql, &place));
}

#[test]
fn transitions_are_proved_on_sqlite() {
    snapshot("proof/sqlite", &proved(Dialect::Sqlite, &Place::Memory));
}
