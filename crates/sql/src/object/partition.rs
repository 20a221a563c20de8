//! Partitions, and what a table says of its indexes (PostgreSQL).

use super::{Context, Draft};
use crate::catalog::{Index, ObjectName, ReplicaIdentity, Storage, Table};
use crate::step::{Effects, Object, StepKind};

/// Makes a table a partition, after all indexes of both: the server then finds that they match and ties them together, where
/// it would otherwise make some of its own (manual, "ALTER TABLE … ATTACH PARTITION").
pub(crate) fn attach<'c>(context: &Context<'c>, table: &Table) -> Option<Draft<'c>> {
    let (parent, bounds) = table.ancestry.partition_of.as_ref()?;
    let statement = format!(
        "ALTER TABLE {} ATTACH PARTITION {} {bounds};",
        context.writer.name(parent),
        context.writer.name(&table.name)
    );
    let mut needs = vec![
        Object::Table(parent.clone()),
        Object::Table(table.name.clone()),
    ];
    for each in [context.after.table(parent), Some(table)]
        .into_iter()
        .flatten()
    {
        let indexes = each
            .indexes
            .iter()
            .filter(|index| !stands_alone(each, index));
        needs.extend(indexes.map(|index| Object::Index(each.name.clone(), index.name.clone())));
    }
    let effects = Effects {
        needs,
        gives: vec![Object::Attached(table.name.clone())],
        ..Effects::default()
    };
    Some(Draft::whole(
        StepKind::AttachPartition,
        &table.name,
        vec![statement],
        effects,
    ))
}

/// Tells whether an index of a partitioned table was made for it alone, and waits for its parts: it is not valid before each
/// partition has one (manual, "ALTER INDEX … ATTACH PARTITION").
pub(crate) fn stands_alone(table: &Table, index: &Index) -> bool {
    table.ancestry.partitioned_by.is_some() && !index.is_valid
}

/// Makes an index of a partitioned table that stands alone, and ties the parts to it that there are. The partitions are
/// attached before, or the server would make the missing ones.
pub(crate) fn create_alone<'c>(context: &Context<'c>, table: &Table, index: &Index) -> Draft<'c> {
    let writer = &context.writer;
    let name = table.name.sibling(&index.name);
    let mut statements = super::index::statements(context, table, index);
    let mut needs = vec![Object::Table(table.name.clone())];
    let partitions = context.after.tables.iter().filter(|each| {
        let parent = each.ancestry.partition_of.as_ref();
        parent.is_some_and(|(parent, _)| *parent == table.name)
    });
    for partition in partitions {
        needs.push(Object::Attached(partition.name.clone()));
        let parts = partition.indexes.iter();
        for part in parts.filter(|part| part.part_of.as_ref() == Some(&name)) {
            needs.push(Object::Index(partition.name.clone(), part.name.clone()));
            statements.push(format!(
                "ALTER INDEX {} ATTACH PARTITION {};",
                writer.name(&name),
                writer.name(&partition.name.sibling(&part.name))
            ));
        }
    }
    let effects = Effects {
        needs,
        gives: vec![Object::Index(table.name.clone(), index.name.clone())],
        ..Effects::default()
    };
    Draft::whole(StepKind::CreateIndex, &table.name, statements, effects)
}

/// Says which index a table is clustered by and known by, once the index is there.
pub(crate) fn marks<'c>(
    context: &Context<'c>,
    table: &ObjectName,
    storage: &Storage,
) -> Option<Draft<'c>> {
    let writer = &context.writer;
    let (mut statements, mut needs) = (Vec::new(), Vec::new());
    let mut mark = |index: &str, clause: &str| {
        statements.push(format!(
            "ALTER TABLE {} {clause} {};",
            writer.name(table),
            writer.ident(index)
        ));
        needs.push(Object::Index(table.clone(), index.into()));
    };
    if let Some(index) = &storage.clustered_by {
        mark(index, "CLUSTER ON");
    }
    if let ReplicaIdentity::Index(index) = &storage.replica_identity {
        mark(index, "REPLICA IDENTITY USING INDEX");
    }
    let effects = Effects {
        needs,
        ..Effects::default()
    };
    (!statements.is_empty())
        .then(|| Draft::whole(StepKind::AlterStorage, table, statements, effects))
}
