//! Whole tables.

use super::{
    Body, Clause, Context, Draft, check, column, column_object, details, exclusion, index,
    partition, primary_key, storage,
};
use crate::catalog::{Column, Default, PrimaryKey, Table, TypeKind};
use crate::change::{
    AlteredColumn, AlteredTable, CheckChange, ColumnChange, IndexChange, PrimaryKeyChange,
};
use crate::dialect::{self, Writer, differs_in_period};
use crate::diff::heads;
use crate::step::{Effects, Object, Scope, StepKind};

pub(crate) fn create<'c>(context: &Context<'c>, table: &'c Table) -> Vec<Draft<'c>> {
    let comes_after = |key: &&PrimaryKey| key.stands_alone || is_over_inherited(table, key);
    let Some(key) = table.primary_key.as_ref().filter(comes_after) else {
        return vec![create_whole(context, table)];
    };
    let bare = Table {
        primary_key: None,
        ..table.clone()
    };
    let clauses = vec![primary_key::add(context, table, key)];
    vec![create_whole(context, &bare), Draft::clauses(table, clauses)]
}

/// Tells whether a key is over columns whose `NOT NULL` comes down from a table above: with the key in its statement, the server would give
/// the new table another of its own (PostgreSQL 18).
fn is_over_inherited(table: &Table, key: &PrimaryKey) -> bool {
    let mut columns = key.columns.iter().filter_map(|it| table.column(&it.name));
    table.whole().is_none() && columns.any(|column| column.not_null.is_inherited)
}

fn create_whole<'c>(context: &Context<'c>, table: &Table) -> Draft<'c> {
    let mut effects = Effects {
        needs: context.surroundings(&table.name),
        gives: itself(context, table),
        ..Effects::default()
    };
    effects.needs.extend(types(table));
    for parent in &table.ancestry.inherits {
        effects.needs.push(Object::Table(parent.clone()));
        let columns = context.after.table(parent).into_iter();
        effects.needs.extend(
            columns
                .flat_map(|parent| &parent.columns)
                .map(|column| Object::Column(parent.clone(), column.name.clone())),
        );
    }
    if context.writer.can().indexes_in_table {
        effects.gives.extend(
            table
                .indexes
                .iter()
                .flat_map(|each| index::itself(context, table, each)),
        );
    }
    let named = details::named(context, table);
    let mut statements = vec![context.writer.create_table(&named)];
    statements.extend(details::statements(context, table));
    let late = details::late(context, table);
    let all = details::needs(context, table);
    let body = if late.is_empty() {
        effects.needs.extend(all);
        Body::Whole(statements, effects)
    } else {
        let bare = details::bare(context, &named);
        let mut first = effects.clone();
        first.needs.extend(details::needs(context, &bare));
        let mut bare_statements = vec![context.writer.create_table(&bare)];
        bare_statements.extend(details::statements(context, &bare));
        let mut parts = vec![Draft::whole(
            StepKind::CreateTable,
            &table.name,
            bare_statements,
            first,
        )];
        parts.extend(late);
        effects.needs.extend(all);
        Body::Divisible(statements, effects, parts)
    };
    Draft {
        kind: StepKind::CreateTable,
        subject: Some(table.name.clone()),
        notes: Vec::new(),
        body,
    }
}

pub(crate) fn drop<'c>(context: &Context<'c>, table: &Table) -> Draft<'c> {
    let mut effects = Effects {
        takes: itself(context, table),
        frees: types(table),
        ..Effects::default()
    };
    if let Some((parent, _)) = &table.ancestry.partition_of {
        effects.takes.push(Object::Bounds(parent.clone()));
    }
    effects.takes.extend(
        table
            .indexes
            .iter()
            .flat_map(|each| index::itself(context, table, each)),
    );
    let statements = context.writer.drop_table(table);
    let mut draft = Draft::whole(
        StepKind::DropTable,
        &table.name,
        statements.clone(),
        effects.clone(),
    );
    effects.frees.extend(details::needed(context, table));
    draft.body = match details::release(context, table) {
        None => Body::Whole(statements, effects),
        Some(release) => {
            // What the release lets go of no longer holds the table.
            let mut rest = effects.clone();
            rest.frees
                .retain(|object| !release.effects().frees.contains(object));
            let last = Draft::whole(StepKind::DropTable, &table.name, statements.clone(), rest);
            Body::Divisible(statements, effects, vec![release, last])
        }
    };
    draft
}

