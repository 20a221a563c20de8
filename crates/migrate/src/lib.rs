//! The migrate workflow: histories replayed on scratch databases, plans proved before they are shown, migrations written
//! and applied. What must be asked is asked through [`Ask`]; nothing here prints.
//!
//! Migrations are made on SQLite so far; of the other databases [`catalog_of`] reads schemas and live databases, and says what it
//! cannot read yet.

mod ask;
mod dev;
mod directory;
mod error;
pub mod measure;
mod pair;
pub mod proof;
mod pull;
mod rows;
mod scratch;
mod source;
mod weigh;

pub use ask::Ask;
pub use dev::{Dev, Outcome, dev};
pub use directory::write_migration;
pub use error::Error;
pub use pair::{Pair, catalogs_of};
pub use pull::{Pull, Pulled, pull};
pub use scratch::{Place, Scratch, Site};
pub use source::{Source, catalog_of, description_of};
pub use weigh::{Weighed, weigh};
