use relata_script::Dialect;

use crate::catalog::{ColumnType, TypeKind};
use crate::change::{AlteredColumn, Changes};
use crate::dialect::Writer;

/// Conditions under which a value does not come through a change of its column's type whole, and whether it is cut then or the statement fails.
/// `column` is the quoted name. What is not listed always comes through, or is nothing that a condition could be written for: then it is the
/// proof that tells.
pub(super) fn conditions(
    writer: &Writer<'_>,
    changes: &Changes<'_>,
    change: &AlteredColumn<'_>,
    column: &str,
) -> Vec<(bool, String)> {
    let (from, to) = (&change.from.ty, &change.to.ty);
    let dialect = writer.dialect();
    // SQLite keeps any value under any type.
    if dialect == Dialect::Sqlite {
        return Vec::new();
    }
    match (from.list, to.list) {
        (false, false) => one(writer, changes, from, to, column),
        // Only the first of a list is a value.
        (true, false) if !is_text(to) => {
            let mut found = vec![(true, format!("cardinality({column}) > 1"))];
            let element = ColumnType {
                list: false,
                ..from.clone()
            };
            found.extend(one(
                writer,
                changes,
                &element,
                to,
                &format!("({column})[1]"),
            ));
            found
        }
        _ => Vec::new(),
    }
}

fn one(
    writer: &Writer<'_>,
    changes: &Changes<'_>,
    from: &ColumnType,
    to: &ColumnType,
    column: &str,
) -> Vec<(bool, String)> {
    let dialect = writer.dialect();
    let text = match dialect {
        Dialect::Postgres => format!("{column}::text"),
        Dialect::Mysql | Dialect::Sqlite => column.to_owned(),
    };
    let unfit = |condition: String| vec![(false, condition)];
    // A value that the list does not hold.
    let outside = |values: &[Box<str>]| {
        let values: Vec<String> = values.iter().map(|value| writer.string(value)).collect();
        unfit(format!("{text} NOT IN ({})", values.join(", ")))
    };
    match &to.kind {
        TypeKind::Enum(name) => {
            return match changes.to.enumeration(name) {
                Some(after) if from.enum_name() != Some(name) => outside(&after.values),
                _ => Vec::new(),
            };
        }
        TypeKind::Values(values) => {
            let kept = |from: &TypeKind| match from {
                TypeKind::Values(before) => before.iter().all(|value| values.contains(value)),
                _ => false,
            };
            return if kept(&from.kind) {
                Vec::new()
            } else {
                outside(values)
            };
        }
        _ => {}
    }
    let (Some((was, was_arguments)), Some((is, arguments))) = (native(from), native(to)) else {
        return Vec::new();
    };
    if is_text(to) {
        let Some(length) = length(is, arguments, dialect) else {
            return Vec::new();
        };
        let shorter = !is_text(from)
            || self::length(was, was_arguments, dialect).is_none_or(|before| before > length);
        let measure = match dialect {
            Dialect::Postgres => format!("char_length({text})"),
            Dialect::Mysql | Dialect::Sqlite => format!("CHAR_LENGTH({column})"),
        };
        return if shorter {
            unfit(format!("{measure} > {length}"))
        } else {
            Vec::new()
        };
    }
    // MySQL reads the bytes of these as text.
    let reads_as_text = dialect == Dialect::Mysql && (is_binary(was) || was == "JSON");
    if is_text(from) || reads_as_text {
        let pattern = match is {
            "SMALLINT" | "INTEGER" | "BIGINT" | "INT" | "TINYINT" | "MEDIUMINT" => {
                "^[[:space:]]*[-+]?[0-9]+[[:space:]]*$"
            }
            "DECIMAL" | "REAL" | "DOUBLE PRECISION" | "DOUBLE" | "FLOAT" => {
                "^[[:space:]]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?[[:space:]]*$"
            }
            "UUID" => "^[{]?([0-9a-fA-F]{4}-?){8}[}]?$",
            "JSON" if dialect == Dialect::Mysql => {
                return unfit(format!("NOT JSON_VALID({column})"));
            }
            "DATETIME" | "DATE" | "TIMESTAMP" if dialect == Dialect::Mysql => {
                return unfit(reads_as_no_time(column));
            }
            // Nothing simple says what reads as a time.
            _ => return Vec::new(),
        };
        let pattern = writer.string(pattern);
        return unfit(match dialect {
            Dialect::Postgres => format!("{text} !~ {pattern}"),
            Dialect::Mysql | Dialect::Sqlite => format!("{column} NOT REGEXP {pattern}"),
        });
    }
    if dialect == Dialect::Mysql {
        match (is_time(was), is_time(is)) {
            // MySQL reads digits as a time, and a time as digits.
            (false, true) => return unfit(reads_as_no_time(column)),
            (true, false) => {
                let most = range(is, dialect).map(|(_, most)| most);
                return most.map_or_else(Vec::new, |most| unfit(format!("{column} + 0 > {most}")));
            }
            _ => {}
        }
        if is == "JSON" && !is_number(was, dialect) {
            return unfit(format!("NOT JSON_VALID({column})"));
        }
    }
    // The ends of unsigned types are left to the server.
    if is_unsigned(from) || is_unsigned(to) {
        return Vec::new();
    }
    let before = range(was, dialect);
    match (before, range(is, dialect)) {
        (Some((low, high)), Some((least, most))) => {
            let mut parts = Vec::new();
            if low < least {
                parts.push(format!("{column} < {least}"));
            }
            if high > most {
                parts.push(format!("{column} > {most}"));
            }
            if parts.is_empty() {
                Vec::new()
            } else {
                unfit(parts.join(" OR "))
            }
        }
        // A number with a fraction is rounded, which a cast between numbers is known for; out of range it fails.
        (None, Some((least, most))) if is_number(was, dialect) => {
            unfit(format!("{column} < {least} OR {column} > {most}"))
        }
        _ if is == "DECIMAL" && is_number(was, dialect) => {
            decimal(was, was_arguments, arguments, column)
        }
        _ => Vec::new(),
    }
}

