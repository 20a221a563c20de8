//! `@db.VarChar(20)`: the column type that a field asks for.

use super::Context;
use crate::diagnostic::{Code, Diagnostic, near};
use crate::ir::{ColumnKind, FieldId, FieldType};
use crate::parse::{Node, Rule, Value};
use crate::provider::{Arguments, NativeType, Scalar, TypeInfo};

pub(super) fn lower(
    cx: &mut Context<'_>,
    field: FieldId,
    attribute: Node<'_>,
    prefix: &str,
    name: &str,
) {
    let data = &cx.schema.fields[field];
    let ty = data.ty.clone();
    if let Some(ColumnKind::Domain(domain)) = data.column_type.as_ref().map(|column| &column.kind) {
        let domain = cx.schema.domain(*domain);
        let message = format!("the domain `{}` says what its columns are", domain.name());
        let wrong = Diagnostic::error(Code::NativeType, attribute.span(), message)
            .related(domain.name_span(), "the domain")
            .help("take it out, or put it on the domain's `type`");
        cx.report(wrong);
        return;
    }
    // That nothing says whose types they are is told with the rules.
    cx.schema.fields[field].type_is_written = cx.schema.datasource.is_none();
    if let Some(native) = of(cx, &ty, attribute, prefix, name)
        && let Some(column) = &mut cx.schema.fields[field].column_type
    {
        column.kind = ColumnKind::Native(native);
        cx.schema.fields[field].type_is_written = true;
    }
}

/// The column type that an attribute names, for a field or domain of a type.
pub(super) fn of(
    cx: &mut Context<'_>,
    ty: &FieldType,
    attribute: Node<'_>,
    prefix: &str,
    name: &str,
) -> Option<NativeType> {
    // Without a datasource nothing can be said of it; that there is none is reported once, elsewhere.
    let datasource = cx.schema.datasource.as_ref()?;
    let error = |message: String| Diagnostic::error(Code::NativeType, attribute.span(), message);
    if prefix != &*datasource.name {
        let expected = datasource.name.clone();
        let unknown = error(format!(
            "`@{prefix}.{name}` does not name the datasource, which is called `{expected}`"
        ));
        let at = attribute.start() + 1;
        let span = attribute.span_at(at, at + prefix.len() as u32);
        cx.report(
            unknown
                .help(format!("write `@{expected}.{name}`"))
                .fix(span, &*expected),
        );
        return None;
    }
    let provider = datasource.provider?;
    if provider.types().is_empty() {
        return None;
    }
    let FieldType::Scalar(scalar) = *ty else {
        if *ty != FieldType::Unknown {
            cx.report(
                error(format!("`@{prefix}.{name}` is for scalar fields")).help("take it out"),
            );
        }
        return None;
    };
    let known = provider.type_named(name).filter(|info| info.writable);
    let Some(info) = known else {
        let names = || {
            provider
                .types()
                .iter()
                .filter(|info| info.writable)
                .map(|info| info.name)
        };
        let message = format!("{} has no column type `{name}`", provider.display_name());
        let unknown = match near(name, names()) {
            Some(near) => error(message).help(format!("did you mean `@{prefix}.{near}`?")),
            None if names().next().is_none() => {
                error(message).help("column types cannot be chosen on SQLite: take it out")
            }
            None => {
                let fitting: Vec<&str> = provider
                    .types()
                    .iter()
                    .filter(|info| info.writable && info.scalars.contains(&scalar))
                    .map(|info| info.name)
                    .collect();
                error(message).help(format!(
                    "for {} there are {}",
                    scalar.name(),
                    fitting.join(", ")
                ))
            }
        };
        cx.report(unknown);
        return None;
    };
    if !info.scalars.contains(&scalar) {
        let scalars: Vec<&str> = info.scalars.iter().map(|scalar| scalar.name()).collect();
        cx.report(
            error(format!("`{name}` cannot hold {}", scalar.name())).help(format!(
                "it holds {}; change the field's type or the column type",
                scalars.join(" or ")
            )),
        );
        return None;
    }
    let args = arguments(cx, info, attribute)?;
    if scalar == Scalar::Boolean && name == "Bit" && args != [1] {
        cx.report(
            error("a Boolean is one bit".to_owned()).help(format!("write `@{prefix}.Bit(1)`")),
        );
        return None;
    }
    let mut native = NativeType::new(info, &args);
    if scalar == Scalar::Boolean && name == "TinyInt" {
        // MySQL knows a Boolean only as TINYINT(1), and BOOLEAN is how that is written.
        native = provider.default_type(scalar).unwrap_or(native);
    }
    Some(native)
}

fn arguments(
    cx: &mut Context<'_>,
    info: &'static TypeInfo,
    attribute: Node<'_>,
) -> Option<Vec<u32>> {
    let given = attribute
        .child(Rule::arguments)
        .map(crate::parse::arguments)
        .unwrap_or_default();
    let ranges = info.args.ranges();
    let fits = match info.args {
        Arguments::None => given.is_empty(),
        Arguments::Optional(ranges) => given.is_empty() || given.len() == ranges.len(),
        Arguments::Required(ranges) => given.len() == ranges.len(),
    };
    if !fits {
        let message = format!(
            "`{}` takes {}, not {}",
            info.name,
            count(&info.args),
            given.len()
        );
        cx.error(Code::NativeType, attribute.span(), message);
        return None;
    }
    let mut values = Vec::new();
    for (argument, range) in given.iter().zip(ranges) {
        let Some(Value::Number(number)) = argument.value() else {
            cx.error(
                Code::NativeType,
                argument.node.span(),
                format!("`{}` takes whole numbers", info.name),
            );
            return None;
        };
        match number.text().parse::<u32>() {
            Ok(value) if range.contains(&value) => values.push(value),
            Ok(value) if info.unchecked => {
                let message = format!(
                    "the server takes numbers from {} to {} for `{}`",
                    range.start(),
                    range.end(),
                    info.name
                );
                cx.report(
                    Diagnostic::warning(Code::ServerWillRefuse, number.span(), message)
                        .help("choose one of them"),
                );
                values.push(value);
            }
            _ => {
                let message = format!(
                    "`{}` takes a number from {} to {} here",
                    info.name,
                    range.start(),
                    range.end()
                );
                cx.error(Code::NativeType, number.span(), message);
                return None;
            }
        }
    }
    if let [precision, scale] = values[..]
        && scale > precision
    {
        let message = format!("the scale {scale} is larger than the precision {precision}");
        cx.report(
            Diagnostic::error(Code::NativeType, attribute.span(), message)
                .help("the first number counts all digits, the second those behind the point"),
        );
        return None;
    }
    Some(values)
}

fn count(args: &Arguments) -> String {
    let number = |n: usize| {
        if n == 1 {
            "1 argument".to_owned()
        } else {
            format!("{n} arguments")
        }
    };
    match args {
        Arguments::None => "no arguments".to_owned(),
        Arguments::Optional(ranges) => format!("none or {}", number(ranges.len())),
        Arguments::Required(ranges) => number(ranges.len()),
    }
}
