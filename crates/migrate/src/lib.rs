//! The migrate workflow: histories replayed on scratch databases, plans proved before they are shown, migrations written
//! and applied. What must be asked is asked through [`Ask`]; nothing here prints.
//!
//! [`dev`] makes migrations, [`push`] does without, [`pull`] goes the other way; [`take_back`], [`squash`] and [`rebase`] work on what was made; [`proof`] runs a plan before anybody has to
//! believe it, and [`measure`] asks the server what each statement does.

mod annotate;
mod ask;
mod backup;
mod baseline;
mod dev;
mod directory;
mod document;
mod down;
mod error;
mod fill;
mod history;
mod live;
pub mod measure;
mod pair;
pub mod proof;
mod pull;
mod push;
mod rebase;
mod renames;
mod reset;
mod rows;
mod scratch;
mod source;
mod squash;
mod strays;
mod weigh;

pub use annotate::{annotate, note};
pub use ask::Ask;
pub use backup::{backup, restore};
pub use baseline::baseline;
pub use dev::{Dev, DriftAnswer, Outcome, Style, dev};
pub use directory::{Files, write_migration};
pub use document::{FORMAT, Known, document};
pub use down::{TakeBack, TakenBack, Until, take_back};
pub use error::Error;
pub use fill::Filling;
pub use history::drift_of;
pub use live::Live;
pub use pair::{Pair, catalogs_of};
pub use pull::{Pull, Pulled, pull};
pub use push::{Push, Pushed, push};
pub use rebase::{Rebase, rebase};
pub use renames::Renames;
pub use reset::empty;
pub use scratch::{Place, Scratch, Site};
pub use source::{Source, catalog_of, description_of};
pub use squash::{Squash, Squashed, squash};
pub use weigh::{Risks, Weighed, weigh};
