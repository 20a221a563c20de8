//! Typed Rust from a relata schema.
//!
//! [`generate`] turns a [`Schema`](relata_schema::Schema) into files and touches nothing; everything else here carries
//! them to a disk. `build.rs`, the command line and a repository's own tools share it:
//!
//! ```no_run
//! // In the `main` of build.rs:
//! relata_build::compile("app.schema");
//! ```
//!
//! ```text
//! // src/main.rs
//! mod db {
//!     include!(concat!(env!("OUT_DIR"), "/relata/mod.rs"));
//! }
//! ```
//!
//! The included `mod.rs` names a module per model, and rustc looks for them beside it: each is a file of its own that an
//! editor opens, and that changes only when its model does.
//!
//! To keep the generated files in the repository instead, call [`Config::write`] from a tool of the repository's own and
//! [`Config::check`] from its tests.
//!
//! * [`load`] reads a schema file, or a folder of them;
//! * [`generate`] makes [`File`]s, [`left_out`] says what has no code, [`needed_features`] says what `relata` must offer to
//!   them, [`output`] where the schema wants them; [`generate_with`] embeds [`Migrations`], too;
//! * [`as_crate`] makes a crate of its own of them;
//! * [`write()`] puts them into a folder as a whole or not at all, [`check`] compares;
//! * [`compile`] and [`Config`] do it all.

mod cargo;
mod check;
mod config;
mod error;
mod features;
mod file;
mod fingerprint;
mod generate;
mod load;
mod manifest;
mod migrations;
mod package;
mod write;

pub use check::{Difference, DifferenceKind, check};
pub use config::{Config, compile};
pub use error::Error;
pub use features::{cargo_add, migrations, needed_features, output};
pub use file::File;
#[cfg(feature = "smoke")]
#[doc(hidden)]
pub use generate::smoke;
pub use generate::{generate, generate_with, left_out};
pub use load::load;
pub use migrations::Migrations;
pub use package::{as_crate, version_mismatch};
pub use write::{Written, write};
