//! From one database to another: after the plan, nothing is left to plan.

use relata_sql::{diff, plan};
use relata_testing::Postgres;

use crate::brownfield::scripts;
use crate::read;

/// Leads one database to another and tells what is then still different.
fn lead(server: &Postgres, from: &str, to: &str) -> Result<(), String> {
    let first = server.fresh_database("changes");
    first.run(from)?;
    let second = server.fresh_database("changes");
    second.run(to)?;
    let wanted = read(&second).catalog;
    let before = read(&first).catalog;
    let script = plan(&diff(&before, &wanted).expect("one dialect")).script();
    first
        .run(&script)
        .map_err(|error| format!("{error}\n{script}"))?;
    let after = read(&first).catalog;
    let left = plan(&diff(&after, &wanted).expect("one dialect"));
    if left.is_empty() {
        Ok(())
    } else {
        Err(format!("{}\n----- after\n{script}", left.script()))
    }
}

fn all_hold(pairs: &[(String, String, String)]) {
    let server = Postgres::from_env();
    let only = std::env::var("RELATA_TEST_ONLY").ok();
    let failed: Vec<String> = pairs
        .iter()
        .filter(|(name, ..)| only.as_ref().is_none_or(|only| name.contains(only)))
        .filter_map(|(name, from, to)| {
            let error = lead(&server, from, to).err()?;
            Some(format!("===== {name}: {error}"))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn everything_can_be_dropped() {
    let pairs: Vec<_> = scripts(&Postgres::from_env())
        .into_iter()
        .map(|(name, sql)| (name, sql, String::new()))
        .collect();
    all_hold(&pairs);
}

/// `changes/<case>.sql` holds both sides, with a line `-- then` between them.
#[test]
fn changes_arrive() {
    let folder = relata_testing::workspace_root().join("fixtures/brownfield/changes");
    let mut pairs: Vec<(String, String, String)> = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the fixtures") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a script");
        let (from, to) = text.split_once("-- then\n").expect("two sides");
        let name = path.display().to_string();
        pairs.push((format!("{name}, forth"), from.to_owned(), to.to_owned()));
        pairs.push((format!("{name}, back"), to.to_owned(), from.to_owned()));
    }
    pairs.sort();
    all_hold(&pairs);
}
