//! `@default(…)`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::arguments::Arguments;
use super::{Among, Context, support};
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{
    Arity, ClientDefault, Default, EnumId, FieldId, FieldType, Identity, Literal, Sequence,
};
use crate::parse::{Call, Node, Value};
use crate::provider::{Provider, Scalar};
use crate::span::Span;

const FUNCTIONS: [&str; 9] = [
    "autoincrement",
    "identity",
    "sequence",
    "now",
    "dbgenerated",
    "uuid",
    "cuid",
    "ulid",
    "nanoid",
];

pub(super) fn lower<'t>(cx: &mut Context<'t>, field: FieldId, attribute: Node<'t>) {
    let data = &cx.schema.fields[field];
    let (ty, arity) = (data.ty.clone(), data.arity);
    cx.schema.fields[field].default = of(cx, attribute, &ty, arity);
}

/// The default of a field or domain of a type.
pub(super) fn of<'t>(
    cx: &mut Context<'t>,
    attribute: Node<'t>,
    ty: &FieldType,
    arity: Arity,
) -> Option<Default> {
    let mut arguments = Arguments::of(attribute);
    let value = arguments.require_default(cx, "value");
    // Only SQL Server names its defaults; elsewhere the name has no place, and Prisma refuses it.
    if arguments.take(cx, "map").is_some() {
        let span = arguments.span();
        cx.report(
            Diagnostic::error(
                Code::NotSupported,
                span,
                "defaults have names on SQL Server only",
            )
            .help("take `map` out"),
        );
    }
    arguments.finish(cx);
    let value = value?;
    match ty {
        FieldType::Unknown => None,
        FieldType::Model(..) => {
            cx.report(
                Diagnostic::error(
                    Code::InvalidDefault,
                    attribute.span(),
                    "a relation field has no default",
                )
                .help("put the default on the column that the relation uses"),
            );
            None
        }
        FieldType::Unsupported(_) => unsupported(cx, value),
        FieldType::Scalar(_) | FieldType::Enum(_) => scalar_or_enum(cx, value, ty, arity),
    }
}

fn unsupported<'t>(cx: &mut Context<'t>, value: Value<'t>) -> Option<Default> {
    match value {
        Value::Call(call) if call.path == "dbgenerated" => dbgenerated(cx, call),
        _ => {
            cx.report(
                Diagnostic::error(
                    Code::InvalidDefault,
                    value.span(),
                    "only the database knows values of this type",
                )
                .help("write `@default(dbgenerated(\"…\"))`"),
            );
            None
        }
    }
}

fn scalar_or_enum<'t>(
    cx: &mut Context<'t>,
    value: Value<'t>,
    ty: &FieldType,
    arity: Arity,
) -> Option<Default> {
    if let Value::Call(call) = value
        && call.arguments.is_some()
    {
        return function(cx, call, ty, arity);
    }
    match (value, arity) {
        (Value::Array(_), Arity::List) => {
            let elements = value.elements();
            let count = elements.len();
            let literals: Vec<Literal> = elements
                .into_iter()
                .filter_map(|value| literal(cx, value, ty))
                .collect();
            (literals.len() == count).then_some(Default::List(literals))
        }
        (Value::Array(_), _) => {
            cx.error(
                Code::InvalidDefault,
                value.span(),
                "the default is a list, and the field is not",
            );
            None
        }
        (_, Arity::List) => {
            let message = "the field is a list, and the default is not";
            cx.report(
                Diagnostic::error(Code::InvalidDefault, value.span(), message)
                    .help(format!("write `[{}]`", value.node().text())),
            );
            None
        }
        _ => literal(cx, value, ty).map(Default::Literal),
    }
}

/// A literal of a scalar or enum.
pub(super) fn literal<'t>(
    cx: &mut Context<'t>,
    value: Value<'t>,
    ty: &FieldType,
) -> Option<Literal> {
    match ty {
        FieldType::Scalar(scalar) => scalar_literal(cx, value, *scalar),
        FieldType::Enum(enumeration) => enum_literal(cx, value, *enumeration),
        _ => None,
    }
}

