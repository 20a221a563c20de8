//! Values that do not come through a change of their column's type whole.

use relata_script::Dialect;

use super::condition::Condition;
use super::reading::{mysql, postgres};
use crate::catalog::{ColumnType, TypeKind};
use crate::change::{AlteredColumn, Changes};
use crate::dialect::{Writer, document};

/// Conditions under which a value does not come through a change of its column's type whole. `column` is the quoted name. What is not listed always
/// comes through, or is nothing that a condition could be written for: then it is the proof that tells.
pub(super) fn conditions(
    writer: &Writer<'_>,
    changes: &Changes<'_>,
    change: &AlteredColumn<'_>,
    column: &str,
) -> Vec<Condition> {
    let (from, to) = (&change.from.ty, &change.to.ty);
    // SQLite keeps any value under any type.
    if writer.dialect() == Dialect::Sqlite {
        return Vec::new();
    }
    let element = |ty: &ColumnType| ColumnType {
        list: false,
        ..ty.clone()
    };
    let of = |value: &str| one(writer, changes, &element(from), &element(to), value);
    match (from.list, to.list) {
        (false, _) => of(column),
        // The list as the server prints it.
        (true, false) if is_text(to) => native(to)
            .and_then(|(sql, arguments)| length(sql, arguments, Dialect::Postgres))
            .map(|length| Condition::Unfit(format!("char_length({column}::text) > {length}")))
            .into_iter()
            .collect(),
        // Only the first of a list is a value.
        (true, false) => {
            let mut found = vec![Condition::Cut(format!("cardinality({column}) > 1"))];
            found.extend(of(&format!("({column})[1]")));
            found
        }
        (true, true) => of("each.value")
            .into_iter()
            .map(|condition| condition.of_any(column, "each(value)"))
            .collect(),
    }
}

