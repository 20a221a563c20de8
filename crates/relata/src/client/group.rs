//! Values made of many rows.

use std::future::IntoFuture;
use std::marker::PhantomData;

use crate::{BoxFuture, Error, Result, Value};

use super::aggregate::{Aggregate, Count};
use super::filter::{Compare, Node};
use super::order::By;
use super::render::Writer;
use super::select::{Item, Select};
use super::selection::Items;
use super::{Condition, Model, Order, Selection, Session, Takes};

/// A query of values made of all rows.
#[must_use = "a query runs when it is awaited: write `.await` behind it"]
pub struct AggregateRows<'a, M, S> {
    session: &'a Session,
    select: Select,
    selection: S,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model, S> std::fmt::Debug for AggregateRows<'_, M, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AggregateRows({})", M::META.name)
    }
}

impl<'a, M: Model, S: Selection<M>> AggregateRows<'a, M, S> {
    pub(super) fn new(session: &'a Session, selection: S) -> Self {
        Self {
            session,
            select: Select::new(M::META),
            selection,
            marker: PhantomData,
        }
    }

    /// Only of rows that meet the condition, besides those that were given before.
    pub fn filter(mut self, condition: impl Condition<M>) -> Self {
        self.select.filter.push(condition.into_filter().node);
        self
    }
}

impl<'a, M: Model, S: Selection<M>> IntoFuture for AggregateRows<'a, M, S> {
    type Output = Result<S::Output>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let mut items = Items::default();
        self.selection.items(&mut items);
        Box::pin(async move {
            if items.0.iter().any(|item| !item.is_aggregate()) {
                return Err(Error::not_supported(
                    "a column beside aggregates without `group_by`",
                ));
            }
            let flavor = self.session.flavor().await?;
            let statement = self.select.write(flavor, &items.0, &[])?;
            let read = |row: &mut crate::Row| S::read(row, &mut 0);
            let mut rows = self.session.read(statement, read).await?;
            rows.pop().ok_or_else(|| super::insert::not_found(M::META))
        })
    }
}

/// A condition on groups, made by `count().gt(5)`, `order::total.sum().gt(100)` and their like.
#[must_use = "a condition does nothing until a query takes it"]
pub struct Having<M> {
    item: Item,
    op: Compare,
    value: Value,
    marker: PhantomData<fn() -> M>,
}

impl<M> std::fmt::Debug for Having<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Having({:?} {:?})", self.item, self.op)
    }
}

/// A sort key for groups, made by `count().desc()`, `order::total.sum().asc()` and their like.
#[must_use = "an order does nothing until a query takes it"]
pub struct GroupOrder<M> {
    item: Item,
    descending: bool,
    marker: PhantomData<fn() -> M>,
}

impl<M> std::fmt::Debug for GroupOrder<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GroupOrder({:?})", self.item)
    }
}

macro_rules! comparisons {
    ($($(#[$docs:meta])* $name:ident $op:ident;)*) => {
        impl Count {
            $($(#[$docs])* pub fn $name<M: Model>(self, value: i64) -> Having<M> {
                Having { item: Item::Rows, op: Compare::$op, value: value.into(), marker: PhantomData }
            })*

            /// Sorts groups by how many rows they have, the fewest first.
            pub fn asc<M: Model>(self) -> GroupOrder<M> {
                GroupOrder { item: Item::Rows, descending: false, marker: PhantomData }
            }

            /// Sorts groups by how many rows they have, the most first.
            pub fn desc<M: Model>(self) -> GroupOrder<M> {
                GroupOrder { item: Item::Rows, descending: true, marker: PhantomData }
            }
        }

        impl<M: Model, T> Aggregate<M, T> {
            $($(#[$docs])* pub fn $name(self, value: impl Takes<T>) -> Having<M> {
                Having { item: self.item, op: Compare::$op, value: value.into_value(), marker: PhantomData }
            })*

            /// Sorts groups by the value, the smallest first.
            pub fn asc(self) -> GroupOrder<M> {
                GroupOrder { item: self.item, descending: false, marker: PhantomData }
            }

            /// Sorts groups by the value, the greatest first.
            pub fn desc(self) -> GroupOrder<M> {
                GroupOrder { item: self.item, descending: true, marker: PhantomData }
            }
        }
    };
}

comparisons! {
    /// Only groups where it is the value.
    eq Equal;
    /// Only groups where it is another value.
    ne NotEqual;
    /// Only groups where it is less.
    lt Less;
    /// Only groups where it is at most this.
    le LessOrEqual;
    /// Only groups where it is greater.
    gt Greater;
    /// Only groups where it is at least this.
    ge GreaterOrEqual;
}

/// What groups are sorted by: an aggregate, or a column that they are made by.
#[diagnostic::on_unimplemented(message = "groups of `{M}` cannot be sorted by this")]
pub trait IntoGroupOrder<M> {
    #[doc(hidden)]
    fn into_group_order(self) -> GroupOrder<M>;
}

impl<M> IntoGroupOrder<M> for GroupOrder<M> {
    fn into_group_order(self) -> Self {
        self
    }
}

impl<M> IntoGroupOrder<M> for Order<M> {
    fn into_group_order(self) -> GroupOrder<M> {
        let item = match self.term.by {
            By::Column(column) => Item::Column(column),
            // Not a part of any group; the database says so.
            By::Related(..) | By::Count(_) => Item::Rows,
        };
        GroupOrder {
            item,
            descending: self.term.descending,
            marker: PhantomData,
        }
    }
}

/// A query of groups of rows.
#[must_use = "a query runs when it is awaited: write `.await` behind it"]
pub struct GroupBy<'a, M, S> {
    session: &'a Session,
    select: Select,
    by: Vec<&'static str>,
    selection: S,
    having: Vec<Having<M>>,
    order: Vec<GroupOrder<M>>,
}

impl<M: Model, S> std::fmt::Debug for GroupBy<'_, M, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GroupBy({}, {:?})", M::META.name, self.by)
    }
}

