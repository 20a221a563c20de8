//! PostgreSQL's operator classes that a schema can name (manual, the chapters on index types, "Built-in Operator
//! Classes").

use crate::ir::Algorithm::{self, Brin, Gin, Gist, SpGist};

/// An operator class that a schema can name in `ops:`.
///
/// ```
/// use relata_schema::ir::Algorithm;
/// use relata_schema::provider::OperatorClassInfo;
/// let class = OperatorClassInfo::named("InetOps").unwrap();
/// assert_eq!(class.algorithms, [Algorithm::Gist, Algorithm::SpGist]);
/// ```
#[derive(Debug)]
pub struct OperatorClassInfo {
    /// The name in a schema: `JsonbPathOps`.
    pub name: &'static str,
    /// The access methods that have it.
    pub algorithms: &'static [Algorithm],
    /// The column types that it indexes, by their schema names; empty for a class that indexes lists of any type.
    pub types: &'static [&'static str],
}

impl OperatorClassInfo {
    const fn new(
        name: &'static str,
        algorithms: &'static [Algorithm],
        types: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            algorithms,
            types,
        }
    }

    /// The class of that name.
    ///
    /// ```
    /// use relata_schema::provider::OperatorClassInfo;
    /// assert_eq!(OperatorClassInfo::named("JsonbPathOps").unwrap().types, ["JsonB"]);
    /// ```
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|class| class.name == name)
    }

    /// Every class, by access method.
    pub const ALL: &'static [Self] = &[
        Self::new("InetOps", &[Gist, SpGist], &["Inet"]),
        Self::new("JsonbOps", &[Gin], &["JsonB"]),
        Self::new("JsonbPathOps", &[Gin], &["JsonB"]),
        Self::new("ArrayOps", &[Gin], &[]),
        Self::new("TextOps", &[SpGist], TEXT_AND_CHAR),
        Self::new("BitMinMaxOps", &[Brin], &["Bit"]),
        Self::new("VarBitMinMaxOps", &[Brin], &["VarBit"]),
        Self::new("BpcharBloomOps", &[Brin], &["Char"]),
        Self::new("BpcharMinMaxOps", &[Brin], &["Char"]),
        Self::new("ByteaBloomOps", &[Brin], &["ByteA"]),
        Self::new("ByteaMinMaxOps", &[Brin], &["ByteA"]),
        Self::new("DateBloomOps", &[Brin], &["Date"]),
        Self::new("DateMinMaxOps", &[Brin], &["Date"]),
        Self::new("DateMinMaxMultiOps", &[Brin], &["Date"]),
        Self::new("Float4BloomOps", &[Brin], &["Real"]),
        Self::new("Float4MinMaxOps", &[Brin], &["Real"]),
        Self::new("Float4MinMaxMultiOps", &[Brin], &["Real"]),
        Self::new("Float8BloomOps", &[Brin], &["DoublePrecision"]),
        Self::new("Float8MinMaxOps", &[Brin], &["DoublePrecision"]),
        Self::new("Float8MinMaxMultiOps", &[Brin], &["DoublePrecision"]),
        Self::new("InetInclusionOps", &[Brin], &["Inet"]),
        Self::new("InetBloomOps", &[Brin], &["Inet"]),
        Self::new("InetMinMaxOps", &[Brin], &["Inet"]),
        Self::new("InetMinMaxMultiOps", &[Brin], &["Inet"]),
        Self::new("Int2BloomOps", &[Brin], &["SmallInt"]),
        Self::new("Int2MinMaxOps", &[Brin], &["SmallInt"]),
        Self::new("Int2MinMaxMultiOps", &[Brin], &["SmallInt"]),
        Self::new("Int4BloomOps", &[Brin], &["Integer"]),
        Self::new("Int4MinMaxOps", &[Brin], &["Integer"]),
        Self::new("Int4MinMaxMultiOps", &[Brin], &["Integer"]),
        Self::new("Int8BloomOps", &[Brin], &["BigInt"]),
        Self::new("Int8MinMaxOps", &[Brin], &["BigInt"]),
        Self::new("Int8MinMaxMultiOps", &[Brin], &["BigInt"]),
        Self::new("NumericBloomOps", &[Brin], &["Decimal"]),
        Self::new("NumericMinMaxOps", &[Brin], &["Decimal"]),
        Self::new("NumericMinMaxMultiOps", &[Brin], &["Decimal"]),
        Self::new("OidBloomOps", &[Brin], &["Oid"]),
        Self::new("OidMinMaxOps", &[Brin], &["Oid"]),
        Self::new("OidMinMaxMultiOps", &[Brin], &["Oid"]),
        Self::new("TextBloomOps", &[Brin], TEXT),
        Self::new("TextMinMaxOps", &[Brin], TEXT),
        Self::new("TimestampBloomOps", &[Brin], &["Timestamp"]),
        Self::new("TimestampMinMaxOps", &[Brin], &["Timestamp"]),
        Self::new("TimestampMinMaxMultiOps", &[Brin], &["Timestamp"]),
        Self::new("TimestampTzBloomOps", &[Brin], &["Timestamptz"]),
        Self::new("TimestampTzMinMaxOps", &[Brin], &["Timestamptz"]),
        Self::new("TimestampTzMinMaxMultiOps", &[Brin], &["Timestamptz"]),
        Self::new("TimeBloomOps", &[Brin], &["Time"]),
        Self::new("TimeMinMaxOps", &[Brin], &["Time"]),
        Self::new("TimeMinMaxMultiOps", &[Brin], &["Time"]),
        Self::new("TimeTzBloomOps", &[Brin], &["Timetz"]),
        Self::new("TimeTzMinMaxOps", &[Brin], &["Timetz"]),
        Self::new("TimeTzMinMaxMultiOps", &[Brin], &["Timetz"]),
        Self::new("UuidBloomOps", &[Brin], &["Uuid"]),
        Self::new("UuidMinMaxOps", &[Brin], &["Uuid"]),
        Self::new("UuidMinMaxMultiOps", &[Brin], &["Uuid"]),
    ];
}

const TEXT: &[&str] = &["Text", "VarChar"];
const TEXT_AND_CHAR: &[&str] = &["Text", "VarChar", "Char"];

/// The column types that an access method indexes without a named class; all of them for B-trees and hashes.
pub(crate) fn without_class(algorithm: Algorithm) -> Option<&'static [&'static str]> {
    match algorithm {
        Algorithm::BTree | Algorithm::Hash => None,
        Gin => Some(&["JsonB"]),
        Gist => Some(&[]),
        SpGist => Some(&["Text", "VarChar", "Char", "Inet"]),
        Brin => Some(&[
            "Bit",
            "VarBit",
            "Char",
            "ByteA",
            "Date",
            "Real",
            "DoublePrecision",
            "Inet",
            "SmallInt",
            "Integer",
            "BigInt",
            "Decimal",
            "Oid",
            "Text",
            "VarChar",
            "Timestamp",
            "Timestamptz",
            "Time",
            "Timetz",
            "Uuid",
        ]),
    }
}
