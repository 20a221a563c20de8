//! Shapes: a struct for each `shape` of the schema, flat, and one for each of its relations that bring relations along.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use relata_schema::Schema;
use relata_schema::ir::{Arity, Field, FieldId, Include, Model, ModelId, Shape};

use super::ClientNames;
use super::names::Wrapper;
use super::relations::other;
use crate::generate::model::{debug, ident};
use crate::generate::names::{self, Names, ShapeName, TypeName};
use crate::generate::types::{self, RustType};
use crate::generate::{docs, page, serde};

/// A struct of a shape.
struct Part<'s, 'n> {
    ty: String,
    model: Model<'s>,
    docs: Option<String>,
    relations: Vec<Member<'s, 'n>>,
}

/// A relation in it.
struct Member<'s, 'n> {
    field: Field<'s>,
    /// What its include gives.
    wrapper: &'n Wrapper,
    /// The struct that its rows are, if they bring something along.
    inner: Option<String>,
    to: ModelId,
}

/// Whether all that the shape brings along has code.
pub(in crate::generate) fn has_code(
    schema: &Schema,
    names: &Names,
    client: &ClientNames,
    shape: &Shape,
) -> bool {
    fn all(client: &ClientNames, includes: &[Include]) -> bool {
        includes
            .iter()
            .all(|it| client.wrapper(it.field).is_some() && all(client, &it.includes))
    }
    names.model(schema.model(shape.model).id()).is_some() && all(client, &shape.includes)
}

/// Writes the file of a shape.
pub(in crate::generate) fn file(
    schema: &Schema,
    names: &Names,
    client: &ClientNames,
    shape: &Shape,
    name: &ShapeName,
) -> String {
    let mut inner = name.inner.iter();
    let mut parts = Vec::new();
    let docs = docs::clean(shape.docs.as_deref());
    let all = Parts { schema, client };
    all.part(
        &name.place.ty,
        shape.model,
        docs,
        &shape.includes,
        &mut inner,
        &mut parts,
    );
    let mut page = page::module();
    for part in &parts {
        part.write(&mut page, names, client);
    }
    page::print(&page)
}

struct Parts<'s, 'n> {
    schema: &'s Schema,
    client: &'n ClientNames,
}

impl<'s, 'n> Parts<'s, 'n> {
    fn part<'i>(
        &self,
        ty: &str,
        model: ModelId,
        docs: Option<String>,
        includes: &[Include],
        inner: &mut impl Iterator<Item = &'i String>,
        out: &mut Vec<Part<'s, 'n>>,
    ) {
        let at = out.len();
        out.push(Part {
            ty: ty.to_owned(),
            model: self.schema.model(model),
            docs,
            relations: Vec::new(),
        });
        for include in includes {
            let Some((wrapper, to)) = self.relation(include.field) else {
                continue;
            };
            let field = self.schema.field(include.field);
            let own = if include.includes.is_empty() {
                None
            } else {
                inner.next().cloned()
            };
            if let Some(ty) = &own {
                let docs = docs::clean(field.docs());
                self.part(ty, to, docs, &include.includes, inner, out);
            }
            out[at].relations.push(Member {
                field,
                wrapper,
                inner: own,
                to,
            });
        }
    }

    fn relation(&self, field: FieldId) -> Option<(&'n Wrapper, ModelId)> {
        let wrapper = self.client.wrapper(field)?;
        let field = self.schema.field(field);
        Some((wrapper, other(field, field.relation()?).id()))
    }
}

