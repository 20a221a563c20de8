//! What the arenas of a schema hold. Walkers read it; only lowering writes it.

use std::ops::Range;

use smallvec::SmallVec;

use super::{
    Arity, Check, Collation, ColumnType, Comment, Default, Deferrable, EnumId, Exclusion, FieldId,
    FieldType, Generated, Index, JoinTable, ModelId, ModelKind, PrimaryKey, ReferentialAction,
    RelationKind, Renamed, RowSecurity, Sql,
};
use crate::provider::{NativeType, Scalar};
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
    pub(crate) checks: Vec<Check>,
    pub(crate) more: Option<Box<MoreOfModel>>,
    pub(crate) name_span: Span,
    pub(crate) database_name_span: Span,
    pub(crate) span: Span,
}

impl ModelData {
    /// What few models say, made if it is not there.
    pub(crate) fn more(&mut self) -> &mut MoreOfModel {
        self.more.get_or_insert_default()
    }
}

/// What few models say, kept apart so that the others stay small.
#[derive(Debug, std::default::Default)]
pub(crate) struct MoreOfModel {
    pub(crate) exclusions: Vec<Exclusion>,
    pub(crate) renamed: Option<Renamed>,
    pub(crate) comment: Option<Comment>,
    pub(crate) row_security: Option<RowSecurity>,
    pub(crate) statement: Option<Sql>,
    pub(crate) materialized: bool,
    pub(crate) non_exhaustive: Option<Span>,
    pub(crate) shard_key: Option<Span>,
}

#[derive(Debug)]
pub(crate) struct FieldData {
    pub(crate) model: ModelId,
    /// The column's name, if it is not the field's.
    pub(crate) database_name: Option<Box<str>>,
    pub(crate) docs: Option<Box<str>>,
    pub(crate) ty: FieldType,
    pub(crate) arity: Arity,
    pub(crate) column_type: Option<ColumnType>,
    pub(crate) type_is_written: bool,
    pub(crate) default: Option<Default>,
    pub(crate) updated_at: bool,
    pub(crate) ignored: bool,
    pub(crate) more: Option<Box<MoreOfField>>,
    /// The place of its name, and so the name.
    pub(crate) name_span: Span,
    pub(crate) type_span: Span,
    pub(crate) span: Span,
}

impl FieldData {
    /// What few fields say, made if it is not there.
    pub(crate) fn more(&mut self) -> &mut MoreOfField {
        self.more.get_or_insert_default()
    }
}

/// What few fields say, kept apart so that the others stay small.
#[derive(Debug, std::default::Default)]
pub(crate) struct MoreOfField {
    pub(crate) rust_type: Option<RustFragment>,
    pub(crate) generated: Option<Generated>,
    pub(crate) collation: Option<Collation>,
    pub(crate) comment: Option<Comment>,
    pub(crate) renamed: Option<Renamed>,
    pub(crate) newtype: Option<Span>,
    pub(crate) hidden: Option<Span>,
}

/// A piece of Rust that the schema holds, unparsed here: this crate knows no Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RustFragment {
    pub(crate) text: Box<str>,
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) struct EnumData {
    pub(crate) name: Box<str>,
    pub(crate) database_name: Box<str>,
    pub(crate) namespace: Option<Box<str>>,
    pub(crate) docs: Option<Box<str>>,
    pub(crate) values: Range<u32>,
    pub(crate) derives: Vec<RustFragment>,
    pub(crate) renamed: Option<Renamed>,
    pub(crate) comment: Option<Comment>,
    pub(crate) non_exhaustive: Option<Span>,
    pub(crate) name_span: Span,
}

#[derive(Clone, Debug)]
pub(crate) struct EnumValueData {
    pub(crate) enumeration: EnumId,
    pub(crate) name: Box<str>,
    pub(crate) database_name: Box<str>,
    pub(crate) docs: Option<Box<str>>,
    pub(crate) renamed: Option<Renamed>,
    pub(crate) name_span: Span,
}

#[derive(Clone, Debug)]
pub(crate) struct DomainData {
    pub(crate) name: Box<str>,
    pub(crate) database_name: Box<str>,
    pub(crate) namespace: Option<Box<str>>,
    pub(crate) docs: Option<Box<str>>,
    pub(crate) scalar: Scalar,
    pub(crate) native: Option<NativeType>,
    pub(crate) checks: Vec<Check>,
    pub(crate) default: Option<Default>,
    pub(crate) collation: Option<Collation>,
    pub(crate) comment: Option<Comment>,
    pub(crate) renamed: Option<Renamed>,
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
    pub(crate) fields: SmallVec<[FieldId; 4]>,
    pub(crate) references: SmallVec<[FieldId; 4]>,
    pub(crate) on_delete: ReferentialAction,
    pub(crate) on_update: ReferentialAction,
    pub(crate) constraint: Box<str>,
    pub(crate) deferrable: Option<Deferrable>,
    pub(crate) without_foreign_key: bool,
    pub(crate) enforced: bool,
    pub(crate) join_table: Option<Box<JoinTable>>,
    pub(crate) span: Span,
}
