//! What a program that uses relata links: connections, values and rows, errors, and the migration runner. It holds no grammar
//! and no planner; generated code names everything here by its full path (`::relata::FromRow`), and nothing needs importing.

mod connection;
mod decode;
mod encode;
mod error;
pub mod migration;
mod row;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod time;
pub mod types;
mod url;
mod value;

pub use connection::{BoxFuture, Connection, Transaction, Visitor, connect, fetch};
pub use decode::{DecodeError, FromValue};
pub use error::{Constraint, Error, Result};
pub use relata_script::Dialect;
pub use row::{FromRow, Row};
pub use url::{ConnectionUrl, SqliteLocation};
pub use value::Value;
