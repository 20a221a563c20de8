//! What is asked of each row, or of all of them: columns and aggregates, as tuples.

use crate::{FromValue, Result, Row};

use super::select::Item;
use super::{Col, Model};

/// A column, an aggregate, or a tuple of them, and the type that comes of it.
#[diagnostic::on_unimplemented(
    message = "this cannot be selected from `{M}`",
    label = "no column of `{M}`, and no tuple of them",
    note = "a tuple holds up to 12 columns or aggregates of one model"
)]
pub trait Selection<M>: Send + 'static {
    /// What comes of a row.
    type Output: Send + 'static;

    /// Adds what is asked for.
    #[doc(hidden)]
    fn items(&self, items: &mut Items);

    /// Reads it back, from this position on, which is moved behind it.
    #[doc(hidden)]
    fn read(row: &mut Row, at: &mut usize) -> Result<Self::Output>;
}

/// A list of what is asked for.
#[derive(Debug, Default)]
pub struct Items(pub(super) Vec<Item>);

/// Reads one value.
pub(super) fn next<T: FromValue>(row: &mut Row, at: &mut usize) -> Result<T> {
    *at += 1;
    row.take(*at - 1)
}

impl<M: Model, T: FromValue + Send + 'static, K: 'static> Selection<M> for Col<M, T, K> {
    type Output = T;

    fn items(&self, items: &mut Items) {
        items.0.push(Item::Column(self.name()));
    }

    fn read(row: &mut Row, at: &mut usize) -> Result<T> {
        next(row, at)
    }
}

macro_rules! tuples {
    ($($name:ident $at:tt),*) => {
        impl<M, $($name: Selection<M>),*> Selection<M> for ($($name,)*) {
            type Output = ($($name::Output,)*);

            fn items(&self, items: &mut Items) {
                $(self.$at.items(items);)*
            }

            fn read(row: &mut Row, at: &mut usize) -> Result<Self::Output> {
                Ok(($($name::read(row, at)?,)*))
            }
        }
    };
}

tuples!(A 0);
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
