//! Types as servers print them, as types of the provider's table.

use relata_schema::provider::{NativeType, Provider};

/// Reads a type as PostgreSQL's `format_type` prints it, `timestamp(3) without time zone`; `None` for what stands in no table.
///
/// ```
/// let ty = relata_sql::catalog::postgres_type("character varying(20)").unwrap();
/// assert_eq!(ty.sql(), "VARCHAR(20)");
/// ```
pub fn postgres_type(text: &str) -> Option<NativeType> {
    let (name, args) = match text.split_once('(') {
        None => (text.to_owned(), Vec::new()),
        // `timestamp(3) without time zone` has its arguments in the middle.
        Some((before, after)) => {
            let (args, rest) = after.split_once(')')?;
            let args: Option<Vec<u32>> =
                args.split(',').map(|arg| arg.trim().parse().ok()).collect();
            (format!("{before}{rest}"), args?)
        }
    };
    let name = match name.as_str() {
        "text" => "Text",
        "character varying" => "VarChar",
        "character" => "Char",
        "citext" => "Citext",
        "uuid" => "Uuid",
        "xml" => "Xml",
        "inet" => "Inet",
        "bit" => "Bit",
        "bit varying" => "VarBit",
        "boolean" => "Boolean",
        "integer" => "Integer",
        "smallint" => "SmallInt",
        "oid" => "Oid",
        "bigint" => "BigInt",
        "double precision" => "DoublePrecision",
        "real" => "Real",
        "numeric" => "Decimal",
        "money" => "Money",
        "timestamp without time zone" => "Timestamp",
        "timestamp with time zone" => "Timestamptz",
        "date" => "Date",
        "time without time zone" => "Time",
        "time with time zone" => "Timetz",
        "jsonb" => "JsonB",
        "json" => "Json",
        "bytea" => "ByteA",
        _ => return None,
    };
    let info = Provider::Postgresql.type_named(name)?;
    let fits = args.len() <= info.args.ranges().len();
    fits.then(|| NativeType::new(info, &args))
}