/// Everything that comes and goes with a table, its indexes aside.
pub(crate) fn itself(context: &Context<'_>, table: &Table) -> Vec<Object> {
    let mut objects = vec![
        Object::Table(table.name.clone()),
        Object::Name(Writer::table_scope(&table.name), table.name.name.clone()),
    ];
    if context.writer.can().enum_types {
        // Each table brings a type of its own name.
        objects.push(Object::Name(
            Scope::Types(table.name.namespace.clone()),
            table.name.name.clone(),
        ));
    }
    for each in &table.columns {
        objects.push(column_object(table, &each.name));
        if let (Some(Default::Autoincrement { .. }), true) =
            (&each.default, context.writer.can().enum_types)
        {
            let sequence = column::sequence(table, each);
            objects.push(Object::Name(
                Writer::table_scope(&sequence),
                sequence.name.clone(),
            ));
        }
    }
    if let Some(key) = &table.primary_key {
        objects.extend(primary_key::itself(context, table, key));
    }
    objects
}

/// The types of its columns that are objects of their own.
fn types(table: &Table) -> Vec<Object> {
    table
        .columns
        .iter()
        .flat_map(|column| {
            let enumeration = column.ty.enum_name().cloned().map(Object::Enum);
            enumeration.into_iter().chain(super::domain(&column.ty))
        })
        .collect()
}

