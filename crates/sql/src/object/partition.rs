//! Partitions, and what a table says of its indexes (PostgreSQL).

use super::{Context, Draft};
use crate::catalog::{Address, Index, Kind, ObjectName, Table};
use crate::change::AlteredTable;
use crate::diff::kept_parents;
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
    // The columns of both match only when nothing is left to change of them.
    for each in [context.after.table(parent), Some(table)]
        .into_iter()
        .flatten()
    {
        let columns = each.columns.iter();
        needs.extend(columns.map(|column| super::column_object(each, &column.name)));
        if !each.key_stands_alone() {
            needs.push(Object::PrimaryKey(each.name.clone()));
        }
    }
    let effects = Effects {
        needs,
        gives: vec![
            Object::Attached(table.name.clone()),
            Object::Bounds(parent.clone()),
        ],
        ..Effects::default()
    };
    Some(Draft::whole(
        StepKind::AttachPartition,
        &table.name,
        vec![statement],
        effects,
    ))
}

/// What becomes of a table's place under others: it is let go of where it was, and tied to where it shall be.
pub(crate) fn alter<'c>(context: &Context<'c>, change: &AlteredTable<'c>) -> Vec<Draft<'c>> {
    let (from, to, writer) = (change.from, change.to, &context.writer);
    let name = writer.name(&to.name);
    let mut drafts = Vec::new();
    let remade = |parent: &ObjectName| context.torn.tables.contains(parent);
    drafts.extend(typed(context, change));
    let stays = from.ancestry.partition_of == to.ancestry.partition_of;
    if let Some((parent, _)) = &from.ancestry.partition_of
        && (!stays || remade(parent))
    {
        let statement = format!(
            "ALTER TABLE {} DETACH PARTITION {name};",
            writer.name(parent)
        );
        let goes_on = to.ancestry.partition_of.as_ref();
        let goes_on = goes_on.is_some_and(|(other, _)| other == parent) && !remade(parent);
        drafts.push(leave(context, change, parent, statement, goes_on));
    }
    if let Some((parent, _)) = &to.ancestry.partition_of
        && (!stays || remade(parent))
    {
        drafts.extend(attach(context, to));
    }
    let places = kept_parents(from, to);
    let keeps = |parent: &ObjectName| {
        let mut kept = to.ancestry.inherits.iter().take(places);
        kept.any(|kept| kept == parent) && !remade(parent)
    };
    for parent in from
        .ancestry
        .inherits
        .iter()
        .filter(|parent| !keeps(parent))
    {
        let statement = format!("ALTER TABLE {name} NO INHERIT {};", writer.name(parent));
        drafts.push(leave(context, change, parent, statement, false));
    }
    for parent in &to.ancestry.inherits {
        if !keeps(parent) {
            let statement = format!("ALTER TABLE {name} INHERIT {};", writer.name(parent));
            let mut needs = vec![Object::Table(parent.clone())];
            for each in [context.after.table(parent), Some(to)]
                .into_iter()
                .flatten()
            {
                let columns = each.columns.iter();
                needs.extend(columns.map(|column| super::column_object(each, &column.name)));
            }
            needs.push(Object::Free(to.name.clone(), parent.clone()));
            let effects = Effects {
                needs,
                gives: vec![Object::Attached(to.name.clone())],
                ..Effects::default()
            };
            let kind = StepKind::AttachPartition;
            drafts.push(Draft::whole(kind, &to.name, vec![statement], effects));
        }
    }
    drafts
}

