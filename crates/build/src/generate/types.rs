//! The Rust type of a column.

use relata_schema::Diagnostic;
use relata_schema::ir::{Arity, Field, FieldType};
use relata_schema::provider::Scalar;

use super::fragment;
use super::names::Names;

/// What a column is in Rust.
pub(super) struct RustType {
    /// The type as source text.
    pub(super) text: String,
    /// Whether it is `Eq` and `Hash`.
    pub(super) is_eq: bool,
}

/// The type of a field; none for what has no type in Rust: `Unsupported`, and relations.
///
/// `@rust.type` names the type of one value; `?` and `[]` still wrap it. It is not taken to be `Eq`, because nothing
/// here can know.
pub(super) fn of(field: Field<'_>, names: &Names) -> Result<Option<RustType>, Box<Diagnostic>> {
    let (one, is_eq) = match field.ty() {
        FieldType::Unsupported(_) | FieldType::Model(..) | FieldType::Unknown => return Ok(None),
        FieldType::Scalar(_) | FieldType::Enum(_) if field.rust_type().is_some() => {
            let Some((text, span)) = field.rust_type() else {
                return Ok(None);
            };
            (fragment::rust_type(text, span)?, false)
        }
        FieldType::Enum(id) => match names.enumeration(*id) {
            Some(name) => (format!("super::{}", name.ty), true),
            None => return Ok(None),
        },
        FieldType::Scalar(scalar) => {
            let (text, is_eq) = self::scalar(*scalar, native(field));
            (text.to_owned(), is_eq)
        }
    };
    let text = match field.arity() {
        Arity::Required => one,
        Arity::Optional => format!("::std::option::Option<{one}>"),
        Arity::List => format!("::std::vec::Vec<{one}>"),
    };
    Ok(Some(RustType { text, is_eq }))
}

/// The column type's name in the schema language, `Uuid` of `@db.Uuid`.
fn native(field: Field<'_>) -> &'static str {
    field.native_type().map_or("", |ty| ty.name())
}

fn scalar(scalar: Scalar, native: &str) -> (&'static str, bool) {
    match (scalar, native) {
        (Scalar::String, "Uuid") => ("::relata::types::uuid::Uuid", true),
        (Scalar::String, _) => ("::std::string::String", true),
        (Scalar::Boolean, _) => ("bool", true),
        // The other unsigned types fit into an i32.
        (Scalar::Int, "UnsignedInt" | "Oid") => ("u32", true),
        (Scalar::Int, _) => ("i32", true),
        // Unsigned ones too: a `relata::Value` carries no more, and says so when it meets more.
        (Scalar::BigInt, _) => ("i64", true),
        (Scalar::Float, _) => ("f64", false),
        (Scalar::Decimal, _) => ("::relata::types::rust_decimal::Decimal", true),
        (Scalar::DateTime, "Date") => ("::relata::types::jiff::civil::Date", true),
        (Scalar::DateTime, "Time" | "Timetz") => ("::relata::types::jiff::civil::Time", true),
        (Scalar::DateTime, _) => ("::relata::types::jiff::Timestamp", true),
        (Scalar::Json, _) => ("::relata::types::serde_json::Value", false),
        (Scalar::Bytes, _) => ("::std::vec::Vec<u8>", true),
    }
}
