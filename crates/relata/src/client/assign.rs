//! What a row is to hold.

use std::marker::PhantomData;

use crate::Value;

use super::{Col, Model, Takes};

/// A column's value, made by [`Col::to`].
#[must_use = "an assignment does nothing until a query takes it"]
pub struct Assign<M> {
    pub(super) column: &'static str,
    pub(super) value: Value,
    marker: PhantomData<fn() -> M>,
}

/// What becomes of a column's value, made by [`Col::increment`] and its like.
#[must_use = "a change does nothing until a query takes it"]
pub struct Change<M> {
    pub(super) column: &'static str,
    pub(super) op: Op,
    pub(super) value: Value,
    marker: PhantomData<fn() -> M>,
}

impl<M> Clone for Assign<M> {
    fn clone(&self) -> Self {
        Self::set(self.column, self.value.clone())
    }
}

impl<M> Clone for Change<M> {
    fn clone(&self) -> Self {
        Self::new(self.column, self.op, self.value.clone())
    }
}

impl<M> std::fmt::Debug for Assign<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Assign({})", self.column)
    }
}

impl<M> std::fmt::Debug for Change<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Change({}, {:?})", self.column, self.op)
    }
}

/// What gives a column of a row that is made a value.
#[diagnostic::on_unimplemented(
    message = "this gives no column of `{M}` a value",
    label = "`.to(…)` on a column of the model does",
    note = "what makes a new value of the old one, such as `.increment(…)`, is for rows that are there: for `update`, and for `.update(…)` of `upsert`"
)]
pub trait IntoAssign<M> {
    /// The column and its value.
    fn into_assign(self) -> Assign<M>;
}

#[diagnostic::do_not_recommend]
impl<M> IntoAssign<M> for Assign<M> {
    fn into_assign(self) -> Self {
        self
    }
}

/// What an update of `M` takes.
#[diagnostic::on_unimplemented(
    message = "this is no change of `{M}`",
    label = "a column of another model, or no change",
    note = "a change is made from a column of the model itself, such as `user::name.to(…)`"
)]
pub trait IntoChange<M> {
    /// The change.
    fn into_change(self) -> Change<M>;
}

impl<M> IntoChange<M> for Change<M> {
    fn into_change(self) -> Self {
        self
    }
}

impl<M> IntoChange<M> for Assign<M> {
    fn into_change(self) -> Change<M> {
        Change::new(self.column, Op::Set, self.value)
    }
}

/// How the new value follows from the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Set,
    Add,
    Subtract,
    Multiply,
    Divide,
    Push,
}

/// A type that can be counted with, `Option`s of it too.
#[diagnostic::on_unimplemented(message = "`{Self}` is no number")]
pub trait Numeric {}

macro_rules! numeric {
    ($($type:ty),*) => {$(impl Numeric for $type {} impl Numeric for Option<$type> {})*};
}

numeric!(i16, i32, i64, u16, u32, u64, f32, f64);
#[cfg(feature = "decimal")]
numeric!(crate::types::rust_decimal::Decimal);

impl<M> Assign<M> {
    pub(super) fn set(column: &'static str, value: Value) -> Self {
        Self {
            column,
            value,
            marker: PhantomData,
        }
    }
}

impl<M> Change<M> {
    fn new(column: &'static str, op: Op, value: Value) -> Self {
        Self {
            column,
            op,
            value,
            marker: PhantomData,
        }
    }

    pub(super) fn push(column: &'static str, value: Value) -> Self {
        Self::new(column, Op::Push, value)
    }
}

impl<M: Model, T: Numeric, K> Col<M, T, K> {
    /// Adds to the number, in one step with reading it.
    pub fn increment(self, by: impl Takes<T>) -> Change<M> {
        Change::new(self.name(), Op::Add, by.into_value())
    }

    /// Subtracts from the number, in one step with reading it.
    pub fn decrement(self, by: impl Takes<T>) -> Change<M> {
        Change::new(self.name(), Op::Subtract, by.into_value())
    }

    /// Multiplies the number, in one step with reading it.
    pub fn multiply(self, by: impl Takes<T>) -> Change<M> {
        Change::new(self.name(), Op::Multiply, by.into_value())
    }

    /// Divides the number, in one step with reading it. Of a whole number, the fraction is cut off or rounded as the
    /// database does it: PostgreSQL and SQLite cut it off, MySQL and MariaDB round.
    pub fn divide(self, by: impl Takes<T>) -> Change<M> {
        Change::new(self.name(), Op::Divide, by.into_value())
    }
}
