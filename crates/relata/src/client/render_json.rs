//! Conditions on JSON documents as SQL.

use crate::Value;

use super::filter::{Compare, JsonStep, JsonTest, Place};
use super::render::{Flavor, Writer, escaped};

impl Writer {
    /// A condition on a place in a document.
    pub(super) fn json(&mut self, scope: &str, column: &str, path: &[JsonStep], test: &JsonTest) {
        match test {
            JsonTest::Compare(op, value) => {
                let value = json_text(value);
                match self.flavor {
                    Flavor::Postgres => {
                        self.json_place(scope, column, path, false);
                        self.push(op.sql());
                        self.value(value.into());
                        self.push("::jsonb");
                        if !matches!(op, Compare::Equal | Compare::NotEqual) {
                            // Values of other types have a place in the order of jsonb too.
                            self.push(" AND jsonb_typeof(");
                            self.json_place(scope, column, path, false);
                            self.push(") = 'number'");
                        }
                    }
                    Flavor::Sqlite => {
                        // Types are compared as well: `1` is not `true`, though SQLite keeps both as 1.
                        self.push("(json_type(");
                        self.json_column(scope, column, path);
                        self.push(")");
                        match op {
                            Compare::Equal | Compare::NotEqual => {
                                let (joined, op) = if *op == Compare::Equal {
                                    (" AND ", " = ")
                                } else {
                                    (" OR ", " <> ")
                                };
                                self.json_kind(op, &value);
                                self.push(joined);
                                self.json_place(scope, column, path, false);
                                self.push(op);
                                self.push("json_extract(");
                                self.value(value.into());
                                self.push(", '$')");
                            }
                            _ => {
                                self.push(" IN ('integer', 'real') AND ");
                                self.json_place(scope, column, path, false);
                                self.push(op.sql());
                                self.push("json_extract(");
                                self.value(value.into());
                                self.push(", '$')");
                            }
                        }
                        self.push(")");
                    }
                    Flavor::Mysql | Flavor::Mariadb => match op {
                        Compare::Equal | Compare::NotEqual => {
                            let negated = *op == Compare::NotEqual;
                            if self.flavor == Flavor::Mariadb {
                                // NULL would be equal to everything.
                                self.push("(");
                                self.json_place(scope, column, path, false);
                                self.push(" IS NOT NULL AND ");
                                self.push(if negated {
                                    "NOT JSON_EQUALS("
                                } else {
                                    "JSON_EQUALS("
                                });
                                self.json_place(scope, column, path, false);
                                self.push(", ");
                                self.value(value.into());
                                self.push("))");
                            } else {
                                self.json_place(scope, column, path, false);
                                self.push(op.sql());
                                self.push("CAST(");
                                self.value(value.into());
                                self.push(" AS JSON)");
                            }
                        }
                        _ => {
                            self.push("(JSON_TYPE(");
                            self.json_place(scope, column, path, false);
                            self.push(") IN ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL') AND CAST(");
                            self.json_place(scope, column, path, true);
                            self.push(" AS DOUBLE)");
                            self.push(op.sql());
                            self.push("CAST(");
                            self.value(value.into());
                            self.push(" AS DOUBLE))");
                        }
                    },
                }
            }
            JsonTest::Text(place, wanted) => {
                let mut target = Self::new(self.flavor);
                target.json_place(scope, column, path, true);
                self.push("(");
                self.json_type(scope, column, path);
                self.push(if self.flavor.is_mysql() {
                    " = 'STRING' AND "
                } else if self.flavor.is_postgres() {
                    " = 'string' AND "
                } else {
                    " = 'text' AND "
                });
                self.like_at(&target.text, *place, wanted);
                self.push(")");
            }
            JsonTest::IsNull(is) => {
                self.push(if *is { "(" } else { "NOT (" });
                self.push("COALESCE(");
                self.json_type(scope, column, path);
                self.push(if self.flavor.is_mysql() {
                    ", 'NULL') = 'NULL')"
                } else {
                    ", 'null') = 'null')"
                });
            }
            JsonTest::Exists => {
                self.json_type(scope, column, path);
                self.push(" IS NOT NULL");
            }
        }
    }

