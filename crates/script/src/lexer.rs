use std::ops::Range;

use crate::Dialect;

/// What a stretch of a script is, as far as splitting and classifying need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// White space, and a byte order mark at the very start.
    Space,
    /// A comment that no server executes.
    Comment,
    /// A keyword, an unquoted name or a number.
    Word,
    /// A quoted name, a string, or a version comment of MySQL, whose content a server executes.
    Quoted,
    /// The delimiter between statements: `;`, or what `DELIMITER` set.
    Delimiter,
    /// Any other single character.
    Symbol,
}

/// One stretch of a script.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) range: Range<usize>,
}

/// Cuts a script into tokens that cover it without gaps.
///
/// The rules are those of `psqlscan.l` (psql), `add_line` (mysql client) and `sqlite3GetToken` (SQLite). Every step moves
/// forward and looks at each byte a bounded number of times, so a script is read in linear time; a construct that is not
/// closed runs to the end.
pub(crate) struct Lexer<'s> {
    dialect: Dialect,
    text: &'s str,
    at: usize,
    /// MySQL only; the client's `DELIMITER` command changes it.
    pub(crate) delimiter: &'s str,
}

impl<'s> Lexer<'s> {
    pub(crate) fn new(dialect: Dialect, text: &'s str) -> Self {
        Self {
            dialect,
            text,
            at: 0,
            delimiter: ";",
        }
    }

    /// Skips to a later position, which must be a character boundary.
    pub(crate) fn skip_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Tokens that mean something to a server.
    pub(crate) fn significant(self) -> impl Iterator<Item = Token> {
        self.filter(|token| !matches!(token.kind, Kind::Space | Kind::Comment))
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    fn rest(&self, at: usize) -> &'s [u8] {
        self.text.as_bytes().get(at..).unwrap_or_default()
    }

    fn len(&self) -> usize {
        self.text.len()
    }

    /// The end of the line comment that starts before `at`; the line break stays outside.
    fn line_end(&self, at: usize) -> usize {
        self.rest(at)
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(self.len(), |offset| at + offset)
    }

    /// The end of a block comment whose opening mark ends at `at`.
    fn block_end(&self, mut at: usize) -> usize {
        let mut depth = 1_usize;
        while at < self.len() {
            match (self.byte(at), self.byte(at + 1)) {
                (b'*', b'/') => {
                    at += 2;
                    depth -= 1;
                    if depth == 0 {
                        return at;
                    }
                }
                (b'/', b'*') if self.dialect == Dialect::Postgres => {
                    at += 2;
                    depth += 1;
                }
                _ => at += 1,
            }
        }
        self.len()
    }

    /// The end of a quoted stretch whose opening quote ends at `at`. A doubled quote needs no rule of its own: it closes one
    /// stretch and opens the next.
    fn quote_end(&self, mut at: usize, quote: u8, backslash: bool) -> usize {
        while at < self.len() {
            let byte = self.byte(at);
            if byte == quote {
                return at + 1;
            }
            at += if backslash && byte == b'\\' { 2 } else { 1 };
        }
        self.len()
    }

    /// The end of a dollar quote that opens at `at`, or none where the `$` opens nothing.
    fn dollar_end(&self, at: usize) -> Option<usize> {
        let tag_len = self
            .rest(at + 1)
            .iter()
            .position(|byte| *byte == b'$' || !is_word_byte(*byte))?;
        if self.byte(at + 1 + tag_len) != b'$' || self.byte(at + 1).is_ascii_digit() {
            return None;
        }
        let body = at + tag_len + 2;
        let tag = &self.text[at..body];
        Some(
            self.text[body..]
                .find(tag)
                .map_or(self.len(), |offset| body + offset + tag.len()),
        )
    }

    fn word_end(&self, mut at: usize) -> usize {
        let start = at;
        // The mysql client looks for its delimiter before anything else, so `END$$` and `END//` end a statement; only a
        // delimiter made of letters has to stand on its own, or `GO` would cut words in two.
        let cuts = self.dialect == Dialect::Mysql && !self.delimiter.bytes().any(is_word_start);
        while at < self.len() {
            let byte = self.byte(at);
            let inside = is_word_byte(byte) || (byte == b'$' && self.dialect != Dialect::Sqlite);
            if !inside
                || (cuts && at > start && self.rest(at).starts_with(self.delimiter.as_bytes()))
            {
                break;
            }
            at += 1;
        }
        at
    }

