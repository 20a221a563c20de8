//! What can be a name in a schema.

pub use crate::validate::is_reserved;

/// Tells whether a field, enum value or block can bear the name; a block must not be [reserved](is_reserved) besides.
///
/// ```
/// use relata_schema::edit::name::is_identifier;
/// assert!(is_identifier("größe_2"));
/// assert!(!is_identifier("_id") && !is_identifier("2fa") && !is_identifier("a-b") && !is_identifier(""));
/// ```
pub fn is_identifier(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(char::is_alphabetic)
        && unicode_rest(letters.as_str())
        && !text.is_empty()
}

fn unicode_rest(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Makes a name of a text, as Prisma's `db pull` does: what stands before the first letter goes, and everything but letters,
/// digits and `_` becomes `_`. A text without a letter of ASCII stays if it is a name in another script; otherwise `None`.
///
/// ```
/// use relata_schema::edit::name::cleaned;
/// assert_eq!(cleaned("_user-name").as_deref(), Some("user_name"));
/// assert_eq!(cleaned("имя").as_deref(), Some("имя"));
/// assert_eq!(cleaned("123"), None);
/// ```
pub fn cleaned(text: &str) -> Option<String> {
    let letters = text.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    if letters.is_empty() {
        return is_identifier(text).then(|| text.to_owned());
    }
    let clean = |c: char| {
        if c.is_ascii_alphanumeric() || c == '_' {
            c
        } else {
            '_'
        }
    };
    Some(letters.chars().map(clean).collect())
}
