//! How PostgreSQL brings the values of one column type into another.
//!
//! The facts are those of `pg_cast`: which casts an assignment makes by itself, and which have to be asked for. A cast
//! that would cut values silently is never asked for: `"c"::VARCHAR(5)` cuts, an assignment refuses.

use crate::catalog::{ColumnType, TypeKind};

/// How the values of a column get into another type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Conversion {
    /// The server does it, the default included.
    Assigned,
    /// By this expression; the default cannot follow by itself.
    Using(String),
    /// There is no value of the old type that would be one of the new.
    None,
}

/// Finds the way from one type to another. `column` is the quoted name, `sql` the new type as SQL.
pub(crate) fn conversion(
    from: &ColumnType,
    to: &ColumnType,
    column: &str,
    optional: bool,
    sql: &str,
) -> Conversion {
    let (before, after) = (Family::of(&from.kind), Family::of(&to.kind));
    let element = sql.strip_suffix("[]").filter(|_| to.list).unwrap_or(sql);
    match (from.list, to.list) {
        (false, false) => one(before, after, from, to, column, element),
        // Printed as the server prints arrays.
        (true, false) if after == Family::Text => Conversion::Assigned,
        (true, false) => match one(before, after, from, to, &format!("({column})[1]"), element) {
            Conversion::Assigned => Conversion::Using(format!("({column})[1]")),
            other => other,
        },
        (false, true) => {
            let value = match one(before, after, from, to, column, element) {
                Conversion::Assigned => column.to_owned(),
                Conversion::Using(value) => value,
                Conversion::None => return Conversion::None,
            };
            // A list with nothing in it, as a client reads both; `array_remove` would need an equality, which json lacks.
            let list = format!("ARRAY[{value}]");
            let whole = format!("CASE WHEN {column} IS NULL THEN '{{}}' ELSE {list} END");
            Conversion::Using(if optional { whole } else { list })
        }
        (true, true) => match one(before, after, from, to, column, element) {
            Conversion::Using(value) => {
                of_list(&value, column, element, sql).map_or(Conversion::None, Conversion::Using)
            }
            other => other,
        },
    }
}

/// The way of a value, taken by each value of a list: casts lead from list to list as from value to value, and nothing else
/// does.
fn of_list(value: &str, column: &str, element: &str, sql: &str) -> Option<String> {
    let casts = value.strip_prefix(column)?;
    let to = format!("::{element}");
    let (on_the_way, is_cast) = match casts.strip_suffix(&to) {
        Some(casts) => (casts, true),
        None => (casts, false),
    };
    let mut list = vec![column.to_owned()];
    for step in on_the_way.split("::").skip(1) {
        let is_name = step.bytes().all(|byte| byte.is_ascii_lowercase());
        list.push(is_name.then(|| format!("{step}[]"))?);
    }
    if is_cast {
        list.push(sql.to_owned());
    }
    (on_the_way.is_empty() || on_the_way.starts_with("::")).then(|| list.join("::"))
}

fn one(
    before: Family,
    after: Family,
    from: &ColumnType,
    to: &ColumnType,
    value: &str,
    sql: &str,
) -> Conversion {
    use Family::{
        Bit, Boolean, Date, Enum, Inet, Integer, Json, Money, Numeric, Oid, Other, SmallInteger,
        Text, Time, TimeTz, Timestamp,
    };
    let using = |expression: String| Conversion::Using(expression);
    match (before, after) {
        (Family::Domain, _) | (_, Family::Domain) => using(format!("{value}::text::{sql}")),
        // Its default would go on depending on the enum, which may be about to go.
        (Enum | Other, Text) => using(format!("{value}::text")),
        // Length is padded when asked for, and refused otherwise.
        (Bit, Bit) if widens(from, to) => using(format!("{value}::{sql}")),
        (_, Text)
        | (Integer | SmallInteger | Numeric, Integer | SmallInteger | Numeric)
        | (Timestamp | Date, Timestamp | Date)
        | (Timestamp, Time)
        | (Time | TimeTz, Time | TimeTz)
        | (Json, Json)
        | (Bit, Bit)
        | (Integer | SmallInteger, Oid)
        | (Oid, Integer)
        | (Integer, Money) => Conversion::Assigned,
        (Money, Numeric) if native(to) == Some("DECIMAL") => Conversion::Assigned,
        (Numeric, Money) if native(from) == Some("DECIMAL") => Conversion::Assigned,
        (Money, Integer | SmallInteger | Numeric) | (Numeric | SmallInteger, Money) => {
            using(format!("{value}::numeric::{sql}"))
        }
        (Oid, SmallInteger | Numeric) => using(format!("{value}::bigint::{sql}")),
        (Timestamp, TimeTz) => using(format!("{value}::time::{sql}")),
        (Boolean, Integer | SmallInteger | Numeric) => using(format!("{value}::integer::{sql}")),
        (Integer | SmallInteger | Numeric, Boolean) => using(format!("{value} <> 0")),
        (Text, _) => using(format!("{value}::text::{sql}")),
        // A scalar in a document, without the quotes that its text has there.
        (
            Json,
            Integer
            | SmallInteger
            | Numeric
            | Boolean
            | Date
            | Timestamp
            | Time
            | TimeTz
            | Enum
            | Inet
            | Family::Uuid,
        ) => using(format!("({value} #>> '{{}}')::{sql}")),
        (_, Json) => using(format!("to_{}({value})", sql.to_ascii_lowercase())),
        (Enum, Enum) | (Other, _) | (_, Other) => using(format!("{value}::text::{sql}")),
        _ => Conversion::None,
    }
}

