//! What `generator rust { … }` asks for, beyond where the code goes.

use relata_schema::diagnostic::{Code, near};
use relata_schema::ir::{ConfigText, Property, PropertyValue};
use relata_schema::{Diagnostic, Schema};

/// The properties that mean something to the generator; `previewFeatures` belongs to the schema.
const KNOWN: [&str; 7] = [
    "provider",
    "output",
    "previewFeatures",
    "datetime",
    "decimal",
    "serde",
    "migrations",
];

/// The library whose types dates and times have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DateTimes {
    #[default]
    Jiff,
    Chrono,
    Time,
}

/// What a `Decimal` column is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Decimals {
    /// `rust_decimal`, which has 28 digits and refuses more.
    #[default]
    RustDecimal,
    /// The text that the database prints, of any length.
    Text,
}

/// The options of the first generator with `provider = "relata"`, or the defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) datetimes: DateTimes,
    pub(crate) decimals: Decimals,
    pub(crate) serialize: bool,
    pub(crate) deserialize: bool,
    /// The folder of the migrations to embed, relative to the schema's folder.
    pub(crate) migrations: Option<String>,
}

impl Options {
    /// Reads the options, and says what is wrong with them.
    pub(crate) fn of(schema: &Schema) -> (Self, Vec<Diagnostic>) {
        let mut options = Self::default();
        let mut errors = Vec::new();
        let generator = schema.generators().iter().find(|it| it.is_relata());
        for property in generator.into_iter().flat_map(|it| &it.properties) {
            if let Err(error) = options.set(property) {
                errors.push(*error);
            }
        }
        (options, errors)
    }

    fn set(&mut self, property: &Property) -> Result<(), Box<Diagnostic>> {
        let refuse = |expected: &str| {
            let message = format!("`{}` is {expected}", property.key);
            Box::new(Diagnostic::error(Code::Generator, property.span, message))
        };
        let word = || match &property.value {
            PropertyValue::Text(ConfigText::Literal(text)) | PropertyValue::Bare(text) => {
                Some(&**text)
            }
            _ => None,
        };
        match &*property.key {
            "datetime" => {
                self.datetimes = match word() {
                    Some("jiff") => DateTimes::Jiff,
                    Some("chrono") => DateTimes::Chrono,
                    Some("time") => DateTimes::Time,
                    _ => return Err(refuse("\"jiff\" (the default), \"chrono\" or \"time\"")),
                }
            }
            "decimal" => {
                self.decimals = match word() {
                    Some("rust_decimal") => Decimals::RustDecimal,
                    Some("text") => Decimals::Text,
                    _ => return Err(refuse("\"rust_decimal\" (the default) or \"text\"")),
                }
            }
            "serde" => {
                (self.serialize, self.deserialize) = match word() {
                    Some("true" | "both") => (true, true),
                    Some("serialize") => (true, false),
                    Some("deserialize") => (false, true),
                    Some("false") => (false, false),
                    _ => {
                        return Err(refuse(
                            "`true`, \"serialize\", \"deserialize\" or `false` (the default)",
                        ));
                    }
                }
            }
            "migrations" => match &property.value {
                PropertyValue::Text(ConfigText::Literal(path)) if !path.trim().is_empty() => {
                    self.migrations = Some(path.to_string());
                }
                _ => return Err(refuse("the path of a folder, such as \"./migrations\"")),
            },
            key if KNOWN.contains(&key) => {}
            key => {
                let message = format!("the generator `relata` has no property `{key}`");
                let unknown = Diagnostic::error(Code::UnknownProperty, property.span, message);
                let help = match near(key, KNOWN) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it has {}", KNOWN[1..].join(", ")),
                };
                return Err(Box::new(unknown.help(help)));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{DateTimes, Decimals, Options};
    use relata_schema::{Sources, analyze};

    fn said(properties: &str) -> Vec<String> {
        let text = format!("generator rust {{\n  provider = \"relata\"\n{properties}\n}}\n");
        let schema = analyze(&Sources::one("app.schema", &text)).schema;
        let errors = Options::of(&schema).1;
        errors.into_iter().map(|error| error.message).collect()
    }

    #[test]
    fn options_are_read() {
        let text = "generator ts {\n  provider = \"prisma-client\"\n  anything = 1\n}\ngenerator rust {\n  provider = \"relata\"\n  datetime = \"chrono\"\n  decimal = \"text\"\n  serde = \"serialize\"\n  migrations = \"./m\"\n}\n";
        let schema = analyze(&Sources::one("app.schema", text)).schema;
        let (options, errors) = Options::of(&schema);
        assert_eq!(errors, []);
        let expected = Options {
            datetimes: DateTimes::Chrono,
            decimals: Decimals::Text,
            serialize: true,
            deserialize: false,
            migrations: Some("./m".to_owned()),
        };
        assert_eq!(options, expected);
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(said("  serde = true"), [""; 0]);
        assert!(said("  datetime = \"joda\"")[0].contains("\"chrono\" or \"time\""));
        assert!(said("  serde = 1")[0].contains("\"serialize\""));
        assert!(said("  decimal = [\"text\"]")[0].contains("\"text\""));
        assert!(said("  migrations = env(\"M\")")[0].contains("a folder"));
        assert!(said("  dateTimes = \"jiff\"")[0].contains("no property `dateTimes`"));
    }
}
