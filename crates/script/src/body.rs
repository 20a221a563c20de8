use crate::Dialect;
use crate::lexer::Kind;

/// Follows one statement and knows whether a `;` may end it: inside the body of a trigger or routine it may not.
///
/// Every dialect has its own rule, the one that its client uses:
/// * PostgreSQL (`psqlscan.l`): not inside parentheses (`CREATE RULE … DO (a; b)`), and in `CREATE FUNCTION | PROCEDURE` not
///   between `BEGIN ATOMIC` and its `END`.
/// * MySQL: the client leaves bodies to `DELIMITER`, the server (which is sent whole scripts) parses them. Both are met by
///   counting blocks in `CREATE TRIGGER | PROCEDURE | FUNCTION | EVENT`.
/// * SQLite (`sqlite3_complete`): `CREATE TRIGGER` ends at `;`, `END`, `;`.
pub(crate) struct Body {
    dialect: Dialect,
    shape: Shape,
    /// Significant tokens seen.
    seen: usize,
    /// Open blocks; signed, because `WHEN` takes back what its `THEN` adds.
    depth: i32,
    parens: u32,
    last: Last,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Undecided,
    Plain,
    Routine,
}

/// The token before, as far as it changes what a keyword means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Other,
    Begin,
    Not,
    End,
    /// A `;` inside a body.
    Semicolon,
    /// `END` directly after such a `;`.
    FinalEnd,
    /// `a.end` is a column.
    Dot,
}

