//! New rows.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use relata_schema::ir::{Arity, Field, FieldId, FieldType, ModelKind, Relation};

use super::Section;
use super::names::Tokens;
use super::relations::is_forward;
use crate::generate::model::ident;

/// A column that a new row has to be given.
struct Required<'n> {
    at: usize,
    id: FieldId,
    name: &'n String,
    ty: TokenStream,
    /// The type parameter, where it is a foreign key.
    key: Option<Ident>,
}

impl Section<'_, '_> {
    pub(super) fn record(&self, tokens: &Tokens) -> Option<TokenStream> {
        if self.model.kind() != ModelKind::Table || !self.is_creatable() {
            return None;
        }
        let required = self.required();
        let model = ident(&self.name.ty);
        let new = ident(&tokens.record);
        let keys: Vec<&Ident> = required.iter().filter_map(|it| it.key.as_ref()).collect();
        let generics = angled(keys.iter().map(|key| quote! { #key }));
        let defaults = angled(required.iter().filter_map(|it| {
            let (key, ty) = (it.key.as_ref()?, &it.ty);
            Some(quote! { #key = #ty })
        }));
        let bounds = keys
            .iter()
            .map(|key| quote! { #key: ::std::convert::Into<::relata::Value> });
        let bounds: Vec<TokenStream> = bounds.collect();
        let members = required.iter().map(|it| {
            let (name, ty) = (ident(it.name), &it.ty);
            match &it.key {
                Some(key) => quote! { pub #name: #key },
                None => quote! { pub #name: #ty },
            }
        });
        let count = Literal::usize_unsuffixed(required.len());
        let values = required.iter().map(|it| {
            let (at, name) = (Literal::usize_unsuffixed(it.at), ident(it.name));
            quote! { .with(#at, self.#name) }
        });
        let complete = filled(&required, &[]);
        let under = self.under(&required, &new);
        let methods = self.methods(tokens);
        Some(quote! {
            #[derive(Clone)]
            pub struct #new #defaults {
                #(#members,)*
            }

            impl #generics ::relata::client::Record for #new #generics where #(#bounds,)* {
                type Model = #model;

                fn values(self) -> ::relata::client::Values {
                    ::relata::client::Values::new(#count)#(#values)*
                }
            }

            impl #generics #new #generics where #(#bounds,)* {
                #methods
            }

            impl ::relata::client::Complete<#model> for #new #complete {}

            #under
        })
    }

    /// Whether the client can write all that a row needs.
    fn is_creatable(&self) -> bool {
        self.model.scalar_fields().all(|field| {
            !is_required(field) || self.columns.iter().any(|(it, _)| it.id() == field.id())
        })
    }

    fn required(&self) -> Vec<Required<'_>> {
        let keys: Vec<FieldId> = self
            .forward()
            .flat_map(|it| it.fields())
            .map(Field::id)
            .collect();
        let mut found = Vec::new();
        for (at, ((field, ty), name)) in self.columns.iter().zip(self.fields).enumerate() {
            if is_required(*field) {
                let key = keys
                    .contains(&field.id())
                    .then(|| format_ident!("K{}", found.len()));
                found.push(Required {
                    at,
                    id: field.id(),
                    name,
                    ty: ty.text.parse().unwrap_or_default(),
                    key,
                });
            }
        }
        found
    }

    /// The relations whose foreign key the model has.
    fn forward(&self) -> impl Iterator<Item = Relation<'_>> {
        self.model
            .relation_fields()
            .filter_map(|field| Some((field, field.relation()?)))
            .filter(|(field, relation)| {
                relation.join_table().is_none() && relation.forward_field().id() == field.id()
            })
            .map(|(_, relation)| relation)
    }

    /// By which relations a row can be made.
    fn under(&self, required: &[Required<'_>], new: &Ident) -> TokenStream {
        let mut out = TokenStream::new();
        for field in self.model.relation_fields() {
            let Some(relation) = field.relation() else {
                continue;
            };
            let is_forward = is_forward(field, relation);
            let other = if is_forward {
                relation.back_field()
            } else {
                Some(relation.forward_field())
            };
            let (parent, sides) = if relation.join_table().is_some() {
                (Vec::new(), [None, other])
            } else if is_forward {
                (
                    relation.fields().map(Field::id).collect(),
                    [Some(field), other],
                )
            } else {
                continue;
            };
            let arguments = filled(required, &parent);
            for side in sides.into_iter().flatten() {
                if let Some(wrapper) = self.names.wrapper(side.id()) {
                    let (module, ty) = (ident(&wrapper.module), ident(&wrapper.ty));
                    out.extend(quote! {
                        impl ::relata::client::Under<super::#module::#ty> for #new #arguments {}
                    });
                }
            }
        }
        out
    }

    /// What a new row can be given beyond what it needs.
    fn methods(&self, tokens: &Tokens) -> TokenStream {
        let model = ident(&self.name.ty);
        let mut out = quote! {
            /// Gives a column a value that it does not need.
            pub fn set(self, value_: ::relata::client::Assign<#model>) -> ::relata::client::Draft<Self> {
                ::relata::client::Draft::new(self).set(value_)
            }
        };
        if !tokens.relations.is_empty() {
            out.extend(quote! {
                /// The row as a draft, which takes rows of relations too.
                pub fn draft(self) -> ::relata::client::Draft<Self> {
                    ::relata::client::Draft::new(self)
                }
            });
        }
        out
    }
}

/// Whether a new row has to be given a value: the column takes no `NULL`, and nobody else makes one.
pub(super) fn is_required(field: Field<'_>) -> bool {
    field.arity() == Arity::Required
        && field.default().is_none()
        && field.domain().and_then(|domain| domain.default()).is_none()
        && !field.is_updated_at()
        && field.generated().is_none()
        && !matches!(field.ty(), FieldType::Model(..))
}

fn angled(items: impl Iterator<Item = TokenStream>) -> TokenStream {
    let items: Vec<TokenStream> = items.collect();
    if items.is_empty() {
        TokenStream::new()
    } else {
        quote! { <#(#items),*> }
    }
}

/// The arguments of the struct where these columns are those of the parent.
fn filled(required: &[Required<'_>], parent: &[FieldId]) -> TokenStream {
    angled(required.iter().filter(|it| it.key.is_some()).map(|it| {
        if parent.contains(&it.id) {
            quote! { ::relata::client::Parent }
        } else {
            it.ty.clone()
        }
    }))
}
