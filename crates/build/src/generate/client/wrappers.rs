//! The structs that rows with relations are: `WithPosts`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::ClientNames;
use super::names::Shared;
use super::relations::title;
use crate::generate::model::ident;
use crate::generate::options::Options;
use crate::generate::{page, serde};

/// Writes the file of the structs that relations share; none if there are no relations.
pub(in crate::generate) fn file(client: &ClientNames, options: &Options) -> Option<String> {
    if client.shared().len() == 0 {
        return None;
    }
    let mut page = page::module();
    page.raw("// Rows with what a relation leads to: one struct for all relations of a name. The modules of the models have names for them.");
    for (item, name, number) in client.shared() {
        page.raw(page::items(wrapper(item, name, number, options.serialize)));
    }
    Some(page::print(&page))
}

fn wrapper(item: &Shared, name: &str, number: u16, is_written: bool) -> TokenStream {
    let (base_title, member_title) = (title(&item.base), title(&item.field));
    let (title, name) = (title(name), ident(name));
    let (base, member) = (ident(&item.base), ident(&item.field));
    let number = digits(number);
    let serialize =
        is_written.then(|| serde::of_relation(&name, &base, &member, item.key.as_deref()));
    quote! {
        pub struct #name<T, R> {
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
                    [#title, #base_title, #member_title],
                    &self.#base,
                    &self.#member,
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

        impl<T, R> ::relata::client::Wrapper for #name<T, R> {
            type Parts = (R, #number);
            type With<A: ::relata::client::Held, B: ::relata::client::Held> = #name<A, B>;
            const NAME: &'static str = #member_title;

            fn with<A: ::relata::client::Held, B: ::relata::client::Held>(
                row_: A,
                related_: B,
            ) -> #name<A, B> {
                #name { #base: row_, #member: related_ }
            }
        }

        #serialize
    }
}

/// A number as a type, of five octal digits.
fn digits(number: u16) -> TokenStream {
    let digits = [12, 9, 6, 3, 0].map(|place| format_ident!("D{}", number >> place & 7));
    quote! { (#(::relata::client::#digits),*) }
}
