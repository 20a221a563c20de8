//! Shapes that a schema names: a struct with columns and relations side by side.

use std::marker::PhantomData;

use crate::{BoxFuture, Result};

use super::{
    Bare, Create, FindFirst, FindMany, FindUnique, Include, IntoInclude, Lacks, Model, Rel,
    Relation, RowKeys, Session, Shape, Update, Upsert,
};

/// A row of `M` with relations, as a `shape` of the schema has it; generated code implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no shape of `{M}`",
    label = "a shape of another model, or no shape"
)]
pub trait NamedShape<M: Model>: Clone + Send + 'static {
    /// The relations that it brings along.
    type Plan: Shape<Model = M> + Default;

    /// The row and its relations, side by side.
    fn of(row: <Self::Plan as Shape>::Output) -> Self;
}

/// Rows in a shape that the schema names.
pub struct Flat<M, N> {
    // It holds nothing: a shape that is named has no conditions. Without bounds here, a wrong one is told once.
    marker: PhantomData<fn() -> (M, N)>,
}

impl<M, N> Default for Flat<M, N> {
    fn default() -> Self {
        Self {
            marker: PhantomData,
        }
    }
}

impl<M, N> Clone for Flat<M, N> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<M, N> std::fmt::Debug for Flat<M, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Flat({})", std::any::type_name::<N>())
    }
}

impl<M: Model, N: NamedShape<M>> Shape for Flat<M, N> {
    type Model = M;
    type Output = N;
    type Extra = <N::Plan as Shape>::Extra;

    fn needs(&self, columns: &mut Vec<&'static str>) {
        N::Plan::default().needs(columns);
    }

    fn load<'a>(
        self,
        session: &'a Session,
        rows: &'a RowKeys,
    ) -> BoxFuture<'a, Result<Self::Extra>> {
        N::Plan::default().load(session, rows)
    }

    fn combine(rows: Vec<M>, extra: Self::Extra) -> Vec<N> {
        let rows = N::Plan::combine(rows, extra);
        rows.into_iter().map(N::of).collect()
    }
}

impl<M: Model, N: NamedShape<M>, W: Relation> Lacks<W> for Flat<M, N> where N::Plan: Lacks<W> {}

macro_rules! shape {
    ($($query:ident),*) => {$(
        impl<'a, M: Model> $query<'a, Bare<M>> {
            /// With the relations of a `shape` of the schema, as its struct: `.shape::<UserPage>()`. More may be included.
            pub fn shape<N: NamedShape<M>>(self) -> $query<'a, Flat<M, N>> {
                self.shaped(Flat::default())
            }
        }
    )*};
}

shape!(Create, FindFirst, FindMany, FindUnique, Update, Upsert);

impl<W: Relation> Rel<W> {
    /// Its rows with the relations of a `shape` of the schema, as its struct.
    pub fn shape<N: NamedShape<W::To>>(self) -> Include<W, Flat<W::To, N>> {
        IntoInclude::<W::From>::into_include(self).shape()
    }
}

impl<W: Relation> Include<W, Bare<W::To>> {
    /// Its rows with the relations of a `shape` of the schema, as its struct.
    pub fn shape<N: NamedShape<W::To>>(self) -> Include<W, Flat<W::To, N>> {
        self.shaped(Flat::default())
    }
}
