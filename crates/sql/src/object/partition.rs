//! Partitions, and what a table says of its indexes (PostgreSQL).

use super::{Context, Draft};
use crate::catalog::{ObjectName, ReplicaIdentity, Storage, Table};
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
        let indexes = each.indexes.iter();
        needs.extend(indexes.map(|index| Object::Index(each.name.clone(), index.name.clone())));
    }
    let effects = Effects {
        needs,
        ..Effects::default()
    };
    Some(Draft::whole(
        StepKind::AttachPartition,
        &table.name,
        vec![statement],
        effects,
    ))
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
