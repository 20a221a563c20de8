//! What of a catalog not every server has.

use relata_schema::ir::Sort;
use relata_script::Dialect;

use super::Feature;
use crate::catalog::{Catalog, Column, Deferrable, Index, Item, Table};

/// The features that a catalog uses, each with the object that does.
pub(super) fn features(catalog: &Catalog) -> Vec<(Feature, String)> {
    let mut used = Vec::new();
    for table in &catalog.tables {
        of_table(catalog.dialect, table, &mut used);
    }
    for item in catalog.items() {
        let feature = match item {
            Item::Domain(_) => Feature::Domains,
            Item::View(view) if view.materialized.is_some() => Feature::MaterializedViews,
            Item::Function(_) => Feature::Functions,
            Item::Trigger(_) => Feature::Triggers,
            Item::Policy(_) => Feature::RowSecurity,
            Item::Sequence(_) => Feature::Sequences,
            _ => continue,
        };
        used.push((feature, item.address().to_string()));
    }
    used
}

fn of_table(dialect: Dialect, table: &Table, used: &mut Vec<(Feature, String)>) {
    let name = table.name.to_string();
    let option = |option: &str| {
        let mut options = table.storage.options.iter();
        options.any(|(name, _)| &**name == option)
    };
    let whole = [
        (!table.checks.is_empty(), Feature::Checks),
        (!table.exclusions.is_empty(), Feature::Exclusions),
        (table.row_security.is_enabled, Feature::RowSecurity),
        (
            dialect == Dialect::Sqlite && option("strict"),
            Feature::Strict,
        ),
        (option("with system versioning"), Feature::SystemVersioning),
    ];
    let whole = whole.into_iter().filter(|(is, _)| *is);
    used.extend(whole.map(|(_, feature)| (feature, name.clone())));
    for column in &table.columns {
        let of = format!("{name}.{}", column.name);
        used.extend(of_column(column).map(|feature| (feature, of.clone())));
    }
    for index in &table.indexes {
        let of = format!("{name}.{}", index.name);
        used.extend(of_index(index).map(|feature| (feature, of.clone())));
    }
    for key in &table.foreign_keys {
        let of = format!("{name}.{}", key.name.as_deref().unwrap_or("foreign key"));
        if key.deferrable != Deferrable::No {
            used.push((Feature::Deferrable, of.clone()));
        }
        if !key.set_columns.is_empty() {
            used.push((Feature::ForeignKeySetColumns, of));
        }
    }
}

fn of_column(column: &Column) -> impl Iterator<Item = Feature> + use<> {
    let generated = column.generated.as_ref().map(|generated| {
        if generated.stored {
            Feature::StoredColumns
        } else {
            Feature::VirtualColumns
        }
    });
    let mut options = column.storage.options.iter();
    let invisible = options.any(|(name, _)| &**name == "invisible");
    let identity = column.identity.is_some().then_some(Feature::Identity);
    let invisible = invisible.then_some(Feature::InvisibleColumns);
    generated.into_iter().chain(identity).chain(invisible)
}

fn of_index(index: &Index) -> impl Iterator<Item = Feature> + use<> {
    let columns = &index.columns;
    [
        (index.nulls_not_distinct, Feature::NullsNotDistinct),
        (!index.include.is_empty(), Feature::Include),
        (index.predicate.is_some(), Feature::PartialIndexes),
        (
            columns.iter().any(|column| column.expression.is_some()),
            Feature::ExpressionIndexes,
        ),
        (
            columns.iter().any(|column| column.sort == Sort::Desc),
            Feature::DescendingIndexes,
        ),
    ]
    .into_iter()
    .filter_map(|(is, feature)| is.then_some(feature))
}

#[cfg(test)]
mod tests {
    use relata_schema::{Sources, analyze};

    use crate::{Target, lower};

    fn check(target: &str, provider: &str, model: &str) -> Result<(), String> {
        let text = format!(
            "datasource db {{\n  provider = \"{provider}\"\n}}\nmodel A {{\n  id Int @id\n  b Int\n  {model}\n}}\n"
        );
        let analysis = analyze(&Sources::one("a.schema", &text));
        assert!(analysis.is_valid(), "{:?}", analysis.diagnostics);
        let catalog = lower(&analysis.schema).unwrap();
        let target: Target = target.parse().unwrap();
        target.check(&catalog).map_err(|error| error.to_string())
    }

    #[test]
    fn a_construct_needs_its_version() {
        let unique = "@@unique([b], nullsDistinct: false)";
        let error = check("postgresql 14", "postgresql", unique).unwrap_err();
        assert_eq!(
            error,
            "`public.A.A_b_key` needs `NULLS NOT DISTINCT`, which came with postgresql 15: the target is postgresql 14"
        );
        assert_eq!(check("postgresql 15", "postgresql", unique), Ok(()));
        let computed = "c Int @generated(\"b + 1\", stored: false)";
        assert!(check("postgresql 17", "postgresql", computed).is_err());
        assert_eq!(check("postgresql 18", "postgresql", computed), Ok(()));
        assert!(check("sqlite 3.30", "sqlite", computed).is_err());
        assert_eq!(check("mysql 8.0", "mysql", computed), Ok(()));
        let checked = "@@check(\"b > 0\")";
        assert!(check("mysql 8.0.15", "mysql", checked).is_err());
        assert_eq!(check("mariadb 10.6", "mysql", checked), Ok(()));
        let sorted = "@@index([b(sort: Desc)])";
        assert!(check("mariadb 10.6", "mysql", sorted).is_err());
        assert_eq!(check("mariadb 10.11", "mysql", sorted), Ok(()));
        let error = check("cockroachdb 23.1", "postgresql", "@@rls").unwrap_err();
        assert!(error.contains("which cockroachdb does not have"), "{error}");
        assert!(check("mysql 8.0", "postgresql", "").is_err());
    }

    #[test]
    fn a_target_is_a_server_and_a_version() {
        for text in [
            "",
            "postgresql",
            "postgresql x",
            "mssql 2019",
            "sqlite 3.1.2.3",
        ] {
            assert_eq!(
                text.parse::<Target>().unwrap_err().code(),
                "R3006",
                "{text}"
            );
        }
    }
}