/// A decimal that loses whole digits refuses what has them; one that loses places rounds.
fn decimal(was: &str, before: &[u32], after: &[u32], column: &str) -> Vec<(bool, String)> {
    let [precision, rest @ ..] = after else {
        return Vec::new();
    };
    let scale = rest.first().copied().unwrap_or(0);
    let whole = precision.saturating_sub(scale);
    let was_whole = match (was, before) {
        ("DECIMAL", [precision, rest @ ..]) => {
            Some(precision.saturating_sub(rest.first().copied().unwrap_or(0)))
        }
        ("TINYINT", _) => Some(3),
        ("SMALLINT", _) => Some(5),
        ("MEDIUMINT", _) => Some(8),
        ("INTEGER" | "INT", _) => Some(10),
        ("BIGINT", _) => Some(20),
        _ => None,
    };
    let mut found = Vec::new();
    if was_whole.is_none_or(|was| was > whole) {
        let digits = "0".repeat(whole as usize);
        found.push((false, format!("abs({column}) >= 1{digits}")));
    }
    let was_scale = match (was, before) {
        ("DECIMAL", [_, scale]) => Some(*scale),
        ("DECIMAL", [_]) => Some(0),
        ("DECIMAL" | "REAL" | "DOUBLE PRECISION" | "DOUBLE" | "FLOAT", _) => None,
        _ => Some(0),
    };
    if was_scale.is_none_or(|was| was > scale) && was == "DECIMAL" {
        found.push((true, format!("round({column}, {scale}) <> {column}")));
    }
    found
}

fn native(ty: &ColumnType) -> Option<(&'static str, &[u32])> {
    match &ty.kind {
        TypeKind::Native(native) => Some((native.info.sql, native.args.as_slice())),
        _ => None,
    }
}

fn is_unsigned(ty: &ColumnType) -> bool {
    matches!(&ty.kind, TypeKind::Native(native) if !native.info.suffix.trim().is_empty())
}

fn is_text(ty: &ColumnType) -> bool {
    let sql = native(ty).map_or("", |(sql, _)| sql);
    sql.ends_with("TEXT") || matches!(sql, "VARCHAR" | "CHAR" | "CITEXT")
}

fn is_time(sql: &str) -> bool {
    matches!(sql, "DATETIME" | "DATE" | "TIMESTAMP")
}

fn reads_as_no_time(column: &str) -> String {
    format!("{column} IS NOT NULL AND CAST({column} AS DATETIME) IS NULL")
}

fn is_binary(sql: &str) -> bool {
    sql.ends_with("BLOB") || sql.ends_with("BINARY")
}

fn is_number(sql: &str, dialect: Dialect) -> bool {
    matches!(
        sql,
        "DECIMAL" | "REAL" | "DOUBLE PRECISION" | "DOUBLE" | "FLOAT"
    ) || range(sql, dialect).is_some()
}

/// How many characters a type of text holds, where that is limited.
fn length(sql: &str, arguments: &[u32], dialect: Dialect) -> Option<u32> {
    match (sql, arguments.first()) {
        ("VARCHAR" | "CHAR", Some(length)) => Some(*length),
        ("CHAR", None) => Some(1),
        ("VARCHAR", None) if dialect == Dialect::Mysql => Some(191),
        ("TINYTEXT", _) => Some(255),
        ("TEXT", _) if dialect == Dialect::Mysql => Some(65_535),
        _ => None,
    }
}

/// The least and the most that a signed type of whole numbers holds.
fn range(sql: &str, dialect: Dialect) -> Option<(i64, i64)> {
    Some(match sql {
        // MySQL's `BOOLEAN` is a `TINYINT(1)`, which holds what a `TINYINT` does.
        "BOOLEAN" if dialect == Dialect::Mysql => (-128, 127),
        "TINYINT" => (-128, 127),
        "SMALLINT" => (-32_768, 32_767),
        "MEDIUMINT" => (-8_388_608, 8_388_607),
        "INTEGER" | "INT" => (-2_147_483_648, 2_147_483_647),
        "BIGINT" => (i64::MIN, i64::MAX),
        _ => return None,
    })
}
