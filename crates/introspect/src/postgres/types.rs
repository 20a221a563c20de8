//! Types as `format_type` prints them, as types of the provider's table.

use relata_sql::catalog::{ColumnType, ObjectName, TypeKind, postgres_type};

/// Reads a type. `named` is the enum or domain that it names, in a list or not, and whether that is a domain.
pub(super) fn column_type(
    text: &str,
    named: Option<(ObjectName, bool)>,
    default_namespace: Option<&str>,
) -> ColumnType {
    let (element, list) = match text.strip_suffix("[]") {
        Some(element) => (element, true),
        None => (text, false),
    };
    let kind = match named {
        Some((name, false)) => TypeKind::Enum(name),
        Some((name, true)) => TypeKind::Domain(name),
        None => {
            let element = unqualified(element, default_namespace);
            postgres_type(element)
                .map_or_else(|| TypeKind::Unsupported(element.into()), TypeKind::Native)
        }
    };
    ColumnType { kind, list }
}

/// Takes the namespace away that needs no naming.
pub(super) fn unqualified<'t>(text: &'t str, default_namespace: Option<&str>) -> &'t str {
    // A namespace in quotes is left alone: it is the same either way, and rare.
    default_namespace
        .and_then(|namespace| text.strip_prefix(namespace)?.strip_prefix('.'))
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let ty = column_type(text, None, Some("public"));
        let list = if ty.list { "[]" } else { "" };
        match ty.kind {
            TypeKind::Native(native) => format!("{}{list}", native.sql()),
            TypeKind::Unsupported(sql) => format!("? {sql}{list}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn types_are_found_in_the_table() {
        assert_eq!(read("character varying(20)[]"), "VARCHAR(20)[]");
        assert_eq!(read("timestamp(3) without time zone"), "TIMESTAMP(3)");
        assert_eq!(read("time with time zone"), "TIMETZ");
        assert_eq!(read("numeric(65,30)"), "DECIMAL(65,30)");
        assert_eq!(read("public.citext"), "CITEXT");
        assert_eq!(read("numeric(5,-2)"), "? numeric(5,-2)");
        assert_eq!(read("extensions.citext"), "? extensions.citext");
        assert_eq!(read("interval(3)"), "? interval(3)");
        assert_eq!(read("public.\"Odd\"[]"), "? \"Odd\"[]");
    }
}
