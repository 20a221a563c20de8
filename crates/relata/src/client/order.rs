//! In which order rows come.

use std::marker::PhantomData;

use super::filter::Related;
use super::{Model, Rel, Relation, ToOne, relation::Many};

/// A sort key for rows of `M`, made by [`Col::asc`](super::Col::asc) and its like.
///
/// Where rows without a value stand is the database's habit (PostgreSQL puts them last in ascending order, the others
/// first), unless [`Order::nulls_first`] or [`Order::nulls_last`] says it.
#[must_use = "an order does nothing until a query takes it"]
pub struct Order<M> {
    pub(super) term: Term,
    marker: PhantomData<fn() -> M>,
}

impl<M> Clone for Order<M> {
    fn clone(&self) -> Self {
        Self::new(self.term.clone())
    }
}

impl<M> std::fmt::Debug for Order<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.term)
    }
}

/// A sort key, of whatever model.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) by: By,
    pub(super) descending: bool,
    /// Whether rows without a value come first; none leaves it to the database.
    pub(super) nulls_first: Option<bool>,
}

/// What is sorted by.
#[derive(Debug, Clone)]
pub(super) enum By {
    Column(&'static str),
    /// A column of the one related row.
    Related(Related, Box<By>),
    /// How many related rows there are.
    Count(Related),
}

impl<M> Order<M> {
    fn new(term: Term) -> Self {
        Self {
            term,
            marker: PhantomData,
        }
    }

    pub(super) fn column(column: &'static str, descending: bool) -> Self {
        Self::by(By::Column(column), descending)
    }

    fn by(by: By, descending: bool) -> Self {
        Self::new(Term {
            by,
            descending,
            nulls_first: None,
        })
    }

    /// Rows without a value come first.
    pub fn nulls_first(mut self) -> Self {
        self.term.nulls_first = Some(true);
        self
    }

    /// Rows without a value come last.
    pub fn nulls_last(mut self) -> Self {
        self.term.nulls_first = Some(false);
        self
    }
}

impl<W: Relation> Rel<W>
where
    W::Arity: ToOne,
{
    /// Sorts by a column of the related row: `post::author.order(user::name.asc())`.
    pub fn order(self, order: Order<W::To>) -> Order<W::From> {
        Order::new(Term {
            by: By::Related(Self::related(), Box::new(order.term.by)),
            ..order.term
        })
    }
}

impl<W: Relation<Arity = Many>> Rel<W> {
    /// Sorts by the number of related rows, the fewest first.
    pub fn fewest_first(self) -> Order<W::From> {
        Order::by(By::Count(Self::related()), false)
    }

    /// Sorts by the number of related rows, the most first.
    pub fn most_first(self) -> Order<W::From> {
        Order::by(By::Count(Self::related()), true)
    }
}

impl Term {
    /// Whether rows without a value come first on this database.
    pub(super) fn has_nulls_first(&self, is_postgres: bool) -> bool {
        self.nulls_first.unwrap_or(self.descending == is_postgres)
    }

    /// The same the other way round.
    pub(super) fn reversed(self, is_postgres: bool) -> Self {
        Self {
            nulls_first: Some(!self.has_nulls_first(is_postgres)),
            descending: !self.descending,
            by: self.by,
        }
    }

    pub(super) fn ascending(column: &'static str) -> Self {
        Self {
            by: By::Column(column),
            descending: false,
            nulls_first: None,
        }
    }
}

/// The terms of orders of a model.
pub(super) fn terms<M: Model>(orders: impl IntoIterator<Item = Order<M>>) -> Vec<Term> {
    orders.into_iter().map(|order| order.term).collect()
}
