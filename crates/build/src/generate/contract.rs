//! What generated code carries of its schema and its history: `CONTRACT` and `MIGRATIONS`.
//!
//! Both stand in files of their own, so that `mod.rs` changes only with the names of the models. No model's module starts with `_`.

use std::fmt::Write as _;

use relata_schema::Schema;

use super::page::{BANNER, LINTS};
use crate::{Migrations, fingerprint};

/// The module of [`contract`].
pub(super) const CONTRACT: &str = "_contract";

/// The module of [`migrations`].
pub(super) const MIGRATIONS: &str = "_migrations";

/// Writes the file that names the schema's state, and the migrations that lead there, if they are embedded.
pub(super) fn contract(schema: &Schema, migrations: Option<&Migrations>) -> String {
    let embedded = if migrations.is_some() {
        format!("::std::option::Option::Some(super::{MIGRATIONS}::MIGRATIONS)")
    } else {
        "::std::option::Option::None".to_owned()
    };
    format!(
        "{BANNER}\n{LINTS}\n\n\
         /// What this code was made of. A database is compared with it by [`check`](::relata::contract::Contract::check).\n\
         pub const CONTRACT: ::relata::contract::Contract = ::relata::contract::Contract {{\n    \
         fingerprint: \"{}\",\n    \
         migrations: {embedded},\n}};\n",
        fingerprint::of(schema)
    )
}

/// Writes the file that holds the scripts.
pub(super) fn migrations(migrations: &Migrations) -> String {
    let lock = match &migrations.lock {
        Some(lock) => format!("::std::option::Option::Some({})", literal(lock)),
        None => "::std::option::Option::None".to_owned(),
    };
    let mut text = format!(
        "{BANNER}\n{LINTS}\n\n\
         /// The migrations folder as it was when this code was made. [`deploy`](::relata::migration::Embedded::deploy) applies it.\n\
         pub const MIGRATIONS: ::relata::migration::Embedded = ::relata::migration::Embedded {{\n    \
         lock: {lock},\n    scripts: &["
    );
    for (name, script) in &migrations.scripts {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n        (\n            {},\n            {},\n        ),",
            literal(name),
            literal(script)
        );
    }
    text.push_str(if migrations.scripts.is_empty() {
        "],\n};\n"
    } else {
        "\n    ],\n};\n"
    });
    text
}

/// A text as a Rust literal that means exactly it.
///
/// Plain text stands as it is, so that a reviewer reads SQL. What an editor, a checkout or rustc itself could change (carriage returns,
/// spaces at the end of a line, characters that hide or reorder others) is written with escapes.
fn literal(text: &str) -> String {
    let is_plain = |c: char| matches!(c, '\n' | ' '..='~') || c.is_alphanumeric();
    let is_kept = text.chars().all(is_plain) && text.lines().all(|line| line == line.trim_end());
    if !is_kept || !text.contains(['\n', '"', '\\']) {
        return format!("\"{}\"", text.escape_default());
    }
    let mut hashes = String::from("#");
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn texts_mean_what_they_are() {
        for text in [
            "",
            "plain",
            "CREATE TABLE \"a\" (\n  x INT\n);\n",
            "'\"#' \"## \n",
            "a\r\nb",
            "trailing \n",
            "\u{202e}x\n",
            "größe\n\"",
            "tab\there\n",
            "\\ \n",
            "🦀\n\0",
        ] {
            let written = literal(text);
            let read: syn::LitStr = syn::parse_str(&written).unwrap();
            assert_eq!(read.value(), text, "{written}");
            assert!(!written.contains(['\r', '\t', '\u{202e}']), "{written}");
        }
        assert_eq!(literal("a\nb"), "r#\"a\nb\"#");
    }
}
