//! Errors of MySQL and MariaDB, sorted by their numbers ("Server Error Message Reference" in the manual of MySQL, "MariaDB
//! Error Code Reference").

use mysql_async::{DriverError, IoError, ServerError, TlsError};

use crate::{Constraint, Error};

/// Sorts an error of a statement.
pub(super) fn from_statement(error: &mysql_async::Error, sql: &str) -> Error {
    match error {
        mysql_async::Error::Server(error) => classify(error, sql),
        error if is_gone(error) => Error::Disconnected {
            message: plain(error),
        },
        error => Error::Database {
            message: plain(error),
            native_code: None,
            offset: None,
        },
    }
}

/// Sorts an error of connecting; `place` is the server.
pub(super) fn from_connect(error: &mysql_async::Error, place: &str) -> Error {
    match error {
        mysql_async::Error::Server(error) => match classify(error, "") {
            Error::Database { message, .. } | Error::Disconnected { message } => {
                Error::connection(format!("{place}: {message}"))
            }
            other => other,
        },
        mysql_async::Error::Io(IoError::Tls(error)) => tls_failed(place, error),
        error if tls_error(error).is_some() => tls_failed(place, plain(error)),
        mysql_async::Error::Driver(DriverError::NoClientSslFlagFromServer) => Error::connection(
            format!("{place}: the server has no TLS (P1011), which `sslmode` demands"),
        ),
        error => Error::connection(format!(
            "{place}: {} (P1001); check host and port, and that the server runs and listens there",
            plain(error)
        )),
    }
}

fn tls_failed(place: &str, error: impl std::fmt::Display) -> Error {
    Error::connection(format!(
        "{place}: TLS failed (P1011): {error}; `sslmode` says what is verified, `sslcert` names the authority"
    ))
}

/// What rustls said of a handshake; its errors travel inside those of input and output.
pub(super) fn tls_error(error: &mysql_async::Error) -> Option<&tokio_rustls::rustls::Error> {
    match error {
        mysql_async::Error::Io(IoError::Io(error)) => error.get_ref()?.downcast_ref(),
        mysql_async::Error::Io(IoError::Tls(TlsError::Tls(error))) => Some(error),
        _ => None,
    }
}

/// Whether the connection is of no use any more.
pub(super) fn is_gone(error: &mysql_async::Error) -> bool {
    match error {
        mysql_async::Error::Io(_) => true,
        mysql_async::Error::Driver(error) => matches!(
            error,
            DriverError::ConnectionClosed
                | DriverError::PacketOutOfOrder
                | DriverError::UnexpectedPacket { .. }
                | DriverError::PacketTooLarge
        ),
        mysql_async::Error::Server(error) => ends_session(error.code),
        mysql_async::Error::Other(_) | mysql_async::Error::Url(_) => false,
    }
}

/// Shutdown, the kills of both families, timeouts of an idle session, and the network's errors as a server sees them.
const fn ends_session(code: u16) -> bool {
    matches!(
        code,
        1053 | 1077 | 1079 | 1080 | 1152..=1161 | 1184 | 1927 | 2006 | 2013 | 4031
    )
}

/// The innermost message; `mysql_async` wraps each into "Input/output error: Input/output error: …".
fn plain(error: &mysql_async::Error) -> String {
    match error {
        mysql_async::Error::Io(IoError::Io(error)) => error.to_string(),
        mysql_async::Error::Io(IoError::Tls(error)) => error.to_string(),
        mysql_async::Error::Driver(error) => error.to_string(),
        mysql_async::Error::Server(error) => error.message.clone(),
        mysql_async::Error::Other(error) => error.to_string(),
        mysql_async::Error::Url(error) => error.to_string(),
    }
}

