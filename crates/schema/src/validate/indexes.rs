//! Keys and indexes: what they can cover, and that their names differ where the database keeps them together.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{
    Algorithm, Arity, ColumnKind, Field, FieldType, Index, IndexColumn, IndexKind, Model, Schema,
};
use crate::provider::{Provider, Scalar};
use crate::span::Span;

pub(super) fn check(schema: &Schema, found: &mut Vec<Diagnostic>) {
    for model in schema.models() {
        primary_key(schema, model, found);
        for index in model.indexes() {
            one(schema, index, found);
        }
    }
    constraint_names(schema, found);
}

fn primary_key(schema: &Schema, model: Model<'_>, found: &mut Vec<Diagnostic>) {
    let Some(key) = model.primary_key() else {
        return;
    };
    for column in &key.columns {
        let field = schema.field(column.field);
        let problem = match (field.arity(), field.ty()) {
            (Arity::Optional, _) => "may be missing",
            (Arity::List, _) => "is a list",
            (_, FieldType::Unsupported(_)) => "has a type that the language does not know",
            _ => {
                mysql_length(schema, field, column, key.span, found);
                continue;
            }
        };
        let message = format!(
            "the id of `{}` holds `{}`, which {problem}",
            model.name(),
            field.name()
        );
        found.push(
            Diagnostic::error(Code::InvalidIndex, key.span, message)
                .related(field.type_span(), "this field's type"),
        );
    }
    let Some(provider) = schema.provider() else {
        return;
    };
    if key.columns.iter().any(|column| column.sort.is_some()) {
        let message = format!("{} has no order in a primary key", provider.display_name());
        found
            .push(Diagnostic::error(Code::NotSupported, key.span, message).help("take `sort` out"));
    }
}

fn one(schema: &Schema, index: &Index, found: &mut Vec<Diagnostic>) {
    let Some(provider) = schema.provider() else {
        return;
    };
    if index.kind == IndexKind::Fulltext && !provider.facts().fulltext {
        let message = format!("{} has no `@@fulltext`", provider.display_name());
        found.push(Diagnostic::error(Code::NotSupported, index.span, message));
        return;
    }
    if let Some(algorithm) = index.algorithm {
        let known: &[Algorithm] = match provider {
            Provider::Postgresql => &Algorithm::ALL,
            Provider::Cockroachdb => &[Algorithm::BTree, Algorithm::Gin],
            _ => &[Algorithm::BTree],
        };
        // MySQL's InnoDB takes `USING HASH` and makes a BTREE of it, so that Prisma allows and drops it.
        let dropped = provider == Provider::Mysql && algorithm == Algorithm::Hash;
        if !known.contains(&algorithm) && !dropped {
            let message = format!(
                "{} has no index of type {}",
                provider.display_name(),
                algorithm.name()
            );
            found.push(
                Diagnostic::error(Code::NotSupported, index.span, message).help("take `type` out"),
            );
        }
    }
    for column in &index.columns {
        let field = schema.field(column.field);
        if index.kind != IndexKind::Fulltext {
            mysql_length(schema, field, column, index.span, found);
        }
    }
}

/// MySQL indexes text and blobs by a part of them only (manual, "Column Prefix Key Parts").
fn mysql_length(
    schema: &Schema,
    field: Field<'_>,
    column: &IndexColumn,
    span: Span,
    found: &mut Vec<Diagnostic>,
) {
    if schema.provider() != Some(Provider::Mysql) {
        return;
    }
    let Some(ColumnKind::Native(native)) = field.column_type().map(|column| &column.kind) else {
        return;
    };
    let long = native.name().ends_with("Text") || native.name().ends_with("Blob");
    if long && column.length.is_none() {
        let message = format!(
            "MySQL indexes `{}` ({}) by a part of it only",
            field.name(),
            native.name()
        );
        found.push(
            Diagnostic::error(Code::InvalidIndex, span, message).help(format!(
                "write `{}(length: 100)`, or a column type such as VarChar",
                field.name()
            )),
        );
    } else if column.length.is_some()
        && !matches!(
            field.ty(),
            FieldType::Scalar(Scalar::String | Scalar::Bytes)
        )
    {
        let message = format!(
            "`length` is for String and Bytes, and `{}` is neither",
            field.name()
        );
        found.push(Diagnostic::error(Code::InvalidIndex, span, message).help("take `length` out"));
    }
}

/// What a constraint is, for the rules on where names must differ.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    PrimaryKey,
    Index,
    ForeignKey,
}

struct Named<'s> {
    kind: Kind,
    model: Model<'s>,
    name: &'s str,
    span: Span,
}

fn constraint_names(schema: &Schema, found: &mut Vec<Diagnostic>) {
    let Some(provider) = schema.provider() else {
        return;
    };
    let facts = provider.facts();
    let mut named: Vec<Named<'_>> = Vec::new();
    for model in schema.models() {
        if let Some(key) = model.primary_key().filter(|_| facts.named_primary_keys) {
            named.push(Named {
                kind: Kind::PrimaryKey,
                model,
                name: &key.database_name,
                span: key.span,
            });
        }
        for index in model.indexes() {
            named.push(Named {
                kind: Kind::Index,
                model,
                name: &index.database_name,
                span: index.span,
            });
        }
    }
    for relation in schema
        .relations()
        .filter(|r| r.is_enforced() && r.join_table().is_none())
    {
        let (model, name) = (relation.from(), relation.constraint_name());
        if facts.named_foreign_keys {
            named.push(Named {
                kind: Kind::ForeignKey,
                model,
                name,
                span: relation.span(),
            });
        }
    }
    for item in &named {
        if item.name.len() > facts.identifier_bytes {
            let message = format!(
                "the name `{}` has {} bytes, and {} takes {}",
                item.name,
                item.name.len(),
                provider.display_name(),
                facts.identifier_bytes
            );
            found.push(
                Diagnostic::error(Code::ConstraintName, item.span, message)
                    .help("give a shorter one with `map: \"…\"`"),
            );
        }
    }
    // Each scope: which kinds share it, and whether it is a table's own.
    let scopes: &[(&[Kind], bool)] = match provider {
        Provider::Postgresql => &[
            (&[Kind::PrimaryKey, Kind::Index], false),
            (&[Kind::PrimaryKey, Kind::Index, Kind::ForeignKey], true),
        ],
        Provider::Cockroachdb => &[(&[Kind::PrimaryKey, Kind::Index, Kind::ForeignKey], true)],
        Provider::Mysql => &[(&[Kind::ForeignKey], false), (&[Kind::Index], true)],
        Provider::Sqlite => &[(&[Kind::Index], false)],
        _ => &[],
    };
    let mut reported: Vec<Span> = Vec::new();
    for (kinds, own) in scopes {
        let mut first: HashMap<(Option<&str>, &str, &str), Span> = HashMap::new();
        for item in named.iter().filter(|item| kinds.contains(&item.kind)) {
            let table = if *own { item.model.name() } else { "" };
            let key = (item.model.namespace(), table, item.name);
            match first.get(&key) {
                Some(before) if !reported.contains(&item.span) => {
                    reported.push(item.span);
                    found.push(
                        Diagnostic::error(
                            Code::ConstraintName,
                            item.span,
                            format!("the constraint name `{}` is taken", item.name),
                        )
                        .related(*before, "first given here")
                        .help("give another with `map: \"…\"`"),
                    );
                }
                Some(_) => {}
                None => {
                    first.insert(key, item.span);
                }
            }
        }
    }
}
