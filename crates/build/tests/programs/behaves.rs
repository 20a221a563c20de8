//! What generated code does, compiled and run in the package that `compiles.rs` writes.

use compiles::{chrono as with_chrono, newtypes, shared, time as with_time};
use relata::client::Model;
use relata::types::{chrono, jiff, serde_json, time, uuid};
use relata::{FromRow, FromValue, Row, Value};
use serde_json::json;

fn row<T: Model>(values: Vec<Value>) -> relata::Result<T> {
    let columns: Vec<String> = T::META.columns.iter().map(|&column| column.to_owned()).collect();
    T::from_row(&mut Row::new(columns.into(), values))
}

fn timestamp() -> Value {
    Value::Timestamp("2026-01-31T12:30:45.5Z".parse().unwrap())
}

fn event_values(at: Value) -> Vec<Value> {
    vec![
        Value::I64(1),
        at,
        Value::Null,
        Value::Date("2024-02-29".parse().unwrap()),
        Value::Time("23:59:59".parse().unwrap()),
        Value::List(vec![Value::Date("2024-02-29".parse().unwrap())]),
        Value::from("1.5"),
        Value::from("{\"a\":null}"),
        Value::Bytes(vec![0, 255]),
        Value::F64(0.5),
        Value::from("so \"so\""),
        Value::list(["GLAD"]),
    ]
}

fn event_json(price: &str) -> serde_json::Value {
    json!({
        "id": 1, "at": "2026-01-31T12:30:45.5Z", "until": null, "day": "2024-02-29", "time": "23:59:59", "days": ["2024-02-29"],
        "price": price, "body": {"a": null}, "raw": [0, 255], "float": 0.5, "mood": "type", "moods": ["GLAD"],
    })
}

/// There and back, and what was left out is NULL.
fn through_json<T>(model: &T, expected: &serde_json::Value)
where
    T: relata::serde::Serialize
        + for<'de> relata::serde::Deserialize<'de>
        + PartialEq
        + std::fmt::Debug,
{
    let text = serde_json::to_string(model).unwrap();
    let said: serde_json::Value = serde_json::from_str(&text).unwrap();
    // Fractions of a second are written in threes by one library and in full by another.
    let plain = |it: &serde_json::Value| it.to_string().replace(".500Z", ".5Z");
    assert_eq!(plain(&said), plain(expected));
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), model);
    let mut short = said;
    short
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    short["unknown"] = json!([1, {"a": 2}]);
    assert_eq!(&serde_json::from_value::<T>(short).unwrap(), model);
}

#[test]
fn chrono_models_go_through_json() {
    let event: with_chrono::Event = row(event_values(timestamp())).unwrap();
    assert_eq!(
        event.at,
        "2026-01-31T12:30:45.5Z"
            .parse::<chrono::DateTime<chrono::Utc>>()
            .unwrap()
    );
    assert_eq!(event.price, "1.5");
    through_json(&event, &event_json("1.5"));
    // A decimal of any length, which rust_decimal would refuse.
    let mut values = event_values(timestamp());
    let long = "12345678901234567890123456789012345.123456789012345678901234567890";
    values[6] = Value::from(long);
    assert_eq!(row::<with_chrono::Event>(values).unwrap().price, long);
}

#[test]
fn time_models_go_through_json() {
    let event: with_time::Event = row(event_values(timestamp())).unwrap();
    assert_eq!(event.at.0.unix_timestamp(), 1_769_862_645);
    assert_eq!(
        event.day,
        time::Date::from_calendar_date(2024, time::Month::February, 29).unwrap()
    );
    through_json(&event, &event_json("1.5"));
}

#[test]
fn what_a_type_cannot_hold_names_the_column() {
    let said = |at: Value| {
        row::<with_time::Event>(event_values(at))
            .unwrap_err()
            .to_string()
    };
    let infinity = said(Value::from("infinity"));
    assert!(
        infinity.contains("column `at`") && infinity.contains("`infinity`"),
        "{infinity}"
    );
    assert!(said(Value::from("294276-01-01 00:00:00+00")).contains("out of the type's range"));
    let mut values = event_values(timestamp());
    values[10] = Value::from("sad");
    let label = row::<with_chrono::Event>(values).unwrap_err().to_string();
    assert!(
        label.contains("column `mood`") && label.contains("enum `Mood`") && label.contains("`sad`"),
        "{label}"
    );
}

