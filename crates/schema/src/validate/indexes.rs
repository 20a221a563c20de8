//! Keys and indexes: what they can cover, and that their names differ where the database keeps them together.

use crate::hash::{HashMap, HashSet, all_differ};

use super::operator_classes;
use crate::diagnostic::{Code, Diagnostic, Findings, Severity};
use crate::ir::{
    Algorithm, Arity, ColumnKind, Field, FieldType, Index, IndexColumn, IndexKind, Model, ModelId,
    OperatorClass, Schema,
};
use crate::provider::{Provider, Scalar};
use crate::span::Span;

pub(super) fn model(model: Model<'_>, found: &mut Findings) {
    let schema = model.schema();
    primary_key(schema, model, found);
    for index in model.indexes() {
        one(schema, index, found);
    }
}

fn primary_key(schema: &Schema, model: Model<'_>, found: &mut Findings) {
    let Some(key) = model.primary_key() else {
        return;
    };
    for column in &key.columns {
        let Some(field) = column.field().map(|field| schema.field(field)) else {
            continue;
        };
        let problem = match (field.arity(), field.ty()) {
            (Arity::Optional, _) => "may be missing",
            (Arity::List, _) => "is a list",
            _ => {
                mysql_length(schema, field, column, key.span, found);
                // Prisma takes an Xml as a key, though in no index.
                let mut refused = Findings::default();
                unindexed(schema, field, key.span, &mut refused);
                found.extend(refused.into_vec().into_iter().map(|finding| Diagnostic {
                    code: Code::ServerWillRefuse,
                    severity: Severity::Warning,
                    ..finding
                }));
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

fn one(schema: &Schema, index: &Index, found: &mut Findings) {
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
        if !known.contains(&algorithm) {
            let message = format!(
                "{} has no index of type {}",
                provider.display_name(),
                algorithm.name()
            );
            found.push(
                Diagnostic::error(Code::NotSupported, index.span, message).help("take `type` out"),
            );
            return;
        }
    }
    operator_classes::check(schema, index, found);
    if index.kind == IndexKind::Fulltext
        && index
            .columns
            .iter()
            .any(|column| column.sort.is_some() || column.length.is_some())
    {
        let message = "a fulltext index has no order and no length";
        found.push(
            Diagnostic::error(Code::NotSupported, index.span, message)
                .help("take `sort` and `length` out"),
        );
    }
    for column in &index.columns {
        let Some(field) = column.field().map(|field| schema.field(field)) else {
            continue;
        };
        if index.kind != IndexKind::Fulltext {
            mysql_length(schema, field, column, index.span, found);
            // The other types of index say themselves what they cover, unless the class is one that only the server knows.
            let is_ordinary = matches!(
                index.algorithm,
                None | Some(Algorithm::BTree | Algorithm::Hash)
            );
            let is_raw = matches!(column.operator_class, Some(OperatorClass::Raw(_)));
            let is_document = *field.ty() == FieldType::Scalar(Scalar::Json);
            if is_ordinary || (is_raw && !is_document) {
                unindexed(schema, field, index.span, found);
            }
        }
    }
}

/// Types without an order or equality, which no key and no index of the default type covers.
fn unindexed(schema: &Schema, field: Field<'_>, span: Span, found: &mut Findings) {
    let Some(ColumnKind::Native(native)) = field.column_type().map(|column| &column.kind) else {
        return;
    };
    let message = || {
        format!(
            "no key or index covers `{}`, whose type is {}",
            field.name(),
            native.name()
        )
    };
    match (schema.provider(), native.name()) {
        (Some(Provider::Postgresql), "Xml") => {
            found.push(
                Diagnostic::error(Code::InvalidIndex, span, message())
                    .related(field.type_span(), "this type"),
            );
        }
        (Some(Provider::Postgresql | Provider::Mysql), "Json") => found.push(
            Diagnostic::warning(Code::ServerWillRefuse, span, message())
                .help("the server will refuse it"),
        ),
        _ => {}
    }
}

/// MySQL indexes text and blobs by a part of them only (manual, "Column Prefix Key Parts").
fn mysql_length(
    schema: &Schema,
    field: Field<'_>,
    column: &IndexColumn,
    span: Span,
    found: &mut Findings,
) {
    if schema.provider() != Some(Provider::Mysql) {
        return;
    }
    let native = match field.column_type().map(|column| &column.kind) {
        Some(ColumnKind::Native(native)) => Some(native),
        _ => None,
    };
    let long =
        native.filter(|native| native.name().ends_with("Text") || native.name().ends_with("Blob"));
    if let (Some(native), None) = (long, column.length) {
        let message = format!(
            "MySQL indexes `{}` ({}) by a part of it only",
            field.name(),
            native.name()
        );
        // Prisma looks at the types that are written out only, and Bytes is a LongBlob by itself.
        let finding = if field.has_written_type() {
            Diagnostic::error(Code::InvalidIndex, span, message)
        } else {
            Diagnostic::warning(Code::ServerWillRefuse, span, message)
        };
        found.push(finding.help(format!(
            "write `{}(length: 100)`, or a column type such as VarChar or VarBinary",
            field.name()
        )));
    } else if column.length.is_some()
        && !matches!(
            field.ty(),
            FieldType::Scalar(Scalar::String | Scalar::Bytes)
                | FieldType::Unsupported(_)
                | FieldType::Unknown
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
    Check,
    Exclusion,
}

/// Where a name must differ: the schema, the table if it is the table's own, and the name.
type Place<'s> = (Option<&'s str>, Option<ModelId>, &'s str);

struct Named<'s> {
    kind: Kind,
    model: Model<'s>,
    name: &'s str,
    span: Span,
}

impl<'s> Named<'s> {
    fn place(&self, own: bool) -> Place<'s> {
        let table = own.then(|| self.model.id());
        (self.model.namespace(), table, self.name)
    }
}

/// The names of constraints, which differ where the database keeps them together.
pub(super) fn check(schema: &Schema, found: &mut Findings) {
    let Some(provider) = schema.provider() else {
        return;
    };
    let facts = provider.facts();
    let mut named: Vec<Named<'_>> = Vec::new();
    let mut tables: HashSet<(Option<&str>, &str)> = HashSet::default();
    for model in schema.models() {
        // That two tables have one name has been said; what they hold could not but clash.
        if !tables.insert((model.namespace(), model.database_name())) {
            continue;
        }
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
    for model in schema.models() {
        named.extend(model.checks().iter().map(|check| Named {
            kind: Kind::Check,
            model,
            name: &check.database_name,
            span: check.span,
        }));
        named.extend(model.exclusions().iter().map(|exclusion| Named {
            kind: Kind::Exclusion,
            model,
            name: &exclusion.database_name,
            span: exclusion.span,
        }));
    }
    for relation in schema
        .relations()
        // Prisma asks for names that differ even where no foreign key is made: relations kept by clients, and those of views.
        .filter(|r| !r.is_without_foreign_key() && r.join_table().is_none())
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
            // An exclusion constraint stands on an index of its name.
            (&[Kind::PrimaryKey, Kind::Index, Kind::Exclusion], false),
            (
                &[
                    Kind::PrimaryKey,
                    Kind::Index,
                    Kind::ForeignKey,
                    Kind::Check,
                    Kind::Exclusion,
                ],
                true,
            ),
        ],
        Provider::Cockroachdb => &[(
            &[Kind::PrimaryKey, Kind::Index, Kind::ForeignKey, Kind::Check],
            true,
        )],
        // MariaDB keeps the names of checks in their table, MySQL in the whole database; both take what MySQL does.
        Provider::Mysql => &[
            (&[Kind::ForeignKey], false),
            (&[Kind::Check], false),
            (&[Kind::Index], true),
        ],
        Provider::Sqlite => &[(&[Kind::Index], false)],
        _ => &[],
    };
    let mut reported: HashSet<Span> = HashSet::default();
    for (kinds, own) in scopes {
        let named = named.iter().filter(|item| kinds.contains(&item.kind));
        if all_differ(named.clone().map(|item| item.place(*own))) {
            continue;
        }
        let mut first: HashMap<Place<'_>, (Kind, Span)> = HashMap::default();
        for item in named {
            let key = item.place(*own);
            match first.get(&key) {
                Some((kind, before)) if !reported.contains(&item.span) => {
                    reported.insert(item.span);
                    let message = format!("the constraint name `{}` is taken", item.name);
                    // Prisma lets two indexes of one name pass on CockroachDB.
                    let passes = provider == Provider::Cockroachdb
                        && *kind == Kind::Index
                        && item.kind == Kind::Index;
                    let finding = if passes {
                        Diagnostic::warning(Code::ServerWillRefuse, item.span, message)
                    } else {
                        Diagnostic::error(Code::ConstraintName, item.span, message)
                    };
                    found.push(
                        finding
                            .related(*before, "first given here")
                            .help("give another with `map: \"…\"`"),
                    );
                }
                Some(_) => {}
                None => {
                    first.insert(key, (item.kind, item.span));
                }
            }
        }
    }
}
