//! Composite types (PostgreSQL).

use super::{Context, Draft};
use crate::catalog::{Address, Composite, Kind};
use crate::step::StepKind;

pub(crate) fn create<'c>(context: &Context<'c>, composite: &Composite) -> Draft<'c> {
    let writer = &context.writer;
    let attributes: Vec<String> = composite
        .attributes
        .iter()
        .map(|attribute| {
            let collation = attribute
                .collation
                .as_ref()
                .map(|name| format!(" COLLATE {}", writer.name(name)))
                .unwrap_or_default();
            let name = writer.ident(&attribute.name);
            format!("\n    {name} {}{collation}", attribute.ty)
        })
        .collect();
    let statement = format!(
        "CREATE TYPE {} AS ({}\n);",
        writer.name(&composite.name),
        attributes.join(",")
    );
    let address = Address::of(Kind::Type, &composite.name);
    let mut effects = context.making(&address);
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
