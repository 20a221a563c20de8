//! Rows that a query gives, on their way to a shape.

use crate::Value;

use super::key::Key;

/// Rows of a model, and what stands behind the model's own columns in each.
pub(super) struct Found<M> {
    pub(super) models: Vec<M>,
    /// The values of more columns, row by row, one behind the other.
    pub(super) values: Vec<Value>,
    /// How many of those a row has.
    pub(super) width: usize,
    /// Where rows are related ones: the keys of the rows that they belong to.
    pub(super) owners: Vec<Option<Key>>,
}

impl<M> Default for Found<M> {
    fn default() -> Self {
        Self {
            models: Vec::new(),
            values: Vec::new(),
            width: 0,
            owners: Vec::new(),
        }
    }
}

impl<M> Found<M> {
    /// One row, and the values of more of its columns.
    pub(super) fn one(model: M, values: Vec<Value>) -> Self {
        Self {
            models: vec![model],
            width: values.len(),
            values,
            owners: Vec::new(),
        }
    }

    /// Turns the order of the rows round.
    pub(super) fn reverse(&mut self) {
        self.models.reverse();
        self.owners.reverse();
        self.values.reverse();
        if self.width > 1 {
            for row in self.values.chunks_mut(self.width) {
                row.reverse();
            }
        }
    }

    /// Leaves so many values to each row, and gives those that the last row had behind them.
    pub(super) fn narrow(&mut self, width: usize) -> Vec<Value> {
        let last = match self.values.len().checked_sub(self.width) {
            Some(start) => self.values[start + width..].to_vec(),
            None => Vec::new(),
        };
        let (wide, mut at) = (self.width, 0);
        self.values.retain(|_| {
            at += 1;
            (at - 1) % wide < width
        });
        self.width = width;
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_turned_round_and_narrowed() {
        let mut found = Found {
            models: vec!['a', 'b'],
            values: [1, 2, 3, 4, 5, 6].map(Value::I64).to_vec(),
            width: 3,
            owners: Vec::new(),
        };
        found.reverse();
        assert_eq!(found.models, ['b', 'a']);
        assert_eq!(found.values, [4, 5, 6, 1, 2, 3].map(Value::I64));
        assert_eq!(found.narrow(1), [2, 3].map(Value::I64));
        assert_eq!(
            (found.width, found.values),
            (1, [4, 1].map(Value::I64).to_vec())
        );
    }

    #[test]
    fn nothing_found() {
        let mut found = Found::<char> {
            width: 2,
            ..Found::default()
        };
        found.reverse();
        assert!(found.narrow(1).is_empty());
    }
}