/// Changes a table in place. What becomes of indexes and foreign keys are steps of their own, with the exception of
/// indexes that number a table.
pub(crate) fn alter<'c>(context: &Context<'c>, change: &AlteredTable<'c>) -> Vec<Draft<'c>> {
    let mut drafts = Vec::new();
    let mut clauses: Vec<Clause> = Vec::new();
    let table = change.to;
    // A column that is dropped and made again takes the key with it.
    let torn = change.primary_key.is_none() && key_is_torn(context, change);
    let is_replaced = matches!(change.primary_key, Some(PrimaryKeyChange::Replaced { .. }));
    let at_once = is_replaced && !context.writer.can().drops_primary_keys;
    match change.primary_key {
        // One takes the place of the other below.
        Some(PrimaryKeyChange::Replaced { .. }) if at_once => {}
        Some(PrimaryKeyChange::Dropped(key) | PrimaryKeyChange::Replaced { from: key, .. }) => {
            clauses.push(primary_key::drop(context, change.from, key));
        }
        Some(PrimaryKeyChange::Renamed { from, to }) => {
            clauses.extend(primary_key::rename(context, table, from, to));
        }
        None if torn => {
            clauses.extend(
                change
                    .from
                    .primary_key
                    .iter()
                    .map(|key| primary_key::drop(context, change.from, key)),
            );
        }
        Some(PrimaryKeyChange::Created(_)) | None => {}
    }
    let restated: Vec<&str> = change
        .columns
        .iter()
        .filter_map(|each| match each {
            ColumnChange::Altered(altered) => Some(&*altered.to.name),
            _ => None,
        })
        .collect();
    for each in &change.checks {
        if matches!(each, CheckChange::Dropped(_) | CheckChange::Renamed { .. }) {
            clauses.push(check::alter(context, table, each, &restated));
        }
    }
    for each in &change.exclusions {
        clauses.push(exclusion::alter(context, table, each));
    }
    let mut last = Vec::new();
    for each in in_order(table, &change.columns) {
        match each {
            // Not as long as the old key is over it.
            ColumnChange::Dropped(column) if at_once => {
                last.push(column::drop(context, change.from, column));
            }
            ColumnChange::Dropped(column) => {
                clauses.push(column::drop(context, change.from, column));
            }
            ColumnChange::Added(column) => clauses.push(column::add(context, table, column)),
            ColumnChange::Altered(altered) if altered.aside && !altered.recreated => {
                drafts.extend(column::aside(context, table, &altered));
                let rest = AlteredColumn {
                    ty: false,
                    default: false,
                    collation: false,
                    torn_default: false,
                    ..altered
                };
                let change = column::alter(context, table, &rest);
                drafts.extend(change.backfill);
                clauses.extend(change.clauses);
            }
            ColumnChange::Altered(altered) => {
                let change = column::alter(context, table, &altered);
                drafts.extend(change.backfill);
                clauses.extend(change.clauses);
            }
        }
    }
    match change.primary_key {
        Some(PrimaryKeyChange::Replaced { from, to }) if at_once => {
            clauses.push(primary_key::replace(context, change, [from, to]));
        }
        Some(PrimaryKeyChange::Created(key) | PrimaryKeyChange::Replaced { to: key, .. }) => {
            clauses.push(primary_key::add(context, table, key));
        }
        None if torn => clauses.extend(
            table
                .primary_key
                .iter()
                .map(|key| primary_key::add(context, table, key)),
        ),
        _ => {}
    }
    clauses.append(&mut last);
    for each in &change.indexes {
        match each {
            IndexChange::Created(to) if index::carries_numbers(context, table, to) => {
                clauses.push(index::add_clause(context, table, to));
            }
            IndexChange::Dropped(from) if index::carries_numbers(context, change.from, from) => {
                clauses.push(index::drop_clause(context, change.from, from));
            }
            _ => {}
        }
    }
    for each in &change.checks {
        if matches!(each, CheckChange::Created(_) | CheckChange::Validated(_)) {
            clauses.push(check::alter(context, table, each, &restated));
        }
    }
    clauses.extend(storage::clauses(context, change));
    if let (Some(ty), true) = (&change.from.ancestry.of_type, change.ancestry) {
        // Its columns change only when they are its own.
        for clause in &mut clauses {
            clause
                .effects
                .needs
                .push(Object::Free(table.name.clone(), ty.clone()));
        }
    }
    if !clauses.is_empty() {
        // What happens to a table happens to those that hang under it on both sides, and not to those that are let go.
        for heir in context.heirs(&table.name) {
            let was = context.before.table(heir);
            let is = context.after.table(heir);
            let under = |table: Option<&Table>| {
                table.is_some_and(|it| heads(it).any(|head| *head == change.to.name))
            };
            for clause in &mut clauses {
                if under(was) && !under(is) && is.is_some() {
                    let free = Object::Free((*heir).clone(), table.name.clone());
                    clause.effects.needs.push(free);
                }
            }
        }
        if !context.heirs(&table.name).is_empty() {
            for clause in &mut clauses {
                clause
                    .effects
                    .gives
                    .push(Object::HandedDown(table.name.clone()));
            }
        }
        drafts.push(Draft::clauses(table, clauses));
    }
    drafts.extend(partition::alter(context, change));
    drafts.extend(storage::marks(
        context,
        &table.name,
        Some(&change.from.storage),
        &table.storage,
        |index| {
            let key = match change.primary_key {
                Some(
                    PrimaryKeyChange::Created(key) | PrimaryKeyChange::Replaced { to: key, .. },
                ) => key.name.as_deref(),
                _ => None,
            };
            let mut indexes = change.indexes.iter();
            storage::makes(context, table, index)
                || key == Some(index)
                || indexes.any(|it| matches!(it, IndexChange::Created(to) if *to.name == *index))
        },
    ));
    drafts
}

/// Columns that are computed go before those that they are computed from, and come after them: new ones in the order of the table, since
/// they may be computed from each other.
fn in_order<'c>(table: &Table, changes: &[ColumnChange<'c>]) -> Vec<ColumnChange<'c>> {
    let rank = |change: &ColumnChange<'_>| match change {
        ColumnChange::Dropped(column) => u8::from(column.generated.is_none()),
        // One that is no longer computed lets go of the others.
        ColumnChange::Altered(altered)
            if altered.from.generated.is_some() && altered.to.generated.is_none() =>
        {
            0
        }
        ColumnChange::Added(column) => 2 + 2 * u8::from(column.generated.is_some()),
        ColumnChange::Altered(altered) => 3 + 2 * u8::from(altered.recreated),
    };
    // A schema knows of none that are computed, and keeps its order.
    let mut changes = changes.to_vec();
    let place = |change: &ColumnChange<'_>| match change {
        ColumnChange::Added(new) if new.generated.is_some() => {
            table.columns.iter().position(|it| it.name == new.name)
        }
        _ => None,
    };
    changes.sort_by_key(|change| (rank(change), place(change)));
    changes
}

