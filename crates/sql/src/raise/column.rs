//! Columns to fields: types and defaults.

use std::fmt::Write as _;

use relata_schema::edit::text::{bytes, sql, string};
use relata_schema::provider::{NativeType, Scalar};
use relata_script::Dialect;

use super::Raiser;
use super::names::EnumKey;
use super::note::NoteCode;
use crate::catalog::{Column, Default, Literal, ObjectName, TypeKind};
use crate::dialect::Writer;
use crate::diff::{same_native_type, without_brackets};
use crate::instant::Instant;

/// What a column is in a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldType {
    /// The type without its modifier: `String`, `Role`, `Unsupported("tsvector")`.
    pub(super) base: String,
    /// The scalar, if it is one.
    pub(super) scalar: Option<Scalar>,
    /// The enum, if it is one.
    pub(super) enumeration: Option<EnumKey>,
    /// The column type, where it is not the scalar's own: `@db.Text`.
    pub(super) native: Option<String>,
}

impl Raiser<'_> {
    /// The type of a column. `wished` is the scalar that a field has already, which it keeps if the column can hold it.
    pub(super) fn field_type(
        &mut self,
        table: &ObjectName,
        column: &Column,
        wished: Option<Scalar>,
    ) -> FieldType {
        let plain = |base: String| FieldType {
            base,
            scalar: None,
            enumeration: None,
            native: None,
        };
        match &column.ty.kind {
            TypeKind::Native(native) => self.native_type(*native, wished),
            TypeKind::Enum(_) | TypeKind::Values(_) => {
                let key = EnumKey::of(table, &column.name, &column.ty);
                let name = key.as_ref().and_then(|key| self.names.enum_name(key));
                FieldType {
                    base: name.unwrap_or_default().to_owned(),
                    scalar: None,
                    enumeration: key,
                    native: None,
                }
            }
            TypeKind::Domain(name) => match self.domain_named(name) {
                Some((name, scalar)) => FieldType {
                    scalar: Some(scalar),
                    ..plain(name)
                },
                None => {
                    let text = Writer::new(self.after).name(name);
                    self.unsupported(table, column, &text)
                }
            },
            TypeKind::Unsupported(text) => self.unsupported(table, column, text),
        }
    }

    fn unsupported(&mut self, table: &ObjectName, column: &Column, text: &str) -> FieldType {
        let address = format!("column {table}.{}", column.name);
        self.notes
            .because(NoteCode::UnsupportedType, address, Some(text.to_owned()));
        FieldType {
            base: format!("Unsupported({})", string(text)),
            scalar: None,
            enumeration: None,
            native: None,
        }
    }

    /// The scalar and attribute of a type of the provider's table, which is read here from the other side.
    pub(super) fn native_type(&self, native: NativeType, wished: Option<Scalar>) -> FieldType {
        let scalar = wished
            .filter(|scalar| native.info.scalars.contains(scalar))
            .or_else(|| native.info.scalars.first().copied())
            .unwrap_or(Scalar::String);
        let usual = self.provider.default_type(scalar);
        let is_usual = usual.is_some_and(|usual| same_native_type(self.dialect(), usual, native));
        let is_written = !is_usual && native.info.writable;
        FieldType {
            base: scalar.name().to_owned(),
            scalar: Some(scalar),
            enumeration: None,
            native: is_written.then(|| self.native_attribute(native)),
        }
    }

    fn native_attribute(&self, native: NativeType) -> String {
        let mut text = format!("@{}.{}", self.datasource, native.name());
        // What the database does not say is not said here either: `TIMESTAMP` is written without a precision.
        let written = native.args.as_slice();
        if !written.is_empty() {
            let written: Vec<String> = written.iter().map(u32::to_string).collect();
            let _ = write!(text, "({})", written.join(", "));
        }
        text
    }

    /// `?`, `[]` or nothing.
    pub(super) fn modifier(column: &Column) -> &'static str {
        match (column.ty.list, column.nullable) {
            (true, _) => "[]",
            (false, true) => "?",
            (false, false) => "",
        }
    }

    /// The `@default(…)` of a column, if it has a default that a schema shows.
    pub(super) fn default(&self, column: &Column, ty: &FieldType) -> Option<String> {
        if let Some(identity) = &column.identity {
            return Some(format!("@default({})", identity_call(identity)));
        }
        let written = match column.default.as_ref()? {
            Default::Unknown => return None,
            Default::Literal(value) => self.literal(value, ty),
            Default::List(values) => {
                let values: Option<Vec<String>> =
                    values.iter().map(|value| self.literal(value, ty)).collect();
                values.map(|values| format!("[{}]", values.join(", ")))
            }
            Default::Now => (ty.scalar == Some(Scalar::DateTime)).then(|| "now()".to_owned()),
            Default::Autoincrement { .. } => {
                matches!(ty.scalar, Some(Scalar::Int | Scalar::BigInt))
                    .then(|| "autoincrement()".to_owned())
            }
            Default::Expression(_) => None,
        };
        let written = written.or_else(|| {
            let mut source = Writer::new(self.after).written_default(column)?;
            if self.dialect() == Dialect::Sqlite
                && matches!(column.default, Some(Default::Expression(_)))
            {
                // Everything but a literal stands in brackets there, which the database does not tell.
                source = format!("({})", without_brackets(&source));
            }
            Some(format!("dbgenerated({})", string(&source)))
        })?;
        Some(format!("@default({written})"))
    }

    /// A literal as the schema writes it for a field of the type; `None` where it cannot.
    fn literal(&self, value: &Literal, ty: &FieldType) -> Option<String> {
        if let Some(key) = &ty.enumeration {
            return match value {
                Literal::Text(text) | Literal::Enum(text) => {
                    self.names.value(key, text).map(str::to_owned)
                }
                _ => None,
            };
        }
        match (ty.scalar?, value) {
            (Scalar::Boolean, Literal::Boolean(truth)) => Some(truth.to_string()),
            (Scalar::Boolean, Literal::Number(number)) => match &**number {
                "0" => Some("false".to_owned()),
                "1" => Some("true".to_owned()),
                _ => None,
            },
            (Scalar::Int | Scalar::BigInt, Literal::Number(number)) => {
                let whole = number.parse::<i64>().ok()?;
                Some(whole.to_string())
            }
            (Scalar::Float | Scalar::Decimal, Literal::Number(number)) => {
                is_number(number).then(|| number.to_string())
            }
            (Scalar::String, Literal::Text(text)) if !text.contains('\0') => Some(string(text)),
            (Scalar::Json, Literal::Json(text) | Literal::Text(text)) => Some(string(text)),
            (Scalar::Bytes, Literal::Bytes(value)) => Some(bytes(value)),
            (Scalar::DateTime, Literal::DateTime(text)) => time(text).map(|text| string(&text)),
            (Scalar::DateTime, Literal::Text(text)) => time(text).map(|text| string(&text)),
            _ => None,
        }
    }

    /// What a column says beyond type and default: how it is computed and sorted, and what is said of it.
    pub(super) fn column_extras(&self, table: &ObjectName, column: &Column) -> Vec<String> {
        let mut extras = Vec::new();
        if let Some(generated) = &column.generated {
            extras.push(Self::generated(generated));
        }
        if let Some(collation) = &column.collation {
            extras.push(self.collate(collation));
        }
        if let Some(comment) = self.column_comment(table, &column.name) {
            extras.push(format!("@comment({})", string(comment)));
        }
        extras
    }

    pub(super) fn generated(generated: &crate::catalog::Generated) -> String {
        let expression = sql(&generated.expression.source);
        if generated.stored {
            format!("@generated({expression})")
        } else {
            format!("@generated({expression}, stored: false)")
        }
    }

    pub(super) fn collate(&self, collation: &ObjectName) -> String {
        let name = match collation.namespace.as_deref() {
            None | Some("pg_catalog") => collation.name.to_string(),
            Some(namespace) if self.after.default_namespace.as_deref() == Some(namespace) => {
                collation.name.to_string()
            }
            Some(namespace) => format!("{namespace}.{}", collation.name),
        };
        format!("@collate({})", string(&name))
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.after.dialect
    }
}

