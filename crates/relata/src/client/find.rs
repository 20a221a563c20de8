//! Queries that read.

use std::future::IntoFuture;
use std::marker::PhantomData;

use crate::{BoxFuture, Error, Result};

use super::select::{Item, Select};
use super::selection::Items;
use super::{
    AggregateRows, Bare, Complete, Condition, Create, CreateMany, Delete, DeleteMany, Filter,
    GroupBy, IntoInclude, Lacks, Model, Order, Plus, RowStream, Selection, Session, Shape,
    UniqueWhere, Update, UpdateMany, Upsert, Writable, include, order,
};

/// The rows of a model: what `db.user()` gives. Its methods begin queries.
pub struct Rows<'a, M> {
    session: &'a Session,
    marker: PhantomData<fn() -> M>,
}

impl<M> Clone for Rows<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Rows<'_, M> {}

impl<M: Model> std::fmt::Debug for Rows<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rows({})", M::META.name)
    }
}

impl<'a, M: Model> Rows<'a, M> {
    /// The rows of the model on a session; for generated code.
    pub fn new(session: &'a Session) -> Self {
        Self {
            session,
            marker: PhantomData,
        }
    }

    /// Finds rows: all of them, until more is said.
    pub fn find_many(self) -> FindMany<'a, Bare<M>> {
        FindMany {
            session: self.session,
            select: Select::new(M::META),
            shape: Bare::new(),
        }
    }

    /// Finds the first row, if there is one.
    pub fn find_first(self) -> FindFirst<'a, Bare<M>> {
        FindFirst {
            many: self.find_many().take(1),
        }
    }

    /// Finds the row that a unique column or key names, if there is one.
    pub fn find_unique(self, key: UniqueWhere<M>) -> FindUnique<'a, Bare<M>> {
        let mut many = self
            .find_many()
            .filter(Filter::new(key.into_node()))
            .take(1);
        many.select.is_by_key = true;
        FindUnique { many }
    }

    /// Counts rows.
    pub fn count(self) -> CountRows<'a, M> {
        CountRows {
            session: self.session,
            select: Select::new(M::META),
            marker: PhantomData,
        }
    }

    /// Makes values of all rows: `db.order().aggregate((count(), order::total.sum()))`.
    pub fn aggregate<S: Selection<M>>(self, selection: S) -> AggregateRows<'a, M, S> {
        AggregateRows::new(self.session, selection)
    }

    /// Puts rows that have the same values into groups: `.group_by(user::country).select((user::country, count()))`.
    pub fn group_by<G: Selection<M>>(self, columns: G) -> GroupBy<'a, M, G> {
        GroupBy::new(self.session, columns)
    }
}

impl<'a, M: Writable> Rows<'a, M> {
    /// Makes a row, and gives it as it stands in the database.
    pub fn create<N: Complete<M>>(self, new: N) -> Create<'a, Bare<M>> {
        Create::new(self.session, new.into_data())
    }

    /// Makes rows, in as few statements as the database's limits allow, and tells how many there are.
    pub fn create_many<N: Complete<M>>(
        self,
        rows: impl IntoIterator<Item = N>,
    ) -> CreateMany<'a, M> {
        let rows = rows.into_iter().map(super::Record::into_data).collect();
        CreateMany::new(self.session, rows)
    }

    /// Changes the row that a unique column or key names, and gives it as it is then.
    pub fn update(self, key: UniqueWhere<M>) -> Update<'a, Bare<M>> {
        Update::new(self.session, key)
    }

    /// Changes rows, and tells how many.
    pub fn update_many(self) -> UpdateMany<'a, M> {
        UpdateMany::new(self.session)
    }

    /// Changes the row that a unique column or key names, or makes it.
    pub fn upsert<N: Complete<M>>(self, key: UniqueWhere<M>, new: N) -> Upsert<'a, Bare<M>> {
        Upsert::new(self.session, key, new.into_data())
    }

    /// Deletes the row that a unique column or key names, and gives it as it was.
    pub fn delete(self, key: UniqueWhere<M>) -> Delete<'a, M> {
        Delete::new(self.session, key)
    }

    /// Deletes rows, and tells how many.
    pub fn delete_many(self) -> DeleteMany<'a, M> {
        DeleteMany::new(self.session)
    }
}

/// A query of rows.
#[must_use = "a query runs when it is awaited: write `.await` behind it"]
pub struct FindMany<'a, S> {
    session: &'a Session,
    select: Select,
    shape: S,
}

