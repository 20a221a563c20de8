//! Names as Rust spells them: `snake_case`, `UpperCamelCase`, and what to do with keywords.
//!
//! Everything here gives ASCII identifiers, so that file names follow from module names on every file system.

/// Words that Rust keeps for itself in any edition, but which may be written raw.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Words that Rust keeps for itself even behind `r#`.
const UNESCAPABLE: &[&str] = &["crate", "self", "super", "Self"];

/// A name for a field or a module: `authorId` and `AuthorID` become `author_id`.
pub(super) fn snake(name: &str) -> String {
    let mut words = Vec::new();
    for part in parts(name) {
        let characters: Vec<char> = part.chars().collect();
        let mut word = String::new();
        for (i, &character) in characters.iter().enumerate() {
            let previous = i.checked_sub(1).map(|i| characters[i]);
            let next = characters.get(i + 1);
            // `userId` breaks before `I`, `HTTPServer` before `S`; digits stay with what they follow.
            let breaks = character.is_ascii_uppercase()
                && previous.is_some_and(|previous| {
                    !previous.is_ascii_uppercase() || next.is_some_and(char::is_ascii_lowercase)
                });
            if breaks {
                words.push(std::mem::take(&mut word));
            }
            word.push(character.to_ascii_lowercase());
        }
        words.push(word);
    }
    started("n", words.join("_"))
}

/// A name for a type or a variant: `user_role`, `USER_ROLE` and `userRole` become `UserRole`; `URLMap` stays.
pub(super) fn camel(name: &str) -> String {
    let mut text = String::new();
    for part in parts(name) {
        let shouted = !part.contains(|c: char| c.is_ascii_lowercase());
        let mut characters = part.chars();
        text.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        if shouted {
            text.extend(characters.map(|c| c.to_ascii_lowercase()));
        } else {
            text.push_str(characters.as_str());
        }
    }
    started("N", text)
}

/// The identifier as source text: raw if it is a keyword, with `_` after it if it cannot be raw.
pub(super) fn escape(identifier: &str) -> String {
    if UNESCAPABLE.contains(&identifier) {
        format!("{identifier}_")
    } else if KEYWORDS.contains(&identifier) {
        format!("r#{identifier}")
    } else {
        identifier.to_owned()
    }
}

/// An identifier cannot be empty or start with a digit.
fn started(letter: &str, text: String) -> String {
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        text
    } else {
        format!("{letter}{text}")
    }
}

/// The stretches of letters and digits. Other letters than ASCII's become their code, so that no name gets lost.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for character in name.chars() {
        if character.is_ascii_alphanumeric() {
            if let Some(part) = parts.last_mut() {
                part.push(character);
            }
        } else if character.is_ascii() {
            parts.push(String::new());
        } else {
            parts.push(format!("u{:x}", u32::from(character)));
            parts.push(String::new());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::{camel, escape, snake};

    #[test]
    fn names_are_split_where_a_reader_would() {
        for (name, expected) in [
            ("authorId", "author_id"),
            ("author_id", "author_id"),
            ("HTTPServer", "http_server"),
            ("userID", "user_id"),
            ("address1Line", "address1_line"),
            ("SHA256", "sha256"),
            ("_id", "id"),
            ("2fa", "n2fa"),
            ("___", "n"),
            ("a-b", "a_b"),
            ("größe", "gr_uf6_udf_e"),
        ] {
            assert_eq!(snake(name), expected, "{name}");
        }
        for (name, expected) in [
            ("user", "User"),
            ("UserRole", "UserRole"),
            ("user_role", "UserRole"),
            ("USER_ROLE", "UserRole"),
            ("ADMIN", "Admin"),
            ("URLMap", "URLMap"),
            ("2fa", "N2fa"),
            ("", "N"),
        ] {
            assert_eq!(camel(name), expected, "{name}");
        }
    }

    #[test]
    fn keywords_stay_usable() {
        assert_eq!(escape("type"), "r#type");
        assert_eq!(escape("self"), "self_");
        assert_eq!(escape("Self"), "Self_");
        assert_eq!(escape("union"), "union");
    }
}
