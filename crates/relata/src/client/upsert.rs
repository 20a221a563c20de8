//! Changing a row, or making it.

use std::future::IntoFuture;

use crate::{BoxFuture, Error, Result, Row};

use super::create::wanted;
use super::found::Found;
use super::nested::Data;
use super::update::{Changed, stamped};
use super::{
    Bare, IntoAssign, IntoChange, IntoInclude, Lacks, Model, Plus, Session, Shape, UniqueWhere,
    include, insert, update,
};

/// A row about to be changed or made.
#[must_use = "a query runs when it is awaited: write `.await` behind it"]
pub struct Upsert<'a, S: Shape> {
    session: &'a Session,
    key: UniqueWhere<S::Model>,
    data: Data,
    changes: Vec<Changed>,
    shape: S,
}

impl<S: Shape> std::fmt::Debug for Upsert<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upsert({})", S::Model::META.name)
    }
}

impl<'a, M: Model> Upsert<'a, Bare<M>> {
    pub(super) fn new(session: &'a Session, key: UniqueWhere<M>, data: Data) -> Self {
        Self {
            session,
            key,
            data,
            changes: Vec::new(),
            shape: Bare::new(),
        }
    }

    pub(super) fn shaped<S: Shape<Model = M>>(self, shape: S) -> Upsert<'a, S> {
        Upsert {
            session: self.session,
            key: self.key,
            data: self.data,
            changes: self.changes,
            shape,
        }
    }
}

impl<'a, M: Model, S: Shape<Model = M>> Upsert<'a, S> {
    /// Brings a relation of the row along, as it is afterwards.
    pub fn include<X>(self, relation: X) -> Upsert<'a, Plus<S, X::Relation, X::Inner>>
    where
        X: IntoInclude<M>,
        S: Lacks<X::Relation>,
    {
        Upsert {
            session: self.session,
            key: self.key,
            data: self.data,
            changes: self.changes,
            shape: Plus {
                base: self.shape,
                include: relation.into_include(),
            },
        }
    }

    /// Gives a column of the row a value, if it is made.
    pub fn set(mut self, value: impl IntoAssign<M>) -> Self {
        let value = value.into_assign();
        self.data.set(value.column, value.value);
        self
    }

    /// Changes a column of the row, if it is there.
    pub fn update(mut self, change: impl IntoChange<M>) -> Self {
        let change = change.into_change();
        self.changes.push((change.column, change.op, change.value));
        self
    }

    async fn run(self) -> Result<S::Output> {
        let session = self.session;
        let (wanted, columns) = wanted(&self.shape);
        let mut row = self.row(&wanted).await?;
        let model = M::read(&mut row)?;
        let needed = row.into_values().split_off(M::META.columns.len());
        let mut rows =
            include::shaped(session, self.shape, columns, Found::one(model, needed)).await?;
        rows.pop().ok_or_else(|| insert::not_found(M::META))
    }

    /// The row, changed or made, with these columns of it.
    async fn row(&self, wanted: &[&'static str]) -> Result<Row> {
        let session = self.session;
        let is_same = self
            .key
            .values
            .iter()
            .all(|(column, value)| self.data.get(column) == Some(value));
        let changes = stamped(M::META, self.changes.clone());
        if self.data.is_plain() && is_same && !session.flavor().await?.is_mysql() {
            // The row that would be made is the one that is looked for: one statement, which nobody can come between.
            return self.in_one(changes, wanted).await;
        }
        let mut tries = 0;
        loop {
            tries += 1;
            let (key, data, changes) = (
                self.key.clone().into_node(),
                self.data.clone(),
                changes.clone(),
            );
            let wanted = wanted.to_vec();
            let work = async move |session: Session| {
                let found = update::one(&session, M::META, vec![key], changes, &wanted).await?;
                match found {
                    Some(row) => Ok(row),
                    None => insert::create(&session, data, wanted).await,
                }
            };
            match session.atomically(work).await {
                Ok(row) => return Ok(row),
                // Somebody else made the row in between; it is there now.
                Err(Error::Unique(_)) if tries < 3 => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// `INSERT … ON CONFLICT … DO UPDATE … RETURNING`.
    async fn in_one(&self, changes: Vec<Changed>, wanted: &[&'static str]) -> Result<Row> {
        let session = self.session;
        let table = M::META;
        let mut out = super::render::Writer::new(session.flavor().await?);
        let values = insert::filled(table, self.data.values.clone());
        out.insert(table, values);
        out.push(" ON CONFLICT (");
        out.idents(self.key.values.iter().map(|(column, _)| *column));
        out.push(") DO UPDATE SET ");
        let scope = out.scope(table);
        if changes.is_empty() {
            // Something has to change for the row to come back.
            let (column, value) = self.key.values.first().cloned().unwrap_or_default();
            out.assignments(&scope, vec![(column, super::assign::Op::Set, value)]);
        } else {
            out.assignments(&scope, changes);
        }
        out.returning(wanted);
        let rows = session.query(&out.text, out.params).await?;
        rows.into_iter()
            .next()
            .ok_or_else(|| insert::not_found(table))
    }
}

impl<'a, S: Shape> IntoFuture for Upsert<'a, S> {
    type Output = Result<S::Output>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
