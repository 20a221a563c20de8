//! What has to be made anew: what cannot change in place, and everything that needs it.

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use relata_script::{Dialect, words};

use super::column::{same_collation, same_generated, same_or_moved, same_type};
use super::object::{is_in_place, same_item};
use super::table::loses_parts;
use crate::catalog::{
    Address, Catalog, Column, ColumnType, Composite, Index, Item, Kind, Managed, ObjectName,
    PrimaryKey, Table, TypeKind,
};
use crate::change::{EnumChange, ExtensionChange, Torn};
use crate::dialect::{Conversion, conversion, differs_in_period};

/// Both catalogs by their addresses.
pub(super) struct Sides<'c> {
    pub(super) from: &'c Catalog,
    pub(super) to: &'c Catalog,
    pub(super) before: HashMap<Address, Item<'c>>,
    pub(super) after: HashMap<Address, Item<'c>>,
    pub(super) old_tables: HashMap<&'c ObjectName, &'c Table>,
    pub(super) new_tables: HashMap<&'c ObjectName, &'c Table>,
    /// What needs each object, as far as the server recorded it.
    needed_by: HashMap<Address, Vec<&'c Address>>,
    views: HashMap<&'c ObjectName, Address>,
}

impl<'c> Sides<'c> {
    pub(super) fn new(from: &'c Catalog, to: &'c Catalog) -> Self {
        let items = |catalog: &'c Catalog| {
            let items = catalog.items();
            items.map(|item| (item.address(), item)).collect()
        };
        let tables = |catalog: &'c Catalog| {
            let tables = catalog.tables.iter();
            tables.map(|table| (&table.name, table)).collect()
        };
        let views: HashMap<&ObjectName, Address> = from
            .views
            .iter()
            .map(|view| (&view.name, Item::View(view).address()))
            .collect();
        let composites: HashSet<&ObjectName> =
            from.composites.iter().map(|each| &each.name).collect();
        let mut needed_by: HashMap<Address, Vec<&Address>> = HashMap::new();
        for dependency in &from.dependencies {
            let (on, of) = (&dependency.on, &dependency.of);
            if on.kind == Kind::Column {
                // Whatever needs a column of a view or composite type needs the whole.
                if let Some(view) = views.get(&on.name) {
                    needed_by.entry(view.clone()).or_default().push(of);
                    continue;
                }
                if composites.contains(&on.name) {
                    let whole = Address::of(Kind::Type, &on.name);
                    needed_by.entry(whole).or_default().push(of);
                }
            }
            needed_by.entry(on.clone()).or_default().push(of);
        }
        Self {
            from,
            to,
            before: items(from),
            after: items(to),
            old_tables: tables(from),
            new_tables: tables(to),
            needed_by,
            views,
        }
    }

    fn drops(&self, kind: Managed) -> bool {
        self.to.drops(kind, self.from)
    }

    /// Tells whether an object is dropped: a schema only drops what it owns.
    pub(super) fn goes(&self, item: Item<'_>) -> bool {
        !self.after.contains_key(&item.address())
            && (self.to.is_whole
                || Managed::of(item).is_some_and(|kind| self.to.drops(kind, self.from)))
    }

    /// Tells whether a column that a table only has from one above it becomes the table's own, too, while the one above stays: nothing
    /// but another table says so.
    fn comes_into_its_own(&self, from: &Table, to: &Table) -> bool {
        let staying = || to.ancestry.inherits.iter().take(kept_parents(from, to));
        let comes_down = |column: &Column| {
            staying().any(|parent| {
                let parent = self.old_tables.get(parent);
                parent.is_some_and(|parent| parent.column(&column.name).is_some())
            })
        };
        to.whole().is_none()
            && from.whole().is_none()
            && from.columns.iter().any(|before| {
                let after = to.column(&before.name);
                before.is_inherited
                    && after.is_some_and(|after| !after.is_inherited)
                    && comes_down(before)
            })
    }

    /// Tells whether a column of a table has the type, directly, in a list, or within another type.
    pub(super) fn is_kept_in_tables(&self, ty: &Address) -> bool {
        self.is_kept(ty, |_| true)
    }

    /// Tells whether a column of a table has lists of the type, or another type that holds it.
    pub(super) fn is_nested_in_tables(&self, ty: &Address) -> bool {
        self.is_kept(ty, |column| match column.ty.domain_name() {
            Some(name) => *name != ty.name || column.ty.list,
            None => true,
        })
    }

    fn is_kept(&self, ty: &Address, counts: impl Fn(&Column) -> bool) -> bool {
        let mut waiting = vec![ty];
        let mut seen: HashSet<&Address> = HashSet::new();
        while let Some(next) = waiting.pop() {
            if !seen.insert(next) {
                continue;
            }
            for of in self.needed_by.get(next).into_iter().flatten() {
                let part = of.part.as_deref().unwrap_or_default();
                let table = self.old_tables.get(&of.name);
                if of.kind == Kind::Column
                    && table
                        .and_then(|table| table.column(part))
                        .is_some_and(&counts)
                {
                    return true;
                }
                if matches!(of.kind, Kind::Type | Kind::Domain) {
                    waiting.push(of);
                }
            }
        }
        false
    }
}