fn classify(error: &ServerError, sql: &str) -> Error {
    let message = error.message.clone();
    let native_code = Some(error.code.to_string());
    match error.code {
        1022 | 1062 | 1169 | 1586 => Error::Unique(duplicate(&message)),
        1216 | 1217 | 1451 | 1452 | 1761 | 1762 => Error::ForeignKey(foreign_key(&message)),
        1048 | 1364 => Error::NotNull(Constraint {
            columns: quoted(&message, '\'').into_iter().collect(),
            ..Constraint::default()
        }),
        3819 => Error::Check(Constraint {
            name: quoted(&message, '\''),
            ..Constraint::default()
        }),
        4025 => Error::Check(foreign_key(&message)),
        1020 | 1213 | 1614 => Error::Conflict {
            message,
            native_code,
        },
        // A full disk, and a table that may grow no further, which InnoDB says of a full disk, too.
        1021 | 1114 => Error::DiskFull { message },
        // An error of the system's by its number: 28 is ENOSPC.
        1030 if message.starts_with("Got error 28 ") => Error::DiskFull { message },
        1205 | 3572 => Error::Busy { message },
        1317 | 3168 => Error::Cancelled { message },
        1907 | 1969 | 3024 => Error::StatementTimeout { message },
        1045 | 1251 | 1275 | 1524 | 1698 | 1820 | 1862 | 3118 | 3955 | 4151 => {
            Error::Authentication { message }
        }
        1044 | 1142 | 1143 | 1227 | 1370 | 1410 | 1419 | 3530 => Error::Permission { message },
        1049 => Error::UnknownDatabase { message },
        code if ends_session(code) => Error::Disconnected { message },
        code => Error::Database {
            offset: if code == 1064 {
                offset(&message, sql)
            } else {
                None
            },
            message,
            native_code,
        },
    }
}

/// `Duplicate entry '…' for key 'users.email'`; MariaDB, and MySQL before 8.0.19, leave the table out. The value, which may
/// hold anything, stands before it.
fn duplicate(message: &str) -> Constraint {
    let key = message
        .rsplit_once("for key '")
        .map(|(_, key)| key.trim_end_matches('\''));
    let (table, name) = match key.map(|key| key.split_once('.').unwrap_or(("", key))) {
        Some((table, name)) => (table, Some(name.to_owned())),
        None => ("", None),
    };
    Constraint {
        table: Some(table.to_owned()).filter(|table| !table.is_empty()),
        name,
        ..Constraint::default()
    }
}

/// A constraint and its table, of messages such as ``(`db`.`table`, CONSTRAINT `name` FOREIGN KEY …`` and `MariaDB`'s
/// ``CONSTRAINT `name` failed for `db`.`table` ``.
fn foreign_key(message: &str) -> Constraint {
    let name = message
        .split_once("CONSTRAINT `")
        .and_then(|(_, rest)| rest.split_once('`'))
        .map(|(name, _)| name.to_owned());
    let table = message
        .split_once("`.`")
        .and_then(|(_, rest)| rest.split_once('`'))
        .map(|(table, _)| table.to_owned());
    Constraint {
        table,
        name,
        ..Constraint::default()
    }
}

fn quoted(message: &str, quote: char) -> Option<String> {
    let (_, rest) = message.split_once(quote)?;
    let (inner, _) = rest.split_once(quote)?;
    Some(inner.to_owned())
}

/// Where `… near 'SELEC x' at line 3` is: the server quotes up to 80 characters of what it could not read.
fn offset(message: &str, sql: &str) -> Option<usize> {
    let (before, line) = message.rsplit_once("' at line ")?;
    let line: usize = line.trim().parse().ok()?;
    let (_, near) = before.split_once(" near '")?;
    let start: usize = sql
        .split_inclusive('\n')
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum();
    let rest = sql.get(start..)?;
    if near.is_empty() {
        return Some(sql.trim_end().len());
    }
    rest.find(near).map(|at| start + at).or(Some(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_named_and_values_are_not() {
        let found = duplicate("Duplicate entry 'for key 'x'' for key 'users.email'");
        assert_eq!(found.table.as_deref(), Some("users"));
        assert_eq!(found.name.as_deref(), Some("email"));
        let found = duplicate("Duplicate entry '1' for key 'PRIMARY'");
        assert_eq!(
            (found.table, found.name.as_deref()),
            (None, Some("PRIMARY"))
        );
        let found = foreign_key(
            "Cannot add or update a child row: a foreign key constraint fails (`d`.`post`, CONSTRAINT `post_fk` FOREIGN KEY (`a`) REFERENCES `user` (`id`))",
        );
        assert_eq!(found.table.as_deref(), Some("post"));
        assert_eq!(found.name.as_deref(), Some("post_fk"));
        let found = foreign_key("CONSTRAINT `positive` failed for `d`.`t`");
        assert_eq!(found.table.as_deref(), Some("t"));
    }

    #[test]
    fn positions() {
        let message = "You have an error in your SQL syntax; check the manual … near 'FORM t\nWHERE 1' at line 2";
        let sql = "SELECT 1,\n 2 FORM t\nWHERE 1";
        assert_eq!(offset(message, sql), sql.find("FORM"));
        assert_eq!(offset("… near '' at line 1", "SELECT "), Some(6));
        assert_eq!(offset("no position", "SELECT"), None);
    }
}
