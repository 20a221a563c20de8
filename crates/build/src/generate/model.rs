//! One file per model: a struct of its columns, and how to read a row of them.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use relata_schema::Diagnostic;
use relata_schema::ir::{Field, FieldType, Model};

use super::client::{ClientNames, Section};
use super::names::{self, Names, TypeName};
use super::types::{self, RustType};
use super::{docs, newtype, page, serde, sqlx};

/// Writes the file of a model.
pub(super) fn file(
    model: Model<'_>,
    name: &TypeName,
    names: &Names,
    client: &ClientNames,
    errors: &mut Vec<Diagnostic>,
) -> String {
    let mut left_out = Vec::new();
    let mut columns: Vec<(Field<'_>, RustType)> = Vec::new();
    for field in model.scalar_fields() {
        if field.is_ignored() {
            left_out.push(page::left_out(field.name(), "which is `@ignore`"));
            continue;
        }
        match types::of(field, names) {
            Ok(Some(ty)) => columns.push((field, ty)),
            Ok(None) if matches!(field.ty(), FieldType::Unsupported(_)) => {
                left_out.push(page::left_out(
                    field.name(),
                    "whose column type is `Unsupported`",
                ));
            }
            Ok(None) => {}
            Err(error) => errors.push(*error),
        }
    }
    let fields: Vec<Field<'_>> = columns.iter().map(|(field, _)| *field).collect();
    let field_names = names::fields(&fields);

    let hides = fields.iter().any(|field| field.hidden().is_some());
    let mut derives = if hides {
        vec!["Clone", "PartialEq"]
    } else {
        vec!["Debug", "Clone", "PartialEq"]
    };
    if columns.iter().all(|(_, ty)| ty.is_eq) {
        derives.extend(["Eq", "Hash"]);
    }
    // Who asks for `Debug` shall not get back by it what is hidden.
    let mut standing: Vec<&str> = derives.iter().copied().chain(["Debug"]).collect();
    standing.extend(serde::derives(names.options()));
    let mut added = page::added_derives(&standing, model.derives(), errors);

    let is_read_by_sqlx = sqlx::take_from_row(&mut added);

    let mut page = page::module();
    if !left_out.is_empty() {
        page.raw(left_out.join("\n"));
    }
    let item = page.new_struct(&name.ty).vis("pub");
    if let Some(docs) = docs::clean(model.docs()) {
        item.doc(docs);
    }
    for derive in derives {
        item.derive(derive);
    }
    if model.non_exhaustive().is_some() {
        item.attr("non_exhaustive");
    }
    if !added.is_empty() {
        item.attr(format!("derive({})", added.join(", ")));
    }
    for ((field, ty), name) in columns.iter().zip(&field_names) {
        let member = item.new_field(name, &ty.text).vis("pub");
        if let Some(docs) = docs::clean(field.docs()) {
            member.doc(docs);
        }
    }
    if hides {
        page.raw(page::items(debug(name, &fields, &field_names)));
    }
    if is_read_by_sqlx {
        page.raw(page::items(sqlx::from_row(name, &columns, &field_names)));
    }
    let section = Section {
        model,
        name,
        columns: &columns,
        fields: &field_names,
        names: client,
    };
    page.raw(section.text());
    let members: Vec<serde::Column<'_, '_>> = columns
        .iter()
        .zip(&field_names)
        .map(|((field, ty), name)| serde::Column {
            field: *field,
            ty,
            name,
        })
        .collect();
    let traits = serde::of_model(model.name(), name, &members, names.options());
    if !traits.is_empty() {
        page.raw(page::items(traits));
    }
    // What is wrong with a type has been told of its column.
    for item in newtype::items(model, name, names).unwrap_or_default() {
        page.raw(item);
    }
    page::print(&page)
}

/// `Debug` without what is hidden, which a log shall not show.
pub(super) fn debug(name: &TypeName, fields: &[Field<'_>], names: &[String]) -> TokenStream {
    let title = Literal::string(name.ty.trim_start_matches("r#"));
    let name = ident(&name.ty);
    let shown = fields
        .iter()
        .zip(names)
        .filter(|(field, _)| field.hidden().is_none());
    let shown = shown.map(|(_, name)| {
        let (title, member) = (Literal::string(name.trim_start_matches("r#")), ident(name));
        quote!(.field(#title, &self.#member))
    });
    quote! {
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, f_: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f_.debug_struct(#title)#(#shown)*.finish_non_exhaustive()
            }
        }
    }
}

/// The identifier that a name of ours stands for.
pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(name) => Ident::new_raw(name, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}
