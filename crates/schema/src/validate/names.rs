//! Names: reserved ones, and two things of one name.

use std::hash::{Hash, Hasher};

use crate::hash::{HashMap, HashSet, all_differ};

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::ir::{Model, Schema};
use crate::provider::{Facts, Provider, Scalar};
use crate::span::Span;

/// Names that clients of Prisma schemas cannot use for a model, view or enum (Prisma's reference, "Naming conventions").
const RESERVED: [&str; 43] = [
    "PrismaClient",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "using",
];
const RESERVED_TOO: [&str; 5] = ["var", "void", "while", "with", "yield"];

/// Tells whether a model, view, enum or domain cannot have the name, though it is an identifier.
///
/// ```
/// use relata_schema::edit::name::is_reserved;
/// assert!(is_reserved("String") && is_reserved("return") && !is_reserved("User"));
/// ```
pub fn is_reserved(name: &str) -> bool {
    Scalar::parse(name).is_some() || RESERVED.contains(&name) || RESERVED_TOO.contains(&name)
}

pub(super) fn check(schema: &Schema, found: &mut Findings) {
    let blocks = schema
        .models()
        .map(|model| (model.name(), model.name_span(), "@@map"));
    let of_enums = schema.enums().map(|e| (e.name(), e.name_span(), "@@map"));
    let domains = schema.domains().map(|d| (d.name(), d.name_span(), "@@map"));
    for (name, span, map) in blocks.chain(of_enums).chain(domains) {
        let scalar = Scalar::parse(name).is_some();
        if is_reserved(name) {
            let why = if scalar {
                "the name of a scalar type"
            } else {
                "a reserved word"
            };
            found.push(
                Diagnostic::error(Code::ReservedName, span, format!("`{name}` is {why}")).help(
                    format!("choose another name and keep the database's with `{map}(\"{name}\")`"),
                ),
            );
        }
    }
    tables(schema, found);
    enums(schema, found);
}

/// Reports each name in `names` that came before.
fn duplicates<'a, K: std::hash::Hash + Eq>(
    names: impl Iterator<Item = (K, &'a str, Span)> + Clone,
    found: &mut Findings,
    report: impl Fn(&str, Span) -> Diagnostic,
) {
    if all_differ(names.clone().map(|(key, _, _)| key)) {
        return;
    }
    let mut first: HashMap<K, Span> = HashMap::default();
    for (key, name, span) in names {
        if let Some(before) = first.get(&key) {
            found.push(report(name, span).related(*before, "first given here"));
        } else {
            first.insert(key, span);
        }
    }
}

/// Tables and views share their names in every database.
fn tables(schema: &Schema, found: &mut Findings) {
    let names = schema.models().map(|model| {
        (
            (model.namespace(), model.database_name()),
            model.database_name(),
            model.database_name_span(),
        )
    });
    duplicates(names, found, |name, span| {
        Diagnostic::error(
            Code::DuplicateName,
            span,
            format!("the table name `{name}` is taken"),
        )
        .help("give one of them another name with `@@map(\"…\")`")
    });
    if facts(schema).is_none_or(|facts| !facts.tables_fold_case) {
        return;
    }
    let names = schema.models().map(|model| {
        let name = model.database_name();
        (Folded(name), name, model.database_name_span())
    });
    in_other_case(names, found, |name| format!("the table name `{name}`"));
}

fn facts(schema: &Schema) -> Option<&'static Facts> {
    schema.provider().map(Provider::facts)
}

/// A name that is the same in any case.
#[derive(Clone, Copy)]
struct Folded<'n>(&'n str);

impl PartialEq for Folded<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(other.0)
    }
}

impl Eq for Folded<'_> {}

impl Hash for Folded<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
    }
}

