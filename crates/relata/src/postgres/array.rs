//! Arrays as parameters: their types, and their binary form.
//!
//! The form is that of `array_recv` and of the elements' own `…recv` functions (`src/backend/utils/adt` in the server's source), which the
//! server reads several times faster than text. Where one element has none here, the whole array goes as text.

use relata_script::Dialect;
use tokio_postgres::types::{Kind, Type};

use super::calendar::{EPOCH_DAYS, EPOCH_MICROS};
use crate::Value;
use crate::types::jiff;

/// The type of arrays of this type, as a cast names it; none where an array would not hold every value that a column of the type does.
pub(super) fn of(ty: &Type) -> Option<String> {
    let has_arrays = match ty.kind() {
        // What is put into a column of a domain is checked there.
        Kind::Domain(inner) => return of(inner),
        Kind::Enum(_) | Kind::Range(_) | Kind::Multirange(_) => true,
        // A type of an extension may have a delimiter of its own.
        Kind::Simple => ty.oid() < FIRST_NORMAL || ty.name() == "citext",
        // An array of arrays is taken apart to the last element, and one of rows into their columns.
        _ => false,
    };
    let ident = |name: &str| Dialect::Postgres.ident(name);
    has_arrays.then(|| format!("{}.{}[]", ident(ty.schema()), ident(ty.name())))
}

/// `FirstNormalObjectId` of the server's source: what is below is built in.
const FIRST_NORMAL: u32 = 16_384;

/// The array of these items in binary form; none if one of them goes only as text. `element` is the type that the array's type names.
pub(super) fn binary(items: &[Value], element: &Type) -> Option<Vec<u8>> {
    let plain = super::encode::plain(element);
    let mut out = Vec::with_capacity(20 + items.len() * 12);
    let has_null = items.iter().any(Value::is_null);
    out.extend(i32::from(!items.is_empty()).to_be_bytes());
    out.extend(i32::from(has_null).to_be_bytes());
    out.extend(element.oid().to_be_bytes());
    if !items.is_empty() {
        // Its length, and where it begins to count.
        out.extend(i32::try_from(items.len()).ok()?.to_be_bytes());
        out.extend(1_i32.to_be_bytes());
    }
    for item in items {
        if item.is_null() {
            out.extend((-1_i32).to_be_bytes());
            continue;
        }
        let start = out.len();
        out.extend([0; 4]);
        put(item, plain, &mut out)?;
        let length = i32::try_from(out.len() - start - 4).ok()?;
        out[start..start + 4].copy_from_slice(&length.to_be_bytes());
    }
    Some(out)
}

/// Writes one element; none where only text says the same.
fn put(value: &Value, ty: &Type, out: &mut Vec<u8>) -> Option<()> {
    match value {
        Value::Bool(value) if *ty == Type::BOOL => out.push(u8::from(*value)),
        Value::I64(number) => match *ty {
            Type::INT2 => out.extend(i16::try_from(*number).ok()?.to_be_bytes()),
            Type::INT4 => out.extend(i32::try_from(*number).ok()?.to_be_bytes()),
            Type::INT8 => out.extend(number.to_be_bytes()),
            _ => return None,
        },
        Value::F64(number) => match *ty {
            Type::FLOAT8 => out.extend(number.to_be_bytes()),
            Type::FLOAT4 => out.extend(single(*number)?.to_be_bytes()),
            _ => return None,
        },
        Value::Text(text) if is_text(ty) => out.extend(text.as_bytes()),
        Value::Text(text) if *ty == Type::JSONB => document(text, out),
        Value::Bytes(bytes) if *ty == Type::BYTEA => out.extend(bytes),
        Value::Timestamp(at) if matches!(*ty, Type::TIMESTAMPTZ | Type::TIMESTAMP) => {
            // The server rounds what is finer.
            let is_whole = at.subsec_nanosecond() % 1000 == 0;
            let micros = is_whole.then(|| at.as_microsecond() - EPOCH_MICROS)?;
            out.extend(micros.to_be_bytes());
        }
        Value::Date(date) if *ty == Type::DATE => {
            let since = date.duration_since(jiff::civil::date(1970, 1, 1));
            let days = since.as_secs() / 86_400 - EPOCH_DAYS;
            out.extend(i32::try_from(days).ok()?.to_be_bytes());
        }
        Value::Time(time) if *ty == Type::TIME => {
            let nanos = time
                .duration_since(jiff::civil::Time::midnight())
                .as_nanos();
            let is_whole = nanos % 1000 == 0;
            let micros = is_whole.then_some(nanos / 1000)?;
            out.extend(i64::try_from(micros).ok()?.to_be_bytes());
        }
        Value::Uuid(uuid) if *ty == Type::UUID => out.extend(uuid.as_bytes()),
        #[cfg(feature = "json")]
        Value::Json(json) if *ty == Type::JSON => out.extend(json.to_string().as_bytes()),
        #[cfg(feature = "json")]
        Value::Json(json) if *ty == Type::JSONB => document(&json.to_string(), out),
        _ => return None,
    }
    Some(())
}