impl<S> std::fmt::Debug for FindMany<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FindMany({})", self.select.table.name)
    }
}

impl<'a, M: Model, S: Shape<Model = M>> FindMany<'a, S> {
    /// Only rows that meet the condition, besides those that were given before.
    pub fn filter(mut self, condition: impl Condition<M>) -> Self {
        self.select.filter.push(condition.into_filter().node);
        self
    }

    /// In this order; of those that are equal, in the order given next.
    pub fn order_by(mut self, order: Order<M>) -> Self {
        self.select.order.extend(order::terms([order]));
        self
    }

    /// At most so many.
    pub fn take(mut self, rows: u64) -> Self {
        self.select.take = Some(rows);
        self.select.from_end = false;
        self
    }

    /// At most so many of the last ones; they come in the order that was asked for.
    pub fn take_last(mut self, rows: u64) -> Self {
        self.select.take = Some(rows);
        self.select.from_end = true;
        self
    }

    /// Without the first ones, or with [`take_last`](Self::take_last) the last ones.
    pub fn skip(mut self, rows: u64) -> Self {
        self.select.skip = rows;
        self
    }

    /// From this row on, in the order given, the row itself included (`.skip(1)` leaves it out). With
    /// [`take_last`](Self::take_last) the rows up to this one. If there is no such row, none is found.
    pub fn cursor(mut self, row: UniqueWhere<M>) -> Self {
        self.select.cursor = Some(row.values);
        self
    }

    /// Of rows with the same values in these columns, only the first in the order given.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "columns are given alike everywhere"
    )]
    pub fn distinct<D: Selection<M>>(mut self, columns: D) -> Self {
        self.select.distinct = names(&columns);
        self
    }

    /// Locks the rows until the transaction ends (`FOR UPDATE`). SQLite's transactions have the whole database for themselves.
    pub fn lock(mut self) -> Self {
        self.select.lock = true;
        self
    }

    /// How many rows meet the conditions, as [`Rows::count`] tells. With `take`, `skip`, `cursor` or `distinct`, which are about the
    /// rows themselves, it fails with [`Error::NotSupported`]; order and relations play no part.
    pub fn count(self) -> CountRows<'a, M> {
        CountRows {
            session: self.session,
            select: self.select,
            marker: PhantomData,
        }
    }

    /// Gives the rows one after the other and reads them in batches, so that any number of them passes through little memory.
    ///
    /// The rows have to have a key, and an order by columns of their own; `distinct` and `take_last` need all rows at once.
    /// Anything else fails with [`Error::NotSupported`].
    pub fn stream(self) -> RowStream<'a, S>
    where
        S: Clone,
    {
        RowStream::new(self.session, self.select, self.shape)
    }

    /// Brings a relation along.
    pub fn include<X>(self, relation: X) -> FindMany<'a, Plus<S, X::Relation, X::Inner>>
    where
        X: IntoInclude<M>,
        S: Lacks<X::Relation>,
    {
        FindMany {
            session: self.session,
            select: self.select,
            shape: Plus {
                base: self.shape,
                include: relation.into_include(),
            },
        }
    }
}

impl<'a, M: Model> FindMany<'a, Bare<M>> {
    pub(super) fn shaped<S>(self, shape: S) -> FindMany<'a, S> {
        FindMany {
            session: self.session,
            select: self.select,
            shape,
        }
    }

    /// Only these columns, as a tuple.
    pub fn select<T: Selection<M>>(self, columns: T) -> SelectRows<'a, M, T> {
        SelectRows {
            session: self.session,
            select: self.select,
            columns,
            marker: PhantomData,
        }
    }
}

pub(super) fn names<M, D: Selection<M>>(columns: &D) -> Vec<&'static str> {
    let mut items = Items::default();
    columns.items(&mut items);
    let name = |item: &Item| match item {
        Item::Column(name) => Some(*name),
        _ => None,
    };
    items.0.iter().filter_map(name).collect()
}

impl<'a, S: Shape> IntoFuture for FindMany<'a, S> {
    type Output = Result<Vec<S::Output>>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { include::rows(self.session, &self.select, self.shape).await })
    }
}

