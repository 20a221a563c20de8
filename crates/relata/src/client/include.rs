//! Rows with their related rows, to any depth, by one query for each relation.

use std::collections::HashMap;
use std::marker::PhantomData;

use crate::{BoxFuture, Error, Result, Value};

use super::found::Found;
use super::key::{self, Key};
use super::number::{Is, No};
use super::relation::Many;
use super::select::{Select, Within};
use super::{Arity, Condition, Model, Order, Parts, Rel, Relation, Session, Wrapper, order};

/// A relation to be brought along: which of its rows, in which order, and with what of their own.
#[must_use = "an include does nothing until a query takes it"]
pub struct Include<W: Relation, S> {
    select: Select,
    shape: S,
    marker: PhantomData<fn() -> W>,
}

impl<W: Relation, S: Clone> Clone for Include<W, S> {
    fn clone(&self) -> Self {
        Self {
            select: self.select.clone(),
            shape: self.shape.clone(),
            marker: PhantomData,
        }
    }
}

impl<W: Relation, S> std::fmt::Debug for Include<W, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Include({:?})", Rel::<W>::new())
    }
}

impl<W: Relation> Include<W, Bare<W::To>> {
    pub(super) fn bare() -> Self {
        Self {
            select: Select::new(W::To::META),
            shape: Bare::new(),
            marker: PhantomData,
        }
    }
}

impl<W: Relation> Include<W, Bare<W::To>> {
    pub(super) fn shaped<S>(self, shape: S) -> Include<W, S> {
        Include {
            select: self.select,
            shape,
            marker: PhantomData,
        }
    }
}

impl<W: Relation, S: Shape<Model = W::To>> Include<W, S> {
    /// Brings a relation of the related rows along.
    pub fn include<X>(self, inner: X) -> Include<W, Plus<S, X::Relation, X::Inner>>
    where
        X: IntoInclude<W::To>,
        S: Lacks<X::Relation>,
    {
        Include {
            select: self.select,
            shape: Plus {
                base: self.shape,
                include: inner.into_include(),
            },
            marker: PhantomData,
        }
    }
}

impl<W: Relation<Arity = Many>, S> Include<W, S> {
    /// Only rows that meet the condition, besides those that were given before.
    pub fn filter(mut self, condition: impl Condition<W::To>) -> Self {
        self.select.filter.push(condition.into_filter().node);
        self
    }

    /// In this order; of those that are equal, in the order given next.
    pub fn order_by(mut self, order: Order<W::To>) -> Self {
        self.select.order.extend(order::terms([order]));
        self
    }

    /// At most so many for each row.
    pub fn take(mut self, rows: u64) -> Self {
        self.select.take = Some(rows);
        self
    }

    /// Without the first ones of each row.
    pub fn skip(mut self, rows: u64) -> Self {
        self.select.skip = rows;
        self
    }
}

/// A relation as [`FindMany::include`](super::FindMany::include) takes it: bare, or with more said about it.
#[diagnostic::on_unimplemented(
    message = "this is no relation of `{M}`",
    label = "a relation of another model, or no relation"
)]
pub trait IntoInclude<M: Model> {
    /// The relation.
    type Relation: Relation<From = M>;
    /// What it includes in its turn.
    type Inner: Shape<Model = <Self::Relation as Relation>::To>;

    /// The include.
    fn into_include(self) -> Include<Self::Relation, Self::Inner>;
}

impl<W: Relation> IntoInclude<W::From> for Rel<W> {
    type Relation = W;
    type Inner = Bare<W::To>;

    fn into_include(self) -> Include<W, Bare<W::To>> {
        Include::bare()
    }
}

impl<W: Relation, S: Shape<Model = W::To>> IntoInclude<W::From> for Include<W, S> {
    type Relation = W;
    type Inner = S;

    fn into_include(self) -> Self {
        self
    }
}

/// The rows that a shape is filled for: the columns that it needs of them, and their values.
#[derive(Debug)]
pub struct RowKeys {
    columns: Vec<&'static str>,
    /// Those of all rows, one behind the other.
    values: Vec<Value>,
    rows: usize,
}

