//! Indexes and uniques.

use super::{
    Body, Clause, Context, Draft, Renaming, column_object, key_object, partition, storage,
};
use crate::catalog::{Address, Column, Index, Kind, ObjectName, Table};
use crate::dialect::{Writer, cut};
use crate::step::{Effects, Object, StepKind};

pub(crate) fn create<'c>(context: &Context<'c>, table: &Table, index: &Index) -> Draft<'c> {
    if partition::stands_alone(table, index) {
        return partition::create_alone(context, table, index);
    }
    let mut effects = Effects {
        needs: needs(context, table, index),
        gives: itself(context, table, index),
        ..Effects::default()
    };
    // The parts that partitions have of it come first, so that the server makes none.
    for heir in context.heirs(&table.name) {
        let name = table.name.sibling(&index.name);
        let parts = context
            .after
            .table(heir)
            .into_iter()
            .flat_map(|it| &it.indexes);
        let parts = parts.filter(|part| part.part_of.as_ref() == Some(&name));
        effects
            .needs
            .extend(parts.map(|part| Object::Index((*heir).clone(), part.name.clone())));
    }
    Draft::whole(
        StepKind::CreateIndex,
        &table.name,
        statements(context, table, index),
        effects,
    )
}

/// The statements that make an index.
pub(crate) fn statements(context: &Context<'_>, table: &Table, index: &Index) -> Vec<String> {
    let writer = &context.writer;
    let mut statements = vec![writer.create_index(table, index)];
    for (place, column) in (1..).zip(&index.columns) {
        let name = writer.name_beside(table, &index.name);
        statements.extend(column.statistics.map(|target| {
            format!("ALTER INDEX {name} ALTER COLUMN {place} SET STATISTICS {target};")
        }));
    }
    statements
}

/// Changes how an index is kept and sampled.
pub(crate) fn alter<'c>(
    context: &Context<'c>,
    table: &Table,
    from: &Index,
    to: &Index,
) -> Draft<'c> {
    let writer = &context.writer;
    let name = writer.name_beside(table, &to.name);
    let mut said: Vec<String> = storage::options(writer, &from.options, &to.options).collect();
    if from.tablespace != to.tablespace {
        let space = to.tablespace.as_deref().unwrap_or("pg_default");
        said.push(format!("SET TABLESPACE {}", writer.ident(space)));
    }
    for (place, (from, to)) in (1..).zip(from.columns.iter().zip(&to.columns)) {
        if from.statistics != to.statistics {
            let target = to.statistics.unwrap_or(-1);
            said.push(format!("ALTER COLUMN {place} SET STATISTICS {target}"));
        }
    }
    let statements = said
        .into_iter()
        .map(|what| format!("ALTER INDEX {name} {what};"))
        .collect();
    Draft::whole(
        StepKind::AlterIndex,
        &table.name,
        statements,
        Effects::default(),
    )
}

pub(crate) fn drop<'c>(context: &Context<'c>, table: &Table, index: &Index) -> Draft<'c> {
    let mut effects = Effects {
        frees: needs(context, table, index),
        takes: itself(context, table, index),
        ..Effects::default()
    };
    let address = Address::of(Kind::Index, &table.name.sibling(&index.name));
    effects.frees.extend(context.was_recorded(&address));
    // One that was a part stands alone once its table has left for good.
    let whole = |table: Option<&'c Table>| table?.whole();
    let leaves = |name: &ObjectName| {
        let (was, is) = (context.before.table(name), context.after.table(name));
        let torn = &context.torn.tables;
        let is_made_anew = |whole| torn.contains(whole) && !torn.contains(name);
        is.is_some() && (whole(was) != whole(is) || whole(was).is_some_and(is_made_anew))
    };
    if let Some(parent) = whole(context.before.table(&table.name))
        && index.part_of.is_some()
        && leaves(&table.name)
    {
        effects
            .needs
            .push(Object::Free(table.name.clone(), parent.clone()));
    }
    // Its parts go with it, but those of a table that leaves.
    for (heir, part) in parts(context, table, index) {
        effects.takes.extend(itself(context, heir, part));
        effects.frees.extend(needs(context, heir, part));
        let Some(parent) = heir.whole() else {
            continue;
        };
        // Nor does that of one go along that is let go of for a moment, to come back with other bounds.
        effects.gives.push(Object::HandedDown(parent.clone()));
        if leaves(&heir.name) {
            effects
                .needs
                .push(Object::Free(heir.name.clone(), parent.clone()));
        }
    }
    Draft::whole(
        StepKind::DropIndex,
        &table.name,
        vec![drop_statement(context, table, index)],
        effects,
    )
}