impl<'a, M: Model, S: Selection<M>> GroupBy<'a, M, S> {
    pub(super) fn new(session: &'a Session, columns: S) -> Self {
        Self {
            session,
            select: Select::new(M::META),
            by: super::find::names(&columns),
            selection: columns,
            having: Vec::new(),
            order: Vec::new(),
        }
    }

    /// Gives these columns and aggregates of each group; the columns are among those that the groups are made by.
    pub fn select<T: Selection<M>>(self, selection: T) -> GroupBy<'a, M, T> {
        GroupBy {
            session: self.session,
            select: self.select,
            by: self.by,
            selection,
            having: self.having,
            order: self.order,
        }
    }

    /// Only of rows that meet the condition, besides those that were given before.
    pub fn filter(mut self, condition: impl Condition<M>) -> Self {
        self.select.filter.push(condition.into_filter().node);
        self
    }

    /// Only groups that meet the condition, besides those that were given before.
    pub fn having(mut self, condition: Having<M>) -> Self {
        self.having.push(condition);
        self
    }

    /// In this order; of those that are equal, in the order given next.
    pub fn order_by(mut self, order: impl IntoGroupOrder<M>) -> Self {
        self.order.push(order.into_group_order());
        self
    }

    /// At most so many groups.
    pub fn take(mut self, groups: u64) -> Self {
        self.select.take = Some(groups);
        self
    }

    /// Without the first groups.
    pub fn skip(mut self, groups: u64) -> Self {
        self.select.skip = groups;
        self
    }
}

impl<'a, M: Model, S: Selection<M>> IntoFuture for GroupBy<'a, M, S> {
    type Output = Result<Vec<S::Output>>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let mut items = Items::default();
        self.selection.items(&mut items);
        Box::pin(async move {
            for item in &items.0 {
                if let Item::Column(name) = item
                    && !self.by.contains(name)
                {
                    return Err(Error::not_supported(format!(
                        "the column `{}`, by which no groups are made",
                        relata_script::terminal(name)
                    )));
                }
            }
            let mut out = Writer::new(self.session.flavor().await?);
            let scope = out.alias();
            out.push("SELECT ");
            for (at, item) in items.0.iter().enumerate() {
                out.comma(at);
                out.item(&scope, *item);
            }
            out.push(" FROM ");
            out.table(M::META);
            out.push(" AS ");
            out.push(&scope);
            if !self.select.filter.is_empty() {
                out.push(" WHERE ");
                out.node(&Node::And(self.select.filter), &scope)?;
            }
            if !self.by.is_empty() {
                out.push(" GROUP BY ");
                out.columns(&scope, self.by.iter().copied());
            }
            for (at, having) in self.having.into_iter().enumerate() {
                out.push(if at == 0 { " HAVING " } else { " AND " });
                out.item(&scope, having.item);
                if having.value.is_null() {
                    let is_equal = having.op == Compare::Equal;
                    out.push(if is_equal { " IS NULL" } else { " IS NOT NULL" });
                } else {
                    out.push(having.op.sql());
                    out.operand(having.value);
                }
            }
            for (at, order) in self.order.iter().enumerate() {
                out.push(if at == 0 { " ORDER BY " } else { ", " });
                out.item(&scope, order.item);
                out.push(if order.descending { " DESC" } else { " ASC" });
            }
            out.limit(self.select.take, self.select.skip);
            self.session.read(out, |row| S::read(row, &mut 0)).await
        })
    }
}
