//! Sequences.

use super::{ColumnType, ObjectName};
use crate::dialect;

/// A sequence (PostgreSQL) that nothing else in the catalog brings along: one that stands alone, or one behind a column that
/// `SERIAL` would make otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// Its name.
    pub name: ObjectName,
    /// How it counts.
    pub options: SequenceOptions,
    /// The table and column that it goes away with.
    pub owned_by: Option<(ObjectName, Box<str>)>,
    /// Whether a crash may reset it (PostgreSQL 15).
    pub is_unlogged: bool,
}

impl Sequence {
    /// Returns the name that the server gives the sequence of a `SERIAL` column.
    pub fn serial_name(table: &ObjectName, column: &str) -> ObjectName {
        dialect::serial_sequence(table, column)
    }
}

/// How a sequence counts. Where it stands is data and not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequenceOptions {
    /// Its type: `smallint`, `integer` or `bigint`.
    pub ty: Box<str>,
    /// The first value.
    pub start: i64,
    /// The step from one value to the next.
    pub increment: i64,
    /// The least value.
    pub min: i64,
    /// The greatest value.
    pub max: i64,
    /// How many values a session takes at once.
    pub cache: i64,
    /// Whether it begins anew at its end.
    pub cycle: bool,
    /// Whether its values are made and not counted, each unlike all others (CockroachDB, "CREATE SEQUENCE", `VIRTUAL`).
    pub is_virtual: bool,
}

impl SequenceOptions {
    /// Returns how the sequence counts that `SERIAL` makes for a column of the type, if there is such a shorthand.
    pub fn serial(ty: &ColumnType) -> Option<Self> {
        let ty = match dialect::serial(ty)? {
            "SMALLSERIAL" => "smallint",
            "SERIAL" => "integer",
            _ => "bigint",
        };
        Some(Self::usual(ty))
    }

    /// Counts by the given steps, from the given value on.
    pub(crate) fn count(&mut self, increment: Option<i64>, start: Option<i64>) {
        self.increment = increment.unwrap_or(self.increment);
        self.start = start.unwrap_or(self.start);
        if self.increment < 0 {
            self.descend(start);
        }
    }

    /// Turns the usual bounds round, as for a sequence that counts down (manual, "CREATE SEQUENCE").
    pub(crate) fn descend(&mut self, start: Option<i64>) {
        (self.min, self.max) = (-self.max - 1, -1);
        self.start = start.unwrap_or(self.max);
    }

    /// Returns the value that it starts with when nothing is said.
    pub(crate) fn first(&self) -> i64 {
        if self.increment < 0 {
            self.max
        } else {
            self.min
        }
    }

    /// Returns how a sequence of the type counts in that direction when nothing is said of it but its bounds.
    pub(crate) fn unsaid(&self) -> Self {
        let mut usual = Self::usual(&self.ty);
        if self.increment < 0 {
            usual.descend(None);
        }
        usual.start = self.first();
        usual
    }

    /// Returns what a sequence of the type has when nothing is said (manual, "CREATE SEQUENCE").
    pub fn usual(ty: &str) -> Self {
        let max = match ty {
            "smallint" => i64::from(i16::MAX),
            "integer" => i64::from(i32::MAX),
            _ => i64::MAX,
        };
        Self {
            ty: ty.into(),
            start: 1,
            increment: 1,
            min: 1,
            max,
            cache: 1,
            cycle: false,
            is_virtual: false,
        }
    }
}
