//! The workflows on servers.

use std::rc::Rc;

use relata_testing::{Database, Mariadb, Postgres, Server};

use super::cases;
use super::support::Project;
use super::unattended;
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

/// The password of the database that migrations are tried on.
const SHADOW: &str = "Xk4-shadow+pass";

/// Two databases, each with a user of its own whose password is hard to spell.
fn unattended_site(database: &Rc<Database>, shadow: &Rc<Database>) -> unattended::Site {
    let url = database.url();
    let (scheme, rest) = url.split_once("://").expect("a scheme");
    let (_, place) = rest.rsplit_once('@').expect("a login");
    let is_postgres = scheme == "postgresql";
    let of = |database: &Database| {
        let number = database.name().trim_start_matches("t_unattended_");
        format!("u_{number}")
    };
    for (database, password) in [(database, unattended::PASSWORD), (shadow, SHADOW)] {
        let user = of(database);
        let made = if is_postgres {
            format!("CREATE ROLE {user} LOGIN SUPERUSER PASSWORD '{password}'")
        } else {
            format!(
                "CREATE USER {user}@'127.0.0.1' IDENTIFIED BY '{password}'; GRANT ALL ON *.* TO {user}@'127.0.0.1'"
            )
        };
        database.run(&made).expect("a user");
    }
    let shadow_url = shadow.url();
    let (_, shadow_place) = shadow_url.rsplit_once('@').expect("a login");
    let password = SHADOW.replace('+', "%2B");
    let shadow_url = format!("{scheme}://{}:{password}@{shadow_place}", of(shadow));
    let databases = [Rc::clone(database), Rc::clone(shadow)];
    let clear = move || {
        for database in &databases {
            let name = database.name();
            let again = if is_postgres {
                "DROP SCHEMA public CASCADE; CREATE SCHEMA public".to_owned()
            } else {
                format!("DROP DATABASE `{name}`; CREATE DATABASE `{name}`")
            };
            database.run(&again).expect("cleared");
        }
    };
    unattended::Site {
        provider: if is_postgres { "postgresql" } else { "mysql" },
        around: (format!("{scheme}://{}:", of(database)), format!("@{place}")),
        shadow: Some(shadow_url),
        clear: Box::new(clear),
    }
}

fn unattended_on(server: &Server) {
    let (database, shadow) = (
        Rc::new(server.fresh_database("unattended")),
        Rc::new(server.fresh_database("unattended")),
    );
    let site = unattended_site(&database, &shadow);
    unattended::run_all(&site);
}

#[test]
fn no_command_waits_for_an_answer_or_tells_a_password_of_postgres() {
    let server = Server::Postgres(Postgres::from_env());
    unattended_on(&server);
}

#[test]
fn no_command_waits_for_an_answer_or_tells_a_password_of_mariadb() {
    let server = Server::Mariadb(Mariadb::from_env());
    unattended_on(&server);
}
