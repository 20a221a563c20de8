//! Pairs of databases: `fixtures/pairs/<database>/<case>/{1,2}.sql`.

use std::path::PathBuf;
use std::{fs, thread};

use crate::workspace_root;

/// Two databases, each as the SQL that makes it.
#[derive(Debug, Clone)]
pub struct Pair {
    /// What differs between them: the folder's name.
    pub name: String,
    /// The script of each side.
    pub sides: [String; 2],
}

/// A folder of further pairs, laid out as the fixtures are, that is looked at instead of them.
const FOLDER: &str = "RELATA_PAIRS";

/// Returns the pairs for a database, by name. `RELATA_TEST_ONLY` keeps those whose names hold its value, and `RELATA_PAIRS` names
/// another folder `<database>/<case>/{1,2}.sql`.
#[track_caller]
pub fn pairs(database: &str) -> Vec<Pair> {
    let root = std::env::var_os(FOLDER)
        .map_or_else(|| workspace_root().join("fixtures/pairs"), PathBuf::from);
    let folder = root.join(database);
    let read = |path: PathBuf| {
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let entries =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut pairs: Vec<Pair> = entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Pair {
                name: name.into_owned(),
                sides: ["1.sql", "2.sql"].map(|side| read(path.join(side))),
            }
        })
        .collect();
    assert!(!pairs.is_empty(), "no pair in {}", folder.display());
    pairs.sort_by(|a, b| a.name.cmp(&b.name));
    if let Ok(only) = std::env::var("RELATA_TEST_ONLY") {
        pairs.retain(|pair| pair.name.contains(&only));
    } else if std::env::var_os("RELATA_TEST_ALL").is_none() && std::env::var_os(FOLDER).is_none() {
        // A fixed sample of those on a server is enough for every day.
        let step = if database == "postgres" { 3 } else { 1 };
        pairs = pairs.into_iter().step_by(step).collect();
    }
    pairs
}

/// Checks each pair, goes on after a failure, and shows all that failed with what was found.
#[track_caller]
pub fn each_pair(pairs: &[Pair], check: impl Fn(&Pair) -> Result<(), String> + Sync) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut failed = Vec::new();
        while let Some(pair) = pairs.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            if let Err(error) = check(pair) {
                failed.push((pair.name.as_str(), error));
            }
        }
        failed
    };
    let mut failed = thread::scope(|scope| {
        let workers: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a worker"))
            .collect::<Vec<_>>()
    });
    failed.sort();
    let shown: Vec<String> = failed
        .iter()
        .map(|(name, error)| format!("===== {name}: {error}"))
        .collect();
    let names: Vec<&str> = failed.iter().map(|(name, _)| *name).collect();
    assert!(
        failed.is_empty(),
        "{}\n{} of {} pairs failed: {}",
        shown.join("\n\n"),
        failed.len(),
        pairs.len(),
        names.join(", ")
    );
}
