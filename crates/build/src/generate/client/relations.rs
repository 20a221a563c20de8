//! Rows with their relations.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use relata_schema::ir::{Arity, Field, Model, Relation};

use super::columns::{identifier, option};
use super::names::{Tokens, Wrapper};
use super::{ClientNames, Section};
use crate::generate::model::ident;

impl Section<'_, '_> {
    pub(super) fn relations(&self, tokens: &Tokens) -> Vec<TokenStream> {
        let schema = self.model.schema();
        tokens
            .relations
            .iter()
            .filter_map(|id| {
                let field = schema.field(*id);
                let wrapper = self.names.wrapper(*id)?;
                Some(self.wrapper(field, field.relation()?, wrapper))
            })
            .collect()
    }

    fn wrapper(&self, field: Field<'_>, relation: Relation<'_>, wrapper: &Wrapper) -> TokenStream {
        let (name, member, base) = (
            ident(&wrapper.ty),
            ident(&wrapper.field),
            ident(&wrapper.base),
        );
        let model = ident(&self.name.ty);
        let is_forward = relation.forward_field().id() == field.id();
        let other = if is_forward {
            relation.to()
        } else {
            relation.from()
        };
        let to = self.names.path(other);
        let (arity, of) = match field.arity() {
            Arity::Required => (quote! { One }, quote! { #to }),
            Arity::Optional => (quote! { Maybe }, quote! { ::std::option::Option<#to> }),
            Arity::List => (quote! { Many }, quote! { ::std::vec::Vec<#to> }),
        };
        let number = number(wrapper.number);
        let title = |name: &str| Literal::string(name.trim_start_matches("r#"));
        let (base_title, member_title) = (title(&wrapper.base), title(&wrapper.field));
        let title = title(&wrapper.ty);
        let link = self.link(relation, is_forward, other);
        quote! {
            pub struct #name<T = self::#model, R = #of> {
                pub #base: T,
                pub #member: R,
            }

            impl<T: ::std::clone::Clone, R: ::std::clone::Clone> ::std::clone::Clone for #name<T, R> {
                fn clone(&self) -> Self {
                    Self { #base: self.#base.clone(), #member: self.#member.clone() }
                }
            }

            impl<T: ::std::cmp::PartialEq, R: ::std::cmp::PartialEq> ::std::cmp::PartialEq for #name<T, R> {
                fn eq(&self, other_: &Self) -> bool {
                    self.#base == other_.#base && self.#member == other_.#member
                }
            }

            impl<T: ::std::fmt::Debug, R: ::std::fmt::Debug> ::std::fmt::Debug for #name<T, R> {
                fn fmt(&self, f_: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    ::relata::client::debug_pair(
                        f_,
                        #title,
                        (#base_title, &self.#base),
                        (#member_title, &self.#member),
                    )
                }
            }

            impl<T, R> ::std::ops::Deref for #name<T, R> {
                type Target = T;

                fn deref(&self) -> &T {
                    &self.#base
                }
            }

            impl<T, R> ::std::ops::DerefMut for #name<T, R> {
                fn deref_mut(&mut self) -> &mut T {
                    &mut self.#base
                }
            }

            impl ::relata::client::Relation for #name {
                type From = self::#model;
                type To = #to;
                type Arity = ::relata::client::#arity;
                type Number = #number;
                type With<T: ::relata::client::Held, R: ::relata::client::Held> = #name<T, R>;
                const LINK: &'static ::relata::client::Link = &#link;

                fn with<T: ::relata::client::Held, R: ::relata::client::Held>(
                    base_: T,
                    related_: R,
                ) -> #name<T, R> {
                    #name { #base: base_, #member: related_ }
                }
            }
        }
    }

    fn link(&self, relation: Relation<'_>, is_forward: bool, other: Model<'_>) -> TokenStream {
        let columns = |fields: &mut dyn Iterator<Item = Field<'_>>| -> Vec<Literal> {
            fields
                .map(|field| Literal::string(field.database_name()))
                .collect()
        };
        let id = |model: Model<'_>| {
            let first = identifier(model).into_iter().take(1);
            columns(&mut first.map(|id| model.schema().field(id)))
        };
        let (near, far, through) = match relation.join_table() {
            Some(table) => {
                let name = Literal::string(&table.name);
                let namespace = option(table.namespace.as_deref());
                let (a, b) = if is_forward { ("A", "B") } else { ("B", "A") };
                let through = quote! {
                    ::relata::client::Through {
                        name: #name,
                        namespace: #namespace,
                        near: #a,
                        far: #b,
                    }
                };
                (id(self.model), id(other), Some(through))
            }
            None => {
                let (fields, references) = (
                    columns(&mut relation.fields()),
                    columns(&mut relation.references()),
                );
                if is_forward {
                    (fields, references, None)
                } else {
                    (references, fields, None)
                }
            }
        };
        let Some(through) = through else {
            return quote! {
                ::relata::client::Link::new(&[#(#near),*], &[#(#far),*], #is_forward)
            };
        };
        quote! {
            ::relata::client::Link {
                near: &[#(#near),*],
                far: &[#(#far),*],
                forward: #is_forward,
                through: ::std::option::Option::Some(#through),
            }
        }
    }
}

/// The number of a relation as a type; the first ones have a short name.
fn number(number: usize) -> TokenStream {
    if number < 16 {
        let name = format_ident!("N{number}");
        return quote! { ::relata::client::#name };
    }
    let digits =
        [number / 64 % 8, number / 8 % 8, number % 8].map(|digit| format_ident!("D{digit}"));
    quote! { (#(::relata::client::#digits),*) }
}

impl ClientNames {
    /// The path of a model's struct, from the module of another.
    fn path(&self, model: Model<'_>) -> TokenStream {
        let (module, ty) = self.place(model.id());
        let (module, ty) = (ident(module), ident(ty));
        quote! { super::#module::#ty }
    }
}
