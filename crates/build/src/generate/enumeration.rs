//! One file per enum: its variants, and their labels in the database.

use std::collections::HashSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use relata_schema::Diagnostic;
use relata_schema::ir::Enum;

use super::model::ident;
use super::names::{self, Names, TypeName};
use super::{docs, page, serde, sqlx};

const DERIVES: [&str; 6] = ["Debug", "Clone", "Copy", "PartialEq", "Eq", "Hash"];

/// Writes the file of an enum.
pub(super) fn file(
    item: Enum<'_>,
    name: &TypeName,
    names: &Names,
    errors: &mut Vec<Diagnostic>,
) -> String {
    let variants = names::variants(item);
    let mut standing = DERIVES.to_vec();
    standing.extend(serde::derives(names.options()));
    let added = page::added_derives(&standing, item.derives(), errors);

    let mut page = page::module();
    let code = page.new_enum(&name.ty).vis("pub");
    if let Some(docs) = docs::clean(item.docs()) {
        code.doc(docs);
    }
    for derive in DERIVES {
        code.derive(derive);
    }
    if !added.is_empty() {
        // An enum's builder has no other place for a whole attribute.
        code.r#macro(format!("#[derive({})]", added.join(", ")));
    }
    if item.non_exhaustive().is_some() {
        code.r#macro("#[non_exhaustive]");
    }
    for (value, variant) in item.values().zip(&variants) {
        let rename = sqlx::label(&added, variant, value.database_name());
        let variant = code.new_variant(variant);
        if let Some(rename) = rename {
            variant.annotation(rename);
        }
        if let Some(docs) = docs::clean(value.docs()) {
            variant.doc(docs);
        }
    }
    let impls = [
        labels(item, name, &variants),
        display(name),
        from_str(item, name, &variants),
        from_value(name),
        into_value(name),
        serde::of_enum(item, name, &variants, names.options()),
    ];
    for tokens in impls.into_iter().filter(|tokens| !tokens.is_empty()) {
        page.raw(page::items(tokens));
    }
    page::print(&page)
}

fn labels(item: Enum<'_>, name: &TypeName, variants: &[String]) -> TokenStream {
    let name = ident(&name.ty);
    let variants: Vec<_> = variants.iter().map(|variant| ident(variant)).collect();
    let labels = item
        .values()
        .map(|value| Literal::string(value.database_name()));
    quote! {
        impl #name {
            /// Every value, in the order of the schema.
            pub const ALL: &'static [Self] = &[#(Self::#variants),*];

            /// The label that the database stores.
            pub const fn as_str(self) -> &'static str {
                match self {
                    #(Self::#variants => #labels,)*
                }
            }
        }
    }
}

fn display(name: &TypeName) -> TokenStream {
    let name = ident(&name.ty);
    quote! {
        impl ::std::fmt::Display for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    }
}

fn from_str(item: Enum<'_>, name: &TypeName, variants: &[String]) -> TokenStream {
    let title = Literal::string(item.name());
    let name = ident(&name.ty);
    // Of values that share a label, the first one is read.
    let mut seen = HashSet::new();
    let arms = item
        .values()
        .zip(variants)
        .filter(|(value, _)| seen.insert(value.database_name()))
        .map(|(value, variant)| {
            let (label, variant) = (Literal::string(value.database_name()), ident(variant));
            quote! { #label => ::std::result::Result::Ok(Self::#variant) }
        });
    quote! {
        impl ::std::str::FromStr for #name {
            type Err = ::relata::DecodeError;

            fn from_str(label: &str) -> ::std::result::Result<Self, ::relata::DecodeError> {
                match label {
                    #(#arms,)*
                    other => ::std::result::Result::Err(::relata::DecodeError::variant(#title, other)),
                }
            }
        }
    }
}

fn from_value(name: &TypeName) -> TokenStream {
    let name = ident(&name.ty);
    quote! {
        impl ::relata::FromValue for #name {
            fn from_value(value: &::relata::Value) -> ::std::result::Result<Self, ::relata::DecodeError> {
                let label = <::std::string::String as ::relata::FromValue>::from_value(value)?;
                <Self as ::std::str::FromStr>::from_str(&label)
            }
        }
    }
}

fn into_value(name: &TypeName) -> TokenStream {
    let name = ident(&name.ty);
    quote! {
        impl ::std::convert::From<#name> for ::relata::Value {
            fn from(value: #name) -> Self {
                Self::from(value.as_str())
            }
        }
    }
}
