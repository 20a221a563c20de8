//! Snapshots that no test compares with any more.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace::root;

/// The variable by which insta is told to note, one path a line, each snapshot that it compares with.
pub(super) const REFERENCES: &str = "INSTA_SNAPSHOT_REFERENCES_FILE";

/// Tells whether every file under `snapshots/` was compared with, and names those that were not.
pub(super) fn all_used(references: &Path) -> Result<bool> {
    let used: BTreeSet<PathBuf> = fs::read_to_string(references)?
        .lines()
        .map(PathBuf::from)
        .collect();
    let mut present = Vec::new();
    collect(&root().join("snapshots"), &mut present)?;
    present.sort();
    let unused: Vec<&PathBuf> = present
        .iter()
        .filter(|path| !used.contains(*path))
        .collect();
    println!(
        "snapshots: {} compared with, {} unused",
        present.len() - unused.len(),
        unused.len()
    );
    for path in &unused {
        eprintln!(
            "error: no test compares with {}",
            path.strip_prefix(root()).unwrap_or(path).display()
        );
    }
    Ok(unused.is_empty())
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "snap") {
            found.push(path);
        }
    }
    Ok(())
}
