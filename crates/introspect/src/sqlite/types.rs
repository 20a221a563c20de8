//! The declared type of a column, read back into the table that writes it.

use relata_schema::provider::{NativeType, Provider};
use relata_sql::catalog::{ColumnType, TypeKind};

/// Other spellings that mean one of our types; what stands in no table keeps its text.
const SYNONYMS: [(&str, &str); 16] = [
    ("INT", "Integer"),
    ("TINYINT", "Integer"),
    ("SMALLINT", "Integer"),
    ("MEDIUMINT", "Integer"),
    ("INT8", "BigInt"),
    ("UNSIGNED BIG INT", "BigInt"),
    ("CHARACTER", "Text"),
    ("VARCHAR", "Text"),
    ("CHAR", "Text"),
    ("CLOB", "Text"),
    ("DOUBLE", "Real"),
    ("DOUBLE PRECISION", "Real"),
    ("FLOAT", "Real"),
    ("NUMERIC", "Decimal"),
    ("BOOL", "Boolean"),
    ("TIMESTAMP", "DateTime"),
];

pub(super) fn column_type(declared: &str) -> ColumnType {
    let base = declared.split('(').next().unwrap_or(declared).trim();
    let types = Provider::Sqlite.types();
    let exact = types
        .iter()
        .find(|info| info.sql.eq_ignore_ascii_case(base));
    let synonym = || {
        let (_, name) = SYNONYMS
            .iter()
            .find(|(sql, _)| sql.eq_ignore_ascii_case(base))?;
        Provider::Sqlite.type_named(name)
    };
    let kind = match exact.or_else(synonym) {
        Some(info) => TypeKind::Native(NativeType::new(info, &[])),
        None => TypeKind::Unsupported(declared.into()),
    };
    ColumnType::one(kind)
}

#[cfg(test)]
mod tests {
    use super::{ColumnType, TypeKind, column_type};

    #[test]
    fn declared_types_are_read_whatever_their_case_and_arguments() {
        let name = |declared| match column_type(declared) {
            ColumnType {
                kind: TypeKind::Native(native),
                ..
            } => native.name().to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(name("integer"), "Integer");
        assert_eq!(name("VARCHAR(20)"), "Text");
        assert_eq!(name("DateTime"), "DateTime");
        assert_eq!(name("JSONB"), "JsonB");
        assert!(name("GEOMETRY").contains("GEOMETRY"));
    }
}
