//! Conditions on arrays (PostgreSQL).

use crate::Value;

use super::filter::{ListTest, Node};
use super::{Change, Col, Filter, Model, Takes};

impl<M: Model, T, K> Col<M, Vec<T>, K> {
    fn list(self, test: ListTest, value: Value) -> Filter<M> {
        Filter::new(Node::List {
            column: self.name(),
            test,
            value,
        })
    }

    /// Has the value among its elements.
    pub fn has(self, value: impl Takes<T>) -> Filter<M> {
        self.list(ListTest::Has, value.into_value())
    }

    /// Has all of the values among its elements; with none, every row does that is not `NULL`.
    pub fn has_every<V: Takes<T>>(self, values: impl IntoIterator<Item = V>) -> Filter<M> {
        let values = values.into_iter().map(V::into_value).collect();
        self.list(ListTest::HasEvery, Value::List(values))
    }

    /// Has at least one of the values among its elements.
    pub fn has_some<V: Takes<T>>(self, values: impl IntoIterator<Item = V>) -> Filter<M> {
        let values = values.into_iter().map(V::into_value).collect();
        self.list(ListTest::HasSome, Value::List(values))
    }

    /// Has no element.
    pub fn is_empty(self) -> Filter<M> {
        self.list(ListTest::IsEmpty, Value::Null)
    }

    /// Has an element.
    pub fn is_not_empty(self) -> Filter<M> {
        self.list(ListTest::IsNotEmpty, Value::Null)
    }

    /// Adds an element at the end.
    pub fn push(self, value: impl Takes<T>) -> Change<M> {
        Change::push(self.name(), value.into_value())
    }
}
