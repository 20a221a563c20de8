//! Columns of tables that change in place.

use super::{Clause, Context, Draft, column_object, domain};
use crate::catalog::{Column, Default, ObjectName, Table};
use crate::change::AlteredColumn;
use crate::dialect::{Conversion, Writer, conversion, serial_sequence};
use crate::step::{Effects, Object, StepKind};

pub(crate) fn add(context: &Context<'_>, table: &Table, column: &Column) -> Clause {
    let mut clause = Clause::new(context.writer.add_column(table, column));
    clause.effects.needs = context.type_needs(&column.ty);
    clause
        .effects
        .gives
        .push(column_object(table, &column.name));
    clause
}

pub(crate) fn drop(context: &Context<'_>, table: &Table, column: &Column) -> Clause {
    let mut clause = Clause::new(format!(
        "DROP COLUMN {}",
        context.writer.ident(&column.name)
    ));
    clause
        .effects
        .takes
        .push(column_object(table, &column.name));
    clause
        .effects
        .frees
        .extend(column.ty.enum_name().cloned().map(Object::Enum));
    clause.effects.frees.extend(domain(&column.ty));
    clause
}

/// What a change of a column comes to.
pub(crate) struct Alteration<'c> {
    pub(crate) clauses: Vec<Clause>,
    /// A step that leaves no NULL behind.
    pub(crate) backfill: Option<Draft<'c>>,
}

pub(crate) fn alter<'c>(
    context: &Context<'c>,
    table: &Table,
    change: &AlteredColumn<'_>,
) -> Alteration<'c> {
    let backfill = backfill(context, table, change);
    let clauses = if context.writer.can().restates_columns {
        restate(context, table, change, backfill.is_some())
    } else {
        piecewise(context, table, change, backfill.is_some())
    };
    Alteration { clauses, backfill }
}

/// Fills in the default where a column that could hold NULL no longer can; Prisma leaves that to the reader, and the
/// statement fails on the first NULL.
fn backfill<'c>(
    context: &Context<'c>,
    table: &Table,
    change: &AlteredColumn<'_>,
) -> Option<Draft<'c>> {
    if !change.becomes_required() || is_recreated(context, change) {
        return None;
    }
    let value = context.writer.default(change.to)?;
    let column = context.writer.ident(&change.to.name);
    let statement = format!(
        "UPDATE {} SET {column} = {value} WHERE {column} IS NULL;",
        context.writer.name(&table.name)
    );
    let mut effects = Effects {
        needs: vec![column_object(table, &change.to.name)],
        ..Effects::default()
    };
    effects
        .needs
        .extend(change.to.ty.enum_name().cloned().map(Object::Enum));
    effects.gives.push(filled(table, change.to));
    Some(Draft::whole(
        StepKind::Backfill,
        &table.name,
        vec![statement],
        effects,
    ))
}

fn filled(table: &Table, column: &Column) -> Object {
    Object::Filled(table.name.clone(), column.name.clone())
}

/// Tells whether a column is dropped and made again, because no value of it could live on in the new type.
pub(crate) fn is_recreated(context: &Context<'_>, change: &AlteredColumn<'_>) -> bool {
    change.ty
        && !context.writer.can().restates_columns
        && context.writer.can().alters_tables
        && convert(context, change) == Conversion::None
}

fn convert(context: &Context<'_>, change: &AlteredColumn<'_>) -> Conversion {
    let (column, sql) = (
        context.writer.ident(&change.to.name),
        context.writer.column_type(&change.to.ty),
    );
    conversion(
        &change.from.ty,
        &change.to.ty,
        &column,
        change.from.nullable,
        &sql,
    )
}

/// The sequence behind a numbered column: the one that the database tells, or the one that it would have made.
pub(crate) fn sequence(table: &Table, column: &Column) -> ObjectName {
    match &column.default {
        Some(Default::Autoincrement {
            sequence: Some(name),
        }) => name.clone(),
        _ => serial_sequence(&table.name, &column.name),
    }
}

