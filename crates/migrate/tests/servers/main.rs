//! The workflow on the private servers that `cargo xtask test` starts.

mod measure;
mod online;
mod pair;
mod proof;
mod scratch;