/// Lets a table go of the type whose attributes its columns are, and ties it to the one that it shall have, when the columns are
/// there (manual, "ALTER TABLE … OF").
fn typed<'c>(context: &Context<'c>, change: &AlteredTable<'c>) -> Vec<Draft<'c>> {
    let (from, to, writer) = (change.from, change.to, &context.writer);
    let name = writer.name(&to.name);
    let draft = |what: &str, effects: Effects| {
        let statement = format!("ALTER TABLE {name} {what};");
        Draft::whole(StepKind::AlterTable, &to.name, vec![statement], effects)
    };
    let columns = |table: &Table| -> Vec<Object> {
        let columns = table.columns.iter();
        columns
            .map(|column| super::column_object(table, &column.name))
            .collect()
    };
    let mut drafts = Vec::new();
    if let Some(ty) = &from.ancestry.of_type {
        let mut frees = columns(from);
        frees.push(Object::Item(Address::of(Kind::Type, ty)));
        let effects = Effects {
            frees,
            gives: vec![Object::Free(to.name.clone(), ty.clone())],
            ..Effects::default()
        };
        drafts.push(draft("NOT OF", effects));
    }
    if let Some(ty) = &to.ancestry.of_type {
        let mut needs = columns(to);
        needs.push(Object::Item(Address::of(Kind::Type, ty)));
        needs.push(Object::Free(to.name.clone(), ty.clone()));
        let effects = Effects {
            needs,
            gives: vec![Object::Attached(to.name.clone())],
            ..Effects::default()
        };
        let what = format!("OF {}", writer.type_name(ty));
        drafts.push(draft(&what, effects));
    }
    drafts
}

/// Lets a table go from one that it hangs under. What it goes on to share with that one has changed before.
fn leave<'c>(
    context: &Context<'c>,
    change: &AlteredTable<'c>,
    parent: &ObjectName,
    statement: String,
    goes_on: bool,
) -> Draft<'c> {
    let name = &change.to.name;
    let mut effects = Effects {
        frees: vec![Object::Table(parent.clone())],
        takes: vec![
            Object::Attached(name.clone()),
            Object::Bounds(parent.clone()),
        ],
        gives: vec![Object::Free(name.clone(), parent.clone())],
        ..Effects::default()
    };
    if goes_on {
        let columns = context
            .after
            .table(parent)
            .into_iter()
            .flat_map(|it| &it.columns);
        let columns = columns.map(|column| Object::Column(parent.clone(), column.name.clone()));
        effects.needs.extend(columns);
        effects.needs.push(Object::HandedDown(parent.clone()));
    }
    Draft::whole(StepKind::DetachPartition, name, vec![statement], effects)
}

/// Tells whether an index of a partitioned table was made for it alone, and waits for its parts: it is not valid before each
/// partition has one (manual, "ALTER INDEX … ATTACH PARTITION").
pub(crate) fn stands_alone(table: &Table, index: &Index) -> bool {
    table.ancestry.partitioned_by.is_some() && !index.is_valid
}

/// The partitions of a table as they shall be, those under them not among them.
pub(super) fn of<'c>(context: &Context<'c>, table: &Table) -> impl Iterator<Item = &'c Table> {
    let tables = context.after.tables.iter();
    tables.filter(|each| each.whole() == Some(&table.name))
}

/// Makes an index of a partitioned table that stands alone, and ties the parts to it that there are. The partitions are
/// attached before, or the server would make the missing ones.
pub(crate) fn create_alone<'c>(context: &Context<'c>, table: &Table, index: &Index) -> Draft<'c> {
    let name = table.name.sibling(&index.name);
    let mut statements = super::index::statements(context, table, index);
    let mut needs = vec![Object::Table(table.name.clone())];
    for partition in of(context, table) {
        needs.push(Object::Attached(partition.name.clone()));
        let parts = partition.indexes.iter();
        for part in parts.filter(|part| part.part_of.as_ref() == Some(&name)) {
            needs.push(Object::Index(partition.name.clone(), part.name.clone()));
            let part = partition.name.sibling(&part.name);
            statements.push(attach_index(context, &name, &part));
        }
    }
    let effects = Effects {
        needs,
        gives: vec![Object::Index(table.name.clone(), index.name.clone())],
        ..Effects::default()
    };
    Draft::whole(StepKind::CreateIndex, &table.name, statements, effects)
}

/// Makes an index, or the one of a key, the part that a partition has of the whole's.
pub(super) fn attach_index(context: &Context<'_>, whole: &ObjectName, part: &ObjectName) -> String {
    let writer = &context.writer;
    format!(
        "ALTER INDEX {} ATTACH PARTITION {};",
        writer.name(whole),
        writer.name(part)
    )
}