fn enum_literal<'t>(
    cx: &mut Context<'t>,
    value: Value<'t>,
    enumeration: EnumId,
) -> Option<Literal> {
    let data = &cx.schema.enums[enumeration];
    let Some(path) = value.path() else {
        let message = format!(
            "the default is a value of the enum `{}`, not {}",
            data.name,
            value.kind()
        );
        let wrong = Diagnostic::error(Code::InvalidDefault, value.span(), message);
        cx.report(wrong.help("write the value's name without quotes"));
        return None;
    };
    if let Some(found) = cx.value_names.get(&(enumeration, path)) {
        return Some(Literal::Enum(*found));
    }
    let message = format!("the enum `{}` has no value `{path}`", data.name);
    let wrong = Diagnostic::error(Code::InvalidDefault, value.span(), message)
        .related(data.name_span, "the enum");
    cx.unknown(wrong, path, Among::Values(enumeration));
    None
}

fn scalar_literal<'t>(cx: &mut Context<'t>, value: Value<'t>, scalar: Scalar) -> Option<Literal> {
    let span = value.span();
    let wrong = |cx: &mut Context<'_>, problem: String, help: &str| {
        cx.report(Diagnostic::error(Code::InvalidDefault, span, problem).help(help));
        None
    };
    let article = if scalar == Scalar::Int { "an" } else { "a" };
    let kind = |help| {
        (
            format!(
                "{article} {} is expected here, not {}",
                scalar.name(),
                value.kind()
            ),
            help,
        )
    };
    match scalar {
        Scalar::Boolean => match value.path() {
            Some("true") => Some(Literal::Boolean(true)),
            Some("false") => Some(Literal::Boolean(false)),
            _ => {
                let (problem, help) = kind("write `true` or `false`");
                wrong(cx, problem, help)
            }
        },
        Scalar::Int | Scalar::BigInt => {
            let Value::Number(number) = value else {
                let (problem, help) = kind("write a whole number");
                return wrong(cx, problem, help);
            };
            let Ok(parsed) = number.text().parse::<i64>() else {
                return wrong(
                    cx,
                    format!("`{}` is no whole number of 64 bits", number.text()),
                    "write a whole number",
                );
            };
            if scalar == Scalar::Int && i32::try_from(parsed).is_err() {
                cx.report(
                    Diagnostic::warning(
                        Code::ServerWillRefuse,
                        span,
                        "this number does not fit into an Int of 32 bits",
                    )
                    .help("use `BigInt`; PostgreSQL and MySQL refuse the default, SQLite keeps it"),
                );
            }
            Some(Literal::Number(number.text().into()))
        }
        Scalar::Float | Scalar::Decimal => match value {
            Value::Number(number) => Some(Literal::Number(number.text().into())),
            // Prisma takes a decimal in quotes too.
            Value::Text(_) if scalar == Scalar::Decimal => {
                let text = cx.text(value, "a number")?;
                match text.parse::<f64>() {
                    Ok(_) => Some(Literal::Number(text.into())),
                    Err(_) => wrong(cx, format!("`{text}` is no number"), "write a number"),
                }
            }
            _ => {
                let (problem, help) = kind("write a number");
                wrong(cx, problem, help)
            }
        },
        Scalar::String | Scalar::DateTime | Scalar::Json | Scalar::Bytes => {
            if !matches!(value, Value::Text(_)) {
                let (problem, help) = kind("write it in double quotes");
                return wrong(cx, problem, help);
            }
            let text = cx.text(value, "the default")?;
            match scalar {
                Scalar::DateTime if !is_rfc3339(&text) => wrong(
                    cx,
                    format!("`{text}` is no time of RFC 3339"),
                    "write \"2026-01-31T12:00:00Z\"",
                ),
                Scalar::DateTime => Some(Literal::DateTime(text.into())),
                Scalar::Json => match serde_json::from_str::<serde::de::IgnoredAny>(&text) {
                    Ok(_) => Some(Literal::Json(text.into())),
                    Err(error) => wrong(
                        cx,
                        format!("this is no JSON: {error}"),
                        "write \"{\\\"key\\\": 1}\"",
                    ),
                },
                Scalar::Bytes => match STANDARD.decode(text.as_bytes()) {
                    Ok(bytes) => Some(Literal::Bytes(bytes.into())),
                    Err(error) => wrong(
                        cx,
                        format!("this is no base64: {error}"),
                        "write the bytes in base64",
                    ),
                },
                _ if text.contains('\0') => wrong(
                    cx,
                    "no database takes a NUL character in text".into(),
                    "use `Bytes` for binary data",
                ),
                _ => Some(Literal::Text(text.into())),
            }
        }
    }
}

