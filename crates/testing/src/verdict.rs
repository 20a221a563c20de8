//! Small schemas and what is said of each on each database: `fixtures/verdicts/<subject>.txt`.

use std::fs;

use crate::workspace_root;

const DATABASES: [&str; 4] = ["postgresql", "mysql", "sqlite", "cockroachdb"];

/// A rule, kept or broken by one schema.
#[derive(Debug)]
pub struct Section {
    /// Its name in the subject.
    pub name: String,
    /// The database, and what is said there: `valid`, `warns R0033 @2`, `invalid R0022 @2`. No database: the schema stays as it is.
    pub verdicts: Vec<(Option<&'static str>, String)>,
    /// Whether Prisma's verdict is another one.
    pub differs: bool,
    /// The schema as it stands there.
    pub body: String,
}

impl Section {
    /// The schema for a database, and how many lines stand before those of the section.
    pub fn schema(&self, database: Option<&str>) -> (String, usize) {
        match database {
            Some(database) if self.body.contains("$provider") => {
                (self.body.replace("$provider", database), 0)
            }
            Some(database) => (
                format!(
                    "datasource db {{\n  provider = \"{database}\"\n}}\n{}",
                    self.body
                ),
                3,
            ),
            None => (self.body.clone(), 0),
        }
    }
}

/// The sections of each subject, which is the name of a file; sorted.
///
/// # Panics
///
/// Where a file is not in the form that `crates/schema/tests/verdicts.rs` describes.
pub fn verdicts() -> Vec<(String, Vec<Section>)> {
    let folder = workspace_root().join("fixtures/verdicts");
    let mut subjects: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            let text = format!("\n{text}");
            let sections = text.split("\n--- ").skip(1).map(section).collect();
            (name, sections)
        })
        .collect();
    subjects.sort_by(|(a, _), (b, _)| a.cmp(b));
    subjects
}

fn section(text: &str) -> Section {
    let (head, body) = text
        .split_once("\n\n")
        .expect("a head, a line without text, a schema");
    let mut lines = head.lines();
    let name = lines.next().unwrap().to_owned();
    let mut verdicts = Vec::new();
    let mut differs = false;
    for line in lines {
        let (who, verdict) = line.split_once(": ").expect("`databases: verdict`");
        let databases: Vec<Option<&'static str>> = match who {
            "differs" => {
                differs = true;
                continue;
            }
            "fixed" => vec![None],
            "all" => DATABASES.map(Some).to_vec(),
            listed => listed
                .split(", ")
                .map(|name| DATABASES.into_iter().find(|known| *known == name))
                .inspect(|known| assert!(known.is_some(), "{name}: {who}"))
                .collect(),
        };
        verdicts.extend(databases.into_iter().map(|it| (it, verdict.to_owned())));
    }
    Section {
        name,
        verdicts,
        differs,
        body: format!("{}\n", body.trim_end_matches('\n')),
    }
}
