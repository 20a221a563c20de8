//! Dropping what is made as a whole.

use super::{Body, Context, Draft, comment, function, function_name, type_name, view};
use crate::catalog::{Address, FunctionKind, Item, Kind, View};
use crate::dialect::Writer;
use crate::step::{Effects, Object, StepKind};

pub(crate) fn drop<'c>(context: &Context<'c>, item: Item<'c>) -> Draft<'c> {
    let writer = &context.writer;
    let address = item.address();
    let name = match item {
        Item::Composite(_) | Item::Range(_) | Item::Domain(_) => writer.type_name(&address.name),
        Item::Function(_) | Item::Definition(_) => comment::named(writer, &address),
        _ => writer.name(&address.name),
    };
    let part = address.part.as_deref().unwrap_or_default();
    let of_table = || format!("{} ON {name}", writer.ident(part));
    let (kind, what) = match item {
        Item::Collation(_) => (StepKind::DropCollation, name),
        Item::Composite(_) | Item::Range(_) => (StepKind::DropType, name),
        Item::Domain(_) => (StepKind::DropDomain, name),
        Item::Sequence(_) => (StepKind::DropSequence, name),
        Item::Function(_) if !writer.can().overloads => (StepKind::DropFunction, name),
        Item::Function(it) if it.kind == FunctionKind::Aggregate && part.is_empty() => {
            (StepKind::DropFunction, format!("{name}(*)"))
        }
        Item::Function(it) if it.kind == FunctionKind::Procedure => (
            StepKind::DropFunction,
            format!("{name}({})", function::taken(part)),
        ),
        Item::Function(_) => (StepKind::DropFunction, format!("{name}({part})")),
        Item::Definition(_) => (StepKind::DropDefinition, name),
        Item::View(_) => (StepKind::DropView, name),
        Item::VirtualTable(_) => (StepKind::DropTable, name),
        Item::Rule(_) => (StepKind::DropRule, of_table()),
        Item::Trigger(_) if !writer.can().triggers_named_by_table => {
            (StepKind::DropTrigger, writer.ident(part))
        }
        Item::Trigger(_) => (StepKind::DropTrigger, of_table()),
        Item::Event(_) => (StepKind::DropEvent, name),
        Item::Policy(_) => (StepKind::DropPolicy, of_table()),
        Item::Statistics(_) => (StepKind::DropStatistics, name),
        Item::EventTrigger(_) => (StepKind::DropEventTrigger, writer.ident(&address.name.name)),
    };
    let word = address.kind.word().to_ascii_uppercase();
    let statement = format!("DROP {word} {what};");
    let effects = effects(context, item, &address);
    let mut draft = Draft::whole(
        kind,
        &address.name,
        vec![statement.clone()],
        effects.clone(),
    );
    if let Item::View(it) = item
        && it.materialized.is_none()
        && it.statement.is_none()
        && writer.can().overloads
    {
        let parts = emptied(context, it, &address, effects.clone(), &statement);
        draft.body = Body::Divisible(vec![statement], effects, parts);
    }
    draft
}

fn effects(context: &Context<'_>, item: Item<'_>, address: &Address) -> Effects {
    let mut effects = Effects {
        takes: vec![Object::Item(address.clone())],
        frees: context.was_recorded(address),
        ..Effects::default()
    };
    match item {
        Item::View(_) | Item::Sequence(_) | Item::VirtualTable(_) => {
            effects.takes.push(Object::Name(
                Writer::table_scope(&address.name),
                address.name.name.clone(),
            ));
            if matches!(item, Item::View(_)) {
                // Each view brings a type of its own name.
                effects.takes.push(type_name(&address.name));
            }
        }
        Item::Function(_) => effects.takes.push(function_name(&address.name)),
        Item::Domain(_) | Item::Range(_) => effects.takes.push(type_name(&address.name)),
        Item::Composite(it) => {
            effects.takes.push(type_name(&address.name));
            for attribute in &it.attributes {
                let column = Address::column(&it.name, &attribute.name);
                effects.frees.extend(context.was_recorded(&column));
            }
        }
        Item::Trigger(_) | Item::Rule(_) | Item::Policy(_) => {
            effects.frees.push(Object::Table(address.name.clone()));
        }
        _ => {}
    }
    if let Item::View(it) = item {
        // What is part of the view goes with it and lets go of what it needed.
        for part in context.had(&it.name) {
            effects.takes.push(Object::Item(part.clone()));
            effects.frees.extend(context.was_recorded(part));
        }
        let columns = it.columns.iter();
        for column in columns.filter(|column| column.default.is_some()) {
            let default = Address::part(Kind::Default, &it.name, &column.name);
            effects.frees.extend(context.was_recorded(&default));
        }
    }
    effects
}

/// A view in a circle first lets go of what it reads, and is dropped when nothing needs it any more.
fn emptied<'c>(
    context: &Context<'c>,
    it: &View,
    address: &Address,
    effects: Effects,
    statement: &str,
) -> Vec<Draft<'c>> {
    let between = Object::Refreshed(address.name.clone());
    let first = Effects {
        frees: effects.frees,
        gives: vec![between.clone()],
        ..Effects::default()
    };
    let second = Effects {
        takes: effects.takes,
        needs: vec![between],
        ..Effects::default()
    };
    let part = |statement: String, effects| {
        Draft::whole(StepKind::DropView, &address.name, vec![statement], effects)
    };
    let hollow = view::hollow(context, it, "CREATE OR REPLACE VIEW");
    vec![part(hollow, first), part(statement.to_owned(), second)]
}