#[test]
fn a_wrong_document_says_where_it_is_wrong() {
    let read = |document: serde_json::Value| {
        serde_json::from_value::<newtypes::Tag>(document)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        read(json!({"tenant": 1, "word": "a"})),
        "missing field `next`"
    );
    assert!(read(json!({"tenant": "1", "word": "a", "next": "b"})).contains("expected i32"));
    let twice = serde_json::from_str::<newtypes::Tag>(r#"{"tenant": 1, "tenant": 2}"#).unwrap_err();
    assert!(
        twice.to_string().contains("duplicate field `tenant`"),
        "{twice}"
    );
    let state = serde_json::from_value::<newtypes::State>(json!("shut"))
        .unwrap_err()
        .to_string();
    assert_eq!(
        state,
        "invalid value: string \"shut\", expected a value of the enum `State`"
    );
    assert_eq!(
        serde_json::to_value(newtypes::State::Closed).unwrap(),
        json!("CLOSED")
    );
    assert_eq!("shut".parse::<newtypes::State>().unwrap().as_str(), "shut");
}

#[test]
fn newtypes_are_what_they_hold() {
    let user: newtypes::User = row(vec![
        Value::I64(7),
        Value::from("ann@example.com"),
        Value::from("hunter2"),
        Value::from("t0ken"),
        Value::I64(3),
    ])
    .unwrap();
    // The key of a user is one type, wherever it stands.
    let boss: Option<newtypes::user::Id> = user.boss_id;
    let keys: [newtypes::user::Id; 2] = [user.id, boss.unwrap()];
    assert_eq!(keys.map(|key| key.to_string()), ["7", "3"]);
    assert_eq!("7".parse::<newtypes::user::Id>(), Ok(user.id));
    assert!(newtypes::user::Id(3) < user.id);
    assert_eq!(Value::from(user.id), Value::I64(7));
    let profile: newtypes::Profile = row(vec![Value::I64(7)]).unwrap();
    assert_eq!(profile.user_id, user.id);
    let visit = newtypes::visit::Id(uuid::Uuid::nil());
    assert_eq!(
        newtypes::visit::Id::from_value(&Value::from(visit)),
        Ok(visit)
    );
    assert_eq!(
        newtypes::visit::At::from(jiff::Timestamp::UNIX_EPOCH).to_string(),
        "1970-01-01T00:00:00Z"
    );

    // A relation that a query brought along stands beside the fields, and so does one behind it.
    let tag: newtypes::Tag = row(vec![Value::I64(1), Value::from("a"), Value::from("b")]).unwrap();
    let with_user = newtypes::post::WithAuthor {
        base: row::<newtypes::Post>(vec![
            Value::I64(9),
            Value::I64(7),
            Value::from("x"),
            Value::I64(1),
            Value::from("a"),
        ])
        .unwrap(),
        author: newtypes::user::WithProfile {
            base: user.clone(),
            profile: Some(profile),
        },
    };
    let with_tag = newtypes::post::WithTag {
        base: with_user,
        tag,
    };
    assert_eq!(
        serde_json::to_value(&with_tag).unwrap(),
        json!({
            "id": 9, "authorId": 7, "email": "x", "tenant": 1, "word": "a",
            "author": {"id": 7, "email": "ann@example.com", "bossId": 3},
            "tag": {"tenant": 1, "word": "a", "next": "b"},
        })
    );

    // What is hidden stays out of logs and documents.
    let shown = format!("{user:?}");
    assert_eq!(
        shown,
        "User { id: Id(7), email: Email(\"ann@example.com\"), boss_id: Some(Id(3)), .. }"
    );
    assert_eq!(
        serde_json::to_value(&user).unwrap(),
        json!({"id": 7, "email": "ann@example.com", "bossId": 3})
    );
}

#[test]
fn relations_of_one_name_share_a_struct_and_nothing_else() {
    let post = shared::Post { id: 1, db_id: 2, place_id: 3, start_id: None };
    let with_posts = shared::db::WithPosts { base: shared::Db { id: 2 }, posts: vec![post.clone()] };
    let json = json!({"id": 1, "dbId": 2, "placeId": 3, "startId": null});
    assert_eq!(serde_json::to_value(&with_posts).unwrap(), json!({"id": 2, "posts": [json]}));
    assert_eq!(with_posts.id, 2);

    let hidden = shared::tag::WithPosts { base: shared::Tag { id: 4 }, posts: vec![post.clone()] };
    assert_eq!(serde_json::to_value(&hidden).unwrap(), json!({"id": 4}));

    let place = shared::Place { id: 3, base: "hill".to_owned() };
    let other = shared::place::WithPosts { base_2: place.clone(), posts: vec![post.clone()] };
    assert_eq!(other.base, "hill");

    let both = shared::post::WithPlace { base: shared::post::WithStartedIn { base: post.clone(), started_in: Some(place.clone()) }, place };
    let page = shared::page::WithStartedIn { base: shared::Page { id: 5, post_id: Some(1) }, started_in: Some(post) };
    assert_eq!(serde_json::to_value(&both).unwrap()["startedIn"], json!({"id": 3, "base": "hill"}));
    assert_eq!(serde_json::to_value(&page).unwrap()["started_in"], json);
}
