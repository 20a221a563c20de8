//! The head of `CREATE FUNCTION`.

use relata_script::{Dialect, Word, words};

use crate::catalog::FunctionKind;
use crate::dialect::canonical_type;

/// What a function is known by, and what of it `OR REPLACE` cannot change.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) kind: FunctionKind,
    /// The types of its arguments, by which PostgreSQL tells functions of one name apart; elsewhere the name is enough.
    pub(crate) arguments: String,
    /// Its arguments with their modes and names.
    pub(crate) signature: String,
    /// How many of its arguments have a default.
    pub(crate) defaults: usize,
    /// The words of its result.
    pub(crate) returns: String,
    /// Whether the statement takes the place of a function of the name.
    pub(crate) replaces: bool,
}

/// Reads the head; `None` where the statement makes no function.
pub(crate) fn function(dialect: Dialect, sql: &str) -> Option<Head> {
    let words: Vec<Word<'_>> = words(dialect, sql)
        .into_iter()
        .map(|(word, _)| word)
        .collect();
    let at = words.iter().take(24).position(|word| {
        ["function", "procedure", "aggregate"]
            .iter()
            .any(|kind| word.is(kind))
    })?;
    let kind = match &words[at] {
        word if word.is("procedure") => FunctionKind::Procedure,
        word if word.is("aggregate") => FunctionKind::Aggregate,
        _ => FunctionKind::Function,
    };
    let replaces = words[..at]
        .windows(2)
        .any(|pair| pair[0].is("or") && pair[1].is("replace"));
    let open = at + words[at..].iter().position(|word| word.is_symbol("("))?;
    let mut depth = 0_usize;
    let close = open
        + words[open..].iter().position(|word| {
            match word {
                Word::Symbol("(") => depth += 1,
                Word::Symbol(")") => depth -= 1,
                _ => {}
            }
            depth == 0
        })?;
    let read = if dialect == Dialect::Postgres {
        arguments(&words[open + 1..close])
    } else {
        Vec::new()
    };
    // What only comes out does not tell two of a name apart (manual, `pg_proc.proargtypes`).
    let types = read
        .iter()
        .filter(|it| it.mode != "OUT")
        .map(|it| it.ty.as_str());
    let signature: Vec<String> = read
        .iter()
        .map(|it| format!("{} {} {}", it.mode, it.name, it.ty))
        .collect();
    Some(Head {
        kind,
        arguments: types.collect::<Vec<_>>().join(", "),
        signature: signature.join(", "),
        defaults: read.iter().filter(|it| it.has_default).count(),
        returns: returns(dialect, &words[close + 1..]),
        replaces,
    })
}

/// An argument without its default. `IN` goes without saying.
struct Argument {
    mode: String,
    name: String,
    ty: String,
    has_default: bool,
}

