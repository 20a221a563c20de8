//! Views and materialised views.

use std::collections::HashSet;

use super::{Body, Context, Draft, index, storage, type_name};
use crate::catalog::{
    Address, ColumnStorage, Index, Item, Kind, Materialized, ObjectName, Table, View,
};
use crate::dialect::Writer;
use crate::step::{Effects, Object, StepKind};

pub(crate) fn address(view: &View) -> Address {
    Item::View(view).address()
}

pub(crate) fn create<'c>(context: &Context<'c>, view: &View) -> Vec<Draft<'c>> {
    let mut effects = context.making(&address(view));
    effects.gives.push(Object::Name(
        Writer::table_scope(&view.name),
        view.name.name.clone(),
    ));
    if context.writer.can().enum_types {
        effects.gives.push(type_name(&view.name));
    }
    // A default of one of its columns may need what its query does not.
    for column in view
        .columns
        .iter()
        .filter(|column| column.default.is_some())
    {
        let default = Address::part(Kind::Default, &view.name, &column.name);
        effects.needs.extend(context.recorded(&default));
    }
    match (&view.materialized, &view.statement) {
        (Some(materialized), _) => materialize(context, view, materialized, effects),
        (None, Some(statement)) => vec![written(view, statement, effects)],
        (None, None) if !context.writer.can().overloads => {
            let statement = context.writer.create_view(view);
            vec![written(view, statement.trim_end_matches(';'), effects)]
        }
        (None, None) => vec![plain(context, view, effects)],
    }
}

/// A view by the statement that somebody wrote.
fn written<'c>(view: &View, statement: &str, effects: Effects) -> Draft<'c> {
    let statements = vec![format!("{statement};")];
    Draft::whole(StepKind::CreateView, &view.name, statements, effects)
}

/// A view, or, where it stands in a circle with functions, first one with its columns and no rows, which lets the others be
/// made.
fn plain<'c>(context: &Context<'c>, view: &View, effects: Effects) -> Draft<'c> {
    let writer = &context.writer;
    let name = writer.name(&view.name);
    let options = writer.options(&view.options);
    let define = |verb: &str| format!("{verb} {name}{options} AS\n{};", view.query.source);
    let defaults: Vec<String> = view
        .columns
        .iter()
        .filter_map(|column| {
            let default = column.default.as_ref()?;
            Some(format!(
                "ALTER VIEW {name} ALTER COLUMN {} SET DEFAULT {};",
                writer.ident(&column.name),
                default.source
            ))
        })
        .collect();
    let with_defaults = |statement: String| {
        let mut statements = vec![statement];
        statements.extend_from_slice(&defaults);
        statements
    };
    let placeholder = hollow(context, view, "CREATE VIEW");
    let first = Effects {
        needs: context.surroundings(&view.name),
        gives: effects.gives.clone(),
        ..Effects::default()
    };
    let mut second = Effects {
        needs: effects.needs.clone(),
        ..Effects::default()
    };
    second.needs.push(Object::Item(address(view)));
    let part =
        |statements, effects| Draft::whole(StepKind::CreateView, &view.name, statements, effects);
    let parts = vec![
        part(vec![placeholder], first),
        part(with_defaults(define("CREATE OR REPLACE VIEW")), second),
    ];
    Draft {
        body: Body::Divisible(with_defaults(define("CREATE VIEW")), effects, parts),
        ..part(Vec::new(), Effects::default())
    }
}

/// A view with the same columns that reads nothing and holds no rows worth reading.
pub(crate) fn hollow(context: &Context<'_>, view: &View, verb: &str) -> String {
    let writer = &context.writer;
    let columns: Vec<String> = view
        .columns
        .iter()
        .map(|column| {
            let collation = column
                .collation
                .as_ref()
                .map(|name| format!(" COLLATE {}", writer.name(name)))
                .unwrap_or_default();
            format!(
                "NULL::{}{collation} AS {}",
                column.ty,
                writer.ident(&column.name)
            )
        })
        .collect();
    let name = writer.name(&view.name);
    format!("{verb} {name} AS SELECT {};", columns.join(", "))
}

/// Makes a view another in place.
pub(crate) fn redefine<'c>(context: &Context<'c>, from: &View, to: &View) -> Draft<'c> {
    let writer = &context.writer;
    let name = writer.name(&to.name);
    let mut statements = vec![format!(
        "CREATE OR REPLACE VIEW {name}{} AS\n{};",
        writer.options(&to.options),
        to.query.source
    )];
    for column in &to.columns {
        let before = from.columns.iter().find(|each| each.name == column.name);
        let before = before.and_then(|before| before.default.as_ref());
        if before == column.default.as_ref() {
            continue;
        }
        let alter = format!(
            "ALTER VIEW {name} ALTER COLUMN {}",
            writer.ident(&column.name)
        );
        statements.push(match &column.default {
            Some(default) => format!("{alter} SET DEFAULT {};", default.source),
            None => format!("{alter} DROP DEFAULT;"),
        });
    }
    let address = address(to);
    let mut effects = context.making(&address);
    effects.frees = context.was_recorded(&address);
    Draft::whole(StepKind::CreateView, &to.name, statements, effects)
}

/// The statements that say how columns are kept and sampled.
fn kept(
    writer: &Writer<'_>,
    view: &View,
    from: &[(Box<str>, ColumnStorage)],
    to: &[(Box<str>, ColumnStorage)],
) -> Vec<String> {
    let mut names: Vec<&str> = from.iter().chain(to).map(|(name, _)| &**name).collect();
    names.sort_unstable();
    names.dedup();
    let usual = ColumnStorage::default();
    let of = |side: &[(Box<str>, ColumnStorage)], name: &str| {
        let found = side.iter().find(|(each, _)| **each == *name);
        found.map_or_else(|| usual.clone(), |(_, storage)| storage.clone())
    };
    let say = |name| {
        let sides = [&of(from, name), &of(to, name)];
        super::column_storage::keep(writer, (&view.name, name), "EXTENDED", sides)
    };
    names.into_iter().flat_map(say).collect()
}

