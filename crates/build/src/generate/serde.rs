//! serde's traits by hand, where the generator says `serde = true`. Derived, they would cost more to compile than the rest of a model.
//!
//! Names are those of the schema: `authorId`, and `ADMIN` whatever the database calls it. `@rust.hidden` fields are not written;
//! they are read, since a struct has to have them.
//!
//! Names of arguments and variables end in `_`: columns are constants of the module, which a pattern would be compared with.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use relata_schema::ir::{Arity, Enum, Field};

use super::model::ident;
use super::names::TypeName;
use super::options::Options;
use super::types::{One, RustType};

/// The derives that a schema may also ask for, and that would now be there twice.
pub(super) fn derives(options: &Options) -> Vec<&'static str> {
    let mut derives = Vec::new();
    if options.serialize {
        derives.extend(["serde::Serialize", "::serde::Serialize"]);
    }
    if options.deserialize {
        derives.extend(["serde::Deserialize", "::serde::Deserialize"]);
    }
    derives
}

/// A column, as the traits need it.
pub(super) struct Column<'s, 'c> {
    pub(super) field: Field<'s>,
    pub(super) ty: &'c RustType,
    pub(super) name: &'c str,
}

/// Both traits of a model, as far as they are asked for.
pub(super) fn of_model(
    title: &str,
    name: &TypeName,
    columns: &[Column<'_, '_>],
    options: &Options,
) -> TokenStream {
    let mut tokens = TokenStream::new();
    if options.serialize {
        tokens.extend(serialize_model(title, name, columns));
    }
    if options.deserialize {
        tokens.extend(deserialize_model(title, name, columns));
    }
    tokens
}

