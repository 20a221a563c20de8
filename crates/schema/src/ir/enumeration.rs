//! Enums and their values.

use super::{EnumData, EnumId, EnumValueData, EnumValueId, Schema};
use crate::span::Span;

/// An enum of a schema.
#[derive(Clone, Copy, Debug)]
pub struct Enum<'s> {
    pub(super) schema: &'s Schema,
    pub(super) id: EnumId,
}

impl<'s> Enum<'s> {
    fn data(self) -> &'s EnumData {
        &self.schema.enums[self.id.index()]
    }

    /// Its id.
    pub fn id(self) -> EnumId {
        self.id
    }

    /// Its name in the schema.
    pub fn name(self) -> &'s str {
        &self.data().name
    }

    /// Its name in the database: `@@map`, or the schema name.
    pub fn database_name(self) -> &'s str {
        &self.data().database_name
    }

    /// The database schema it lives in, if `@@schema` says so.
    pub fn namespace(self) -> Option<&'s str> {
        self.data().namespace.as_deref()
    }

    /// The `///` lines above it.
    pub fn docs(self) -> Option<&'s str> {
        self.data().docs.as_deref()
    }

    /// Its values in source order.
    pub fn values(self) -> impl ExactSizeIterator<Item = EnumValue<'s>> + DoubleEndedIterator {
        let range = self.data().values.clone();
        (range.start as usize..range.end as usize).map(move |i| EnumValue {
            schema: self.schema,
            id: EnumValueId::from_index(i),
        })
    }

    /// The Rust paths that `@@rust.derive(…)` adds, unparsed, with their places.
    pub fn derives(self) -> impl Iterator<Item = (&'s str, Span)> {
        self.data()
            .derives
            .iter()
            .map(|fragment| (&*fragment.text, fragment.span))
    }

    /// The place of its name.
    pub fn name_span(self) -> Span {
        self.data().name_span
    }
}

/// A value of an enum.
#[derive(Clone, Copy, Debug)]
pub struct EnumValue<'s> {
    pub(super) schema: &'s Schema,
    pub(super) id: EnumValueId,
}

impl<'s> EnumValue<'s> {
    fn data(self) -> &'s EnumValueData {
        &self.schema.enum_values[self.id.index()]
    }

    /// Its id.
    pub fn id(self) -> EnumValueId {
        self.id
    }

    /// The enum it belongs to.
    pub fn enumeration(self) -> Enum<'s> {
        self.schema.enumeration(self.data().enumeration)
    }

    /// Its name in the schema.
    pub fn name(self) -> &'s str {
        &self.data().name
    }

    /// Its name in the database: `@map`, or the schema name.
    pub fn database_name(self) -> &'s str {
        &self.data().database_name
    }

    /// The `///` lines above it.
    pub fn docs(self) -> Option<&'s str> {
        self.data().docs.as_deref()
    }

    /// The place of its name.
    pub fn name_span(self) -> Span {
        self.data().name_span
    }
}
