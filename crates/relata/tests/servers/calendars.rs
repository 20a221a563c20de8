//! Dates and times of every library, and decimals as text, there and back on every database, with the values at the edges.

use std::fmt::Debug;
use std::path::Path;

use relata::types::{chrono, jiff, time};
use relata::{Connection, Dialect, FromValue, Value, connect};

use crate::{mariadb, mark, one, open, postgres};

const INSTANTS: [&str; 7] = [
    "1970-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999Z",
    "2026-01-31T12:30:45.123Z",
    "2024-02-29T23:59:59Z",
    "1000-01-01T00:00:00Z",
    "1582-10-10T00:00:00Z",
    "9999-12-30T21:59:59.999Z",
];
const DAYS: [&str; 5] = [
    "1970-01-01",
    "2024-02-29",
    "1000-01-01",
    "1582-10-10",
    "9999-12-31",
];
const TIMES: [&str; 3] = ["00:00:00", "23:59:59.999", "12:30:45.5"];

/// A connection to each kind of database; those on servers live as long as what comes with them.
async fn all() -> Vec<(Box<dyn Connection>, Option<relata_testing::Database>)> {
    let sqlite = connect(&"file::memory:".parse().unwrap(), Path::new(""))
        .await
        .unwrap();
    let mut found: Vec<(Box<dyn Connection>, Option<relata_testing::Database>)> =
        vec![(sqlite, None)];
    for database in [postgres("calendars"), mariadb("calendars")] {
        found.push((open(&database).await, Some(database)));
    }
    found
}

/// What a schema's `DateTime`, `@db.Date` and `@db.Time` are on this database.
fn types(dialect: Dialect) -> [&'static str; 3] {
    match dialect {
        Dialect::Postgres => ["TIMESTAMP(3)", "DATE", "TIME(3)"],
        Dialect::Mysql => ["DATETIME(3)", "DATE", "TIME(3)"],
        Dialect::Sqlite => ["DATETIME"; 3],
    }
}

async fn through<T>(db: &dyn Connection, ty: &str, value: &T)
where
    T: FromValue + Into<Value> + Clone + PartialEq + Debug,
{
    db.batch(&format!("DROP TABLE IF EXISTS t; CREATE TABLE t (x {ty})"))
        .await
        .unwrap();
    let insert = format!("INSERT INTO t VALUES ({})", mark(db, 1));
    db.execute(&insert, vec![value.clone().into()])
        .await
        .unwrap_or_else(|error| panic!("{value:?} into {ty}: {error}"));
    let back = T::from_value(&one(db, "SELECT x FROM t", vec![]).await);
    assert_eq!(back.as_ref(), Ok(value), "{ty} on {:?}", db.dialect());
    // And found again by it.
    let found = format!("SELECT COUNT(*) FROM t WHERE x = {}", mark(db, 1));
    let found = one(db, &found, vec![value.clone().into()]).await;
    assert_eq!(
        found,
        Value::I64(1),
        "{value:?} in {ty} on {:?}",
        db.dialect()
    );
}

fn date(day: jiff::civil::Date) -> time::Date {
    let month = time::Month::try_from(day.month().unsigned_abs()).unwrap();
    time::Date::from_calendar_date(day.year().into(), month, day.day().unsigned_abs()).unwrap()
}

#[tokio::test]
async fn every_library_comes_back_as_it_went() {
    for (db, _database) in all().await {
        let [instant, day, clock] = types(db.dialect());
        for text in INSTANTS {
            let at: jiff::Timestamp = text.parse().unwrap();
            through(&*db, instant, &at).await;
            through(
                &*db,
                instant,
                &text.parse::<chrono::DateTime<chrono::Utc>>().unwrap(),
            )
            .await;
            let nanos = at.as_nanosecond();
            let at = time::OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap();
            through(&*db, instant, &at).await;
        }
        for text in DAYS {
            let it: jiff::civil::Date = text.parse().unwrap();
            // On SQLite a day is its midnight, and jiff has none on the last.
            if db.dialect() != Dialect::Sqlite || it != jiff::civil::Date::MAX {
                through(&*db, day, &it).await;
                through(&*db, day, &text.parse::<chrono::NaiveDate>().unwrap()).await;
                through(&*db, day, &date(it)).await;
            }
        }
        for text in TIMES {
            let it: jiff::civil::Time = text.parse().unwrap();
            through(&*db, clock, &it).await;
            through(&*db, clock, &text.parse::<chrono::NaiveTime>().unwrap()).await;
            let [hour, minute, second] =
                [it.hour(), it.minute(), it.second()].map(i8::unsigned_abs);
            let nanos = it.subsec_nanosecond().unsigned_abs();
            let it = time::Time::from_hms_nano(hour, minute, second, nanos).unwrap();
            through(&*db, clock, &it).await;
        }
    }
}

