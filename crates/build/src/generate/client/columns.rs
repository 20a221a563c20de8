//! A model's table, and the tokens of its columns, keys and relations.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use relata_schema::ir::{
    Arity, ClientDefault, Default, Field, FieldId, IndexKind, Literal as IrLiteral, Model,
};
use relata_schema::provider::Provider;

use super::Section;
use super::names::Tokens;
use crate::generate::model::ident;

/// How many columns [`relata::Row::take_from`] reads at most.
const AT_ONCE: usize = 16;

impl Section<'_, '_> {
    /// What the client knows of the model: its table, and how to read a row of it.
    pub(super) fn meta(&self) -> TokenStream {
        let model = ident(&self.name.ty);
        let key = identifier(self.model)
            .into_iter()
            .map(|id| Literal::string(self.model.schema().field(id).database_name()));
        let made = self
            .columns
            .iter()
            .enumerate()
            .filter_map(|(at, (field, _))| {
                let (at, make) = (Literal::usize_unsuffixed(at), make(*field)?);
                Some(quote! { (#at, ::relata::client::Make::#make) })
            });
        let made: Vec<TokenStream> = made.collect();
        let mut more = TokenStream::new();
        if let Some(namespace) = self.model.namespace() {
            let namespace = option(Some(namespace));
            more.extend(quote! { namespace: #namespace, });
        }
        if !made.is_empty() {
            more.extend(quote! { made: &[#(#made),*], });
        }
        let title = Literal::string(self.model.database_name());
        let columns = self
            .columns
            .iter()
            .map(|(field, _)| Literal::string(field.database_name()));
        let links = self.links();
        let table = quote! {
            ::relata::client::Table::new(#title, &[#(#columns),*], &[#(#key),*], &[#(#links),*])
        };
        let table = if more.is_empty() {
            table
        } else {
            quote! { ::relata::client::Table { #more ..#table } }
        };
        let read = self.read();
        quote! {
            impl ::relata::client::Model for #model {
                const META: &'static ::relata::client::Table = &#table;

                fn read(row_: &mut ::relata::Row) -> ::std::result::Result<Self, ::relata::Error> {
                    #read
                }
            }
        }
    }

    /// Takes the columns out of a row: as many as a tuple holds by one call, since each `?` costs whoever compiles it.
    fn read(&self) -> TokenStream {
        let members = self.fields.iter().map(|name| ident(name));
        // A pattern that is a column's name would mean the column's token.
        let slots: Vec<Ident> = (0..self.fields.len())
            .map(|at| format_ident!("f{at}_"))
            .collect();
        let steps = slots.chunks(AT_ONCE).enumerate().map(|(at, slots)| {
            let first = Literal::usize_unsuffixed(at * AT_ONCE);
            quote! { let (#(#slots,)*) = row_.take_from(#first)?; }
        });
        quote! {
            #(#steps)*
            ::std::result::Result::Ok(Self { #(#members: #slots,)* })
        }
    }

    pub(super) fn tokens(&self, tokens: &Tokens) -> TokenStream {
        let model = ident(&self.name.ty);
        let mut out = TokenStream::new();
        for (at, ((field, ty), name)) in self.columns.iter().zip(self.fields).enumerate() {
            let name = ident(name);
            let ty: TokenStream = ty.text.parse().unwrap_or_default();
            let at = Literal::usize_unsuffixed(at);
            let kind = if self.model.is_unique_over(&[field.id()]) {
                quote! { , ::relata::client::Unique }
            } else {
                quote! {}
            };
            out.extend(quote! {
                pub const #name: ::relata::client::Col<#model, #ty #kind> = ::relata::client::Col::new(#at);
            });
        }
        for key in &tokens.keys {
            let name = ident(&key.name);
            let types = key.fields.iter().map(|id| self.ty(*id));
            let columns = key
                .fields
                .iter()
                .map(|id| Literal::string(self.model.schema().field(*id).database_name()));
            out.extend(quote! {
                pub const #name: ::relata::client::UniqueKey<#model, (#(#types,)*)> =
                    ::relata::client::UniqueKey::new(&[#(#columns),*]);
            });
        }
        for id in &tokens.relations {
            let Some(wrapper) = self.names.wrapper(*id) else {
                continue;
            };
            let (name, ty) = (ident(&wrapper.field), ident(&wrapper.ty));
            out.extend(quote! {
                pub const #name: ::relata::client::Rel<#ty> = ::relata::client::Rel::new();
            });
        }
        out
    }

    /// The type of a column of this model.
    pub(super) fn ty(&self, id: FieldId) -> TokenStream {
        self.columns
            .iter()
            .find(|(field, _)| field.id() == id)
            .and_then(|(_, ty)| ty.text.parse().ok())
            .unwrap_or_default()
    }
}

/// The fields that name a row: the primary key, or else the first unique over required fields.
pub(super) fn identifier(model: Model<'_>) -> Vec<FieldId> {
    if let Some(key) = model.primary_key() {
        return key.columns.iter().filter_map(|it| it.field()).collect();
    }
    let schema = model.schema();
    model
        .indexes()
        .iter()
        .filter(|index| index.kind == IndexKind::Unique && index.is_total_unique())
        .map(|index| index.fields().collect::<Vec<_>>())
        .find(|fields| {
            let is_required = |id: &FieldId| schema.field(*id).arity() == Arity::Required;
            fields.iter().all(is_required)
        })
        .unwrap_or_default()
}

/// What the client makes for a column.
fn make(field: Field<'_>) -> Option<TokenStream> {
    if field.is_updated_at() {
        return Some(quote! { UpdatedAt });
    }
    let is_mysql = field.model().schema().provider() == Some(Provider::Mysql);
    Some(match field.default()? {
        // The SQL has no default for these there.
        Default::Literal(IrLiteral::Json(text)) if is_mysql => quote! { Json(#text) },
        Default::Literal(IrLiteral::Bytes(bytes)) if is_mysql => {
            let bytes = Literal::byte_string(bytes);
            quote! { Bytes(#bytes) }
        }
        Default::Now => quote! { Now },
        Default::Client(made) => match made {
            ClientDefault::Uuid(7) => quote! { Uuid7 },
            ClientDefault::Uuid(_) => quote! { Uuid4 },
            ClientDefault::Cuid(2) => quote! { Cuid2 },
            ClientDefault::Cuid(_) => quote! { Cuid },
            ClientDefault::Ulid => quote! { Ulid },
            ClientDefault::Nanoid(length) => {
                let length = Literal::u8_unsuffixed(length.unwrap_or(21));
                quote! { Nanoid(#length) }
            }
        },
        _ => return None,
    })
}

pub(super) fn option(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => {
            let text = Literal::string(text);
            quote! { ::std::option::Option::Some(#text) }
        }
        None => quote! { ::std::option::Option::None },
    }
}