fn one(
    writer: &Writer<'_>,
    changes: &Changes<'_>,
    from: &ColumnType,
    to: &ColumnType,
    column: &str,
) -> Vec<Condition> {
    let dialect = writer.dialect();
    let was_json = matches!(native(from), Some(("JSON" | "JSONB", _)));
    // As the conversion reads it.
    let text = match dialect {
        Dialect::Postgres if was_json && !is_text(to) => format!("({column} #>> '{{}}')"),
        Dialect::Postgres => format!("{column}::text"),
        Dialect::Mysql if document::is_unquoted(from, to) => document::unquoted(column),
        Dialect::Mysql | Dialect::Sqlite => column.to_owned(),
    };
    let unfit = |condition: String| vec![Condition::Unfit(condition)];
    // A value that the list does not hold.
    let outside = |values: &[Box<str>]| {
        let values: Vec<String> = values.iter().map(|value| writer.string(value)).collect();
        let text = match (dialect, native(from)) {
            // Compared as text, and not as numbers.
            (Dialect::Mysql, Some((was, _))) if is_number(was, dialect) => {
                format!("CAST({column} AS CHAR)")
            }
            _ => text.clone(),
        };
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
        // What it demands of its values is the server's to judge.
        TypeKind::Domain(_) | TypeKind::Unsupported(_) if dialect == Dialect::Postgres => {
            return vec![Condition::unknown(column)];
        }
        _ => {}
    }
    let Some((is, arguments)) = native(to) else {
        return Vec::new();
    };
    if is_text(to) {
        let Some(length) = length(is, arguments, dialect) else {
            return Vec::new();
        };
        let was = native(from).and_then(|(was, arguments)| self::length(was, arguments, dialect));
        let shorter = !is_text(from) || was.is_none_or(|before| before > length);
        let measure = match dialect {
            // Blanks beyond the end are cut, as the standard wants it.
            Dialect::Postgres => format!("char_length(rtrim({text}, ' '))"),
            Dialect::Mysql | Dialect::Sqlite => format!("CHAR_LENGTH({column})"),
        };
        return if shorter {
            unfit(format!("{measure} > {length}"))
        } else {
            Vec::new()
        };
    }
    if dialect == Dialect::Postgres {
        let is_read = is_text(from)
            || (was_json && !matches!(is, "JSON" | "JSONB"))
            || matches!(from.kind, TypeKind::Domain(_) | TypeKind::Unsupported(_));
        if is_read {
            return vec![postgres::read_as(&text, is, arguments)];
        }
    }
    let Some((was, was_arguments)) = native(from) else {
        return Vec::new();
    };
    // MySQL reads the bytes of these as text.
    let reads_as_text = is_text(from) || is_binary(was) || was == "JSON";
    if dialect == Dialect::Mysql && reads_as_text {
        if is_binary(is) {
            return Vec::new();
        }
        return vec![mysql::read_as(&text, is, arguments, is_unsigned(to))];
    }
    if dialect == Dialect::Mysql {
        match (is_time(was), is_time(is)) {
            // MySQL reads digits as a time, and a time as digits.
            (false, true) => {
                return vec![Condition::Read {
                    bad: mysql::reads_as_no_time(column),
                    sure: format!("{column} IS NULL"),
                }];
            }
            (true, false) => {
                let most = range(is, dialect).map(|(_, most)| most);
                return most.map_or_else(Vec::new, |most| unfit(format!("{column} + 0 > {most}")));
            }
            _ => {}
        }
        if is == "JSON" && !is_number(was, dialect) && !document::is_quoted(from, to) {
            return unfit(format!("NOT JSON_VALID({column})"));
        }
    }
    // The ends of unsigned types are left to the server.
    if is_unsigned(from) || is_unsigned(to) {
        return Vec::new();
    }
    match (range(was, dialect), range(is, dialect)) {
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
            // The greatest of eight bytes is no floating point number: the next one is what does not fit.
            let above = match (was, is) {
                ("DECIMAL", _) | (_, "SMALLINT" | "INTEGER" | "INT" | "TINYINT" | "MEDIUMINT") => {
                    format!("> {most}")
                }
                _ => format!(">= {}", i128::from(most) + 1),
            };
            unfit(format!("{column} < {least} OR {column} {above}"))
        }
        (None, None) if is == "REAL" && is_number(was, dialect) => unfit(format!(
            "abs({column}) > 3.4028235e38 AND abs({column}) <> 'Infinity' OR {column} <> 0 AND abs({column}) < 1e-45"
        )),
        _ if is == "DECIMAL" && is_number(was, dialect) => {
            decimal(was, was_arguments, arguments, column)
        }
        _ => Vec::new(),
    }
}

/// A decimal that loses whole digits refuses what has them; one that loses places rounds.
fn decimal(was: &str, before: &[u32], after: &[u32], column: &str) -> Vec<Condition> {
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
        // Rounded first, then measured; infinity has no number of digits.
        let rounded = if matches!(was, "REAL" | "DOUBLE PRECISION") {
            format!(
                "CASE WHEN {column} IN ('Infinity', '-Infinity') THEN 'NaN' ELSE round({column}::numeric, {scale}) END"
            )
        } else {
            format!("round({column}, {scale})")
        };
        found.push(Condition::Unfit(format!("abs({rounded}) >= 1{digits}")));
    }
    let was_scale = match (was, before) {
        ("DECIMAL", [_, scale]) => Some(*scale),
        ("DECIMAL", [_]) => Some(0),
        ("DECIMAL" | "REAL" | "DOUBLE PRECISION" | "DOUBLE" | "FLOAT", _) => None,
        _ => Some(0),
    };
    if was_scale.is_none_or(|was| was > scale) && was == "DECIMAL" {
        found.push(Condition::Cut(format!(
            "round({column}, {scale}) <> {column}"
        )));
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
pub(super) fn range(sql: &str, dialect: Dialect) -> Option<(i64, i64)> {
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