/// What a query gives for each row of a model: the row, or the row with relations.
pub trait Shape: Send + Sync + 'static {
    /// The model.
    type Model: Model;
    /// What comes of a row.
    type Output: Clone + Send + 'static;
    /// What stands beside the rows until both are put together.
    type Extra: Send + 'static;

    /// Names the columns by which related rows are found.
    fn needs(&self, columns: &mut Vec<&'static str>);

    /// Loads what is related to the rows.
    fn load<'a>(
        self,
        session: &'a Session,
        rows: &'a RowKeys,
    ) -> BoxFuture<'a, Result<Self::Extra>>;

    /// Puts the rows and what is related to them together.
    fn combine(rows: Vec<Self::Model>, extra: Self::Extra) -> Vec<Self::Output>;
}

/// Rows alone.
pub struct Bare<M> {
    marker: PhantomData<fn() -> M>,
}

impl<M> Bare<M> {
    pub(super) fn new() -> Self {
        Self {
            marker: PhantomData,
        }
    }
}

impl<M> Clone for Bare<M> {
    fn clone(&self) -> Self {
        Self::new()
    }
}

impl<M> std::fmt::Debug for Bare<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bare")
    }
}

impl<M: Model> Shape for Bare<M> {
    type Model = M;
    type Output = M;
    type Extra = ();

    fn needs(&self, _: &mut Vec<&'static str>) {}

    fn load<'a>(self, _: &'a Session, _: &'a RowKeys) -> BoxFuture<'a, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn combine(rows: Vec<M>, (): ()) -> Vec<M> {
        rows
    }
}

/// What `S` gives, and a relation.
#[derive(Debug)]
pub struct Plus<S, W: Relation, I> {
    pub(super) base: S,
    pub(super) include: Include<W, I>,
}

impl<S: Clone, W: Relation, I: Clone> Clone for Plus<S, W, I> {
    fn clone(&self) -> Self {
        Self {
            base: self.base.clone(),
            include: self.include.clone(),
        }
    }
}

impl<S, W, I> Shape for Plus<S, W, I>
where
    W: Relation,
    S: Shape<Model = W::From>,
    I: Shape<Model = W::To>,
{
    type Model = W::From;
    type Output = W::With<S::Output, <W::Arity as Arity>::Of<I::Output>>;
    type Extra = (S::Extra, Vec<<W::Arity as Arity>::Of<I::Output>>);

    fn needs(&self, columns: &mut Vec<&'static str>) {
        self.base.needs(columns);
        for column in W::LINK.near {
            if !columns.contains(column) {
                columns.push(column);
            }
        }
    }

    fn load<'a>(
        self,
        session: &'a Session,
        rows: &'a RowKeys,
    ) -> BoxFuture<'a, Result<Self::Extra>> {
        Box::pin(async move {
            // Side by side: on PostgreSQL the queries share a round trip.
            let (base, related) = tokio::join!(
                self.base.load(session, rows),
                related(self.include, session, rows)
            );
            Ok((base?, related?))
        })
    }

    fn combine(rows: Vec<W::From>, (base, related): Self::Extra) -> Vec<Self::Output> {
        let rows = S::combine(rows, base);
        rows.into_iter()
            .zip(related)
            .map(|(row, related)| W::with(row, related))
            .collect()
    }
}

impl<M> Default for Bare<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S, W, I> Default for Plus<S, W, I>
where
    W: Relation,
    S: Default,
    I: Default,
{
    fn default() -> Self {
        Self {
            base: S::default(),
            include: Include {
                select: Select::new(W::To::META),
                shape: I::default(),
                marker: PhantomData,
            },
        }
    }
}

type Number<W> = <<W as Wrapper>::Parts as Parts>::Number;

/// A shape that does not bring a relation along yet.
#[diagnostic::on_unimplemented(message = "the relation is included already")]
pub trait Lacks<W: Relation> {}

impl<M, W: Relation> Lacks<W> for Bare<M> {}

impl<S, W, I, New> Lacks<New> for Plus<S, W, I>
where
    W: Relation,
    New: Relation,
    S: Lacks<New>,
    Number<W>: Is<Number<New>>,
    <Number<W> as Is<Number<New>>>::Same: IncludedOnce,
{
}

/// Whether two relations are different ones.
#[diagnostic::on_unimplemented(
    message = "this relation is included already",
    label = "included twice",
    note = "include a relation once, and give all its conditions and its own includes there"
)]
pub trait IncludedOnce {}

impl IncludedOnce for No {}

/// Loads the rows that a query asks for, in their shape.
pub(super) async fn rows<S: Shape>(
    session: &Session,
    select: &Select,
    shape: S,
) -> Result<Vec<S::Output>> {
    let mut columns = Vec::new();
    shape.needs(&mut columns);
    let found = session.select::<S::Model>(select, &columns).await?;
    shaped(session, shape, columns, found).await
}

