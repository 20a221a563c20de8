//! The declared column types written for SQLite. A schema cannot choose them; the affinity rules are in the manual, "Datatypes In SQLite".

use super::Scalar::{self, BigInt, Boolean, Bytes, DateTime, Decimal, Float, Int, Json, String};
use super::native::TypeInfo;

pub(super) const TYPES: &[TypeInfo] = &[
    TypeInfo::new("Text", &[String], "TEXT").hidden(),
    TypeInfo::new("Boolean", &[Boolean], "BOOLEAN").hidden(),
    TypeInfo::new("Integer", &[Int], "INTEGER").hidden(),
    TypeInfo::new("BigInt", &[BigInt], "BIGINT").hidden(),
    TypeInfo::new("Real", &[Float], "REAL").hidden(),
    TypeInfo::new("Decimal", &[Decimal], "DECIMAL").hidden(),
    TypeInfo::new("DateTime", &[DateTime], "DATETIME").hidden(),
    TypeInfo::new("JsonB", &[Json], "JSONB").hidden(),
    TypeInfo::new("Blob", &[Bytes], "BLOB").hidden(),
];

pub(super) fn default_type(scalar: Scalar) -> (&'static str, &'static [u32]) {
    let name = match scalar {
        String => "Text",
        Boolean => "Boolean",
        Int => "Integer",
        BigInt => "BigInt",
        Float => "Real",
        Decimal => "Decimal",
        DateTime => "DateTime",
        Json => "JsonB",
        Bytes => "Blob",
    };
    (name, &[])
}
