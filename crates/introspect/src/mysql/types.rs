//! The type of a column as `COLUMN_TYPE` has it, read back into the table that writes it.

use relata_schema::provider::{Arguments, NativeType, Provider, TypeInfo};
use relata_sql::catalog::{ColumnType, TypeKind};

use super::quoted;

/// Reads a type: `int(11) unsigned`, `enum('a','b')`. What stands in no table keeps its text.
pub(super) fn column_type(printed: &str) -> ColumnType {
    ColumnType::one(kind(printed).unwrap_or_else(|| TypeKind::Unsupported(printed.into())))
}

/// The type of a column that holds JSON; MariaDB itself knows it as `LONGTEXT` with a check.
pub(super) fn json() -> ColumnType {
    column_type("json")
}

fn kind(printed: &str) -> Option<TypeKind> {
    let name_end = printed
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(printed.len());
    let (name, rest) = printed.split_at(name_end);
    let (args, suffix) = match rest.strip_prefix('(') {
        // The values of an enum may hold brackets themselves.
        Some(inner) => inner.rsplit_once(')')?,
        None => ("", rest),
    };
    if name.eq_ignore_ascii_case("enum") && suffix.is_empty() {
        let values = quoted::list(args)?;
        return Some(TypeKind::Values(
            values.into_iter().map(Into::into).collect(),
        ));
    }
    native(name, args, suffix).map(TypeKind::Native)
}

fn native(name: &str, args: &str, suffix: &str) -> Option<NativeType> {
    if name.eq_ignore_ascii_case("tinyint") && args == "1" && suffix.is_empty() {
        let boolean = Provider::Mysql.type_named("Boolean")?;
        return Some(NativeType::new(boolean, &[]));
    }
    let name = if name.eq_ignore_ascii_case("int") {
        "INTEGER"
    } else {
        name
    };
    let info = Provider::Mysql.types().iter().find(|info| {
        info.sql.eq_ignore_ascii_case(name) && info.suffix.eq_ignore_ascii_case(suffix)
    })?;
    let args = if is_width(info) {
        Vec::new()
    } else {
        let parts = args.split(',').filter(|part| !part.is_empty());
        parts
            .map(|part| part.trim().parse::<u32>().ok())
            .collect::<Option<Vec<u32>>>()?
    };
    let ranges = info.args.ranges();
    let is_known = match info.args {
        Arguments::None => args.is_empty(),
        Arguments::Optional(_) => args.is_empty() || args.len() == ranges.len(),
        Arguments::Required(_) => args.len() == ranges.len(),
    };
    is_known.then(|| NativeType::new(info, &args))
}

/// Whether what stands in brackets is only how wide a client shows the number, which MariaDB prints always and MySQL no more
/// (manual, "Numeric Type Attributes").
fn is_width(info: &TypeInfo) -> bool {
    info.sql.ends_with("INT") || matches!(info.sql, "INTEGER" | "YEAR")
}

/// How wide a client shows the numbers of a column, where that is not as wide as the server would have it by itself (MariaDB; manual,
/// "Numeric Data Type Overview").
pub(super) fn display_width(printed: &str, kind: &TypeKind) -> Option<String> {
    let TypeKind::Native(native) = kind else {
        return None;
    };
    let (name, rest) = printed.split_once('(')?;
    let (width, suffix) = rest.split_once(')')?;
    let (signed, unsigned) = match &*name.to_ascii_lowercase() {
        "tinyint" => ("4", "3"),
        "smallint" => ("6", "5"),
        "mediumint" => ("9", "8"),
        "int" => ("11", "10"),
        "bigint" => ("20", "20"),
        _ => return None,
    };
    let usual = if suffix.is_empty() { signed } else { unsigned };
    (native.info.sql != "BOOLEAN" && width != usual).then(|| width.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_the_table_are_found() {
        let name = |printed| match column_type(printed).kind {
            TypeKind::Native(native) => format!("{} {}", native.name(), native.sql()),
            other => format!("{other:?}"),
        };
        for (printed, expected) in [
            ("tinyint(1)", "Boolean BOOLEAN"),
            ("tinyint(4)", "TinyInt TINYINT"),
            ("tinyint", "TinyInt TINYINT"),
            ("tinyint(3) unsigned", "UnsignedTinyInt TINYINT UNSIGNED"),
            ("int(11)", "Int INTEGER"),
            ("int unsigned", "UnsignedInt INTEGER UNSIGNED"),
            ("bigint(20) unsigned", "UnsignedBigInt BIGINT UNSIGNED"),
            ("year(4)", "Year YEAR"),
            ("varchar(191)", "VarChar VARCHAR(191)"),
            ("decimal(65,30)", "Decimal DECIMAL(65, 30)"),
            ("datetime(3)", "DateTime DATETIME(3)"),
            ("datetime", "DateTime DATETIME"),
            ("bit(8)", "Bit BIT(8)"),
            ("json", "Json JSON"),
            ("double", "Double DOUBLE"),
        ] {
            assert_eq!(name(printed), expected, "{printed}");
        }
    }

    #[test]
    fn other_types_keep_their_text() {
        for printed in [
            "int(5) unsigned zerofill",
            "set('x','y')",
            "float(7,3)",
            "double(10,2)",
            "decimal(10,2) unsigned",
            "geometry",
            "uuid",
            "text /*M!100301 COMPRESSED*/",
            "enum('a'",
            "",
        ] {
            assert_eq!(
                column_type(printed).kind,
                TypeKind::Unsupported(printed.into()),
                "{printed}"
            );
        }
    }

    #[test]
    fn values_are_unescaped() {
        let TypeKind::Values(values) = column_type(r"enum('a','it''s','c,d','e\\f','(g)')").kind
        else {
            panic!("no enum");
        };
        let values: Vec<&str> = values.iter().map(|value| &**value).collect();
        assert_eq!(values, ["a", "it's", "c,d", "e\\f", "(g)"]);
    }
}
