//! Names in SQL that a server keeps, as the server prints them once what they name is renamed.

use relata_script::{Dialect, Word, words};

use crate::catalog::Expression;

/// A name as servers print it in SQL that they keep: PostgreSQL without quotes where it can be read without, the others in quotes.
fn spelled(dialect: Dialect, name: &str) -> String {
    let mut chars = name.chars();
    let is_plain = chars
        .next()
        .is_some_and(|c| c.is_ascii_lowercase() || c == '_')
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if dialect == Dialect::Postgres && is_plain {
        name.to_owned()
    } else {
        dialect.ident(name)
    }
}

/// Writes SQL anew, with another word where `other` says one.
fn rewritten(
    dialect: Dialect,
    sql: &str,
    other: impl Fn(&[(Word<'_>, std::ops::Range<usize>)], usize) -> Option<String>,
) -> Option<Box<str>> {
    let words = words(dialect, sql);
    let mut out = String::with_capacity(sql.len());
    let mut done = 0;
    for place in 0..words.len() {
        if let Some(other) = other(&words, place) {
            let range = &words[place].1;
            out.push_str(&sql[done..range.start]);
            out.push_str(&other);
            done = range.end;
        }
    }
    if done == 0 {
        return None;
    }
    out.push_str(&sql[done..]);
    Some(out.into())
}

/// Tells whether a server reads a word as this name.
fn is_name(dialect: Dialect, word: &Word<'_>, name: &str) -> bool {
    word.name(dialect).is_some_and(|it| match dialect {
        Dialect::Postgres => it == name,
        Dialect::Mysql | Dialect::Sqlite => it.eq_ignore_ascii_case(name),
    })
}

fn symbol(words: &[(Word<'_>, std::ops::Range<usize>)], place: Option<usize>, text: &str) -> bool {
    place
        .and_then(|place| words.get(place))
        .is_some_and(|(word, _)| word.is_symbol(text))
}

/// Tells whether SQL that belongs to a table names a column of it.
pub(crate) fn speaks_of(dialect: Dialect, sql: &str, name: &str) -> bool {
    column(dialect, sql, name, name).is_some()
}

/// Another name for a column, in SQL that belongs to its table.
pub(super) fn column(dialect: Dialect, sql: &str, from: &str, to: &str) -> Option<Box<str>> {
    rewritten(dialect, sql, |words, place| {
        let is_call = symbol(words, Some(place + 1), "(");
        let is_type = symbol(words, place.checked_sub(1), ":");
        (!is_call && !is_type && is_name(dialect, &words[place].0, from))
            .then(|| spelled(dialect, to))
    })
}

/// Another name for a type: behind `::`, or wherever it stands in what is a type as a whole.
pub(super) fn type_name(
    dialect: Dialect,
    sql: &str,
    from: &str,
    to: &str,
    everywhere: bool,
) -> Option<Box<str>> {
    rewritten(dialect, sql, |words, place| {
        let before = place.checked_sub(1);
        let is_type = everywhere || symbol(words, before, ":") || symbol(words, before, ".");
        (is_type && is_name(dialect, &words[place].0, from)).then(|| spelled(dialect, to))
    })
}

/// Another name for a value of an enum: a string that is cast to the enum.
pub(super) fn value(
    dialect: Dialect,
    sql: &str,
    of: &str,
    from: &str,
    to: &str,
) -> Option<Box<str>> {
    let (from, to) = (dialect.string(from), dialect.string(to));
    rewritten(dialect, sql, |words, place| {
        let is_cast = symbol(words, Some(place + 1), ":") && symbol(words, Some(place + 2), ":");
        let mut at = place + 3;
        // The type's namespace may stand before it.
        if symbol(words, Some(at + 1), ".") {
            at += 2;
        }
        let is_of = words
            .get(at)
            .is_some_and(|(word, _)| is_name(dialect, word, of));
        (is_cast && is_of && matches!(&words[place].0, Word::Text(text) if *text == from))
            .then(|| to.clone())
    })
}

/// Changes both spellings of an expression.
pub(super) fn change(expression: &mut Expression, with: impl Fn(&str) -> Option<Box<str>>) {
    if let Some(source) = with(&expression.source) {
        expression.source = source;
    }
    if let Some(canonical) = expression.canonical.as_deref().and_then(with) {
        expression.canonical = Some(canonical);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_and_nothing_else_does() {
        let column = |sql| column(Dialect::Postgres, sql, "a", "B c").map(String::from);
        assert_eq!(
            column("(a > 0) AND (t.\"a\" <> 'a') AND a(1) = x::a").as_deref(),
            Some("(\"B c\" > 0) AND (t.\"B c\" <> 'a') AND a(1) = x::a")
        );
        assert_eq!(column("\"A\" > 0"), None);
        let ty = |sql| type_name(Dialect::Postgres, sql, "Role", "part", false).map(String::from);
        assert_eq!(
            ty("\"Role\" = 'A'::\"Role\" OR b = 'A'::shop.\"Role\"[]").as_deref(),
            Some("\"Role\" = 'A'::part OR b = 'A'::shop.part[]")
        );
        let value = |sql| value(Dialect::Postgres, sql, "Role", "A", "it's").map(String::from);
        assert_eq!(
            value("a = 'A'::\"Role\" OR a = 'A'::text OR a = 'A'::s.\"Role\"").as_deref(),
            Some("a = 'it''s'::\"Role\" OR a = 'A'::text OR a = 'it''s'::s.\"Role\"")
        );
    }
}
