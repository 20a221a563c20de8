//! Domains: types that narrow others.

use std::borrow::Cow;

use super::{Check, Expression, ObjectName};
use crate::dialect::made_up;

/// A domain (PostgreSQL).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// Its name.
    pub name: ObjectName,
    /// The type that it narrows, as the server prints it, arguments included.
    pub base: Box<str>,
    /// The collation, where it is not that of the type beneath.
    pub collation: Option<ObjectName>,
    /// What a column of it gets where nothing else is said.
    pub default: Option<Expression>,
    /// Whether NULL is kept out.
    pub not_null: bool,
    /// The name of the constraint that keeps it out, where the server would not choose it by itself (PostgreSQL 17).
    pub not_null_name: Option<Box<str>>,
    /// Its checks, by name.
    pub checks: Vec<Check>,
}

impl Domain {
    /// Returns the name of the constraint that keeps NULL out.
    pub fn not_null_constraint(&self) -> Cow<'_, str> {
        match &self.not_null_name {
            Some(name) => Cow::Borrowed(name),
            None => Cow::Owned(Self::usual_not_null(&self.name)),
        }
    }

    /// Returns the name that the server chooses for it.
    pub fn usual_not_null(domain: &ObjectName) -> String {
        made_up(&domain.name, None, "not_null")
    }
}
