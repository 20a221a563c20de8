//! Making one row.

use std::future::IntoFuture;

use crate::{BoxFuture, Result};

use super::found::Found;
use super::nested::Data;
use super::{
    IntoAssign, IntoInclude, Lacks, Model, Plus, Record, Rel, Relation, Session, Shape, ToMany,
    Under, UniqueWhere, include, insert,
};

/// A row about to be made.
#[must_use = "a query runs when it is awaited: write `.await` behind it"]
pub struct Create<'a, S> {
    session: &'a Session,
    data: Data,
    shape: S,
}

impl<S> std::fmt::Debug for Create<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Create({})", self.data.table.name)
    }
}

impl<'a, M: Model> Create<'a, super::Bare<M>> {
    pub(super) fn new(session: &'a Session, data: Data) -> Self {
        Self {
            session,
            data,
            shape: super::Bare::new(),
        }
    }

    pub(super) fn shaped<S>(self, shape: S) -> Create<'a, S> {
        Create {
            session: self.session,
            data: self.data,
            shape,
        }
    }
}

impl<'a, M: Model, S: Shape<Model = M>> Create<'a, S> {
    /// Gives a column a value.
    pub fn set(mut self, value: impl IntoAssign<M>) -> Self {
        let value = value.into_assign();
        self.data.set(value.column, value.value);
        self
    }

    /// Makes a row of the relation with it: `.with(user::posts, post::New { title, author_id: Parent })`.
    pub fn with<W, C>(mut self, _: Rel<W>, row: C) -> Self
    where
        W: Relation<From = M>,
        C: Under<W> + Record<Model = W::To>,
    {
        self.data
            .children
            .push((Rel::<W>::related(), row.into_data()));
        self
    }

    /// Connects it with a row that is there already.
    pub fn connect<W>(mut self, _: Rel<W>, row: UniqueWhere<W::To>) -> Self
    where
        W: Relation<From = M, Arity: ToMany>,
    {
        self.data.connect(Rel::<W>::related(), row.values, None);
        self
    }

    /// Connects it with a row that is there already; if there is none, makes it.
    ///
    /// # Errors
    ///
    /// [`Error::Unique`](crate::Error::Unique) if somebody else makes that row at the same time.
    pub fn connect_or_create<W, C>(mut self, _: Rel<W>, row: UniqueWhere<W::To>, new: C) -> Self
    where
        W: Relation<From = M, Arity: ToMany>,
        C: Under<W> + Record<Model = W::To>,
    {
        self.data
            .connect(Rel::<W>::related(), row.values, Some(new.into_data()));
        self
    }

    /// Brings a relation of the new row along.
    pub fn include<X>(self, relation: X) -> Create<'a, Plus<S, X::Relation, X::Inner>>
    where
        X: IntoInclude<M>,
        S: Lacks<X::Relation>,
    {
        Create {
            session: self.session,
            data: self.data,
            shape: Plus {
                base: self.shape,
                include: relation.into_include(),
            },
        }
    }
}

impl<'a, S: Shape> IntoFuture for Create<'a, S> {
    type Output = Result<S::Output>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self {
                session,
                data,
                shape,
            } = self;
            if data.is_plain() {
                return created(session, data, shape).await;
            }
            session
                .atomically(async move |session| created(&session, data, shape).await)
                .await
        })
    }
}

async fn created<S: Shape>(session: &Session, data: Data, shape: S) -> Result<S::Output> {
    let table = data.table;
    let (wanted, columns) = wanted(&shape);
    let mut row = insert::create(session, data, wanted).await?;
    let model = S::Model::read(&mut row)?;
    let values = row.into_values().split_off(table.columns.len());
    let mut rows = include::shaped(session, shape, columns, Found::one(model, values)).await?;
    rows.pop().ok_or_else(|| insert::not_found(table))
}

/// The columns of the model and, behind them, those that its shape needs.
pub(super) fn wanted<S: Shape>(shape: &S) -> (Vec<&'static str>, Vec<&'static str>) {
    let mut columns = Vec::new();
    shape.needs(&mut columns);
    let own = S::Model::META.columns.iter().chain(&columns);
    (own.copied().collect(), columns)
}
