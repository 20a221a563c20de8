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
        let digits = [
            wrapper.number / 64 % 8,
            wrapper.number / 8 % 8,
            wrapper.number % 8,
        ]
        .map(|digit| format_ident!("D{digit}"));
        let link = self.link(relation, is_forward, other);
        quote! {
            #[derive(Debug, Clone, PartialEq)]
            pub struct #name<T = self::#model, R = #of> {
                pub #base: T,
                pub #member: R,
            }

            impl<T, R> #name<T, R> {
                /// The row, and what is related to it.
                pub fn into_parts(self) -> (T, R) {
                    (self.#base, self.#member)
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
                type Number = (#(::relata::client::#digits),*);
                type With<
                    T: ::std::clone::Clone + ::std::marker::Send + 'static,
                    R: ::std::clone::Clone + ::std::marker::Send + 'static,
                > = #name<T, R>;
                const LINK: &'static ::relata::client::Link = &#link;

                fn with<T, R>(base_: T, related_: R) -> #name<T, R>
                where
                    T: ::std::clone::Clone + ::std::marker::Send + 'static,
                    R: ::std::clone::Clone + ::std::marker::Send + 'static,
                {
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
                    ::std::option::Option::Some(::relata::client::Through {
                        name: #name,
                        namespace: #namespace,
                        near: #a,
                        far: #b,
                    })
                };
                (id(self.model), id(other), through)
            }
            None => {
                let (fields, references) = (
                    columns(&mut relation.fields()),
                    columns(&mut relation.references()),
                );
                let none = quote! { ::std::option::Option::None };
                if is_forward {
                    (fields, references, none)
                } else {
                    (references, fields, none)
                }
            }
        };
        quote! {
            ::relata::client::Link {
                near: &[#(#near),*],
                far: &[#(#far),*],
                forward: #is_forward,
                through: #through,
            }
        }
    }
}

impl ClientNames {
    /// The path of a model's struct, from the module of another.
    fn path(&self, model: Model<'_>) -> TokenStream {
        let (module, ty) = self.place(model.id());
        let (module, ty) = (ident(module), ident(ty));
        quote! { super::#module::#ty }
    }
}
