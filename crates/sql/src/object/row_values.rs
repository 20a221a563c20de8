//! Rows of a table that are values elsewhere: of a column, another type or a domain (PostgreSQL, "Composite Types").

use super::{Clause, Context, not_null};
use crate::catalog::{Address, Column, Kind, ObjectName, Table};
use crate::step::{Effects, Object};

/// The rows of a table as values of a type, as they were and as they will be: its columns keep their types while another column holds such
/// values (PostgreSQL). Two objects, since several steps may change the columns of one table, in any order.
pub(super) fn rows(table: &ObjectName) -> [Object; 2] {
    [
        Object::Item(Address::of(Kind::Type, table)),
        Object::Item(Address::part(Kind::Type, table, "")),
    ]
}

/// What a change of a column comes to for those who hold rows of its table, or of one under it.
pub(super) fn effects_on_rows(context: &Context<'_>, table: &Table, effects: &mut Effects) {
    let heirs = context.heirs(&table.name).iter();
    for name in std::iter::once(&table.name).chain(heirs.copied()) {
        let [before, after] = rows(name);
        effects.takes.push(before);
        effects.gives.push(after);
    }
}

/// Tells whether a new column can get its values by a statement of its own: no row may get one with the column while the rows are values
/// elsewhere (PostgreSQL, `ALTER TABLE … ADD COLUMN`).
pub(super) fn is_filled_later(context: &Context<'_>, table: &Table, column: &Column) -> bool {
    let heirs = context.heirs(&table.name).iter();
    let mut changed = std::iter::once(&table.name).chain(heirs.copied());
    column.default.is_some()
        && !column.is_made_by_server()
        && changed.any(|name| context.keeps_rows(name))
}

/// Adds a column first, then its default, and then what that gives to the rows that are there.
pub(super) fn filled_later(context: &Context<'_>, table: &Table, column: &Column) -> Clause {
    let writer = &context.writer;
    let (table_name, name) = (writer.name(&table.name), writer.ident(&column.name));
    let empty = Column {
        default: None,
        nullable: true,
        ..column.clone()
    };
    let mut clause = Clause::new(writer.add_column(table, &empty));
    let default = writer.written_default(column);
    clause.after.extend(default.map(|default| {
        format!("ALTER TABLE {table_name} ALTER COLUMN {name} SET DEFAULT {default};")
    }));
    clause
        .after
        .push(format!("UPDATE {table_name} SET {name} = DEFAULT;"));
    if !column.nullable {
        let required = not_null::change(writer, column).sql.unwrap_or_default();
        clause
            .after
            .push(format!("ALTER TABLE {table_name} {required};"));
    }
    clause
}
