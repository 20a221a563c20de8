//! What a program that uses relata links: connections, values and rows, errors, and the migration runner. It holds no grammar
//! and no planner; generated code names everything here by its full path (`::relata::FromRow`), and nothing needs importing.
//!
//! [`tutorial`] is where to begin; [`client`] tells what queries can do.

#[cfg(any(feature = "postgres", feature = "mysql"))]
mod address;
#[cfg(any(feature = "chrono", feature = "time"))]
mod calendar;
pub mod client;
mod connection;
pub mod contract;
mod decode;
mod encode;
mod error;
pub mod migration;
#[cfg(feature = "mysql")]
pub mod mysql;
mod pool;
#[cfg(feature = "postgres")]
pub mod postgres;
mod require;
mod row;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod secret;
#[cfg(feature = "serde")]
pub mod serde;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod time;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod tls;
// Its snippets make one program, which the tests of `relata-cli` run; they are no doc tests.
#[cfg_attr(not(doctest), doc = include_str!("tutorial.md"))]
pub mod tutorial {}
pub mod types;
mod url;
mod value;

#[cfg(any(feature = "postgres", feature = "mysql"))]
pub use address::ServerAddress;
pub use client::{Isolation, Parent, count, sql};
pub use connection::{BoxFuture, Connection, Transaction, Visitor, connect, fetch};
pub use decode::{DecodeError, FromValue};
pub use error::{Constraint, Error, Result};
pub use pool::{Pool, PoolOptions, Pooled};
pub use relata_script::Dialect;
pub use row::{Columns, FromRow, Row};
pub use url::{ConnectionUrl, SqliteLocation};
pub use value::Value;
