//! Domains: column types with conditions of their own.

use super::{Check, Comment, Default, DomainData, DomainId, Renamed, Schema};
use crate::provider::{NativeType, Scalar};
use crate::span::Span;

/// A domain of a schema (PostgreSQL). A field uses it as its type, and holds what the domain's scalar holds.
///
/// ```
/// let sources = relata_schema::Sources::one("app.schema", r#"
/// datasource db {
///   provider = "postgresql"
/// }
///
/// domain Email {
///   type = String @db.Citext @check("value ~ '@'")
/// }
///
/// model User {
///   id    Int   @id
///   email Email
/// }
/// "#);
/// let schema = relata_schema::analyze(&sources).schema;
/// let email = schema.find_model("User").unwrap().find_field("email").unwrap();
/// let domain = email.domain().unwrap();
/// assert_eq!(domain.checks()[0].database_name.as_ref(), "Email_check");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Domain<'s> {
    pub(super) schema: &'s Schema,
    pub(super) id: DomainId,
}

impl<'s> Domain<'s> {
    fn data(self) -> &'s DomainData {
        &self.schema.domains[self.id]
    }

    /// Its id.
    pub fn id(self) -> DomainId {
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

    /// The scalar that it narrows.
    pub fn scalar(self) -> Scalar {
        self.data().scalar
    }

    /// The column type under it; none on providers that are no target.
    pub fn native_type(self) -> Option<NativeType> {
        self.data().native
    }

    /// Its conditions, in which `VALUE` stands for the value.
    pub fn checks(self) -> &'s [Check] {
        &self.data().checks
    }

    /// The default of columns that have none themselves.
    pub fn default(self) -> Option<&'s Default> {
        self.data().default.as_ref()
    }

    /// Its collation, if given.
    pub fn collation(self) -> Option<&'s super::Collation> {
        self.data().collation.as_ref()
    }

    /// The comment that the database keeps on it.
    pub fn comment(self) -> Option<&'s Comment> {
        self.data().comment.as_ref()
    }

    /// What it was called before.
    pub fn renamed(self) -> Option<&'s Renamed> {
        self.data().renamed.as_ref()
    }

    /// The place of its name.
    pub fn name_span(self) -> Span {
        self.data().name_span
    }
}
