//! Other names for what is there.

use std::borrow::Cow;

use relata_script::Dialect;

use super::{Body, Draft};
use crate::catalog::{Catalog, Column, ObjectName, Table, TypeKind};
use crate::dialect::Writer;
use crate::rename::{Rename, Renamed, speaks_of};
use crate::step::{Effects, Object, StepKind};

/// The drafts that bring renames about, each after those that it builds upon. The catalog is the one after them.
pub(crate) fn all<'c>(catalog: &Catalog, renames: &[Rename]) -> Vec<Draft<'c>> {
    let writer = Writer::new(catalog);
    let mut drafts = Vec::new();
    for (place, rename) in renames.iter().enumerate() {
        if let Renamed::ColumnValue { table, column } = &rename.what {
            // Those of one column in one go, since each restates it.
            let of_column = |it: &&Rename| it.what == rename.what;
            if !renames[..place].iter().any(|it| of_column(&it)) {
                let values: Vec<&Rename> = renames.iter().filter(of_column).collect();
                let then = before(catalog, &renames[place + 1..]);
                drafts.extend(column_values(&then, (table, column), &values));
            }
        } else {
            let mut draft = one(&writer, rename);
            if let (Renamed::Column { table }, Dialect::Mysql) = (&rename.what, writer.dialect()) {
                let then = before(catalog, &renames[place + 1..]);
                with_checks(&then, table, &rename.to, &mut draft);
            }
            drafts.push(draft);
        }
    }
    drafts
}

/// The catalog as it is before the last renames, which may be about the table that a value is in. Other values make no difference to it.
fn before<'c>(catalog: &'c Catalog, last: &[Rename]) -> Cow<'c, Catalog> {
    let others = last
        .iter()
        .filter(|it| !matches!(it.what, Renamed::ColumnValue { .. }));
    let mut then = Cow::Borrowed(catalog);
    for rename in others.rev() {
        then.to_mut().apply(&rename.reversed());
    }
    then
}

/// MySQL renames no column that a check speaks of (manual, "CHECK Constraints"), unless the check goes and comes in the same statement, which
/// copies the table. MariaDB renames it in the check, at once: it passes over a comment for MySQL 8.0.16, where checks begin.
fn with_checks(catalog: &Catalog, name: &ObjectName, column: &str, draft: &mut Draft<'_>) {
    let writer = Writer::new(catalog);
    let Some(table) = catalog.table(name) else {
        return;
    };
    // MariaDB names the check that is part of a column after it.
    let checks = table.checks.iter().filter(|check| {
        table.column(&check.name).is_none()
            && speaks_of(writer.dialect(), &check.expression.source, column)
    });
    let clauses: Vec<String> = checks
        .map(|check| {
            let (name, check) = (writer.ident(&check.name), writer.check(check));
            format!(", DROP CONSTRAINT {name}, ADD {check}")
        })
        .collect();
    let clauses = clauses.concat();
    // No comment holds the end of one; the server then says what is in the way.
    let fits = !clauses.contains("*/") && !clauses.contains("/*");
    if let (Body::Whole(statements, _), true) = (&mut draft.body, fits && !clauses.is_empty()) {
        for statement in statements {
            let bare = statement.trim_end_matches(';');
            *statement = format!("{bare} /*!80016 {clauses} */;");
        }
    }
}

fn one<'c>(writer: &Writer<'_>, rename: &Rename) -> Draft<'c> {
    let (from, to) = (writer.ident(&rename.from), writer.ident(&rename.to));
    let name =
        |namespace: &Option<Box<str>>, name: &str| ObjectName::new(namespace.as_deref(), name);
    let (kind, subject, statement, takes, gives) = match &rename.what {
        Renamed::Table { namespace } => {
            let (old, new) = (name(namespace, &rename.from), name(namespace, &rename.to));
            let written = writer.name(&old);
            let statement = if writer.dialect() == Dialect::Mysql {
                format!("RENAME TABLE {written} TO {to};")
            } else {
                format!("ALTER TABLE {written} RENAME TO {to};")
            };
            (
                StepKind::RenameTable,
                new.clone(),
                statement,
                vec![Object::Table(old)],
                vec![Object::Table(new)],
            )
        }
        Renamed::Column { table } => (
            StepKind::RenameColumn,
            table.clone(),
            format!(
                "ALTER TABLE {} RENAME COLUMN {from} TO {to};",
                writer.name(table)
            ),
            vec![Object::Column(table.clone(), rename.from.clone())],
            vec![Object::Column(table.clone(), rename.to.clone())],
        ),
        Renamed::Enum { namespace } | Renamed::Domain { namespace } => {
            let (old, new) = (name(namespace, &rename.from), name(namespace, &rename.to));
            let word = if matches!(rename.what, Renamed::Enum { .. }) {
                "TYPE"
            } else {
                "DOMAIN"
            };
            (
                StepKind::RenameType,
                new.clone(),
                format!("ALTER {word} {} RENAME TO {to};", writer.name(&old)),
                vec![Object::Enum(old)],
                vec![Object::Enum(new)],
            )
        }
        Renamed::EnumValue { of } | Renamed::ColumnValue { table: of, .. } => (
            StepKind::RenameValue,
            of.clone(),
            format!(
                "ALTER TYPE {} RENAME VALUE {} TO {};",
                writer.name(of),
                writer.string(&rename.from),
                writer.string(&rename.to)
            ),
            Vec::new(),
            Vec::new(),
        ),
        Renamed::Sequence { namespace } => {
            let old = name(namespace, &rename.from);
            (
                StepKind::RenameSequence,
                old.clone(),
                format!("ALTER SEQUENCE {} RENAME TO {to};", writer.name(&old)),
                Vec::new(),
                Vec::new(),
            )
        }
    };
    let effects = Effects {
        gives,
        takes,
        ..Effects::default()
    };
    Draft::whole(kind, &subject, vec![statement], effects)
}

/// The column takes both names, its rows take the new one, and the old one goes.
fn column_values<'c>(
    catalog: &Catalog,
    (name, column): (&ObjectName, &str),
    renames: &[&Rename],
) -> Option<Draft<'c>> {
    let writer = Writer::new(catalog);
    let table: &Table = catalog.table(name)?;
    let after: &Column = table.column(column)?;
    let TypeKind::Values(values) = &after.ty.kind else {
        return None;
    };
    let mut both = values.clone();
    for rename in renames {
        if !both.contains(&rename.from) {
            both.push(rename.from.clone());
        }
    }
    let mut between = after.clone();
    between.ty.kind = TypeKind::Values(both);
    let (table_name, column_name) = (writer.name(name), writer.ident(column));
    let modify = |column: &Column| {
        format!(
            "ALTER TABLE {table_name} MODIFY {};",
            writer.column(table, column)
        )
    };
    let mut statements = vec![modify(&between)];
    // One value may take the name that another has left, so that their order counts.
    statements.extend(renames.iter().map(|rename| {
        format!(
            "UPDATE {table_name} SET {column_name} = {} WHERE {column_name} = {};",
            writer.string(&rename.to),
            writer.string(&rename.from)
        )
    }));
    statements.push(modify(after));
    let itself = vec![Object::Column(name.clone(), column.into())];
    let effects = Effects {
        takes: itself.clone(),
        gives: itself,
        ..Effects::default()
    };
    Some(Draft::whole(
        StepKind::RenameValue,
        name,
        statements,
        effects,
    ))
}
