//! Columns of tables that change in place.

use super::column_storage::{keep, storage, usual_storage};
use super::identity::{go_on, number_by_identity};
use super::row_values::{effects_on_rows, filled_later, is_filled_later};
use super::{Clause, Context, Draft, column_object, domain, not_null};
use crate::catalog::{
    Address, Column, ColumnStorage, ColumnType, Default, Kind, ObjectName, Table, TypeKind,
};
use crate::change::AlteredColumn;
use crate::dialect::{Conversion, Writer, conversion, document, serial_sequence};
use crate::step::{Effects, Object, StepKind};

pub(crate) fn add(context: &Context<'_>, table: &Table, column: &Column) -> Clause {
    let mut clause = if is_filled_later(context, table, column) {
        filled_later(context, table, column)
    } else {
        Clause::new(context.writer.add_column(table, column))
    };
    clause.effects.needs = context.type_needs(&column.ty);
    let address = Address::column(&table.name, &column.name);
    clause.effects.needs.extend(context.recorded(&address));
    let default = Address::part(Kind::Default, &table.name, &column.name);
    clause.effects.needs.extend(context.all_recorded(&default));
    clause
        .effects
        .gives
        .extend(context.column_and_heirs(table, &column.name));
    if context.writer.can().enum_types && column.gives_values() {
        effects_on_rows(context, table, &mut clause.effects);
    }
    if context.writer.can().enum_types {
        let usual = ColumnStorage::default();
        let names = (&table.name, &*column.name);
        let said = [&usual, &column.storage];
        let kept = keep(&context.writer, names, usual_storage(&column.ty), said);
        clause.after.extend(kept);
    }
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
        .extend(context.column_and_heirs(table, &column.name));
    clause
        .effects
        .frees
        .extend(column.ty.enum_name().cloned().map(Object::Enum));
    let address = Address::column(&table.name, &column.name);
    clause.effects.frees.extend(context.was_recorded(&address));
    let default = Address::part(Kind::Default, &table.name, &column.name);
    clause
        .effects
        .frees
        .extend(context.was_all_recorded(&default));
    clause.effects.frees.extend(domain(&column.ty));
    clause
}