/// A materialised view is made empty and filled when everything else is there, since its query may call functions that need
/// more than the server knows of.
fn materialize<'c>(
    context: &Context<'c>,
    view: &View,
    materialized: &Materialized,
    effects: Effects,
) -> Vec<Draft<'c>> {
    let writer = &context.writer;
    let name = writer.name(&view.name);
    let itself = Object::Item(address(view));
    let mut drafts = vec![if let Some(statement) = &view.statement {
        let mut effects = effects;
        effects.gives.push(Object::Refreshed(view.name.clone()));
        written(view, statement, effects)
    } else {
        let statement = format!(
            "CREATE MATERIALIZED VIEW {name}{} AS\n{}\nWITH NO DATA;",
            writer.storage(&materialized.storage),
            view.query.source
        );
        let mut statements = vec![statement];
        statements.extend(kept(writer, view, &[], &materialized.columns));
        Draft::whole(StepKind::CreateView, &view.name, statements, effects)
    }];
    for each in &materialized.indexes {
        drafts.push(make_index(context, view, each));
    }
    drafts.extend(storage::marks(
        context,
        &view.name,
        None,
        &materialized.storage,
        |_| true,
    ));
    if materialized.is_populated && view.statement.is_none() {
        let mut needs = vec![itself];
        needs.extend(
            beneath(context, &view.name)
                .into_iter()
                .map(Object::Refreshed),
        );
        let effects = Effects {
            needs,
            gives: vec![Object::Refreshed(view.name.clone())],
            ..Effects::default()
        };
        drafts.push(Draft::whole(
            StepKind::RefreshView,
            &view.name,
            vec![format!("REFRESH MATERIALIZED VIEW {name};")],
            effects,
        ));
    }
    drafts
}

fn make_index<'c>(context: &Context<'c>, view: &View, each: &Index) -> Draft<'c> {
    let table = Table::new(view.name.clone());
    let address = Address::of(Kind::Index, &view.name.sibling(&each.name));
    let mut effects = context.making(&address);
    effects.needs.push(Object::Item(self::address(view)));
    effects.gives.extend(index::itself(context, &table, each));
    Draft::whole(
        StepKind::CreateIndex,
        &view.name,
        index::statements(context, &table, each),
        effects,
    )
}

/// Changes how a materialised view keeps its rows, and its indexes.
pub(crate) fn rematerialize<'c>(
    context: &Context<'c>,
    to: &View,
    before: &Materialized,
    after: &Materialized,
) -> Vec<Draft<'c>> {
    let writer = &context.writer;
    let name = writer.name(&to.name);
    let table = Table::new(to.name.clone());
    let mut drafts = Vec::new();
    for index in &before.indexes {
        if !after.indexes.contains(index) {
            let effects = Effects {
                takes: index::itself(context, &table, index),
                ..Effects::default()
            };
            let statement = writer.drop_index(&table, &index.name);
            let kind = StepKind::DropIndex;
            drafts.push(Draft::whole(kind, &to.name, vec![statement], effects));
        }
    }
    let made = |index: &&Index| !before.indexes.contains(index);
    for index in after.indexes.iter().filter(made) {
        drafts.push(make_index(context, to, index));
    }
    let (old, new) = (&before.storage, &after.storage);
    let mut clauses: Vec<String> = storage::options(writer, &old.options, &new.options).collect();
    if old.access_method != new.access_method {
        let method = new.access_method.as_deref().unwrap_or("heap");
        clauses.push(format!("SET ACCESS METHOD {}", writer.ident(method)));
    }
    if old.tablespace != new.tablespace {
        let space = new.tablespace.as_deref().unwrap_or("pg_default");
        clauses.push(format!("SET TABLESPACE {}", writer.ident(space)));
    }
    if old.clustered_by.is_some() && new.clustered_by.is_none() {
        clauses.push("SET WITHOUT CLUSTER".to_owned());
    }
    if !clauses.is_empty() {
        let statements = clauses
            .iter()
            .map(|clause| format!("ALTER MATERIALIZED VIEW {name} {clause};"))
            .collect();
        let kind = StepKind::AlterStorage;
        drafts.push(Draft::whole(kind, &to.name, statements, Effects::default()));
    }
    let statements = kept(writer, to, &before.columns, &after.columns);
    if !statements.is_empty() && to.statement.is_none() {
        let kind = StepKind::AlterStorage;
        drafts.push(Draft::whole(kind, &to.name, statements, Effects::default()));
    }
    let is_made = |name: &str| {
        let mut made = after.indexes.iter().filter(made);
        made.any(|index| &*index.name == name)
    };
    drafts.extend(storage::marks(context, &to.name, Some(old), new, is_made));
    drafts
}

/// The views that a view reads, directly or through others.
fn beneath(context: &Context<'_>, view: &ObjectName) -> Vec<ObjectName> {
    let mut found = Vec::new();
    let mut seen: HashSet<Object> = HashSet::new();
    let mut waiting = vec![Address::of(Kind::MaterializedView, view)];
    while let Some(address) = waiting.pop() {
        for object in context.recorded(&address) {
            if let Object::Item(next) = &object
                && matches!(next.kind, Kind::View | Kind::MaterializedView)
                && next.name != *view
                && seen.insert(object.clone())
            {
                found.push(next.name.clone());
                waiting.push(next.clone());
            }
        }
    }
    found
}
