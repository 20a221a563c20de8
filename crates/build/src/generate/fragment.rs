//! Rust that a schema holds: `@rust.type("…")` and `@@rust.derive(…)`, read before it reaches a file.
//!
//! What cannot be read, or could not resolve from the generated module, becomes a finding that points into the schema:
//! the same mistake in generated code would send its author to a file that they did not write.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use relata_schema::diagnostic::Code;
use relata_schema::{Diagnostic, Span};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Path, PathArguments, Token, Type};

/// Types that need no path.
const BARE_TYPES: &[&str] = &[
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32",
    "u64", "u128", "usize",
];

/// Derives that need no path.
const BARE_DERIVES: &[&str] = &[
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Eq",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
];

/// Reads a Rust type and gives it back as it is printed in code.
pub(super) fn rust_type(text: &str, span: Span) -> Result<String, Box<Diagnostic>> {
    let refuse = |why: String| {
        let message = format!("`{}` cannot be a field's type: {why}", short(text));
        let finding = Diagnostic::error(Code::RustFragment, span, message);
        Box::new(finding.help("write the full path of an owned type, such as `crate::Money`"))
    };
    let ty: Type = syn::parse_str(text).map_err(|error| refuse(why(&error)))?;
    is_owned(&ty).map_err(refuse)?;
    if let Some(lifetime) = foreign_lifetime(quote!(#ty)) {
        return Err(refuse(format!(
            "the lifetime `'{lifetime}` is not declared"
        )));
    }
    Ok(print(&ty))
}

/// Reads one or more derive macros.
pub(super) fn derives(text: &str, span: Span) -> Result<Vec<String>, Box<Diagnostic>> {
    let refuse = |why: String| {
        let message = format!("`{}` cannot be derived: {why}", short(text));
        let finding = Diagnostic::error(Code::RustFragment, span, message);
        Box::new(finding.help("write the full path of a derive macro, such as `ts_rs::TS`"))
    };
    let paths = Punctuated::<Path, Token![,]>::parse_terminated
        .parse_str(text)
        .map_err(|error| refuse(why(&error)))?;
    if paths.is_empty() {
        return Err(refuse("no path stands here".to_owned()));
    }
    paths
        .iter()
        .map(|path| {
            if path
                .segments
                .iter()
                .any(|segment| !matches!(segment.arguments, PathArguments::None))
            {
                return Err(refuse("a derive macro takes no arguments".to_owned()));
            }
            match (path.get_ident(), standard(path)) {
                (_, Some(name)) => Ok(name),
                (Some(_), None) => Err(refuse(
                    "only derives of the standard library need no path".to_owned(),
                )),
                (None, None) => Ok(quote!(#path).to_string().replace(' ', "")),
            }
        })
        .collect()
}

/// The bare name of a derive of the standard library, which may be written `std::cmp::Ord` or `Ord`.
fn standard(path: &Path) -> Option<String> {
    let (first, last) = (path.segments.first()?, path.segments.last()?);
    let is_known = BARE_DERIVES.iter().any(|known| last.ident == known);
    let is_there = path.segments.len() == 1 || first.ident == "std" || first.ident == "core";
    (is_known && is_there).then(|| last.ident.to_string())
}

fn is_owned(ty: &Type) -> Result<(), String> {
    match ty {
        Type::Path(path) => match path.path.get_ident() {
            Some(name) if path.qself.is_none() && !BARE_TYPES.iter().any(|known| name == known) => {
                Err("only primitive types need no path".to_owned())
            }
            _ => Ok(()),
        },
        Type::Array(array) => is_owned(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().try_for_each(is_owned),
        _ => Err("it is not an owned type with a name".to_owned()),
    }
}

/// A lifetime other than `'static`, anywhere in the type.
fn foreign_lifetime(tokens: TokenStream) -> Option<String> {
    let mut quote_before = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                if let Some(found) = foreign_lifetime(group.stream()) {
                    return Some(found);
                }
                quote_before = false;
            }
            TokenTree::Ident(name) if quote_before && name != "static" => {
                return Some(name.to_string());
            }
            TokenTree::Punct(punct) => quote_before = punct.as_char() == '\'',
            _ => quote_before = false,
        }
    }
    None
}

fn print(ty: &Type) -> String {
    let text = prettyplease::unparse(&syn::parse_quote!(type T = #ty;));
    text.trim()
        .trim_start_matches("type T =")
        .trim_end_matches(';')
        .trim()
        .to_owned()
}

/// What syn says, without the long list of everything that it would have taken.
fn why(error: &syn::Error) -> String {
    let text = error.to_string();
    match text.split_once(", expected one of") {
        _ if text.contains("token stream") => "its brackets or quotes do not match".to_owned(),
        Some((first, _)) => first.to_owned(),
        None => text,
    }
}

/// Keeps a message on one line of bearable length.
fn short(text: &str) -> String {
    let mut line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(60)
        .collect();
    if line.len() < text.len() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use relata_schema::{FileId, Span};

    use super::{derives, rust_type};

    const HERE: Span = Span {
        file: FileId(0),
        start: 0,
        end: 0,
    };

    #[test]
    fn owned_types_are_printed_as_code() {
        for (text, expected) in [
            ("crate::Money", "crate::Money"),
            (
                "::std::borrow::Cow< 'static , str >",
                "::std::borrow::Cow<'static, str>",
            ),
            ("u8", "u8"),
            ("[u8;16]", "[u8; 16]"),
            ("(crate::A,crate::B)", "(crate::A, crate::B)"),
        ] {
            assert_eq!(rust_type(text, HERE).unwrap(), expected);
        }
    }

    #[test]
    fn what_would_break_the_build_is_refused() {
        for text in [
            "",
            "Money",
            "&'a str",
            "a::B<'a>",
            "impl Copy",
            "a::B; struct X",
            "_",
            "dyn a::B",
            "a::B) x",
            "fn()",
            "x!()",
        ] {
            assert!(rust_type(text, HERE).is_err(), "{text}");
        }
        for text in [
            "",
            "Serialize",
            "a::B<u8>",
            "a::B)] struct X; #[derive(C",
            "1",
            "a b",
        ] {
            assert!(derives(text, HERE).is_err(), "{text}");
        }
    }

    #[test]
    fn derives_are_paths() {
        assert_eq!(
            derives("ts_rs::TS, ::std::cmp::Ord", HERE).unwrap(),
            ["ts_rs::TS", "Ord"]
        );
    }
}