    /// Case counts in JSON on every database.
    fn like_at(&mut self, target: &str, place: Place, text: &str) {
        if self.flavor.is_mysql() {
            self.push("(");
            self.push(target);
            self.push(") LIKE BINARY ");
            let text = escaped(text);
            let pattern = match place {
                Place::Start => format!("{text}%"),
                Place::End => format!("%{text}"),
                _ => format!("%{text}%"),
            };
            self.value(pattern.into());
            self.push(" ESCAPE '!'");
        } else {
            self.like(target, place, text, false);
        }
    }

    /// What `json_type` has to be for a value to be equal to the one given.
    fn json_kind(&mut self, op: &str, document: &str) {
        let number = document.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        if number {
            // 1 and 1.0 are one number.
            self.push(if op == " = " {
                " IN ('integer', 'real')"
            } else {
                " NOT IN ('integer', 'real')"
            });
        } else {
            self.push(op);
            self.push("json_type(");
            self.value(document.into());
            self.push(")");
        }
    }

    /// `column, path` as SQLite's functions take them.
    fn json_column(&mut self, scope: &str, column: &str, path: &[JsonStep]) {
        self.column(scope, column);
        self.push(", ");
        self.push(&self.flavor.dialect().string(&dollar(path)));
    }

    fn json_type(&mut self, scope: &str, column: &str, path: &[JsonStep]) {
        match self.flavor {
            Flavor::Postgres => {
                self.push("jsonb_typeof(");
                self.json_place(scope, column, path, false);
                self.push(")");
            }
            Flavor::Sqlite => {
                self.push("json_type(");
                self.json_column(scope, column, path);
                self.push(")");
            }
            Flavor::Mysql | Flavor::Mariadb => {
                self.push("JSON_TYPE(");
                self.json_place(scope, column, path, false);
                self.push(")");
            }
        }
    }

    /// What stands at a place: JSON, or its text.
    fn json_place(&mut self, scope: &str, column: &str, path: &[JsonStep], as_text: bool) {
        match self.flavor {
            Flavor::Postgres => {
                self.push("(");
                self.column(scope, column);
                self.push("::jsonb");
                self.push(if as_text { " #>> " } else { " #> " });
                // A literal, since it is part of the shape of the query, as it is in an index.
                let steps: Vec<String> = path
                    .iter()
                    .map(|step| match step {
                        JsonStep::Name(name) => self.flavor.dialect().string(name),
                        JsonStep::Index(index) => format!("'{index}'"),
                    })
                    .collect();
                self.push(&format!("ARRAY[{}]::text[])", steps.join(", ")));
            }
            Flavor::Sqlite => {
                self.push("json_extract(");
                self.json_column(scope, column, path);
                self.push(")");
            }
            Flavor::Mysql | Flavor::Mariadb => {
                self.push(if as_text {
                    "JSON_UNQUOTE(JSON_EXTRACT("
                } else {
                    "JSON_EXTRACT("
                });
                self.json_column(scope, column, path);
                self.push(if as_text { "))" } else { ")" });
            }
        }
    }
}

/// A path as SQLite and MySQL write it.
fn dollar(path: &[JsonStep]) -> String {
    let mut out = String::from("$");
    for step in path {
        match step {
            JsonStep::Name(name) => {
                out.push_str(".\"");
                for c in name.chars() {
                    if matches!(c, '"' | '\\') {
                        out.push('\\');
                    }
                    out.push(c);
                }
                out.push('"');
            }
            JsonStep::Index(index) => {
                out.push('[');
                out.push_str(&index.to_string());
                out.push(']');
            }
        }
    }
    out
}

#[cfg_attr(not(feature = "json"), allow(clippy::needless_pass_by_value))]
fn json_text(value: &Value) -> String {
    match value {
        #[cfg(feature = "json")]
        Value::Json(json) => json.to_string(),
        Value::Text(text) => text.clone(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert_eq!(
            dollar(&[JsonStep::Name("a\"b".into()), JsonStep::Index(3)]),
            "$.\"a\\\"b\"[3]"
        );
    }
}
