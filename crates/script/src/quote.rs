use std::fmt::Write as _;

use crate::Dialect;

/// Stands for NUL, which no database name and no PostgreSQL or SQLite text can hold.
const REPLACEMENT: char = '\u{fffd}';

impl Dialect {
    /// A name as a quoted identifier.
    ///
    /// A NUL becomes U+FFFD: every server ends the statement at a NUL or refuses it, and a name that was cut short could be
    /// the name of something else.
    ///
    /// ```
    /// use relata_script::Dialect;
    /// assert_eq!(Dialect::Postgres.ident(r#"a"b"#), r#""a""b""#);
    /// assert_eq!(Dialect::Mysql.ident("a`b"), "`a``b`");
    /// ```
    pub fn ident(&self, name: &str) -> String {
        match self {
            Self::Postgres | Self::Sqlite => doubled(name, '"'),
            Self::Mysql => doubled(name, '`'),
        }
    }

    /// A text as a string literal.
    ///
    /// * PostgreSQL: quotes are doubled; backslashes and line breaks stand for themselves, as `standard_conforming_strings`
    ///   (on by default since 9.1) has it. NUL becomes U+FFFD, since no text type can hold it: ask [`crate::holds_text`] first.
    /// * MySQL: quotes and backslashes are doubled, which the default `sql_mode` needs. Under `NO_BACKSLASH_ESCAPES` the text
    ///   would keep two backslashes, but could still not end early. NUL is written `\0`.
    /// * SQLite: quotes are doubled. NUL becomes U+FFFD, since SQLite ends its input there.
    pub fn string(&self, text: &str) -> String {
        match self {
            Self::Postgres | Self::Sqlite => doubled(text, '\''),
            Self::Mysql => {
                let mut out = String::with_capacity(text.len() + 2);
                out.push('\'');
                for c in text.chars() {
                    match c {
                        '\'' => out.push_str("''"),
                        '\\' => out.push_str("\\\\"),
                        '\0' => out.push_str("\\0"),
                        c => out.push(c),
                    }
                }
                out.push('\'');
                out
            }
        }
    }

    /// Bytes as a literal: `'\x…'` for a PostgreSQL `bytea` (the form that Prisma writes; where no column gives the type,
    /// append `::bytea`), `X'…'` elsewhere.
    ///
    /// ```
    /// assert_eq!(relata_script::Dialect::Sqlite.bytes(b"hi"), "X'6869'");
    /// ```
    pub fn bytes(&self, bytes: &[u8]) -> String {
        let mut out = String::with_capacity(bytes.len() * 2 + 4);
        out.push_str(match self {
            Self::Postgres => "'\\x",
            Self::Mysql | Self::Sqlite => "X'",
        });
        for byte in bytes {
            let _ = write!(out, "{byte:02x}");
        }
        out.push('\'');
        out
    }
}

/// Whether a literal of this dialect can hold the text unchanged.
///
/// ```
/// use relata_script::{Dialect, holds_text};
/// assert!(!holds_text(Dialect::Postgres, "a\0b"));
/// ```
pub fn holds_text(dialect: Dialect, text: &str) -> bool {
    dialect == Dialect::Mysql || !text.contains('\0')
}

fn doubled(text: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    // Nearly every name is as it stands.
    if !text.contains([quote, '\0']) {
        out.push_str(text);
        out.push(quote);
        return out;
    }
    for c in text.chars() {
        if c == quote {
            out.push(quote);
        }
        out.push(if c == '\0' { REPLACEMENT } else { c });
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::Dialect::{Mysql, Postgres, Sqlite};
    use super::*;

    #[test]
    fn identifiers() {
        assert_eq!(
            Postgres.ident("x\"; DROP TABLE y; --"),
            "\"x\"\"; DROP TABLE y; --\""
        );
        assert_eq!(Sqlite.ident("a`b"), "\"a`b\"");
        assert_eq!(Mysql.ident("a\"b"), "`a\"b`");
        assert_eq!(Postgres.ident("a\0b"), "\"a\u{fffd}b\"");
        assert_eq!(Postgres.ident(""), "\"\"");
    }

    #[test]
    fn strings() {
        assert_eq!(Postgres.string("it's \\ \n"), "'it''s \\ \n'");
        assert_eq!(Sqlite.string("it's \\"), "'it''s \\'");
        assert_eq!(Mysql.string("it's \\' \0"), "'it''s \\\\'' \\0'");
        assert_eq!(Sqlite.string("a\0b"), "'a\u{fffd}b'");
    }

    #[test]
    fn a_literal_is_one_statement_everywhere() {
        for dialect in Dialect::ALL {
            for text in [
                "';", "\\';", "\\\\';", "$$;", "*/;", "\";", "`;", "--\n;", "\0;",
            ] {
                let script = format!("SELECT {}, {};", dialect.string(text), dialect.ident(text));
                assert_eq!(
                    crate::split(dialect, &script).len(),
                    1,
                    "{dialect}: {script}"
                );
            }
        }
    }

    #[test]
    fn bytes() {
        assert_eq!(Postgres.bytes(b"hi"), "'\\x6869'");
        assert_eq!(Mysql.bytes(&[0, 255]), "X'00ff'");
    }
}
