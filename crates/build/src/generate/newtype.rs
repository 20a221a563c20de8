//! `@rust.newtype`: a type of its own for a column, so that a user's id is no post's.
//!
//! It stands in the module of its model, named after its field: `user::Id`. A foreign key has the type of the column that it
//! refers to.

use proc_macro2::TokenStream;
use quote::quote;
use relata_schema::Diagnostic;
use relata_schema::ir::{Field, FieldId, Model};

use super::names::{Names, TypeName};
use super::types::{self, One};
use super::{docs, page};

/// The field whose newtype a field has: itself, or, for a foreign key, the column that it refers to at last. Of several relations
/// of one column, the first counts that leads to a newtype.
pub(super) fn source(field: Field<'_>) -> Option<Field<'_>> {
    search(field, &mut Vec::new())
}

fn search<'s>(field: Field<'s>, seen: &mut Vec<FieldId>) -> Option<Field<'s>> {
    if field.newtype().is_some() {
        return Some(field);
    }
    // What says its own type keeps it, and keys may refer to each other in a circle.
    if field.rust_type().is_some() || seen.contains(&field.id()) {
        return None;
    }
    seen.push(field.id());
    for relation in field
        .model()
        .relation_fields()
        .filter_map(|it| it.relation())
    {
        for (from, to) in relation.fields().zip(relation.references()) {
            if from.id() == field.id()
                && let Some(found) = search(to, seen)
            {
                return Some(found);
            }
        }
    }
    None
}

/// The newtypes that a model's own columns ask for, as items.
pub(super) fn items(
    model: Model<'_>,
    name: &TypeName,
    names: &Names,
) -> Result<Vec<String>, Box<Diagnostic>> {
    let mut items = Vec::new();
    for field in model.scalar_fields().filter(|it| !it.is_ignored()) {
        let (Some(ty), Some(one)) = (names.newtype(field), types::inner(field, names)?) else {
            continue;
        };
        if field.newtype().is_some() {
            items.push(definition(field, name, ty, &one));
            items.push(page::items(impls(ty, &one, names)));
        }
    }
    Ok(items)
}

/// The struct itself, which tokens could not hold: a schema's own fragment stands in it as it is.
fn definition(field: Field<'_>, model: &TypeName, ty: &str, one: &One) -> String {
    let mut derives = vec!["Debug", "Clone"];
    if one.is_copy {
        derives.push("Copy");
    }
    derives.push("PartialEq");
    if one.is_eq {
        derives.extend(["Eq", "Hash", "PartialOrd", "Ord"]);
    }
    let docs = docs::clean(field.docs())
        .unwrap_or_else(|| format!("What tells one [`{}`] from another.", model.ty));
    let docs: Vec<String> = docs
        .lines()
        .map(|line| format!("/// {line}").trim_end().to_owned())
        .collect();
    format!(
        "{}\n#[derive({})]\npub struct {ty}(pub {});",
        docs.join("\n"),
        derives.join(", "),
        one.text
    )
}

fn impls(ty: &str, one: &One, names: &Names) -> TokenStream {
    let name = super::model::ident(ty);
    let inner: TokenStream = one.text.parse().unwrap_or_default();
    let mut tokens = quote! {
        impl ::std::convert::From<#inner> for #name {
            fn from(value_: #inner) -> Self {
                Self(value_)
            }
        }

        impl ::std::convert::From<#name> for ::relata::Value {
            fn from(value_: #name) -> Self {
                Self::from(value_.0)
            }
        }

        impl ::relata::FromValue for #name {
            fn from_value(value_: &::relata::Value) -> ::std::result::Result<Self, ::relata::DecodeError> {
                <#inner as ::relata::FromValue>::from_value(value_).map(Self)
            }
        }
    };
    if one.is_shown {
        tokens.extend(quote! {
            impl ::std::fmt::Display for #name {
                fn fmt(&self, f_: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    ::std::fmt::Display::fmt(&self.0, f_)
                }
            }
        });
    }
    if one.is_parsed {
        tokens.extend(quote! {
            impl ::std::str::FromStr for #name {
                type Err = <#inner as ::std::str::FromStr>::Err;

                fn from_str(text_: &str) -> ::std::result::Result<Self, Self::Err> {
                    <#inner as ::std::str::FromStr>::from_str(text_).map(Self)
                }
            }
        });
    }
    // What queries can do with the column goes by these.
    if one.is_ranked {
        tokens.extend(quote! {
            impl ::relata::client::Inner for #name {
                type Inner = Self;
            }
        });
    }
    if one.is_string {
        tokens.extend(quote! {
            impl ::relata::client::Textual for #name {}
        });
    }
    tokens.extend(super::serde::of_newtype(
        &name,
        &inner,
        one,
        names.options(),
    ));
    tokens
}