/// `2026-01-31T12:00:00.123Z`, or with an offset such as `+02:00`.
pub(super) fn is_rfc3339(text: &str) -> bool {
    let bytes = text.as_bytes();
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        let digits = text.get(range)?;
        digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let at = |i: usize, allowed: &[u8]| bytes.get(i).is_some_and(|b| allowed.contains(b));
    let within = |range, low, high| number(range).is_some_and(|n| (low..=high).contains(&n));
    let days = |year: u32, month: u32| match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let date = match (number(0..4), number(5..7)) {
        (Some(year), Some(month @ 1..=12)) => {
            at(4, b"-") && at(7, b"-") && within(8..10, 1, days(year, month))
        }
        _ => false,
    };
    let time = at(10, b"Tt ") && within(11..13, 0, 23) && at(13, b":") && within(14..16, 0, 59);
    let seconds = at(16, b":") && within(17..19, 0, 60);
    if !(date && time && seconds) {
        return false;
    }
    let rest = &text[19..];
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return false;
            }
            &fraction[digits..]
        }
        None => rest,
    };
    let start = text.len() - rest.len();
    matches!(rest, "Z" | "z")
        || rest.len() == 6
            && at(start, b"+-")
            && within(start + 1..start + 3, 0, 23)
            && at(start + 3, b":")
            && within(start + 4..start + 6, 0, 59)
}

fn function<'t>(
    cx: &mut Context<'t>,
    call: Call<'t>,
    ty: &FieldType,
    arity: Arity,
) -> Option<Default> {
    let span = call.node.span();
    let name = call.path;
    let scalars: &[Scalar] = match name {
        "autoincrement" | "identity" => &[Scalar::Int, Scalar::BigInt],
        // Prisma asks for no type here.
        "sequence" => &Scalar::ALL,
        "now" => &[Scalar::DateTime],
        "uuid" | "cuid" | "ulid" | "nanoid" => &[Scalar::String],
        "dbgenerated" => return dbgenerated(cx, call),
        _ => {
            let unknown = Diagnostic::error(
                Code::InvalidDefault,
                span,
                format!("the function `{name}()` does not exist"),
            );
            let unknown = match crate::diagnostic::near(name, FUNCTIONS) {
                Some(near) => unknown.help(format!("did you mean `{near}()`?")),
                None => unknown.help(format!("the functions are {}", FUNCTIONS.join(", "))),
            };
            cx.report(unknown);
            return None;
        }
    };
    if name == "identity" && arity != Arity::Required {
        let message = "an identity column numbers every row, so that it is required and no list";
        cx.report(
            Diagnostic::error(Code::InvalidDefault, span, message)
                .help("take the `?` or `[]` from its type"),
        );
        return None;
    }
    if !matches!(ty, FieldType::Scalar(scalar) if scalars.contains(scalar)) {
        // Of sequences only the fitting types are named, although more pass.
        let names: Vec<&str> = match name {
            "sequence" => vec!["Int", "BigInt"],
            _ => scalars.iter().map(|scalar| scalar.name()).collect(),
        };
        let message = format!("`{name}()` is a default for {}", names.join(" and "));
        cx.error(Code::InvalidDefault, span, message);
        return None;
    }
    if name == "sequence" && !matches!(ty, FieldType::Scalar(Scalar::Int | Scalar::BigInt)) {
        let message = "a sequence counts in whole numbers";
        cx.report(
            Diagnostic::warning(Code::ServerWillRefuse, span, message)
                .help("make the field an Int or BigInt"),
        );
    }
    if name == "sequence" && cx.provider().is_some_and(|it| it != Provider::Cockroachdb) {
        let message = "`sequence()` exists on CockroachDB only";
        cx.report(
            Diagnostic::error(Code::NotSupported, span, message).help("write `autoincrement()`"),
        );
        return None;
    }
    let mut arguments = Arguments::of_function(call);
    let default = match name {
        "autoincrement" => Default::Autoincrement,
        "identity" => Default::Identity(Box::new(identity(cx, &mut arguments)?)),
        "now" => Default::Now,
        "sequence" => Default::Sequence(Box::new(sequence(cx, &mut arguments))),
        "ulid" => Default::Client(ClientDefault::Ulid),
        "uuid" => Default::Client(ClientDefault::Uuid(version(
            cx,
            &mut arguments,
            span,
            &[4, 7],
        )?)),
        "cuid" => Default::Client(ClientDefault::Cuid(version(
            cx,
            &mut arguments,
            span,
            &[1, 2],
        )?)),
        _ => Default::Client(ClientDefault::Nanoid(
            match arguments.take_default(cx, "length") {
                Some(value) => Some(small_number(
                    cx,
                    value,
                    2..=255,
                    "the length is a number from 2 to 255",
                )?),
                None => None,
            },
        )),
    };
    arguments.finish(cx);
    if arity == Arity::List {
        let bigint = *ty == FieldType::Scalar(Scalar::BigInt);
        if name == "autoincrement" && cx.provider() == Some(Provider::Cockroachdb) && !bigint {
            let message = "on CockroachDB an autoincrement is a BigInt";
            cx.error(Code::Autoincrement, span, message);
            return None;
        }
        // Prisma takes it; neither a database nor a client can make sense of it, so that the field is left without a default.
        cx.report(
            Diagnostic::warning(
                Code::ServerWillRefuse,
                span,
                format!("`{name}()` makes one value, and the field is a list; it does nothing"),
            )
            .help("write a list of literals"),
        );
        return None;
    }
    Some(default)
}

