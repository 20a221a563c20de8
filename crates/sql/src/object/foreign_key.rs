//! Foreign keys that can be changed in place (PostgreSQL, MySQL). On SQLite they are part of the table.

use super::{Body, Context, Draft, column_object, key_object};
use crate::catalog::{ColumnType, Deferrable, ForeignKey, Table};
use crate::dialect::cut;
use crate::step::{Effects, Object, StepKind};

/// `far` is the table referred to, as it stands on the side of the key.
pub(crate) fn create<'c>(
    context: &Context<'c>,
    table: &Table,
    key: &ForeignKey,
    far: Option<&Table>,
) -> Draft<'c> {
    let mut effects = Effects {
        needs: touched(context, table, key, far),
        ..Effects::default()
    };
    if let Some(name) = &key.name {
        effects.gives.push(Object::Name(
            context.writer.constraint_scope(&table.name),
            name.clone(),
        ));
    }
    let statement = format!(
        "ALTER TABLE {} ADD {};",
        context.writer.name(&table.name),
        context.writer.foreign_key(key)
    );
    Draft::whole(
        StepKind::AddForeignKey,
        &table.name,
        vec![statement],
        effects,
    )
}

pub(crate) fn drop<'c>(
    context: &Context<'c>,
    table: &Table,
    key: &ForeignKey,
    far: Option<&Table>,
) -> Draft<'c> {
    let name = name(key);
    let mut effects = Effects {
        frees: touched(context, table, key, far),
        ..Effects::default()
    };
    effects.takes.push(Object::Name(
        context.writer.constraint_scope(&table.name),
        name.into(),
    ));
    Draft::whole(
        StepKind::DropForeignKey,
        &table.name,
        vec![context.writer.drop_foreign_key(table, name)],
        effects,
    )
}

pub(crate) fn rename<'c>(
    context: &Context<'c>,
    table: &Table,
    from: &ForeignKey,
    to: &ForeignKey,
) -> Draft<'c> {
    let scope = || context.writer.constraint_scope(&table.name);
    let effects = Effects {
        needs: vec![Object::Table(table.name.clone())],
        takes: vec![Object::Name(scope(), name(from).into())],
        gives: vec![Object::Name(scope(), name(to).into())],
        ..Effects::default()
    };
    let rename = |from: &str, to: &str| vec![context.writer.rename_constraint(table, from, to)];
    // Names that go round in a circle go through one that nothing has.
    let room = context.writer.name_limit() - BETWEEN.len();
    let between = format!("{}{BETWEEN}", cut(name(to), room));
    let reached = Object::Name(scope(), between.as_str().into());
    let first = Effects {
        needs: effects.needs.clone(),
        takes: effects.takes.clone(),
        gives: vec![reached.clone()],
        ..Effects::default()
    };
    let second = Effects {
        needs: vec![reached],
        gives: effects.gives.clone(),
        ..Effects::default()
    };
    let kind = StepKind::RenameForeignKey;
    let parts = vec![
        Draft::whole(kind, &table.name, rename(name(from), &between), first),
        Draft::whole(kind, &table.name, rename(&between, name(to)), second),
    ];
    Draft {
        kind,
        subject: Some(table.name.clone()),
        notes: Vec::new(),
        body: Body::Divisible(rename(name(from), name(to)), effects, parts),
    }
}

/// What a name has at its end while two names change places.
const BETWEEN: &str = "_renamed";

/// Changes when a key is checked, and looks at the rows there are (PostgreSQL).
pub(crate) fn alter<'c>(
    context: &Context<'c>,
    table: &Table,
    from: &ForeignKey,
    to: &ForeignKey,
) -> Draft<'c> {
    let name = context.writer.ident(name(to));
    let mut clauses = Vec::new();
    if from.deferrable != to.deferrable {
        let when = match to.deferrable {
            Deferrable::No => "NOT DEFERRABLE",
            Deferrable::InitiallyImmediate => "DEFERRABLE INITIALLY IMMEDIATE",
            Deferrable::InitiallyDeferred => "DEFERRABLE INITIALLY DEFERRED",
        };
        clauses.push(format!("ALTER CONSTRAINT {name} {when}"));
    }
    if from.is_enforced != to.is_enforced {
        let word = if to.is_enforced { "" } else { "NOT " };
        clauses.push(format!("ALTER CONSTRAINT {name} {word}ENFORCED"));
    }
    if from.is_valid != to.is_valid {
        clauses.push(format!("VALIDATE CONSTRAINT {name}"));
    }
    Draft::whole(
        StepKind::AlterForeignKey,
        &table.name,
        context.writer.alter_table(table, &clauses),
        Effects::default(),
    )
}

/// The name; every database on which a key is changed in place names its keys.
pub(crate) fn name(key: &ForeignKey) -> &str {
    key.name.as_deref().unwrap_or_default()
}

/// Everything that a foreign key hangs on: both tables, its columns, the key it refers to, and, where both ends need an
/// index, all that could serve.
fn touched(
    context: &Context<'_>,
    table: &Table,
    key: &ForeignKey,
    far: Option<&Table>,
) -> Vec<Object> {
    let mut objects = vec![
        Object::Table(table.name.clone()),
        Object::Table(key.references.clone()),
        key_object(
            &key.references,
            key.referenced_columns.iter().map(|name| &**name),
        ),
    ];
    for column in &key.columns {
        objects.push(column_object(table, column));
        // Both ends of a key over an enum have to change together, which no server can.
        let ty = table.column(column).map(|column| &column.ty);
        objects.extend(
            ty.and_then(ColumnType::enum_name)
                .cloned()
                .map(Object::Enum),
        );
    }
    objects.extend(
        key.referenced_columns
            .iter()
            .map(|column| Object::Column(key.references.clone(), column.clone())),
    );
    let mut ends = vec![(far, &key.referenced_columns)];
    if context.writer.can().foreign_keys_need_indexes {
        // The one that the server makes by itself.
        objects.push(Object::Index(table.name.clone(), name(key).into()));
        ends.push((Some(table), &key.columns));
    }
    for (table, columns) in ends {
        let Some(table) = table else {
            continue;
        };
        objects.push(Object::PrimaryKey(table.name.clone()));
        let serving = table
            .indexes
            .iter()
            .filter(|index| begins_with(index.column_names(), columns));
        objects.extend(serving.map(|index| Object::Index(table.name.clone(), index.name.clone())));
    }
    objects
}

/// Tells whether an index over these columns serves a foreign key over those.
pub(crate) fn begins_with<'n>(mut index: impl Iterator<Item = &'n str>, key: &[Box<str>]) -> bool {
    key.iter().all(|column| index.next() == Some(column))
}
