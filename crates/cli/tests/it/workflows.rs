//! The workflows on SQLite.

use super::cases;
use super::support::Project;
use super::unattended;
use super::workflow::{Site, all};

fn site(at_terminal: bool) -> Site {
    let project = Project::empty();
    let path = project.path().join("prisma/dev.db");
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    let same = path.clone();
    Site {
        project,
        provider: "sqlite",
        url: "file:./dev.db".to_owned(),
        sql: Box::new(move |sql| {
            let db = rusqlite::Connection::open(&path).expect("a database");
            if !sql.starts_with("SELECT") {
                db.execute_batch(sql).expect("SQL");
                return Vec::new();
            }
            let value = |row: &rusqlite::Row<'_>| {
                let value: rusqlite::types::Value = row.get(0)?;
                Ok(vec![match value {
                    rusqlite::types::Value::Integer(it) => Some(it.to_string()),
                    rusqlite::types::Value::Text(it) => Some(it),
                    _ => None,
                }])
            };
            let mut statement = db.prepare(sql).expect("SQL");
            let rows = statement.query_map([], value).expect("rows");
            rows.collect::<Result<_, _>>().expect("rows")
        }),
        attempt: Box::new(move |sql| {
            let db = rusqlite::Connection::open(&same).expect("a database");
            db.execute_batch("PRAGMA foreign_keys = ON").expect("SQL");
            db.execute_batch(sql).is_ok()
        }),
        at_terminal,
    }
}

#[test]
fn the_workflows_of_prismas_documentation() {
    all(&site);
}

#[test]
fn what_everybody_changes_some_day() {
    cases::all(&|| site(false));
    cases::referential_actions(&|| site(false));
}

#[test]
fn every_command_is_tried_without_a_terminal() {
    unattended::every_command_is_tried();
}

#[test]
fn no_command_waits_for_an_answer_or_tells_a_password() {
    let site = unattended::Site {
        provider: "sqlite",
        around: (String::new(), String::new()),
        shadow: None,
        clear: Box::new(|| {}),
    };
    unattended::run_all(&site);
}