fn arguments(words: &[Word<'_>]) -> Vec<Argument> {
    let mut depth = 0_usize;
    let elements = words.split(|word| {
        match word {
            Word::Symbol("(" | "[") => depth += 1,
            Word::Symbol(")" | "]") => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && word.is_symbol(",")
    });
    elements.filter_map(argument).collect()
}

fn argument(words: &[Word<'_>]) -> Option<Argument> {
    let end = words
        .iter()
        .position(|word| word.is("default") || word.is_symbol("="));
    let mut words = &words[..end.unwrap_or(words.len())];
    let (mut said, mut name) = (String::new(), String::new());
    if let [mode, rest @ ..] = words
        && !rest.is_empty()
        && ["in", "out", "inout", "variadic"]
            .iter()
            .any(|it| mode.is(it))
    {
        if !mode.is("in")
            && let Word::Bare(mode) = mode
        {
            said = mode.to_ascii_uppercase();
        }
        words = rest;
    }
    if let [first, second, ..] = words
        && !matches!(second, Word::Symbol(_))
        && !opens_type(first)
    {
        name = plain(first);
        words = &words[1..];
    }
    if words.is_empty() {
        return None;
    }
    Some(Argument {
        mode: said,
        name,
        ty: type_of(words),
        has_default: end.is_some(),
    })
}

/// Whether a word is the first of a type of several words.
fn opens_type(word: &Word<'_>) -> bool {
    [
        "double",
        "character",
        "timestamp",
        "time",
        "bit",
        "national",
        "setof",
    ]
    .iter()
    .any(|first| word.is(first))
}

/// A name as the server prints it.
fn plain(word: &Word<'_>) -> String {
    match word {
        Word::Name(name) if is_plain(name) => name.clone(),
        Word::Name(name) => Dialect::Postgres.ident(name),
        Word::Bare(text) => text.to_lowercase(),
        Word::Text(text) | Word::Symbol(text) => (*text).to_owned(),
    }
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// A type as the server prints it: arguments have no length.
fn type_of(words: &[Word<'_>]) -> String {
    let mut depth = 0_usize;
    let (mut sql, mut list, mut bare) = (String::new(), false, true);
    for word in words {
        match word {
            Word::Symbol("(") => depth += 1,
            Word::Symbol(")") => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            Word::Symbol("[") => list = true,
            Word::Symbol("]") => {}
            _ if list => {}
            word if word.is("array") => list = true,
            Word::Symbol(text) => {
                sql.push_str(text);
                bare = false;
            }
            word => {
                if !sql.is_empty() && !sql.ends_with(['.', '%']) {
                    sql.push(' ');
                }
                bare &= !matches!(word, Word::Name(_));
                sql.push_str(&plain(word));
            }
        }
    }
    let name = if bare {
        canonical_type(&sql).to_owned()
    } else {
        sql
    };
    if list { name + "[]" } else { name }
}

/// What follows `RETURNS`, up to the word that begins the next clause.
fn returns(dialect: Dialect, words: &[Word<'_>]) -> String {
    const CLAUSES: [&str; 19] = [
        "language",
        "as",
        "immutable",
        "stable",
        "volatile",
        "strict",
        "called",
        "security",
        "external",
        "parallel",
        "cost",
        "rows",
        "support",
        "set",
        "window",
        "leakproof",
        "not",
        "return",
        "begin",
    ];
    let Some([first, rest @ ..]) = words.first().map(|_| words) else {
        return String::new();
    };
    if !first.is("returns") || dialect != Dialect::Postgres {
        return String::new();
    }
    let end = rest
        .iter()
        .position(|word| CLAUSES.iter().any(|clause| word.is(clause)));
    let text: Vec<String> = rest[..end.unwrap_or(rest.len())]
        .iter()
        .map(plain)
        .collect();
    text.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_those_that_the_server_prints() {
        let read = |arguments: &str| {
            let sql = format!(
                "create or replace function f({arguments}) returns int language sql as $$ select 1 $$"
            );
            function(Dialect::Postgres, &sql).unwrap().arguments
        };
        for (written, printed) in [
            ("", ""),
            ("int", "integer"),
            (
                "a int, \"B\" varchar(20) default 'x, y'",
                "integer, character varying",
            ),
            (
                "IN a timestamptz = now(), OUT b numeric(10, 2)[]",
                "timestamp with time zone",
            ),
            (
                "double precision, timestamp(3) without time zone",
                "double precision, timestamp without time zone",
            ),
            ("variadic ids bigint[]", "bigint[]"),
            ("x app.\"Email\", y int array", "app.\"Email\", integer[]"),
        ] {
            assert_eq!(read(written), printed, "{written}");
        }
    }

    #[test]
    fn a_head_tells_kind_and_result() {
        let head = function(
            Dialect::Postgres,
            "CREATE FUNCTION app.f(a int) RETURNS TABLE (id int, \"N\" text) STABLE LANGUAGE sql AS ''",
        )
        .unwrap();
        assert_eq!(head.kind, FunctionKind::Function);
        assert_eq!(head.returns, "table ( id int , \"N\" text )");
        assert!(!head.replaces);
        let head = function(
            Dialect::Mysql,
            "CREATE DEFINER=`a`@`b` PROCEDURE p(IN a INT) SELECT 1",
        )
        .unwrap();
        assert_eq!(head.kind, FunctionKind::Procedure);
        assert_eq!(head.arguments, "");
        let head = function(
            Dialect::Postgres,
            "CREATE PROCEDURE p(a int, OUT b text, INOUT c int4)",
        )
        .unwrap();
        assert_eq!(head.arguments, "integer, integer");
        assert_eq!(head.signature, " a integer, OUT b text, INOUT c integer");
        assert_eq!(head.returns, "");
        assert_eq!(function(Dialect::Postgres, "SELECT 1"), None);
    }
}
