//! The typed client: what generated code is a thin layer over, compiled once here.
//!
//! * [`Col`], [`Rel`] and [`UniqueKey`] are the tokens of a model's module (`user::email`, `user::posts`); from them come
//!   [`Filter`]s, [`Order`]s, [`Assign`]ments and [`Include`]s.
//! * [`Rows`] is what `db.user()` gives; its methods begin queries. Each is a future to be awaited.
//! * [`Session`] is what generated `Client`s and `Tx`s hold. Both are a `Db` by `Deref`: a function that takes `&Db` runs in a transaction or without one.
//!
//! Every value is a parameter, every name is quoted for the database.
//!
//! # A look at it
//!
//! For a schema with `User` and `Post`, generated code gives `Client`, `Tx`, `Db` and the modules `user` and `post`:
//!
//! ```
//! # mod db { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/db/mod.rs")); }
//! use db::{Client, Parent, post, user};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> relata::Result<()> {
//! # /*
//! let db = Client::connect("sqlite://app.db").await?;
//! # */
//! # let db = Client::new(relata::sqlite::Sqlite::memory().await?);
//! // The migrations that the program carries.
//! db.migrate().await?;
//!
//! // What a row needs is a struct; what it may have is set. A row of a relation is made with it.
//! let ann = db.user()
//!     .create(user::New { email: "ann@x.dev".into(), name: "Ann".into() })
//!     .set(user::bio.to("I write."))
//!     .with(user::posts, post::New { title: "Hello".into(), author_id: Parent })
//!     .await?;
//!
//! // Relations come along as typed fields, each by one query for all rows.
//! let users = db.user().find_many()
//!     .filter(user::email.ends_with("@x.dev").and(user::posts.some(post::published.eq(true))))
//!     .order_by(user::name.asc())
//!     .take(10)
//!     .include(user::posts.order_by(post::id.desc()).take(3).include(post::tags))
//!     .await?;
//! for user in &users {
//!     println!("{} wrote {} posts", user.name, user.posts.len());
//! }
//!
//! // All or nothing; again after a conflict.
//! db.transaction().retries(3).run(|tx| async move {
//!     tx.user().update(user::id.eq(ann.id)).set(user::views.increment(1)).await?;
//!     tx.post().delete_many().filter(post::author_id.eq(ann.id)).await
//! }).await?;
//!
//! // More rows than memory should hold.
//! let mut all = db.post().find_many().stream();
//! while let Some(post) = all.next().await? {
//!     println!("{}", post.title);
//! }
//! # assert!(db.post().count().await? == 0 && db.user().count().await? == 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Shapes
//!
//! An include gives `WithTags<WithAuthor<Post>>`, which reads like one struct and is long to write down. Where a function takes such rows,
//! or a document is made of them, the schema can name their shape: `shape PostPage on Post { author tags }`. Generated code has
//! a struct `PostPage` with the columns and relations side by side, and `.shape::<PostPage>()` makes a query give it.
//!
//! # What a database cannot do
//!
//! A query that a database cannot do fails with [`Error::NotSupported`](crate::Error::NotSupported) (R2025); nothing is left
//! out in silence.
//!
//! | | PostgreSQL | SQLite | MySQL, MariaDB |
//! |---|---|---|---|
//! | conditions on arrays (`has`, `has_every`, `push`, …) | yes | no arrays | no arrays |
//! | `lock()` | rows | nothing to do: a transaction that writes has the whole file | rows |
//! | isolation levels | all | always serializable | all |
//! | text compared without regard to case | `ignore_case()` | `ignore_case()`, for ASCII | as the column's collation says |
//! | the row that was changed or made | `RETURNING` | `RETURNING` | read again in the same transaction; one more round trip |
//! | queries of several includes | share a round trip | one after the other | one after the other on one connection |
//! | several transactions at once on one `Client` | yes | a `connection_limit` in the connection string gives a pool | yes |
//!
//! [`FindMany::stream`] cannot give distinct rows, the last rows, rows in the order of related rows, or rows of a model without
//! a key.
//!
//! # Beside other libraries
//!
//! [`Session::new`], and `Client::new` of generated code, take any [`Connection`](crate::Connection): a driver of ours, a
//! [`Pool`](crate::Pool), or one that a program writes. A pool of sqlx is none. Its connections keep the drivers below them to themselves, and
//! its SQLite cannot be linked beside ours, since a program holds one SQLite only (`links = "sqlite3"`). Both can stand side by side on one
//! PostgreSQL or MySQL, each with connections of its own.
//!
//! Models can be read by sqlx, with `@@rust.derive("sqlx::FromRow")` in a model and `@@rust.derive("sqlx::Type")` in an enum; columns and labels
//! are known by their names in the database. sqlx reads chrono's and time's types and none of jiff's, so the generator's `datetime` has to be
//! `"chrono"` or `"time"`; and it does not know the newtypes of `@rust.newtype`.
//!
//! # The log
//!
//! With the feature `tracing`, each statement is an event of the target `relata::query`: its SQL, the kinds of its parameters, how
//! many microseconds it took, the code of an error. Values are never told.

mod aggregate;
mod assign;
mod bulk;
mod column;
mod create;
mod create_many;
mod delete;
mod filter;
mod find;
mod flat;
mod found;
mod group;
mod include;
mod insert;
mod json;
mod key;
mod list;
mod log;
mod make;
mod model;
mod nested;
mod number;
mod order;
mod relation;
mod render;
mod render_json;
mod select;
mod selection;
mod session;
mod sql;
mod stream;
mod takes;
mod text;
mod transaction;
mod unique;
mod update;
mod upsert;

pub use aggregate::{Aggregate, Averages, Count, Inner, SumKind, Sums, count};
pub use assign::{Assign, Change, IntoAssign, IntoChange, Numeric};
pub use column::{Col, Plain, Unique};
pub use create::Create;
pub use create_many::{CreateMany, CreateManyReturning};
pub use delete::{Delete, DeleteMany};
pub use filter::{Condition, Filter};
pub use find::{CountRows, FindFirst, FindMany, FindUnique, Rows, SelectRows};
pub use flat::{Flat, NamedShape};
pub use group::{AggregateRows, GroupBy, GroupOrder, Having, IntoGroupOrder};
pub use include::{Bare, Include, IncludedOnce, IntoInclude, Lacks, Plus, RowKeys, Shape};
pub use json::JsonPath;
pub use make::Make;
pub use model::{Link, Model, Table, Through, Writable};
pub use nested::{ByKey, ByRow, Complete, Data, Done, Draft, Owner, Parent, Record, Under, Values};
pub use number::*;
pub use order::Order;
pub use relation::{
    Arity, Beside, Held, Many, Maybe, One, Parts, Rel, Relation, Target, ToMany, ToOne, Wrapper,
    debug_pair,
};
pub use selection::{Items, Selection};
pub use session::Session;
pub use sql::{Fetched, Sql, sql};
pub use stream::RowStream;
pub use takes::Takes;
pub use text::{IgnoreCase, Textual};
pub use transaction::{Isolation, TransactionOptions, Transactional};
pub use unique::{UniqueKey, UniqueWhere};
pub use update::{Update, UpdateMany};
pub use upsert::Upsert;
