//! What only the stored statement tells of a table or index: checks, generated columns, collations, what happens in a conflict,
//! when a key is checked. No pragma does.
//!
//! The statement is one that SQLite took, so that it is only looked for words, outside of quotes, strings and comments
//! (manual, "CREATE TABLE", "CREATE INDEX").

use std::ops::Range;

use relata_script::{Dialect, Word, words};
use relata_sql::catalog::Deferrable;

/// What a `CREATE TABLE` says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TableSql {
    pub(super) columns: Vec<ColumnSql>,
    pub(super) checks: Vec<(Option<String>, String)>,
    pub(super) primary_key: Option<KeySql>,
    pub(super) uniques: Vec<KeySql>,
    /// In the order in which they are written.
    pub(super) foreign_keys: Vec<ForeignKeySql>,
    pub(super) has_autoincrement: bool,
    pub(super) is_strict: bool,
    pub(super) is_without_rowid: bool,
}

/// What a column says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ColumnSql {
    pub(super) name: String,
    pub(super) collation: Option<String>,
    pub(super) generated: Option<(String, bool)>,
    /// What happens to a row that breaks `NOT NULL`.
    pub(super) on_conflict: Option<String>,
}

/// What a primary key or unique says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct KeySql {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<String>,
    pub(super) on_conflict: Option<String>,
}

/// What a foreign key says that the pragma does not tell.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ForeignKeySql {
    pub(super) name: Option<String>,
    pub(super) deferrable: Deferrable,
}

/// What a `CREATE INDEX` says: each element without its order, and the condition.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct IndexSql {
    pub(super) elements: Vec<String>,
    pub(super) predicate: Option<String>,
}

/// Words with their places, of which a reader takes one after the other.
struct Reader<'s> {
    sql: &'s str,
    words: Vec<(Word<'s>, Range<usize>)>,
    at: usize,
}

impl<'s> Reader<'s> {
    fn new(sql: &'s str) -> Self {
        Self {
            sql,
            words: words(Dialect::Sqlite, sql),
            at: 0,
        }
    }

    fn peek(&self) -> Option<&Word<'s>> {
        self.words.get(self.at).map(|(word, _)| word)
    }

    fn is(&self, keyword: &str) -> bool {
        self.peek().is_some_and(|word| word.is(keyword))
    }

    fn is_symbol(&self, symbol: &str) -> bool {
        self.peek().is_some_and(|word| word.is_symbol(symbol))
    }

    fn take(&mut self, keyword: &str) -> bool {
        let found = self.is(keyword);
        self.at += usize::from(found);
        found
    }

    /// The next word as a name; SQLite takes a string for one, too.
    fn name(&mut self) -> Option<String> {
        let name = match self.peek()? {
            Word::Text(text) => text
                .strip_prefix('\'')?
                .strip_suffix('\'')?
                .replace("''", "'"),
            word => word.name(Dialect::Sqlite)?,
        };
        self.at += 1;
        Some(name)
    }

    /// The words of a group in brackets that opens here, by their places; goes on behind it.
    fn group(&mut self) -> Range<usize> {
        if !self.is_symbol("(") {
            return self.at..self.at;
        }
        let first = self.at + 1;
        let mut depth = 0_usize;
        while let Some(word) = self.peek() {
            if word.is_symbol("(") {
                depth += 1;
            } else if word.is_symbol(")") {
                depth -= 1;
            }
            self.at += 1;
            if depth == 0 {
                return first..self.at - 1;
            }
        }
        first..self.at
    }

    /// The text from the first of these words to the last.
    fn text(&self, words: &Range<usize>) -> String {
        let words = self.words.get(words.clone()).unwrap_or_default();
        match (words.first(), words.last()) {
            (Some((_, first)), Some((_, last))) => self
                .sql
                .get(first.start..last.end)
                .unwrap_or_default()
                .to_owned(),
            _ => String::new(),
        }
    }

    /// Cuts words at the commas that stand in no brackets.
    fn divided(&self, words: &Range<usize>) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let (mut depth, mut first) = (0_usize, words.start);
        for at in words.clone() {
            match &self.words[at].0 {
                Word::Symbol("(") => depth += 1,
                Word::Symbol(")") => depth = depth.saturating_sub(1),
                Word::Symbol(",") if depth == 0 => {
                    parts.push(first..at);
                    first = at + 1;
                }
                _ => {}
            }
        }
        if first < words.end {
            parts.push(first..words.end);
        }
        parts
    }

    /// The names that begin the parts of a list.
    fn names(&mut self, list: &Range<usize>) -> Vec<String> {
        let back = self.at;
        let mut names = Vec::new();
        for part in self.divided(list) {
            self.at = part.start;
            names.extend(self.name());
        }
        self.at = back;
        names
    }

    fn on_conflict(&mut self) -> Option<String> {
        let next = self.words.get(self.at + 1);
        if self.is("on") && next.is_some_and(|(word, _)| word.is("conflict")) {
            self.at += 2;
            return self.name().map(|word| word.to_ascii_lowercase());
        }
        None
    }

    fn foreign_key(&mut self, name: Option<String>) -> ForeignKeySql {
        let mut key = ForeignKeySql {
            name,
            ..ForeignKeySql::default()
        };
        self.name();
        if self.is_symbol(".") {
            self.at += 1;
            self.name();
        }
        self.group();
        loop {
            if self.take("on") {
                // `DELETE` or `UPDATE`, and one word or two.
                self.at += 1;
                let _ = self.take("set") || self.take("no");
                self.at += 1;
            } else if self.take("match") {
                self.at += 1;
            } else if self.is("not")
                && self
                    .words
                    .get(self.at + 1)
                    .is_some_and(|(word, _)| word.is("deferrable"))
            {
                self.at += 2;
                if self.take("initially") {
                    self.at += 1;
                }
            } else if self.take("deferrable") {
                key.deferrable = Deferrable::InitiallyImmediate;
                if self.take("initially") {
                    if self.is("deferred") {
                        key.deferrable = Deferrable::InitiallyDeferred;
                    }
                    self.at += 1;
                }
            } else {
                return key;
            }
        }
    }
}

