//! Columns that the database computes or numbers, and what cannot stand beside that.

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::ir::{Default, Field, Model, Schema};
use crate::provider::Provider;

pub(super) fn model(model: Model<'_>, found: &mut Findings) {
    for field in model.scalar_fields() {
        if field.generated().is_some() {
            generated(model.schema(), field, found);
        }
        if let (Some(newtype), Some((_, ty))) = (field.newtype(), field.rust_type()) {
            found.push(
                Diagnostic::error(
                    Code::InvalidArgument,
                    newtype,
                    "the field has a Rust type already, and a newtype would be another",
                )
                .related(ty, "this type")
                .help("take one of them out"),
            );
        }
    }
    let numbered = model
        .scalar_fields()
        .filter(|field| matches!(field.default(), Some(Default::Identity(_))));
    for field in numbered.filter(|field| field.domain().is_some()) {
        found.push(
            Diagnostic::error(
                Code::InvalidDefault,
                field.span(),
                "a column of a domain cannot be an identity",
            )
            .help("use the domain's scalar as the type"),
        );
    }
}

fn generated(schema: &Schema, field: Field<'_>, found: &mut Findings) {
    let Some(generated) = field.generated() else {
        return;
    };
    let beside = if field.default().is_some() {
        Some("`@default`")
    } else if field.is_updated_at() {
        Some("`@updatedAt`")
    } else {
        None
    };
    if let Some(other) = beside {
        let message = format!(
            "the database computes `{}`, so that {other} has no place",
            field.name()
        );
        found.push(
            Diagnostic::error(Code::InvalidDefault, generated.span, message)
                .help(format!("take {other} or `@generated` out")),
        );
    }
    let in_key = field.model().primary_key().is_some_and(|key| {
        key.columns
            .iter()
            .any(|column| column.field() == Some(field.id()))
    });
    match schema.provider() {
        // Manual, "Generated Columns", limitation 2.
        Some(Provider::Sqlite) if in_key => found.push(
            Diagnostic::error(
                Code::InvalidIndex,
                generated.span,
                "on SQLite no column of a primary key is computed",
            )
            .help("make it a unique instead"),
        ),
        // MySQL and CockroachDB have it in their manuals ("Generated Columns", "Computed Columns"), and so does the PostgreSQL
        // that has such columns at all.
        Some(Provider::Postgresql | Provider::Mysql | Provider::Cockroachdb)
            if in_key && !generated.stored =>
        {
            found.push(
                Diagnostic::error(
                    Code::InvalidIndex,
                    generated.span,
                    "a computed column of a primary key is stored",
                )
                .help("write `stored: true`"),
            );
        }
        // Manual, "Generated Columns": virtual ones came with PostgreSQL 18.
        Some(Provider::Postgresql) if !generated.stored => found.push(
            Diagnostic::warning(
                Code::ServerWillRefuse,
                generated.span,
                "before version 18 PostgreSQL keeps every generated column in its row",
            )
            .help("write `stored: true` for older servers"),
        ),
        _ => {}
    }
}
