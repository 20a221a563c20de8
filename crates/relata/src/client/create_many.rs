//! Making many rows.

use std::future::IntoFuture;
use std::marker::PhantomData;

use crate::{BoxFuture, Error, Result, Row};

use super::bulk::Bulk;
use super::insert::Values;
use super::nested::Data;
use super::render::Flavor;
use super::{Model, Session, insert};

/// Rows about to be made.
#[must_use = "a query runs when it is awaited: write `.await` behind it"]
pub struct CreateMany<'a, M> {
    session: &'a Session,
    rows: Vec<Data>,
    skip_duplicates: bool,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model> std::fmt::Debug for CreateMany<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CreateMany({})", M::META.name)
    }
}

impl<'a, M: Model> CreateMany<'a, M> {
    pub(super) fn new(session: &'a Session, rows: Vec<Data>) -> Self {
        Self {
            session,
            rows,
            skip_duplicates: false,
            marker: PhantomData,
        }
    }

    /// Leaves out rows whose key is taken, instead of failing.
    pub fn skip_duplicates(mut self) -> Self {
        self.skip_duplicates = true;
        self
    }

    /// Gives the rows that were made. MySQL cannot (MariaDB can), nor can MariaDB together with
    /// [`skip_duplicates`](Self::skip_duplicates).
    pub fn returning(self) -> CreateManyReturning<'a, M> {
        CreateManyReturning { many: self }
    }

    async fn run(self, wanted: Vec<&'static str>) -> Result<(u64, Vec<Row>)> {
        let (table, skip) = (M::META, self.skip_duplicates);
        if self.rows.iter().all(Data::is_plain) {
            let rows: Vec<Values> = self.rows.into_iter().map(|row| row.values).collect();
            let bulk = Bulk::new(self.session, table, rows).await?;
            // One statement stands for itself; several are one only in a transaction.
            if bulk.is_one() && !(skip && self.session.flavor().await?.is_mysql()) {
                return bulk.run(self.session, skip, &wanted).await;
            }
            return self
                .session
                .atomically(async move |session| bulk.run(&session, skip, &wanted).await)
                .await;
        }
        if skip {
            return Err(Error::not_supported(
                "`skip_duplicates` for rows that bring rows of their own",
            ));
        }
        self.session
            .atomically(async move |session| {
                let mut found = Vec::new();
                for row in self.rows {
                    found.push(insert::create(&session, row, wanted.clone()).await?);
                }
                Ok((found.len() as u64, found))
            })
            .await
    }
}

impl<'a, M: Model> IntoFuture for CreateMany<'a, M> {
    type Output = Result<u64>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { Ok(self.run(Vec::new()).await?.0) })
    }
}

/// Rows about to be made, and given back.
#[must_use = "a query runs when it is awaited: write `.await` behind it"]
pub struct CreateManyReturning<'a, M> {
    many: CreateMany<'a, M>,
}

impl<M: Model> std::fmt::Debug for CreateManyReturning<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CreateManyReturning({})", M::META.name)
    }
}

impl<'a, M: Model> IntoFuture for CreateManyReturning<'a, M> {
    type Output = Result<Vec<M>>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let flavor = self.many.session.flavor().await?;
            if flavor == Flavor::Mysql || (flavor.is_mysql() && self.many.skip_duplicates) {
                return Err(Error::not_supported(
                    "the rows of `create_many`: MySQL has no RETURNING, and MariaDB's gives rows that it has left out too",
                ));
            }
            let wanted = M::META.columns.to_vec();
            let (_, mut rows) = self.many.run(wanted).await?;
            rows.iter_mut().map(M::read).collect()
        })
    }
}
