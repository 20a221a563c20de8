//! Rows to be made, with rows of their own.

use std::marker::PhantomData;

use crate::Value;

use super::filter::Related;
use super::{IntoAssign, Model, Rel, Relation, Table, ToMany, UniqueWhere};

/// Stands for a foreign key whose row is made around this one, or named by [`Draft::belonging_to`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parent;

impl From<Parent> for Value {
    /// Filled in when the row that it stands for is known.
    fn from(_: Parent) -> Self {
        Self::Null
    }
}

/// A row to be made: a generated `New`, or a [`Draft`] of one.
pub trait Record: Sized {
    /// Its model.
    type Model: Model;

    /// The values, each with the position of its column.
    fn values(self) -> Values;

    /// The row as it goes to the database.
    #[doc(hidden)]
    fn into_data(self) -> Data {
        let table = Self::Model::META;
        let values = self.values().0.into_iter();
        Data {
            table,
            values: values
                .map(|(at, value)| (table.column(at), value))
                .collect(),
            owners: Vec::new(),
            children: Vec::new(),
            connects: Vec::new(),
        }
    }
}

/// The values of a row, each with the position of its column.
#[derive(Debug)]
pub struct Values(Vec<(u16, Value)>);

impl Values {
    /// Room for so many.
    #[allow(clippy::new_without_default, reason = "it is for generated code")]
    pub fn new(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    /// And this one.
    #[must_use]
    pub fn with(mut self, at: u16, value: impl Into<Value>) -> Self {
        self.0.push((at, value.into()));
        self
    }
}

/// A row of `M` that has all that it needs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no complete row of `{M}`",
    label = "a foreign key of another type, or `Parent` where no row is around this one",
    note = "give each foreign key's value; `Parent` belongs into rows that are made with `.with(…)` or `.belonging_to(…)`"
)]
pub trait Complete<M: Model>: Record<Model = M> {}

/// A row that has all that it needs once a row of the relation is there: in its foreign key stands [`Parent`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no row to be made by this relation",
    label = "the foreign keys of the relation must be `Parent`, all others values",
    note = "the row that is made around this one fills `Parent` in"
)]
pub trait Under<W: Relation>: Record {}

