//! The names of compound keys in generated code: `name:` of `@@id` and `@@unique`, or the fields joined by `_`.

use crate::hash::HashMap;

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::ir::{IndexColumn, IndexKind, Model};
use crate::span::Span;

pub(super) fn model(model: Model<'_>, found: &mut Findings) {
    let uniques = model
        .indexes()
        .iter()
        .filter(|index| index.kind == IndexKind::Unique)
        .map(|index| {
            (
                "@@unique",
                index.name.as_deref(),
                &index.columns,
                index.span,
            )
        });
    let keys = model
        .primary_key()
        .map(|key| ("@@id", key.name.as_deref(), &key.columns, key.span));
    let keys: Vec<_> = keys
        .into_iter()
        .chain(uniques)
        .filter(|(_, name, columns, _)| name.is_some() || columns.len() > 1)
        .collect();
    if keys.is_empty() {
        return;
    }
    let mut first: HashMap<&str, Span> = HashMap::default();
    let fields: HashMap<&str, Span> = model
        .fields()
        .map(|field| (field.name(), field.name_span()))
        .collect();
    for (owner, name, columns, span) in keys {
        let Some(name) = name else {
            found.extend(derived(model, &fields, owner, columns, span));
            continue;
        };
        found.extend(given(&fields, owner, name, span));
        match first.get(name) {
            Some(before) => {
                let message = format!("two keys of `{}` are named `{name}`", model.name());
                found.push(
                    Diagnostic::error(Code::DuplicateName, span, message)
                        .related(*before, "first given here")
                        .help("give one of them another `name`"),
                );
            }
            None => {
                first.insert(name, span);
            }
        }
    }
}

fn given(fields: &HashMap<&str, Span>, owner: &str, name: &str, span: Span) -> Option<Diagnostic> {
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        let message = format!("the `name` of `{owner}` is a word of ASCII letters, digits and `_`");
        return Some(
            Diagnostic::error(Code::InvalidName, span, message)
                .help("a name for the database goes into `map`"),
        );
    }
    let field = fields.get(name)?;
    let message = format!("the key is named `{name}`, and so is a field");
    Some(
        Diagnostic::error(Code::DuplicateName, span, message)
            .related(*field, "this field")
            .help("give the key another `name`"),
    )
}

fn derived(
    model: Model<'_>,
    fields: &HashMap<&str, Span>,
    owner: &str,
    columns: &[IndexColumn],
    span: Span,
) -> Option<Diagnostic> {
    let names: Vec<&str> = columns
        .iter()
        .map(|column| Some(model.schema().field(column.field()?).name()))
        // A key over an expression gets no name: generated code cannot look rows up by it.
        .collect::<Option<_>>()?;
    let name = names.join("_");
    let field = fields.get(name.as_str())?;
    let message = format!("the key would be named `{name}`, and so is a field");
    Some(
        Diagnostic::error(Code::DuplicateName, span, message)
            .related(*field, "this field")
            .help(format!(
                "give the key another name: `{owner}([{}], name: \"…\")`",
                names.join(", ")
            )),
    )
}