/// The parts that the tables under a table had of an index, and the parts of those.
fn parts<'c>(context: &Context<'c>, table: &Table, index: &Index) -> Vec<(&'c Table, &'c Index)> {
    let heirs = context.heirs(&table.name).iter();
    let heirs: Vec<&Table> = heirs
        .filter_map(|heir| context.before.table(heir))
        .collect();
    let mut found = Vec::new();
    let mut waiting = vec![table.name.sibling(&index.name)];
    while let Some(whole) = waiting.pop() {
        for heir in &heirs {
            let mut indexes = heir.indexes.iter();
            if let Some(part) = indexes.find(|part| part.part_of.as_ref() == Some(&whole)) {
                waiting.push(heir.name.sibling(&part.name));
                found.push((*heir, part));
            }
        }
    }
    found
}

/// The statement that drops an index; one behind a constraint goes with the constraint.
fn drop_statement(context: &Context<'_>, table: &Table, index: &Index) -> String {
    let writer = &context.writer;
    if index.constraint.is_none() {
        return writer.drop_index(table, &index.name);
    }
    format!(
        "ALTER TABLE {} DROP CONSTRAINT {};",
        writer.name(&table.name),
        writer.ident(&index.name)
    )
}

/// Drops a unique index whose columns become the primary key: afterwards, so that they are unique at every moment.
pub(crate) fn drop_after_key<'c>(context: &Context<'c>, table: &Table, index: &Index) -> Draft<'c> {
    let mut effects = Effects {
        needs: vec![Object::PrimaryKey(table.name.clone())],
        takes: itself(context, table, index),
        ..Effects::default()
    };
    effects
        .takes
        .retain(|object| !matches!(object, Object::Key(..)));
    Draft::whole(
        StepKind::DropIndex,
        &table.name,
        vec![drop_statement(context, table, index)],
        effects,
    )
}

/// Tells whether an index is all that lets a column number its rows, so that it comes and goes with the column's numbers.
pub(crate) fn carries_numbers(context: &Context<'_>, table: &Table, index: &Index) -> bool {
    let leading = index.column_names().next();
    let keyed = table
        .primary_key
        .as_ref()
        .and_then(|key| key.column_names().next());
    context.writer.can().numbers_need_keys
        && leading != keyed
        && leading
            .and_then(|name| table.column(name))
            .is_some_and(Column::is_autoincrement)
}

pub(crate) fn add_clause(context: &Context<'_>, table: &Table, index: &Index) -> Clause {
    let mut clause = Clause::new(format!("ADD {}", context.writer.index_clause(table, index)));
    clause.effects = Effects {
        needs: needs(context, table, index),
        gives: itself(context, table, index),
        ..Effects::default()
    };
    clause
}

pub(crate) fn drop_clause(context: &Context<'_>, table: &Table, index: &Index) -> Clause {
    let mut clause = Clause::new(format!("DROP INDEX {}", context.writer.ident(&index.name)));
    clause.effects = Effects {
        frees: needs(context, table, index),
        takes: itself(context, table, index),
        ..Effects::default()
    };
    clause
}

/// Drops the index that MySQL made by itself for a foreign key that goes: the server leaves it behind.
pub(crate) fn drop_implied<'c>(context: &Context<'c>, table: &Table, name: &str) -> Draft<'c> {
    let effects = Effects {
        takes: vec![Object::Index(table.name.clone(), name.into())],
        ..Effects::default()
    };
    Draft::whole(
        StepKind::DropIndex,
        &table.name,
        vec![context.writer.drop_index(table, name)],
        effects,
    )
}