/// A column whose type is made anew waits as text meanwhile: the step before, and the one after.
pub(crate) fn aside<'c>(
    context: &Context<'c>,
    table: &Table,
    change: &AlteredColumn<'_>,
) -> [Draft<'c>; 2] {
    let (from, to, writer) = (change.from, change.to, &context.writer);
    let name = writer.ident(&to.name);
    let column = |tail: &str| format!("ALTER COLUMN {name} {tail}");
    let text = if from.ty.list { "TEXT[]" } else { "TEXT" };
    let mut first = vec![column(&format!(
        "SET DATA TYPE {text} USING {name}::{text}"
    ))];
    if from.default.is_some() {
        first.insert(0, column("DROP DEFAULT"));
    }
    let ty = writer.column_type(&to.ty);
    let collation = writer.collate(from, to);
    let mut second = vec![column(&format!(
        "SET DATA TYPE {ty}{collation} USING {name}::{ty}"
    ))];
    second.extend(
        writer
            .written_default(to)
            .map(|default| column(&format!("SET DEFAULT {default}"))),
    );
    let address = Address::column(&table.name, &to.name);
    let default = Address::part(Kind::Default, &table.name, &to.name);
    let objects = context.column_and_heirs(table, &to.name);
    let mut away = Effects {
        takes: objects.clone(),
        frees: context.was_recorded(&address),
        ..Effects::default()
    };
    away.frees.extend(context.was_recorded(&default));
    let mut back = Effects {
        needs: context.recorded(&address),
        gives: objects,
        ..Effects::default()
    };
    back.needs.extend(context.recorded(&default));
    let step = |clauses: &[String], effects| {
        let statements = writer.alter_table(table, clauses);
        Draft::whole(StepKind::AlterTable, &table.name, statements, effects)
    };
    [step(&first, away), step(&second, back)]
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
    let clauses = if change.recreated && context.writer.can().restates_columns {
        let mut again = add(context, table, change.to);
        if let Some(sql) = &mut again.sql {
            // Where it stood: those that are computed from it stand behind it. One that is made again is there by then unless its clause
            // comes later: those that are no longer computed come first.
            let is_early =
                |from: &Column, to: &Column| from.generated.is_some() && to.generated.is_none();
            let comes_early = is_early(change.from, change.to);
            let before = context.before.table(&table.name);
            let columns = before.into_iter().flat_map(|before| &before.columns);
            let ahead = columns
                .take_while(|column| column.name != change.from.name)
                .filter(|column| {
                    let address = Address::column(&table.name, &column.name);
                    let comes_later = |after: &&Column| {
                        context.torn.recreated.contains(&address)
                            && comes_early
                            && !is_early(column, after)
                    };
                    table
                        .column(&column.name)
                        .is_some_and(|after| !comes_later(&after))
                });
            match ahead.last() {
                Some(ahead) => {
                    sql.push_str(" AFTER ");
                    sql.push_str(&context.writer.ident(&ahead.name));
                }
                None => sql.push_str(" FIRST"),
            }
        }
        vec![drop(context, table, change.from), again]
    } else if context.writer.can().restates_columns {
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
    change.recreated
        || (change.ty
            && !context.writer.can().restates_columns
            && context.writer.can().alters_tables
            && convert(context, change.from, change.to) == Conversion::None)
}

/// How the values of a column get into its new type.
pub(crate) fn convert(context: &Context<'_>, from: &Column, to: &Column) -> Conversion {
    let writer = &context.writer;
    let (name, sql) = (writer.ident(&to.name), writer.column_type(&to.ty));
    conversion(&from.ty, &to.ty, &name, from.nullable, &sql)
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
        convert(context, change.from, change.to)
    } else {
        Conversion::Assigned
    };
    if conversion == Conversion::None || change.recreated {
        return vec![drop(context, table, from), add(context, table, to)];
    }
    let name = writer.ident(&to.name);
    let itself = column_object(table, &to.name);
    let alter = |what: &str| Clause::new(format!("ALTER COLUMN {name} {what}"));
    // Its rebuilt enum has taken the default along already, unless that had to go before it.
    let settled = context.is_rebuilt(&from.ty, &to.ty) && !change.ty && !change.torn_default;
    let anew = matches!(conversion, Conversion::Using(_));
    let has_default = match &from.default {
        None => false,
        // One that nobody knows stays, unless there shall be none.
        Some(Default::Unknown) => change.default,
        Some(_) => true,
    };
    // A sequence with a name of its own is an object of its own.
    let numbers = |column: &Column| {
        if writer.can().row_number.is_some() {
            false
        } else if context.after.is_whole {
            brings_sequence(column)
        } else {
            column.is_autoincrement()
        }
    };
    let stays = context.after.is_whole
        && from.is_autoincrement()
        && to.is_autoincrement()
        && sequence(table, from) == sequence(table, to);
    let numbered = if stays {
        (true, true)
    } else {
        (numbers(from), numbers(to))
    };
    let default_address = Address::part(Kind::Default, &table.name, &to.name);
    let needed_before = context.was_recorded(&default_address);
    let torn_default = change.torn_default || (change.default && !needed_before.is_empty());
    let parent = !context.heirs(&table.name).is_empty();
    let only = |what: &str| {
        let (table, name) = (writer.name(&table.name), &name);
        format!("ALTER TABLE ONLY {table} ALTER COLUMN {name} {what};")
    };
    let new_default = if numbered == (false, true) {
        Some(format!(
            "nextval({})",
            writer.string(&writer.name(&sequence(table, to)))
        ))
    } else if numbered == (true, true) {
        None
    } else {
        writer.written_default(to)
    };
    // The server keeps the default, but as a value of the type that it was written for, and prints it so: in a list, each value.
    let is_printed = |list: bool| list || (context.after.is_whole && !same_name(&from.ty, &to.ty));
    let recast =
        change.ty && is_printed(to.ty.list) && to.default.is_some() && !to.is_autoincrement();
    let redefault = !settled && (change.default || anew || change.torn_default || recast);
    let mut clauses = Vec::new();
    if change.comes_down {
        // Only what does not come down is left to say.
        let mut clause = Clause::default();
        clause.effects.needs.push(itself.clone());
        clause
            .effects
            .needs
            .extend(context.recorded(&default_address));
        if change.nullability {
            let word = if to.nullable { "DROP" } else { "SET" };
            clause.after.push(only(&format!("{word} NOT NULL")));
        }
        if change.default {
            clause.after.push(only(&match new_default {
                Some(default) => format!("SET DEFAULT {default}"),
                None => "DROP DEFAULT".to_owned(),
            }));
        }
        return vec![clause];
    }
    if change.generated && to.generated.is_none() {
        // A statement that also changes its type still takes it for a computed one.
        let mut clause = if change.ty || change.collation {
            let table = writer.name(&table.name);
            Clause::before(format!(
                "ALTER TABLE {table} ALTER COLUMN {name} DROP EXPRESSION;"
            ))
        } else {
            alter("DROP EXPRESSION")
        };
        clause.effects.frees = context.was_all_recorded(&default_address);
        clauses.push(clause);
    }
    if change.identity && to.identity.is_none() {
        let statement = format!(
            "ALTER TABLE {} ALTER COLUMN {name} DROP IDENTITY;",
            writer.name(&table.name)
        );
        let mut clause = Clause::before(statement);
        if let Some(identity) = &from.identity {
            clause.effects.takes.push(Object::Name(
                Writer::table_scope(&identity.sequence),
                identity.sequence.name.clone(),
            ));
        }
        clauses.push(clause);
    }

    if change.nullability {
        let mut clause = not_null::change(writer, to);
        clause.effects.needs.push(itself.clone());
        if filling {
            clause.effects.needs.push(filled(table, to));
        }
        clauses.push(clause);
    }

    if change.not_null {
        clauses.push(not_null::alter(context, table, change));
    }

    // A default of the old type would be in the way of the new one, unless the server converts it itself.
    if redefault
        && has_default
        && (anew || torn_default || new_default.is_none())
        && numbered != (true, true)
    {
        let mut clause = if parent {
            Clause::before(only("DROP DEFAULT"))
        } else {
            alter("DROP DEFAULT")
        };
        clause.effects.frees.extend(needed_before);
        if numbered == (true, false) {
            clause.after.push(format!(
                "DROP SEQUENCE {};",
                writer.name(&sequence(table, from))
            ));
        }
        clause.effects.frees.push(itself.clone());
        clauses.push(clause);
    }
    if let Some(default) = new_default.filter(|_| redefault) {
        let what = format!("SET DEFAULT {default}");
        let mut clause = if parent {
            Clause::after(only(&what))
        } else {
            alter(&what)
        };
        clause.effects.needs.push(itself.clone());
        clause.effects.needs.extend(context.type_needs(&to.ty));
        clause
            .effects
            .needs
            .extend(context.recorded(&default_address));
        if numbered == (false, true) {
            number(context, table, to, &mut clause);
        }
        if numbered == (true, false)
            && !torn_default
            && !anew
            && !still_counts(context, table, change)
        {
            clause.after.push(format!(
                "DROP SEQUENCE {};",
                writer.name(&sequence(table, from))
            ));
        }
        clauses.push(clause);
    }
    if change.identity {
        clauses.extend(number_by_identity(context, table, change));
    }
    // Another type comes with its own way to keep values.
    let is_retyped = from.ty != to.ty || change.collation || change.aside;
    let statements = if is_retyped || change.storage {
        storage(context, table, (from, is_retyped), to)
    } else {
        Vec::new()
    };
    if !statements.is_empty() {
        let mut clause = Clause {
            after: statements,
            ..Clause::default()
        };
        clause.effects.needs.push(itself.clone());
        clauses.push(clause);
    }
    if change.ty || change.collation {
        let using = match &conversion {
            Conversion::Using(expression) => format!(" USING ({expression})"),
            _ => String::new(),
        };
        let collation = writer.collate(from, to);
        let mut clause = alter(&format!(
            "SET DATA TYPE {}{collation}{using}",
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
        let address = Address::column(&table.name, &to.name);
        clause.effects.needs.extend(context.recorded(&address));
        clause.effects.frees.extend(context.was_recorded(&address));
        let objects = context.column_and_heirs(table, &to.name);
        clause.effects.takes.extend(objects.clone());
        clause.effects.gives.extend(objects);
        effects_on_rows(context, table, &mut clause.effects);
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

/// Tells whether the new default draws on the sequence that the column had: by name, or in an expression, whose words are not ours.
fn still_counts(context: &Context<'_>, table: &Table, change: &AlteredColumn<'_>) -> bool {
    if change.to.is_autoincrement() {
        return sequence(table, change.from) == sequence(table, change.to);
    }
    let default = context.writer.written_default(change.to);
    default.is_some_and(|default| default.to_ascii_lowercase().contains("nextval"))
}

/// Tells whether the column has a sequence that is nothing but a part of it, as `SERIAL` makes one.
fn brings_sequence(column: &Column) -> bool {
    matches!(
        column.default,
        Some(Default::Autoincrement { sequence: None })
    )
}

/// Gives a column a sequence of its own, as `SERIAL` would have, that goes on after the rows there are.
fn number(context: &Context<'_>, table: &Table, column: &Column, clause: &mut Clause) {
    let writer = &context.writer;
    let sequence = sequence(table, column);
    let (name, ty) = (writer.name(&sequence), writer.column_type(&column.ty));
    let (table_name, column_name) = (writer.name(&table.name), writer.ident(&column.name));
    let unlogged = if table.storage.is_unlogged {
        "UNLOGGED "
    } else {
        ""
    };
    clause
        .before
        .push(format!("CREATE {unlogged}SEQUENCE {name} AS {ty};"));
    clause.after.push(format!(
        "ALTER SEQUENCE {name} OWNED BY {table_name}.{column_name};"
    ));
    clause
        .after
        .push(go_on(writer, &sequence, (&table_name, &column_name)));
    clause.effects.gives.push(Object::Name(
        Writer::table_scope(&sequence),
        sequence.name.clone(),
    ));
}

/// Tells whether two types differ in nothing but their arguments.
fn same_name(from: &ColumnType, to: &ColumnType) -> bool {
    match (&from.kind, &to.kind) {
        (TypeKind::Native(from), TypeKind::Native(to)) => from.info.sql == to.info.sql,
        (from, to) => from == to,
    }
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
    let only_default = !(change.ty
        || change.nullability
        || change.collation
        || change.generated
        || change.storage);
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
    let default = Address::part(Kind::Default, &table.name, &to.name);
    last.effects.needs.extend(context.recorded(&default));
    last.effects.frees.extend(context.was_recorded(&default));
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
            first.before = document::prepared(writer, table, [&from.ty, &to.ty], &to.name);
            first.effects.takes.push(itself.clone());
            first.effects.gives.push(itself);
        }
    }
    clauses.push(last);
    clauses
}
