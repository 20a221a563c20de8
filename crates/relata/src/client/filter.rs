//! Conditions on rows.

use std::marker::PhantomData;

use crate::Value;

use super::{Link, Model, Table};

/// A condition on rows of `M`, made by the methods of columns and relations.
///
/// What a condition means for `NULL` is what SQL has: it is neither true nor false, also behind `!`.
#[must_use = "a filter does nothing until a query takes it"]
pub struct Filter<M> {
    pub(super) node: Node,
    marker: PhantomData<fn() -> M>,
}

impl<M> Clone for Filter<M> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone())
    }
}

impl<M> std::fmt::Debug for Filter<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filter").finish_non_exhaustive()
    }
}

impl<M> Filter<M> {
    pub(super) fn new(node: Node) -> Self {
        Self {
            node,
            marker: PhantomData,
        }
    }

    /// Every row.
    pub fn all() -> Self {
        Self::new(Node::And(Vec::new()))
    }

    /// No row.
    pub fn none() -> Self {
        Self::new(Node::Or(Vec::new()))
    }

    /// Rows that meet every one of the conditions; with none, all rows.
    pub fn all_of(filters: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Node::And(filters.into_iter().map(|it| it.node).collect()))
    }

    /// Rows that meet at least one of the conditions; with none, no row.
    pub fn any_of(filters: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Node::Or(filters.into_iter().map(|it| it.node).collect()))
    }

    /// Both this and the other.
    pub fn and(self, other: impl Condition<M>) -> Self {
        let other = other.into_filter().node;
        Self::new(match self.node {
            Node::And(mut nodes) if !nodes.is_empty() => {
                nodes.push(other);
                Node::And(nodes)
            }
            node => Node::And(vec![node, other]),
        })
    }

    /// This, or the other, or both.
    pub fn or(self, other: impl Condition<M>) -> Self {
        let other = other.into_filter().node;
        Self::new(match self.node {
            Node::Or(mut nodes) if !nodes.is_empty() => {
                nodes.push(other);
                Node::Or(nodes)
            }
            node => Node::Or(vec![node, other]),
        })
    }
}

/// `!filter`.
impl<M> std::ops::Not for Filter<M> {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(Node::Not(Box::new(self.node)))
    }
}

/// What a query on `M` takes as its condition.
#[diagnostic::on_unimplemented(
    message = "this is no condition on `{M}`",
    label = "a condition on another model, or no condition",
    note = "a condition is made from a column of the model itself, such as `user::email.eq(…)`"
)]
pub trait Condition<M> {
    /// The condition as a filter.
    fn into_filter(self) -> Filter<M>;
}

impl<M> Condition<M> for Filter<M> {
    fn into_filter(self) -> Filter<M> {
        self
    }
}

/// No condition where there is none.
impl<M: Model, C: Condition<M>> Condition<M> for Option<C> {
    fn into_filter(self) -> Filter<M> {
        self.map_or_else(Filter::all, Condition::into_filter)
    }
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Compare {
    pub(super) const fn sql(self) -> &'static str {
        match self {
            Self::Equal => " = ",
            Self::NotEqual => " <> ",
            Self::Less => " < ",
            Self::LessOrEqual => " <= ",
            Self::Greater => " > ",
            Self::GreaterOrEqual => " >= ",
        }
    }
}

/// Where a text has to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Anywhere,
    Start,
    End,
    /// `%` is any text, `_` any character, `\` escapes.
    Pattern,
}

/// How an array has to relate to values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListTest {
    Has,
    HasEvery,
    HasSome,
    IsEmpty,
    IsNotEmpty,
}

/// How many of the related rows have to meet a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantifier {
    Some,
    Every,
    None,
}

/// A related table, seen from the table of the filter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Related {
    pub(super) link: &'static Link,
    pub(super) table: &'static Table,
}

/// A condition, of whatever model.
#[derive(Debug, Clone)]
pub(super) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Compare {
        column: &'static str,
        op: Compare,
        value: Value,
    },
    Columns {
        left: &'static str,
        op: Compare,
        right: &'static str,
    },
    Within {
        column: &'static str,
        values: Vec<Value>,
        negated: bool,
        ignore_case: bool,
    },
    Null {
        column: &'static str,
        negated: bool,
    },
    Text {
        column: &'static str,
        place: Place,
        text: String,
        ignore_case: bool,
    },
    EqualText {
        column: &'static str,
        text: String,
    },
    Json {
        column: &'static str,
        path: Vec<JsonStep>,
        test: JsonTest,
    },
    List {
        column: &'static str,
        test: ListTest,
        value: Value,
    },
    Related {
        related: Related,
        quantifier: Quantifier,
        node: Box<Node>,
    },
    /// SQL of the user's own, between whose pieces the values stand.
    Raw {
        pieces: Vec<String>,
        values: Vec<Value>,
    },
}

/// A step into a JSON document.
#[derive(Debug, Clone)]
pub(super) enum JsonStep {
    Name(String),
    Index(usize),
}

/// What is asked of a place in a JSON document.
#[derive(Debug, Clone)]
pub(super) enum JsonTest {
    #[cfg_attr(
        not(feature = "json"),
        expect(dead_code, reason = "a value to compare with is JSON")
    )]
    Compare(Compare, Value),
    Text(Place, String),
    IsNull(bool),
    Exists,
}

impl Node {
    /// A comparison; with `NULL` it asks whether there is a value.
    pub(super) fn compare(column: &'static str, op: Compare, value: Value) -> Self {
        match (op, value) {
            (Compare::Equal, Value::Null) => Self::Null {
                column,
                negated: false,
            },
            (Compare::NotEqual, Value::Null) => Self::Null {
                column,
                negated: true,
            },
            (op, value) => Self::Compare { column, op, value },
        }
    }

    /// Membership; a `NULL` among the values means rows without one.
    pub(super) fn within(column: &'static str, values: Vec<Value>, negated: bool) -> Self {
        let (nulls, values): (Vec<Value>, Vec<Value>) =
            values.into_iter().partition(Value::is_null);
        let among = Self::Within {
            column,
            values,
            negated,
            ignore_case: false,
        };
        if nulls.is_empty() {
            return among;
        }
        let null = Self::Null { column, negated };
        if negated {
            Self::And(vec![null, among])
        } else {
            Self::Or(vec![null, among])
        }
    }

    /// Whether it looks into another table.
    pub(super) fn reaches_out(&self) -> bool {
        match self {
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().any(Self::reaches_out),
            Self::Not(node) => node.reaches_out(),
            Self::Related { .. } | Self::Raw { .. } => true,
            _ => false,
        }
    }
}
