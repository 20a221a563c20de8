//! The typed client: what stands beside the models, thin, over `relata::client`.
//!
//! A model's module gets a constant for each column, key and relation. Constants are found by patterns, so that an argument
//! called `row` would be taken for a test against the column `row`: names of arguments here end in `_`, as no column does.

mod columns;
mod entry;
mod names;
mod record;
mod relations;
pub(super) mod shapes;
#[cfg(feature = "smoke")]
mod smoke;
pub(super) mod wrappers;

pub(super) use self::entry::{Entry, file};
pub(super) use self::names::{ClientNames, SHARED};
#[cfg(feature = "smoke")]
pub use self::smoke::smoke;

use relata_schema::ir::{Field, Model, ModelKind};

use super::names::TypeName;
use super::types::RustType;

/// What is generated for a model, seen from its module.
pub(super) struct Section<'s, 'n> {
    pub(super) model: Model<'s>,
    pub(super) name: &'n TypeName,
    /// The columns that the struct has, with their types and names.
    pub(super) columns: &'n [(Field<'s>, RustType)],
    pub(super) fields: &'n [String],
    pub(super) names: &'n ClientNames,
}

impl Section<'_, '_> {
    /// The text behind the model's struct.
    pub(super) fn text(&self) -> String {
        let tokens = self.names.tokens(self.model.id());
        let mut items = vec![self.meta()];
        if self.model.kind() == ModelKind::Table {
            let model = super::model::ident(&self.name.ty);
            items.push(quote::quote! { impl ::relata::client::Writable for #model {} });
        }
        items.push(self.tokens(tokens));
        items.extend(self.record(tokens));
        items.extend(self.relations());
        super::page::items(items.into_iter().collect())
    }
}
