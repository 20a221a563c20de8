//! Rows with their relations.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use relata_schema::ir::{Arity, Field, Model, Relation};

use super::columns::{identifier, option};
use super::names::{SHARED, Wrapper};
use super::{ClientNames, Section};
use crate::generate::model::ident;

impl Section<'_, '_> {
    /// The names of rows with a relation.
    pub(super) fn relations(&self) -> Vec<TokenStream> {
        self.related()
            .map(|(field, relation, wrapper)| self.alias(field, relation, wrapper))
            .collect()
    }

    /// How the model's rows find those of others.
    pub(super) fn links(&self) -> Vec<TokenStream> {
        self.related()
            .map(|(field, relation, wrapper)| self.link(field, relation, wrapper))
            .collect()
    }

    /// The relations that queries can bring along.
    fn related(&self) -> impl Iterator<Item = (Field<'_>, Relation<'_>, &Wrapper)> {
        let schema = self.model.schema();
        let tokens = self.names.tokens(self.model.id());
        tokens.relations.iter().filter_map(move |id| {
            let field = schema.field(*id);
            Some((field, field.relation()?, self.names.wrapper(*id)?))
        })
    }

    /// The name that the struct has in the module of the model.
    fn alias(&self, field: Field<'_>, relation: Relation<'_>, wrapper: &Wrapper) -> TokenStream {
        let (name, shared) = (ident(&wrapper.ty), shared(wrapper));
        let model = ident(&self.name.ty);
        let to = self.names.path(other(field, relation));
        let of = match field.arity() {
            Arity::Required => to,
            Arity::Optional => quote! { ::std::option::Option<#to> },
            Arity::List => quote! { ::std::vec::Vec<#to> },
        };
        quote! {
            pub type #name<T = self::#model, R = #of> = #shared<T, R>;
        }
    }

    fn link(&self, field: Field<'_>, relation: Relation<'_>, wrapper: &Wrapper) -> TokenStream {
        let name = title(&wrapper.field);
        let (is_forward, other) = (is_forward(field, relation), other(field, relation));
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
                ::relata::client::Link::new(#name, &[#(#near),*], &[#(#far),*], #is_forward)
            };
        };
        quote! {
            ::relata::client::Link {
                name: #name,
                near: &[#(#near),*],
                far: &[#(#far),*],
                forward: #is_forward,
                through: ::std::option::Option::Some(#through),
            }
        }
    }
}

/// Whether the relation leads from the field's model by its foreign key.
pub(super) fn is_forward(field: Field<'_>, relation: Relation<'_>) -> bool {
    relation.forward_field().id() == field.id()
}

/// The model that the field leads to.
pub(super) fn other<'s>(field: Field<'s>, relation: Relation<'s>) -> Model<'s> {
    if is_forward(field, relation) {
        relation.to()
    } else {
        relation.from()
    }
}

/// The path of the struct that relations of one name share.
fn shared(wrapper: &Wrapper) -> TokenStream {
    let (module, name) = (ident(SHARED), ident(&wrapper.shared));
    quote! { super::#module::#name }
}

/// A name as text.
pub(super) fn title(name: &str) -> Literal {
    Literal::string(name.trim_start_matches("r#"))
}

impl ClientNames {
    /// The path of a model's struct, from the module of another.
    fn path(&self, model: Model<'_>) -> TokenStream {
        let (module, ty) = self.place(model.id());
        let (module, ty) = (ident(module), ident(ty));
        quote! { super::#module::#ty }
    }
}
