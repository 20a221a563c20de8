use super::*;
use crate::types::jiff::Timestamp;

fn get<T: FromValue>(value: impl Into<Value>) -> Result<T, DecodeError> {
    T::from_value(&value.into())
}

#[test]
fn null_needs_an_option() {
    assert_eq!(get::<Option<i64>>(Value::Null), Ok(None));
    assert_eq!(get::<Option<i64>>(7_i64), Ok(Some(7)));
    assert_eq!(
        get::<i64>(Value::Null).unwrap_err().to_string(),
        "expected an integer, found NULL"
    );
}

#[test]
fn numbers_keep_their_range() {
    assert_eq!(get::<i32>(7_i64), Ok(7));
    assert_eq!(
        get::<i32>(i64::MAX).unwrap_err().to_string(),
        "expected an integer from -2147483648 to 2147483647, found one out of this range"
    );
    assert_eq!(get::<bool>(1_i64), Ok(true));
    assert!(get::<bool>(2_i64).is_err());
    assert_eq!(get::<f64>(2_i64), Ok(2.0));
}

#[test]
fn lists_and_bytes() {
    assert_eq!(get::<Vec<u8>>(vec![1_u8, 2]), Ok(vec![1, 2]));
    assert_eq!(
        get::<Vec<Option<String>>>(Value::List(vec!["a".into(), Value::Null])),
        Ok(vec![Some("a".to_owned()), None])
    );
    assert!(get::<Vec<i64>>("a").is_err());
}

#[test]
fn times() {
    let expected: Timestamp = "2026-01-31T12:30:45Z".parse().unwrap();
    assert_eq!(get::<Timestamp>(1_769_862_645_000_i64), Ok(expected));
    assert_eq!(get::<Timestamp>("2026-01-31 12:30:45"), Ok(expected));
    assert_eq!(
        get::<jiff::civil::Date>("2026-01-31").map(|it| it.to_string()),
        Ok("2026-01-31".to_owned())
    );
    assert_eq!(
        get::<jiff::civil::Time>("12:30").map(|it| it.to_string()),
        Ok("12:30:00".to_owned())
    );
    assert_eq!(
        get::<jiff::civil::Time>(45_045_000_i64).map(|it| it.to_string()),
        Ok("12:30:45".to_owned())
    );
    assert!(get::<Timestamp>(i64::MIN).is_err());
}

#[test]
fn uuids() {
    let id = uuid::Uuid::from_u128(7);
    assert_eq!(get(id.to_string()), Ok(id));
    assert_eq!(get(id.as_bytes().to_vec()), Ok(id));
    assert!(get::<uuid::Uuid>("x").is_err());
}

#[test]
fn messages_show_no_content() {
    for error in [
        get::<Timestamp>("s3cret"),
        get::<Timestamp>(Value::List(vec!["s3cret".into()])),
    ] {
        assert!(!error.unwrap_err().to_string().contains("s3cret"));
    }
}

#[cfg(feature = "decimal")]
#[test]
fn decimals() {
    use rust_decimal::Decimal;
    assert_eq!(
        get::<Decimal>("1.50").map(|it| it.to_string()),
        Ok("1.50".to_owned())
    );
    assert_eq!(
        get::<Decimal>(0.1_f64).map(|it| it.to_string()),
        Ok("0.1".to_owned())
    );
    assert_eq!(get::<Decimal>(3_i64), Ok(Decimal::from(3)));
    assert_eq!(
        get::<Decimal>("7.250000000000000000000000000000").map(|it| it.to_string()),
        Ok("7.25".to_owned())
    );
    assert!(get::<Decimal>("0.1234567890123456789012345678901").is_err());
    assert!(get::<Decimal>("x").is_err());
}

#[cfg(feature = "json")]
#[test]
fn json() {
    assert_eq!(
        get::<serde_json::Value>(r#"{"a":1}"#),
        Ok(serde_json::json!({"a": 1}))
    );
    assert!(get::<serde_json::Value>("{").is_err());
}

/// PostgreSQL's `timetz` comes as the server prints it.
#[test]
fn times_with_an_offset_are_those_of_utc() {
    let time = |text: &str| get::<jiff::civil::Time>(text).map(|it| it.to_string());
    for (text, expected) in [
        ("12:30:45+00", "12:30:45"),
        ("12:30:45.5+02", "10:30:45.5"),
        ("01:00:00+01:30", "23:30:00"),
        ("23:00:00-03:30", "02:30:00"),
        ("12:30:45", "12:30:45"),
        ("12:30:45Z", "12:30:45"),
    ] {
        assert_eq!(time(text).as_deref(), Ok(expected), "{text}");
    }
    for text in ["", "noon", "25:00:00", "12:30:45+x"] {
        assert!(time(text).is_err(), "{text}");
    }
    let error = time("24:00:00").unwrap_err().to_string();
    assert!(error.contains("out of the type's range"), "{error}");
}
