//! Values that a column takes.

use relata_schema::ir::{Arity, Field, FieldType};
use relata_schema::provider::Scalar;

use crate::generate::names::Names;
use crate::generate::newtype;
use crate::generate::options::{DateTimes, Decimals};

/// A value of a column, as an expression; none where only its author knows one. An optional column takes it as it is.
pub(super) fn value(field: Field<'_>, names: &Names, number: u32) -> Option<String> {
    let source = newtype::source(field).unwrap_or(field);
    if source.rust_type().is_some() {
        return None;
    }
    let mut one = match source.ty() {
        FieldType::Enum(id) => {
            let ty = &names.enumeration(*id)?.ty;
            format!("db::{ty}::ALL[{number} % db::{ty}::ALL.len()]")
        }
        FieldType::Scalar(scalar) => self::scalar(*scalar, source, names, number)?,
        FieldType::Unsupported(_) | FieldType::Model(..) | FieldType::Unknown => return None,
    };
    if let Some(path) = names.newtype_path(field) {
        one = format!("{}({one})", path.replace("super::", "db::"));
    }
    Some(match field.arity() {
        Arity::Required | Arity::Optional => one,
        Arity::List => format!("vec![{one}]"),
    })
}

fn native(field: Field<'_>) -> (&'static str, Option<u32>) {
    let Some(native) = field.native_type() else {
        return ("", None);
    };
    (native.name(), native.args.as_slice().first().copied())
}

fn scalar(scalar: Scalar, field: Field<'_>, names: &Names, number: u32) -> Option<String> {
    let (native, argument) = native(field);
    let options = names.options();
    if options.datetimes == DateTimes::Time && scalar == Scalar::DateTime {
        return None;
    }
    // Small enough for the smallest types, and different as long as there are not more than a hundred.
    let small = number % 100;
    Some(match (scalar, native) {
        (Scalar::String, "Uuid") => format!("::relata::types::uuid::Uuid::from_u128({number})"),
        (Scalar::String, "Inet") => format!("String::from(\"10.0.0.{small}\")"),
        (Scalar::String, "Bit" | "VarBit") => {
            format!("\"01\".repeat(99)[..{}].to_owned()", argument.unwrap_or(1))
        }
        (Scalar::String, "Xml") => format!("String::from(\"<a>{number}</a>\")"),
        (Scalar::String, _) => {
            let longest = match native {
                "Char" | "NChar" if argument.is_none() => 1,
                _ => argument.unwrap_or(100),
            };
            format!("text({number}, {longest})")
        }
        (Scalar::Boolean, _) => "true".to_owned(),
        (Scalar::Int, "Year") => format!("{}", 2000 + small),
        (Scalar::Int | Scalar::BigInt, _) => format!("{small}"),
        (Scalar::Float, _) => format!("{small}.5"),
        (Scalar::Decimal, _) => match options.decimals {
            Decimals::RustDecimal => {
                format!(
                    "::relata::types::rust_decimal::Decimal::from({})",
                    number % 9
                )
            }
            Decimals::Text => format!("String::from(\"{}\")", number % 9),
        },
        (Scalar::DateTime, "Date") => {
            format!("\"2026-02-{:02}\".parse().unwrap()", 1 + number % 28)
        }
        (Scalar::DateTime, "Time" | "Timetz") => {
            format!("\"12:30:{:02}\".parse().unwrap()", number % 60)
        }
        (Scalar::DateTime, _) => format!(
            "\"2026-02-{:02}T12:30:{:02}Z\".parse().unwrap()",
            1 + number % 28,
            number % 60
        ),
        (Scalar::Json, _) => {
            format!("::relata::types::serde_json::Value::from(vec![{number}])")
        }
        (Scalar::Bytes, "Bit") => format!("vec![1; {}]", argument.unwrap_or(1).div_ceil(8)),
        (Scalar::Bytes, _) => format!("vec![{small}]"),
    })
}

/// Whether what is read is to the last digit what was written: the database pads and rounds some types.
pub(super) fn comes_back(field: Field<'_>) -> bool {
    let is_text = |scalar| matches!(field.ty(), FieldType::Scalar(found) if *found == scalar);
    let (native, _) = native(field);
    !is_text(Scalar::Decimal)
        && !matches!(
            native,
            "Char" | "NChar" | "Binary" | "Timetz" | "Xml" | "Bit"
        )
}

/// Whether the database compares such values for equality.
pub(super) fn is_comparable(field: Field<'_>) -> bool {
    let (native, _) = native(field);
    let is = |scalars: &[Scalar]| matches!(field.ty(), FieldType::Scalar(found) if scalars.contains(found));
    !is(&[Scalar::Json, Scalar::Float]) && !matches!(native, "Xml" | "Binary" | "Bit")
}
