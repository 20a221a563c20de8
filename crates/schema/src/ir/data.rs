//! What the arenas of a schema hold. Walkers read it; only lowering writes it.

use std::ops::Range;

use super::{
    Arity, ColumnType, Default, EnumId, FieldId, FieldType, Index, JoinTable, ModelId, ModelKind,
    PrimaryKey, ReferentialAction, RelationKind,
};
use crate::span::Span;

#[derive(Debug)]
pub(crate) struct ModelData {
    pub(crate) name: Box<str>,
    pub(crate) database_name: Box<str>,
    pub(crate) namespace: Option<Box<str>>,
    pub(crate) kind: ModelKind,
    pub(crate) docs: Option<Box<str>>,
    pub(crate) fields: Range<u32>,
    pub(crate) primary_key: Option<PrimaryKey>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) ignored: bool,
    pub(crate) derives: Vec<RustFragment>,
    pub(crate) name_span: Span,
    pub(crate) database_name_span: Span,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) struct FieldData {
    pub(crate) model: ModelId,
    pub(crate) name: Box<str>,
    pub(crate) database_name: Box<str>,
    pub(crate) docs: Option<Box<str>>,
    pub(crate) ty: FieldType,
    pub(crate) arity: Arity,
    pub(crate) column_type: Option<ColumnType>,
    pub(crate) type_is_written: bool,
    pub(crate) default: Option<Default>,
    pub(crate) updated_at: bool,
    pub(crate) ignored: bool,
    pub(crate) rust_type: Option<RustFragment>,
    pub(crate) name_span: Span,
    pub(crate) type_span: Span,
    pub(crate) span: Span,
}

/// A piece of Rust that the schema holds, unparsed here: this crate knows no Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RustFragment {
    pub(crate) text: Box<str>,
    pub(crate) span: Span,
}

#[derive(Debug)]
pub(crate) struct EnumData {
    pub(crate) name: Box<str>,
    pub(crate) database_name: Box<str>,
    pub(crate) namespace: Option<Box<str>>,
    pub(crate) docs: Option<Box<str>>,
    pub(crate) values: Range<u32>,
    pub(crate) derives: Vec<RustFragment>,
    pub(crate) name_span: Span,
}

#[derive(Debug)]
pub(crate) struct EnumValueData {
    pub(crate) enumeration: EnumId,
    pub(crate) name: Box<str>,
    pub(crate) database_name: Box<str>,
    pub(crate) docs: Option<Box<str>>,
    pub(crate) name_span: Span,
}

#[derive(Debug)]
pub(crate) struct RelationData {
    pub(crate) name: Option<Box<str>>,
    pub(crate) kind: RelationKind,
    pub(crate) forward: FieldId,
    pub(crate) back: Option<FieldId>,
    pub(crate) from: ModelId,
    pub(crate) to: ModelId,
    pub(crate) fields: Vec<FieldId>,
    pub(crate) references: Vec<FieldId>,
    pub(crate) on_delete: ReferentialAction,
    pub(crate) on_update: ReferentialAction,
    pub(crate) constraint: Box<str>,
    pub(crate) enforced: bool,
    pub(crate) join_table: Option<JoinTable>,
    pub(crate) span: Span,
}
