//! What may stand for a column's value.

use crate::Value;

/// A value that a column of type `T` takes: a `T`, a reference to one, a `&str` for text, and for an optional column also
/// what is not optional.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` takes no `{Self}`",
    label = "this is no `{T}`",
    note = "give a value of the column's own type"
)]
pub trait Takes<T> {
    /// The value to bind.
    fn into_value(self) -> Value;
}

impl<T: Into<Value>> Takes<T> for T {
    fn into_value(self) -> Value {
        self.into()
    }
}

impl<T: Into<Value> + Clone> Takes<T> for &T {
    fn into_value(self) -> Value {
        self.clone().into()
    }
}

impl<T: Into<Value>> Takes<Option<T>> for T {
    fn into_value(self) -> Value {
        self.into()
    }
}

impl<T: Into<Value> + Clone> Takes<Option<T>> for &T {
    fn into_value(self) -> Value {
        self.clone().into()
    }
}

impl Takes<String> for &str {
    fn into_value(self) -> Value {
        self.into()
    }
}

impl Takes<Option<String>> for &str {
    fn into_value(self) -> Value {
        self.into()
    }
}

impl Takes<Option<String>> for Option<&str> {
    fn into_value(self) -> Value {
        self.into()
    }
}

impl Takes<Vec<u8>> for &[u8] {
    fn into_value(self) -> Value {
        self.into()
    }
}

impl Takes<Option<Vec<u8>>> for &[u8] {
    fn into_value(self) -> Value {
        self.into()
    }
}

impl<const N: usize> Takes<Vec<u8>> for &[u8; N] {
    fn into_value(self) -> Value {
        self.as_slice().into()
    }
}
