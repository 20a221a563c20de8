//! Where the workspace lies.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    // Canonical, so that the paths that insta notes as referenced equal those found by walking `snapshots/`.
    root.canonicalize().unwrap_or_else(|error| {
        panic!(
            "the workspace that built this test is gone: {}: {error}",
            root.display()
        )
    })
});

/// Returns the folder that holds the workspace's `Cargo.toml`.
pub fn workspace_root() -> &'static Path {
    &ROOT
}