    fn measure(&self, at: usize) -> (Kind, usize) {
        let rest = self.rest(at);
        let mysql = self.dialect == Dialect::Mysql;
        if rest.starts_with(self.delimiter.as_bytes()) {
            return (Kind::Delimiter, at + self.delimiter.len());
        }
        if at == 0 && self.text.starts_with('\u{feff}') {
            return (Kind::Space, '\u{feff}'.len_utf8());
        }
        match self.byte(at) {
            byte if is_space(byte) => {
                let len = rest
                    .iter()
                    .position(|byte| !is_space(*byte))
                    .unwrap_or(rest.len());
                (Kind::Space, at + len)
            }
            b'-' if rest.starts_with(b"--")
                && (!mysql || rest.get(2).is_none_or(|byte| *byte <= b' ')) =>
            {
                (Kind::Comment, self.line_end(at + 2))
            }
            b'#' if mysql => (Kind::Comment, self.line_end(at + 1)),
            b'/' if rest.starts_with(b"/*") => {
                let executed = mysql && (rest.starts_with(b"/*!") || rest.starts_with(b"/*M!"));
                let kind = if executed {
                    Kind::Quoted
                } else {
                    Kind::Comment
                };
                (kind, self.block_end(at + 2))
            }
            b'\'' => (Kind::Quoted, self.quote_end(at + 1, b'\'', mysql)),
            b'"' => (Kind::Quoted, self.quote_end(at + 1, b'"', mysql)),
            b'`' if self.dialect != Dialect::Postgres => {
                (Kind::Quoted, self.quote_end(at + 1, b'`', false))
            }
            b'[' if self.dialect == Dialect::Sqlite => {
                (Kind::Quoted, self.quote_end(at + 1, b']', false))
            }
            b'$' if self.dialect == Dialect::Postgres => match self.dollar_end(at) {
                Some(end) => (Kind::Quoted, end),
                None => (Kind::Symbol, at + 1),
            },
            b'e' | b'E' if self.dialect == Dialect::Postgres && self.byte(at + 1) == b'\'' => {
                (Kind::Quoted, self.quote_end(at + 2, b'\'', true))
            }
            byte if is_word_byte(byte) => (Kind::Word, self.word_end(at)),
            _ => (Kind::Symbol, at + 1),
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        if self.at >= self.len() {
            return None;
        }
        let start = self.at;
        let (kind, end) = self.measure(start);
        // A backslash before a character of several bytes may point into it; what follows is still inside the string.
        self.at = end.min(self.len());
        Some(Token {
            kind,
            range: start..self.at,
        })
    }
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_word_byte(byte: u8) -> bool {
    is_word_start(byte) || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(dialect: Dialect, text: &str) -> Vec<&str> {
        Lexer::new(dialect, text)
            .filter(|token| token.kind == Kind::Quoted)
            .map(|token| &text[token.range])
            .collect()
    }

    #[test]
    fn strings_end_where_the_server_ends_them() {
        use Dialect::{Mysql, Postgres, Sqlite};
        assert_eq!(
            quoted(Postgres, r"'a\' E'b\'c' 'd'"),
            [r"'a\'", r"E'b\'c'", "'d'"]
        );
        assert_eq!(
            quoted(Mysql, r#"'a\'b' "c\"d" `e\`"#),
            [r"'a\'b'", r#""c\"d""#, r"`e\`"]
        );
        assert_eq!(quoted(Sqlite, r"'a\' [b;c] `d`"), [r"'a\'", "[b;c]", "`d`"]);
        assert_eq!(
            quoted(Postgres, "$$a;$b$;$$ $x$;$$;$x$ $1 a$b$c"),
            ["$$a;$b$;$$", "$x$;$$;$x$"]
        );
        assert_eq!(
            quoted(Mysql, "/*!40101 SET a */ /* b */ /*+ hint */"),
            ["/*!40101 SET a */"]
        );
    }

    #[test]
    fn tokens_cover_the_text() {
        let text = "\u{feff}SELECT 'é\\é', \"x /* /* */ -- ü\n$$";
        for dialect in Dialect::ALL {
            let joined: String = Lexer::new(dialect, text)
                .map(|token| &text[token.range])
                .collect();
            assert_eq!(joined, text);
        }
    }
}
