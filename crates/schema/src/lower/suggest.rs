//! "Did you mean": the names that unknown ones may stand for.
//!
//! They are looked for when everything is lowered, and not for each of very many: a file full of unknown names would take
//! quadratic time, and who made that many mistakes needs no hint for each.

use super::Context;
use crate::diagnostic::Diagnostic;
use crate::ir::{EnumId, ModelId};
use crate::provider::Scalar;

/// How many unknown names are compared with the known ones, and how many comparisons that may take.
const ENOUGH: usize = 100;
const COMPARISONS: usize = 1_000_000;

/// What an unknown name should have been the name of.
#[derive(Clone, Copy)]
pub(super) enum Among {
    /// A scalar or block.
    Types,
    /// A model or view.
    Models,
    /// A field of a model that is a column.
    Columns(ModelId),
    /// A field of a model that is a relation.
    Relations(ModelId),
    /// A value of an enum.
    Values(EnumId),
}

/// An unknown name, and which diagnostic reports it.
pub(super) struct Unknown<'t> {
    /// The position of its diagnostic.
    pub(super) at: usize,
    pub(super) name: &'t str,
    pub(super) among: Among,
}

/// Adds to the diagnostics of unknown names what they may stand for.
pub(super) fn complete(cx: &mut Context<'_>) {
    let mut left = COMPARISONS;
    for (count, unknown) in std::mem::take(&mut cx.unknown).into_iter().enumerate() {
        let candidates = match unknown.among {
            Among::Types => cx.names.len(),
            Among::Models => cx.schema.models.len(),
            Among::Columns(model) | Among::Relations(model) => {
                cx.schema.model(model).fields().len()
            }
            Among::Values(id) => cx.schema.enumeration(id).values().len(),
        };
        let look = count < ENOUGH && candidates <= left;
        if look {
            left -= candidates;
        }
        let place = cx.diagnostics.get_mut(unknown.at);
        let empty = Diagnostic::error(crate::diagnostic::Code::Syntax, place.span, "");
        let found = std::mem::replace(place, empty);
        *cx.diagnostics.get_mut(unknown.at) = one(cx, found, &unknown, look);
    }
}

fn one(cx: &Context<'_>, found: Diagnostic, unknown: &Unknown<'_>, look: bool) -> Diagnostic {
    let name = unknown.name;
    let found = match unknown.among {
        _ if !look => found,
        Among::Types => {
            let blocks = cx.names.keys().copied();
            found.did_you_mean(name, Scalar::ALL.iter().map(|s| s.name()).chain(blocks))
        }
        Among::Models => found.did_you_mean(name, cx.schema.models().map(|model| model.name())),
        Among::Columns(model) => {
            let fields = || cx.schema.model(model).scalar_fields();
            // A column's name in place of the field's is the commonest slip under `@map`.
            match fields().find(|field| field.database_name() == name) {
                Some(field) => {
                    let (span, field) = (found.span, field.name());
                    found
                        .help(format!(
                            "`{name}` is the column; keys and indexes name the field, `{field}`"
                        ))
                        .fix(span, field)
                }
                None => found.did_you_mean(name, fields().map(|field| field.name())),
            }
        }
        Among::Relations(model) => {
            let fields = cx.schema.model(model).relation_fields();
            found.did_you_mean(name, fields.map(|field| field.name()))
        }
        Among::Values(id) => found.did_you_mean(
            name,
            cx.schema.enumeration(id).values().map(|value| value.name()),
        ),
    };
    if found.help.is_some() {
        return found;
    }
    match unknown.among {
        Among::Types => found.help(
            "a type is a scalar such as String or Int, or the name of a model or enum of this schema",
        ),
        Among::Models => found.help("a shape begins at a model or view of this schema"),
        Among::Columns(_) => found,
        Among::Relations(_) => found.help("name a relation field"),
        Among::Values(id) => {
            let names = || cx.schema.enumeration(id).values().map(|value| value.name());
            let some: Vec<&str> = names().take(10).collect();
            let more = if names().len() > some.len() {
                " and more"
            } else {
                ""
            };
            if some.is_empty() {
                found
            } else {
                found.help(format!("its values are {}{more}", some.join(", ")))
            }
        }
    }
}