impl Part<'_, '_> {
    fn write(&self, page: &mut codegen::Scope, names: &Names, client: &ClientNames) {
        let mut columns: Vec<(Field<'_>, RustType)> = self
            .model
            .scalar_fields()
            .filter(|field| !field.is_ignored())
            // What is wrong with a type has been told of its column.
            .filter_map(|field| Some((field, types::of(field, names).ok()??)))
            .collect();
        let fields: Vec<Field<'_>> = columns.iter().map(|(field, _)| *field).collect();
        let mut members = names::fields(&fields);
        let own = members.len();
        for relation in &self.relations {
            let (module, model) = client.place(relation.to);
            let one = match &relation.inner {
                Some(ty) => format!("super::{ty}"),
                None => format!("super::{module}::{model}"),
            };
            let text = match relation.field.arity() {
                Arity::Required => one,
                Arity::Optional => format!("::std::option::Option<{one}>"),
                Arity::List => format!("::std::vec::Vec<{one}>"),
            };
            let ty = RustType {
                text,
                is_eq: false,
                is_text_in_serde: false,
            };
            columns.push((relation.field, ty));
            members.push(relation.wrapper.field.clone());
        }
        let hides = columns.iter().any(|(field, _)| field.hidden().is_some());
        let item = page.new_struct(&self.ty).vis("pub");
        if let Some(docs) = &self.docs {
            item.doc(docs);
        }
        for derive in ["Debug", "Clone", "PartialEq"] {
            if derive != "Debug" || !hides {
                item.derive(derive);
            }
        }
        for ((field, ty), name) in columns.iter().zip(&members) {
            let member = item.new_field(name, &ty.text).vis("pub");
            if let Some(docs) = docs::clean(field.docs()) {
                member.doc(docs);
            }
        }
        let name = TypeName {
            ty: self.ty.clone(),
            module: String::new(),
            file: String::new(),
        };
        if hides {
            let fields: Vec<Field<'_>> = columns.iter().map(|(field, _)| *field).collect();
            page.raw(page::items(debug(&name, &fields, &members)));
        }
        page.raw(page::items(self.query(client, &members[..own])));
        let serde_columns: Vec<serde::Column<'_, '_>> = columns
            .iter()
            .zip(&members)
            .map(|((field, ty), name)| serde::Column {
                field: *field,
                ty,
                name,
            })
            .collect();
        let title = self.ty.trim_start_matches("r#");
        let traits = serde::of_model(title, &name, &serde_columns, names.options());
        if !traits.is_empty() {
            page.raw(page::items(traits));
        }
    }

    /// How a query fills it.
    fn query(&self, client: &ClientNames, columns: &[String]) -> TokenStream {
        let (module, model) = client.place(self.model.id());
        let (module, model) = (ident(module), ident(model));
        let model = quote! { super::#module::#model };
        let name = ident(&self.ty);
        let mut plan = quote! { ::relata::client::Bare<#model> };
        let (mut steps, mut members) = (Vec::new(), Vec::new());
        for (at, relation) in self.relations.iter().enumerate() {
            let wrapper = relation.wrapper;
            let (base, member) = (ident(&wrapper.base), ident(&wrapper.field));
            let (module, wrapper) = (ident(&wrapper.module), ident(&wrapper.ty));
            let (to_module, to) = client.place(relation.to);
            let (to_module, to) = (ident(to_module), ident(to));
            let to = quote! { super::#to_module::#to };
            let inner = match relation.inner.as_deref().map(ident) {
                Some(ty) => quote! { ::relata::client::Flat<#to, super::#ty> },
                None => quote! { ::relata::client::Bare<#to> },
            };
            plan = quote! { ::relata::client::Plus<#plan, super::#module::#wrapper, #inner> };
            let value = format_ident!("related_{}", Literal::usize_unsuffixed(at).to_string());
            // The last one that was included is the outermost.
            steps.insert(
                0,
                quote! {
                    let super::#module::#wrapper { #base: row_, #member: #value } = row_;
                },
            );
            members.push(quote! { #member: #value });
        }
        let columns = columns.iter().map(|name| ident(name));
        quote! {
            impl ::relata::client::NamedShape<#model> for #name {
                type Plan = #plan;

                fn of(row_: <Self::Plan as ::relata::client::Shape>::Output) -> Self {
                    #(#steps)*
                    Self { #(#columns: row_.#columns,)* #(#members,)* }
                }
            }
        }
    }
}
