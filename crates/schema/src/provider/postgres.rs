//! PostgreSQL's column types (manual, chapter "Data Types").

use super::Scalar::{self, BigInt, Boolean, Bytes, DateTime, Decimal, Float, Int, Json, String};
use super::native::{Arguments, TypeInfo};

const LENGTH: Arguments = Arguments::Optional(&[1..=10_485_760]);
const BITS: Arguments = Arguments::Optional(&[1..=83_886_080]);
const PRECISION: Arguments = Arguments::Optional(&[0..=6]);

pub(super) const TYPES: &[TypeInfo] = &[
    TypeInfo::new("Text", &[String], "TEXT"),
    TypeInfo::new("VarChar", &[String], "VARCHAR")
        .args(LENGTH)
        .unchecked(),
    TypeInfo::new("Char", &[String], "CHAR")
        .args(LENGTH)
        .unchecked(),
    TypeInfo::new("Citext", &[String], "CITEXT"),
    TypeInfo::new("Uuid", &[String], "UUID"),
    TypeInfo::new("Xml", &[String], "XML"),
    TypeInfo::new("Inet", &[String], "INET"),
    TypeInfo::new("Bit", &[String], "BIT").args(BITS),
    TypeInfo::new("VarBit", &[String], "VARBIT").args(BITS),
    TypeInfo::new("Boolean", &[Boolean], "BOOLEAN"),
    TypeInfo::new("Integer", &[Int], "INTEGER"),
    TypeInfo::new("SmallInt", &[Int], "SMALLINT"),
    TypeInfo::new("Oid", &[Int], "OID"),
    TypeInfo::new("BigInt", &[BigInt], "BIGINT"),
    TypeInfo::new("DoublePrecision", &[Float], "DOUBLE PRECISION"),
    TypeInfo::new("Real", &[Float], "REAL"),
    TypeInfo::new("Decimal", &[Decimal], "DECIMAL")
        .args(Arguments::Optional(&[1..=1000, 0..=1000])),
    TypeInfo::new("Money", &[Decimal], "MONEY"),
    TypeInfo::new("Timestamp", &[DateTime], "TIMESTAMP").args(PRECISION),
    TypeInfo::new("Timestamptz", &[DateTime], "TIMESTAMPTZ").args(PRECISION),
    TypeInfo::new("Date", &[DateTime], "DATE"),
    TypeInfo::new("Time", &[DateTime], "TIME").args(PRECISION),
    TypeInfo::new("Timetz", &[DateTime], "TIMETZ").args(PRECISION),
    TypeInfo::new("JsonB", &[Json], "JSONB"),
    TypeInfo::new("Json", &[Json], "JSON"),
    TypeInfo::new("ByteA", &[Bytes], "BYTEA"),
];

pub(super) fn default_type(scalar: Scalar) -> (&'static str, &'static [u32]) {
    match scalar {
        String => ("Text", &[]),
        Boolean => ("Boolean", &[]),
        Int => ("Integer", &[]),
        BigInt => ("BigInt", &[]),
        Float => ("DoublePrecision", &[]),
        Decimal => ("Decimal", &[65, 30]),
        DateTime => ("Timestamp", &[3]),
        Json => ("JsonB", &[]),
        Bytes => ("ByteA", &[]),
    }
}
