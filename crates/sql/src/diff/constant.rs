//! Constants with a cast, as PostgreSQL prints the defaults that somebody wrote so.

use super::number::same_number;
use crate::catalog::{Default, Literal};

/// Tells whether SQL that PostgreSQL printed is a constant with a cast that a schema writes without one: `'{a,b}'::text[]`,
/// `'x'::character varying`.
pub(super) fn same_constant(from: Option<&Default>, to: Option<&Default>) -> bool {
    let ((Some(Default::Expression(sql)), Some(value))
    | (Some(value), Some(Default::Expression(sql)))) = (from, to)
    else {
        return false;
    };
    let Some(text) = constant(&sql.source) else {
        return false;
    };
    match value {
        Default::Literal(literal) => is_said_by(literal, &text),
        Default::List(literals) => elements(&text).is_some_and(|texts| {
            let mut pairs = literals.iter().zip(&texts);
            texts.len() == literals.len() && pairs.all(|(literal, text)| is_said_by(literal, text))
        }),
        _ => false,
    }
}

fn is_said_by(literal: &Literal, text: &str) -> bool {
    match literal {
        Literal::Text(value) | Literal::Enum(value) => **value == *text,
        Literal::Number(number) => same_number(number, text),
        Literal::Boolean(truth) => {
            matches!((truth, text), (true, "t" | "true") | (false, "f" | "false"))
        }
        _ => false,
    }
}

/// The text of `'…'::type`.
fn constant(sql: &str) -> Option<String> {
    let mut text = String::new();
    let mut chars = sql.strip_prefix('\'')?.chars();
    loop {
        match chars.next()? {
            '\'' if chars.as_str().starts_with('\'') => text.extend(chars.next()),
            '\'' => break,
            c => text.push(c),
        }
    }
    let ty = chars.as_str().strip_prefix("::")?;
    let is_name = |c: char| c.is_alphanumeric() || " _.,\"()[]".contains(c);
    ty.chars().all(is_name).then_some(text)
}

/// The elements of an array's text, of one dimension and without NULLs (manual, "Array Input and Output Syntax").
fn elements(text: &str) -> Option<Vec<String>> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    if inner.is_empty() {
        return Some(Vec::new());
    }
    let mut found = Vec::new();
    let mut chars = inner.chars().peekable();
    loop {
        let mut element = String::new();
        if chars.next_if_eq(&'"').is_some() {
            loop {
                match chars.next()? {
                    '"' => break,
                    '\\' => element.push(chars.next()?),
                    c => element.push(c),
                }
            }
        } else {
            while let Some(c) = chars.next_if(|c| *c != ',') {
                if matches!(c, '{' | '}' | '"' | '\\') {
                    return None;
                }
                element.push(c);
            }
            if element.trim() != element
                || element.is_empty()
                || element.eq_ignore_ascii_case("null")
            {
                return None;
            }
        }
        found.push(element);
        match chars.next() {
            None => return Some(found),
            Some(',') => {}
            Some(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::same_constant;
    use crate::catalog::{Default, Expression, Literal};

    fn is_same(sql: &str, value: &Default) -> bool {
        let sql = Default::Expression(Expression::written(sql));
        assert_eq!(
            same_constant(Some(&sql), Some(value)),
            same_constant(Some(value), Some(&sql))
        );
        same_constant(Some(&sql), Some(value))
    }

    #[test]
    fn a_cast_makes_no_other_constant() {
        let text = |text: &str| Default::Literal(Literal::Text(text.into()));
        assert!(is_same("'it''s'::character varying(9)", &text("it's")));
        assert!(!is_same("'x'::text", &text("y")));
        assert!(!is_same("lower('x'::text)", &text("x")));
        assert!(!is_same("'x'::text || 'y'::text", &text("x")));
        assert!(is_same(
            "'7'::\"my\".money",
            &Default::Literal(Literal::Number("7.0".into()))
        ));
        let list = |items: &[&str]| {
            Default::List(items.iter().map(|it| Literal::Text((*it).into())).collect())
        };
        assert!(is_same("'{}'::text[]", &list(&[])));
        assert!(is_same("'{a,\"b,\\\"c\"}'::text[]", &list(&["a", "b,\"c"])));
        for sql in [
            "'{a}'::text[]",
            "'{{}}'::text[]",
            "'{a,NULL}'::text[]",
            "'{a,}'::text[]",
            "ARRAY[]::text[]",
        ] {
            assert!(!is_same(sql, &list(&["a", ""])), "{sql}");
        }
        assert!(!is_same("'{a}'::text[]", &list(&[])));
    }
}
