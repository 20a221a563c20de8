//! When two pieces of SQL are the same.

use crate::catalog::Expression;

/// Compares what a server printed where it printed both, and otherwise a normal form in which case, blanks, quotes around
/// plain names and outer brackets count for nothing. The normal form may see a difference where there is none, as
/// between `now()::text` and the `(now())::text` that PostgreSQL makes of it. Where only one side was printed, the namespaces in
/// it count for nothing either: PostgreSQL names that of every function and type which the search path does not cover.
pub(crate) fn same_expression(from: &Expression, to: &Expression) -> bool {
    if let (Some(from), Some(to)) = (&from.canonical, &to.canonical) {
        return from == to;
    }
    if from.source == to.source {
        return true;
    }
    let [left, right] = [from, to].map(|side| normal_form(&side.source));
    if from.canonical.is_some() == to.canonical.is_some() {
        left == right
    } else {
        is_same_but_for_namespaces(&left, &right)
    }
}

/// Compares names with and without a namespace before them.
fn is_same_but_for_namespaces(left: &[String], right: &[String]) -> bool {
    let (mut left, mut right) = (left, right);
    loop {
        match (left, right) {
            ([], []) => return true,
            ([a, after @ ..], [b, rest @ ..]) if a == b => (left, right) = (after, rest),
            ([_, dot, after @ ..], [b, ..]) if dot == "." && after.first() == Some(b) => {
                left = after;
            }
            ([a, ..], [_, dot, rest @ ..]) if dot == "." && rest.first() == Some(a) => right = rest,
            _ => return false,
        }
    }
}

/// Takes a pair of brackets away that holds all of an expression.
pub(crate) fn without_brackets(sql: &str) -> &str {
    let sql = sql.trim();
    let inner = sql
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'));
    match inner {
        Some(inner) if is_wrapped(&tokens(sql)) => inner.trim(),
        _ => sql,
    }
}

impl Expression {
    /// Tells whether it stands in brackets as a whole.
    pub(crate) fn is_bracketed(&self) -> bool {
        is_wrapped(&tokens(&self.source))
    }
}

fn normal_form(sql: &str) -> Vec<String> {
    let mut tokens = tokens(sql);
    while is_wrapped(&tokens) {
        tokens.pop();
        tokens.remove(0);
    }
    tokens
}

fn tokens(sql: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        let mut token = String::from(c);
        match c {
            c if c.is_whitespace() => continue,
            '\'' | '"' | '`' => {
                while let Some(next) = chars.next() {
                    token.push(next);
                    if next == c && chars.next_if_eq(&c).is_none() {
                        break;
                    }
                }
                if c != '\'' {
                    token = unquoted(token);
                }
            }
            c if is_word(c) => {
                while let Some(next) = chars.next_if(|next| is_word(*next)) {
                    token.push(next);
                }
                token = token.to_ascii_lowercase();
            }
            _ => {}
        }
        tokens.push(token);
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// A quoted name that means the same without its quotes loses them.
fn unquoted(token: String) -> String {
    let inner = token
        .get(1..token.len().saturating_sub(1))
        .unwrap_or_default();
    let plain = !inner.is_empty() && inner.chars().all(|c| is_word(c) && !c.is_ascii_uppercase());
    if plain { inner.to_owned() } else { token }
}

/// Tells whether the first token opens a bracket that the last one closes.
fn is_wrapped(tokens: &[String]) -> bool {
    let [first, inner @ .., last] = tokens else {
        return false;
    };
    if first != "(" || last != ")" {
        return false;
    }
    let mut depth = 0_i32;
    for token in inner {
        match token.as_str() {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(from: &str, to: &str) -> bool {
        same_expression(&Expression::written(from), &Expression::written(to))
    }

    #[test]
    fn spelling_counts_for_nothing() {
        assert!(same("gen_random_uuid()", "GEN_RANDOM_UUID( )"));
        assert!(same("((\"act\" = true))", "act=TRUE"));
        assert!(same("'a ''b'", " 'a ''b' "));
        assert!(!same("'a b'", "'ab'"));
        assert!(!same("'A'", "'a'"));
        assert!(!same("\"A\"", "a"));
        assert!(!same("(a) or (b)", "a) or (b"));
    }

    #[test]
    fn brackets_around_everything_are_taken_away() {
        assert_eq!(without_brackets(" (a = ')' ) "), "a = ')'");
        assert_eq!(without_brackets("(a) OR (b)"), "(a) OR (b)");
        assert_eq!(without_brackets("a"), "a");
    }

    #[test]
    fn a_printed_namespace_may_have_been_left_out() {
        let printed = Expression {
            source: "public.slug(1, 'a.b'::public.\"Kind\")".into(),
            canonical: Some("public.slug(1, 'a.b'::public.\"Kind\")".into()),
        };
        let written = |source: &str| Expression::written(source);
        assert!(same_expression(
            &printed,
            &written("slug(1, 'a.b'::\"Kind\")")
        ));
        assert!(same_expression(
            &written("slug(1, 'a.b'::public.\"Kind\")"),
            &printed
        ));
        assert!(!same_expression(
            &printed,
            &written("slug(1, 'b'::\"Kind\")")
        ));
        assert!(!same_expression(
            &printed,
            &written("other.slug(1, 'a.b'::\"Kind\")")
        ));
        // Both as they were written: somebody has changed one.
        assert!(!same("app.slug()", "slug()"));
    }

    #[test]
    fn the_server_has_the_last_word() {
        let printed = |source: &str, canonical: &str| Expression {
            source: source.into(),
            canonical: Some(canonical.into()),
        };
        assert!(same_expression(
            &printed("now()::text", "(now())::text"),
            &printed("(now())::text", "(now())::text")
        ));
        assert!(!same_expression(&printed("x", "1"), &printed("x", "2")));
    }
}