/// `identity(always: true, start: 10)`.
fn identity_call(identity: &crate::catalog::Identity) -> String {
    let usual = crate::catalog::SequenceOptions::usual(&identity.options.ty);
    let mut args = Vec::new();
    if identity.always {
        args.push("always: true".to_owned());
    }
    if identity.options.start != usual.start {
        args.push(format!("start: {}", identity.options.start));
    }
    if identity.options.increment != usual.increment {
        args.push(format!("increment: {}", identity.options.increment));
    }
    format!("identity({})", args.join(", "))
}

/// A number that the language takes: no exponent, no bare point.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    match text.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(text),
    }
}

/// A time as the language writes it. A date is taken at midnight, a time on the first day of 1970, both in UTC, since that is
/// what they become again in a column of their type.
fn time(text: &str) -> Option<String> {
    let text = text.trim();
    let with_zone = |text: &str| {
        let (_, clock) = text.split_once(['T', 't', ' '])?;
        let has_zone = clock.contains(['Z', 'z', '+', '-']);
        let text = if has_zone {
            text.to_owned()
        } else {
            format!("{text}Z")
        };
        let instant = Instant::parse(&zone(&text))?;
        Some(format!("{}T{}Z", instant.date(), instant.time()))
    };
    with_zone(text)
        .or_else(|| with_zone(&format!("{text} 00:00:00")))
        .or_else(|| with_zone(&format!("1970-01-01 {text}")))
}

/// PostgreSQL prints `+00` for `+00:00`.
fn zone(text: &str) -> String {
    let short = text
        .get(text.len().saturating_sub(3)..)
        .is_some_and(|end| end.starts_with(['+', '-']));
    if short {
        format!("{text}:00")
    } else {
        text.replace(" +", "+")
    }
}

#[cfg(test)]
mod tests {
    use super::{is_number, time};

    #[test]
    fn times_become_those_of_rfc_3339() {
        for (text, expected) in [
            ("2026-01-31 12:00:00", Some("2026-01-31T12:00:00Z")),
            ("2026-01-31 12:00:00.5+02", Some("2026-01-31T10:00:00.500Z")),
            ("2026-01-31T12:00:00+00:00", Some("2026-01-31T12:00:00Z")),
            ("2026-01-31 12:00:00 +00:00", Some("2026-01-31T12:00:00Z")),
            ("2026-01-31", Some("2026-01-31T00:00:00Z")),
            ("12:30:00", Some("1970-01-01T12:30:00Z")),
            ("infinity", None),
            ("now", None),
        ] {
            assert_eq!(time(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn numbers_are_those_of_the_language() {
        for good in ["1", "-1.50", "0.0"] {
            assert!(is_number(good), "{good}");
        }
        for bad in ["", "1e3", ".5", "1.", "NaN", "--1", "+1"] {
            assert!(!is_number(bad), "{bad}");
        }
    }
}
