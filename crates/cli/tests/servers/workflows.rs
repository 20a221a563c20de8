//! The workflows on servers.

use relata_testing::{Database, Mariadb, Postgres};

use super::support::Project;
use super::workflow::{Site, all};

fn site(database: Database, provider: &'static str, at_terminal: bool) -> Site {
    Site {
        project: Project::empty(),
        provider,
        url: database.url(),
        sql: Box::new(move |sql| {
            let sql = if provider == "mysql" {
                sql.replace('"', "`")
            } else {
                sql.to_owned()
            };
            if sql.starts_with("SELECT") {
                return database.query(&sql);
            }
            database.run(&sql).expect("SQL");
            Vec::new()
        }),
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
