//! Text to tree. It never fails: what no rule takes is a node too, and diagnostics say what is wrong with it.

#[rustfmt::skip]
#[allow(clippy::all, clippy::pedantic, dead_code, missing_docs, unreachable_pub, unused_parens, reason = "not written by hand")]
mod generated;
mod blank;
mod chunk;
mod cursor;
mod known;
mod literal;
mod syntax;
mod tree;
mod value;

pub(crate) use cursor::{Docs, Node};
pub(crate) use generated::Rule;
pub(crate) use known::Known;
pub(crate) use literal::unquote;
pub(crate) use syntax::{broken_blocks, check, is_broken};
pub use tree::{Leaf, Tree};
pub(crate) use value::{Argument, ArgumentList, Call, Value, arguments};
