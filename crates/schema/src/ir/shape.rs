//! Shapes: which relations a query brings along.

use super::{FieldId, ModelId};
use crate::span::Span;

/// A model with some of its relations: `shape UserPage on User { posts { tags } }`. Generated code makes a type of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Its name.
    pub name: Box<str>,
    /// The model it begins at.
    pub model: ModelId,
    /// The relations of that model that it includes, each once, in source order.
    pub includes: Vec<Include>,
    /// The `///` lines above it.
    pub docs: Option<Box<str>>,
    /// The place of its name.
    pub name_span: Span,
    /// The block.
    pub span: Span,
}

/// A relation that is brought along, and those of its model behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// The relation field.
    pub field: FieldId,
    /// What it includes in its turn.
    pub includes: Vec<Include>,
    /// The place of its name.
    pub span: Span,
}
