//! The workflow on the private servers that `cargo xtask test` starts.

mod faults;
mod law;
mod measure;
mod online;
mod online_mysql;
mod pair;
mod proof;
mod scratch;
