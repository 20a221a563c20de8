//! Which columns an index of a certain type can cover: PostgreSQL's access methods and their operator classes.

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::ir::{
    Algorithm, ColumnKind, ColumnType, Field, FieldType, Index, IndexColumn, OperatorClass, Schema,
};
use crate::provider::{OperatorClassInfo, Provider, Scalar, without_class};

pub(super) fn check(schema: &Schema, index: &Index, found: &mut Findings) {
    let algorithm = index.algorithm.unwrap_or(Algorithm::BTree);
    if algorithm == Algorithm::Hash && index.columns.iter().any(|column| column.sort.is_some()) {
        found.push(
            Diagnostic::error(
                Code::InvalidIndex,
                index.span,
                "an index of type Hash has no order",
            )
            .help("take `sort` out, or `type`"),
        );
    }
    if algorithm == Algorithm::SpGist && index.columns.len() > 1 {
        found.push(
            Diagnostic::error(
                Code::InvalidIndex,
                index.span,
                "an index of type SpGist has one column",
            )
            .help("make one index for each column"),
        );
    }
    let covers = match schema.provider() {
        Some(Provider::Postgresql) => postgres,
        Some(Provider::Cockroachdb) if algorithm == Algorithm::Gin => cockroach_inverted,
        _ => return,
    };
    for (at, column) in index.columns.iter().enumerate() {
        // The type of an expression is known to the server only, and a domain is taken as its type.
        let Some(field) = column.field().map(|field| schema.field(field)) else {
            continue;
        };
        let Some(ty) = field.column_type() else {
            continue;
        };
        let under = field.domain().and_then(|_| field.native_type());
        let under = under.map(|native| ColumnType {
            kind: ColumnKind::Native(native),
            list: ty.list,
        });
        let ty = under.as_ref().unwrap_or(ty);
        let is_last = at + 1 == index.columns.len();
        found.extend(covers(index, algorithm, column, field, ty, is_last));
    }
}

fn postgres(
    index: &Index,
    algorithm: Algorithm,
    column: &IndexColumn,
    field: Field<'_>,
    ty: &ColumnType,
    _: bool,
) -> Option<Diagnostic> {
    match &column.operator_class {
        Some(OperatorClass::Raw(_)) => None,
        Some(OperatorClass::Known(class)) => with_class(index, algorithm, field, ty, class),
        None => no_class(index, algorithm, field, ty),
    }
}

fn with_class(
    index: &Index,
    algorithm: Algorithm,
    field: Field<'_>,
    ty: &ColumnType,
    class: &str,
) -> Option<Diagnostic> {
    // An unknown class has been reported where it was read.
    let info = OperatorClassInfo::named(class)?;
    let error = |message: String| Diagnostic::error(Code::InvalidIndex, index.span, message);
    if !info.algorithms.contains(&algorithm) {
        let types: Vec<&str> = info.algorithms.iter().map(|known| known.name()).collect();
        let message = format!(
            "the operator class {class} is not for an index of type {}",
            algorithm.name()
        );
        return Some(error(message).help(format!("it is for {}", types.join(" and "))));
    }
    let fits = match &ty.kind {
        _ if info.types.is_empty() => ty.list,
        // The elements of a list are no column of their type, but the class is looked up by it.
        ColumnKind::Native(native) => info.types.contains(&native.name()),
        ColumnKind::Enum(_) | ColumnKind::Domain(_) | ColumnKind::Unsupported(_) => false,
    };
    let holds = if info.types.is_empty() {
        "lists".to_owned()
    } else {
        info.types.join(", ")
    };
    (!fits).then(|| {
        error(format!(
            "the operator class {class} does not take the type of `{}`",
            field.name()
        ))
        .related(field.type_span(), "this type")
        .help(format!(
            "it takes {holds}; another class can be written as `raw(\"…\")`"
        ))
    })
}

fn no_class(
    index: &Index,
    algorithm: Algorithm,
    field: Field<'_>,
    ty: &ColumnType,
) -> Option<Diagnostic> {
    let types = without_class(algorithm)?;
    let (finding, code): (fn(_, _, String) -> _, _) = match &ty.kind {
        ColumnKind::Unsupported(_) => return None,
        _ if ty.list && algorithm == Algorithm::Gin => return None,
        ColumnKind::Native(native) if types.contains(&native.name()) => return None,
        // Prisma takes a String here, and PostgreSQL has no class for it.
        ColumnKind::Native(_) if algorithm == Algorithm::Gist && is_bare_string(field) => {
            (Diagnostic::warning, Code::ServerWillRefuse)
        }
        _ => (Diagnostic::error, Code::InvalidIndex),
    };
    let message = format!(
        "an index of type {} does not cover the type of `{}` by itself",
        algorithm.name(),
        field.name()
    );
    Some(
        finding(code, index.span, message)
            .related(field.type_span(), "this type")
            .help(format!(
                "name an operator class, `{}(ops: raw(\"…\"))`, or another index type",
                field.name()
            )),
    )
}

fn is_bare_string(field: Field<'_>) -> bool {
    *field.ty() == FieldType::Scalar(Scalar::String) && !field.has_written_type()
}

/// CockroachDB's inverted indexes cover a document or list, and only as the last column.
fn cockroach_inverted(
    index: &Index,
    _: Algorithm,
    _: &IndexColumn,
    field: Field<'_>,
    ty: &ColumnType,
    is_last: bool,
) -> Option<Diagnostic> {
    let json = FieldType::Scalar(Scalar::Json);
    let message = if !ty.list && *field.ty() == json && !is_last {
        format!(
            "`{}` holds Json, which is the last column of an inverted index",
            field.name()
        )
    } else if ty.list || *field.ty() == json || matches!(ty.kind, ColumnKind::Unsupported(_)) {
        return None;
    } else {
        format!(
            "an inverted index covers Json and lists, and `{}` is neither",
            field.name()
        )
    };
    Some(
        Diagnostic::error(Code::InvalidIndex, index.span, message)
            .related(field.type_span(), "this type"),
    )
}
