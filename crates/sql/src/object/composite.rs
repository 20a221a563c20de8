//! Composite types (PostgreSQL).

use super::{Context, Draft};
use crate::catalog::{Address, Attribute, Composite, Kind};
use crate::step::{Object, StepKind};

pub(crate) fn create<'c>(context: &Context<'c>, composite: &Composite) -> Draft<'c> {
    let writer = &context.writer;
    let attributes: Vec<String> = composite
        .attributes
        .iter()
        .map(|each| format!("\n    {}", attribute(context, each, "")))
        .collect();
    let statement = format!(
        "CREATE TYPE {} AS ({}\n);",
        writer.name(&composite.name),
        attributes.join(",")
    );
    let address = Address::of(Kind::Type, &composite.name);
    let mut effects = context.making_type(&address);
    // The server records some of what a type needs with its attributes.
    for attribute in &composite.attributes {
        let column = Address::column(&composite.name, &attribute.name);
        effects.needs.extend(context.recorded(&column));
    }
    Draft::whole(
        StepKind::CreateType,
        &composite.name,
        vec![statement],
        effects,
    )
}

/// An attribute with its type; `word` stands between them.
fn attribute(context: &Context<'_>, attribute: &Attribute, word: &str) -> String {
    let writer = &context.writer;
    let collation = attribute
        .collation
        .as_ref()
        .map(|name| format!(" COLLATE {}", writer.name(name)))
        .unwrap_or_default();
    let name = writer.ident(&attribute.name);
    format!("{name} {word}{}{collation}", attribute.ty)
}

/// Makes a composite type another in place (manual, "ALTER TYPE").
pub(crate) fn redefine<'c>(context: &Context<'c>, from: &Composite, to: &Composite) -> Draft<'c> {
    let writer = &context.writer;
    let mut clauses = Vec::new();
    let address = Address::of(Kind::Type, &to.name);
    let mut effects = context.making(&address);
    for each in &from.attributes {
        let column = Address::column(&from.name, &each.name);
        effects.frees.extend(context.was_recorded(&column));
        if !to.attributes.iter().any(|kept| kept.name == each.name) {
            clauses.push(format!("DROP ATTRIBUTE {}", writer.ident(&each.name)));
        }
    }
    for each in &to.attributes {
        let column = Address::column(&to.name, &each.name);
        effects.needs.extend(context.recorded(&column));
        match from.attributes.iter().find(|old| old.name == each.name) {
            None => clauses.push(format!("ADD ATTRIBUTE {}", attribute(context, each, ""))),
            Some(old) if old != each => clauses.push(format!(
                "ALTER ATTRIBUTE {}",
                attribute(context, each, "TYPE ")
            )),
            Some(_) => {}
        }
    }
    // What needs an attribute that goes lets go of it before.
    effects.takes.push(Object::Item(address));
    let statement = format!(
        "ALTER TYPE {} {};",
        writer.type_name(&to.name),
        clauses.join(", ")
    );
    Draft::whole(StepKind::AlterType, &to.name, vec![statement], effects)
}