#[tokio::test]
async fn decimals_as_text_have_all_their_digits() {
    let long = "12345678901234567890123456789012345.123456789012345678901234567890";
    for database in [postgres("digits"), mariadb("digits")] {
        let db = open(&database).await;
        for text in [
            long,
            "0.000000000000000000000000000001",
            "-7.500000000000000000000000000000",
        ] {
            through(&*db, "DECIMAL(65, 30)", &text.to_owned()).await;
        }
    }
    let sqlite = &all().await[0].0;
    through(&**sqlite, "DECIMAL", &"1.5".to_owned()).await;
    through(&**sqlite, "DECIMAL", &"12".to_owned()).await;
}

/// A session elsewhere moves nothing.
#[tokio::test]
async fn the_time_zone_of_a_session_plays_no_part() {
    let database = postgres("elsewhere");
    let db = open(&database).await;
    db.batch("SET TIME ZONE 'Asia/Kolkata'").await.unwrap();
    for text in INSTANTS {
        let at: jiff::Timestamp = text.parse().unwrap();
        through(&*db, "TIMESTAMPTZ(3)", &at).await;
        through(&*db, "TIMESTAMP(3)", &at).await;
    }
    for text in TIMES {
        let it: jiff::civil::Time = text.parse().unwrap();
        through(&*db, "TIMETZ(3)", &it).await;
        through(&*db, "TIME(3)", &it).await;
    }
    let noon = one(&*db, "SELECT '12:00:00+02'::timetz", vec![]).await;
    let noon = jiff::civil::Time::from_value(&noon).unwrap();
    assert_eq!(noon.to_string(), "10:00:00");
}

/// What only some libraries hold, and what none does.
#[tokio::test]
async fn what_lies_beyond_is_kept_or_told() {
    let database = postgres("beyond");
    let db = open(&database).await;
    let far: chrono::DateTime<chrono::Utc> = "+20000-02-29T12:00:00.5Z".parse().unwrap();
    let old: chrono::DateTime<chrono::Utc> = "-4000-01-01T00:00:00Z".parse().unwrap();
    let last: chrono::DateTime<chrono::Utc> = "9999-12-31T23:59:59.999Z".parse().unwrap();
    for at in [far, old, last] {
        through(&*db, "TIMESTAMPTZ(3)", &at).await;
        through(&*db, "TIMESTAMP(3)", &at).await;
    }
    through(&*db, "DATE", &far.date_naive()).await;
    through(&*db, "DATE", &old.date_naive()).await;
    let never = one(&*db, "SELECT '9999-12-31 23:59:59'::timestamptz", vec![]).await;
    let never = time::OffsetDateTime::from_value(&never).unwrap();
    assert_eq!(never.unix_timestamp(), 253_402_300_799);
    through(&*db, "TIMESTAMPTZ", &never).await;

    for ty in ["timestamptz", "timestamp", "date"] {
        let value = one(&*db, &format!("SELECT '-infinity'::{ty}"), vec![]).await;
        let said = [
            jiff::Timestamp::from_value(&value).map(drop),
            chrono::DateTime::<chrono::Utc>::from_value(&value).map(drop),
            chrono::NaiveDate::from_value(&value).map(drop),
            time::OffsetDateTime::from_value(&value).map(drop),
            time::Date::from_value(&value).map(drop),
        ];
        for error in said {
            let error = error.unwrap_err().to_string();
            assert!(
                error.contains("`infinity`, which the type cannot hold"),
                "{error}"
            );
        }
    }
    let maria = mariadb("beyond");
    let db = open(&maria).await;
    db.batch("SET sql_mode = ''").await.unwrap();
    let zero = one(&*db, "SELECT CAST('0000-00-00' AS DATE)", vec![]).await;
    let never = one(
        &*db,
        "SELECT CAST('9999-12-31 23:59:59' AS DATETIME)",
        vec![],
    )
    .await;
    let error = chrono::NaiveDate::from_value(&zero)
        .unwrap_err()
        .to_string();
    assert!(error.contains("a zero date"), "{error}");
    assert!(jiff::Timestamp::from_value(&never).is_err());
    assert_eq!(
        time::OffsetDateTime::from_value(&never)
            .unwrap()
            .unix_timestamp(),
        253_402_300_799
    );
}
