//! The migrate workflow: histories replayed on scratch databases, plans proved before they are shown, migrations written
//! and applied. What must be asked is asked through [`Ask`]; nothing here prints.
//!
//! [`dev`] makes migrations, [`push`] does without, [`pull`] goes the other way; [`proof`] runs a plan before anybody has to
//! believe it, and [`measure`] asks the server what each statement does.

mod annotate;
mod ask;
mod baseline;
mod dev;
mod directory;
mod document;
mod error;
mod live;
pub mod measure;
mod pair;
pub mod proof;
mod pull;
mod push;
mod renames;
mod reset;
mod rows;
mod scratch;
mod source;
mod weigh;

pub use annotate::{annotate, note};
pub use ask::Ask;
pub use baseline::baseline;
pub use dev::{Dev, DriftAnswer, Outcome, Style, dev};
pub use directory::{Files, write_migration};
pub use document::{FORMAT, Known, document};
pub use error::Error;
pub use live::Live;
pub use pair::{Pair, catalogs_of};
pub use pull::{Pull, Pulled, pull};
pub use push::{Push, Pushed, push};
pub use renames::Renames;
pub use reset::empty;
pub use scratch::{Place, Scratch, Site};
pub use source::{Source, catalog_of, description_of};
pub use weigh::{Risks, Weighed, weigh};
