//! The workflows on SQLite.

use super::support::Project;
use super::workflow::{Site, all};

#[test]
fn the_workflows_of_prismas_documentation() {
    all(&|at_terminal| {
        let project = Project::empty();
        let path = project.path().join("prisma/dev.db");
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
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
            at_terminal,
        }
    });
}
