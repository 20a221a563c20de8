//! Values that go as arrays, one for each column, arrive as those that go alone.

use relata::types::uuid;
use relata::{Connection, Value};

use crate::{one, open, postgres};

fn texts<const N: usize>(texts: [&str; N]) -> Vec<Value> {
    texts.map(Value::from).to_vec()
}

async fn types(db: &dyn Connection, table: &str) -> Option<Vec<String>> {
    let sql = format!("INSERT INTO {table} (v) VALUES ($1)");
    db.array_types(&sql).await.unwrap()
}

#[tokio::test]
async fn arrays_hold_what_columns_do() {
    let database = postgres("arrays");
    let db = open(&database).await;
    db.batch(
        r#"CREATE EXTENSION IF NOT EXISTS citext;
           CREATE SCHEMA "O""dd";
           CREATE TYPE "O""dd"."Mo'od" AS ENUM ('glad', 'so "so", {}', 'NULL');
           CREATE DOMAIN email AS varchar(20) CHECK (VALUE LIKE '%@%');
           CREATE DOMAIN inner_email AS email;"#,
    )
    .await
    .unwrap();
    let at = |it: &str| Value::Timestamp(it.parse().unwrap());
    let date = |it: &str| Value::Date(it.parse().unwrap());
    let time = |it: &str| Value::Time(it.parse().unwrap());
    let int = Value::I64;
    let moments = vec![
        at("2026-01-31T12:30:45.123456Z"),
        at("1969-12-31T23:59:59.999999Z"),
        at("-000043-03-15T01:02:03Z"),
        at("2026-01-31T12:30:45.123456789Z"),
        date("2026-01-31"),
    ];
    let cases: Vec<(&str, Vec<Value>)> = vec![
        ("bool", vec![Value::Bool(true), Value::Bool(false)]),
        ("int2", vec![int(-32768), int(32767), Value::Bool(true)]),
        ("int4", vec![int(i64::from(i32::MIN)), Value::F64(3.0)]),
        ("int8", vec![int(i64::MIN), int(i64::MAX)]),
        ("oid", vec![int(4_294_967_295)]),
        (
            "float4",
            vec![Value::F64(0.1), Value::F64(f64::from(0.1_f32)), int(3)],
        ),
        (
            "float8",
            vec![Value::F64(f64::MIN_POSITIVE), Value::F64(f64::NEG_INFINITY)],
        ),
        ("float8", vec![int(9_007_199_254_740_993), Value::F64(-0.0)]),
        (
            "numeric(20,2)",
            vec![Value::U64(u64::MAX), Value::F64(1.005)],
        ),
        (
            "numeric",
            texts(["12345678901234567890123456789012345678901.5", "NaN"]),
        ),
        ("money", texts(["12.34"])),
        (
            "text",
            texts(["", "NULL", "a\"\\{}, ' ;--", "é🦀", "{1,2}", "\n\t"]),
        ),
        ("text", vec![int(7), Value::Uuid(uuid::Uuid::nil())]),
        ("varchar(5)", texts(["abcde", ""])),
        ("char(4)", texts(["ab", "abcd"])),
        ("name", texts(["nm"])),
        ("\"char\"", texts(["x"])),
        ("citext", texts(["Ab", "NULL"])),
        ("xml", texts(["<a>é</a>"])),
        (
            r#""O""dd"."Mo'od""#,
            texts(["glad", "so \"so\", {}", "NULL"]),
        ),
        ("inner_email", texts(["a@b", "@"])),
        (
            "bytea",
            vec![Value::Bytes(vec![0, 92, 34, 255]), Value::Bytes(vec![])],
        ),
        (
            "uuid",
            vec![Value::Uuid(uuid::Uuid::max()), Value::from("not yet")],
        ),
        ("date", vec![date("-000043-03-15"), date("9999-12-31")]),
        ("date", texts(["infinity", "10000-01-01"])),
        (
            "time",
            vec![time("00:00:00.000001"), time("23:59:59.999999")],
        ),
        ("timetz", vec![time("12:30:00")]),
        ("timestamp", moments[..3].to_vec()),
        ("timestamp(3)", moments.clone()),
        ("timestamptz", moments[..3].to_vec()),
        ("timestamptz", moments),
        ("json", texts([r#"{"a":1,"a":[]}"#, "null", " 1"])),
        ("jsonb", texts([r#"{"b":1,"a":"é\"\\"}"#, "null"])),
        ("interval", texts(["1 mon 2 days"])),
        ("inet", texts(["10.0.0.1/8"])),
        ("int4range", texts(["[1,5)", "empty"])),
        ("bit(3)", texts(["101"])),
        ("box", texts(["(1,1),(0,0)"])),
        ("tsvector", texts(["'a':1 'b,c':2"])),
    ];
    db.execute("SET TIME ZONE 'Asia/Kolkata'", vec![])
        .await
        .unwrap();
    for (index, (ty, mut values)) in cases.into_iter().enumerate() {
        values.insert(1, Value::Null);
        let name = format!("t{index}");
        db.batch(&format!(
            "CREATE TABLE {name} (n serial, v {ty}); CREATE TABLE {name}_all (n serial, v {ty})"
        ))
        .await
        .unwrap();
        let insert = format!("INSERT INTO {name} (v) VALUES ($1)");
        let mut refused = None;
        let mut kept = Vec::new();
        for value in values {
            match db.execute(&insert, vec![value.clone()]).await {
                Ok(_) => kept.push(value),
                Err(error) => refused = Some((value, error)),
            }
        }
        let arrays = types(&*db, &name).await.expect(ty);
        let all = format!(
            "INSERT INTO {name}_all (v) SELECT * FROM unnest($1::{})",
            arrays[0]
        );
        let count = kept.len() as u64;
        // What is refused alone is refused among others, for the same reason.
        if let Some((value, alone)) = refused {
            let mut values = kept.clone();
            values.push(value);
            let among = db
                .execute(&all, vec![Value::List(values)])
                .await
                .unwrap_err();
            assert_eq!(among.code(), alone.code(), "{ty}: {among}, {alone}");
        }
        let made = db.execute(&all, vec![Value::List(kept)]).await;
        assert_eq!(made.unwrap(), count, "{ty}");
        let differ = format!(
            "SELECT count(*) FROM (SELECT row_number() OVER (ORDER BY n) AS n, v::text AS v FROM {name}) a FULL JOIN
             (SELECT row_number() OVER (ORDER BY n) AS n, v::text AS v FROM {name}_all) b
             ON a.n = b.n AND a.v IS NOT DISTINCT FROM b.v WHERE a.n IS NULL OR b.n IS NULL"
        );
        assert_eq!(one(&*db, &differ, vec![]).await, Value::I64(0), "{ty}");
    }
}

#[tokio::test]
async fn what_has_no_array_of_its_own_goes_alone() {
    let database = postgres("no_arrays");
    let db = open(&database).await;
    db.batch(
        "CREATE TYPE pair AS (a int, b text); CREATE DOMAIN many AS int[];
         CREATE TABLE a (v int[]); CREATE TABLE b (v pair); CREATE TABLE c (v many);",
    )
    .await
    .unwrap();
    for table in ["a", "b", "c"] {
        assert_eq!(types(&*db, table).await, None, "{table}");
    }
    let tx = db.begin().await.unwrap();
    assert_eq!(types(&*tx, "b").await, None);
    assert!(
        tx.array_types("INSERT INTO nowhere VALUES ($1)")
            .await
            .is_err()
    );
    tx.rollback().await.unwrap();
}

#[tokio::test]
async fn a_column_that_got_another_type_is_asked_for_anew() {
    let database = postgres("other_type");
    let db = open(&database).await;
    let other = open(&database).await;
    db.batch("CREATE TABLE t (v text)").await.unwrap();
    let insert = "INSERT INTO t (v) VALUES ($1)";
    assert_eq!(
        types(&*db, "t").await.unwrap(),
        ["\"pg_catalog\".\"text\"[]"]
    );
    assert_eq!(db.execute(insert, texts(["1"])).await.unwrap(), 1);
    other
        .batch("ALTER TABLE t ALTER v TYPE int USING v::int")
        .await
        .unwrap();
    // The statement that was prepared takes text; it is prepared anew.
    assert_eq!(db.execute(insert, texts(["2"])).await.unwrap(), 1);
    assert_eq!(
        types(&*db, "t").await.unwrap(),
        ["\"pg_catalog\".\"int4\"[]"]
    );
}
