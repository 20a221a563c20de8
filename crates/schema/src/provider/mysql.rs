//! The column types of MySQL and MariaDB (manual, chapter "Data Types").

use super::Scalar::{self, BigInt, Boolean, Bytes, DateTime, Decimal, Float, Int, Json, String};
use super::native::{Arguments, TypeInfo};

const PRECISION: Arguments = Arguments::Optional(&[0..=6]);

pub(super) const TYPES: &[TypeInfo] = &[
    TypeInfo::new("VarChar", &[String], "VARCHAR").args(Arguments::Required(&[0..=65_535])),
    TypeInfo::new("Char", &[String], "CHAR").args(Arguments::Required(&[0..=255])),
    TypeInfo::new("TinyText", &[String], "TINYTEXT"),
    TypeInfo::new("Text", &[String], "TEXT"),
    TypeInfo::new("MediumText", &[String], "MEDIUMTEXT"),
    TypeInfo::new("LongText", &[String], "LONGTEXT"),
    // What a Boolean becomes, with or without `@db.TinyInt`: the server reads it as TINYINT(1).
    TypeInfo::new("Boolean", &[Boolean], "BOOLEAN").hidden(),
    TypeInfo::new("Int", &[Int], "INTEGER"),
    TypeInfo::new("UnsignedInt", &[Int], "INTEGER").suffix(" UNSIGNED"),
    TypeInfo::new("SmallInt", &[Int], "SMALLINT"),
    TypeInfo::new("UnsignedSmallInt", &[Int], "SMALLINT").suffix(" UNSIGNED"),
    TypeInfo::new("TinyInt", &[Int, Boolean], "TINYINT"),
    TypeInfo::new("UnsignedTinyInt", &[Int, Boolean], "TINYINT").suffix(" UNSIGNED"),
    TypeInfo::new("MediumInt", &[Int], "MEDIUMINT"),
    TypeInfo::new("UnsignedMediumInt", &[Int], "MEDIUMINT").suffix(" UNSIGNED"),
    TypeInfo::new("Year", &[Int], "YEAR"),
    TypeInfo::new("BigInt", &[BigInt], "BIGINT"),
    TypeInfo::new("UnsignedBigInt", &[BigInt], "BIGINT").suffix(" UNSIGNED"),
    TypeInfo::new("Double", &[Float], "DOUBLE"),
    TypeInfo::new("Float", &[Float], "FLOAT"),
    // A precision of 0 is read as 10.
    TypeInfo::new("Decimal", &[Decimal], "DECIMAL")
        .args(Arguments::Optional(&[0..=65, 0..=30]))
        .separator(", "),
    TypeInfo::new("DateTime", &[DateTime], "DATETIME")
        .args(PRECISION)
        .unchecked(),
    TypeInfo::new("Timestamp", &[DateTime], "TIMESTAMP")
        .args(PRECISION)
        .unchecked(),
    TypeInfo::new("Date", &[DateTime], "DATE"),
    TypeInfo::new("Time", &[DateTime], "TIME")
        .args(PRECISION)
        .unchecked(),
    TypeInfo::new("Json", &[Json], "JSON"),
    TypeInfo::new("LongBlob", &[Bytes], "LONGBLOB"),
    TypeInfo::new("Binary", &[Bytes], "BINARY")
        .args(Arguments::Required(&[0..=255]))
        .unchecked(),
    TypeInfo::new("VarBinary", &[Bytes], "VARBINARY")
        .args(Arguments::Required(&[0..=65_535]))
        .unchecked(),
    TypeInfo::new("TinyBlob", &[Bytes], "TINYBLOB"),
    TypeInfo::new("Blob", &[Bytes], "BLOB"),
    TypeInfo::new("MediumBlob", &[Bytes], "MEDIUMBLOB"),
    TypeInfo::new("Bit", &[Bytes, Boolean], "BIT").args(Arguments::Required(&[1..=64])),
];

pub(super) fn default_type(scalar: Scalar) -> (&'static str, &'static [u32]) {
    match scalar {
        // 191 characters of four bytes fill the 767 bytes that an index of InnoDB's older row formats can hold.
        String => ("VarChar", &[191]),
        Boolean => ("Boolean", &[]),
        Int => ("Int", &[]),
        BigInt => ("BigInt", &[]),
        Float => ("Double", &[]),
        Decimal => ("Decimal", &[65, 30]),
        DateTime => ("DateTime", &[3]),
        Json => ("Json", &[]),
        Bytes => ("LongBlob", &[]),
    }
}
