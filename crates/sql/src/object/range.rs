//! Range types (PostgreSQL).

use super::{Context, Draft};
use crate::catalog::{Address, Kind, Range};
use crate::step::StepKind;

pub(crate) fn create<'c>(context: &Context<'c>, range: &Range) -> Draft<'c> {
    let writer = &context.writer;
    let mut options = vec![format!("SUBTYPE = {}", range.subtype)];
    let named = [
        ("SUBTYPE_OPCLASS", &range.operator_class),
        ("COLLATION", &range.collation),
        ("SUBTYPE_DIFF", &range.difference),
        ("MULTIRANGE_TYPE_NAME", &range.multirange),
    ];
    for (word, name) in named {
        options.extend(
            name.as_ref()
                .map(|name| format!("{word} = {}", writer.name(name))),
        );
    }
    let statement = format!(
        "CREATE TYPE {} AS RANGE ({});",
        writer.name(&range.name),
        options.join(", ")
    );
    Draft::whole(
        StepKind::CreateType,
        &range.name,
        vec![statement],
        context.making_type(&Address::of(Kind::Type, &range.name)),
    )
}