fn version<'t>(
    cx: &mut Context<'t>,
    arguments: &mut Arguments<'t>,
    span: Span,
    versions: &[u8],
) -> Option<u8> {
    let Some(value) = arguments.take_default(cx, "version") else {
        return versions.first().copied();
    };
    let found = match value {
        Value::Number(number) => number
            .text()
            .parse::<u8>()
            .ok()
            .filter(|version| versions.contains(version)),
        _ => None,
    };
    if found.is_none() {
        let known: Vec<String> = versions.iter().map(u8::to_string).collect();
        cx.error(
            Code::InvalidDefault,
            span,
            format!("the version is {}", known.join(" or ")),
        );
    }
    found
}

fn small_number<'t>(
    cx: &mut Context<'t>,
    value: Value<'t>,
    range: std::ops::RangeInclusive<u8>,
    message: &str,
) -> Option<u8> {
    let number = match value {
        Value::Number(number) => number
            .text()
            .parse::<u8>()
            .ok()
            .filter(|number| range.contains(number)),
        _ => None,
    };
    if number.is_none() {
        cx.error(Code::InvalidDefault, value.span(), message);
    }
    number
}

fn identity<'t>(cx: &mut Context<'t>, arguments: &mut Arguments<'t>) -> Option<Identity> {
    let always = arguments
        .take(cx, "always")
        .and_then(|value| cx.boolean(value, "always"));
    let start = whole_number(cx, arguments, "start");
    let increment = whole_number(cx, arguments, "increment");
    if increment == Some(0) {
        cx.error(
            Code::InvalidDefault,
            arguments.span(),
            "an increment of 0 would give every row the same number",
        );
    }
    let help = "write `autoincrement()`";
    support::has(
        cx,
        |facts| facts.identity,
        arguments.span(),
        "identity columns",
        help,
    )
    .then(|| Identity {
        always: always.unwrap_or(false),
        start,
        increment,
    })
}

fn whole_number<'t>(
    cx: &mut Context<'t>,
    arguments: &mut Arguments<'t>,
    name: &'static str,
) -> Option<i64> {
    let value = arguments.take(cx, name)?;
    let number = match value {
        Value::Number(number) => number.text().parse::<i64>().ok(),
        _ => None,
    };
    if number.is_none() {
        cx.error(
            Code::InvalidDefault,
            value.span(),
            format!("`{name}` is a whole number"),
        );
    }
    number
}

