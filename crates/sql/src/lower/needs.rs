//! What stands in SQL that only a server could read, guessed from the names in it.
//!
//! A name that means something else costs an order of steps that would not have been needed; one that is missed costs a step
//! that a server refuses. So whatever could be meant is.

use std::collections::{BTreeSet, HashMap};

use relata_script::{Dialect, Word, words};

use crate::catalog::{
    Address, Catalog, Default, Dependency, Expression, Item, Kind, ObjectName, Table,
};

/// Returns what the objects of a catalog seem to need, by the names in their SQL: for a catalog of a schema, and for databases
/// that keep no account of it.
pub fn named_dependencies(catalog: &Catalog) -> Vec<Dependency> {
    let mut reader = Reader::new(catalog);
    for item in catalog.items() {
        reader.item(item);
    }
    // Only PostgreSQL lets columns and constraints call functions.
    if !catalog.functions.is_empty() && catalog.dialect == Dialect::Postgres {
        for table in &catalog.tables {
            reader.table(table);
        }
    }
    // A default of MariaDB's may be the next number of a sequence.
    if !catalog.sequences.is_empty() && catalog.dialect == Dialect::Mysql {
        for table in &catalog.tables {
            reader.defaults(table);
        }
    }
    reader.found.into_iter().collect()
}

struct Reader<'c> {
    dialect: Dialect,
    /// What a name can mean, by its key.
    known: HashMap<String, Vec<Known<'c>>>,
    namespaces: BTreeSet<String>,
    found: BTreeSet<Dependency>,
}

#[derive(Clone)]
enum Known<'c> {
    Table(&'c Table),
    /// Anything else that is there under the name.
    Other(Address),
}

impl<'c> Reader<'c> {
    fn new(catalog: &'c Catalog) -> Self {
        let mut reader = Self {
            dialect: catalog.dialect,
            known: HashMap::new(),
            namespaces: BTreeSet::new(),
            found: BTreeSet::new(),
        };
        if catalog.items().next().is_none() {
            return reader;
        }
        for name in &catalog.namespaces {
            let key = reader.key(name);
            reader.namespaces.insert(key);
        }
        for table in &catalog.tables {
            reader.know(&table.name, Known::Table(table));
        }
        for each in &catalog.enums {
            let address = Address::of(Kind::Type, &each.name);
            reader.know(&each.name, Known::Other(address));
        }
        for item in catalog.items() {
            let address = item.address();
            if matches!(
                item,
                Item::VirtualTable(_)
                    | Item::View(_)
                    | Item::Function(_)
                    | Item::Domain(_)
                    | Item::Sequence(_)
            ) {
                let name = address.name.clone();
                reader.know(&name, Known::Other(address));
            }
        }
        reader
    }

    /// Names as they are compared: only PostgreSQL tells capitals apart in every name.
    fn key(&self, name: &str) -> String {
        if self.dialect == Dialect::Postgres {
            name.to_owned()
        } else {
            name.to_lowercase()
        }
    }

    fn know(&mut self, name: &ObjectName, what: Known<'c>) {
        let key = self.key(&name.name);
        self.known.entry(key).or_default().push(what);
    }

    fn item(&mut self, item: Item<'_>) {
        let of = item.address();
        match item {
            Item::View(it) => {
                let sql = it.statement.as_deref().unwrap_or(&it.query.source);
                self.read(&of, sql);
                for index in it.materialized.iter().flat_map(|it| &it.indexes) {
                    let of = Address::of(Kind::Index, &it.name.sibling(&index.name));
                    self.index(&of, index);
                }
            }
            // Elsewhere the body is looked into when it runs.
            Item::Function(it) if self.dialect == Dialect::Postgres => {
                self.read(&of, &it.statement.source);
            }
            Item::Trigger(it) => {
                if self.dialect == Dialect::Postgres {
                    self.read(&of, &it.statement.source);
                }
                self.owner(&of, &it.table);
            }
            Item::Policy(it) => {
                self.read(&of, &it.statement.source);
                self.owner(&of, &it.table);
            }
            Item::Domain(it) => {
                for check in &it.checks {
                    self.read(&of, &check.expression.source);
                }
            }
            _ => {}
        }
    }

    /// A trigger or policy is nothing without its table or view.
    fn owner(&mut self, of: &Address, owner: &ObjectName) {
        let found = self.known.get(&self.key(&owner.name)).cloned();
        for known in found.into_iter().flatten() {
            let on = match known {
                Known::Table(table) => Address::of(Kind::Table, &table.name),
                Known::Other(address) => address,
            };
            if on.name == *owner && matches!(on.kind, Kind::Table | Kind::View) {
                self.enter(of, on);
            }
        }
    }