/// Types whose binary form is their text.
fn is_text(ty: &Type) -> bool {
    matches!(*ty, Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::JSON)
        || matches!(ty.kind(), Kind::Enum(_))
        || (*ty.kind() == Kind::Simple && ty.name() == "citext")
}

/// A `jsonb`: a number of its form, and the text.
fn document(text: &str, out: &mut Vec<u8>) {
    out.push(1);
    out.extend(text.as_bytes());
}

/// The number in single precision, where nothing is lost: of others, the server rounds what their text says.
#[allow(
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "asked whether it is the same number"
)]
fn single(number: f64) -> Option<f32> {
    let single = number as f32;
    (f64::from(single) == number).then_some(single)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_in_binary_form() {
        let items = [Value::I64(1), Value::Null];
        let expected = [
            [0, 0, 0, 1],
            [0, 0, 0, 1],
            [0, 0, 0, 23],
            [0, 0, 0, 2],
            [0, 0, 0, 1],
            [0, 0, 0, 4],
            [0, 0, 0, 1],
            [255, 255, 255, 255],
        ];
        assert_eq!(
            binary(&items, &Type::INT4).unwrap(),
            expected.as_flattened()
        );
        assert_eq!(binary(&[], &Type::INT4).unwrap().len(), 12);
    }

    #[test]
    fn what_goes_only_as_text() {
        for (value, ty) in [
            (Value::I64(40_000), Type::INT2),
            (Value::I64(1), Type::FLOAT8),
            (Value::F64(0.1), Type::FLOAT4),
            (Value::from("1"), Type::INT4),
            (Value::Timestamp(jiff::Timestamp::MAX), Type::TIMESTAMPTZ),
            (Value::List(Vec::new()), Type::TEXT),
        ] {
            assert_eq!(binary(&[Value::Null, value], &ty), None, "{ty}");
        }
        assert!(binary(&[Value::F64(f64::from(0.1_f32))], &Type::FLOAT4).is_some());
    }

    #[test]
    fn types_of_arrays() {
        assert_eq!(
            of(&Type::INT4).as_deref(),
            Some("\"pg_catalog\".\"int4\"[]")
        );
        assert_eq!(of(&Type::INT4_ARRAY), None);
        let mood = Type::new(
            "mo\"od".to_owned(),
            20_000,
            Kind::Enum(Vec::new()),
            "A".to_owned(),
        );
        assert_eq!(of(&mood).as_deref(), Some("\"A\".\"mo\"\"od\"[]"));
        let domain = Kind::Domain(mood);
        let domain = Type::new("d".to_owned(), 20_001, domain, "A".to_owned());
        assert_eq!(of(&domain).as_deref(), Some("\"A\".\"mo\"\"od\"[]"));
        let simple = |name: &str| Type::new(name.to_owned(), 20_002, Kind::Simple, "x".to_owned());
        assert_eq!(of(&simple("geometry")), None);
        assert!(of(&simple("citext")).is_some());
    }
}
