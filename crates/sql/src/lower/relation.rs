//! Relations to foreign keys.

use relata_schema::ir::{self, Relation, RelationKind};

use super::Lowering;
use crate::catalog::{Deferrable, ForeignKey};

impl<'s> Lowering<'s> {
    /// Lowers a relation whose columns stand in a model; the others have a table of their own.
    pub(super) fn foreign_key(&self, relation: Relation<'s>) -> Option<ForeignKey> {
        if relation.kind() == RelationKind::ManyToMany {
            return None;
        }
        let columns = relation.fields().map(|field| field.database_name().into());
        let referenced = relation
            .references()
            .map(|field| field.database_name().into());
        Some(ForeignKey {
            on_delete: relation.on_delete(),
            on_update: relation.on_update(),
            deferrable: match relation.deferrable() {
                None => Deferrable::No,
                Some(ir::Deferrable::InitiallyImmediate) => Deferrable::InitiallyImmediate,
                Some(ir::Deferrable::InitiallyDeferred) => Deferrable::InitiallyDeferred,
            },
            ..ForeignKey::new(
                Some(relation.constraint_name()),
                columns.collect(),
                self.table_name(relation.to()),
                referenced.collect(),
            )
        })
    }
}
