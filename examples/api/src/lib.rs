//! An HTTP API for a small magazine, on axum and PostgreSQL.
//!
//! | request | answer |
//! |---|---|
//! | `POST /authors` | a new author |
//! | `POST /articles` | a new article, with words that are made where they do not exist |
//! | `GET /articles?tag=…&after=…&limit=…` | a page of published articles, newest first, with authors and words |
//! | `GET /articles/{id}` | one article |
//! | `POST /articles/{id}/publish` | the article, published |

/// The schema, as `build.rs` made it.
pub mod db {
    include!(concat!(env!("OUT_DIR"), "/relata/mod.rs"));
}
mod error;

use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use db::{Article, Author, Client, State, article, author, tag};
pub use error::ApiError;

type Answer<T> = Result<Json<T>, ApiError>;

/// An article as it is shown.
type Shown = article::WithTags<article::WithAuthor>;

/// Connects, brings the database up to date, and gives the API.
///
/// # Errors
///
/// Where the database cannot be reached or migrated.
pub async fn app(url: &str) -> relata::Result<Router> {
    let db = Client::connect(url).await?;
    db.migrate().await?;
    Ok(Router::new()
        .route("/authors", post(add_author))
        .route("/articles", get(list).post(add_article))
        .route("/articles/{id}", get(show))
        .route("/articles/{id}/publish", post(publish))
        .with_state(db))
}

/// The body of `POST /authors`.
#[derive(Deserialize)]
struct NewAuthor {
    email: String,
    name: String,
}

async fn add_author(
    Shared(db): Shared<Client>,
    Json(NewAuthor { email, name }): Json<NewAuthor>,
) -> Result<(StatusCode, Json<Author>), ApiError> {
    let author = db.author().create(author::New { email, name }).await?;
    Ok((StatusCode::CREATED, Json(author)))
}

/// The body of `POST /articles`.
#[derive(Deserialize)]
struct NewArticle {
    author_id: i32,
    title: String,
    body: String,
    #[serde(default)]
    tags: Vec<String>,
}

async fn add_article(
    Shared(db): Shared<Client>,
    Json(new): Json<NewArticle>,
) -> Result<(StatusCode, Json<Shown>), ApiError> {
    // Two requests may make the same word at the same time: then one of them is done again.
    let made = db.transaction().retries(3).run(move |tx| {
        let NewArticle {
            author_id,
            title,
            body,
            tags,
        } = NewArticle {
            tags: new.tags.clone(),
            title: new.title.clone(),
            body: new.body.clone(),
            ..new
        };
        async move {
            let words = tags.iter().map(|name| tag::New { name: name.clone() });
            tx.tag()
                .create_many(words.collect::<Vec<_>>())
                .skip_duplicates()
                .await?;
            let new = article::New {
                title,
                body,
                author_id: author::Id(author_id),
            };
            let create = tags.iter().fold(tx.article().create(new), |create, name| {
                create.connect(article::tags, tag::name.eq(name))
            });
            create
                .include(article::author)
                .include(article::tags.order_by(tag::name.asc()))
                .await
        }
    });
    Ok((StatusCode::CREATED, Json(made.await?)))
}

/// What `GET /articles` can be asked.
#[derive(Deserialize)]
struct Asked {
    tag: Option<String>,
    /// The last article of the page before.
    after: Option<i32>,
    limit: Option<u64>,
}

/// A page of articles.
#[derive(Serialize)]
struct Page {
    articles: Vec<Shown>,
    /// What to ask for as `after`, if there are more.
    next: Option<i32>,
}

async fn list(Shared(db): Shared<Client>, Query(asked): Query<Asked>) -> Answer<Page> {
    let limit = asked.limit.unwrap_or(20).clamp(1, 100);
    let mut query = db
        .article()
        .find_many()
        .filter(article::state.eq(State::Published))
        .order_by(article::id.desc())
        // One more than is shown tells whether there are more.
        .take(limit + 1);
    if let Some(word) = asked.tag {
        query = query.filter(article::tags.some(tag::name.eq(word)));
    }
    if let Some(after) = asked.after {
        query = query.filter(article::id.lt(article::Id(after)));
    }
    let mut articles = query
        .include(article::author)
        .include(article::tags.order_by(tag::name.asc()))
        .await?;
    let has_more = articles.len() as u64 > limit;
    if has_more {
        articles.pop();
    }
    let last = articles.last().map(|article| article.id.0);
    let next = last.filter(|_| has_more);
    Ok(Json(Page { articles, next }))
}

async fn show(Shared(db): Shared<Client>, Path(id): Path<i32>) -> Answer<Shown> {
    let found = db
        .article()
        .find_unique(article::id.eq(article::Id(id)))
        .include(article::author)
        .include(article::tags.order_by(tag::name.asc()))
        .required();
    Ok(Json(found.await?))
}

async fn publish(Shared(db): Shared<Client>, Path(id): Path<i32>) -> Answer<Article> {
    let update = db
        .article()
        .update(article::id.eq(article::Id(id)))
        .set(article::state.to(State::Published));
    Ok(Json(update.await?))
}
