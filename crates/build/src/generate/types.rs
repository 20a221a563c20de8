//! The Rust type of a column.

use relata_schema::Diagnostic;
use relata_schema::ir::{Arity, Field, FieldType};
use relata_schema::provider::Scalar;

use super::fragment;
use super::names::Names;
use super::newtype;
use super::options::{DateTimes, Decimals, Options};

/// What a column is in Rust.
#[derive(Clone, Debug)]
pub(super) struct RustType {
    /// The type as source text.
    pub(super) text: String,
    /// Whether it is `Eq` and `Hash`.
    pub(super) is_eq: bool,
    /// Whether serde has to be handed it as text: the library's own form is none that others read.
    pub(super) is_text_in_serde: bool,
}

/// The type of one value, and what can be done with it.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a trait that the type has or has not"
)]
pub(super) struct One {
    /// The type as source text.
    pub(super) text: String,
    /// Whether it is `Eq`, `Ord` and `Hash`.
    pub(super) is_eq: bool,
    /// Whether it is `Copy`.
    pub(super) is_copy: bool,
    /// Whether it is `Display`.
    pub(super) is_shown: bool,
    /// Whether it is `FromStr`.
    pub(super) is_parsed: bool,
    /// Whether databases have a smallest and a greatest of them.
    pub(super) is_ranked: bool,
    /// Whether it is `String`.
    pub(super) is_string: bool,
    /// See [`RustType::is_text_in_serde`].
    pub(super) is_text_in_serde: bool,
}

impl One {
    fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            is_eq: true,
            is_copy: true,
            is_shown: true,
            is_parsed: true,
            is_ranked: true,
            is_string: false,
            is_text_in_serde: false,
        }
    }

    fn unranked(text: &str) -> Self {
        Self {
            is_ranked: false,
            ..Self::new(text)
        }
    }
}

/// The type of a field; none for what has no type in Rust: `Unsupported`, and relations.
///
/// `@rust.type` names the type of one value; `?` and `[]` still wrap it. It is not taken to be `Eq`, because nothing
/// here can know.
pub(super) fn of(field: Field<'_>, names: &Names) -> Result<Option<RustType>, Box<Diagnostic>> {
    let Some(mut one) = inner(field, names)? else {
        return Ok(None);
    };
    if let Some(path) = names.newtype_path(field) {
        one.text = path;
        // It writes and reads its value in its own way.
        one.is_text_in_serde = false;
    }
    let One {
        text,
        is_eq,
        is_text_in_serde,
        ..
    } = one;
    let text = match field.arity() {
        Arity::Required => text,
        Arity::Optional => format!("::std::option::Option<{text}>"),
        Arity::List => format!("::std::vec::Vec<{text}>"),
    };
    Ok(Some(RustType {
        text,
        is_eq,
        is_text_in_serde,
    }))
}

/// The type of one value of a field, under its newtype if it has one.
pub(super) fn inner(field: Field<'_>, names: &Names) -> Result<Option<One>, Box<Diagnostic>> {
    // A foreign key holds what the column holds that it refers to.
    let field = newtype::source(field).unwrap_or(field);
    Ok(Some(match field.ty() {
        FieldType::Unsupported(_) | FieldType::Model(..) | FieldType::Unknown => return Ok(None),
        FieldType::Scalar(_) | FieldType::Enum(_) if field.rust_type().is_some() => {
            let Some((text, span)) = field.rust_type() else {
                return Ok(None);
            };
            One {
                text: fragment::rust_type(text, span)?,
                is_eq: false,
                is_copy: false,
                is_shown: false,
                is_parsed: false,
                is_ranked: false,
                is_string: false,
                is_text_in_serde: false,
            }
        }
        FieldType::Enum(id) => match names.enumeration(*id) {
            Some(name) => One::unranked(&format!("super::{}", name.ty)),
            None => return Ok(None),
        },
        FieldType::Scalar(scalar) => self::scalar(*scalar, native(field), names.options()),
    }))
}

/// The column type's name in the schema language, `Uuid` of `@db.Uuid`.
fn native(field: Field<'_>) -> &'static str {
    field.native_type().map_or("", |ty| ty.name())
}

fn scalar(scalar: Scalar, native: &str, options: &Options) -> One {
    let time = |jiff, chrono, time| match options.datetimes {
        DateTimes::Jiff => One::new(jiff),
        DateTimes::Chrono => One::new(chrono),
        DateTimes::Time => One {
            is_parsed: false,
            is_text_in_serde: true,
            ..One::new(time)
        },
    };
    match (scalar, native) {
        (Scalar::String, "Uuid") => One::unranked("::relata::types::uuid::Uuid"),
        (Scalar::String, _) => string(),
        (Scalar::Boolean, _) => One::unranked("bool"),
        // The other unsigned types fit into an i32.
        (Scalar::Int, "UnsignedInt" | "Oid") => One::new("u32"),
        (Scalar::Int, _) => One::new("i32"),
        (Scalar::BigInt, "UnsignedBigInt") => One::new("u64"),
        (Scalar::BigInt, _) => One::new("i64"),
        (Scalar::Float, _) => One {
            is_eq: false,
            ..One::new("f64")
        },
        (Scalar::Decimal, _) => match options.decimals {
            Decimals::RustDecimal => One::new("::relata::types::rust_decimal::Decimal"),
            Decimals::Text => string(),
        },
        (Scalar::DateTime, "Date") => time(
            "::relata::types::jiff::civil::Date",
            "::relata::types::chrono::NaiveDate",
            "::relata::types::time::Date",
        ),
        (Scalar::DateTime, "Time" | "Timetz") => time(
            "::relata::types::jiff::civil::Time",
            "::relata::types::chrono::NaiveTime",
            "::relata::types::time::Time",
        ),
        (Scalar::DateTime, _) => time(
            "::relata::types::jiff::Timestamp",
            "::relata::types::chrono::DateTime<::relata::types::chrono::Utc>",
            "::relata::types::time::OffsetDateTime",
        ),
        (Scalar::Json, _) => One {
            is_eq: false,
            is_copy: false,
            ..One::unranked("::relata::types::serde_json::Value")
        },
        (Scalar::Bytes, _) => One {
            is_copy: false,
            is_shown: false,
            is_parsed: false,
            ..One::unranked("::std::vec::Vec<u8>")
        },
    }
}

fn string() -> One {
    One {
        is_copy: false,
        is_string: true,
        ..One::new("::std::string::String")
    }
}
