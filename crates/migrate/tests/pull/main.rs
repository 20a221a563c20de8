//! `db pull` on SQLite, and on the private servers that `cargo xtask test` starts.

mod brownfield;
mod fixtures;
mod support;
