//! Collations (PostgreSQL).

use super::{Context, Draft};
use crate::catalog::{Address, Collation, Kind};
use crate::step::StepKind;

pub(crate) fn create<'c>(context: &Context<'c>, collation: &Collation) -> Draft<'c> {
    let writer = &context.writer;
    let text = |word: &str, value: &Option<Box<str>>| {
        value
            .as_ref()
            .map(|value| format!("{word} = {}", writer.string(value)))
    };
    let mut options = vec![format!("PROVIDER = {}", collation.provider)];
    options.extend(text("LOCALE", &collation.locale));
    options.extend(text("LC_COLLATE", &collation.collate));
    options.extend(text("LC_CTYPE", &collation.ctype));
    if !collation.is_deterministic {
        options.push("DETERMINISTIC = false".into());
    }
    options.extend(text("RULES", &collation.rules));
    let statement = format!(
        "CREATE COLLATION {} ({});",
        writer.name(&collation.name),
        options.join(", ")
    );
    Draft::whole(
        StepKind::CreateCollation,
        &collation.name,
        vec![statement],
        context.making(&Address::of(Kind::Collation, &collation.name)),
    )
}
