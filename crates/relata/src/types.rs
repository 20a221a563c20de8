//! The crates whose types stand in generated models, so that a model names `::relata::types::jiff::Timestamp` and the user's
//! own `Cargo.toml` does not have to keep a matching version.

#[cfg(feature = "chrono")]
pub use chrono;
pub use jiff;
#[cfg(feature = "decimal")]
pub use rust_decimal;
#[cfg(feature = "json")]
pub use serde_json;
#[cfg(feature = "time")]
pub use time;
pub use uuid;