fn native(ty: &ColumnType) -> Option<&'static str> {
    match &ty.kind {
        TypeKind::Native(native) => Some(native.info.sql),
        _ => None,
    }
}

/// Tells whether a fixed-length bit string grows.
fn widens(from: &ColumnType, to: &ColumnType) -> bool {
    match (&from.kind, &to.kind) {
        (TypeKind::Native(from), TypeKind::Native(to)) if to.info.sql == "BIT" => {
            let length = |args: &[u32]| args.first().copied().unwrap_or(1);
            length(from.args.as_slice()) < length(to.args.as_slice())
        }
        _ => false,
    }
}

/// Types that convert alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Text,
    Integer,
    SmallInteger,
    Numeric,
    Money,
    Oid,
    Boolean,
    Date,
    Timestamp,
    Time,
    TimeTz,
    Json,
    Bytes,
    Uuid,
    Xml,
    Inet,
    Bit,
    Enum,
    /// Of what it narrows, its values have the same text.
    Domain,
    Other,
}

impl Family {
    fn of(kind: &TypeKind) -> Self {
        let native = match kind {
            TypeKind::Native(native) => native.info.sql,
            TypeKind::Enum(_) | TypeKind::Values(_) => return Self::Enum,
            TypeKind::Domain(_) => return Self::Domain,
            TypeKind::Unsupported(_) => return Self::Other,
        };
        match native {
            "TEXT" | "VARCHAR" | "CHAR" | "CITEXT" | "STRING" | "\"char\"" => Self::Text,
            "INTEGER" | "BIGINT" | "INT4" | "INT8" => Self::Integer,
            "SMALLINT" | "INT2" => Self::SmallInteger,
            "DECIMAL" | "REAL" | "DOUBLE PRECISION" | "FLOAT4" | "FLOAT8" => Self::Numeric,
            "MONEY" => Self::Money,
            "OID" => Self::Oid,
            "BOOLEAN" | "BOOL" => Self::Boolean,
            "DATE" => Self::Date,
            "TIMESTAMP" | "TIMESTAMPTZ" => Self::Timestamp,
            "TIME" => Self::Time,
            "TIMETZ" => Self::TimeTz,
            "JSON" | "JSONB" => Self::Json,
            "BYTEA" | "BYTES" => Self::Bytes,
            "UUID" => Self::Uuid,
            "XML" => Self::Xml,
            "INET" => Self::Inet,
            "BIT" | "VARBIT" => Self::Bit,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of_list;

    #[test]
    fn a_list_takes_the_casts_of_its_values() {
        let of =
            |value: &str, element: &str| of_list(value, "\"c\"", element, &format!("{element}[]"));
        assert_eq!(of("\"c\"::text", "TEXT").as_deref(), Some("\"c\"::text[]"));
        assert_eq!(
            of("\"c\"::text::\"a::b\"", "\"a::b\"").as_deref(),
            Some("\"c\"::text[]::\"a::b\"[]")
        );
        assert_eq!(
            of("\"c\"::numeric::DECIMAL(10,2)", "DECIMAL(10,2)").as_deref(),
            Some("\"c\"::numeric[]::DECIMAL(10,2)[]")
        );
        assert_eq!(
            of("\"c\"::BIT(5)", "BIT(5)").as_deref(),
            Some("\"c\"::BIT(5)[]")
        );
        // What is done to a value beside a cast cannot be done to a list.
        assert_eq!(of("\"c\" <> 0", "BOOLEAN"), None);
        assert_eq!(of("(\"c\" #>> '{}')::INTEGER", "INTEGER"), None);
        assert_eq!(of("to_jsonb(\"c\")", "JSONB"), None);
    }
}
