//! Where `autoincrement()` can stand.

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::ir::{Default, Field, FieldType, Model, ModelKind};
use crate::provider::{Provider, Scalar};

pub(super) fn model(model: Model<'_>, found: &mut Findings) {
    // A default of a view is what its rows have been given elsewhere.
    let Some(provider) = model.schema().provider() else {
        return;
    };
    if model.kind() != ModelKind::Table {
        return;
    }
    let fields: Vec<Field<'_>> = model
        .scalar_fields()
        .filter(|field| field.default() == Some(&Default::Autoincrement))
        .collect();
    match provider {
        Provider::Mysql => mysql(model, &fields, found),
        Provider::Sqlite => sqlite(model, &fields, found),
        Provider::Cockroachdb => cockroach(&fields, found),
        _ => {}
    }
}

fn mysql(model: Model<'_>, fields: &[Field<'_>], found: &mut Findings) {
    for second in fields.iter().skip(1) {
        let message = format!(
            "MySQL has one autoincrement a table, and `{}` has two",
            model.name()
        );
        found.push(
            Diagnostic::error(Code::Autoincrement, second.span(), message)
                .related(fields[0].span(), "the first"),
        );
    }
    for field in fields {
        let first_of_key = model
            .primary_key()
            .into_iter()
            .filter_map(|key| key.columns.first());
        let first_of_index = model
            .indexes()
            .iter()
            .filter_map(|index| index.columns.first());
        if !first_of_key
            .chain(first_of_index)
            .any(|column| column.field() == Some(field.id()))
        {
            let message = format!(
                "on MySQL the autoincrement `{}` must be the first column of a key or index",
                field.name()
            );
            found.push(
                Diagnostic::error(Code::Autoincrement, field.span(), message)
                    .help("add `@id`, `@unique` or an `@@index`"),
            );
        }
    }
}

fn sqlite(model: Model<'_>, fields: &[Field<'_>], found: &mut Findings) {
    for field in fields {
        let single = model.primary_key().is_some_and(
            |key| matches!(&key.columns[..], [column] if column.field() == Some(field.id())),
        );
        if !single {
            let message = format!(
                "on SQLite only a single id counts by itself, and `{}` is none",
                field.name()
            );
            found.push(
                Diagnostic::error(Code::Autoincrement, field.span(), message)
                    .help("make it the `@id`, or give another default"),
            );
        }
    }
}

fn cockroach(fields: &[Field<'_>], found: &mut Findings) {
    for field in fields
        .iter()
        .filter(|field| *field.ty() != FieldType::Scalar(Scalar::BigInt))
    {
        found.push(
            Diagnostic::error(
                Code::Autoincrement,
                field.span(),
                "on CockroachDB an autoincrement is a BigInt",
            )
            .help("change the type to `BigInt`, or write `sequence()`"),
        );
    }
}