/// One clause for each part that changes (PostgreSQL), in Prisma's order.
fn piecewise(
    context: &Context<'_>,
    table: &Table,
    change: &AlteredColumn<'_>,
    filling: bool,
) -> Vec<Clause> {
    let (from, to, writer) = (change.from, change.to, &context.writer);
    let conversion = if change.ty {
        convert(context, change)
    } else {
        Conversion::Assigned
    };
    if conversion == Conversion::None {
        return vec![drop(context, table, from), add(context, table, to)];
    }
    let name = writer.ident(&to.name);
    let itself = column_object(table, &to.name);
    let alter = |what: &str| Clause::new(format!("ALTER COLUMN {name} {what}"));
    // Its rebuilt enum has taken the default along already.
    let settled = context.is_rebuilt(&from.ty, &to.ty) && !change.ty;
    let anew = matches!(conversion, Conversion::Using(_));
    let has_default = from
        .default
        .as_ref()
        .is_some_and(|default| *default != Default::Unknown);
    let numbered = (from.is_autoincrement(), to.is_autoincrement());
    let new_default = if numbered == (false, true) {
        Some(format!(
            "nextval({})",
            writer.string(&writer.name(&sequence(table, to)))
        ))
    } else {
        writer.default(to)
    };
    let redefault = !settled && (change.default || anew);
    let mut clauses = Vec::new();

    // A default of the old type would be in the way of the new one, unless the server converts it itself.
    if redefault && has_default && (anew || new_default.is_none()) && numbered != (true, true) {
        let mut clause = alter("DROP DEFAULT");
        if numbered == (true, false) {
            clause.after.push(format!(
                "DROP SEQUENCE {};",
                writer.name(&sequence(table, from))
            ));
        }
        clause.effects.frees.push(itself.clone());
        clauses.push(clause);
    }
    if change.nullability {
        let mut clause = alter(if to.nullable {
            "DROP NOT NULL"
        } else {
            "SET NOT NULL"
        });
        clause.effects.needs.push(itself.clone());
        if filling {
            clause.effects.needs.push(filled(table, to));
        }
        clauses.push(clause);
    }
    if let Some(default) = new_default.filter(|_| redefault) {
        let mut clause = alter(&format!("SET DEFAULT {default}"));
        clause.effects.needs.push(itself.clone());
        clause.effects.needs.extend(context.type_needs(&to.ty));
        if numbered == (false, true) {
            number(context, table, to, &mut clause);
        }
        if numbered == (true, false) {
            clause.after.push(format!(
                "DROP SEQUENCE {};",
                writer.name(&sequence(table, from))
            ));
        }
        clauses.push(clause);
    }
    if change.ty {
        let using = match &conversion {
            Conversion::Using(expression) => format!(" USING ({expression})"),
            _ => String::new(),
        };
        let mut clause = alter(&format!(
            "SET DATA TYPE {}{using}",
            writer.column_type(&to.ty)
        ));
        if numbered == (true, true) {
            let sequence = writer.name(&sequence(table, from));
            clause.after.push(format!(
                "ALTER SEQUENCE {sequence} AS {};",
                writer.column_type(&to.ty)
            ));
        }
        clause.effects.needs = context.type_needs(&to.ty);
        clause.effects.takes.push(itself.clone());
        clause.effects.gives.push(itself);
        if from.ty.enum_name() != to.ty.enum_name() {
            clause
                .effects
                .frees
                .extend(from.ty.enum_name().cloned().map(Object::Enum));
        }
        if from.ty.domain_name() != to.ty.domain_name() {
            clause.effects.frees.extend(domain(&from.ty));
        }
        clauses.push(clause);
    }
    clauses
}

/// Gives a column a sequence of its own, as `SERIAL` would have, that goes on after the rows there are.
fn number(context: &Context<'_>, table: &Table, column: &Column, clause: &mut Clause) {
    let writer = &context.writer;
    let sequence = sequence(table, column);
    let (name, ty) = (writer.name(&sequence), writer.column_type(&column.ty));
    let (table_name, column_name) = (writer.name(&table.name), writer.ident(&column.name));
    clause
        .before
        .push(format!("CREATE SEQUENCE {name} AS {ty};"));
    clause.after.push(format!(
        "ALTER SEQUENCE {name} OWNED BY {table_name}.{column_name};"
    ));
    clause.after.push(format!(
        "SELECT setval({}, (SELECT coalesce(max({column_name}), 0) + 1 FROM {table_name}), false);",
        writer.string(&name),
    ));
    clause.effects.gives.push(Object::Name(
        Writer::table_scope(&sequence),
        sequence.name.clone(),
    ));
}

/// The whole column once more (MySQL).
fn restate(
    context: &Context<'_>,
    table: &Table,
    change: &AlteredColumn<'_>,
    filling: bool,
) -> Vec<Clause> {
    let (from, to, writer) = (change.from, change.to, &context.writer);
    let itself = column_object(table, &to.name);
    let only_default = !change.ty && !change.nullability;
    // Without a default an optional column has NULL for one, which only a restatement brings about.
    if only_default && to.default.is_none() && !to.nullable && !from.is_autoincrement() {
        return vec![Clause::new(format!(
            "ALTER COLUMN {} DROP DEFAULT",
            writer.ident(&to.name)
        ))];
    }
    let modify = |column: &Column| Clause::new(format!("MODIFY {}", writer.column(table, column)));
    let mut clauses = Vec::new();
    let mut last = modify(to);
    if filling {
        last.effects.needs.push(filled(table, to));
    }
    if change.ty {
        let first = if filling {
            // In the new type already, since the default need not be a value of the old one, but still with NULLs.
            let loose = Column {
                nullable: true,
                default: None,
                ..to.clone()
            };
            clauses.push(modify(&loose));
            last.effects.needs.push(itself.clone());
            clauses.first_mut()
        } else {
            Some(&mut last)
        };
        if let Some(first) = first {
            first.effects.takes.push(itself.clone());
            first.effects.gives.push(itself);
        }
    }
    clauses.push(last);
    clauses
}
