//! What the tests of all databases share: two catalogs side by side.

use relata_sql::Catalog;
use relata_sql::catalog::NotNull;

/// What differs between two catalogs apart from the order of tables and columns; nothing where they are equal.
pub(crate) fn differences(found: &Catalog, wanted: &Catalog) -> Option<String> {
    let (found, wanted) = (sorted(found), sorted(wanted));
    (found != wanted).then(|| lines_that_differ(&format!("{found:#?}"), &format!("{wanted:#?}")))
}

fn sorted(catalog: &Catalog) -> Catalog {
    let mut catalog = catalog.clone();
    for table in &mut catalog.tables {
        for column in &mut table.columns {
            let constraint = &mut column.not_null;
            let usual = NotNull::usual_name(&table.name, &column.name);
            // What comes down from a parent has the name that it had when it came, which nobody can change.
            let is_inherited = constraint.is_inherited;
            constraint
                .name
                .take_if(|name| is_inherited || **name == *usual);
            // Nor does a partition tell whether it had its own first.
            constraint.is_inherited &= table.ancestry.partition_of.is_none();
        }
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
    }
    // SQLite tells tables in the order in which they were made.
    catalog.tables.sort_by(|a, b| a.name.cmp(&b.name));
    // Nor does the order tell anything in which rights were given.
    catalog.grants.sort();
    catalog.default_privileges.sort();
    catalog
}

/// The lines that only one side has, with those before the first of them.
pub(crate) fn lines_that_differ(found: &str, wanted: &str) -> String {
    let (found, wanted): (Vec<&str>, Vec<&str>) =
        (found.lines().collect(), wanted.lines().collect());
    let same = found
        .iter()
        .zip(&wanted)
        .take_while(|(a, b)| a == b)
        .count();
    let show = |lines: &[&str]| {
        let from = same.saturating_sub(12).min(lines.len());
        lines[from..lines.len().min(same + 8)].join("\n")
    };
    format!("--- found\n{}\n--- wanted\n{}", show(&found), show(&wanted))
}
