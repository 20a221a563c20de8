//! Relations: what their columns must be, and which actions can work.

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::ir::{
    Arity, FieldId, FieldType, IndexKind, Model, ReferentialAction, Relation, RelationKind,
    RelationMode, Schema,
};
use crate::provider::Provider;

pub(super) fn check(schema: &Schema, found: &mut Findings) {
    for relation in schema
        .relations()
        .filter(|relation| relation.kind() != RelationKind::ManyToMany)
    {
        types(relation, found);
        target(relation, found);
        arity(relation, found);
        actions(schema, relation, found);
        index(schema, relation, found);
    }
}

fn types(relation: Relation<'_>, found: &mut Findings) {
    for (column, referenced) in relation.fields().zip(relation.references()) {
        if column.ty() == referenced.ty()
            || [column.ty(), referenced.ty()].contains(&&FieldType::Unknown)
        {
            continue;
        }
        let message = format!(
            "the column `{}` and the column `{}` that it refers to have different types",
            column.name(),
            referenced.name()
        );
        found.push(
            Diagnostic::error(Code::RelationFields, relation.span(), message)
                .related(column.type_span(), "this type")
                .related(referenced.type_span(), "and this one")
                .help("give both the same type"),
        );
    }
}

/// Whether a partial unique covers exactly these fields: Prisma takes it for a unique, the database does not.
fn partially_unique(model: Model<'_>, fields: &[FieldId]) -> bool {
    model.indexes().iter().any(|index| {
        index.kind == IndexKind::Unique
            && index.predicate.is_some()
            && !index.has_expressions()
            && index.columns.len() == fields.len()
            && index.fields().all(|field| fields.contains(&field))
    })
}

/// Whether a key or unique lists exactly these fields in this order, as Prisma's client wants it of a one-to-one relation.
fn unique_in_order(model: Model<'_>, fields: &[FieldId]) -> bool {
    let same = |columns: &[crate::ir::IndexColumn]| {
        columns
            .iter()
            .map(crate::ir::IndexColumn::field)
            .eq(fields.iter().copied().map(Some))
    };
    model.primary_key().is_some_and(|key| same(&key.columns))
        || model
            .indexes()
            .iter()
            .any(|index| index.kind == IndexKind::Unique && same(&index.columns))
}

fn target(relation: Relation<'_>, found: &mut Findings) {
    let references: Vec<FieldId> = relation.references().map(|field| field.id()).collect();
    let to = relation.to();
    let names: Vec<&str> = relation.references().map(|field| field.name()).collect();
    let names = names.join(", ");
    if !to.is_unique_over(&references) {
        if partially_unique(to, &references) {
            let message = format!(
                "the unique over `{names}` of `{}` is partial, and no foreign key can refer to it",
                to.name()
            );
            found.push(
                Diagnostic::warning(Code::ServerWillRefuse, relation.span(), message)
                    .help("refer to the id, or make the unique cover all rows"),
            );
        } else {
            let message = format!("the columns `{names}` of `{}` are not unique", to.name());
            let help = if references.len() == 1 {
                format!("add `@unique` to `{names}`, or refer to the id")
            } else {
                format!(
                    "add `@@unique([{names}])` to `{}`, or refer to the id",
                    to.name()
                )
            };
            found.push(
                Diagnostic::error(Code::RelationTarget, relation.span(), message)
                    .related(to.name_span(), "the model referred to")
                    .help(help),
            );
        }
    }
    if relation.kind() == RelationKind::OneToOne {
        let fields: Vec<FieldId> = relation.fields().map(|field| field.id()).collect();
        let from = relation.from();
        if !from.is_unique_over(&fields) && !partially_unique(from, &fields)
            || !unique_in_order(from, &fields)
        {
            let names: Vec<&str> = relation.fields().map(|field| field.name()).collect();
            let help = match &names[..] {
                [name] => format!("add `@unique` to `{name}`"),
                names => format!(
                    "add `@@unique([{}])` to `{}`",
                    names.join(", "),
                    from.name()
                ),
            };
            let unordered = from.is_unique_over(&fields);
            let message = format!(
                "the columns `{}` of this one-to-one relation are not unique{}",
                names.join(", "),
                if unordered { " in this order" } else { "" }
            );
            let help = if unordered {
                format!("write them in the order of the key, or {help}")
            } else {
                help
            };
            found.push(Diagnostic::error(Code::OneToOne, relation.span(), message).help(help));
        }
        if let Some(back) = relation.back_field()
            && back.arity() == Arity::Required
        {
            let message = format!(
                "the field `{}` holds no key, so that nothing could make the row exist",
                back.name()
            );
            let other = back.model().name().to_owned();
            found.push(
                Diagnostic::error(Code::OneToOne, back.span(), message)
                    .related(relation.span(), "the other side holds the key")
                    .help(format!(
                        "make it optional: `{} {}?`",
                        back.name(),
                        relation.from().name()
                    ))
                    .label(format!("every `{other}` would need one")),
            );
        }
    }
}

