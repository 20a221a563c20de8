//! Constraints that keep NULL out of a column.

use super::{Clause, Context};
use crate::catalog::{Column, NotNull, Table};
use crate::change::AlteredColumn;
use crate::dialect::{self, Writer};

/// Makes a column required or optional.
pub(super) fn change(writer: &Writer<'_>, to: &Column) -> Clause {
    let constraint = &to.not_null;
    let says_more = constraint.name.is_some() || constraint.no_inherit || constraint.is_unproved;
    let alter = |what: &str| {
        let name = writer.ident(&to.name);
        Clause::new(format!("ALTER COLUMN {name} {what}"))
    };
    if to.nullable {
        alter("DROP NOT NULL")
    } else if says_more {
        Clause::new(dialect::add_not_null(writer, to))
    } else {
        alter("SET NOT NULL")
    }
}

/// Makes the constraint that keeps NULL out another one (PostgreSQL 18).
pub(super) fn alter(context: &Context<'_>, table: &Table, change: &AlteredColumn<'_>) -> Clause {
    let (writer, column) = (&context.writer, change.to);
    let (from, to) = (&change.from.not_null, &change.to.not_null);
    let alter = |what: String| format!("ALTER TABLE {} {what};", writer.name(&table.name));
    if to.is_unproved && !from.is_unproved {
        // What was found to hold cannot become what was not.
        let name = writer.ident(&column.name);
        return Clause {
            before: vec![alter(format!("ALTER COLUMN {name} DROP NOT NULL"))],
            ..Clause::new(dialect::add_not_null(writer, column))
        };
    }
    let name = |it: &NotNull| writer.ident(&it.name(&table.name, &column.name));
    let mut statements = Vec::new();
    if name(from) != name(to) {
        let (from, to) = (name(from), name(to));
        statements.push(alter(format!("RENAME CONSTRAINT {from} TO {to}")));
    }
    let name = name(to);
    if from.no_inherit != to.no_inherit {
        let word = if to.no_inherit { "NO " } else { "" };
        statements.push(alter(format!("ALTER CONSTRAINT {name} {word}INHERIT")));
    }
    if from.is_unproved && !to.is_unproved {
        statements.push(alter(format!("VALIDATE CONSTRAINT {name}")));
    }
    Clause {
        before: statements,
        ..Clause::default()
    }
}
