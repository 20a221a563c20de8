//! `@renamed` and `@@renamed`: old names that lead somewhere.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::ir::{Model, Renamed, Schema};

/// One thing among those whose names must differ.
struct Item<'s> {
    name: &'s str,
    renamed: Option<&'s Renamed>,
}

pub(super) fn model(model: Model<'_>, found: &mut Findings) {
    let columns = model.scalar_fields().map(|field| Item {
        name: field.database_name(),
        renamed: field.renamed(),
    });
    together(columns, "column", found);
}

pub(super) fn check(schema: &Schema, found: &mut Findings) {
    for item in schema.enums() {
        let values = item.values().map(|value| Item {
            name: value.database_name(),
            renamed: value.renamed(),
        });
        together(values, "value", found);
    }
    // Those of one database schema stand together; a rename does not move between schemas.
    let mut tables: HashMap<Option<&str>, Vec<Item<'_>>> = HashMap::new();
    let mut types: HashMap<Option<&str>, Vec<Item<'_>>> = HashMap::new();
    if schema.models().any(|model| model.renamed().is_some()) {
        for model in schema.models() {
            tables.entry(model.namespace()).or_default().push(Item {
                name: model.database_name(),
                renamed: model.renamed(),
            });
        }
    }
    for item in schema.enums() {
        types.entry(item.namespace()).or_default().push(Item {
            name: item.database_name(),
            renamed: item.renamed(),
        });
    }
    for item in schema.domains() {
        types.entry(item.namespace()).or_default().push(Item {
            name: item.database_name(),
            renamed: item.renamed(),
        });
    }
    for (_, items) in tables {
        together(items.into_iter(), "table", found);
    }
    for (_, items) in types {
        together(items.into_iter(), "type", found);
    }
}

/// The renames among things of one kind that share their names.
fn together<'s>(items: impl Iterator<Item = Item<'s>>, what: &str, found: &mut Findings) {
    let renames: Vec<(&str, &Renamed)> = items
        .filter_map(|item| Some((item.name, item.renamed?)))
        .collect();
    if renames.is_empty() {
        return;
    }
    let error = |renamed: &Renamed, message: String| {
        Diagnostic::error(Code::Renamed, renamed.span, message)
    };
    let mut by_old: HashMap<&str, &Renamed> = HashMap::new();
    // Where each old name has gone.
    let mut gone: HashMap<&str, (&str, &Renamed)> = HashMap::new();
    for (name, renamed) in &renames {
        if let Some(first) = by_old.insert(&renamed.from, renamed) {
            found.push(
                error(
                    renamed,
                    format!("two {what}s say that they were called `{}`", renamed.from),
                )
                .related(first.span, "the other one")
                .help("only one of them can be what it was"),
            );
        }
        gone.insert(&renamed.from, (name, renamed));
    }
    let mut visited: HashSet<&str> = HashSet::new();
    for (name, renamed) in &renames {
        if *name == &*renamed.from {
            found.push(
                error(
                    renamed,
                    format!("`{name}` is what the {what} is called now"),
                )
                .help("write the old name, or take it out"),
            );
        } else if !visited.contains(name) {
            // From new name to old name becomes a circle where names change places.
            let mut way: Vec<&Renamed> = Vec::new();
            let mut at = *name;
            while let Some((next, by)) = gone.get(at).filter(|_| visited.insert(at)) {
                way.push(by);
                at = next;
            }
            if let [first, .., last] = &way[..]
                && at == *name
            {
                found.push(
                    error(last, format!("`{}` and `{name}` change places", last.from))
                        .related(first.span, "and here the other way")
                        .help("give one of them another name first, in a migration of its own"),
                );
            }
        }
    }
}