/// Finds everything that goes, or has to be dropped and made again, with all that needs it.
pub(super) fn torn(
    sides: &Sides<'_>,
    enums: &[EnumChange<'_>],
    extensions: &[ExtensionChange<'_>],
) -> Torn {
    let mut closure = Closure {
        sides,
        torn: Torn::default(),
        waiting: Vec::new(),
        parts: parts(sides.from),
    };
    closure.extensions(extensions);
    closure.items();
    closure.enums(enums);
    closure.tables();
    closure.run();
    closure.torn
}

/// The triggers, rules, policies and statistics of each table or view.
fn parts(catalog: &Catalog) -> HashMap<&ObjectName, Vec<Address>> {
    let mut parts: HashMap<&ObjectName, Vec<Address>> = HashMap::new();
    for item in catalog.items() {
        let of = match item {
            Item::Trigger(it) => &it.table,
            Item::Rule(it) => &it.table,
            Item::Policy(it) => &it.table,
            Item::Statistics(it) => &it.table,
            _ => continue,
        };
        parts.entry(of).or_default().push(item.address());
    }
    parts
}

struct Closure<'s, 'c> {
    sides: &'s Sides<'c>,
    torn: Torn,
    waiting: Vec<Address>,
    parts: HashMap<&'c ObjectName, Vec<Address>>,
}

impl Closure<'_, '_> {
    fn items(&mut self) {
        for (address, from) in &self.sides.before {
            let gone = match self.sides.after.get(address) {
                None => self.sides.goes(*from),
                Some(to) => {
                    !same_item(self.sides, *from, *to) && !is_in_place(self.sides, *from, *to)
                }
            };
            if gone {
                self.waiting.push(address.clone());
            } else if let (Item::Composite(from), Some(Item::Composite(to))) =
                (from, self.sides.after.get(address))
            {
                self.attributes(from, to);
            }
        }
    }

    fn extensions(&mut self, changes: &[ExtensionChange<'_>]) {
        for change in changes {
            match change {
                ExtensionChange::Dropped(from) | ExtensionChange::Replaced { from, .. } => {
                    let address = Address::global(Kind::Extension, &from.name);
                    self.waiting.push(address);
                }
                ExtensionChange::Altered { from, to } => {
                    if let (Some(old), Some(new)) = (&from.namespace, &to.namespace)
                        && old != new
                    {
                        self.torn.moved.push((old.clone(), new.clone()));
                    }
                }
                ExtensionChange::Created(_) => {}
            }
        }
    }

    /// The attributes of a composite type that change in place.
    fn attributes(&mut self, from: &Composite, to: &Composite) {
        for attribute in &from.attributes {
            if !to.attributes.contains(attribute) {
                let address = Address::column(&from.name, &attribute.name);
                self.waiting.push(address);
            }
        }
    }

    fn enums(&mut self, changes: &[EnumChange<'_>]) {
        for change in changes {
            let name = match change {
                EnumChange::Dropped(from) => &from.name,
                EnumChange::Altered {
                    from,
                    rebuilt: true,
                    ..
                } => {
                    self.torn.enums.insert(from.name.clone());
                    &from.name
                }
                EnumChange::Created(_) | EnumChange::Altered { .. } => continue,
            };
            self.waiting.push(Address::of(Kind::Type, name));
        }
    }

    fn tables(&mut self) {
        let enums = self.torn.enums.clone();
        let is_rebuilt = |ty: &ColumnType| ty.enum_name().is_some_and(|name| enums.contains(name));
        for from in &self.sides.from.tables {
            let Some(to) = self.sides.new_tables.get(&from.name) else {
                self.waiting.push(Address::of(Kind::Table, &from.name));
                continue;
            };
            // Of a schema, columns are all that counts here.
            if !self.sides.to.is_whole && from == *to {
                continue;
            }
            for column in &from.columns {
                self.column(from, column, to.column(&column.name));
            }
            if !self.sides.to.is_whole {
                continue;
            }
            if self.sides.to.dialect == Dialect::Mysql && differs_in_period(from, to) {
                // No key outlives the span that it is over.
                let over = from.indexes.iter().filter(|index| index.is_temporal);
                let addresses = over.map(|index| index_address(from, index));
                self.waiting.extend(addresses);
            }
            // What numbers or computes a new column gives the rows values at once.
            let mut new = to
                .columns
                .iter()
                .filter(|it| from.column(&it.name).is_none());
            if self.sides.to.dialect == Dialect::Postgres && new.any(Column::is_made_by_server) {
                self.users_of_rows(&from.name);
            }
            // MySQL divides the rows of a table otherwise in place.
            if self.sides.to.dialect == Dialect::Postgres
                && (is_recreated(from, to, &is_rebuilt) || self.sides.comes_into_its_own(from, to))
            {
                self.torn.tables.insert(from.name.clone());
                self.waiting.push(Address::of(Kind::Table, &from.name));
            }
            if let Some(key) = &from.primary_key
                && (as_made(from) != as_made(to)
                    || loses_parts(self.sides.from, self.sides.to, from, to))
            {
                let name = key.name.as_deref().unwrap_or_default();
                let address = Address::part(Kind::Constraint, &from.name, name);
                self.waiting.push(address);
            }
            if from.ancestry.partitioned_by.is_some() {
                // What of an index belongs to partitions goes with it.
                let gone = |index: &&Index| !to.indexes.contains(index);
                let gone = from.indexes.iter().filter(gone);
                let addresses = gone.map(|index| index_address(from, index));
                self.waiting.extend(addresses);
            }
        }
    }

    fn column(&mut self, table: &Table, from: &Column, to: Option<&Column>) {
        let address = Address::column(&table.name, &from.name);
        let Some(to) = to else {
            self.waiting.push(address);
            return;
        };
        let dialect = self.sides.to.dialect;
        let collation = same_collation(from.collation.as_ref(), to.collation.as_ref())
            || (to.collation.is_none() && !self.sides.drops(Managed::Collations));
        let same = collation && same_or_moved(dialect, &self.torn, &from.ty, &to.ty);
        let in_pieces = dialect == Dialect::Postgres;
        let computed = match dialect {
            Dialect::Postgres => to.generated.is_some() && !same_generated(from, to),
            // What is kept in no row is not restated as something that is.
            Dialect::Mysql => is_virtual(from) != is_virtual(to) || is_alien(&from.ty, &to.ty),
            Dialect::Sqlite => false,
        };
        let lost =
            !same && in_pieces && conversion(&from.ty, &to.ty, "", true, "") == Conversion::None;
        if in_pieces && (computed || !same) {
            self.users_of_rows(&table.name);
        }
        if computed || lost {
            self.recreate(address);
        } else if !same {
            self.waiting.push(address);
        }
    }

    /// No column changes its type while another one holds whole rows of its table (PostgreSQL, "ALTER TABLE").
    fn users_of_rows(&mut self, table: &ObjectName) {
        let rows = Address::of(Kind::Table, table);
        let users = self.sides.needed_by.get(&rows).cloned();
        for of in users.into_iter().flatten() {
            // A view keeps no rows.
            let is_view = self
                .sides
                .views
                .get(&of.name)
                .is_some_and(|view| view.kind == Kind::View);
            if of.holds_rows_of(&rows) && !is_view {
                self.dependent(of, &rows);
            }
        }
    }

    fn recreate(&mut self, column: Address) {
        if self.torn.recreated.insert(column.clone()) {
            // It may have been found before, for a lesser reason.
            self.torn.all.remove(&column);
            self.waiting.push(column);
        }
    }

    fn run(&mut self) {
        while let Some(address) = self.waiting.pop() {
            if !self.torn.all.insert(address.clone()) {
                continue;
            }
            let dependents = self.sides.needed_by.get(&address).cloned();
            for of in dependents.into_iter().flatten() {
                self.dependent(of, &address);
            }
            match address.kind {
                Kind::View | Kind::MaterializedView | Kind::ForeignTable => {
                    self.waiting
                        .extend(self.parts.get(&address.name).into_iter().flatten().cloned());
                }
                Kind::Table => self.table(&address.name),
                Kind::Column => self.indexes_over(&address),
                Kind::Index => self.parts_of_index(&address.name),
                _ => {}
            }
        }
    }

    fn dependent(&mut self, of: &Address, on: &Address) {
        let sides = self.sides;
        if sides.before.contains_key(of) {
            self.waiting.push(of.clone());
            return;
        }
        let part = of.part.as_deref().unwrap_or_default();
        match of.kind {
            Kind::Column => {
                if let Some(view) = sides.views.get(&of.name) {
                    self.waiting.push(view.clone());
                    return;
                }
                let whole = Address::of(Kind::Type, &of.name);
                if sides.before.contains_key(&whole) {
                    self.waiting.push(whole);
                    return;
                }
                let (Some(from), Some(to)) = (
                    sides
                        .old_tables
                        .get(&of.name)
                        .and_then(|it| it.column(part)),
                    sides
                        .new_tables
                        .get(&of.name)
                        .and_then(|it| it.column(part)),
                ) else {
                    return;
                };
                if from.generated.is_some() && on.kind != Kind::Collation {
                    if to.generated.is_some() {
                        self.recreate(of.clone());
                    }
                    return;
                }
                let rebuilt = from
                    .ty
                    .enum_name()
                    .is_some_and(|name| self.torn.enums.contains(name) && *name == on.name);
                let same =
                    same_type(sides.to.dialect, &from.ty, &to.ty) && from.collation == to.collation;
                // Another type takes the place of the old one, which goes before it comes.
                let same = same || self.is_taken(&on.name);
                if same && from.ty.list != to.ty.list && !rebuilt {
                    // No text is both a list and none.
                    self.recreate(of.clone());
                    return;
                }
                if same && !rebuilt {
                    self.torn.aside.insert(of.clone());
                }
                self.waiting.push(of.clone());
            }
            Kind::Default => {
                let column = |tables: &HashMap<&ObjectName, &Table>| {
                    let table = tables.get(&of.name)?;
                    Some(table.column(part)?.generated.is_some())
                };
                match (column(&sides.old_tables), column(&sides.new_tables)) {
                    (Some(true), Some(true)) => {
                        self.recreate(Address::column(&of.name, part));
                    }
                    (Some(false), _) => self.waiting.push(of.clone()),
                    _ => {}
                }
            }
            Kind::Constraint => self.waiting.push(of.clone()),
            // The server makes indexes of plain columns again by itself when a type changes.
            Kind::Index if on.kind != Kind::Column || self.is_computed(of) => {
                self.waiting.push(of.clone());
            }
            _ => {}
        }
    }

    /// Tells whether something that is no type like the old one has the name of a type.
    fn is_taken(&self, name: &ObjectName) -> bool {
        let to = self.sides.to;
        to.enumeration(name).is_some()
            || self.sides.new_tables.contains_key(name)
            || self
                .sides
                .after
                .contains_key(&Address::of(Kind::Type, name))
            || self
                .sides
                .after
                .contains_key(&Address::of(Kind::Domain, name))
            || self
                .sides
                .after
                .contains_key(&Address::of(Kind::View, name))
    }

    fn is_computed(&self, index: &Address) -> bool {
        let mut tables = self.sides.from.tables.iter();
        tables.any(|table| {
            table.name.namespace == index.name.namespace
                && table.indexes.iter().any(|each| {
                    each.name == index.name.name
                        && (each.predicate.is_some()
                            || each
                                .columns
                                .iter()
                                .any(|column| column.expression.is_some()))
                })
        })
    }

    /// Everything on a table that is made anew.
    fn table(&mut self, name: &ObjectName) {
        let Some(table) = self.sides.old_tables.get(name) else {
            return;
        };
        let columns = table.columns.iter();
        self.waiting
            .extend(columns.map(|column| Address::column(name, &column.name)));
        if self.torn.tables.contains(name) {
            self.waiting
                .extend(self.parts.get(name).into_iter().flatten().cloned());
        }
    }

    /// Indexes over a column that goes for a while.
    fn indexes_over(&mut self, column: &Address) {
        if !self.torn.recreated.contains(column) && !self.torn.aside.contains(column) {
            return;
        }
        let Some(table) = self.sides.old_tables.get(&column.name) else {
            return;
        };
        let over = table.indexes.iter().filter(|index| {
            let mut names = index
                .column_names()
                .chain(index.include.iter().map(|it| &**it));
            names.any(|name| Some(name) == column.part.as_deref())
        });
        self.waiting
            .extend(over.map(|index| index_address(table, index)));
    }

    fn parts_of_index(&mut self, name: &ObjectName) {
        for table in &self.sides.from.tables {
            let parts = table.indexes.iter();
            let parts = parts.filter(|index| index.part_of.as_ref() == Some(name));
            self.waiting
                .extend(parts.map(|index| index_address(table, index)));
        }
    }
}

fn is_virtual(column: &Column) -> bool {
    let generated = column.generated.as_ref();
    generated.is_some_and(|generated| !generated.stored)
}

/// Tells whether no value of one type can become one of the other (MariaDB, "Geometry Types", "UUID Data Type", "INET6").
fn is_alien(from: &ColumnType, to: &ColumnType) -> bool {
    const GEOMETRY: [&str; 8] = [
        "point",
        "linestring",
        "polygon",
        "multipoint",
        "multilinestring",
        "multipolygon",
        "geometrycollection",
        "geometry",
    ];
    let starts = |ty: &ColumnType, names: &[&str]| match &ty.kind {
        TypeKind::Unsupported(sql) => names.iter().any(|name| sql.starts_with(name)),
        _ => false,
    };
    let is_address = |ty: &ColumnType| starts(ty, &["uuid", "inet"]);
    let is_text = |ty: &ColumnType| match &ty.kind {
        TypeKind::Native(native) => ["CHAR", "TEXT", "BINARY", "BLOB"]
            .iter()
            .any(|word| native.info.sql.contains(word)),
        _ => false,
    };
    starts(from, &GEOMETRY) != starts(to, &GEOMETRY)
        || (is_address(from) && !is_address(to) && !is_text(to))
        || (is_address(to) && !is_address(from) && !is_text(from))
}

/// The key of a table without what it is to those above and below, which changes while it stands.
fn as_made(table: &Table) -> Option<PrimaryKey> {
    let key = table.primary_key.clone()?;
    Some(PrimaryKey {
        stands_alone: false,
        part_of: None,
        ..key
    })
}

pub(super) fn index_address(table: &Table, index: &Index) -> Address {
    Address::of(Kind::Index, &table.name.sibling(&index.name))
}

/// Tells whether no statement makes one table of the other: one that divides its rows otherwise, or that would have to become
/// an heir without columns of its own.
pub(super) fn is_recreated(
    from: &Table,
    to: &Table,
    is_rebuilt: &dyn Fn(&ColumnType) -> bool,
) -> bool {
    let becomes_heir = to.ancestry.partition_of.is_none()
        && to.columns.iter().any(|column| {
            let before = from.column(&column.name);
            column.is_inherited
                && before.is_some_and(|before| {
                    !before.is_inherited || kept_parents(from, to) < kept(from, to).count()
                })
        });
    from.ancestry.partitioned_by != to.ancestry.partitioned_by
        || is_divided_anew(from, to, is_rebuilt)
        || becomes_heir
}

/// Tells whether the type of a column changes by which a table divides its rows, which the server refuses.
fn is_divided_anew(from: &Table, to: &Table, is_rebuilt: &dyn Fn(&ColumnType) -> bool) -> bool {
    let Some(key) = &from.ancestry.partitioned_by else {
        return false;
    };
    let words = words(Dialect::Postgres, key);
    let names = words
        .iter()
        .filter_map(|(word, _)| word.name(Dialect::Postgres));
    names.into_iter().any(|name| {
        let (before, after) = (from.column(&name), to.column(&name));
        before.zip(after).is_some_and(|(before, after)| {
            !same_type(Dialect::Postgres, &before.ty, &after.ty)
                || is_rebuilt(&before.ty)
                || before.collation != after.collation
        })
    })
}

/// The parents that a table goes on to inherit from, in the order that they had.
fn kept<'t>(from: &'t Table, to: &'t Table) -> impl Iterator<Item = &'t ObjectName> {
    let parents = from.ancestry.inherits.iter();
    parents.filter(|parent| to.ancestry.inherits.contains(parent))
}

/// How many parents of a table keep their place: a new one comes after all others, so that those that it stands before let go of
/// the table for a moment.
pub(crate) fn kept_parents(from: &Table, to: &Table) -> usize {
    let pairs = kept(from, to).zip(&to.ancestry.inherits);
    pairs.take_while(|(before, after)| before == after).count()
}
