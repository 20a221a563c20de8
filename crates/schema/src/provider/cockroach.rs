//! CockroachDB's column types (manual, "Data Types").

use super::Scalar::{self, BigInt, Boolean, Bytes, DateTime, Decimal, Float, Int, Json, String};
use super::native::{Arguments, TypeInfo};

const LENGTH: Arguments = Arguments::Optional(&[1..=u32::MAX]);
const PRECISION: Arguments = Arguments::Optional(&[0..=6]);

pub(super) const TYPES: &[TypeInfo] = &[
    TypeInfo::new("String", &[String], "STRING")
        .args(LENGTH)
        .unchecked(),
    TypeInfo::new("Char", &[String], "CHAR")
        .args(LENGTH)
        .unchecked(),
    TypeInfo::new("CatalogSingleChar", &[String], "\"char\""),
    TypeInfo::new("Uuid", &[String], "UUID"),
    TypeInfo::new("Inet", &[String], "INET"),
    TypeInfo::new("Bit", &[String], "BIT").args(LENGTH),
    TypeInfo::new("VarBit", &[String], "VARBIT").args(LENGTH),
    TypeInfo::new("Bool", &[Boolean], "BOOL"),
    TypeInfo::new("Int4", &[Int], "INT4"),
    TypeInfo::new("Int2", &[Int], "INT2"),
    TypeInfo::new("Oid", &[Int], "OID"),
    TypeInfo::new("Int8", &[BigInt], "INT8"),
    TypeInfo::new("Float8", &[Float], "FLOAT8"),
    TypeInfo::new("Float4", &[Float], "FLOAT4"),
    TypeInfo::new("Decimal", &[Decimal], "DECIMAL")
        .args(Arguments::Optional(&[1..=1000, 0..=1000])),
    TypeInfo::new("Timestamp", &[DateTime], "TIMESTAMP").args(PRECISION),
    TypeInfo::new("Timestamptz", &[DateTime], "TIMESTAMPTZ").args(PRECISION),
    TypeInfo::new("Date", &[DateTime], "DATE"),
    TypeInfo::new("Time", &[DateTime], "TIME").args(PRECISION),
    TypeInfo::new("Timetz", &[DateTime], "TIMETZ").args(PRECISION),
    TypeInfo::new("JsonB", &[Json], "JSONB"),
    TypeInfo::new("Bytes", &[Bytes], "BYTES"),
];

pub(super) fn default_type(scalar: Scalar) -> (&'static str, &'static [u32]) {
    match scalar {
        String => ("String", &[]),
        Boolean => ("Bool", &[]),
        Int => ("Int4", &[]),
        BigInt => ("Int8", &[]),
        Float => ("Float8", &[]),
        Decimal => ("Decimal", &[65, 30]),
        DateTime => ("Timestamp", &[3]),
        Json => ("JsonB", &[]),
        Bytes => ("Bytes", &[]),
    }
}
