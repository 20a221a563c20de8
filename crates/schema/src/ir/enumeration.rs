//! Enums and their values.

use super::{Comment, EnumData, EnumId, EnumValueData, EnumValueId, Renamed, Schema};
use crate::span::Span;

/// An enum of a schema.
/// ```
/// let sources = relata_schema::Sources::one("app.schema", r#"
/// enum Role {
///   USER
///   ADMIN @map("administrator")
///
///   @@map("role")
/// }
/// "#);
/// let schema = relata_schema::analyze(&sources).schema;
/// let role = schema.find_enum("Role").unwrap();
/// assert_eq!(role.database_name(), "role");
/// let values: Vec<_> = role.values().map(|value| (value.name(), value.database_name())).collect();
/// assert_eq!(values, [("USER", "USER"), ("ADMIN", "administrator")]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Enum<'s> {
    pub(super) schema: &'s Schema,
    pub(super) id: EnumId,
}

impl<'s> Enum<'s> {
    fn data(self) -> &'s EnumData {
        &self.schema.enums[self.id]
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
    pub fn values(
        self,
    ) -> impl ExactSizeIterator<Item = EnumValue<'s>> + DoubleEndedIterator + Clone {
        let range = self.data().values.clone();
        (range.start as usize..range.end as usize).map(move |i| EnumValue {
            schema: self.schema,
            id: EnumValueId(i as u32),
        })
    }

    /// What its type was called before.
    pub fn renamed(self) -> Option<&'s Renamed> {
        self.data().renamed.as_ref()
    }

    /// The comment that the database keeps on it.
    pub fn comment(self) -> Option<&'s Comment> {
        self.data().comment.as_ref()
    }

    /// The place of `@@rust.non_exhaustive`, if it is there.
    pub fn non_exhaustive(self) -> Option<Span> {
        self.data().non_exhaustive
    }

    /// The Rust paths that `@@rust.derive(…)` adds, unparsed, with their places.
    pub fn derives(self) -> impl Iterator<Item = (&'s str, Span)> + Clone {
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
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let text = "enum Role {\n  /// Can do all.\n  ADMIN @map(\"admin\")\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let admin = schema.find_enum("Role").unwrap().values().next().unwrap();
/// assert_eq!((admin.name(), admin.database_name(), admin.docs()), ("ADMIN", "admin", Some("Can do all.")));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct EnumValue<'s> {
    pub(super) schema: &'s Schema,
    pub(super) id: EnumValueId,
}

impl<'s> EnumValue<'s> {
    fn data(self) -> &'s EnumValueData {
        &self.schema.enum_values[self.id]
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

    /// What it was called before, in the database.
    pub fn renamed(self) -> Option<&'s Renamed> {
        self.data().renamed.as_ref()
    }

    /// The place of its name.
    pub fn name_span(self) -> Span {
        self.data().name_span
    }
}
