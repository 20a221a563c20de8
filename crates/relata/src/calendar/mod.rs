//! Dates and times of other libraries than jiff, there and back.
//!
//! A [`Value`](crate::Value) carries jiff's types. They reach from the year -9999 to 9999, less a day at either end for points in
//! time; what another library or a server has beyond that travels as text in the server's own form, so that nothing is cut off.

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "time")]
mod time;

use crate::Value;

/// Whether a value is a text that jiff cannot read: the only one that another library may know more about.
fn beyond_jiff<T: crate::FromValue>(value: &Value) -> Option<&str> {
    value.as_str().filter(|_| T::from_value(value).is_err())
}
