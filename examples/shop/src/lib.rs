//! Generated Rust that is checked in, for teams that review it.
//!
//! `cargo xtask gen` writes `db` from `app.schema` with the same function that build scripts and `relata generate` call, and
//! `cargo xtask gen --check` fails where somebody edited one of the files.
//!
//! ```
//! use shop::db::OrderState;
//! assert_eq!(OrderState::Cancelled.as_str(), "cancelled_by_customer");
//! ```

/// The models and enums of `app.schema`.
pub mod db;
