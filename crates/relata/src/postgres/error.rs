//! PostgreSQL's errors, sorted by SQLSTATE ("Appendix A. PostgreSQL Error Codes" in the manual).

use std::error::Error as _;
use std::io;

use tokio_postgres::error::{DbError, ErrorPosition};

use crate::{Constraint, Error};

/// Sorts an error of a statement; `sql` is what the server's position counts in.
pub(super) fn from_statement(error: &tokio_postgres::Error, sql: &str) -> Error {
    match error.as_db_error() {
        Some(error) => classify(error, sql),
        None if is_gone(error) => Error::Disconnected {
            message: causes(error),
        },
        None => Error::Database {
            message: causes(error),
            native_code: None,
            offset: None,
        },
    }
}

/// Sorts an error of connecting; `place` is the server.
pub(super) fn from_connect(error: &tokio_postgres::Error, place: &str) -> Error {
    if let Some(error) = error.as_db_error() {
        return match classify(error, "") {
            // The startup's own refusals: too many connections, an unknown parameter.
            Error::Database { message, .. } | Error::Disconnected { message } => {
                Error::connection(format!("{place}: {message}"))
            }
            other => other,
        };
    }
    let message = causes(error);
    let hint = if message.contains("TLS handshake") || message.contains("does not support TLS") {
        " (P1011); `sslmode` says whether TLS is wanted and what is verified, `sslrootcert` names the authority"
    } else if message.contains("password missing") || message.contains("authentication error") {
        return Error::Authentication { message };
    } else if is_gone(error) && !message.starts_with("error connecting") {
        " (P1017); the server accepted the connection and closed it"
    } else {
        " (P1001); check host and port, and that the server runs and listens there"
    };
    Error::connection(format!("{place}: {message}{hint}"))
}

/// Whether the connection is of no use any more.
pub(super) fn is_gone(error: &tokio_postgres::Error) -> bool {
    let source = error.source().and_then(|it| it.downcast_ref::<io::Error>());
    // What cannot be put into a message, such as a NUL in SQL, was never sent.
    error.is_closed() || source.is_some_and(|it| it.kind() != io::ErrorKind::InvalidInput)
}

/// Whether a statement that was prepared earlier has to be prepared anew: its result or its parameters have another type after DDL, or
/// the server (or a pooler) has forgotten it. `plancache.c` gives the first no SQLSTATE of its own.
pub(super) fn is_stale(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(|error| {
        matches!(
            (error.code().code(), error.routine()),
            ("26000", _)
                | ("0A000", Some("RevalidateCachedQuery"))
                | ("42804", Some("transformAssignedExpr"))
        )
    })
}

fn classify(error: &DbError, sql: &str) -> Error {
    let code = error.code().code();
    let message = message(error);
    match code {
        "23505" => Error::Unique(constraint(error)),
        "23503" => Error::ForeignKey(constraint(error)),
        "23502" => Error::NotNull(constraint(error)),
        // An exclusion constraint is a check between rows.
        "23514" | "23P01" => Error::Check(constraint(error)),
        "40001" | "40P01" => Error::Conflict {
            message,
            native_code: Some(code.to_owned()),
        },
        "55P03" => Error::Busy { message },
        "57014" if error.routine() == Some("ProcessInterrupts") && is_timeout(error) => {
            Error::StatementTimeout { message }
        }
        "57014" => Error::Cancelled { message },
        "28P01" | "28000" => Error::Authentication { message },
        "42501" => Error::Permission { message },
        "3D000" => Error::UnknownDatabase { message },
        // Prepared by another client of a pooler, or forgotten by it.
        "26000" | "42P05" | "08P01" if code != "08P01" || message.contains("prepared") => {
            Error::Pooler {
                message: format!("{message}; or set `pgbouncer=true` for queries"),
            }
        }
        // No more space; or a limit on the size of a file, which the server sees as a write cut short.
        "53100" => Error::DiskFull { message },
        "57P01" | "57P02" | "57P03" | "57P04" | "57P05" | "25P03" | "25P04" => {
            Error::Disconnected { message }
        }
        _ if code.starts_with("08") => Error::Disconnected { message },
        _ => Error::Database {
            message,
            native_code: Some(code.to_owned()),
            offset: match error.position() {
                Some(ErrorPosition::Original(position)) => offset(sql, *position),
                _ => None,
            },
        },
    }
}

/// SQLSTATE 57014 stands for a request to cancel and for `statement_timeout`, and only the message tells them apart. On a
/// server that speaks another language than English both count as cancelled.
fn is_timeout(error: &DbError) -> bool {
    error.message().contains("statement timeout")
}

/// The message and the hint. Not the detail, which quotes rows.
fn message(error: &DbError) -> String {
    match error.hint() {
        Some(hint) => format!("{} ({hint})", error.message()),
        None => error.message().to_owned(),
    }
}

fn constraint(error: &DbError) -> Constraint {
    let own = |text: Option<&str>| text.map(str::to_owned);
    let columns = match error.column() {
        Some(column) => vec![column.to_owned()],
        None => error.detail().and_then(key).unwrap_or_default(),
    };
    Constraint {
        table: own(error.table()),
        columns,
        name: own(error.constraint()),
    }
}

/// The columns of `Key (tenant, email)=(1, ann@example.com) already exists.`, in whatever language.
fn key(detail: &str) -> Option<Vec<String>> {
    let (before, _) = detail.split_once(")=(")?;
    let (_, columns) = before.split_once('(')?;
    let plain = |name: &str| name.trim_matches('"').replace("\"\"", "\"");
    Some(columns.split(", ").map(plain).collect())
}

/// The server counts characters from one; we count bytes from zero.
fn offset(sql: &str, position: u32) -> Option<usize> {
    let index = usize::try_from(position).ok()?.checked_sub(1)?;
    let mut starts = sql.char_indices().map(|(at, _)| at);
    starts.nth(index).or(Some(sql.len()))
}

/// An error with its causes: tokio-postgres's own messages say little.
pub(super) fn causes(error: &tokio_postgres::Error) -> String {
    let mut out = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !out.contains(&text) {
            out.push_str(": ");
            out.push_str(&text);
        }
        source = cause.source();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        assert_eq!(offset("SELECT é x", 1), Some(0));
        assert_eq!(offset("SELECT é x", 10), Some(10));
        assert_eq!(offset("a", 9), Some(1));
        assert_eq!(offset("a", 0), None);
    }

    #[test]
    fn keys() {
        assert_eq!(
            key("Key (tenant, \"E mail\")=(1, a@b) already exists."),
            Some(vec!["tenant".to_owned(), "E mail".to_owned()])
        );
        assert_eq!(
            key("Key (lower(email))=(a) already exists."),
            Some(vec!["lower(email)".to_owned()])
        );
        assert_eq!(key("Failing row contains (1)."), None);
    }
}
