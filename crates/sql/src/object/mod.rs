//! What can happen to each kind of object, as drafts of steps: what to write, and which objects that touches.

pub(crate) mod column;
pub(crate) mod enumeration;
pub(crate) mod extension;
pub(crate) mod foreign_key;
pub(crate) mod index;
pub(crate) mod primary_key;
pub(crate) mod redefine;
pub(crate) mod table;

use std::collections::HashSet;

use crate::catalog::{ColumnType, Index, ObjectName, Table};
use crate::change::{Changes, EnumChange, ExtensionChange};
use crate::dialect::Writer;
use crate::step::{Effects, Object, StepKind};

/// A step before it has its place, still in parts where it can be split.
#[derive(Clone, Debug)]
pub(crate) struct Draft<'c> {
    pub(crate) kind: StepKind,
    pub(crate) subject: Option<ObjectName>,
    pub(crate) notes: Vec<String>,
    pub(crate) body: Body<'c>,
}

/// What a draft writes.
#[derive(Clone, Debug)]
pub(crate) enum Body<'c> {
    /// Statements that belong together.
    Whole(Vec<String>, Effects),
    /// Clauses of one `ALTER TABLE`, which can be divided among several.
    Clauses(&'c Table, Vec<Clause>),
    /// An index that gets another name, which can go through a third one, or through none.
    Rename(Renaming<'c>, Effects),
}

/// An index under its old and its new name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Renaming<'c> {
    pub(crate) table: &'c Table,
    pub(crate) from: &'c Index,
    pub(crate) to: &'c Index,
}

/// A clause of `ALTER TABLE`, with the statements that go with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clause {
    /// Statements that come before it.
    pub(crate) before: Vec<String>,
    /// The clause; a clause may consist of statements alone.
    pub(crate) sql: Option<String>,
    /// Statements that come after it.
    pub(crate) after: Vec<String>,
    pub(crate) effects: Effects,
}

impl Clause {
    pub(crate) fn new(sql: String) -> Self {
        Self {
            sql: Some(sql),
            ..Self::default()
        }
    }

    pub(crate) fn after(statement: String) -> Self {
        Self {
            after: vec![statement],
            ..Self::default()
        }
    }
}

impl<'c> Draft<'c> {
    pub(crate) fn whole(
        kind: StepKind,
        subject: &ObjectName,
        statements: Vec<String>,
        effects: Effects,
    ) -> Self {
        Self {
            kind,
            subject: Some(subject.clone()),
            notes: Vec::new(),
            body: Body::Whole(statements, effects),
        }
    }

    pub(crate) fn clauses(table: &'c Table, clauses: Vec<Clause>) -> Self {
        Self {
            kind: StepKind::AlterTable,
            subject: Some(table.name.clone()),
            notes: Vec::new(),
            body: Body::Clauses(table, clauses),
        }
    }

    /// How the whole draft touches objects.
    pub(crate) fn effects(&self) -> Effects {
        match &self.body {
            Body::Whole(_, effects) | Body::Rename(_, effects) => effects.clone(),
            Body::Clauses(_, clauses) => {
                let mut all = Effects::default();
                for clause in clauses {
                    all.needs.extend_from_slice(&clause.effects.needs);
                    all.gives.extend_from_slice(&clause.effects.gives);
                    all.takes.extend_from_slice(&clause.effects.takes);
                    all.frees.extend_from_slice(&clause.effects.frees);
                }
                all
            }
        }
    }
}

/// What every kind of object asks for.
pub(crate) struct Context<'c> {
    pub(crate) writer: Writer<'c>,
    /// Enums that are made anew because they lose values.
    pub(crate) rebuilt: HashSet<&'c ObjectName>,
    /// Extensions that the plan installs or changes: any type, class or function may come from one.
    extensions: Vec<Object>,
}

impl<'c> Context<'c> {
    pub(crate) fn new(changes: &'c Changes<'c>) -> Self {
        let rebuilt = changes.enums.iter().filter_map(|change| match change {
            EnumChange::Altered { to, removed, .. } if !removed.is_empty() => Some(&to.name),
            _ => None,
        });
        let extensions = changes.extensions.iter().map(|change| match change {
            ExtensionChange::Created(to) | ExtensionChange::Altered { to, .. } => {
                Object::Extension(to.name.clone())
            }
        });
        Self {
            writer: Writer::new(changes.to),
            rebuilt: rebuilt.collect(),
            extensions: extensions.collect(),
        }
    }

    /// What everything in a namespace needs.
    pub(crate) fn surroundings(&self, name: &ObjectName) -> Vec<Object> {
        let mut needs = self.extensions.clone();
        needs.extend(name.namespace.clone().map(Object::Namespace));
        needs
    }

    /// What a column of this type needs.
    pub(crate) fn type_needs(&self, ty: &ColumnType) -> Vec<Object> {
        let mut needs = self.extensions.clone();
        needs.extend(ty.enum_name().cloned().map(Object::Enum));
        needs
    }

    /// Tells whether the rebuilding of an enum takes a column along that has it on both sides.
    pub(crate) fn is_rebuilt(&self, from: &ColumnType, to: &ColumnType) -> bool {
        from.enum_name() == to.enum_name()
            && to
                .enum_name()
                .is_some_and(|name| self.rebuilt.contains(name))
    }
}

/// The object that a column is.
pub(crate) fn column_object(table: &Table, column: &str) -> Object {
    Object::Column(table.name.clone(), column.into())
}

/// The object that foreign keys refer to. Their columns may stand in another order than the key's.
pub(crate) fn key_object<'n>(
    table: &ObjectName,
    columns: impl IntoIterator<Item = &'n str>,
) -> Object {
    let mut columns: Vec<Box<str>> = columns.into_iter().map(Into::into).collect();
    columns.sort();
    Object::Key(table.clone(), columns)
}
