//! A rename as a caller writes it: `old_table:new_table`, `table.old:new`.

use relata_script::Dialect;

use super::{Rename, Renamed};
use crate::Error;
use crate::catalog::{Catalog, ObjectName, TypeKind};

/// Reads a rename as `--rename` takes it: `old_table:new_table` for a table, enum or domain, `table.old:new` for a column, `enum.old:new` for
/// a value (`table.column.old:new` on MySQL). A table may be named with its namespace, and by its old or its new name.
///
/// What is meant is looked up in the catalog that a plan starts from and in the one that it leads to.
///
/// # Errors
///
/// [`Error::NoRename`] where nothing is called so.
pub fn read_rename(text: &str, from: &Catalog, to: &Catalog) -> Result<Rename, Error> {
    let wrong = |reason: &str| Error::NoRename {
        text: text.to_owned(),
        reason: reason.to_owned(),
    };
    let form = "write `old_table:new_table`, or `table.old_column:new_column`";
    let (path, new) = text.rsplit_once(':').ok_or_else(|| wrong(form))?;
    if path.is_empty() || new.is_empty() {
        return Err(wrong(form));
    }
    let found = whole(path, new, from).or_else(|| part(path, new, from, to));
    found.ok_or_else(|| {
        let owner = path.split('.').next().unwrap_or_default();
        // The values of an enum are no part of the catalog where the type is none of its own.
        let is_thing = from.tables.iter().any(|it| is_meant(&it.name, owner));
        let hint = if from.dialect == Dialect::Mysql && !is_thing && path.contains('.') {
            "; for a value of an enum, which belongs to its column there, write `table.column.old:new`"
        } else {
            ""
        };
        wrong(&format!(
            "the database has nothing that is called `{path}`{hint}"
        ))
    })
}

fn is_meant(name: &ObjectName, word: &str) -> bool {
    *name.name == *word || name.to_string() == word
}

fn whole(path: &str, new: &str, from: &Catalog) -> Option<Rename> {
    let rename = |what, old: &ObjectName| Rename {
        what,
        from: old.name.clone(),
        to: new.into(),
    };
    if let Some(table) = from.tables.iter().find(|it| is_meant(&it.name, path)) {
        let namespace = table.name.namespace.clone();
        return Some(rename(Renamed::Table { namespace }, &table.name));
    }
    if let Some(it) = from.enums.iter().find(|it| is_meant(&it.name, path)) {
        let namespace = it.name.namespace.clone();
        return Some(rename(Renamed::Enum { namespace }, &it.name));
    }
    let it = from.domains.iter().find(|it| is_meant(&it.name, path))?;
    let namespace = it.name.namespace.clone();
    Some(rename(Renamed::Domain { namespace }, &it.name))
}

fn part(path: &str, new: &str, from: &Catalog, to: &Catalog) -> Option<Rename> {
    // A name may hold dots itself.
    let cuts = || {
        path.match_indices('.')
            .map(|(dot, _)| (&path[..dot], &path[dot + 1..]))
    };
    let (what, old) = cuts()
        .find_map(|(owner, old)| {
            let what = column(owner, old, new, from, to).or_else(|| value(owner, old, from, to))?;
            Some((what, old))
        })
        .or_else(|| {
            cuts().find_map(|(owner, old)| Some((column_value(owner, old, from, to)?, old)))
        })?;
    Some(Rename {
        what,
        from: old.into(),
        to: new.into(),
    })
}

/// The table that a plan leads to, by its new name, or by the old one where it is renamed itself.
fn table(word: &str, from: &Catalog, to: &Catalog) -> Option<ObjectName> {
    if let Some(table) = to.tables.iter().find(|it| is_meant(&it.name, word)) {
        return Some(table.name.clone());
    }
    let old = from.tables.iter().find(|it| is_meant(&it.name, word))?;
    let renamed = to.renames.iter().find(|rename| {
        matches!(&rename.what, Renamed::Table { namespace } if *namespace == old.name.namespace)
            && rename.from == old.name.name
    })?;
    Some(old.name.sibling(&renamed.to))
}

/// The table as it was.
fn table_before<'c>(
    name: &ObjectName,
    from: &'c Catalog,
    to: &Catalog,
) -> Option<&'c crate::catalog::Table> {
    from.table(name).or_else(|| {
        let renamed = to.renames.iter().find(|rename| {
            matches!(rename.what, Renamed::Table { .. })
                && rename.what.named(&rename.to).as_ref() == Some(name)
        })?;
        from.table(&name.sibling(&renamed.from))
    })
}

fn column(owner: &str, old: &str, new: &str, from: &Catalog, to: &Catalog) -> Option<Renamed> {
    let table = table(owner, from, to)?;
    let before = table_before(&table, from, to)?;
    let is_there = before.column(old).is_some() || before.column(new).is_some();
    is_there.then_some(Renamed::Column { table })
}

fn value(owner: &str, old: &str, from: &Catalog, to: &Catalog) -> Option<Renamed> {
    let it = to.enums.iter().find(|it| is_meant(&it.name, owner))?;
    let of = it.name.clone();
    let renamed = to.renames.iter().find(|rename| {
        matches!(rename.what, Renamed::Enum { .. })
            && rename.what.named(&rename.to).as_ref() == Some(&of)
    });
    let name_before = renamed.map_or_else(|| of.clone(), |it| of.sibling(&it.from));
    let before = from.enumeration(&name_before)?;
    let is_there = before.values.iter().any(|it| **it == *old);
    is_there.then_some(Renamed::EnumValue { of })
}

fn column_value(path: &str, old: &str, from: &Catalog, to: &Catalog) -> Option<Renamed> {
    path.match_indices('.').find_map(|(dot, _)| {
        let table = table(&path[..dot], from, to)?;
        let column = &path[dot + 1..];
        let after = to.table(&table)?.column(column)?;
        let before = table_before(&table, from, to)?;
        let has = |it: &crate::catalog::Column| matches!(&it.ty.kind, TypeKind::Values(values) if values.iter().any(|it| **it == *old));
        let is_there = matches!(after.ty.kind, TypeKind::Values(_)) && before.columns.iter().any(has);
        is_there.then(|| Renamed::ColumnValue {
            table,
            column: column.into(),
        })
    })
}
