//! Functions and procedures, each made into the statement that makes it.
//!
//! `SHOW CREATE` would print the statement, but for one routine at a time.

use std::collections::HashMap;
use std::fmt::Write as _;

use relata::Result;
use relata_script::{Dialect, words};
use relata_sql::catalog::{Address, Function, FunctionKind, Kind};

use super::mode::is_oracle;
use super::{Describer, mode, own, printed};
use crate::Note;

struct Row {
    name: String,
    kind: String,
    returns: Option<String>,
    body: Option<String>,
    deterministic: String,
    access: String,
    security: String,
    comment: String,
    /// The character set and collation of what a function returns, where that is text in another one than the database's.
    charset: String,
    mode: String,
}

/// The character set and collation of a text, where that is not the database's.
const CHARSET: &str = "CASE WHEN COLLATION_NAME <> @@collation_database
    THEN concat(' CHARSET ', CHARACTER_SET_NAME, ' COLLATE ', COLLATION_NAME) ELSE '' END";

/// A parameter: `IN`, `a`, `int(11)`.
type Parameter = [String; 3];

/// What a routine takes, by its kind and name.
type Parameters = HashMap<(String, String), Vec<Parameter>>;

impl Describer {
    pub(super) async fn routines(&mut self) -> Result<()> {
        let parameters = self.parameters().await?;
        let sql = format!(
            "SELECT ROUTINE_NAME, ROUTINE_TYPE, DTD_IDENTIFIER, ROUTINE_DEFINITION, IS_DETERMINISTIC, SQL_DATA_ACCESS,
                SECURITY_TYPE, ROUTINE_COMMENT, {CHARSET}, SQL_MODE
            FROM information_schema.ROUTINES WHERE {}",
            self.session.own("ROUTINE_SCHEMA")
        );
        let mut rows = self
            .session
            .read(&sql, |row| {
                Ok(Row {
                    name: row.next()?,
                    kind: row.next()?,
                    returns: row.next()?,
                    body: row.next()?,
                    deterministic: row.next()?,
                    access: row.next()?,
                    security: row.next()?,
                    comment: row.next()?,
                    charset: row.next()?,
                    mode: row.next()?,
                })
            })
            .await?;
        rows.sort_by(|a, b| (&a.name, &a.kind).cmp(&(&b.name, &b.kind)));
        let (mut hidden, mut others) = (0, 0);
        for row in rows {
            let kind = match &*row.kind {
                "FUNCTION" => FunctionKind::Function,
                "PROCEDURE" => FunctionKind::Procedure,
                // MariaDB's packages, which Oracle's mode has.
                _ => {
                    others += 1;
                    continue;
                }
            };
            // Only the owner and who may read all routines see the body (manual, "ROUTINES").
            let Some(body) = &row.body else {
                hidden += 1;
                continue;
            };
            let key = (row.kind.clone(), row.name.clone());
            let taken = parameters.get(&key).map(Vec::as_slice);
            let arguments = arguments(taken.unwrap_or_default(), is_oracle(&row.mode));
            let statement = statement(&row, &arguments, body);
            if !row.comment.is_empty() {
                let of = match kind {
                    FunctionKind::Procedure => Kind::Procedure,
                    _ => Kind::Function,
                };
                self.comment(Address::part(of, &own(&row.name), ""), &row.comment);
            }
            self.catalog.functions.push(Function {
                name: own(&row.name),
                // Routines are told apart by their names alone.
                arguments: "".into(),
                kind,
                statement: printed(&statement),
                sql_mode: mode::of_text(&row.mode),
            });
        }
        for (kind, count) in [
            ("routines whose body this account may not see", hidden),
            ("packages", others),
        ] {
            if count > 0 {
                self.notes.push(Note::NotRead {
                    kind: kind.to_owned(),
                    count,
                });
            }
        }
        Ok(())
    }

    async fn parameters(&self) -> Result<Parameters> {
        let sql = format!(
            "SELECT ROUTINE_TYPE, SPECIFIC_NAME, coalesce(PARAMETER_MODE, ''), PARAMETER_NAME, DTD_IDENTIFIER, {CHARSET}
            FROM information_schema.PARAMETERS WHERE ORDINAL_POSITION > 0 AND {} ORDER BY ORDINAL_POSITION",
            self.session.own("SPECIFIC_SCHEMA")
        );
        let rows = self
            .session
            .read(&sql, |row| {
                Ok((
                    row.next::<String>()?,
                    row.next::<String>()?,
                    row.next::<String>()?,
                    row.next::<Option<String>>()?,
                    row.next::<Option<String>>()?,
                    row.next::<String>()?,
                ))
            })
            .await?;
        let mut parameters = Parameters::new();
        for (kind, routine, mode, name, ty, charset) in rows {
            let mode = if kind == "FUNCTION" {
                String::new()
            } else {
                mode
            };
            let name = Dialect::Mysql.ident(&name.unwrap_or_default());
            let ty = format!("{}{charset}", ty.unwrap_or_default());
            let taken = parameters.entry((kind, routine)).or_default();
            taken.push([mode, name, ty]);
        }
        Ok(parameters)
    }
}

/// What stands in the brackets; Oracle puts the mode behind the name.
fn arguments(taken: &[Parameter], is_oracle: bool) -> String {
    let each = taken
        .iter()
        .map(|[mode, name, ty]| match (&**mode, is_oracle) {
            ("", _) => format!("{name} {ty}"),
            (_, true) => format!("{name} {mode} {ty}"),
            (_, false) => format!("{mode} {name} {ty}"),
        });
    let all: Vec<String> = each.collect();
    all.join(", ")
}

fn statement(row: &Row, arguments: &str, body: &str) -> String {
    let aggregate = if is_aggregate(body) { "AGGREGATE " } else { "" };
    let name = Dialect::Mysql.ident(&row.name);
    // Without parameters PL/SQL has no brackets either.
    let brackets = if arguments.is_empty() && is_oracle(&row.mode) {
        String::new()
    } else {
        format!("({arguments})")
    };
    let mut sql = format!("CREATE {aggregate}{} {name}{brackets}", row.kind);
    if let Some(returns) = row.returns.as_deref().filter(|_| row.kind == "FUNCTION") {
        let word = if is_oracle(&row.mode) {
            "RETURN"
        } else {
            "RETURNS"
        };
        let _ = write!(sql, " {word} {returns}{}", row.charset);
    }
    if row.deterministic == "YES" {
        sql.push_str(" DETERMINISTIC");
    }
    if row.access != "CONTAINS SQL" {
        let _ = write!(sql, " {}", row.access);
    }
    if row.security != "DEFINER" {
        let _ = write!(sql, " SQL SECURITY {}", row.security);
    }
    if !row.comment.is_empty() {
        let _ = write!(sql, " COMMENT {}", Dialect::Mysql.string(&row.comment));
    }
    format!("{sql}\n{body}")
}

/// Tells whether a function is one of many rows: such a one asks for the next of them, and no other may (MariaDB, "Stored
/// Aggregate Functions"). No table that everybody may read says so.
fn is_aggregate(body: &str) -> bool {
    let words = words(Dialect::Mysql, body);
    words.windows(4).any(|four| {
        let all = four.iter().zip(["fetch", "group", "next", "row"]);
        all.into_iter().all(|((word, _), text)| word.is(text))
    })
}
