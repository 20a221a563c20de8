//! A catalog of a schema, told by a server how it would print it.

use std::collections::HashMap;

use super::{Catalog, Check, Default, Expression, Index, Item, ObjectName, Table, View};

impl Catalog {
    /// Tells whether it holds SQL that no server has printed yet, so that [`Catalog::settle`] would say something.
    pub fn has_unprinted(&self) -> bool {
        let unprinted = |expression: &Expression| expression.canonical.is_none();
        let some = |expression: &Option<Expression>| expression.as_ref().is_some_and(unprinted);
        let in_table = |table: &Table| {
            let in_columns = table.columns.iter().any(|column| {
                matches!(&column.default, Some(Default::Expression(it)) if unprinted(it))
                    || column
                        .generated
                        .as_ref()
                        .is_some_and(|it| unprinted(&it.expression))
                    || column.collation.is_some()
            });
            in_columns
                || table.checks.iter().any(|it| unprinted(&it.expression))
                || table.exclusions.iter().any(|it| unprinted(&it.definition))
                || table.indexes.iter().any(|index| {
                    some(&index.predicate) || index.columns.iter().any(|it| some(&it.expression))
                })
        };
        self.tables.iter().any(in_table)
            || !self.domains.is_empty()
            || self.views.iter().any(|it| unprinted(&it.query))
            || self.functions.iter().any(|it| unprinted(&it.statement))
            || self.triggers.iter().any(|it| unprinted(&it.statement))
            || self.policies.iter().any(|it| unprinted(&it.statement))
    }

    /// Takes over, from what a server tells of a database that was made from this very catalog, everything that only a server
    /// knows: how it prints each expression, which namespace a collation is in, what the columns of views are, what needs what.
    ///
    /// What this catalog holds stays the same, and in its order; what the other one does not hold stays as it is.
    ///
    /// ```
    /// use relata_schema::{Sources, analyze};
    /// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id @check(\"id in (1, 2)\")\n}\n";
    /// let mut lowered = relata_sql::lower(&analyze(&Sources::one("a.schema", text)).schema)?;
    /// let mut made = lowered.clone(); // as if it had been made and read
    /// made.tables[0].checks[0].expression.canonical = Some("(id = ANY (ARRAY[1, 2]))".into());
    /// lowered.settle(&made);
    /// assert_eq!(lowered, made);
    /// # Ok::<(), relata_sql::Error>(())
    /// ```
    pub fn settle(&mut self, made: &Self) {
        let tables: HashMap<&ObjectName, &Table> = made
            .tables
            .iter()
            .map(|table| (&table.name, table))
            .collect();
        for table in &mut self.tables {
            if let Some(made) = tables.get(&table.name) {
                settle_table(table, made);
            }
        }
        let items: HashMap<_, _> = made.items().map(|item| (item.address(), item)).collect();
        let found = |address| items.get(&address).copied();
        for it in &mut self.domains {
            if let Some(Item::Domain(made)) = found(Item::Domain(it).address()) {
                it.base.clone_from(&made.base);
                it.collation.clone_from(&made.collation);
                settle_option(&mut it.default, made.default.as_ref());
                settle_checks(&mut it.checks, &made.checks);
            }
        }
        for it in &mut self.functions {
            if let Some(Item::Function(made)) = found(Item::Function(it).address()) {
                settle(&mut it.statement, &made.statement);
            }
        }
        for it in &mut self.views {
            if let Some(Item::View(made)) = found(Item::View(it).address()) {
                settle_view(it, made);
            }
        }
        for it in &mut self.triggers {
            if let Some(Item::Trigger(made)) = found(Item::Trigger(it).address()) {
                settle(&mut it.statement, &made.statement);
            }
        }
        for it in &mut self.policies {
            if let Some(Item::Policy(made)) = found(Item::Policy(it).address()) {
                settle(&mut it.statement, &made.statement);
            }
        }
        for it in &mut self.extensions {
            if let Some(made) = made.extensions.iter().find(|made| made.name == it.name) {
                it.clone_from(made);
            }
        }
        self.dependencies.clone_from(&made.dependencies);
    }
}

fn settle(to: &mut Expression, made: &Expression) {
    let printed = made.canonical.as_ref().unwrap_or(&made.source);
    to.canonical = Some(printed.clone());
}

fn settle_option(to: &mut Option<Expression>, made: Option<&Expression>) {
    if let (Some(to), Some(made)) = (to, made) {
        settle(to, made);
    }
}

fn settle_checks(to: &mut [Check], made: &[Check]) {
    for check in to {
        if let Some(made) = made.iter().find(|made| made.name == check.name) {
            settle(&mut check.expression, &made.expression);
        }
    }
}

fn settle_table(table: &mut Table, made: &Table) {
    for column in &mut table.columns {
        let Some(made) = made.column(&column.name) else {
            continue;
        };
        match (&mut column.default, &made.default) {
            (Some(Default::Expression(to)), Some(Default::Expression(made))) => settle(to, made),
            // A literal that the server takes for an expression, as it does for a domain's.
            (Some(Default::Literal(_)), Some(Default::Expression(_)))
            | (Some(Default::Expression(_)), Some(_)) => column.default.clone_from(&made.default),
            _ => {}
        }
        if let (Some(to), Some(made)) = (&mut column.generated, &made.generated) {
            settle(&mut to.expression, &made.expression);
        }
        if column.collation.is_some() {
            column.collation.clone_from(&made.collation);
        }
    }
    settle_checks(&mut table.checks, &made.checks);
    for exclusion in &mut table.exclusions {
        let same = made
            .exclusions
            .iter()
            .find(|made| made.name == exclusion.name);
        if let Some(made) = same {
            settle(&mut exclusion.definition, &made.definition);
        }
    }
    settle_indexes(&mut table.indexes, &made.indexes);
}

fn settle_indexes(to: &mut [Index], made: &[Index]) {
    for index in to {
        let Some(made) = made.iter().find(|made| made.name == index.name) else {
            continue;
        };
        settle_option(&mut index.predicate, made.predicate.as_ref());
        for (column, made) in index.columns.iter_mut().zip(&made.columns) {
            settle_option(&mut column.expression, made.expression.as_ref());
            if column.collation.is_some() {
                column.collation.clone_from(&made.collation);
            }
        }
    }
}

fn settle_view(view: &mut View, made: &View) {
    settle(&mut view.query, &made.query);
    view.columns.clone_from(&made.columns);
    view.options.clone_from(&made.options);
    if let (Some(to), Some(made)) = (&mut view.materialized, &made.materialized) {
        to.storage.clone_from(&made.storage);
        settle_indexes(&mut to.indexes, &made.indexes);
    }
}
