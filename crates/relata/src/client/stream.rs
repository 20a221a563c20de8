//! Rows one after the other, without all of them in memory.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use futures_core::Stream;

use crate::{BoxFuture, Error, Result, Value};

use super::filter::{Compare, Node};
use super::order::{By, Term};
use super::select::Select;
use super::{Model, Session, Shape, include};

/// How many rows are read at once, unless [`RowStream::batch`] says it.
const BATCH: u64 = 1000;

/// Rows in batches: each begins behind the last row of the one before it, so that no connection is held in between and rows
/// that come or go in the meantime push none aside. For one state of the database throughout, stream inside a transaction.
///
/// ```
/// # mod db { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/db/mod.rs")); }
/// # use db::user;
/// # async fn example(db: &db::Client) -> relata::Result<()> {
/// let mut users = db.user().find_many().include(user::posts).stream();
/// while let Some(user) = users.next().await? {
///     println!("{} has {} posts", user.name, user.posts.len());
/// }
/// # Ok(())
/// # }
/// ```
///
/// It is a [`Stream`] too, for those who have a crate of combinators.
#[must_use = "a stream reads nothing until it is asked for rows"]
pub struct RowStream<'a, S: Shape> {
    session: &'a Session,
    rest: Option<Rest<S>>,
    reading: Option<BoxFuture<'a, Result<Batch<S>>>>,
    ready: vec::IntoIter<S::Output>,
}

/// What is still to be read.
#[derive(Clone)]
struct Rest<S> {
    select: Select,
    shape: S,
    size: u64,
    left: Option<u64>,
    /// How many conditions the program gave.
    filters: usize,
}

/// Rows, and what is behind them.
struct Batch<S: Shape> {
    rows: Vec<S::Output>,
    rest: Option<Rest<S>>,
}

impl<S: Shape> std::fmt::Debug for RowStream<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RowStream({})", S::Model::META.name)
    }
}

impl<'a, S: Shape + Clone> RowStream<'a, S> {
    pub(super) fn new(session: &'a Session, select: Select, shape: S) -> Self {
        let rest = Rest {
            left: select.take,
            filters: select.filter.len(),
            select,
            shape,
            size: BATCH,
        };
        Self {
            session,
            rest: Some(rest),
            reading: None,
            ready: Vec::new().into_iter(),
        }
    }

    /// Reads so many rows at once; at least one.
    pub fn batch(mut self, rows: u64) -> Self {
        if let Some(rest) = &mut self.rest {
            rest.size = rows.max(1);
        }
        self
    }

    /// The next row; none at the end, and after an error.
    pub async fn next(&mut self) -> Result<Option<S::Output>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }
}

/// Nothing in it is pinned but the boxed future.
impl<S: Shape> Unpin for RowStream<'_, S> {}

impl<S: Shape + Clone> Stream for RowStream<'_, S> {
    type Item = Result<S::Output>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(row) = this.ready.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            if let Some(reading) = &mut this.reading {
                let Poll::Ready(done) = reading.as_mut().poll(cx) else {
                    return Poll::Pending;
                };
                this.reading = None;
                match done {
                    Ok(batch) => {
                        this.ready = batch.rows.into_iter();
                        this.rest = batch.rest;
                    }
                    Err(error) => return Poll::Ready(Some(Err(error))),
                }
                continue;
            }
            let Some(rest) = this.rest.take() else {
                return Poll::Ready(None);
            };
            this.reading = Some(Box::pin(rest.read(this.session)));
        }
    }
}

impl<S: Shape + Clone> Rest<S> {
    /// Reads the next rows.
    async fn read(mut self, session: &Session) -> Result<Batch<S>> {
        let order = self.total_order()?;
        let size = self.left.map_or(self.size, |left| left.min(self.size));
        if size == 0 {
            return Ok(Batch {
                rows: Vec::new(),
                rest: None,
            });
        }
        self.select.take = Some(size);
        let mut columns = Vec::new();
        self.shape.needs(&mut columns);
        let needed = columns.len();
        columns.extend(order.iter().map(|(column, _)| *column));
        let mut found = session.select::<S::Model>(&self.select, &columns).await?;
        let read = found.models.len() as u64;
        columns.truncate(needed);
        let last = found.narrow(needed);
        let rows = include::shaped(session, self.shape.clone(), columns, found).await?;
        self.left = self.left.map(|left| left - read);
        let is_over = read < size || self.left == Some(0);
        let is_postgres = session.dialect() == relata_script::Dialect::Postgres;
        let select = &mut self.select;
        select.filter.truncate(self.filters);
        select.filter.push(behind(&order, &last, is_postgres));
        select.skip = 0;
        select.cursor = None;
        let rest = (!is_over).then_some(self);
        Ok(Batch { rows, rest })
    }

    /// Columns in whose order no two rows are alike; the query gets it.
    fn total_order(&mut self) -> Result<Vec<(&'static str, Term)>> {
        let select = &mut self.select;
        let no = |what: &str| Err(Error::not_supported(format!("a stream of {what}")));
        if select.from_end {
            return no("the last rows; turn the order round");
        }
        if !select.distinct.is_empty() {
            return no("distinct rows");
        }
        if select.table.key.is_empty() {
            return no("rows of a model without a key");
        }
        for column in select.table.key {
            let is_there = |term: &Term| matches!(term.by, By::Column(name) if name == *column);
            if !select.order.iter().any(is_there) {
                select.order.push(Term::ascending(column));
            }
        }
        let mut order = Vec::new();
        for term in &select.order {
            let By::Column(column) = term.by else {
                return no("rows in the order of related rows");
            };
            order.push((column, term.clone()));
        }
        Ok(order)
    }
}

/// The rows that come behind one with these values.
fn behind(order: &[(&'static str, Term)], last: &[Value], is_postgres: bool) -> Node {
    let terms: Vec<_> = order.iter().zip(last).collect();
    let branch = |at: usize| {
        let equal = terms[..at]
            .iter()
            .map(|((column, _), value)| Node::compare(column, Compare::Equal, (*value).clone()));
        let ((column, term), value) = terms[at];
        let nulls_first = term.has_nulls_first(is_postgres);
        let further = match value {
            Value::Null if nulls_first => Node::Null {
                column,
                negated: true,
            },
            Value::Null => Node::Or(Vec::new()),
            value => {
                let op = if term.descending {
                    Compare::Less
                } else {
                    Compare::Greater
                };
                let further = Node::compare(column, op, value.clone());
                let null = Node::Null {
                    column,
                    negated: false,
                };
                if nulls_first {
                    further
                } else {
                    Node::Or(vec![further, null])
                }
            }
        };
        Node::And(equal.chain([further]).collect())
    };
    Node::Or((0..terms.len()).map(branch).collect())
}
