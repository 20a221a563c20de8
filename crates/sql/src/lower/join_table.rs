//! The tables behind implicit many-to-many relations.

use relata_schema::ir::{IndexKind, Model, ReferentialAction, Relation};

use super::Lowering;
use crate::catalog::{Column, ForeignKey, Index, IndexColumn, PrimaryKey, Table};

impl<'s> Lowering<'s> {
    pub(super) fn join_table(&self, relation: Relation<'s>) -> Option<Table> {
        let join = relation.join_table()?;
        let mut table = Table::new(self.name(join.namespace.as_deref(), &join.name));
        for (column, model, constraint) in [
            ("A", relation.from(), &join.a_constraint),
            ("B", relation.to(), &join.b_constraint),
        ] {
            let key = self.single_key(model)?;
            table.columns.push(Column::new(column, key.ty));
            if relation.is_enforced() {
                table.foreign_keys.push(ForeignKey {
                    on_delete: ReferentialAction::Cascade,
                    on_update: ReferentialAction::Cascade,
                    ..ForeignKey::new(
                        Some(constraint),
                        vec![column.into()],
                        self.table_name(model),
                        vec![key.name],
                    )
                });
            }
        }
        let pair = vec![IndexColumn::new("A"), IndexColumn::new("B")];
        // A primary key since Prisma 6, where the database lets it be named; before and elsewhere a unique index.
        if self.provider.facts().join_table_primary_key {
            table.primary_key = Some(PrimaryKey::new(Some(&join.key_name), pair));
        } else {
            table
                .indexes
                .push(Index::new(&join.key_name, IndexKind::Unique, pair));
        }
        table.indexes.push(Index::new(
            &join.index_name,
            IndexKind::Normal,
            vec![IndexColumn::new("B")],
        ));
        Some(table)
    }

    /// Returns the one column that is a model's primary key, or else its first required unique one.
    fn single_key(&self, model: Model<'_>) -> Option<Column> {
        let key = model.primary_key().map(|key| &key.columns);
        let uniques = model
            .indexes()
            .iter()
            .filter(|index| index.is_total_unique())
            .map(|index| &index.columns);
        let id = key
            .into_iter()
            .chain(uniques)
            .find_map(|columns| match columns.as_slice() {
                [only] => only.field(),
                _ => None,
            })?;
        self.column(self.schema.field(id))
    }
}
