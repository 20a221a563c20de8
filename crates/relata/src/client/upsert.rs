//! Changing a row, or making it.

use std::future::IntoFuture;
use std::marker::PhantomData;

use crate::{BoxFuture, Error, Result};

use super::nested::Data;
use super::update::{Changed, stamped};
use super::{Assign, IntoChange, Model, Session, UniqueWhere, insert, update};

/// A row about to be changed or made.
#[must_use = "a query runs when it is awaited: write `.await` behind it"]
pub struct Upsert<'a, M> {
    session: &'a Session,
    key: UniqueWhere<M>,
    data: Data,
    changes: Vec<Changed>,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model> std::fmt::Debug for Upsert<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upsert({})", M::META.name)
    }
}

impl<'a, M: Model> Upsert<'a, M> {
    pub(super) fn new(session: &'a Session, key: UniqueWhere<M>, data: Data) -> Self {
        Self {
            session,
            key,
            data,
            changes: Vec::new(),
            marker: PhantomData,
        }
    }

    /// Gives a column of the row a value, if it is made.
    pub fn set(mut self, value: Assign<M>) -> Self {
        self.data.set(value.column, value.value);
        self
    }

    /// Changes a column of the row, if it is there.
    pub fn update(mut self, change: impl IntoChange<M>) -> Self {
        let change = change.into_change();
        self.changes.push((change.column, change.op, change.value));
        self
    }

    async fn run(self) -> Result<M> {
        let session = self.session;
        let wanted: Vec<&'static str> = M::META.columns.iter().map(|it| it.name).collect();
        let is_same = self
            .key
            .values
            .iter()
            .all(|(column, value)| self.data.get(column) == Some(value));
        let changes = stamped(M::META, self.changes.clone());
        if self.data.is_plain() && is_same && !session.flavor().await?.is_mysql() {
            // The row that would be made is the one that is looked for: one statement, which nobody can come between.
            let row = self.in_one(changes, &wanted).await?;
            return M::from_row(&row);
        }
        let mut tries = 0;
        loop {
            tries += 1;
            let (key, data, changes) = (
                self.key.clone().into_node(),
                self.data.clone(),
                changes.clone(),
            );
            let wanted = wanted.clone();
            let work = async move |session: Session| {
                let found = update::one(&session, M::META, vec![key], changes, &wanted).await?;
                match found {
                    Some(row) => Ok(row),
                    None => insert::create(&session, data, wanted).await,
                }
            };
            match session.atomically(work).await {
                Ok(row) => return M::from_row(&row),
                // Somebody else made the row in between; it is there now.
                Err(Error::Unique(_)) if tries < 3 => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl<M: Model> Upsert<'_, M> {
    /// `INSERT … ON CONFLICT … DO UPDATE … RETURNING`.
    async fn in_one(&self, changes: Vec<Changed>, wanted: &[&'static str]) -> Result<crate::Row> {
        let session = self.session;
        let table = M::META;
        let mut out = super::render::Writer::new(session.flavor().await?);
        let values = insert::filled(table, self.data.values.clone());
        out.insert(table, std::slice::from_ref(&values));
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

impl<'a, M: Model> IntoFuture for Upsert<'a, M> {
    type Output = Result<M>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