/// Reads a `CREATE TABLE`.
pub(super) fn table(sql: &str) -> TableSql {
    let mut reader = Reader::new(sql);
    let mut table = TableSql::default();
    while reader.peek().is_some() && !reader.is_symbol("(") {
        reader.at += 1;
    }
    let body = reader.group();
    while let Some(word) = reader.peek() {
        table.is_strict |= word.is("strict");
        table.is_without_rowid |= word.is("rowid");
        reader.at += 1;
    }
    for part in reader.divided(&body) {
        definition(sql, &reader, part, &mut table);
    }
    table
}

const TABLE_CONSTRAINTS: [&str; 5] = ["constraint", "primary", "unique", "check", "foreign"];

/// Reads one column, or constraints of the table: between these SQLite asks for no comma.
fn definition(sql: &str, whole: &Reader<'_>, part: Range<usize>, table: &mut TableSql) {
    let mut reader = Reader {
        sql,
        words: whole.words[part].to_vec(),
        at: 0,
    };
    let is_column = !TABLE_CONSTRAINTS.iter().any(|word| reader.is(word));
    let mut column = ColumnSql::default();
    if is_column {
        column.name = reader.name().unwrap_or_default();
    }
    let mut name: Option<String> = None;
    while reader.peek().is_some() {
        if reader.take("constraint") {
            name = reader.name();
            continue;
        }
        let name = name.take();
        if reader.take("primary") {
            reader.at += 1;
            let list = reader.group();
            let mut columns = reader.names(&list);
            if columns.is_empty() {
                columns.push(column.name.clone());
            }
            let _ = reader.take("asc") || reader.take("desc");
            let on_conflict = reader.on_conflict();
            // In a table's own constraint it stands within the brackets.
            let within = reader.words.get(list).unwrap_or_default();
            let within = within.iter().any(|(word, _)| word.is("autoincrement"));
            table.has_autoincrement |= reader.take("autoincrement") || within;
            table.primary_key = Some(KeySql {
                name,
                columns,
                on_conflict,
            });
        } else if reader.take("unique") {
            let list = reader.group();
            let mut columns = reader.names(&list);
            if columns.is_empty() {
                columns.push(column.name.clone());
            }
            let on_conflict = reader.on_conflict();
            table.uniques.push(KeySql {
                name,
                columns,
                on_conflict,
            });
        } else if reader.take("check") {
            let group = reader.group();
            // Taken and passed over by SQLite.
            reader.on_conflict();
            table.checks.push((name, reader.text(&group)));
        } else if reader.take("foreign") {
            reader.at += 1;
            reader.group();
            if reader.take("references") {
                let key = reader.foreign_key(name);
                table.foreign_keys.push(key);
            }
        } else if reader.take("references") {
            let key = reader.foreign_key(name);
            table.foreign_keys.push(key);
        } else if reader.take("default") {
            if reader.is_symbol("+") || reader.is_symbol("-") {
                reader.at += 1;
            }
            if reader.is_symbol("(") {
                reader.group();
            } else {
                reader.at += 1;
            }
        } else if reader.take("not") {
            reader.at += 1;
            column.on_conflict = reader.on_conflict();
        } else if reader.take("collate") {
            column.collation = reader.name();
        } else if reader.take("as") {
            let group = reader.group();
            let text = reader.text(&group);
            column.generated = Some((text, reader.take("stored")));
        } else if reader.is_symbol("(") {
            reader.group();
        } else {
            reader.at += 1;
        }
    }
    if is_column {
        table.columns.push(column);
    }
}