impl Body {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            shape: Shape::Undecided,
            seen: 0,
            depth: 0,
            parens: 0,
            last: Last::Other,
        }
    }

    /// Takes the next significant token that is not a delimiter.
    pub(crate) fn token(&mut self, kind: Kind, text: &str) {
        let word = if kind == Kind::Word {
            Keyword::of(text)
        } else {
            Keyword::Other
        };
        if self.shape == Shape::Undecided {
            self.decide(word);
        }
        self.seen += 1;
        match text {
            "(" => self.parens += 1,
            ")" => self.parens = self.parens.saturating_sub(1),
            _ => {}
        }
        let routine = self.shape == Shape::Routine && self.last != Last::Dot;
        match self.dialect {
            Dialect::Postgres if routine => self.postgres(word),
            Dialect::Mysql if routine => self.mysql(word),
            _ => {}
        }
        self.last = match (text, word) {
            (".", _) => Last::Dot,
            (_, Keyword::Begin) => Last::Begin,
            (_, Keyword::Not) if self.last == Last::Begin => Last::Not,
            (_, Keyword::End) if self.last == Last::Semicolon => Last::FinalEnd,
            (_, Keyword::End) => Last::End,
            _ => Last::Other,
        };
    }

    /// Takes a `;` and says whether it ends the statement.
    pub(crate) fn ends(&mut self) -> bool {
        let ends = match (self.dialect, self.shape) {
            (Dialect::Postgres, _) => self.parens == 0 && self.depth <= 0,
            (Dialect::Mysql, Shape::Routine) => self.depth <= 0,
            (Dialect::Sqlite, Shape::Routine) => self.last == Last::FinalEnd,
            _ => true,
        };
        self.last = Last::Semicolon;
        ends
    }

    /// Whether this is a routine or trigger at all.
    fn decide(&mut self, word: Keyword) {
        self.shape = match self.dialect {
            Dialect::Postgres => self.decide_postgres(word),
            Dialect::Mysql => self.decide_mysql(word),
            Dialect::Sqlite => self.decide_sqlite(word),
        };
    }

    fn decide_postgres(&self, word: Keyword) -> Shape {
        match (self.seen, word) {
            (0, Keyword::Create) | (1 | 2, Keyword::OrReplace) => Shape::Undecided,
            (1..=3, Keyword::Function | Keyword::Procedure) => Shape::Routine,
            _ => Shape::Plain,
        }
    }

    fn decide_mysql(&mut self, word: Keyword) -> Shape {
        match (self.seen, word) {
            (0, Keyword::Create | Keyword::Begin) => Shape::Undecided,
            // `BEGIN NOT ATOMIC` is MariaDB's block outside a routine.
            (1, Keyword::Not) if self.last == Last::Begin => {
                self.depth = 1;
                Shape::Routine
            }
            (0, _) | (_, Keyword::OtherObject) => Shape::Plain,
            _ if self.last == Last::Begin => Shape::Plain,
            (_, Keyword::Trigger | Keyword::Function | Keyword::Procedure | Keyword::Event) => {
                Shape::Routine
            }
            // DEFINER = `user`@`host`, SQL SECURITY, AGGREGATE, OR REPLACE stand before the kind.
            _ => Shape::Undecided,
        }
    }

    fn decide_sqlite(&self, word: Keyword) -> Shape {
        match word {
            Keyword::Explain
            | Keyword::Query
            | Keyword::Plan
            | Keyword::Create
            | Keyword::Temporary => Shape::Undecided,
            Keyword::Trigger if self.seen > 0 => Shape::Routine,
            _ => Shape::Plain,
        }
    }

    fn postgres(&mut self, word: Keyword) {
        match word {
            Keyword::Atomic if self.last == Last::Begin => self.depth += 1,
            Keyword::Case if self.depth > 0 => self.depth += 1,
            Keyword::End if self.depth > 0 => self.depth -= 1,
            _ => {}
        }
    }

    /// `BEGIN`, `CASE` and `IF … THEN` open; every `END` closes, except `END LOOP | WHILE | REPEAT`, which belong to words
    /// that need no counting because they stand inside a block.
    fn mysql(&mut self, word: Keyword) {
        match word {
            Keyword::Loop if matches!(self.last, Last::End | Last::FinalEnd) => self.depth += 1,
            Keyword::Case if matches!(self.last, Last::End | Last::FinalEnd) => {}
            Keyword::Begin | Keyword::Case | Keyword::Then => self.depth += 1,
            Keyword::When | Keyword::ElseIf | Keyword::End => self.depth -= 1,
            _ => {}
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keyword {
    Other,
    Create,
    OrReplace,
    Temporary,
    Explain,
    Query,
    Plan,
    Trigger,
    Function,
    Procedure,
    Event,
    OtherObject,
    Begin,
    Atomic,
    Not,
    Case,
    When,
    Then,
    ElseIf,
    End,
    Loop,
}

impl Keyword {
    fn of(word: &str) -> Self {
        const WORDS: &[(&str, Keyword)] = &[
            ("CREATE", Keyword::Create),
            ("OR", Keyword::OrReplace),
            ("REPLACE", Keyword::OrReplace),
            ("TEMP", Keyword::Temporary),
            ("TEMPORARY", Keyword::Temporary),
            ("EXPLAIN", Keyword::Explain),
            ("QUERY", Keyword::Query),
            ("PLAN", Keyword::Plan),
            ("TRIGGER", Keyword::Trigger),
            ("FUNCTION", Keyword::Function),
            ("PROCEDURE", Keyword::Procedure),
            ("EVENT", Keyword::Event),
            ("TABLE", Keyword::OtherObject),
            ("VIEW", Keyword::OtherObject),
            ("INDEX", Keyword::OtherObject),
            ("DATABASE", Keyword::OtherObject),
            ("SCHEMA", Keyword::OtherObject),
            ("USER", Keyword::OtherObject),
            ("ROLE", Keyword::OtherObject),
            ("SERVER", Keyword::OtherObject),
            ("SEQUENCE", Keyword::OtherObject),
            ("TABLESPACE", Keyword::OtherObject),
            ("BEGIN", Keyword::Begin),
            ("ATOMIC", Keyword::Atomic),
            ("NOT", Keyword::Not),
            ("CASE", Keyword::Case),
            ("WHEN", Keyword::When),
            ("THEN", Keyword::Then),
            ("ELSEIF", Keyword::ElseIf),
            ("END", Keyword::End),
            ("LOOP", Keyword::Loop),
            ("WHILE", Keyword::Loop),
            ("REPEAT", Keyword::Loop),
        ];
        if word.len() > 10 {
            return Self::Other;
        }
        WORDS
            .iter()
            .find(|(name, _)| word.eq_ignore_ascii_case(name))
            .map_or(Self::Other, |(_, keyword)| *keyword)
    }
}
