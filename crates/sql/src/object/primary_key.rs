//! Primary keys of tables that change in place.

use super::{Clause, Context, column_object, key_object, partition};
use crate::catalog::{Address, Catalog, Kind, PrimaryKey, Table};
use crate::change::AlteredTable;
use crate::step::{Effects, Object};

pub(crate) fn add(context: &Context<'_>, table: &Table, key: &PrimaryKey) -> Clause {
    let columns = context
        .writer
        .table_key(table, &key.columns, key.is_temporal);
    let name = name(context, table, key)
        .map(|name| format!("CONSTRAINT {} ", context.writer.ident(&name)));
    let clauses = format!(
        "{}{}",
        context.writer.key_clauses(key),
        context.writer.index_comment(table, "PRIMARY")
    );
    let mut clause = Clause::new(format!(
        "ADD {}PRIMARY KEY ({columns}){clauses}",
        name.unwrap_or_default()
    ));
    clause.effects = Effects {
        needs: columns_of(table, key),
        gives: itself(context, table, key),
        ..Effects::default()
    };
    if key.stands_alone {
        alone(context, table, key, &mut clause);
        return clause;
    }
    if let Some(statement) = becomes_part(context, table, key) {
        clause.after.push(statement);
    }
    // A partition brings its own, which that of the whole then takes for a part of itself.
    let heirs = context.heirs(&table.name).iter();
    clause
        .effects
        .needs
        .extend(heirs.map(|heir| Object::PrimaryKey((*heir).clone())));
    clause
}

/// Makes a key of a partitioned table that does not come down, and ties the parts to it that there are. The partitions are attached
/// before, or the server would make the missing ones.
fn alone(context: &Context<'_>, table: &Table, key: &PrimaryKey, clause: &mut Clause) {
    let writer = &context.writer;
    let written = clause.sql.take().unwrap_or_default();
    let own = writer.name(&table.name);
    clause
        .after
        .push(format!("ALTER TABLE ONLY {own} {written};"));
    let Some(whole) = name(context, table, key).map(|name| table.name.sibling(&name)) else {
        return;
    };
    for partition in partition::of(context, table) {
        let needs = &mut clause.effects.needs;
        needs.push(Object::Attached(partition.name.clone()));
        let Some(part) = &partition.primary_key else {
            continue;
        };
        if part.part_of.as_ref() == Some(&whole)
            && let Some(part) = name(context, partition, part)
        {
            needs.push(Object::PrimaryKey(partition.name.clone()));
            let part = partition.name.sibling(&part);
            clause
                .after
                .push(partition::attach_index(context, &whole, &part));
        }
    }
}

/// Ties the new key of a partition to the one that the whole has for itself alone, and keeps.
fn becomes_part(context: &Context<'_>, table: &Table, key: &PrimaryKey) -> Option<String> {
    let whole = key.part_of.as_ref()?;
    let parent = table.whole()?;
    let stays = context
        .before
        .table(&table.name)
        .is_some_and(|before| before.ancestry.partition_of == table.ancestry.partition_of);
    let kept = |catalog: &Catalog| catalog.table(parent)?.primary_key.clone();
    let (before, after) = (kept(context.before)?, kept(context.after)?);
    // One that changes is made after its parts, and takes them then.
    let is_kept = before.stands_alone
        && PrimaryKey {
            stands_alone: after.stands_alone,
            ..before.clone()
        } == after
        && !context.torn.has(&Address::part(
            Kind::Constraint,
            parent,
            before.name.as_deref()?,
        ));
    let part = table.name.sibling(&name(context, table, key)?);
    (stays && is_kept).then(|| partition::attach_index(context, whole, &part))
}

pub(crate) fn drop(context: &Context<'_>, table: &Table, key: &PrimaryKey) -> Clause {
    // That of a partition may have gone with that of the whole.
    let goes_along = if table.whole().is_some() {
        "IF EXISTS "
    } else {
        ""
    };
    let mut clause = Clause::new(match name(context, table, key) {
        Some(name) => format!(
            "DROP CONSTRAINT {goes_along}{}",
            context.writer.ident(&name)
        ),
        None => "DROP PRIMARY KEY".to_owned(),
    });
    clause.effects = Effects {
        frees: columns_of(table, key),
        takes: itself(context, table, key),
        ..Effects::default()
    };
    // It is dropped before those of the partitions, which otherwise are parts of it.
    let heirs = context.heirs(&table.name).iter();
    let keys = heirs.map(|heir| Object::PrimaryKey((*heir).clone()));
    clause.effects.frees.extend(keys);
    // They go with it, and those that come back do so after it.
    let parts = context.heirs(&table.name).iter().filter(|heir| {
        let before = context.before.table(heir);
        before.is_some_and(Table::key_is_part)
    });
    let parts = parts.map(|heir| Object::PrimaryKey((*heir).clone()));
    clause.effects.takes.extend(parts);
    clause
}

/// One key in the place of another, in one clause: the table is not without one (CockroachDB).
pub(crate) fn replace(
    context: &Context<'_>,
    change: &AlteredTable<'_>,
    [from, to]: [&PrimaryKey; 2],
) -> Clause {
    let mut clause = drop(context, change.from, from);
    let added = add(context, change.to, to);
    let both = [clause.sql.take(), added.sql];
    clause.sql = Some(both.into_iter().flatten().collect::<Vec<_>>().join(", "));
    clause.effects.extend(added.effects);
    clause
}

pub(crate) fn rename(
    context: &Context<'_>,
    table: &Table,
    from: &PrimaryKey,
    to: &PrimaryKey,
) -> Option<Clause> {
    let (from, to) = (name(context, table, from)?, name(context, table, to)?);
    let mut clause = Clause::after(context.writer.rename_constraint(table, &from, &to));
    clause.effects.takes.push(Object::Name(
        context.writer.index_scope(&table.name),
        from.into(),
    ));
    clause.effects.gives.push(Object::Name(
        context.writer.index_scope(&table.name),
        to.into(),
    ));
    Some(clause)
}

/// What the key is for others: a name, and something to refer to.
pub(crate) fn itself(context: &Context<'_>, table: &Table, key: &PrimaryKey) -> Vec<Object> {
    let mut objects = vec![
        Object::PrimaryKey(table.name.clone()),
        key_object(&table.name, key.column_names()),
    ];
    if let Some(name) = name(context, table, key) {
        objects.push(Object::Name(
            context.writer.index_scope(&table.name),
            name.into(),
        ));
    }
    objects
}

fn columns_of(table: &Table, key: &PrimaryKey) -> Vec<Object> {
    key.column_names()
        .map(|column| column_object(table, column))
        .collect()
}

/// The constraint's name where it has one: as given, or what the server would choose.
fn name(context: &Context<'_>, table: &Table, key: &PrimaryKey) -> Option<String> {
    context.writer.can().named_primary_keys.then(|| {
        key.name
            .as_ref()
            .map_or_else(|| format!("{}_pkey", table.name.name), ToString::to_string)
    })
}
