//! Values as they are written: strings, numbers, paths and calls, arrays, objects.

use std::borrow::Cow;

use smallvec::{SmallVec, smallvec};

use super::literal::{self, StringError};
use super::{Node, Rule};
use crate::span::Span;

/// A value as written.
#[derive(Clone, Copy)]
pub(crate) enum Value<'t> {
    /// A string, with its quotes.
    Text(Node<'t>),
    /// A number.
    Number(Node<'t>),
    /// A path, with arguments or without: `now()`, `true`, `Role.ADMIN`, `authorId`.
    Call(Call<'t>),
    /// `[…]`.
    Array(Node<'t>),
    /// `{…}`.
    Object(Node<'t>),
}

/// A path with or without arguments.
#[derive(Clone, Copy)]
pub(crate) struct Call<'t> {
    pub(crate) node: Node<'t>,
    pub(crate) path: &'t str,
    pub(crate) arguments: Option<Node<'t>>,
}

/// One argument as written: a label, a value, or both.
#[derive(Clone, Copy)]
pub(crate) struct Argument<'t> {
    pub(crate) node: Node<'t>,
    pub(crate) label: Option<&'t str>,
}

impl<'t> Argument<'t> {
    pub(crate) fn value(self) -> Option<Value<'t>> {
        self.node.children().find_map(Value::of)
    }
}

/// A list of arguments. Few are ever given.
pub(crate) type ArgumentList<'t> = SmallVec<[Argument<'t>; 4]>;

impl<'t> Value<'t> {
    pub(crate) fn of(node: Node<'t>) -> Option<Self> {
        Some(match node.rule() {
            Rule::string => Self::Text(node),
            Rule::number => Self::Number(node),
            Rule::call => Self::Call(Call::of(node)),
            Rule::array => Self::Array(node),
            Rule::object => Self::Object(node),
            _ => return None,
        })
    }

    pub(crate) fn node(self) -> Node<'t> {
        match self {
            Self::Text(node) | Self::Number(node) | Self::Array(node) | Self::Object(node) => node,
            Self::Call(call) => call.node,
        }
    }

    pub(crate) fn span(self) -> Span {
        self.node().span()
    }

    /// What it is, for messages.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Number(_) => "a number",
            Self::Call(call) if call.arguments.is_some() => "a function",
            Self::Call(_) => "a name",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// The text of a string; none if it is no string.
    pub(crate) fn text(self) -> Option<Result<Cow<'t, str>, StringError>> {
        match self {
            Self::Text(node) => Some(literal::unquote(node.text())),
            _ => None,
        }
    }

    /// A bare path without arguments.
    pub(crate) fn path(self) -> Option<&'t str> {
        match self {
            Self::Call(Call {
                path,
                arguments: None,
                ..
            }) => Some(path),
            _ => None,
        }
    }

    /// The elements of an array; a single value counts as an array of one.
    pub(crate) fn elements(self) -> SmallVec<[Value<'t>; 4]> {
        match self {
            Self::Array(node) => node.children().filter_map(Value::of).collect(),
            other => smallvec![other],
        }
    }
}

impl<'t> Call<'t> {
    fn of(node: Node<'t>) -> Self {
        Self {
            node,
            path: node.child(Rule::path).map_or("", Node::text),
            arguments: node.child(Rule::arguments),
        }
    }

    pub(crate) fn arguments(self) -> ArgumentList<'t> {
        self.arguments.map(arguments).unwrap_or_default()
    }
}

/// The arguments of an `arguments` or `object` node.
pub(crate) fn arguments(node: Node<'_>) -> ArgumentList<'_> {
    node.children()
        .filter(|child| child.rule() == Rule::argument)
        .map(|node| {
            let label = node
                .child(Rule::label)
                .and_then(|label| label.child(Rule::path))
                .map(Node::text);
            Argument { node, label }
        })
        .collect()
}