/// A row in the database's own terms.
#[derive(Debug, Clone)]
pub struct Data {
    pub(super) table: &'static Table,
    pub(super) values: Vec<(&'static str, Value)>,
    /// Rows that this one refers to.
    pub(super) owners: Vec<(Related, Named)>,
    /// Rows that refer to this one, or are joined to it.
    pub(super) children: Vec<(Related, Data)>,
    /// Rows that are there already, and shall refer to this one or be joined to it.
    pub(super) connects: Vec<(Related, Connect)>,
}

/// A row that shall refer to another one, or be joined to it.
#[derive(Debug, Clone)]
pub(super) struct Connect {
    /// What names it.
    pub(super) key: Vec<(&'static str, Value)>,
    /// The row to be made if there is none.
    pub(super) or: Option<Data>,
}

/// A row to be made, or one that is there.
#[derive(Debug, Clone)]
pub(super) enum Named {
    New(Box<Data>),
    There(Vec<(&'static str, Value)>),
}

impl Data {
    /// Whether it is one row and nothing else.
    pub(super) fn is_plain(&self) -> bool {
        self.owners.is_empty() && self.children.is_empty() && self.connects.is_empty()
    }

    pub(super) fn set(&mut self, column: &'static str, value: Value) {
        match self.values.iter_mut().find(|(name, _)| *name == column) {
            Some((_, old)) => *old = value,
            None => self.values.push((column, value)),
        }
    }

    pub(super) fn connect(
        &mut self,
        related: Related,
        key: Vec<(&'static str, Value)>,
        or: Option<Self>,
    ) {
        self.connects.push((related, Connect { key, or }));
    }

    pub(super) fn get(&self, column: &str) -> Option<&Value> {
        let found = self.values.iter().find(|(name, _)| *name == column);
        found.map(|(_, value)| value)
    }
}

/// A row to be made, with more than it needs.
#[derive(Debug, Clone)]
#[must_use = "a row is made when a query takes it"]
pub struct Draft<N> {
    data: Data,
    marker: PhantomData<fn() -> N>,
}

/// Stands for a row of `M` that has all that it needs.
#[derive(Debug, Clone, Copy)]
pub struct Done<M>(PhantomData<fn() -> M>);

impl<M: Model> Record for Done<M> {
    type Model = M;

    fn values(self) -> Values {
        Values::new(0)
    }
}

impl<M: Model> Complete<M> for Done<M> {}

impl<N: Record> Record for Draft<N> {
    type Model = N::Model;

    fn values(self) -> Values {
        Values::new(0)
    }

    fn into_data(self) -> Data {
        self.data
    }
}

impl<M: Model, N: Complete<M>> Complete<M> for Draft<N> {}

impl<W: Relation, N: Under<W>> Under<W> for Draft<N> {}

/// A row that another one is to belong to: one to be made, or one that a key names. `K` tells the two apart.
#[diagnostic::on_unimplemented(message = "this names no row of `{M}`, and is none to be made")]
pub trait Owner<M: Model, K> {
    #[doc(hidden)]
    fn set_owner<W: Relation<To = M>>(self, data: &mut Data);
}

/// An owner that a key names.
#[derive(Debug, Clone, Copy)]
pub struct ByKey;

/// An owner that is made.
#[derive(Debug, Clone, Copy)]
pub struct ByRow;

impl<M: Model> Owner<M, ByKey> for UniqueWhere<M> {
    fn set_owner<W: Relation<To = M>>(self, data: &mut Data) {
        data.owners
            .push((Rel::<W>::related(), Named::There(self.values)));
    }
}

impl<M: Model, N: Complete<M>> Owner<M, ByRow> for N {
    fn set_owner<W: Relation<To = M>>(self, data: &mut Data) {
        data.owners
            .push((Rel::<W>::related(), Named::New(Box::new(self.into_data()))));
    }
}

impl<N: Record> Draft<N> {
    /// A draft of a row.
    pub fn new(row: N) -> Self {
        Self::of(row.into_data())
    }

    fn of(data: Data) -> Self {
        Self {
            data,
            marker: PhantomData,
        }
    }

    /// Gives a column a value.
    pub fn set(mut self, value: impl IntoAssign<N::Model>) -> Self {
        let value = value.into_assign();
        self.data.set(value.column, value.value);
        self
    }

    /// Makes a row of the relation with it.
    pub fn with<W, C>(mut self, _: Rel<W>, row: C) -> Self
    where
        W: Relation<From = N::Model>,
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
        W: Relation<From = N::Model, Arity: ToMany>,
    {
        self.data.connect(Rel::<W>::related(), row.values, None);
        self
    }

    /// Connects it with a row that is there already; if there is none, makes it.
    ///
    /// `.connect_or_create(post::tags, tag::name.eq("rust"), tag::New { name: "rust".into() })`
    ///
    /// # Errors
    ///
    /// [`Error::Unique`](crate::Error::Unique) if somebody else makes that row at the same time.
    pub fn connect_or_create<W, C>(mut self, _: Rel<W>, row: UniqueWhere<W::To>, new: C) -> Self
    where
        W: Relation<From = N::Model, Arity: ToMany>,
        C: Under<W> + Record<Model = W::To>,
    {
        self.data
            .connect(Rel::<W>::related(), row.values, Some(new.into_data()));
        self
    }

    /// Lets it belong to a row, whose key goes into its foreign key: `.belonging_to(post::author, user::id.eq(1))`.
    pub fn belonging_to<W, O, K>(mut self, _: Rel<W>, owner: O) -> Draft<Done<N::Model>>
    where
        N: Under<W>,
        W: Relation<From = N::Model>,
        O: Owner<W::To, K>,
    {
        owner.set_owner::<W>(&mut self.data);
        Draft::of(self.data)
    }
}
