//! The workflow on the private servers that `cargo xtask test` starts.

mod measure;
mod pair;
mod proof;
mod scratch;