fn sequence<'t>(cx: &mut Context<'t>, arguments: &mut Arguments<'t>) -> Sequence {
    let is_virtual = arguments
        .take(cx, "virtual")
        .is_some_and(|value| match value.path() {
            Some("true") => true,
            Some("false") => false,
            _ => {
                let message = "`virtual` is true or false";
                cx.error(Code::InvalidDefault, value.span(), message);
                false
            }
        });
    let mut number = |name: &'static str| whole_number(cx, arguments, name);
    Sequence {
        is_virtual,
        cache: number("cache"),
        increment: number("increment"),
        min_value: number("minValue"),
        max_value: number("maxValue"),
        start: number("start"),
    }
}

fn dbgenerated<'t>(cx: &mut Context<'t>, call: Call<'t>) -> Option<Default> {
    let mut arguments = Arguments::of_function(call);
    let value = arguments.take_default(cx, "value");
    arguments.finish(cx);
    let Some(value) = value else {
        return Some(Default::Database(None));
    };
    let text = cx.text(value, "the SQL of a default")?;
    if text.is_empty() {
        cx.report(
            Diagnostic::error(Code::InvalidDefault, value.span(), "the SQL of the default is empty")
                .help("write the expression, or `dbgenerated()` if the database has one that the schema does not tell"),
        );
        return None;
    }
    Some(Default::Database(Some(text.into())))
}

#[cfg(test)]
mod tests {
    use super::is_rfc3339;

    #[test]
    fn times_are_those_of_rfc_3339() {
        for time in [
            "2024-02-29T00:00:00Z",
            "2000-02-29T00:00:00Z",
            "2023-02-28T00:00:00Z",
            "2020-04-30T00:00:00Z",
            "2020-01-31T00:00:00Z",
            "2020-12-31T23:59:60Z",
            "2020-01-01t00:00:00z",
            "2020-01-01 00:00:00Z",
            "2020-01-01T00:00:00.5Z",
            "2020-01-01T00:00:00.123456789012+01:00",
            "2020-01-01T00:00:00-23:59",
            "0000-01-01T00:00:00Z",
        ] {
            assert!(is_rfc3339(time), "{time}");
        }
        for other in [
            "2023-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z",
            "2024-02-30T00:00:00Z",
            "2020-04-31T00:00:00Z",
            "2020-06-31T00:00:00Z",
            "2020-09-31T00:00:00Z",
            "2020-11-31T00:00:00Z",
            "2020-01-32T00:00:00Z",
            "2020-01-00T00:00:00Z",
            "2020-00-01T00:00:00Z",
            "2020-13-01T00:00:00Z",
            "2020-01-01_00:00:00Z",
            "2020-01-01T24:00:00Z",
            "2020-01-01T23:60:00Z",
            "2020-01-01T23:59:61Z",
            "2020-01-01T00:00:00.Z",
            "2020-01-01T00:00:00",
            "2020-01-01T00:00Z",
            "2020-01-01T00:00:00ZZ",
            "2020-01-01T00:00:00+24:00",
            "2020-01-01T00:00:00+02:60",
            "2020-01-01T00:00:00+0200",
            "2020-01-01T00:00:00+02",
            "2020-01-01T00:00:00*02:00",
            "2020-01-01T00:00:00+02-00",
            "2020-01-01T00:00:00+a1:00",
            "2020-01-01T00:00:00+01:a0",
            "2020-01-01T00:00:00+02:00Z",
            "2020-01-01T00-00:00Z",
            "2020-01-01T00:00-00Z",
            "2020/01-01T00:00:00Z",
            "2020-01/01T00:00:00Z",
            "+202-01-01T00:00:00Z",
            "202a-01-01T00:00:00Z",
            "2020-0a-01T00:00:00Z",
            "2020-01-0aT00:00:00Z",
            "2020-01-01T0a:00:00Z",
            "2020-01-01T00:0a:00Z",
            "2020-01-01T00:00:0aZ",
            "",
        ] {
            assert!(!is_rfc3339(other), "{other}");
        }
    }
}
