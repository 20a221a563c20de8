//! Passwords of connection strings, wherever they come from: a line of a schema, a statement, a message of a server.

use std::borrow::Cow;

use relata::ConnectionUrl;

/// The text with the passwords of its connection strings hidden.
pub fn masked(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-');
        let start = rest[..at]
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_scheme(*c))
            .last()
            .map_or(at, |(start, _)| start);
        // A URL in a text ends at a blank or a quote.
        let behind = &rest[at..];
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`');
        let end = behind.find(ends).map_or(rest.len(), |it| at + it);
        let found = &rest[start..end];
        out.push_str(&rest[..start]);
        out.push_str(&shown(found, &rest[start..at]));
        rest = &rest[end..];
    }
    if out.is_empty() {
        return text.into();
    }
    out.push_str(rest);
    out.into()
}

fn shown<'t>(url: &'t str, scheme: &str) -> Cow<'t, str> {
    match scheme {
        "postgres" | "postgresql" | "mysql" | "mariadb" => url
            .parse::<ConnectionUrl>()
            .map_or_else(|_| "***".into(), |it| it.to_string().into()),
        "" | "http" | "https" | "file" | "sqlite" => url.into(),
        _ => {
            // Of other databases: `mongodb://ann:secret@host`, `sqlserver://host;password=secret`.
            let place = url.rsplit_once('@').map_or("", |(_, place)| place);
            if !place.is_empty() {
                return format!("{scheme}://***@{place}").into();
            }
            match url.to_ascii_lowercase().find("pass") {
                Some(at) => format!("{}***", &url[..at]).into(),
                None => url.into(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn passwords_are_hidden_and_the_rest_stays() {
        for text in [
            "",
            "no URL",
            "see https://a:b@example.com/x",
            "file:///x.db, sqlite:///y",
            "  url = \"postgresql://localhost:5432/app\"\n}",
            "a://b",
        ] {
            assert_eq!(masked(text), text);
        }
        for (text, shown) in [
            (
                "  url = \"postgresql://ann:s3cret@h:5/d?schema=a\"\n  x",
                "  url = \"postgresql://ann:***@h:5/d?schema=a\"\n  x",
            ),
            (
                "`mysql://u:s/3@cret@h/d`, 'mariadb://h/d?password=s3cret'",
                "`mysql://u:***@h/d`, 'mariadb://h/d?password=***'",
            ),
            ("mongodb+srv://u:s3cret@h/d x", "mongodb+srv://***@h/d x"),
            (
                "sqlserver://h;user=u;Password=s3cret;x=1",
                "sqlserver://h;user=u;***",
            ),
        ] {
            assert_eq!(masked(text), shown);
        }
    }
}
