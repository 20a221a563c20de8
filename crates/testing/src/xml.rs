//! The rows that `mariadb --xml` prints: the client's only format that tells NULL from the word.

use crate::database::Rows;

/// Reads `<row><field name="a">1</field><field name="b" xsi:nil="true" /></row>…`.
pub(crate) fn rows(text: &str) -> Result<Rows, String> {
    let mut rows = Rows::new();
    let mut rest = text;
    while let Some(start) = rest.find("<row>").map(|at| at + "<row>".len()) {
        // `<` is escaped inside values, so the tag cannot stand in one.
        let end = rest[start..].find("</row>").ok_or("a row without an end")? + start;
        rows.push(fields(&rest[start..end])?);
        rest = &rest[end..];
    }
    Ok(rows)
}

fn fields(row: &str) -> Result<Vec<Option<String>>, String> {
    let mut values = Vec::new();
    let mut rest = row;
    while let Some(at) = rest.find("<field ") {
        let (tag, after) = rest[at..].split_once('>').ok_or("a field without an end")?;
        if tag.ends_with('/') {
            values.push(None);
            rest = after;
        } else {
            let (value, after) = after
                .split_once("</field>")
                .ok_or("a value without an end")?;
            values.push(Some(unescape(value)));
            rest = after;
        }
    }
    Ok(values)
}

fn unescape(value: &str) -> String {
    // `&amp;` last, or `&amp;lt;` would be read twice.
    value
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn null_is_not_the_word() {
        let text = "<?xml version=\"1.0\"?>\n\n<resultset statement=\"SELECT\" xmlns:xsi=\"…\">\n  <row>\n\
                    \t<field name=\"a\">NULL</field>\n\t<field name=\"b\" xsi:nil=\"true\" />\n\
                    \t<field name=\"c\">x &lt;&amp;lt;\n</field>\n\t<field name=\"d\"></field>\n  </row>\n</resultset>\n";
        let row = vec![
            Some("NULL".to_owned()),
            None,
            Some("x <&lt;\n".to_owned()),
            Some(String::new()),
        ];
        assert_eq!(rows(text).unwrap(), [row]);
    }
}
