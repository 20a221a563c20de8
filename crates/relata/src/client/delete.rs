//! Deleting rows.

use std::future::IntoFuture;
use std::marker::PhantomData;

use crate::{BoxFuture, Result, Row};

use super::filter::Node;
use super::render::{Flavor, Writer};
use super::{Condition, Model, Session, UniqueWhere, insert, update};

/// A row about to be deleted.
#[must_use = "a query runs when it is awaited: write `.await` behind it"]
pub struct Delete<'a, M> {
    session: &'a Session,
    nodes: Vec<Node>,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model> std::fmt::Debug for Delete<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Delete({})", M::META.name)
    }
}

impl<'a, M: Model> Delete<'a, M> {
    pub(super) fn new(session: &'a Session, key: UniqueWhere<M>) -> Self {
        Self {
            session,
            nodes: vec![key.into_node()],
            marker: PhantomData,
        }
    }

    /// Only if the row meets the condition too; if it does not, that is [`Error::NotFound`](crate::Error::NotFound).
    pub fn filter(mut self, condition: impl Condition<M>) -> Self {
        self.nodes.push(condition.into_filter().node);
        self
    }
}

impl<'a, M: Model> IntoFuture for Delete<'a, M> {
    type Output = Result<M>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let flavor = self.session.flavor().await?;
            let nodes = self.nodes;
            let row = if flavor == Flavor::Mysql {
                self.session
                    .atomically(async move |session| on_mysql::<M>(&session, nodes).await)
                    .await?
            } else {
                let wanted = columns::<M>();
                let mut out = Writer::new(flavor);
                out.delete::<M>(nodes)?;
                out.returning(&wanted);
                let rows = self.session.query(&out.text, out.params).await?;
                rows.into_iter().next()
            };
            M::read(&mut row.ok_or_else(|| insert::not_found(M::META))?)
        })
    }
}

fn columns<M: Model>() -> Vec<&'static str> {
    M::META.columns.to_vec()
}

/// Without RETURNING the row is read first. From the manual.
async fn on_mysql<M: Model>(session: &Session, nodes: Vec<Node>) -> Result<Option<Row>> {
    let row = update::find(session, M::META, nodes.clone(), &columns::<M>(), true).await?;
    if row.is_some() {
        let mut out = Writer::new(Flavor::Mysql);
        out.delete::<M>(nodes)?;
        session.run(out).await?;
    }
    Ok(row)
}

impl Writer {
    fn delete<M: Model>(&mut self, nodes: Vec<Node>) -> Result<()> {
        self.push("DELETE FROM ");
        self.table(M::META);
        self.matched(M::META, nodes)
    }
}

/// Rows about to be deleted.
#[must_use = "a query runs when it is awaited: write `.await` behind it"]
pub struct DeleteMany<'a, M> {
    session: &'a Session,
    filter: Vec<Node>,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model> std::fmt::Debug for DeleteMany<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeleteMany({})", M::META.name)
    }
}

impl<'a, M: Model> DeleteMany<'a, M> {
    pub(super) fn new(session: &'a Session) -> Self {
        Self {
            session,
            filter: Vec::new(),
            marker: PhantomData,
        }
    }

    /// Only rows that meet the condition, besides those that were given before. Without any, all rows are deleted.
    pub fn filter(mut self, condition: impl Condition<M>) -> Self {
        self.filter.push(condition.into_filter().node);
        self
    }
}

impl<'a, M: Model> IntoFuture for DeleteMany<'a, M> {
    type Output = Result<u64>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut out = Writer::new(self.session.flavor().await?);
            out.delete::<M>(self.filter)?;
            self.session.run(out).await
        })
    }
}