fn serialize_model(title: &str, name: &TypeName, columns: &[Column<'_, '_>]) -> TokenStream {
    let name = ident(&name.ty);
    let shown: Vec<_> = columns
        .iter()
        .filter(|column| column.field.hidden().is_none())
        .collect();
    let count = Literal::usize_unsuffixed(shown.len());
    let fields = shown.iter().map(|column| {
        let key = column.field.name();
        let member = ident(column.name);
        let value = if column.ty.is_text_in_serde {
            quote!(::relata::serde::Text(&self.#member))
        } else {
            quote!(self.#member)
        };
        quote!(fields_.serialize_field(#key, &#value)?;)
    });
    quote! {
        impl ::relata::serde::SerializeFields for #name {
            const NAME: &'static str = #title;
            const COUNT: usize = #count;

            fn serialize_fields<S: ::relata::serde::ser::SerializeStruct>(
                &self,
                fields_: &mut S,
            ) -> ::std::result::Result<(), S::Error> {
                #(#fields)*
                ::std::result::Result::Ok(())
            }
        }

        impl ::relata::serde::Serialize for #name {
            fn serialize<S: ::relata::serde::Serializer>(
                &self,
                serializer_: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                ::relata::serde::serialize(self, serializer_)
            }
        }
    }
}

/// A row with a relation that a query brought along: its fields, and the relation beside them, unless it is hidden.
pub(super) fn of_relation(
    name: &Ident,
    base: &Ident,
    member: &Ident,
    key: Option<&str>,
) -> TokenStream {
    let (count, last) = if let Some(key) = key {
        let last = quote!(fields_.serialize_field(#key, &self.#member));
        (quote!(T::COUNT + 1), last)
    } else {
        (quote!(T::COUNT), quote!(::std::result::Result::Ok(())))
    };
    quote! {
        impl<T: ::relata::serde::SerializeFields, R: ::relata::serde::Serialize> ::relata::serde::SerializeFields for #name<T, R> {
            const NAME: &'static str = T::NAME;
            const COUNT: usize = #count;

            fn serialize_fields<S: ::relata::serde::ser::SerializeStruct>(
                &self,
                fields_: &mut S,
            ) -> ::std::result::Result<(), S::Error> {
                self.#base.serialize_fields(fields_)?;
                #last
            }
        }

        impl<T: ::relata::serde::SerializeFields, R: ::relata::serde::Serialize> ::relata::serde::Serialize for #name<T, R> {
            fn serialize<S: ::relata::serde::Serializer>(
                &self,
                serializer_: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                ::relata::serde::serialize(self, serializer_)
            }
        }
    }
}

fn deserialize_model(title: &str, name: &TypeName, columns: &[Column<'_, '_>]) -> TokenStream {
    let name = ident(&name.ty);
    let expecting = format!("the model `{title}`");
    let keys: Vec<&str> = columns.iter().map(|column| column.field.name()).collect();
    let members: Vec<Ident> = columns.iter().map(|column| ident(column.name)).collect();
    // With `_` behind them, as all names here: a pattern that is a column's name means the column's token.
    let slots: Vec<Ident> = (0..columns.len())
        .map(|at| format_ident!("f{at}_"))
        .collect();
    let places: Vec<Literal> = (0..columns.len()).map(Literal::usize_unsuffixed).collect();
    let types = columns.iter().map(|column| {
        let ty: TokenStream = column.ty.text.parse().unwrap_or_default();
        if column.ty.is_text_in_serde {
            quote!(::relata::serde::Text<#ty>)
        } else {
            ty
        }
    });
    let from_map = columns
        .iter()
        .zip(&slots)
        .zip(&keys)
        .map(|((column, slot), key)| {
            if column.field.arity() == Arity::Optional {
                // What is left out is NULL.
                if column.ty.is_text_in_serde {
                    quote!(#slot.and_then(|it_| it_.0))
                } else {
                    quote!(#slot.unwrap_or(::std::option::Option::None))
                }
            } else {
                let value = quote!(::relata::serde::required(#slot, #key)?);
                if column.ty.is_text_in_serde {
                    quote!(#value.0)
                } else {
                    value
                }
            }
        });
    let types: Vec<TokenStream> = types.collect();
    // Where the place of a value does not tell its type, it is written out.
    let annotations = columns.iter().zip(&types).map(|(column, ty)| {
        let is_needed = column.ty.is_text_in_serde;
        is_needed.then(|| quote!(: ::std::option::Option<#ty>))
    });
    let from_seq = columns
        .iter()
        .zip(&places)
        .zip(&types)
        .map(|((column, place), ty)| {
            if column.ty.is_text_in_serde {
                quote!(::relata::serde::next::<#ty, A>(&mut seq_, #place)?.0)
            } else {
                quote!(::relata::serde::next(&mut seq_, #place)?)
            }
        });
    let lint = columns.is_empty().then(|| quote!(#[allow(unused_mut)]));
    quote! {
        #lint
        impl<'de> ::relata::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::relata::serde::Deserializer<'de>>(
                deserializer_: D,
            ) -> ::std::result::Result<Self, D::Error> {
                const FIELDS: &[&str] = &[#(#keys),*];
                struct Visitor;
                impl<'de> ::relata::serde::de::Visitor<'de> for Visitor {
                    type Value = super::#name;

                    fn expecting(&self, f_: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        f_.write_str(#expecting)
                    }

                    fn visit_map<A: ::relata::serde::de::MapAccess<'de>>(
                        self,
                        mut map_: A,
                    ) -> ::std::result::Result<Self::Value, A::Error> {
                        #(let mut #slots #annotations = ::std::option::Option::None;)*
                        while let ::std::option::Option::Some(place_) =
                            map_.next_key_seed(::relata::serde::FieldOf(FIELDS))?
                        {
                            match place_ {
                                #(#places => ::relata::serde::fill(&mut #slots, #keys, &mut map_)?,)*
                                _ => {
                                    map_.next_value::<::relata::serde::de::IgnoredAny>()?;
                                }
                            }
                        }
                        ::std::result::Result::Ok(super::#name { #(#members: #from_map,)* })
                    }

                    fn visit_seq<A: ::relata::serde::de::SeqAccess<'de>>(
                        self,
                        mut seq_: A,
                    ) -> ::std::result::Result<Self::Value, A::Error> {
                        ::std::result::Result::Ok(super::#name { #(#members: #from_seq,)* })
                    }
                }
                deserializer_.deserialize_struct(#title, FIELDS, Visitor)
            }
        }
    }
}

/// Both traits of an enum: its values by their names in the schema.
pub(super) fn of_enum(
    item: Enum<'_>,
    name: &TypeName,
    variants: &[String],
    options: &Options,
) -> TokenStream {
    let title = item.name();
    let name = ident(&name.ty);
    let variants: Vec<Ident> = variants.iter().map(|variant| ident(variant)).collect();
    let keys: Vec<&str> = item.values().map(|value| value.name()).collect();
    let mut tokens = TokenStream::new();
    if options.serialize {
        tokens.extend(quote! {
            impl ::relata::serde::Serialize for #name {
                fn serialize<S: ::relata::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::std::result::Result<S::Ok, S::Error> {
                    serializer.serialize_str(match self {
                        #(Self::#variants => #keys,)*
                    })
                }
            }
        });
    }
    if options.deserialize {
        tokens.extend(quote! {
            impl<'de> ::relata::serde::Deserialize<'de> for #name {
                fn deserialize<D: ::relata::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::std::result::Result<Self, D::Error> {
                    deserializer.deserialize_str(::relata::serde::Label(#title, |label| match label {
                        #(#keys => ::std::option::Option::Some(Self::#variants),)*
                        _ => ::std::option::Option::None,
                    }))
                }
            }
        });
    }
    tokens
}

/// Both traits of a newtype: those of what it holds.
pub(super) fn of_newtype(
    name: &Ident,
    inner: &TokenStream,
    one: &One,
    options: &Options,
) -> TokenStream {
    let mut tokens = TokenStream::new();
    let (value, ty, unwrap) = if one.is_text_in_serde {
        (
            quote!(::relata::serde::Text(&self.0)),
            quote!(::relata::serde::Text<#inner>),
            quote!(|it_| Self(it_.0)),
        )
    } else {
        (quote!(self.0), inner.clone(), quote!(Self))
    };
    if options.serialize {
        tokens.extend(quote! {
            impl ::relata::serde::Serialize for #name {
                fn serialize<S: ::relata::serde::Serializer>(
                    &self,
                    serializer_: S,
                ) -> ::std::result::Result<S::Ok, S::Error> {
                    ::relata::serde::Serialize::serialize(&#value, serializer_)
                }
            }
        });
    }
    if options.deserialize {
        tokens.extend(quote! {
            impl<'de> ::relata::serde::Deserialize<'de> for #name {
                fn deserialize<D: ::relata::serde::Deserializer<'de>>(
                    deserializer_: D,
                ) -> ::std::result::Result<Self, D::Error> {
                    <#ty as ::relata::serde::Deserialize<'de>>::deserialize(deserializer_).map(#unwrap)
                }
            }
        });
    }
    tokens
}
