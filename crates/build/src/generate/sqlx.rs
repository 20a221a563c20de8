//! Models that sqlx reads, where `@@rust.derive` asks for its derives.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use relata_schema::ir::Field;

use super::model::ident;
use super::names::TypeName;
use super::types::RustType;

/// Takes sqlx's derive for rows out of those that are added, and tells whether it was among them. It binds each column to a variable of the
/// column's name, which stands for a constant in a model's module; so its trait is written out.
pub(super) fn take_from_row(added: &mut Vec<String>) -> bool {
    let before = added.len();
    added.retain(|path| !is_sqlx(path, "FromRow"));
    added.len() < before
}

fn is_sqlx(path: &str, derive: &str) -> bool {
    path.trim_start_matches("::").strip_prefix("sqlx::") == Some(derive)
}

/// `sqlx::FromRow` as sqlx's derive would have it, by the names that the columns have in the database.
pub(super) fn from_row(
    name: &TypeName,
    columns: &[(Field<'_>, RustType)],
    names: &[String],
) -> TokenStream {
    let model = ident(&name.ty);
    let mut types: Vec<&str> = columns.iter().map(|(_, ty)| ty.text.as_str()).collect();
    types.sort_unstable();
    types.dedup();
    let types: Vec<TokenStream> = types
        .into_iter()
        .map(|ty| ty.parse().unwrap_or_default())
        .collect();
    let columns = columns
        .iter()
        .map(|(field, _)| Literal::string(field.database_name()));
    let names = names.iter().map(|name| ident(name));
    quote! {
        impl<'r, R_> ::sqlx::FromRow<'r, R_> for #model
        where
            R_: ::sqlx::Row,
            &'r str: ::sqlx::ColumnIndex<R_>,
            #(#types: ::sqlx::Decode<'r, R_::Database> + ::sqlx::Type<R_::Database>,)*
        {
            fn from_row(row_: &'r R_) -> ::std::result::Result<Self, ::sqlx::Error> {
                ::std::result::Result::Ok(Self { #(#names: ::sqlx::Row::try_get(row_, #columns)?,)* })
            }
        }
    }
}

/// What sqlx's derive for an enum has to be told of a variant whose label is another one.
pub(super) fn label(added: &[String], variant: &str, label: &str) -> Option<String> {
    let is_asked_for = added.iter().any(|path| is_sqlx(path, "Type"));
    let label = (is_asked_for && variant != label).then(|| Literal::string(label))?;
    Some(format!("#[sqlx(rename = {label})]"))
}
