//! Every type of MariaDB there and back, with the values at its edges.

use relata::Value;
use relata::types::uuid;

use crate::{mariadb, one, open};

fn text(text: &str) -> Value {
    Value::from(text)
}

fn decimal(it: &str) -> Value {
    #[cfg(feature = "decimal")]
    return Value::Decimal(it.parse().unwrap());
    #[cfg(not(feature = "decimal"))]
    text(it)
}

#[tokio::test]
async fn what_is_written_is_read_without_loss() {
    let database = mariadb("values");
    let db = open(&database).await;
    db.batch("SET sql_mode = ''").await.unwrap();
    let big = "12345678901234567890123456789012345.123456789012345678901234567890";
    let at = |it: &str| Value::Timestamp(it.parse().unwrap());
    let date = |it: &str| Value::Date(it.parse().unwrap());
    let megabyte = "é🦀".repeat(200_000);
    let bytes: Vec<u8> = (0..=255).cycle().take(1_000_000).collect();
    // Type, literal, what is read.
    let cases: Vec<(&str, String, Value)> = [
        ("BOOLEAN", "TRUE", Value::I64(1)),
        ("TINYINT", "-128", Value::I64(-128)),
        ("TINYINT UNSIGNED", "255", Value::I64(255)),
        ("SMALLINT", "-32768", Value::I64(-32768)),
        ("MEDIUMINT UNSIGNED", "16777215", Value::I64(16_777_215)),
        ("INT UNSIGNED", "4294967295", Value::I64(4_294_967_295)),
        ("BIGINT", "-9223372036854775808", Value::I64(i64::MIN)),
        ("BIGINT", "9223372036854775807", Value::I64(i64::MAX)),
        (
            "BIGINT UNSIGNED",
            "18446744073709551615",
            Value::U64(u64::MAX),
        ),
        ("BIGINT UNSIGNED", "7", Value::I64(7)),
        ("FLOAT", "0.1", Value::F64(f64::from(0.1_f32))),
        ("DOUBLE", "1.7976931348623157e308", Value::F64(f64::MAX)),
        ("DECIMAL(10,2)", "1.50", decimal("1.50")),
        ("DECIMAL(65,30)", big, text(big)),
        ("BIT(1)", "b'1'", Value::Bool(true)),
        ("BIT(10)", "b'1000000001'", Value::Bytes(vec![2, 1])),
        ("YEAR", "1901", Value::I64(1901)),
        ("CHAR(4)", "'ab'", text("ab")),
        ("VARCHAR(20)", "'🦀 é'", text("🦀 é")),
        ("VARCHAR(20) CHARACTER SET latin1", "'é'", text("é")),
        ("TEXT", "''", text("")),
        ("ENUM('a','b ''x''')", "'b ''x'''", text("b 'x'")),
        ("SET('a','b')", "'a,b'", text("a,b")),
        (
            "JSON",
            r#"'{"a": 1, "a": 12345678901234567890123}'"#,
            text(r#"{"a": 1, "a": 12345678901234567890123}"#),
        ),
        ("BINARY(3)", "x'00ff'", Value::Bytes(vec![0, 255, 0])),
        ("VARBINARY(9)", "'ab'", Value::Bytes(b"ab".to_vec())),
        ("BLOB", "x'0001'", Value::Bytes(vec![0, 1])),
        ("DATE", "'2024-02-29'", date("2024-02-29")),
        ("DATE", "'0000-00-00'", text("0000-00-00")),
        ("DATE", "'2024-05-00'", text("2024-05-00")),
        (
            "DATETIME(6)",
            "'9999-12-31 23:59:59.999999'",
            text("9999-12-31 23:59:59.999999"),
        ),
        (
            "DATETIME(3)",
            "'2026-01-31 12:30:45.123'",
            at("2026-01-31T12:30:45.123Z"),
        ),
        (
            "DATETIME",
            "'0000-00-00 00:00:00'",
            text("0000-00-00 00:00:00"),
        ),
        (
            "TIMESTAMP(6) NULL",
            "'2026-01-31 12:30:45.123456'",
            at("2026-01-31T12:30:45.123456Z"),
        ),
        (
            "TIME(6)",
            "'23:59:59.000001'",
            Value::Time("23:59:59.000001".parse().unwrap()),
        ),
        ("TIME", "'-838:59:59'", text("-838:59:59")),
        ("TIME", "'26:00:00'", text("26:00:00")),
        (
            "UUID",
            "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
            text("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ),
        ("INET6", "'::1'", text("::1")),
        (
            "POINT",
            "POINT(1, 2)",
            Value::Bytes(
                [
                    &[0, 0, 0, 0, 1, 1, 0, 0, 0][..],
                    &1_f64.to_le_bytes(),
                    &2_f64.to_le_bytes(),
                ]
                .concat(),
            ),
        ),
    ]
    .map(|(ty, literal, value)| (ty, literal.to_owned(), value))
    .into();
    for (index, (ty, literal, expected)) in cases.into_iter().enumerate() {
        let table = format!("t{index}");
        db.batch(&format!(
            "CREATE TABLE {table} (v {ty}); INSERT INTO {table} VALUES ({literal})"
        ))
        .await
        .unwrap_or_else(|error| panic!("{ty}: {error}"));
        let found = one(&*db, &format!("SELECT v FROM {table}"), vec![]).await;
        // The last microsecond of the year 9999 is past jiff's timestamps in zones west of Greenwich, so past all.
        assert_eq!(found, expected, "{ty}");
        // And back as a parameter.
        let insert = format!("INSERT INTO {table} VALUES (?)");
        db.execute(&format!("DELETE FROM {table}"), vec![])
            .await
            .unwrap();
        assert_eq!(
            db.execute(&insert, vec![expected.clone()]).await.unwrap(),
            1,
            "{ty}"
        );
        let found = one(&*db, &format!("SELECT v FROM {table}"), vec![]).await;
        assert_eq!(found, expected, "{ty}");
        // By the text protocol, which serves what cannot be prepared.
        db.execute(&insert, vec![Value::Null]).await.unwrap();
        let sql = format!("HANDLER {table} READ FIRST");
        db.batch(&format!("HANDLER {table} OPEN")).await.unwrap();
        assert_eq!(one(&*db, &sql, vec![]).await, expected, "{ty}, as text");
        db.batch(&format!("HANDLER {table} CLOSE")).await.unwrap();
    }
    for (ty, value) in [
        ("LONGTEXT", text(&megabyte)),
        ("LONGBLOB", Value::Bytes(bytes)),
        ("DATETIME(6)", at("1000-01-01T00:00:00.000001Z")),
        ("VARCHAR(36)", text(&uuid::Uuid::max().to_string())),
    ] {
        db.batch(&format!("CREATE OR REPLACE TABLE b (v {ty})"))
            .await
            .unwrap();
        db.execute("INSERT INTO b VALUES (?)", vec![value.clone()])
            .await
            .unwrap();
        assert!(one(&*db, "SELECT v FROM b", vec![]).await == value, "{ty}");
    }
}

#[tokio::test]
async fn the_session_is_utf8_and_utc_and_otherwise_the_servers() {
    let database = mariadb("session");
    let db = open(&database).await;
    let rows = database.query("SELECT @@global.sql_mode");
    let mode = rows[0][0].clone().unwrap();
    assert_eq!(one(&*db, "SELECT @@sql_mode", vec![]).await, text(&mode));
    assert_eq!(
        one(&*db, "SELECT @@time_zone", vec![]).await,
        text("+00:00")
    );
    assert_eq!(
        one(&*db, "SELECT @@character_set_client", vec![]).await,
        text("utf8mb4")
    );
    db.batch("CREATE TABLE t (id INT, v INT); INSERT INTO t VALUES (1, 1), (2, 1)")
        .await
        .unwrap();
    // Found, not changed.
    let updated = db.execute("UPDATE t SET v = 1", vec![]).await.unwrap();
    assert_eq!(updated, 2);
    assert_eq!(db.execute("SELECT * FROM t", vec![]).await.unwrap(), 0);
}

#[tokio::test]
async fn what_cannot_be_prepared_and_what_clients_split() {
    let database = mariadb("scripts");
    let db = open(&database).await;
    db.batch(
        "DELIMITER //\nCREATE PROCEDURE p(n INT)\nBEGIN\n  again:loop\n    SET n = n - 1;\n    IF n < 0 THEN LEAVE again; END IF;\n  END LOOP;\n  SELECT 'a;b' AS x; SELECT 2;\nEND//\nDELIMITER ;\nSELECT 1;",
    )
    .await
    .unwrap();
    assert_eq!(one(&*db, "CALL p(3)", vec![]).await, text("a;b"));
    assert_eq!(one(&*db, "SELECT 5", vec![]).await, Value::I64(5));
    db.execute(
        "CREATE FUNCTION f() RETURNS INT\nBEGIN\n  l:loop RETURN 7; END LOOP;\nEND",
        vec![],
    )
    .await
    .unwrap();
    assert_eq!(one(&*db, "SELECT f()", vec![]).await, Value::I64(7));
    db.execute("UNLOCK TABLES", vec![]).await.unwrap();
    // Two statements are not one.
    let error = db
        .execute("DELETE FROM x; DELETE FROM y", vec![])
        .await
        .unwrap_err();
    assert_eq!(error.code(), "R2012");
    let error = db
        .execute("SET @a = 1; SET @b = 2", vec![])
        .await
        .unwrap_err();
    assert_eq!(error.code(), "R2012", "{error}");
}