/// Gives rows their shape; their values are those of the columns that the shape needs.
pub(super) async fn shaped<S: Shape>(
    session: &Session,
    shape: S,
    columns: Vec<&'static str>,
    found: Found<S::Model>,
) -> Result<Vec<S::Output>> {
    let keys = RowKeys {
        columns,
        rows: found.models.len(),
        values: found.values,
    };
    let extra = shape.load(session, &keys).await?;
    Ok(S::combine(found.models, extra))
}

/// Loads a relation of many rows.
async fn related<W, I>(
    include: Include<W, I>,
    session: &Session,
    parents: &RowKeys,
) -> Result<Vec<<W::Arity as Arity>::Of<I::Output>>>
where
    W: Relation,
    I: Shape<Model = W::To>,
{
    let places: Vec<usize> = W::LINK
        .near
        .iter()
        .filter_map(|column| parents.columns.iter().position(|name| name == column))
        .collect();
    // Rows that are related to the same ones share a slot.
    let mut slots: HashMap<Key, usize> = HashMap::with_capacity(parents.rows);
    let mut uses: Vec<usize> = Vec::with_capacity(parents.rows);
    let mut wanted: Vec<Value> = Vec::with_capacity(parents.rows * places.len());
    let mut of_parent: Vec<Option<usize>> = Vec::with_capacity(parents.rows);
    let mut values = Vec::with_capacity(places.len());
    for row in 0..parents.rows {
        let start = row * parents.columns.len();
        let of_row = places.iter().map(|at| parents.values[start + at].clone());
        values.clear();
        values.extend(of_row);
        of_parent.push(key::of(&values).map(|key| {
            let slot = *slots.entry(key).or_insert(uses.len());
            if slot == uses.len() {
                uses.push(0);
                wanted.append(&mut values);
            }
            uses[slot] += 1;
            slot
        }));
    }

    let mut columns = Vec::new();
    include.shape.needs(&mut columns);
    let mut all: Found<W::To> = Found::default();
    // The values of the user's own conditions count too.
    let width = W::LINK.near.len().max(1);
    let limit = session.flavor().await?.parameters() / 2 / width * width;
    while !wanted.is_empty() {
        let rest = wanted.split_off(limit.min(wanted.len()));
        let mut select = include.select.clone();
        select.within = Some(Within {
            link: W::LINK,
            keys: std::mem::replace(&mut wanted, rest),
        });
        let found = session.select::<W::To>(&select, &columns).await?;
        if all.models.is_empty() {
            all = found;
        } else {
            all.models.extend(found.models);
            all.values.extend(found.values);
            all.owners.extend(found.owners);
        }
    }
    let mut owners: Vec<Option<usize>> = Vec::with_capacity(all.owners.len());
    for (at, owner) in all.owners.iter().enumerate() {
        // Most rows have the owner of the row before.
        let slot = match at.checked_sub(1) {
            Some(before) if all.owners[before] == *owner => owners[before],
            _ => owner.as_ref().and_then(|key| slots.get(key).copied()),
        };
        owners.push(slot);
    }
    let keys = RowKeys {
        columns,
        rows: all.models.len(),
        values: all.values,
    };
    let extra = include.shape.load(session, &keys).await?;
    let outputs = I::combine(all.models, extra);

    let mut sizes = vec![0; uses.len()];
    for slot in owners.iter().flatten() {
        sizes[*slot] += 1;
    }
    let mut groups: Vec<Vec<I::Output>> = sizes.into_iter().map(Vec::with_capacity).collect();
    for (slot, output) in owners.into_iter().zip(outputs) {
        if let Some(slot) = slot {
            groups[slot].push(output);
        }
    }
    let mut all = Vec::with_capacity(of_parent.len());
    for slot in of_parent {
        let rows = slot.map_or_else(Vec::new, |slot| {
            uses[slot] -= 1;
            // The last one to ask gets the rows themselves.
            if uses[slot] == 0 {
                std::mem::take(&mut groups[slot])
            } else {
                groups[slot].clone()
            }
        });
        let collected = W::Arity::collect(rows).ok_or_else(|| Error::NotFound {
            table: Some(W::To::META.name.to_owned()),
        })?;
        all.push(collected);
    }
    Ok(all)
}