    fn table(&mut self, table: &Table) {
        let name = &table.name;
        for column in &table.columns {
            let of = Address::part(Kind::Default, name, &column.name);
            if let Some(Default::Expression(sql)) = &column.default {
                self.calls(&of, sql);
            }
            if let Some(generated) = &column.generated {
                self.calls(&of, &generated.expression);
            }
        }
        for check in &table.checks {
            let of = Address::part(Kind::Constraint, name, &check.name);
            self.calls(&of, &check.expression);
        }
        for exclusion in &table.exclusions {
            let of = Address::part(Kind::Constraint, name, &exclusion.name);
            self.calls(&of, &exclusion.definition);
        }
        for index in &table.indexes {
            let of = Address::of(Kind::Index, &name.sibling(&index.name));
            self.index(&of, index);
        }
    }

    /// The sequences that the defaults of a table name.
    fn defaults(&mut self, table: &Table) {
        for column in &table.columns {
            let Some(Default::Expression(sql)) = &column.default else {
                continue;
            };
            let of = Address::part(Kind::Default, &table.name, &column.name);
            for (word, _) in words(self.dialect, &sql.source) {
                for known in self.named(&word) {
                    if let Known::Other(on) = known
                        && on.kind == Kind::Sequence
                    {
                        self.enter(&of, on);
                    }
                }
            }
        }
    }

    fn index(&mut self, of: &Address, index: &crate::catalog::Index) {
        let expressions = index.columns.iter().filter_map(|it| it.expression.as_ref());
        for sql in expressions.chain(&index.predicate) {
            self.calls(of, sql);
        }
    }

    /// The functions that SQL in a table calls; what else it names is the table's own.
    fn calls(&mut self, of: &Address, sql: &Expression) {
        let words = words(self.dialect, &sql.source);
        for pair in words.windows(2) {
            if !pair[1].0.is_symbol("(") {
                continue;
            }
            for known in self.named(&pair[0].0) {
                if let Known::Other(on) = known
                    && matches!(on.kind, Kind::Function)
                {
                    self.enter(of, on);
                }
            }
        }
    }

    /// Everything that a statement names.
    fn read(&mut self, of: &Address, sql: &str) {
        let words = words(self.dialect, sql);
        let all = words.iter().any(|(word, _)| word.is_symbol("*"));
        let names: BTreeSet<String> = words
            .iter()
            .filter_map(|(word, _)| word.name(self.dialect))
            .map(|name| self.key(&name))
            .collect();
        for (place, (word, _)) in words.iter().enumerate() {
            let before = |back: usize| place.checked_sub(back).map(|at| &words[at].0);
            if before(1).is_some_and(|dot| dot.is_symbol(".")) {
                // Behind a dot stands a column, unless before it stands a namespace.
                let space = before(2).and_then(|word| word.name(self.dialect));
                if !space.is_some_and(|space| self.namespaces.contains(&self.key(&space))) {
                    continue;
                }
            }
            for known in self.named(word) {
                match known {
                    Known::Table(table) => {
                        self.enter(of, Address::of(Kind::Table, &table.name));
                        self.columns(of, table, &names, all);
                    }
                    Known::Other(on) if on.kind == Kind::Function => {
                        let called = words.get(place + 1);
                        if called.is_some_and(|(next, _)| next.is_symbol("(")) {
                            self.enter(of, on);
                        }
                    }
                    Known::Other(on) => self.enter(of, on),
                }
            }
        }
    }

    /// The columns that a statement about a table names; PostgreSQL keeps them from changing under it.
    fn columns(&mut self, of: &Address, table: &Table, names: &BTreeSet<String>, all: bool) {
        if self.dialect != Dialect::Postgres {
            return;
        }
        for column in &table.columns {
            if all || names.contains(&*column.name) {
                self.enter(of, Address::column(&table.name, &column.name));
            }
        }
    }

    fn named(&self, word: &Word<'_>) -> Vec<Known<'c>> {
        let name = word.name(self.dialect).map(|name| self.key(&name));
        name.and_then(|name| self.known.get(&name).cloned())
            .unwrap_or_default()
    }

    fn enter(&mut self, of: &Address, on: Address) {
        if *of != on {
            let of = of.clone();
            self.found.insert(Dependency { of, on });
        }
    }
}
