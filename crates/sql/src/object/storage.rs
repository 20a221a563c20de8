//! How the rows of a table are kept, and who sees them, where that changes (PostgreSQL).

use super::{Clause, Context, Draft};
use crate::catalog::{Address, Kind, ObjectName, ReplicaIdentity, Storage, Table};
use crate::change::AlteredTable;
use crate::dialect::Writer;
use crate::step::{Effects, Object, StepKind};

/// The clauses that say how rows are kept; what names an index comes in steps of their own.
pub(crate) fn clauses(context: &Context<'_>, change: &AlteredTable<'_>) -> Vec<Clause> {
    let mut clauses = Vec::new();
    if context.writer.can().restates_columns {
        if change.storage || change.ancestry {
            let beside = context.writer.beside_columns(change.from, change.to);
            clauses.extend(beside.into_iter().map(Clause::new));
            clauses.push(Clause {
                before: context.writer.release(change.from, change.to),
                after: context.writer.change_options(change.from, change.to),
                ..Clause::default()
            });
        }
        return clauses;
    }
    if change.storage {
        let (from, to) = (&change.from.storage, &change.to.storage);
        let table = context.writer.name(&change.to.name);
        if from.is_unlogged != to.is_unlogged {
            let word = if to.is_unlogged { "UNLOGGED" } else { "LOGGED" };
            clauses.push(Clause::new(format!("SET {word}")));
        }
        // Values that are kept apart have a table of their own only once a column can hold such.
        let [own, apart] = [false, true].map(|apart| {
            let of = |list: &[(Box<str>, Box<str>)]| -> Vec<_> {
                let list = list
                    .iter()
                    .filter(|(name, _)| name.starts_with("toast.") == apart);
                list.cloned().collect()
            };
            let (from, to) = (of(&from.options), of(&to.options));
            options(&context.writer, &from, &to).collect::<Vec<_>>()
        });
        clauses.extend(own.into_iter().map(Clause::new));
        let apart = apart.into_iter();
        clauses.extend(apart.map(|what| Clause::after(format!("ALTER TABLE {table} {what};"))));
        if from.access_method != to.access_method {
            let method = to.access_method.as_deref().unwrap_or("heap");
            let method = context.writer.ident(method);
            let mut clause = Clause::new(format!("SET ACCESS METHOD {method}"));
            let address = Address::of(Kind::Table, &change.to.name);
            clause.effects.needs = context.recorded(&address);
            clause.effects.frees = context.was_recorded(&address);
            clauses.push(clause);
        }
        if from.tablespace != to.tablespace {
            let space = to.tablespace.as_deref().unwrap_or("pg_default");
            let space = context.writer.ident(space);
            let statement = format!("ALTER TABLE {table} SET TABLESPACE {space};");
            clauses.push(Clause::after(statement));
        }
        if from.replica_identity != to.replica_identity {
            let word = match &to.replica_identity {
                ReplicaIdentity::Default => Some("DEFAULT"),
                ReplicaIdentity::Nothing => Some("NOTHING"),
                ReplicaIdentity::Full => Some("FULL"),
                ReplicaIdentity::Index(_) => None,
            };
            clauses.extend(word.map(|word| Clause::new(format!("REPLICA IDENTITY {word}"))));
        }
        if from.clustered_by.is_some() && to.clustered_by.is_none() {
            clauses.push(Clause::new("SET WITHOUT CLUSTER".to_owned()));
        }
    }
    if change.row_security {
        let (from, to) = (change.from.row_security, change.to.row_security);
        let mut say = |differs: bool, word: &str| {
            if differs {
                clauses.push(Clause::new(format!("{word} ROW LEVEL SECURITY")));
            }
        };
        let word = if to.is_enabled { "ENABLE" } else { "DISABLE" };
        say(from.is_enabled != to.is_enabled, word);
        let word = if to.is_forced { "FORCE" } else { "NO FORCE" };
        say(from.is_forced != to.is_forced, word);
    }
    clauses
}

/// What leads from one list of options to another.
pub(crate) fn options(
    writer: &Writer<'_>,
    from: &[(Box<str>, Box<str>)],
    to: &[(Box<str>, Box<str>)],
) -> impl Iterator<Item = String> + use<> {
    let name = |name: &str| {
        let parts: Vec<String> = name.split('.').map(|part| writer.ident(part)).collect();
        parts.join(".")
    };
    let set: Vec<String> = to
        .iter()
        .filter(|option| !from.contains(option))
        .map(|(key, value)| format!("{} = {}", name(key), writer.string(value)))
        .collect();
    let reset: Vec<String> = from
        .iter()
        .filter(|(key, _)| !to.iter().any(|(other, _)| other == key))
        .map(|(key, _)| name(key))
        .collect();
    let clause = |word: &str, list: Vec<String>| {
        (!list.is_empty()).then(|| format!("{word} ({})", list.join(", ")))
    };
    [clause("RESET", reset), clause("SET", set)]
        .into_iter()
        .flatten()
}

/// Says which index a table is clustered by and known by, once the index is there, where that is new or the index is.
pub(crate) fn marks<'c>(
    context: &Context<'c>,
    table: &ObjectName,
    from: Option<&Storage>,
    to: &Storage,
    is_new: impl Fn(&str) -> bool,
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
        needs.push(Object::PrimaryKey(table.clone()));
    };
    if let Some(index) = &to.clustered_by
        && (is_new(index) || from.is_none_or(|from| from.clustered_by != to.clustered_by))
    {
        mark(index, "CLUSTER ON");
    }
    if let ReplicaIdentity::Index(index) = &to.replica_identity
        && (is_new(index) || from.is_none_or(|from| from.replica_identity != to.replica_identity))
    {
        mark(index, "REPLICA IDENTITY USING INDEX");
    }
    let effects = Effects {
        needs,
        ..Effects::default()
    };
    (!statements.is_empty())
        .then(|| Draft::whole(StepKind::AlterStorage, table, statements, effects))
}

/// Tells whether an index of a table is made by the plan.
pub(crate) fn makes(context: &Context<'_>, table: &Table, index: &str) -> bool {
    let address = Address::of(Kind::Index, &table.name.sibling(index));
    context.torn.has(&address)
}

/// Says that the rows of before stay, with the columns that they have then (MariaDB).
pub(crate) fn keep_history<'c>() -> Draft<'c> {
    Draft::whole(
        StepKind::Settings,
        &ObjectName::new(None, "system_versioning_alter_history"),
        vec!["SET @@session.system_versioning_alter_history = KEEP;".into()],
        Effects::default(),
    )
}