/// Reports each name that came before in other letters; one that came before in the same is an error already.
fn in_other_case<'a>(
    names: impl Iterator<Item = (Folded<'a>, &'a str, Span)> + Clone,
    found: &mut Findings,
    what: impl Fn(&str) -> String,
) {
    if all_differ(names.clone().map(|(key, ..)| key)) {
        return;
    }
    let mut seen: HashSet<&str> = HashSet::default();
    let names: Vec<_> = names.filter(|(_, name, _)| seen.insert(name)).collect();
    duplicates(names.into_iter(), found, |name, span| {
        let message = format!("{} differs from another in case alone", what(name));
        Diagnostic::warning(Code::ServerWillRefuse, span, message)
            .help("the database takes both for one name; map one of them to another")
    });
}

fn enums(schema: &Schema, found: &mut Findings) {
    let names = schema.enums().map(|e| {
        (
            (e.namespace(), e.database_name()),
            e.database_name(),
            e.name_span(),
        )
    });
    let domains = schema.domains().map(|d| {
        (
            (d.namespace(), d.database_name()),
            d.database_name(),
            d.name_span(),
        )
    });
    duplicates(names.chain(domains), found, |name, span| {
        let kind = if schema.domains().any(|domain| domain.name_span() == span) {
            "domain"
        } else {
            "enum"
        };
        Diagnostic::error(
            Code::DuplicateName,
            span,
            format!("the {kind} name `{name}` is taken in the database"),
        )
        .help("give one of them another name with `@@map(\"…\")`")
    });
    for enumeration in schema.enums() {
        let names = enumeration
            .values()
            .map(|value| (value.name(), value.name(), value.name_span()));
        duplicates(names, found, |name, span| {
            let message = format!(
                "the enum `{}` has the value `{name}` twice",
                enumeration.name()
            );
            Diagnostic::error(Code::DuplicateName, span, message)
        });
        let mapped = enumeration
            .values()
            .filter(|value| value.name() != value.database_name());
        let mapped: HashSet<_> = mapped.map(|value| value.database_name()).collect();
        let names = enumeration
            .values()
            .filter(|value| mapped.contains(&value.database_name()));
        let names = names.map(|value| {
            (
                value.database_name(),
                value.database_name(),
                value.name_span(),
            )
        });
        duplicates(names, found, |name, span| {
            let message = format!(
                "two values of `{}` are `{name}` in the database",
                enumeration.name()
            );
            Diagnostic::warning(Code::ServerWillRefuse, span, message)
                .help("databases refuse an enum that holds a value twice; give one of them another `@map`")
        });
    }
}

pub(super) fn model(model: Model<'_>, found: &mut Findings) {
    let names = model
        .fields()
        .map(|field| (field.name(), field.name(), field.name_span()));
    let before = found.len();
    duplicates(names, found, |name, span| {
        let message = format!("the model `{}` has the field `{name}` twice", model.name());
        Diagnostic::error(Code::DuplicateName, span, message)
    });
    if found.len() > before {
        return;
    }
    // What is not mapped has its field's name, and these differ.
    if model.fields().all(|field| !field.is_mapped()) {
        return;
    }
    let columns = model.scalar_fields().map(|field| {
        (
            field.database_name(),
            field.database_name(),
            field.name_span(),
        )
    });
    duplicates(columns, found, |name, span| {
        let message = format!("two fields of `{}` have the column `{name}`", model.name());
        Diagnostic::error(Code::DuplicateName, span, message)
            .help("give one of them another column with `@map(\"…\")`")
    });
}

/// Tells of columns that differ in case alone where the database takes them for one.
pub(super) fn columns_in_other_case(model: Model<'_>, found: &mut Findings) {
    if facts(model.schema()).is_none_or(|facts| !facts.columns_fold_case) {
        return;
    }
    let names = model.scalar_fields().map(|field| {
        let name = field.database_name();
        (Folded(name), name, field.name_span())
    });
    in_other_case(names, found, |name| {
        format!("the column name `{name}` of `{}`", model.name())
    });
}
