//! The API on a real server, request by request.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use relata_testing::Postgres;
use serde_json::{Value, json};
use tower::ServiceExt;

async fn ask(app: &Router, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json");
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let answer = app
        .clone()
        .oneshot(request.body(body).unwrap())
        .await
        .unwrap();
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let value = serde_json::from_slice(&bytes).unwrap_or_else(|_| {
        panic!("{method} {path}: {}", String::from_utf8_lossy(&bytes));
    });
    (status.as_u16(), value)
}

async fn made(app: &Router, path: &str, body: Value) -> Value {
    let (status, value) = ask(app, "POST", path, Some(body)).await;
    assert_eq!(status, StatusCode::CREATED.as_u16(), "{value}");
    value
}

#[tokio::test(flavor = "multi_thread")]
async fn a_magazine_is_written_and_read() {
    let database = Postgres::from_env().fresh_database("api");
    let app = api::app(&database.url()).await.unwrap();
    let ann = made(
        &app,
        "/authors",
        json!({"email": "ann@x.dev", "name": "Ann"}),
    )
    .await;
    // The token is the database's, and stays there.
    assert_eq!(ann, json!({"id": 1, "email": "ann@x.dev", "name": "Ann"}));
    let (status, again) = ask(
        &app,
        "POST",
        "/authors",
        Some(json!({"email": "ann@x.dev", "name": "A"})),
    )
    .await;
    assert_eq!((status, &again["code"]), (409, &json!("R2001")));

    let article = |title: &str, tags: &[&str]| json!({"author_id": 1, "title": title, "body": "…", "tags": tags});
    let first = made(&app, "/articles", article("one", &["sql", "rust"])).await;
    assert_eq!(
        (&first["state"], &first["author"]["name"]),
        (&json!("DRAFT"), &json!("Ann"))
    );
    assert_eq!(first["tags"], json!([{"name": "rust"}, {"name": "sql"}]));
    assert!(
        first["createdAt"].as_str().unwrap().ends_with('Z'),
        "{first}"
    );

    // Requests at the same time, all with the same new word.
    let all = ["two", "three", "four"].map(|title| {
        let (app, body) = (app.clone(), article(title, &["rust", "new"]));
        tokio::spawn(async move { made(&app, "/articles", body).await })
    });
    for one in all {
        let id = one.await.unwrap()["id"].as_i64().unwrap();
        let (status, published) = ask(&app, "POST", &format!("/articles/{id}/publish"), None).await;
        assert_eq!((status, &published["state"]), (200, &json!("PUBLISHED")));
    }

    // Two pages; the draft is on neither.
    let (_, page) = ask(&app, "GET", "/articles?tag=rust&limit=2", None).await;
    let titles = |page: &Value| page["articles"].as_array().unwrap().len();
    assert_eq!(titles(&page), 2, "{page}");
    assert_eq!(page["articles"][0]["author"]["email"], "ann@x.dev");
    assert_eq!(
        page["articles"][0]["tags"],
        json!([{"name": "new"}, {"name": "rust"}])
    );
    let (_, page) = ask(
        &app,
        "GET",
        &format!("/articles?limit=2&after={}", page["next"]),
        None,
    )
    .await;
    assert_eq!((titles(&page), &page["next"]), (1, &Value::Null));
    let (_, page) = ask(&app, "GET", "/articles?tag=sql", None).await;
    assert_eq!(titles(&page), 0);

    for (method, path, body, expected) in [
        ("GET", "/articles/1", None, 200),
        ("GET", "/articles/99", None, 404),
        ("POST", "/articles/99/publish", None, 404),
        (
            "POST",
            "/articles",
            Some(json!({"author_id": 99, "title": "x", "body": ""})),
            422,
        ),
        (
            "POST",
            "/articles",
            Some(json!({"author_id": 1, "title": "", "body": ""})),
            422,
        ),
    ] {
        let (status, answer) = ask(&app, method, path, body).await;
        assert_eq!(status, expected, "{method} {path}: {answer}");
    }

    // A second copy of the program finds nothing to do.
    let _ = api::app(&database.url()).await.unwrap();
}
