//! What can happen to each kind of object, as drafts of steps: what to write, and which objects that touches.

pub(crate) mod check;
pub(crate) mod collation;
pub(crate) mod column;
mod column_storage;
pub(crate) mod comment;
pub(crate) mod composite;
pub(crate) mod definition;
pub(crate) mod details;
pub(crate) mod domain;
pub(crate) mod dropped;
pub(crate) mod enumeration;
pub(crate) mod event;
pub(crate) mod event_trigger;
pub(crate) mod exclusion;
pub(crate) mod extension;
pub(crate) mod foreign_key;
pub(crate) mod function;
pub(crate) mod grant;
mod identity;
pub(crate) mod index;
mod not_null;
pub(crate) mod partition;
pub(crate) mod policy;
pub(crate) mod primary_key;
pub(crate) mod range;
pub(crate) mod redefine;
pub(crate) mod rename;
mod row_values;
pub(crate) mod rule;
pub(crate) mod sequence;
pub(crate) mod statistics;
pub(crate) mod storage;
pub(crate) mod table;
pub(crate) mod trigger;
pub(crate) mod view;
pub(crate) mod virtual_table;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::catalog::{
    Address, Catalog, ColumnType, Dependency, Index, Item, Kind, ObjectName, Table, Trigger,
};
use crate::change::{Changes, EnumChange, ExtensionChange, ObjectChange, Torn};
use crate::dialect::Writer;
use crate::diff::heads;
use crate::step::{Effects, Object, Scope, StepKind};
use row_values::rows;

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
    /// Statements that belong together, and the drafts that they fall into where other steps have to come between.
    Divisible(Vec<String>, Effects, Vec<Draft<'c>>),
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

    pub(crate) fn before(statement: String) -> Self {
        Self {
            before: vec![statement],
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
    pub(crate) fn effects(&self) -> Cow<'_, Effects> {
        match &self.body {
            Body::Whole(_, effects) | Body::Divisible(_, effects, _) | Body::Rename(_, effects) => {
                Cow::Borrowed(effects)
            }
            Body::Clauses(_, clauses) => match clauses.as_slice() {
                [only] => Cow::Borrowed(&only.effects),
                clauses => {
                    let mut all = Effects::default();
                    for clause in clauses {
                        all.extend(clause.effects.clone());
                    }
                    Cow::Owned(all)
                }
            },
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
    /// The catalog that the plan starts from.
    pub(crate) before: &'c Catalog,
    /// The catalog that the plan leads to.
    pub(crate) after: &'c Catalog,
    /// The objects that have steps of their own.
    changed: HashSet<Address>,
    recorded: Recorded<'c>,
    /// The same of the catalog that the plan starts from.
    was_recorded: Recorded<'c>,
    /// What has to be made anew.
    pub(crate) torn: &'c Torn,
    /// The tables under each table, on either side, however far down.
    heirs: HashMap<&'c ObjectName, Vec<&'c ObjectName>>,
    /// Names of constraints that keep NULL out, where the server told them (PostgreSQL 18).
    not_null: HashSet<&'c str>,
}

fn not_null(catalog: &Catalog) -> HashSet<&str> {
    let columns = catalog.tables.iter().flat_map(|table| &table.columns);
    columns
        .filter_map(|it| it.not_null.name.as_deref())
        .collect()
}

/// What a server recorded of needs, ready to be asked for.
#[derive(Debug, Default)]
struct Recorded<'c> {
    needs: HashMap<&'c Address, Vec<&'c Address>>,
    /// What defaults and constraints need of their own table, which is there whenever they are made with it.
    within: HashMap<&'c Address, Vec<&'c Address>>,
    /// The views and composite types, whose columns stand for the whole.
    wholes: HashMap<&'c ObjectName, Address>,
    enums: HashSet<&'c ObjectName>,
    /// The tables of which a column of another one, or another type, holds whole rows.
    kept_rows: HashSet<&'c ObjectName>,
    /// The casts that a function carries out: of an expression with a cast, a server records only the function.
    casts: HashMap<&'c Address, Vec<&'c Address>>,
    /// What goes with a table or view.
    parts: HashMap<&'c ObjectName, Vec<Address>>,
}

impl<'c> Recorded<'c> {
    fn new(catalog: &'c Catalog) -> Self {
        let mut recorded = Self::default();
        for Dependency { of, on } in &catalog.dependencies {
            let inside = of.name == on.name
                && on.kind == Kind::Column
                && matches!(of.kind, Kind::Default | Kind::Constraint);
            let needs = if inside {
                &mut recorded.within
            } else {
                &mut recorded.needs
            };
            needs.entry(of).or_default().push(on);
            if of.kind == Kind::Cast && on.kind == Kind::Function {
                recorded.casts.entry(on).or_default().push(of);
            }
            if of.holds_rows_of(on) {
                recorded.kept_rows.insert(&on.name);
            }
        }
        for each in &catalog.views {
            recorded.wholes.insert(&each.name, view::address(each));
        }
        for each in &catalog.composites {
            let address = Address::of(Kind::Type, &each.name);
            recorded.wholes.insert(&each.name, address);
        }
        for item in catalog.items() {
            let of = match item {
                Item::Trigger(it) => &it.table,
                Item::Rule(it) => &it.table,
                Item::Policy(it) => &it.table,
                Item::Statistics(it) => &it.table,
                _ => continue,
            };
            recorded.parts.entry(of).or_default().push(item.address());
        }
        recorded.enums = catalog.enums.iter().map(|each| &each.name).collect();
        recorded
    }

    fn within(&self, of: &Address) -> impl Iterator<Item = Object> {
        let needs = self.within.get(of).into_iter().flatten();
        needs.map(|on| self.object(on))
    }

    fn objects(&self, of: &Address) -> Vec<Object> {
        let needs = self.needs.get(of).into_iter().flatten();
        let mut objects = Vec::with_capacity(needs.size_hint().0);
        for on in needs {
            objects.push(self.object(on));
            if of.holds_rows_of(on) {
                objects.extend(rows(&on.name));
            }
            let casts = self.casts.get(on).into_iter().flatten();
            let casts = casts.filter(|cast| of.kind != Kind::Cast && !self.needs_it(cast, of));
            objects.extend(casts.map(|cast| self.object(cast)));
        }
        objects
    }

    fn needs_it(&self, of: &Address, on: &Address) -> bool {
        self.needs.get(of).is_some_and(|needs| needs.contains(&on))
    }

    /// The object that steps know an address by.
    fn object(&self, address: &Address) -> Object {
        let name = &address.name;
        match (address.kind, &address.part) {
            (Kind::Namespace, _) => Object::Namespace(name.name.clone()),
            (Kind::Extension, _) => Object::Extension(name.name.clone()),
            // The only constraint that a query can depend on is a primary key, which comes with its table.
            (Kind::Table | Kind::Constraint, _) => Object::Table(name.clone()),
            (Kind::Type, _) if self.enums.contains(name) => Object::Enum(name.clone()),
            (Kind::Column, Some(column)) => match self.wholes.get(name) {
                Some(whole) => Object::Item(whole.clone()),
                None => Object::Column(name.clone(), column.clone()),
            },
            _ => Object::Item(address.clone()),
        }
    }
}

impl<'c> Context<'c> {
    pub(crate) fn new(changes: &'c Changes<'c>) -> Self {
        let rebuilt = changes.enums.iter().filter_map(|change| match change {
            EnumChange::Altered {
                to, rebuilt: true, ..
            } => Some(&to.name),
            _ => None,
        });
        let extensions = changes.extensions.iter().filter_map(|change| match change {
            ExtensionChange::Created(to)
            | ExtensionChange::Altered { to, .. }
            | ExtensionChange::Replaced { to, .. } => Some(Object::Extension(to.name.clone())),
            ExtensionChange::Dropped(_) => None,
        });
        Self {
            writer: Writer::between(changes.from, changes.to),
            rebuilt: rebuilt.collect(),
            extensions: extensions.collect(),
            before: changes.from,
            after: changes.to,
            changed: changes.objects.iter().map(ObjectChange::address).collect(),
            recorded: Recorded::new(changes.to),
            was_recorded: Recorded::new(changes.from),
            torn: &changes.torn,
            heirs: heirs(changes),
            not_null: not_null(changes.from),
        }
    }

    /// The names of constraints that keep NULL out, which the server does not choose again.
    pub(crate) fn not_null(&self) -> &HashSet<&'c str> {
        &self.not_null
    }

    /// The tables under a table on either side, whose columns change with its own.
    pub(crate) fn heirs(&self, table: &ObjectName) -> &[&'c ObjectName] {
        self.heirs.get(table).map(Vec::as_slice).unwrap_or_default()
    }

    /// A column of a table, and those that hang under it.
    pub(crate) fn column_and_heirs(&self, table: &Table, column: &str) -> Vec<Object> {
        let heirs = self.heirs(&table.name).iter();
        let under = heirs.map(|heir| Object::Column((*heir).clone(), column.into()));
        std::iter::once(column_object(table, column))
            .chain(under)
            .collect()
    }

    /// What a default or constraint needs, its own table included.
    pub(crate) fn all_recorded(&self, of: &Address) -> Vec<Object> {
        let mut found = self.recorded(of);
        found.extend(self.recorded.within(of));
        found
    }

    /// What a default or constraint needed, its own table included.
    pub(crate) fn was_all_recorded(&self, of: &Address) -> Vec<Object> {
        let mut found = self.was_recorded(of);
        found.extend(self.was_recorded.within(of));
        found
    }

    /// What everything in a namespace needs.
    pub(crate) fn surroundings(&self, name: &ObjectName) -> Vec<Object> {
        let mut needs = self.extensions.clone();
        needs.extend(name.namespace.clone().map(Object::Namespace));
        needs
    }

    /// Tells whether anything is known to need something beyond its own table: of most schemas, nothing is.
    pub(crate) fn has_recorded(&self) -> bool {
        !self.recorded.needs.is_empty()
    }

    /// What the server recorded that an object needs.
    pub(crate) fn recorded(&self, of: &Address) -> Vec<Object> {
        self.recorded.objects(of)
    }

    /// What the server recorded that an object needed.
    pub(crate) fn was_recorded(&self, of: &Address) -> Vec<Object> {
        self.was_recorded.objects(of)
    }

    /// Tells whether rows of a table are values elsewhere, before and after.
    pub(crate) fn keeps_rows(&self, table: &ObjectName) -> bool {
        self.was_recorded.kept_rows.contains(table) && self.recorded.kept_rows.contains(table)
    }

    /// The triggers, rules, policies and statistics that a table or view had.
    pub(crate) fn had(&self, owner: &ObjectName) -> &[Address] {
        self.was_recorded
            .parts
            .get(owner)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// The statements that make the triggers again which a table keeps while it is made anew.
    pub(crate) fn kept_triggers(&self, table: &ObjectName) -> Vec<String> {
        let kept = self.after.triggers.iter().filter(|trigger| {
            let address = Item::Trigger(trigger).address();
            trigger.table == *table && !self.changed.contains(&address)
        });
        let mut statements: Vec<String> = kept
            .map(|trigger| format!("{};", trigger.statement.source))
            .collect();
        // Those that only the database has, and nobody wants to go.
        let there = |trigger: &&Trigger| {
            let address = Item::Trigger(trigger).address();
            trigger.table == *table
                && !self.changed.contains(&address)
                && !self.after.triggers.iter().any(|it| it.name == trigger.name)
        };
        let unmanaged = self.before.triggers.iter().filter(there);
        statements.extend(unmanaged.map(|trigger| format!("{};", trigger.statement.source)));
        statements
    }

    /// The effects of making an object of the kinds that only addresses tell apart.
    pub(crate) fn making(&self, address: &Address) -> Effects {
        let mut needs = self.surroundings(&address.name);
        needs.extend(self.recorded(address));
        Effects {
            needs,
            gives: vec![Object::Item(address.clone())],
            ..Effects::default()
        }
    }

    /// The effects of making a type, whose name nothing else of the namespace may have.
    pub(crate) fn making_type(&self, address: &Address) -> Effects {
        let mut effects = self.making(address);
        effects.gives.push(type_name(&address.name));
        effects
    }

    /// What a column of this type needs.
    pub(crate) fn type_needs(&self, ty: &ColumnType) -> Vec<Object> {
        let mut needs = self.extensions.clone();
        needs.extend(ty.enum_name().cloned().map(Object::Enum));
        needs.extend(domain(ty));
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

fn heirs<'c>(changes: &'c Changes<'c>) -> HashMap<&'c ObjectName, Vec<&'c ObjectName>> {
    let mut children: HashMap<&ObjectName, Vec<&ObjectName>> = HashMap::new();
    for catalog in [changes.from, changes.to] {
        for table in &catalog.tables {
            for head in heads(table) {
                let known = children.entry(head).or_default();
                if !known.contains(&&table.name) {
                    known.push(&table.name);
                }
            }
        }
    }
    let mut heirs = HashMap::new();
    for head in children.keys() {
        let mut found: Vec<&ObjectName> = Vec::new();
        let mut waiting = vec![*head];
        while let Some(next) = waiting.pop() {
            for child in children.get(next).into_iter().flatten() {
                if !found.contains(child) {
                    found.push(child);
                    waiting.push(child);
                }
            }
        }
        heirs.insert(*head, found);
    }
    heirs
}

/// The name of a type.
pub(crate) fn type_name(name: &ObjectName) -> Object {
    Object::Name(Scope::Types(name.namespace.clone()), name.name.clone())
}

/// The name of a function.
pub(crate) fn function_name(name: &ObjectName) -> Object {
    Object::Name(Scope::Functions(name.namespace.clone()), name.name.clone())
}

/// The domain that a type names.
pub(crate) fn domain(ty: &ColumnType) -> Option<Object> {
    let name = ty.domain_name()?;
    Some(Object::Item(Address::of(Kind::Domain, name)))
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
