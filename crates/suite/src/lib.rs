//! The schema of the suite as Rust. The suite itself is `tests/behaviour`.

include!(concat!(env!("OUT_DIR"), "/relata/mod.rs"));