pub(crate) fn rename<'c>(context: &Context<'c>, renaming: Renaming<'c>) -> Draft<'c> {
    let Renaming { table, from, to } = renaming;
    let mut effects = Effects {
        needs: vec![Object::Table(table.name.clone())],
        gives: itself(context, table, to),
        takes: itself(context, table, from),
        ..Effects::default()
    };
    // The key stays what it is under any name.
    effects
        .gives
        .retain(|object| !matches!(object, Object::Key(..)));
    effects
        .takes
        .retain(|object| !matches!(object, Object::Key(..)));
    let renames = context.writer.can().renames_indexes;
    let kind = if renames {
        StepKind::RenameIndex
    } else {
        StepKind::RedefineIndex
    };
    Draft {
        kind,
        subject: Some(table.name.clone()),
        notes: Vec::new(),
        body: Body::Rename(renaming, effects),
    }
}

/// The statements that give an index another name.
pub(crate) fn rename_statements(
    writer: &Writer<'_>,
    Renaming { table, from, to }: Renaming<'_>,
) -> Vec<String> {
    if writer.can().renames_indexes {
        vec![writer.rename_index(table, &from.name, &to.name)]
    } else {
        vec![
            writer.drop_index(table, &from.name),
            writer.create_index(table, to),
        ]
    }
}

/// What a name has at its end while two names change places.
const SUFFIX: &str = "_renamed";

/// Renames in two steps, for names that go round in a circle: through a name that nothing has, or, where indexes are made
/// anew, by first dropping and then making.
pub(crate) fn rename_in_two<'c>(
    writer: &Writer<'_>,
    renaming: Renaming<'_>,
    effects: &Effects,
) -> [Draft<'c>; 2] {
    let Renaming { table, from, to } = renaming;
    let mut first = Effects {
        takes: effects.takes.clone(),
        ..Effects::default()
    };
    let mut second = Effects {
        gives: effects.gives.clone(),
        ..Effects::default()
    };
    if !writer.can().renames_indexes {
        let drop = vec![writer.drop_index(table, &from.name)];
        let create = vec![writer.create_index(table, to)];
        return [
            Draft::whole(StepKind::DropIndex, &table.name, drop, first),
            Draft::whole(StepKind::CreateIndex, &table.name, create, second),
        ];
    }
    let between = format!(
        "{}{SUFFIX}",
        cut(&to.name, writer.name_limit() - SUFFIX.len())
    );
    let name = Object::Name(writer.index_scope(&table.name), between.as_str().into());
    first.gives.push(name.clone());
    second.needs.push(name);
    let step = |from: &str, to: &str, effects| {
        Draft::whole(
            StepKind::RenameIndex,
            &table.name,
            vec![writer.rename_index(table, from, to)],
            effects,
        )
    };
    [
        step(&from.name, &between, first),
        step(&between, &to.name, second),
    ]
}

/// What the index is for others: a name, an index, and a key to refer to if it is unique over all rows.
pub(crate) fn itself(context: &Context<'_>, table: &Table, index: &Index) -> Vec<Object> {
    let mut objects = vec![
        Object::Index(table.name.clone(), index.name.clone()),
        Object::Name(context.writer.index_scope(&table.name), index.name.clone()),
    ];
    if index.is_unique() && index.predicate.is_none() {
        objects.push(key_object(&table.name, index.column_names()));
    }
    objects
}

fn needs(context: &Context<'_>, table: &Table, index: &Index) -> Vec<Object> {
    let mut objects = context.surroundings(&table.name);
    objects.push(Object::Table(table.name.clone()));
    if context.has_recorded() {
        let address = Address::of(Kind::Index, &table.name.sibling(&index.name));
        objects.extend(context.recorded(&address));
    }
    for column in &table.columns {
        // What a predicate speaks of is not known without the server: it may be any column.
        if index.predicate.is_some() || index.column_names().any(|name| name == &*column.name) {
            objects.push(column_object(table, &column.name));
            objects.extend(column.ty.enum_name().cloned().map(Object::Enum));
        }
    }
    objects
}