fn arity(relation: Relation<'_>, found: &mut Findings) {
    let field = relation.forward_field();
    if field.arity() != Arity::Required {
        return;
    }
    for column in relation
        .fields()
        .filter(|column| column.arity() == Arity::Optional)
    {
        let message = format!(
            "the relation `{}` is required, and its column `{}` may be missing",
            field.name(),
            column.name()
        );
        found.push(
            Diagnostic::error(Code::RelationArity, field.span(), message)
                .related(column.type_span(), "optional here")
                .help(format!(
                    "write `{} {}?`, or make the column required",
                    field.name(),
                    relation.to().name()
                )),
        );
    }
}

fn actions(schema: &Schema, relation: Relation<'_>, found: &mut Findings) {
    let Some(provider) = schema.provider() else {
        return;
    };
    let mode = schema
        .datasource()
        .map_or(RelationMode::ForeignKeys, |datasource| {
            datasource.relation_mode
        });
    let facts = provider.facts();
    let (allowed, emulated) = match mode {
        RelationMode::ForeignKeys => (facts.actions, false),
        RelationMode::Prisma => (facts.emulated_actions, true),
    };
    // A default action has been chosen to fit, or has no meaning where nothing enforces it.
    for (action, label) in [
        (relation.on_delete(), "onDelete"),
        (relation.on_update(), "onUpdate"),
    ] {
        if !allowed.contains(&action) {
            let names: Vec<&str> = allowed.iter().map(|action| action.name()).collect();
            let mode = if emulated {
                " with `relationMode = \"prisma\"`"
            } else {
                ""
            };
            let message = format!(
                "{} has no `{label}: {}`{mode}",
                provider.display_name(),
                action.name()
            );
            let hint = if action == ReferentialAction::NoAction {
                "write Restrict; there are "
            } else {
                "there are "
            };
            found.push(
                Diagnostic::error(Code::ReferentialAction, relation.span(), message)
                    .help(format!("{hint}{}", names.join(", "))),
            );
        }
        if action == ReferentialAction::SetNull {
            set_null(provider, emulated, relation, label, found);
        }
        if action == ReferentialAction::SetDefault && provider == Provider::Mysql {
            let message = format!("InnoDB refuses `{label}: SetDefault`, or does nothing");
            found.push(
                Diagnostic::warning(Code::ServerWillRefuse, relation.span(), message)
                    .help("write another action"),
            );
        }
    }
}

fn set_null(
    provider: Provider,
    emulated: bool,
    relation: Relation<'_>,
    label: &str,
    found: &mut Findings,
) {
    let Some(column) = relation
        .fields()
        .find(|column| column.arity() == Arity::Required)
    else {
        return;
    };
    let message = format!(
        "`{label}: SetNull` would make `{}` missing, which is required",
        column.name()
    );
    // PostgreSQL takes the constraint and fails when it acts; Prisma only warns there.
    let diagnostic = if provider == Provider::Postgresql && !emulated {
        Diagnostic::warning(Code::ReferentialAction, relation.span(), message)
    } else {
        Diagnostic::error(Code::ReferentialAction, relation.span(), message)
    };
    found.push(
        diagnostic
            .related(column.type_span(), "required here")
            .help("make the column optional, or choose another action"),
    );
}

/// Without foreign keys nothing makes an index on the columns of a relation.
fn index(schema: &Schema, relation: Relation<'_>, found: &mut Findings) {
    let by_database = schema
        .datasource()
        .is_none_or(|datasource| datasource.relation_mode == RelationMode::ForeignKeys);
    if by_database && !relation.is_without_foreign_key() {
        return;
    }
    let fields: Vec<FieldId> = relation.fields().map(|field| field.id()).collect();
    let from = relation.from();
    if !from.is_indexed_by(&fields) {
        let names: Vec<&str> = relation.fields().map(|field| field.name()).collect();
        let names = names.join(", ");
        found.push(
            Diagnostic::warning(
                Code::MissingIndex,
                relation.span(),
                format!("no index begins with `{names}`"),
            )
            .help(format!("add `@@index([{names}])` to `{}`", from.name())),
        );
    }
}
