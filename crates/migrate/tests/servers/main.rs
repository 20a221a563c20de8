//! The workflow on the private servers that `cargo xtask test` starts.

mod pair;
mod scratch;
