//! Conditions on places in JSON documents.

use std::marker::PhantomData;

#[cfg(feature = "json")]
use super::filter::Compare;
use super::filter::{JsonStep, JsonTest, Node, Place};
use super::{Filter, Model};
#[cfg(feature = "json")]
use crate::types::serde_json;

/// A place in a JSON column, reached by `Col::at`.
#[must_use = "a place does nothing until a condition is asked of it"]
pub struct JsonPath<M> {
    column: &'static str,
    path: Vec<JsonStep>,
    marker: PhantomData<fn() -> M>,
}

impl<M> Clone for JsonPath<M> {
    fn clone(&self) -> Self {
        Self {
            column: self.column,
            path: self.path.clone(),
            marker: PhantomData,
        }
    }
}

impl<M> std::fmt::Debug for JsonPath<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?}", self.column, self.path)
    }
}

#[cfg(feature = "json")]
macro_rules! columns {
    ($($type:ty),*) => {$(
        impl<M: Model, K> super::Col<M, $type, K> {
            /// The member of that name in the document.
            pub fn at(self, name: impl Into<String>) -> JsonPath<M> {
                JsonPath { column: self.name(), path: vec![JsonStep::Name(name.into())], marker: PhantomData }
            }

            /// The element at that position of the document, from 0.
            pub fn at_index(self, index: usize) -> JsonPath<M> {
                JsonPath { column: self.name(), path: vec![JsonStep::Index(index)], marker: PhantomData }
            }
        }
    )*};
}

#[cfg(feature = "json")]
columns!(serde_json::Value, Option<serde_json::Value>);

impl<M: Model> JsonPath<M> {
    /// The member of that name.
    pub fn at(mut self, name: impl Into<String>) -> Self {
        self.path.push(JsonStep::Name(name.into()));
        self
    }

    /// The element at that position, from 0.
    pub fn at_index(mut self, index: usize) -> Self {
        self.path.push(JsonStep::Index(index));
        self
    }

    fn test(self, test: JsonTest) -> Filter<M> {
        Filter::new(Node::Json {
            column: self.column,
            path: self.path,
            test,
        })
    }

    /// Is there, be it `null`.
    pub fn exists(self) -> Filter<M> {
        self.test(JsonTest::Exists)
    }

    /// Is not there, or is `null`.
    pub fn is_null(self) -> Filter<M> {
        self.test(JsonTest::IsNull(true))
    }

    /// Is there, and is not `null`.
    pub fn is_not_null(self) -> Filter<M> {
        self.test(JsonTest::IsNull(false))
    }

    /// Is a text that contains this one; case counts.
    pub fn contains(self, text: impl Into<String>) -> Filter<M> {
        self.test(JsonTest::Text(Place::Anywhere, text.into()))
    }

    /// Is a text that begins with this one; case counts.
    pub fn starts_with(self, text: impl Into<String>) -> Filter<M> {
        self.test(JsonTest::Text(Place::Start, text.into()))
    }

    /// Is a text that ends with this one; case counts.
    pub fn ends_with(self, text: impl Into<String>) -> Filter<M> {
        self.test(JsonTest::Text(Place::End, text.into()))
    }
}

#[cfg(feature = "json")]
impl<M: Model> JsonPath<M> {
    fn compare(self, op: Compare, value: impl Into<serde_json::Value>) -> Filter<M> {
        self.test(JsonTest::Compare(op, value.into().into()))
    }

    /// Is this value.
    pub fn eq(self, value: impl Into<serde_json::Value>) -> Filter<M> {
        self.compare(Compare::Equal, value)
    }

    /// Is another value; where there is none, the row is left out.
    pub fn ne(self, value: impl Into<serde_json::Value>) -> Filter<M> {
        self.compare(Compare::NotEqual, value)
    }

    /// Is a number less than this one.
    pub fn lt(self, value: impl Into<serde_json::Value>) -> Filter<M> {
        self.compare(Compare::Less, value)
    }

    /// Is a number of at most this one.
    pub fn le(self, value: impl Into<serde_json::Value>) -> Filter<M> {
        self.compare(Compare::LessOrEqual, value)
    }

    /// Is a number greater than this one.
    pub fn gt(self, value: impl Into<serde_json::Value>) -> Filter<M> {
        self.compare(Compare::Greater, value)
    }

    /// Is a number of at least this one.
    pub fn ge(self, value: impl Into<serde_json::Value>) -> Filter<M> {
        self.compare(Compare::GreaterOrEqual, value)
    }
}
