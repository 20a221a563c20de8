//! Schema to catalog, catalog by catalog to plan, plan to SQL, for PostgreSQL, MySQL (with MariaDB) and SQLite.
//!
//! [`lower`] turns a schema into a [`Catalog`], [`diff`] compares two catalogs, [`plan`] puts what
//! differs into steps in an order that works, and [`Plan::script`] prints them. [`raise`] goes the other way, from a catalog to
//! a schema. Nothing here reads a file, a clock, the
//! environment or a database.

pub mod catalog;
pub mod change;
mod dialect;
mod diff;
mod error;
mod instant;
mod lower;
mod object;
mod plan;
mod raise;
pub mod rename;
pub mod risk;
mod spelling;
mod statement;
pub mod step;
mod target;

pub use catalog::Catalog;
pub use change::Changes;
pub use diff::diff;
pub use error::Error;
pub use lower::{lower, lower_both, lower_into, named_dependencies};
pub use plan::{Plan, plan};
pub use raise::{Note, NoteCode, RaiseOptions, Raised, SchemaChange, Verb, raise};
pub use rename::{Followed, Rename, Renamed, Suggestion, follow, suggest_renames};
pub use statement::view_query;
pub use step::{Step, StepKind};
pub use target::{Feature, Server, Target, Version};