/// Reads a `CREATE INDEX`.
pub(super) fn index(sql: &str) -> IndexSql {
    let mut reader = Reader::new(sql);
    while reader.peek().is_some() && !reader.is_symbol("(") {
        reader.at += 1;
    }
    let list = reader.group();
    let elements = reader.divided(&list);
    let elements = elements.into_iter().map(|part| element(&reader, part));
    IndexSql {
        elements: elements.collect(),
        predicate: reader.take("where").then(|| {
            let rest = reader.at..reader.words.len();
            unwrapped(&reader.text(&rest)).to_owned()
        }),
    }
}

/// A statement without the comments after its last word, in which a semicolon would be lost.
pub(super) fn bare_end(sql: &str) -> &str {
    let words = words(Dialect::Sqlite, sql);
    words.last().map_or(sql, |(_, range)| &sql[..range.end])
}

/// An expression without the brackets around the whole of it.
pub(super) fn unwrapped(sql: &str) -> &str {
    let mut sql = sql.trim();
    loop {
        let mut reader = Reader::new(sql);
        let inner = reader.group();
        if inner.is_empty() || reader.peek().is_some() || !sql.ends_with(')') {
            return sql;
        }
        let first = reader.words[inner.start].1.start;
        let last = reader.words[inner.end - 1].1.end;
        let Some(text) = sql.get(first..last) else {
            return sql;
        };
        sql = text;
    }
}

