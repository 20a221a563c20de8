use std::ops::Range;

use crate::Dialect;
use crate::body::Body;
use crate::lexer::{Kind, Lexer};

/// One statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<'s> {
    script: &'s str,
    /// The SQL itself: from its first word to its last, without the delimiter.
    pub range: Range<usize>,
    /// The comments before it, from the first one up to the SQL; empty at the start of `range` where there are none.
    pub lead: Range<usize>,
}

impl<'s> Statement<'s> {
    /// The SQL, without the comments before it and without its delimiter.
    pub fn text(&self) -> &'s str {
        &self.script[self.range.clone()]
    }

    /// The comments before the SQL, as written.
    pub fn comments(&self) -> &'s str {
        self.script[self.lead.clone()].trim_end()
    }

    /// The line of the script, counted from one, on which the SQL starts. Counts the lines anew at each call.
    pub fn line(&self) -> usize {
        self.line_at(0)
    }

    /// The line of the script, counted from one, of a byte of the SQL, for servers that report a position.
    pub fn line_at(&self, offset: usize) -> usize {
        let end = (self.range.start + offset).min(self.range.end);
        self.script.as_bytes()[..end]
            .split(|byte| *byte == b'\n')
            .count()
    }
}

/// Splits a script into its statements, as psql, the mysql client and the sqlite3 shell would.
///
/// Comments, `DELIMITER` lines and empty statements are not statements. Nothing is an error here: a string or a body that is
/// not closed runs to the end of the script, and the server says what it thinks of it. Backslash commands of psql and the
/// mysql client are not known, as no server knows them.
///
/// ```
/// use relata_script::{Dialect, split};
/// let script = "-- AddColumn\nALTER TABLE a ADD b TEXT DEFAULT ';';\n\nSELECT 1";
/// let statements = split(Dialect::Sqlite, script);
/// assert_eq!(statements[0].text(), "ALTER TABLE a ADD b TEXT DEFAULT ';'");
/// assert_eq!(statements[0].comments(), "-- AddColumn");
/// assert_eq!(statements[1].line(), 4);
/// ```
pub fn split(dialect: Dialect, script: &str) -> Vec<Statement<'_>> {
    let mut splitter = Splitter {
        script,
        found: Vec::new(),
        lead: None,
        open: None,
        body: Body::new(dialect),
    };
    let mut lexer = Lexer::new(dialect, script);
    while let Some(token) = lexer.next() {
        match token.kind {
            Kind::Space => {}
            Kind::Comment => {
                if splitter.open.is_none() {
                    splitter.lead.get_or_insert(token.range.start);
                }
            }
            Kind::Delimiter if lexer.delimiter == ";" => {
                if splitter.body.ends() {
                    splitter.finish(dialect);
                } else {
                    splitter.extend(&token.range);
                }
            }
            Kind::Delimiter => splitter.finish(dialect),
            Kind::Word if dialect == Dialect::Mysql && splitter.open.is_none() => {
                match delimiter_command(script, &token.range) {
                    Some((delimiter, end)) => {
                        if !delimiter.is_empty() {
                            lexer.delimiter = delimiter;
                        }
                        splitter.lead = None;
                        lexer.skip_to(end);
                    }
                    None => splitter.token(token.kind, token.range),
                }
            }
            kind => splitter.token(kind, token.range),
        }
    }
    splitter.finish(dialect);
    splitter.found
}

struct Splitter<'s> {
    script: &'s str,
    found: Vec<Statement<'s>>,
    /// Where the comments before the next statement start.
    lead: Option<usize>,
    open: Option<Range<usize>>,
    body: Body,
}

impl Splitter<'_> {
    fn token(&mut self, kind: Kind, range: Range<usize>) {
        self.body.token(kind, &self.script[range.clone()]);
        self.extend(&range);
    }

    fn extend(&mut self, range: &Range<usize>) {
        self.open.get_or_insert(range.clone()).end = range.end;
    }

    fn finish(&mut self, dialect: Dialect) {
        if let Some(range) = self.open.take() {
            let lead = self.lead.take().unwrap_or(range.start)..range.start;
            self.found.push(Statement {
                script: self.script,
                range,
                lead,
            });
        }
        self.lead = None;
        self.body = Body::new(dialect);
    }
}

/// `DELIMITER x`, a command of the mysql client: the new delimiter, and the end of its line.
fn delimiter_command<'s>(script: &'s str, word: &Range<usize>) -> Option<(&'s str, usize)> {
    if !script[word.clone()].eq_ignore_ascii_case("delimiter") {
        return None;
    }
    let before = script[..word.start].trim_end_matches([' ', '\t']);
    let alone = before.is_empty() || before.ends_with(['\n', '\u{feff}']);
    if !alone || !script[word.end..].starts_with([' ', '\t']) {
        return None;
    }
    let line = script[word.end..].split('\n').next().unwrap_or_default();
    let argument = line.trim_start();
    let argument = match argument.chars().next() {
        Some(quote @ ('"' | '\'' | '`')) => argument[1..].split(quote).next(),
        _ => argument.split_whitespace().next(),
    };
    Some((argument.unwrap_or_default(), word.end + line.len()))
}

#[cfg(test)]
mod tests;
