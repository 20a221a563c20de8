//! A migration as text. This crate splits scripts into statements, quotes names and literals, tells which statements may
//! share a transaction, and knows the naming, checksum and lock-file rules of a migrations folder. It is pure: it reads no
//! file, clock, environment or database, and no function here panics, whatever text it is given.

mod backfill;
mod body;
mod checksum;
mod dialect;
mod error;
mod escape;
mod lexer;
mod lock_file;
mod migration_name;
mod quote;
mod split;
mod transaction;
mod word;

pub use backfill::{Backfill, backfill};
pub use checksum::{checksum, matches};
pub use dialect::Dialect;
pub use error::Error;
pub use escape::{sql_comment, terminal, terminal_lines};
pub use lock_file::LockFile;
pub use migration_name::{MigrationName, is_single_component};
pub use quote::holds_text;
pub use split::{Statement, split};
pub use transaction::{
    Pragma, Replaced, SQLITE_CONNECTION_PRAGMAS, TransactionClass, classify, first_word,
    marked_non_transactional, pragma, replaces,
};
pub use word::{Word, words};
