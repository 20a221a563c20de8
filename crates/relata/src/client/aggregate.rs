//! Sums, averages and their like.

use std::marker::PhantomData;

use crate::{FromValue, Result, Row};

use super::select::Item;
use super::selection::{Items, next};
use super::{Col, Model, Selection};

/// How many rows there are: `count()`.
#[derive(Debug, Clone, Copy)]
pub struct Count;

/// How many rows there are, as a part of a selection.
pub fn count() -> Count {
    Count
}

impl<M: Model> Selection<M> for Count {
    type Output = i64;

    fn items(&self, items: &mut Items) {
        items.0.push(Item::Rows);
    }

    fn read(row: &mut Row, at: &mut usize) -> Result<i64> {
        next(row, at)
    }
}

/// A value made of a column of all rows, made by [`Col::sum`] and its like. It is of type `T`.
pub struct Aggregate<M, T> {
    pub(super) item: Item,
    marker: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for Aggregate<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Aggregate<M, T> {}

impl<M, T> std::fmt::Debug for Aggregate<M, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.item)
    }
}

impl<M, T> Aggregate<M, T> {
    fn new(item: Item) -> Self {
        Self {
            item,
            marker: PhantomData,
        }
    }
}

impl<M: Model, T: FromValue + Send + 'static> Selection<M> for Aggregate<M, T> {
    type Output = T;

    fn items(&self, items: &mut Items) {
        items.0.push(self.item);
    }

    fn read(row: &mut Row, at: &mut usize) -> Result<T> {
        next(row, at)
    }
}

/// A type whose values have a sum. Whole numbers have one of 64 bits, so that a sum of many does not overflow.
#[diagnostic::on_unimplemented(message = "`{Self}` has no sum")]
pub trait Sums {
    /// The type of the sum.
    type Sum;

    #[doc(hidden)]
    const ITEM: SumKind;
}

/// A type whose values have an average.
#[diagnostic::on_unimplemented(message = "`{Self}` has no average")]
pub trait Averages {
    /// The type of the average.
    type Average;

    #[doc(hidden)]
    const ITEM: SumKind;
}

/// Which kind of number a sum is.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum SumKind {
    Integer,
    Float,
    Decimal,
}

macro_rules! sums {
    ($($type:ty => $sum:ty, $kind:ident, $average:ty, $average_kind:ident;)*) => {$(
        impl Sums for $type {
            type Sum = $sum;
            const ITEM: SumKind = SumKind::$kind;
        }
        impl Sums for Option<$type> {
            type Sum = $sum;
            const ITEM: SumKind = SumKind::$kind;
        }
        impl Averages for $type {
            type Average = $average;
            const ITEM: SumKind = SumKind::$average_kind;
        }
        impl Averages for Option<$type> {
            type Average = $average;
            const ITEM: SumKind = SumKind::$average_kind;
        }
    )*};
}

sums! {
    i16 => i64, Integer, f64, Float;
    i32 => i64, Integer, f64, Float;
    i64 => i64, Integer, f64, Float;
    u16 => i64, Integer, f64, Float;
    u32 => i64, Integer, f64, Float;
    u64 => i64, Integer, f64, Float;
    f32 => f64, Float, f64, Float;
    f64 => f64, Float, f64, Float;
}

#[cfg(feature = "decimal")]
sums! {
    crate::types::rust_decimal::Decimal => crate::types::rust_decimal::Decimal, Decimal, crate::types::rust_decimal::Decimal, Decimal;
}

impl<M: Model, T: Sums, K> Col<M, T, K> {
    /// The sum; none where no row has a value.
    pub fn sum(self) -> Aggregate<M, Option<T::Sum>> {
        let name = self.name();
        Aggregate::new(match T::ITEM {
            SumKind::Integer => Item::SumInteger(name),
            SumKind::Float => Item::SumFloat(name),
            SumKind::Decimal => Item::SumDecimal(name),
        })
    }
}

impl<M: Model, T: Averages, K> Col<M, T, K> {
    /// The average; none where no row has a value. That of decimals is rounded to 12 decimal places.
    pub fn avg(self) -> Aggregate<M, Option<T::Average>> {
        let name = self.name();
        Aggregate::new(match T::ITEM {
            SumKind::Integer | SumKind::Float => Item::AverageFloat(name),
            SumKind::Decimal => Item::AverageDecimal(name),
        })
    }
}

/// A column's type without the `Option` around it.
pub trait Inner {
    /// The type.
    type Inner;
}

macro_rules! ordered {
    ($($type:ty),*) => {$(
        impl Inner for $type { type Inner = $type; }
    )*};
}

impl<T: Inner<Inner = T>> Inner for Option<T> {
    type Inner = T;
}

ordered!(
    i16,
    i32,
    i64,
    u16,
    u32,
    u64,
    f32,
    f64,
    String,
    crate::types::jiff::Timestamp,
    crate::types::jiff::civil::Date,
    crate::types::jiff::civil::Time
);
#[cfg(feature = "decimal")]
ordered!(crate::types::rust_decimal::Decimal);
#[cfg(feature = "chrono")]
ordered!(
    crate::types::chrono::DateTime<crate::types::chrono::Utc>,
    crate::types::chrono::NaiveDate,
    crate::types::chrono::NaiveTime
);
#[cfg(feature = "time")]
ordered!(
    crate::types::time::OffsetDateTime,
    crate::types::time::Date,
    crate::types::time::Time
);

impl<M: Model, T: Inner, K> Col<M, T, K> {
    /// The smallest value; none where no row has a value.
    pub fn min(self) -> Aggregate<M, Option<T::Inner>> {
        Aggregate::new(Item::Min(self.name()))
    }

    /// The greatest value; none where no row has a value.
    pub fn max(self) -> Aggregate<M, Option<T::Inner>> {
        Aggregate::new(Item::Max(self.name()))
    }
}

impl<M: Model, T, K> Col<M, T, K> {
    /// How many rows have a value.
    pub fn count(self) -> Aggregate<M, i64> {
        Aggregate::new(Item::Count(self.name()))
    }

    /// How many different values there are.
    pub fn count_distinct(self) -> Aggregate<M, i64> {
        Aggregate::new(Item::CountDistinct(self.name()))
    }
}
