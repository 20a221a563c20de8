//! The typed client: what generated code is a thin layer over, compiled once here.
//!
//! * [`Col`], [`Rel`] and [`UniqueKey`] are the tokens of a model's module (`user::email`, `user::posts`); from them come
//!   [`Filter`]s, [`Order`]s, [`Assign`]ments and [`Include`]s.
//! * [`Rows`] is what `db.user()` gives; its methods begin queries. Each is a future to be awaited.
//! * [`Session`] is what generated `Client`s and `Tx`s hold.
//!
//! Every value is a parameter, every name is quoted for the database. A query that a database cannot do fails with
//! [`Error::NotSupported`](crate::Error::NotSupported).

mod aggregate;
mod assign;
mod column;
mod create;
mod create_many;
mod delete;
mod filter;
mod find;
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
pub use assign::{Assign, Change, IntoChange, Numeric};
pub use column::{Col, Plain, Unique};
pub use create::Create;
pub use create_many::{CreateMany, CreateManyReturning};
pub use delete::{Delete, DeleteMany};
pub use filter::{Condition, Filter};
pub use find::{CountRows, FindFirst, FindMany, FindUnique, Rows, SelectRows};
pub use group::{AggregateRows, GroupBy, GroupOrder, Having, IntoGroupOrder};
pub use include::{Bare, Include, IncludedOnce, IntoInclude, Lacks, Plus, RowKeys, Shape};
pub use json::JsonPath;
pub use make::Make;
pub use model::{Column, Link, Model, Table, Through, Writable};
pub use nested::{ByKey, ByRow, Complete, Data, Done, Draft, Owner, Parent, Record, Under};
pub use number::{D0, D1, D2, D3, D4, D5, D6, D7, Is, No, Yes};
pub use order::Order;
pub use relation::{Arity, Beside, Many, Maybe, One, Rel, Relation, ToOne};
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
