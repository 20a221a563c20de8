//! Every type of PostgreSQL there and back, with the values at its edges.

use relata::Value;
use relata::types::{jiff, uuid};

use crate::{one, open, postgres};

fn text(text: &str) -> Value {
    Value::from(text)
}

/// A decimal where the feature is on, else its text.
fn decimal(it: &str) -> Value {
    #[cfg(feature = "decimal")]
    return Value::Decimal(it.parse().unwrap());
    #[cfg(not(feature = "decimal"))]
    text(it)
}

#[tokio::test]
async fn what_the_server_says_is_read_without_loss() {
    let database = postgres("read");
    let db = open(&database).await;
    db.batch(
        r#"CREATE EXTENSION IF NOT EXISTS citext;
           CREATE TYPE mood AS ENUM ('glad', 'so "so"');
           CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
           CREATE DOMAIN many AS int[];
           CREATE TYPE pair AS (a int, b text);"#,
    )
    .await
    .unwrap();
    let big = "12345678901234567890123456789012345678901234567890.123456789012345";
    let long = format!("-{}", "9".repeat(1000));
    let at = |it: &str| Value::Timestamp(it.parse().unwrap());
    let date = |it: &str| Value::Date(it.parse().unwrap());
    let int = Value::I64;
    let list = |items: &[Value]| Value::List(items.to_vec());
    let cases: Vec<(String, Value)> = [
        ("true", Value::Bool(true)),
        ("(-32768)::int2", int(-32768)),
        ("2147483647", int(i64::from(i32::MAX))),
        ("(-9223372036854775808)::int8", int(i64::MIN)),
        ("9223372036854775807::int8", int(i64::MAX)),
        ("4294967295::oid", int(4_294_967_295)),
        ("'0.1'::float4", Value::F64(f64::from(0.1_f32))),
        ("'1.7976931348623157e308'::float8", Value::F64(f64::MAX)),
        ("'5e-324'::float8", Value::F64(5e-324)),
        ("'-Infinity'::float8", Value::F64(f64::NEG_INFINITY)),
        ("0::numeric", decimal("0")),
        ("1.50::numeric", decimal("1.50")),
        ("'-0.000000001'::numeric", decimal("-0.000000001")),
        ("100000000::numeric", decimal("100000000")),
        ("'NaN'::numeric", text("NaN")),
        ("'Infinity'::numeric", text("Infinity")),
        ("'🦀 é'::text", text("🦀 é")),
        ("''::varchar(3)", text("")),
        ("'ab'::char(4)", text("ab  ")),
        ("'x'::\"char\"", text("x")),
        ("'nm'::name", text("nm")),
        ("'Ab'::citext", text("Ab")),
        ("'so \"so\"'::mood", text("so \"so\"")),
        ("'a@b'::email", text("a@b")),
        ("'{1,2}'::many", list(&[int(1), int(2)])),
        ("'\\x00ff10'::bytea", Value::Bytes(vec![0, 255, 16])),
        (
            "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
            Value::Uuid(uuid::uuid!("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
        ),
        ("'2024-02-29'::date", date("2024-02-29")),
        ("'0001-01-01'::date", date("0001-01-01")),
        ("'0044-03-15 BC'::date", date("-000043-03-15")),
        ("'10000-01-01'::date", text("10000-01-01")),
        ("'infinity'::date", text("infinity")),
        ("'-infinity'::timestamp", text("-infinity")),
        ("'infinity'::timestamptz", text("infinity")),
        (
            "'23:59:59.999999'::time",
            Value::Time("23:59:59.999999".parse().unwrap()),
        ),
        ("'24:00:00'::time", text("24:00:00")),
        (
            "'2026-01-31 12:30:45.123456'::timestamp",
            at("2026-01-31T12:30:45.123456Z"),
        ),
        (
            "'2026-01-31 12:30:45.5+05:30'::timestamptz",
            at("2026-01-31T07:00:45.5Z"),
        ),
        (
            "'294276-12-31 23:59:59.999999'::timestamp",
            text("294276-12-31 23:59:59.999999"),
        ),
        (
            r#"'{"a": 1, "a": 12345678901234567890123}'::json"#,
            text(r#"{"a": 1, "a": 12345678901234567890123}"#),
        ),
        (
            r#"'{"b":[1e2,null]}'::jsonb"#,
            text(r#"{"b": [100, null]}"#),
        ),
        ("'<a>é</a>'::xml", text("<a>é</a>")),
        ("'10.0.0.1/8'::inet", text("10.0.0.1/8")),
        ("'10.0.0.1'::inet", text("10.0.0.1")),
        ("'10.0.0.1/32'::cidr", text("10.0.0.1/32")),
        ("'2001:db8::/32'::cidr", text("2001:db8::/32")),
        ("'08:00:2b:01:02:03'::macaddr", text("08:00:2b:01:02:03")),
        ("B'1011'", text("1011")),
        ("B'1011'::varbit", text("1011")),
        (
            "'1 mon 2 days 03:04:05'::interval",
            text("1 mon 2 days 03:04:05"),
        ),
        ("'12:00:00+02'::timetz", text("12:00:00+02")),
        ("int4range(1, 5)", text("[1,5)")),
        ("point(1, 2)", text("(1,2)")),
        ("ROW(1, 'a b')::pair", text("(1,\"a b\")")),
        ("ARRAY[ROW(1, 'x')::pair]", list(&[text("(1,x)")])),
        ("'fat cat'::tsvector", text("'cat' 'fat'")),
        ("'=r/relata'::aclitem", text("=r/relata")),
        (
            "'{10.0.0.1,NULL}'::inet[]",
            list(&[text("10.0.0.1"), Value::Null]),
        ),
        ("'{}'::int[]", list(&[])),
        ("'{1,NULL}'::int[]", list(&[int(1), Value::Null])),
        (
            "'{NULL,\"NULL\",\"\"}'::text[]",
            list(&[Value::Null, text("NULL"), text("")]),
        ),
        (
            "'{{1,2},{3,4}}'::int8[]",
            list(&[list(&[int(1), int(2)]), list(&[int(3), int(4)])]),
        ),
        ("'{glad}'::mood[]", list(&[text("glad")])),
        (
            "'{t,f}'::bool[]",
            list(&[Value::Bool(true), Value::Bool(false)]),
        ),
        ("'{2024-02-29}'::date[]", list(&[date("2024-02-29")])),
        ("NULL::inet", Value::Null),
        ("NULL::interval", Value::Null),
        (
            "'{1 day,NULL}'::interval[]",
            list(&[text("1 day"), Value::Null]),
        ),
        ("NULL::int", Value::Null),
        ("NULL", Value::Null),
        ("pg_advisory_unlock_all()", text("")),
    ]
    .into_iter()
    .map(|(sql, value)| (sql.to_owned(), value))
    .chain([
        (format!("{big}::numeric"), text(big)),
        (format!("{long}::numeric"), text(&long)),
    ])
    .collect();
    for (sql, expected) in cases {
        let found = one(&*db, &format!("SELECT {sql}"), vec![]).await;
        match (&found, &expected) {
            // NaN and -0 are told apart by their bits.
            (Value::F64(a), Value::F64(b)) => assert_eq!(a.to_bits(), b.to_bits(), "{sql}"),
            _ => assert_eq!(found, expected, "{sql}"),
        }
    }
    let nan = one(&*db, "SELECT 'NaN'::float8", vec![]).await;
    assert!(matches!(nan, Value::F64(it) if it.is_nan()));
}

#[tokio::test]
async fn what_is_bound_arrives() {
    let database = postgres("bind");
    let db = open(&database).await;
    let megabyte = "é🦀".repeat(200_000);
    let now: jiff::Timestamp = "2026-01-31T12:30:45.123456Z".parse().unwrap();
    let cases: Vec<(&str, Value)> = vec![
        ("bool", Value::Bool(true)),
        ("int2", Value::I64(-32768)),
        ("int4", Value::I64(i64::from(i32::MIN))),
        ("int8", Value::I64(i64::MIN)),
        ("int8", Value::I64(i64::MAX)),
        ("float4", Value::F64(1.5)),
        ("float8", Value::F64(f64::MIN_POSITIVE)),
        ("float8", Value::F64(f64::INFINITY)),
        ("text", text(&megabyte)),
        ("text", text("")),
        ("text", text("NULL {} \\ ' \" ; --")),
        (
            "bytea",
            Value::Bytes((0..=255).cycle().take(1_000_000).collect()),
        ),
        ("bytea", Value::Bytes(vec![])),
        ("uuid", Value::Uuid(uuid::Uuid::max())),
        ("date", Value::Date("-000043-03-15".parse().unwrap())),
        ("date", Value::Date("9999-12-31".parse().unwrap())),
        ("time", Value::Time("00:00:00.000001".parse().unwrap())),
        ("timestamp(6)", Value::Timestamp(now)),
        ("timestamptz", Value::Timestamp(now)),
        (
            "timestamptz",
            Value::Timestamp("-000043-03-15T01:02:03Z".parse().unwrap()),
        ),
        ("json", text(r#"{"a":1,"a":[]}"#)),
        ("inet", text("10.0.0.1/8")),
        ("int4[]", Value::list([1, 2, 3])),
        (
            "text[]",
            Value::List(vec![
                text("a\"\\{}, NULL"),
                Value::Null,
                text(""),
                text("NULL"),
            ]),
        ),
        ("int4[]", Value::List(vec![])),
        (
            "text[]",
            Value::List(vec![Value::list(["a", "b"]), Value::list(["c", "d,e"])]),
        ),
        ("bytea[]", Value::List(vec![Value::Bytes(vec![0, 92, 34])])),
        ("timestamptz[]", Value::List(vec![Value::Timestamp(now)])),
        ("uuid[]", Value::List(vec![Value::Uuid(uuid::Uuid::nil())])),
        (
            "numeric(80,15)",
            text("12345678901234567890123456789012345678901234567890.123456789012345"),
        ),
    ];
    db.execute("SET TIME ZONE 'Asia/Kolkata'", vec![])
        .await
        .unwrap();
    for (index, (ty, value)) in cases.into_iter().enumerate() {
        db.batch(&format!("CREATE TABLE t{index} (v {ty})"))
            .await
            .unwrap();
        let insert = format!("INSERT INTO t{index} VALUES ($1)");
        assert_eq!(
            db.execute(&insert, vec![value.clone()]).await.unwrap(),
            1,
            "{ty}"
        );
        let found = one(&*db, &format!("SELECT v FROM t{index}"), vec![]).await;
        assert!(found == value, "{ty}");
        let returning = format!("{insert} RETURNING v");
        assert_eq!(one(&*db, &returning, vec![Value::Null]).await, Value::Null);
    }
    // A date for a timestamp with zone is a day of UTC.
    let sql = "SELECT $1::timestamptz AT TIME ZONE 'UTC'";
    let day = Value::Date("2026-01-31".parse().unwrap());
    assert_eq!(
        one(&*db, sql, vec![day]).await,
        Value::Timestamp("2026-01-31T00:00:00Z".parse().unwrap())
    );
    // One variant serves several types.
    for (sql, value, expected) in [
        ("SELECT $1::int + 1", text("41"), Value::I64(42)),
        ("SELECT $1::text", Value::I64(7), text("7")),
        ("SELECT $1::int", Value::Bool(true), Value::I64(1)),
        ("SELECT $1::float8", Value::I64(3), Value::F64(3.0)),
        ("SELECT $1::int8", Value::F64(3.0), Value::I64(3)),
        (
            "SELECT $1::numeric(20) = 18446744073709551615",
            Value::U64(u64::MAX),
            Value::Bool(true),
        ),
    ] {
        assert_eq!(one(&*db, sql, vec![value]).await, expected, "{sql}");
    }
    // A NUL in text is refused by the server and not cut off.
    assert!(
        db.query("SELECT $1::text", vec![text("a\0b")])
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_row_that_the_server_has_to_print_keeps_its_names_and_order() {
    let database = postgres("printed");
    let db = open(&database).await;
    db.batch("CREATE TABLE t (id int, span interval); INSERT INTO t SELECT i, (i || ' day')::interval FROM generate_series(1, 200) i")
        .await
        .unwrap();
    let sql = "SELECT id AS \"x\", span AS \"x\" FROM t WHERE id > $1 ORDER BY id DESC -- newest";
    let rows = db.query(sql, vec![Value::I64(2)]).await.unwrap();
    assert_eq!(rows[0].columns(), ["x", "x"]);
    let ids: Vec<i64> = rows.iter().map(|row| row.get(0).unwrap()).collect();
    assert_eq!(ids, (3..=200).rev().collect::<Vec<i64>>());
    let rows = db
        .query(
            "UPDATE t SET span = '1 mon' WHERE id = 7 RETURNING span;",
            vec![],
        )
        .await
        .unwrap();
    assert_eq!(rows[0].get::<String>(0).unwrap(), "1 mon");
    let rows = db
        .query("EXPLAIN (COSTS off) SELECT span FROM t", vec![])
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
}