/// An element without its order and its collation, which the pragma tells.
fn element(reader: &Reader<'_>, mut part: Range<usize>) -> String {
    let is = |at: usize, keyword: &str| reader.words[at].0.is(keyword);
    if part.len() > 1 && (is(part.end - 1, "asc") || is(part.end - 1, "desc")) {
        part.end -= 1;
    }
    if part.len() > 2 && is(part.end - 2, "collate") {
        part.end -= 2;
    }
    unwrapped(&reader.text(&part)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_whatever_its_spelling() {
        let sql = r#"CREATE TABLE "a (b" ( -- CHECK (no)
            id INTEGER CONSTRAINT pk PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT,
            'odd name' VARCHAR(10, 2) NOT NULL ON CONFLICT IGNORE COLLATE [NoCase] DEFAULT 'CHECK (x)' CHECK ("odd name" <> ')'),
            n INT DEFAULT -1 CONSTRAINT positive CHECK (n > (0)) UNIQUE ON CONFLICT FAIL REFERENCES t (x) ON DELETE SET NULL
                ON UPDATE NO ACTION MATCH FULL DEFERRABLE INITIALLY DEFERRED NOT NULL,
            d DEFAULT (strftime('%s', 'now')) /* COLLATE x */,
            g TEXT GENERATED ALWAYS AS (n || ')' || d) STORED,
            v AS (n + 1),
            CHECK (n < 10) CONSTRAINT two UNIQUE (n, d) ON CONFLICT ABORT
            CONSTRAINT fk FOREIGN KEY (n, d) REFERENCES t NOT DEFERRABLE,
            FOREIGN KEY (n) REFERENCES "t" (x) DEFERRABLE
        ) STRICT"#;
        let read = table(sql);
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            read.checks,
            [
                (None, "\"odd name\" <> ')'".to_owned()),
                (text("positive"), "n > (0)".to_owned()),
                (None, "n < 10".to_owned()),
            ]
        );
        let names: Vec<&str> = read.columns.iter().map(|it| &*it.name).collect();
        assert_eq!(names, ["id", "odd name", "n", "d", "g", "v"]);
        assert_eq!(read.columns[1].collation, text("NoCase"));
        assert_eq!(read.columns[1].on_conflict, text("ignore"));
        assert_eq!(read.columns[3].collation, None);
        assert_eq!(
            read.columns[4].generated,
            Some(("n || ')' || d".to_owned(), true))
        );
        assert_eq!(read.columns[5].generated, Some(("n + 1".to_owned(), false)));
        let key = read.primary_key.as_ref().expect("a key");
        assert_eq!(
            (&key.name, &key.on_conflict),
            (&text("pk"), &text("replace"))
        );
        assert!(read.has_autoincrement && read.is_strict && !read.is_without_rowid);
        assert_eq!(read.uniques[0].on_conflict, text("fail"));
        assert_eq!(read.uniques[1].columns, ["n", "d"]);
        let keys: Vec<(Option<&str>, Deferrable)> = read
            .foreign_keys
            .iter()
            .map(|key| (key.name.as_deref(), key.deferrable))
            .collect();
        assert_eq!(
            keys,
            [
                (None, Deferrable::InitiallyDeferred),
                (Some("fk"), Deferrable::No),
                (None, Deferrable::InitiallyImmediate),
            ]
        );
    }

    #[test]
    fn autoincrement_counts_only_as_a_word_of_sql() {
        assert!(table("CREATE TABLE t (id INTEGER PRIMARY KEY AutoIncrement)").has_autoincrement);
        assert!(
            table("CREATE TABLE t (id INTEGER, PRIMARY KEY (id AUTOINCREMENT))").has_autoincrement
        );
        for sql in [
            r#"CREATE TABLE t ("autoincrement" INTEGER)"#,
            "CREATE TABLE t (a TEXT DEFAULT 'autoincrement')",
            "CREATE TABLE t (a TEXT -- autoincrement\n)",
            "CREATE TABLE t (a TEXT /* autoincrement */, autoincrement_2 INT)",
        ] {
            assert!(!table(sql).has_autoincrement, "{sql}");
        }
    }

    #[test]
    fn an_index_is_read_element_by_element() {
        let read = index(
            "CREATE INDEX i ON \"where\" (lower(a, ',') COLLATE NOCASE DESC, b asc, a || 'x') WHERE a <> ')' -- so",
        );
        assert_eq!(read.elements, ["lower(a, ',')", "b", "a || 'x'"]);
        assert_eq!(read.predicate.as_deref(), Some("a <> ')'"));
        assert_eq!(index("CREATE INDEX i ON t (a)").predicate, None);
    }

    #[test]
    fn comments_at_the_end_go() {
        assert_eq!(bare_end("SELECT 1 -- one"), "SELECT 1");
        assert_eq!(bare_end("SELECT '--' /* two */ "), "SELECT '--'");
        assert_eq!(bare_end("-- nothing"), "-- nothing");
    }

    #[test]
    fn only_brackets_around_the_whole_go() {
        assert_eq!(unwrapped("(( a > 1 ))"), "a > 1");
        assert_eq!(unwrapped("(a) OR (b)"), "(a) OR (b)");
        assert_eq!(unwrapped("(')')"), "')'");
        assert_eq!(unwrapped("()"), "()");
        assert_eq!(unwrapped("(a"), "(a");
    }

    #[test]
    fn no_statement_is_too_odd() {
        for sql in [
            "",
            "(",
            "CREATE TABLE t (",
            "CREATE TABLE t (CHECK",
            "a ( foreign key (",
        ] {
            table(sql);
            index(sql);
        }
    }
}
