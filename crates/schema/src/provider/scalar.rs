//! The scalar types of the language.

/// A built-in type of a field.
///
/// ```
/// use relata_schema::provider::Scalar;
/// assert_eq!(Scalar::parse("BigInt"), Some(Scalar::BigInt));
/// assert_eq!(Scalar::parse("Text"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scalar {
    /// Text.
    String,
    /// True or false.
    Boolean,
    /// A 32-bit integer.
    Int,
    /// A 64-bit integer.
    BigInt,
    /// A binary floating point number.
    Float,
    /// An exact decimal number.
    Decimal,
    /// A date, a time, or both.
    DateTime,
    /// A JSON document.
    Json,
    /// Raw bytes.
    Bytes,
}

impl Scalar {
    /// Every scalar, in the order messages list them.
    pub const ALL: [Scalar; 9] = [
        Scalar::String,
        Scalar::Boolean,
        Scalar::Int,
        Scalar::BigInt,
        Scalar::Float,
        Scalar::Decimal,
        Scalar::DateTime,
        Scalar::Json,
        Scalar::Bytes,
    ];

    /// The scalar of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scalar| scalar.name() == name)
    }

    /// The name a field writes.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Boolean => "Boolean",
            Self::Int => "Int",
            Self::BigInt => "BigInt",
            Self::Float => "Float",
            Self::Decimal => "Decimal",
            Self::DateTime => "DateTime",
            Self::Json => "Json",
            Self::Bytes => "Bytes",
        }
    }
}
