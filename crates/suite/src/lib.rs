//! The schemas of the suite as Rust. The suite itself is `tests/behaviour`.

include!(concat!(env!("OUT_DIR"), "/relata/mod.rs"));

/// What only PostgreSQL has.
pub mod arrays {
    include!(concat!(env!("OUT_DIR"), "/arrays/mod.rs"));
}
