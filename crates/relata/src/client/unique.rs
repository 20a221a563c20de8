//! What names one row.

use std::marker::PhantomData;

use crate::Value;

use super::filter::{Compare, Node};
use super::{Condition, Filter, Model, Takes};

/// A compound key of the model `M`: `@@id`, `@@unique`. Its values are a tuple.
pub struct UniqueKey<M, T> {
    columns: &'static [&'static str],
    marker: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for UniqueKey<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for UniqueKey<M, T> {}

impl<M, T> std::fmt::Debug for UniqueKey<M, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.columns)
    }
}

impl<M, T> UniqueKey<M, T> {
    /// The key over these columns of the database; for generated code.
    pub const fn new(columns: &'static [&'static str]) -> Self {
        Self {
            columns,
            marker: PhantomData,
        }
    }
}

macro_rules! keys {
    ($($name:ident: $value:ident),*) => {
        impl<M: Model, $($name),*> UniqueKey<M, ($($name,)*)> {
            /// Are these values, which at most one row has.
            #[allow(clippy::too_many_arguments, clippy::allow_attributes, reason = "a key has as many values as it has columns")]
            pub fn eq(self, $($value: impl Takes<$name>),*) -> UniqueWhere<M> {
                let values = [$($value.into_value()),*];
                UniqueWhere::new(self.columns.iter().copied().zip(values).collect())
            }
        }
    };
}

keys!(A: a);
keys!(A: a, B: b);
keys!(A: a, B: b, C: c);
keys!(A: a, B: b, C: c, D: d);
keys!(A: a, B: b, C: c, D: d, E: e);
keys!(A: a, B: b, C: c, D: d, E: e, F: f);
keys!(A: a, B: b, C: c, D: d, E: e, F: f, G: g);
keys!(A: a, B: b, C: c, D: d, E: e, F: f, G: g, H: h);

/// A condition that at most one row of `M` meets. It is a filter too.
#[must_use = "a condition does nothing until a query takes it"]
pub struct UniqueWhere<M> {
    pub(super) values: Vec<(&'static str, Value)>,
    marker: PhantomData<fn() -> M>,
}

impl<M> Clone for UniqueWhere<M> {
    fn clone(&self) -> Self {
        Self::new(self.values.clone())
    }
}

impl<M> std::fmt::Debug for UniqueWhere<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let columns = self.values.iter().map(|(column, _)| column);
        f.debug_set().entries(columns).finish()
    }
}

impl<M> UniqueWhere<M> {
    pub(super) fn new(values: Vec<(&'static str, Value)>) -> Self {
        Self {
            values,
            marker: PhantomData,
        }
    }

    /// The condition by which a row is named. One without a value names none, whereas as a filter it would ask for rows that
    /// have no value, of which there may be many.
    pub(super) fn into_node(self) -> Node {
        if self.values.iter().any(|(_, value)| value.is_null()) {
            return Node::Or(Vec::new());
        }
        self.equal()
    }

    fn equal(self) -> Node {
        let equal = |(column, value)| Node::compare(column, Compare::Equal, value);
        Node::And(self.values.into_iter().map(equal).collect())
    }
}

impl<M: Model> UniqueWhere<M> {
    /// Both this and the other.
    pub fn and(self, other: impl Condition<M>) -> Filter<M> {
        self.into_filter().and(other)
    }

    /// This, or the other, or both.
    pub fn or(self, other: impl Condition<M>) -> Filter<M> {
        self.into_filter().or(other)
    }
}

impl<M: Model> std::ops::Not for UniqueWhere<M> {
    type Output = Filter<M>;

    fn not(self) -> Filter<M> {
        !self.into_filter()
    }
}

impl<M: Model> Condition<M> for UniqueWhere<M> {
    fn into_filter(self) -> Filter<M> {
        Filter::new(self.equal())
    }
}
