//! The token of a column.

use std::marker::PhantomData;

use crate::Value;

use super::filter::{Compare, Node};
use super::{Assign, Filter, Model, Order, Takes, UniqueWhere};

/// A column whose values may repeat.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

/// A column that names a row: `@id`, `@unique`.
#[derive(Debug, Clone, Copy)]
pub struct Unique;

/// Types without values.
type Tags<M, T, K> = PhantomData<fn() -> (M, T, K)>;

/// A column of the model `M`, whose values are of type `T`: `user::email`.
pub struct Col<M, T, K = Plain> {
    index: u16,
    marker: Tags<M, T, K>,
}

impl<M, T, K> Clone for Col<M, T, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T, K> Copy for Col<M, T, K> {}

impl<M: Model, T, K> std::fmt::Debug for Col<M, T, K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", M::META.name, self.name())
    }
}

impl<M, T, K> Col<M, T, K> {
    /// The column at a position of the model; for generated code.
    pub const fn new(index: u16) -> Self {
        Self {
            index,
            marker: PhantomData,
        }
    }
}

impl<M: Model, T, K> Col<M, T, K> {
    /// Its name in the database.
    pub fn name(self) -> &'static str {
        M::META.column(self.index)
    }

    pub(super) fn compare(self, op: Compare, value: Value) -> Filter<M> {
        Filter::new(Node::compare(self.name(), op, value))
    }

    /// Is not the value; as in SQL, a row without a value is left out, unless the value is `None`: then it is all others.
    pub fn ne(self, value: impl Takes<T>) -> Filter<M> {
        self.compare(Compare::NotEqual, value.into_value())
    }

    /// Is less than the value.
    pub fn lt(self, value: impl Takes<T>) -> Filter<M> {
        self.compare(Compare::Less, value.into_value())
    }

    /// Is at most the value.
    pub fn le(self, value: impl Takes<T>) -> Filter<M> {
        self.compare(Compare::LessOrEqual, value.into_value())
    }

    /// Is greater than the value.
    pub fn gt(self, value: impl Takes<T>) -> Filter<M> {
        self.compare(Compare::Greater, value.into_value())
    }

    /// Is at least the value.
    pub fn ge(self, value: impl Takes<T>) -> Filter<M> {
        self.compare(Compare::GreaterOrEqual, value.into_value())
    }

    /// Lies between two values, both of them included.
    pub fn between(self, from: impl Takes<T>, to: impl Takes<T>) -> Filter<M> {
        self.ge(from).and(self.le(to))
    }

    /// Is one of the values; with none, no row is.
    #[doc(alias = "in")]
    pub fn is_in<V: Takes<T>>(self, values: impl IntoIterator<Item = V>) -> Filter<M> {
        let values = values.into_iter().map(V::into_value).collect();
        Filter::new(Node::within(self.name(), values, false))
    }

    /// Is none of the values; with none, every row is. A row without a value is left out where values are given, as in SQL.
    pub fn not_in<V: Takes<T>>(self, values: impl IntoIterator<Item = V>) -> Filter<M> {
        let values = values.into_iter().map(V::into_value).collect();
        Filter::new(Node::within(self.name(), values, true))
    }

    /// Equals another column of the same row.
    pub fn eq_col<K2>(self, other: Col<M, T, K2>) -> Filter<M> {
        self.columns(Compare::Equal, other)
    }

    /// Differs from another column of the same row.
    pub fn ne_col<K2>(self, other: Col<M, T, K2>) -> Filter<M> {
        self.columns(Compare::NotEqual, other)
    }

    /// Is less than another column of the same row.
    pub fn lt_col<K2>(self, other: Col<M, T, K2>) -> Filter<M> {
        self.columns(Compare::Less, other)
    }

    /// Is at most another column of the same row.
    pub fn le_col<K2>(self, other: Col<M, T, K2>) -> Filter<M> {
        self.columns(Compare::LessOrEqual, other)
    }

    /// Is greater than another column of the same row.
    pub fn gt_col<K2>(self, other: Col<M, T, K2>) -> Filter<M> {
        self.columns(Compare::Greater, other)
    }

    /// Is at least another column of the same row.
    pub fn ge_col<K2>(self, other: Col<M, T, K2>) -> Filter<M> {
        self.columns(Compare::GreaterOrEqual, other)
    }

    fn columns<K2>(self, op: Compare, other: Col<M, T, K2>) -> Filter<M> {
        Filter::new(Node::Columns {
            left: self.name(),
            op,
            right: other.name(),
        })
    }

    /// Sorts by the column, the smallest first.
    pub fn asc(self) -> Order<M> {
        Order::column(self.name(), false)
    }

    /// Sorts by the column, the greatest first.
    pub fn desc(self) -> Order<M> {
        Order::column(self.name(), true)
    }

    /// Gives the column a value.
    pub fn to(self, value: impl Takes<T>) -> Assign<M> {
        Assign::set(self.name(), value.into_value())
    }
}

impl<M: Model, T> Col<M, T, Plain> {
    /// Is the value; `None` is a row that has no value.
    pub fn eq(self, value: impl Takes<T>) -> Filter<M> {
        self.compare(Compare::Equal, value.into_value())
    }
}

impl<M: Model, T> Col<M, T, Unique> {
    /// Is the value, which at most one row has, so that it can also name a row.
    pub fn eq(self, value: impl Takes<T>) -> UniqueWhere<M> {
        UniqueWhere::new(vec![(self.name(), value.into_value())])
    }
}

impl<M: Model, T, K> Col<M, Option<T>, K> {
    /// Has no value.
    pub fn is_null(self) -> Filter<M> {
        Filter::new(Node::Null {
            column: self.name(),
            negated: false,
        })
    }

    /// Has a value.
    pub fn is_not_null(self) -> Filter<M> {
        Filter::new(Node::Null {
            column: self.name(),
            negated: true,
        })
    }

    /// Takes the column's value away.
    pub fn to_null(self) -> Assign<M> {
        Assign::set(self.name(), Value::Null)
    }
}
