//! The token of a relation.

use std::marker::PhantomData;
use std::ops::Deref;

use super::filter::{Node, Quantifier, Related};
use super::{Bare, Condition, Filter, Include, IntoInclude, Link, Model, Order, Plus};

/// A row and what a relation leads to, `WithPosts<User, Vec<Post>>`. Generated code implements it once for all relations of one name, because
/// of all that is generated it costs most to compile.
pub trait Wrapper: Deref {
    /// What the relation leads to, and the number of its name in octal digits; one type instead of two, since each costs, too.
    type Parts: Parts;
    /// Another row `T` together with what the relation leads to.
    type With<T: Held, R: Held>: Held;
    /// The name of the relation in Rust.
    const NAME: &'static str;

    /// Puts the two together.
    fn with<T: Held, R: Held>(row: T, related: R) -> Self::With<T, R>;
}

/// A relation of a model: the [`Wrapper`] of that model's row and of what the relation leads to when nothing more is included.
pub trait Relation: Wrapper + Send + Sync + 'static {
    /// The model whose field it is.
    type From: Model;
    /// The model it leads to.
    type To: Model;
    /// How many rows it leads to: [`One`], [`Maybe`] or [`Many`].
    type Arity: Arity;
    /// How the rows find each other.
    const LINK: &'static Link;
}

impl<W> Relation for W
where
    W: Wrapper<Target: Model, Parts: Parts<Related: Target>> + Send + Sync + 'static,
{
    type From = <W as Deref>::Target;
    type To = <RelatedOf<W> as Target>::Model;
    type Arity = <RelatedOf<W> as Target>::Arity;
    const LINK: &'static Link = Link::of(Self::From::META.links, W::NAME);
}

type RelatedOf<W> = <<W as Wrapper>::Parts as Parts>::Related;

/// The parts of [`Wrapper::Parts`].
pub trait Parts {
    /// What the relation leads to.
    type Related;
    /// The number of its name.
    type Number;
}

impl<R, N> Parts for (R, N) {
    type Related = R;
    type Number = N;
}

/// What a relation leads to: a model, or an `Option` or `Vec` of one.
pub trait Target {
    /// The model.
    type Model: Model;
    /// How many rows of it.
    type Arity: Arity;
}

impl<M: Model> Target for M {
    type Model = M;
    type Arity = One;
}

impl<M: Model> Target for Option<M> {
    type Model = M;
    type Arity = Maybe;
}

impl<M: Model> Target for Vec<M> {
    type Model = M;
    type Arity = Many;
}

/// What rows are made of: they go from task to task, and a row that several others refer to is copied.
pub trait Held: Clone + Send + 'static {}

impl<T: Clone + Send + 'static> Held for T {}

/// How many rows a relation leads to.
pub trait Arity: Send + 'static {
    /// The rows it leads to, each a `T`.
    type Of<T: Held>: Held;

    /// The rows found, if there are not too few.
    fn collect<T: Held>(rows: Vec<T>) -> Option<Self::Of<T>>;
}

/// Exactly one row.
#[derive(Debug, Clone, Copy)]
pub struct One;

/// One row or none.
#[derive(Debug, Clone, Copy)]
pub struct Maybe;

/// Any number of rows.
#[derive(Debug, Clone, Copy)]
pub struct Many;

impl Arity for One {
    type Of<T: Held> = T;

    fn collect<T: Held>(mut rows: Vec<T>) -> Option<T> {
        rows.pop()
    }
}

impl Arity for Maybe {
    type Of<T: Held> = Option<T>;

    fn collect<T: Held>(mut rows: Vec<T>) -> Option<Option<T>> {
        Some(rows.pop())
    }
}

impl Arity for Many {
    type Of<T: Held> = Vec<T>;

    fn collect<T: Held>(rows: Vec<T>) -> Option<Vec<T>> {
        Some(rows)
    }
}

/// [`One`] or [`Maybe`].
#[diagnostic::on_unimplemented(message = "this relation leads to any number of rows")]
pub trait ToOne: Arity {}

impl ToOne for One {}

impl ToOne for Maybe {}

/// [`Many`].
#[diagnostic::on_unimplemented(
    message = "this relation leads to one row at most, which a foreign key names",
    label = "a relation to one row",
    note = "give the foreign key's column a value instead, by `.set(post::author_id.to(ann.id))`, or take it away by `.to_null()`; from the other side, the relation can be connected"
)]
pub trait ToMany: Arity {}

