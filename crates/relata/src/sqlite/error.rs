use rusqlite::ffi::{self, ErrorCode};

use crate::{Constraint, DecodeError, Error};

/// Sorts an error of SQLite into the classes of [`Error`], by its extended result code ("Result and Error Codes" in the
/// manual). For use with [`super::Sqlite::with`].
pub fn from_rusqlite(error: rusqlite::Error) -> Error {
    match error {
        rusqlite::Error::SqliteFailure(code, message) => {
            classify(code, message.unwrap_or_else(|| code.to_string()), None)
        }
        rusqlite::Error::SqlInputError {
            error, msg, offset, ..
        } => classify(error, msg, usize::try_from(offset).ok()),
        rusqlite::Error::QueryReturnedNoRows => Error::NotFound { table: None },
        rusqlite::Error::FromSqlConversionFailure(index, kind, _)
        | rusqlite::Error::InvalidColumnType(index, _, kind) => Error::Decode {
            column: format!("#{index}"),
            source: DecodeError::content("another type", kind.to_string()),
        },
        other => Error::Database {
            message: other.to_string(),
            native_code: None,
            offset: None,
        },
    }
}

fn classify(error: ffi::Error, message: String, offset: Option<usize>) -> Error {
    match error.code {
        ErrorCode::ConstraintViolation => constraint(error.extended_code, message),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Busy { message },
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Error::Corrupt { message },
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Error::ReadOnly { message },
        ErrorCode::CannotOpen => Error::connection(format!(
            "{message}; does the folder exist, and may it be written?"
        )),
        ErrorCode::DiskFull => Error::DiskFull { message },
        _ => other(message, error, offset),
    }
}

fn other(message: String, error: ffi::Error, offset: Option<usize>) -> Error {
    Error::Database {
        message,
        native_code: Some(error.extended_code.to_string()),
        offset,
    }
}

fn constraint(code: i32, message: String) -> Error {
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => Error::Unique(subject(&message)),
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Error::ForeignKey(Constraint::default()),
        ffi::SQLITE_CONSTRAINT_NOTNULL => Error::NotNull(subject(&message)),
        ffi::SQLITE_CONSTRAINT_CHECK => Error::Check(Constraint {
            name: after_colon(&message),
            ..Constraint::default()
        }),
        ffi::SQLITE_CONSTRAINT_TRIGGER => Error::Database {
            message,
            native_code: Some(code.to_string()),
            offset: None,
        },
        _ => Error::Check(Constraint {
            name: Some(message),
            ..Constraint::default()
        }),
    }
}

fn after_colon(message: &str) -> Option<String> {
    message.split_once(": ").map(|(_, rest)| rest.to_owned())
}

/// Reads `UNIQUE constraint failed: users.email, users.tenant` and `… failed: index 'users_lower'`.
fn subject(message: &str) -> Constraint {
    let mut constraint = Constraint::default();
    let Some(list) = after_colon(message) else {
        return constraint;
    };
    if let Some(index) = list.strip_prefix("index '") {
        constraint.name = Some(index.trim_end_matches('\'').to_owned());
        return constraint;
    }
    for item in list.split(", ") {
        if let Some((table, column)) = item.split_once('.') {
            constraint.table = Some(table.to_owned());
            constraint.columns.push(column.to_owned());
        }
    }
    constraint
}
