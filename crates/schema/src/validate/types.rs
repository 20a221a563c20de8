//! What fields and models can be on the database, and what every model needs.

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::ir::ConfigText;
use crate::ir::{Arity, Field, FieldType, Model, ModelKind, PropertyValue, Schema};
use crate::provider::{Facts, Provider, Scalar};

pub(super) fn check(schema: &Schema, found: &mut Findings) {
    for enumeration in schema.enums() {
        if enumeration.values().len() == 0 {
            let message = format!("the enum `{}` has no values", enumeration.name());
            found.push(Diagnostic::error(
                Code::EmptyBlock,
                enumeration.name_span(),
                message,
            ));
        }
    }
    if let Some(provider) = schema.provider()
        && !provider.facts().enums
    {
        for enumeration in schema.enums() {
            found.push(not_supported(provider, "enums", enumeration.name_span()));
        }
    }
    namespaces(schema, found);
    native_types(schema, found);
}

pub(super) fn model(model: Model<'_>, found: &mut Findings) {
    identifier(model, found);
    view(model.schema(), model, found);
    ignores(model, found);
    let Some(provider) = model.schema().provider() else {
        return;
    };
    for field in model.scalar_fields() {
        field_type(provider, provider.facts(), field, found);
    }
}

/// Column types belong to a database. Only the first is reported: one datasource mends them all.
fn native_types(schema: &Schema, found: &mut Findings) {
    if schema.datasource().is_some() {
        return;
    }
    let mut fields = schema.models().flat_map(Model::scalar_fields);
    if let Some(field) = fields.find(|field| field.has_written_type()) {
        let message = "column types are a database's, and the schema names none";
        found.push(
            Diagnostic::error(Code::NativeType, field.span(), message)
                .help("add a `datasource` with a `provider`"),
        );
    }
}

fn not_supported(provider: Provider, what: &str, span: crate::Span) -> Diagnostic {
    let message = format!("{} has no {what}", provider.display_name());
    Diagnostic::error(Code::NotSupported, span, message)
}

fn field_type(provider: Provider, facts: &Facts, field: Field<'_>, found: &mut Findings) {
    if field.arity() == Arity::List && *field.ty() != FieldType::Unknown && !facts.scalar_lists {
        found.push(
            not_supported(provider, "lists of scalars", field.type_span())
                .help("use a model with a relation, or a `Json` field"),
        );
    }
    if *field.ty() == FieldType::Scalar(Scalar::Json) {
        if !facts.json {
            found.push(not_supported(provider, "Json", field.type_span()).help("use `String`"));
        } else if field.arity() == Arity::List && provider == Provider::Cockroachdb {
            found.push(
                not_supported(provider, "lists of Json", field.type_span())
                    .help("use `Json`: a document can be a list itself"),
            );
        }
    }
    if let FieldType::Unsupported(text) = field.ty() {
        known_type(provider, field, text, found);
    }
}

/// `Unsupported("VarChar(10)")` hides a type that the language has.
fn known_type(provider: Provider, field: Field<'_>, text: &str, found: &mut Findings) {
    let (base, args) = text.split_once('(').unwrap_or((text, ")"));
    let args = args.strip_suffix(')').unwrap_or("-");
    if !args
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ',' | ' '))
    {
        return;
    }
    let Some(info) = provider
        .types()
        .iter()
        .find(|info| info.name == base && info.writable)
    else {
        return;
    };
    let Some(scalar) = info.scalars.first() else {
        return;
    };
    let datasource = field
        .model()
        .schema()
        .datasource()
        .map_or("db", |datasource| &*datasource.name);
    let message = format!("`{text}` is a type that the language has");
    found.push(
        Diagnostic::error(Code::NativeType, field.type_span(), message)
            .help(format!("write `{} @{datasource}.{text}`", scalar.name())),
    );
}

fn identifier(model: Model<'_>, found: &mut Findings) {
    if model.is_ignored() || model.kind() == ModelKind::View || model.has_identifier() {
        return;
    }
    let message = format!(
        "the rows of `{}` cannot be named: it has no id and no unique",
        model.name()
    );
    let mut diagnostic = Diagnostic::error(Code::MissingIdentifier, model.name_span(), message);
    if let Some(key) = model.primary_key() {
        diagnostic = diagnostic.related(key.span, "an id, but over a type that is not known");
    }
    for index in model
        .indexes()
        .iter()
        .filter(|index| index.is_total_unique())
    {
        diagnostic = diagnostic.related(
            index.span,
            "a unique, but over a field that may be missing or whose type is not known",
        );
    }
    let id = model.scalar_fields().find(|field| {
        let known = matches!(field.ty(), FieldType::Scalar(_) | FieldType::Enum(_));
        field.name().eq_ignore_ascii_case("id") && field.arity() == Arity::Required && known
    });
    found.push(match id {
        Some(field) => diagnostic.help(format!("add `@id` to `{}`", field.name())).fix(field.span().after(), " @id"),
        None => diagnostic.help("add `id Int @id @default(autoincrement())`, or `@id`, `@@id` or `@unique` over required fields"),
    });
}