#[diagnostic::do_not_recommend]
impl ToMany for Many {}

/// A relation of a model: `user::posts`.
pub struct Rel<W> {
    marker: PhantomData<fn() -> W>,
}

impl<W> Clone for Rel<W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W> Copy for Rel<W> {}

impl<W: Relation> std::fmt::Debug for Rel<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} to {}", W::From::META.name, W::To::META.name)
    }
}

impl<W> Rel<W> {
    /// The relation; for generated code.
    #[allow(clippy::new_without_default, reason = "a token is a constant")]
    pub const fn new() -> Self {
        Self {
            marker: PhantomData,
        }
    }
}

/// The related rows alone, and another relation.
pub type Beside<W, X> = Plus<
    Bare<<W as Relation>::To>,
    <X as IntoInclude<<W as Relation>::To>>::Relation,
    <X as IntoInclude<<W as Relation>::To>>::Inner,
>;

impl<W: Relation> Rel<W> {
    pub(super) fn related() -> Related {
        Related {
            link: W::LINK,
            table: W::To::META,
        }
    }

    fn quantified(quantifier: Quantifier, condition: impl Condition<W::To>) -> Filter<W::From> {
        Filter::new(Node::Related {
            related: Self::related(),
            quantifier,
            node: Box::new(condition.into_filter().node),
        })
    }

    /// Brings the related rows along, and with each of them what it includes in its turn.
    pub fn include<X>(self, inner: X) -> Include<W, Beside<W, X>>
    where
        X: IntoInclude<W::To>,
    {
        Include::bare().include(inner)
    }
}

impl<W: Relation<Arity = Many>> Rel<W> {
    /// At least one related row meets the condition.
    pub fn some(self, condition: impl Condition<W::To>) -> Filter<W::From> {
        Self::quantified(Quantifier::Some, condition)
    }

    /// Every related row meets the condition; where there is none, that is so too.
    pub fn every(self, condition: impl Condition<W::To>) -> Filter<W::From> {
        Self::quantified(Quantifier::Every, condition)
    }

    /// No related row meets the condition.
    pub fn none(self, condition: impl Condition<W::To>) -> Filter<W::From> {
        Self::quantified(Quantifier::None, condition)
    }

    /// There is a related row.
    pub fn any(self) -> Filter<W::From> {
        Self::quantified(Quantifier::Some, Filter::all())
    }

    /// There is no related row.
    pub fn is_empty(self) -> Filter<W::From> {
        Self::quantified(Quantifier::None, Filter::all())
    }

    /// Includes the related rows that meet the condition.
    pub fn filter(self, condition: impl Condition<W::To>) -> Include<W, Bare<W::To>> {
        Include::bare().filter(condition)
    }

    /// Includes the related rows in this order.
    pub fn order_by(self, order: Order<W::To>) -> Include<W, Bare<W::To>> {
        Include::bare().order_by(order)
    }

    /// Includes the first related rows of each row.
    pub fn take(self, rows: u64) -> Include<W, Bare<W::To>> {
        Include::bare().take(rows)
    }

    /// Includes the related rows of each row but the first.
    pub fn skip(self, rows: u64) -> Include<W, Bare<W::To>> {
        Include::bare().skip(rows)
    }
}

impl<W: Relation> Rel<W>
where
    W::Arity: ToOne,
{
    /// The related row meets the condition.
    pub fn is(self, condition: impl Condition<W::To>) -> Filter<W::From> {
        Self::quantified(Quantifier::Some, condition)
    }

    /// There is no related row that meets the condition.
    pub fn is_not(self, condition: impl Condition<W::To>) -> Filter<W::From> {
        Self::quantified(Quantifier::None, condition)
    }
}

impl<W: Relation<Arity = Maybe>> Rel<W> {
    /// There is no related row.
    pub fn is_null(self) -> Filter<W::From> {
        Self::quantified(Quantifier::None, Filter::all())
    }

    /// There is a related row.
    pub fn is_not_null(self) -> Filter<W::From> {
        Self::quantified(Quantifier::Some, Filter::all())
    }
}

/// Writes a row and what is related to it as `Debug` of a struct would, with the names of the struct and of both members; for generated code.
pub fn debug_pair(
    f: &mut std::fmt::Formatter<'_>,
    [name, base, related]: [&str; 3],
    row: &dyn std::fmt::Debug,
    rows: &dyn std::fmt::Debug,
) -> std::fmt::Result {
    f.debug_struct(name)
        .field(base, row)
        .field(related, rows)
        .finish()
}
