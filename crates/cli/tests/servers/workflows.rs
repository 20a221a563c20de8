//! The workflows on servers.

use std::rc::Rc;

use relata_testing::{Database, Mariadb, Postgres};

use super::cases;
use super::support::Project;
use super::workflow::{Site, all};

fn site(database: Database, provider: &'static str, at_terminal: bool) -> Site {
    let quoted = move |sql: &str| {
        if provider == "mysql" {
            sql.replace('"', "`")
        } else {
            sql.to_owned()
        }
    };
    let database = Rc::new(database);
    let same = Rc::clone(&database);
    Site {
        project: Project::empty(),
        provider,
        url: database.url(),
        sql: Box::new(move |sql| {
            let sql = quoted(sql);
            if sql.starts_with("SELECT") {
                return database.query(&sql);
            }
            database.run(&sql).expect("SQL");
            Vec::new()
        }),
        attempt: Box::new(move |sql| same.run(&quoted(sql)).is_ok()),
        at_terminal,
    }
}

#[test]
fn the_workflows_of_prismas_documentation_on_postgres() {
    let server = Postgres::from_env();
    all(&|at_terminal| site(server.fresh_database("workflow"), "postgresql", at_terminal));
}

#[test]
fn the_workflows_of_prismas_documentation_on_mariadb() {
    let server = Mariadb::from_env();
    all(&|at_terminal| site(server.fresh_database("workflow"), "mysql", at_terminal));
}

#[test]
fn what_everybody_changes_some_day_on_postgres() {
    let server = Postgres::from_env();
    let make = || site(server.fresh_database("cases"), "postgresql", false);
    cases::all(&make);
    cases::referential_actions(&make);
}

#[test]
fn what_everybody_changes_some_day_on_mariadb() {
    let server = Mariadb::from_env();
    let make = || site(server.fresh_database("cases"), "mysql", false);
    cases::all(&make);
    cases::referential_actions(&make);
}