fn view(schema: &Schema, model: Model<'_>, found: &mut Findings) {
    if model.kind() != ModelKind::View {
        return;
    }
    // One whose statement stands here is no preview of Prisma's.
    if model.statement().is_none() && !has_preview_feature(schema, "views") {
        let message = "views need the preview feature `views`";
        found.push(
            Diagnostic::error(Code::Generator, model.name_span(), message)
                .help("add `previewFeatures = [\"views\"]` to the generator"),
        );
    }
    if model.statement().is_none() {
        not_made(model, found);
    }
    if let Some(key) = model.primary_key() {
        found.push(
            Diagnostic::error(Code::InvalidIndex, key.span, "a view has no id")
                .help("use `@unique`"),
        );
    }
    for index in model
        .indexes()
        .iter()
        .filter(|index| index.kind != crate::ir::IndexKind::Unique && !model.is_materialized())
    {
        found.push(
            Diagnostic::error(
                Code::InvalidIndex,
                index.span,
                "a view has no index of its own",
            )
            .help("put it on the tables that the view reads, or make the view a materialized one"),
        );
    }
}

/// What the schema says of a view in the database, though the view is made elsewhere.
fn not_made(view: Model<'_>, found: &mut Findings) {
    let of_fields = view.fields().flat_map(|field| {
        let comment = field.comment().map(|comment| ("@comment", comment.span));
        let renamed = field.renamed().map(|renamed| ("@renamed", renamed.span));
        let collation = field
            .collation()
            .map(|collation| ("@collate", collation.span));
        comment.into_iter().chain(renamed).chain(collation)
    });
    let comment = view.comment().map(|comment| ("@@comment", comment.span));
    let renamed = view.renamed().map(|renamed| ("@@renamed", renamed.span));
    for (owner, span) in of_fields.chain(comment).chain(renamed) {
        let message = format!(
            "`{owner}` does nothing: the view `{}` is made elsewhere",
            view.name()
        );
        found.push(
            Diagnostic::error(Code::InvalidArgument, span, message)
                .help("write how the view is made, `@@sql(\"CREATE VIEW …\")`, or take it out"),
        );
    }
}

fn has_preview_feature(schema: &Schema, name: &str) -> bool {
    let lists = schema
        .generators()
        .iter()
        .flat_map(|generator| &generator.properties);
    lists
        .filter(|property| &*property.key == "previewFeatures")
        .any(|property| match &property.value {
            PropertyValue::List(features) => features.iter().any(
                |f| matches!(f, PropertyValue::Text(ConfigText::Literal(text)) if text.eq_ignore_ascii_case(name)),
            ),
            _ => false,
        })
}

fn ignores(model: Model<'_>, found: &mut Findings) {
    for field in model.fields() {
        let relation_to_ignored = field
            .relation()
            .is_some_and(|relation| relation.from().is_ignored() || relation.to().is_ignored());
        if field.is_ignored() {
            let why = if model.is_ignored() {
                "the whole model is ignored already"
            } else if matches!(field.ty(), FieldType::Unsupported(_)) {
                "a field of an unsupported type is left out of generated code already"
            } else {
                continue;
            };
            found.push(
                Diagnostic::error(Code::Ignored, field.span(), why).help("take `@ignore` out"),
            );
        } else if relation_to_ignored && !model.is_ignored() && field.is_relation() {
            let message = format!(
                "the relation field `{}` leads to an ignored model",
                field.name()
            );
            found.push(
                Diagnostic::error(Code::Ignored, field.span(), message).help("add `@ignore` to it"),
            );
        }
    }
}

fn namespaces(schema: &Schema, found: &mut Findings) {
    let Some(datasource) = schema.datasource() else {
        return;
    };
    if datasource.namespaces.is_empty() {
        return;
    }
    let models = schema
        .models()
        .map(|model| (model.namespace(), model.name(), model.name_span()));
    let enums = schema
        .enums()
        .map(|e| (e.namespace(), e.name(), e.name_span()));
    for (namespace, name, span) in models.chain(enums) {
        if namespace.is_none() {
            let message = format!("`{name}` does not say which schema it lives in");
            found.push(
                Diagnostic::error(Code::Datasource, span, message)
                    .help(format!("add `@@schema(\"{}\")`", datasource.namespaces[0])),
            );
        }
    }
}
