//! What the tests of this workspace share: fixtures, snapshots, and private database servers.
//!
//! * [`fixtures`] and [`each_case`] walk `fixtures/<subject>/<case>/`;
//! * [`pairs`] and [`each_pair`] walk `fixtures/pairs/<database>/<case>/`, two databases each;
//! * [`verdicts`] reads `fixtures/verdicts`, small schemas and what is said of each;
//! * [`snapshot`] compares text with a file under `snapshots/`, [`sections`] shows input and output together in it;
//! * [`Postgres`] and [`Mariadb`] make throw-away [`Database`]s on the servers that `cargo xtask test` starts, and talk
//!   to them through `psql` and `mariadb`: a script is judged by the server's own client, not by one of our drivers;
//! * [`OwnServer`] is one that a test may crash, start again, and let run out of disk.
//!
//! SQLite is bundled in the crates that use it and needs nothing from here.

mod address;
mod client;
mod database;
mod dump;
mod fixture;
mod mariadb;
mod own;
mod pair;
mod postgres;
mod snapshot;
mod verdict;
mod workspace;
mod xml;

pub use database::{Database, Rows, Server};
pub use fixture::{Case, Source, each_case, fixtures};
pub use mariadb::Mariadb;
pub use own::OwnServer;
pub use pair::{Pair, each_pair, pairs};
pub use postgres::Postgres;
pub use snapshot::{sections, snapshot};
pub use verdict::{Section, verdicts};
pub use workspace::workspace_root;