/// Drops a table and makes it again, its rows with it. A table that divides its rows holds none itself.
pub(crate) fn recreate<'c>(
    context: &Context<'c>,
    from: &'c Table,
    to: &'c Table,
) -> Vec<Draft<'c>> {
    let writer = &context.writer;
    let mut drafts = vec![drop(context, from)];
    drafts.extend(create(context, to));
    drafts.extend(partition::attach(context, to));
    drafts.extend(storage::marks(context, &to.name, None, &to.storage, |_| {
        true
    }));
    let columns: Vec<(Option<&str>, &Column)> = to
        .columns
        .iter()
        .filter(|column| column.generated.is_none())
        .filter_map(|column| Some((from.column(&column.name)?, column)))
        .filter(|(before, after)| before.ty.list == after.ty.list)
        .map(|(before, after)| (rests_as(before, after), after))
        .collect();
    if from.ancestry.partitioned_by.is_some() || columns.is_empty() {
        return drafts;
    }
    let kept = to.name.sibling(&format!(
        "{}_rows",
        dialect::cut(&to.name.name, writer.name_limit() - "_rows".len())
    ));
    let (name, kept_name) = (writer.name(&to.name), writer.name(&kept));
    let names = writer.idents(columns.iter().map(|(_, column)| &*column.name));
    let list = |each: &dyn Fn(&str, Option<&str>, &Column) -> String| -> String {
        let columns = columns.iter();
        let columns =
            columns.map(|(rests, column)| each(&writer.ident(&column.name), *rests, column));
        columns.collect::<Vec<_>>().join(", ")
    };
    let kept_values = list(&|name, rests, _| match rests {
        Some(ty) => format!("{name}::{ty} AS {name}"),
        None => name.to_owned(),
    });
    let put_values = list(&|name, rests, column| match rests {
        Some(_) => format!("{name}::{}", writer.column_type(&column.ty)),
        None => name.to_owned(),
    });
    let keep = Effects {
        frees: vec![Object::Table(from.name.clone())],
        gives: vec![Object::Table(kept.clone())],
        ..Effects::default()
    };
    drafts.push(Draft::whole(
        StepKind::CopyRows,
        &to.name,
        vec![format!(
            "CREATE TABLE {kept_name} AS SELECT {kept_values} FROM ONLY {name};"
        )],
        keep,
    ));
    let mut needs = vec![
        Object::Table(kept),
        Object::Table(to.name.clone()),
        Object::PrimaryKey(to.name.clone()),
    ];
    let heirs = context.heirs(&to.name).iter();
    needs.extend(heirs.map(|heir| Object::Attached((*heir).clone())));
    let put = Effects {
        needs,
        gives: vec![Object::Refreshed(to.name.clone())],
        ..Effects::default()
    };
    let statements = vec![
        format!(
            "INSERT INTO {name} ({names}) OVERRIDING SYSTEM VALUE SELECT {put_values} FROM {kept_name};"
        ),
        format!("DROP TABLE {kept_name};"),
    ];
    drafts.push(Draft::whole(StepKind::CopyRows, &to.name, statements, put));
    drafts
}

/// The type that the values of a column rest in while its table is made anew, where the type that they have may be gone meanwhile,
/// or is not the one that they shall have.
fn rests_as(from: &Column, to: &Column) -> Option<&'static str> {
    let is_plain = matches!(from.ty.kind, TypeKind::Native(_)) && from.ty == to.ty;
    (!is_plain).then_some(if from.ty.list { "TEXT[]" } else { "TEXT" })
}

fn key_is_torn(context: &Context<'_>, change: &AlteredTable<'_>) -> bool {
    let Some(key) = &change.from.primary_key else {
        return false;
    };
    let loses_period = key.is_temporal
        && context.after.is_whole
        && context.writer.can().restates_columns
        && differs_in_period(change.from, change.to);
    loses_period
        || change.columns.iter().any(|each| match each {
            ColumnChange::Altered(altered) => {
                key.column_names().any(|name| name == &*altered.from.name)
                    && column::is_recreated(context, altered)
            }
            _ => false,
        })
}
