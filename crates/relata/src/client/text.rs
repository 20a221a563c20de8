//! Conditions on text.

use std::marker::PhantomData;

use super::filter::{Node, Place};
use super::{Col, Filter, Model};

/// A type of text: `String`, newtypes of it, and `Option`s of these.
#[diagnostic::on_unimplemented(message = "`{Self}` is no text")]
pub trait Textual {}

impl Textual for String {}

impl<T: Textual> Textual for Option<T> {}

impl<M: Model, T: Textual, K> Col<M, T, K> {
    fn text(self, place: Place, text: impl Into<String>, ignore_case: bool) -> Filter<M> {
        Filter::new(Node::Text {
            column: self.name(),
            place,
            text: text.into(),
            ignore_case,
        })
    }

    /// Matches a pattern, in which `%` is any text and `_` any character; `\` before them takes their meaning away.
    ///
    /// Case counts, except on MySQL and MariaDB, where the column's collation decides (by default it does not count).
    pub fn like(self, pattern: impl Into<String>) -> Filter<M> {
        self.text(Place::Pattern, pattern, false)
    }

    /// Contains the text as it is given; `%` and `_` mean themselves. Case as with [`like`](Self::like).
    pub fn contains(self, text: impl Into<String>) -> Filter<M> {
        self.text(Place::Anywhere, text, false)
    }

    /// Begins with the text as it is given. Case as with [`like`](Self::like).
    pub fn starts_with(self, text: impl Into<String>) -> Filter<M> {
        self.text(Place::Start, text, false)
    }

    /// Ends with the text as it is given. Case as with [`like`](Self::like).
    pub fn ends_with(self, text: impl Into<String>) -> Filter<M> {
        self.text(Place::End, text, false)
    }

    /// The column as text in which upper and lower case are the same. SQLite knows case only of ASCII letters.
    pub fn ignore_case(self) -> IgnoreCase<M> {
        IgnoreCase {
            column: self.name(),
            marker: PhantomData,
        }
    }
}

/// A column of text in which upper and lower case are the same.
pub struct IgnoreCase<M> {
    column: &'static str,
    marker: PhantomData<fn() -> M>,
}

impl<M> Clone for IgnoreCase<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for IgnoreCase<M> {}

impl<M> std::fmt::Debug for IgnoreCase<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("IgnoreCase").field(&self.column).finish()
    }
}

impl<M: Model> IgnoreCase<M> {
    fn text(self, place: Place, text: impl Into<String>) -> Filter<M> {
        Filter::new(Node::Text {
            column: self.column,
            place,
            text: text.into(),
            ignore_case: true,
        })
    }

    /// Is the text.
    pub fn eq(self, text: impl Into<String>) -> Filter<M> {
        Filter::new(Node::EqualText {
            column: self.column,
            text: text.into(),
        })
    }

    /// Is one of the texts.
    pub fn is_in<V: Into<String>>(self, texts: impl IntoIterator<Item = V>) -> Filter<M> {
        Filter::new(Node::Within {
            column: self.column,
            values: texts.into_iter().map(|text| text.into().into()).collect(),
            negated: false,
            ignore_case: true,
        })
    }

    /// Matches a pattern, as [`Col::like`] does.
    pub fn like(self, pattern: impl Into<String>) -> Filter<M> {
        self.text(Place::Pattern, pattern)
    }

    /// Contains the text.
    pub fn contains(self, text: impl Into<String>) -> Filter<M> {
        self.text(Place::Anywhere, text)
    }

    /// Begins with the text.
    pub fn starts_with(self, text: impl Into<String>) -> Filter<M> {
        self.text(Place::Start, text)
    }

    /// Ends with the text.
    pub fn ends_with(self, text: impl Into<String>) -> Filter<M> {
        self.text(Place::End, text)
    }
}
