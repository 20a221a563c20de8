//! What of a catalog a comparison of tables does not look at.

use std::collections::BTreeSet;

use relata_sql::Catalog;
use relata_sql::catalog::{Expression, Index, Item};

/// What only one of two catalogs tells, a line each.
pub(crate) fn lost(lowered: &Catalog, read: &Catalog) -> Vec<String> {
    let (lowered, read) = (facts(lowered), facts(read));
    let only = |sign: &str, of: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
        let lines = of.difference(other);
        lines.map(|line| format!("{sign} {line}")).collect()
    };
    let mut lines = only("-", &lowered, &read);
    lines.extend(only("+", &read, &lowered));
    lines
}

fn facts(catalog: &Catalog) -> BTreeSet<String> {
    let mut facts = BTreeSet::new();
    for table in &catalog.tables {
        let name = &table.name;
        for column in &table.columns {
            let of = format!("{name}.{}", column.name);
            if let Some(generated) = &column.generated {
                let sql = printed(&generated.expression);
                facts.insert(format!("{of} generated {sql} stored {}", generated.stored));
            }
            if let Some(identity) = &column.identity {
                facts.insert(format!("{of} {identity:?}"));
            }
            if let Some(collation) = &column.collation {
                facts.insert(format!("{of} collate {collation}"));
            }
        }
        for check in &table.checks {
            facts.insert(format!(
                "{name} check {} {}",
                check.name,
                printed(&check.expression)
            ));
        }
        for each in &table.exclusions {
            facts.insert(format!(
                "{name} {} {}",
                each.name,
                printed(&each.definition)
            ));
        }
        // Those that MySQL makes by itself bear the name of their foreign key.
        let implied = |index: &&Index| {
            let mut keys = table.foreign_keys.iter();
            keys.any(|key| key.name.as_ref() == Some(&index.name))
        };
        let indexes = table.indexes.iter().filter(|index| !implied(index));
        facts.extend(indexes.map(|index| format!("{name} {}", clauses(index))));
        facts.insert(format!("{name} {:?}", table.row_security));
    }
    for item in catalog.items() {
        let address = item.address();
        let said = match item {
            Item::Domain(it) => {
                let checks = it
                    .checks
                    .iter()
                    .map(|it| format!("{} {}", it.name, printed(&it.expression)));
                let checks: BTreeSet<String> = checks.collect();
                let default = it.default.as_ref().map(printed);
                format!("{} {:?} {default:?} {checks:?}", it.base, it.collation)
            }
            Item::Function(it) => printed(&it.statement),
            Item::Trigger(it) => printed(&it.statement),
            Item::Policy(it) => printed(&it.statement),
            Item::View(it) => {
                let materialized = it.materialized.as_ref().map(|it| {
                    let indexes: BTreeSet<String> = it.indexes.iter().map(clauses).collect();
                    (it.is_populated, indexes)
                });
                format!("{} {materialized:?}", printed(&it.query))
            }
            other => format!("{other:?}"),
        };
        facts.insert(format!("{address}: {said}"));
    }
    for comment in &catalog.comments {
        facts.insert(format!("comment {comment:?}"));
    }
    facts
}

fn clauses(index: &Index) -> String {
    let columns: Vec<String> = index
        .columns
        .iter()
        .map(|it| {
            let expression = it.expression.as_ref().map(printed);
            format!(
                "{} {expression:?} {:?} {:?} {:?}",
                it.name, it.sort, it.nulls, it.collation
            )
        })
        .collect();
    let predicate = index.predicate.as_ref().map(printed);
    let (include, nulls) = (&index.include, index.nulls_not_distinct);
    format!(
        "index {} {columns:?} {predicate:?} {include:?} {nulls}",
        index.name
    )
}

fn printed(sql: &Expression) -> String {
    sql.canonical.as_ref().unwrap_or(&sql.source).to_string()
}