macro_rules! one {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        #[must_use = "a query runs when it is awaited: write `.await` behind it"]
        pub struct $name<'a, S> {
            many: FindMany<'a, S>,
        }

        impl<S> std::fmt::Debug for $name<'_, S> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.many.select.table.name)
            }
        }

        impl<'a, M: Model> $name<'a, Bare<M>> {
            pub(super) fn shaped<S>(self, shape: S) -> $name<'a, S> {
                $name {
                    many: self.many.shaped(shape),
                }
            }
        }

        impl<'a, M: Model, S: Shape<Model = M>> $name<'a, S> {
            /// Only if it meets the condition too.
            pub fn filter(mut self, condition: impl Condition<M>) -> Self {
                self.many = self.many.filter(condition);
                self
            }

            /// Locks the row until the transaction ends, as [`FindMany::lock`] does.
            pub fn lock(mut self) -> Self {
                self.many = self.many.lock();
                self
            }

            /// Brings a relation along.
            pub fn include<X>(self, relation: X) -> $name<'a, Plus<S, X::Relation, X::Inner>>
            where
                X: IntoInclude<M>,
                S: Lacks<X::Relation>,
            {
                $name {
                    many: self.many.include(relation),
                }
            }

            /// The row; that there is none is an error, [`Error::NotFound`].
            pub async fn required(self) -> Result<S::Output> {
                let table = M::META.name;
                self.await?.ok_or_else(|| Error::NotFound {
                    table: Some(table.to_owned()),
                })
            }
        }

        impl<'a, S: Shape> IntoFuture for $name<'a, S> {
            type Output = Result<Option<S::Output>>;
            type IntoFuture = BoxFuture<'a, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(async move { Ok(self.many.await?.pop()) })
            }
        }
    };
}

one!(FindFirst, "A query of the first row.");
one!(FindUnique, "A query of the row that a key names.");

impl<M: Model, S: Shape<Model = M>> FindFirst<'_, S> {
    /// In this order; of those that are equal, in the order given next.
    pub fn order_by(mut self, order: Order<M>) -> Self {
        self.many = self.many.order_by(order);
        self
    }

    /// The first behind so many others.
    pub fn skip(mut self, rows: u64) -> Self {
        self.many = self.many.skip(rows);
        self
    }
}

/// A query of some columns.
#[must_use = "a query runs when it is awaited: write `.await` behind it"]
pub struct SelectRows<'a, M, T> {
    session: &'a Session,
    select: Select,
    columns: T,
    marker: PhantomData<fn() -> M>,
}

impl<M, T> std::fmt::Debug for SelectRows<'_, M, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SelectRows({})", self.select.table.name)
    }
}

impl<'a, M: Model, T: Selection<M>> IntoFuture for SelectRows<'a, M, T> {
    type Output = Result<Vec<T::Output>>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let mut items = Items::default();
        self.columns.items(&mut items);
        Box::pin(async move {
            let flavor = self.session.flavor().await?;
            let statement = self.select.write(flavor, &items.0, &[])?;
            let read = |row: &mut crate::Row| T::read(row, &mut 0);
            let mut rows = self.session.read(statement, read).await?;
            if self.select.from_end {
                rows.reverse();
            }
            Ok(rows)
        })
    }
}

/// A query of how many rows there are.
#[must_use = "a query runs when it is awaited: write `.await` behind it"]
pub struct CountRows<'a, M> {
    session: &'a Session,
    select: Select,
    marker: PhantomData<fn() -> M>,
}

impl<M> std::fmt::Debug for CountRows<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CountRows({})", self.select.table.name)
    }
}

impl<M: Model> CountRows<'_, M> {
    /// Only rows that meet the condition, besides those that were given before.
    pub fn filter(mut self, condition: impl Condition<M>) -> Self {
        self.select.filter.push(condition.into_filter().node);
        self
    }
}

impl<'a, M: Model> IntoFuture for CountRows<'a, M> {
    type Output = Result<u64>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let flavor = self.session.flavor().await?;
            let mut select = self.select;
            if select.take.is_some()
                || select.skip > 0
                || select.cursor.is_some()
                || !select.distinct.is_empty()
            {
                return Err(Error::not_supported(
                    "`count` of a page or of distinct rows; leave out `take`, `skip`, `cursor` and `distinct`",
                ));
            }
            (select.order, select.lock) = (Vec::new(), false);
            let statement = select.write(flavor, &[Item::Rows], &[])?;
            let rows = self.session.read(statement, |row| row.get(0)).await?;
            Ok(rows.first().copied().unwrap_or(0))
        })
    }
}
