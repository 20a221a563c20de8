//! PostgreSQL's binary values as [`Value`]s.
//!
//! The forms are those of the server's `…send` functions (`src/backend/utils/adt` in its source); the manual leaves them out.
//! What has no form here is fetched as text: the server knows best how it prints its types ([`super::statement`]).

use std::net::IpAddr;

use tokio_postgres::types::{FromSql, Kind, Type};

use super::{calendar, numeric};
use crate::types::{jiff, uuid};
use crate::{DecodeError, Value};

/// How a column's bytes are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    Bool,
    Int2,
    Int4,
    Int8,
    Oid,
    Float4,
    Float8,
    Text,
    /// `"char"`, one byte.
    Char,
    Bytes,
    Uuid,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Numeric,
    Jsonb,
    Inet,
    Void,
    List(Box<Form>),
}

impl Form {
    /// The form of a type; none where the server has to print it.
    pub(super) fn of(ty: &Type) -> Option<Self> {
        Some(match *ty {
            Type::BOOL => Self::Bool,
            Type::INT2 => Self::Int2,
            Type::INT4 => Self::Int4,
            Type::INT8 => Self::Int8,
            Type::OID => Self::Oid,
            Type::FLOAT4 => Self::Float4,
            Type::FLOAT8 => Self::Float8,
            Type::TEXT
            | Type::VARCHAR
            | Type::BPCHAR
            | Type::NAME
            | Type::UNKNOWN
            | Type::XML
            | Type::JSON => Self::Text,
            Type::CHAR => Self::Char,
            Type::BYTEA => Self::Bytes,
            Type::UUID => Self::Uuid,
            Type::DATE => Self::Date,
            Type::TIME => Self::Time,
            Type::TIMESTAMP => Self::Timestamp,
            Type::TIMESTAMPTZ => Self::TimestampTz,
            Type::NUMERIC => Self::Numeric,
            Type::JSONB => Self::Jsonb,
            // Cast to text, an address without a mask would get one.
            Type::INET | Type::CIDR => Self::Inet,
            Type::VOID => Self::Void,
            _ => match ty.kind() {
                Kind::Enum(_) => Self::Text,
                Kind::Domain(inner) => Self::of(inner)?,
                Kind::Array(inner) => Self::List(Box::new(Self::of(inner)?)),
                // An extension's type, whose number differs from database to database. It is sent like text.
                Kind::Simple if ty.name() == "citext" => Self::Text,
                _ => return None,
            },
        })
    }

    /// Puts a value into a slot, in the memory of the text that was there before where it is enough.
    pub(super) fn fill(&self, slot: &mut Value, bytes: Option<&[u8]>) -> Result<(), DecodeError> {
        let Some(bytes) = bytes else {
            *slot = Value::Null;
            return Ok(());
        };
        match (self, &mut *slot) {
            (Self::Text, Value::Text(old)) if old.capacity() >= bytes.len() => {
                old.clear();
                old.push_str(text(bytes)?);
            }
            // What most columns are, without a detour.
            (Self::Int4, Value::I64(old)) => *old = i32::from_be_bytes(fixed(bytes)?).into(),
            (Self::Text, _) => *slot = Value::Text(text(bytes)?.to_owned()),
            _ => *slot = self.read(bytes)?,
        }
        Ok(())
    }

    fn read(&self, bytes: &[u8]) -> Result<Value, DecodeError> {
        Ok(match self {
            Self::Bool => Value::Bool(fixed::<1>(bytes)? != [0]),
            Self::Int2 => Value::I64(i16::from_be_bytes(fixed(bytes)?).into()),
            Self::Int4 => Value::I64(i32::from_be_bytes(fixed(bytes)?).into()),
            Self::Int8 => Value::I64(i64::from_be_bytes(fixed(bytes)?)),
            Self::Oid => Value::I64(u32::from_be_bytes(fixed(bytes)?).into()),
            Self::Float4 => Value::F64(f32::from_be_bytes(fixed(bytes)?).into()),
            Self::Float8 => Value::F64(f64::from_be_bytes(fixed(bytes)?)),
            Self::Text => Value::Text(text(bytes)?.to_owned()),
            Self::Char => Value::Text(char_text(fixed::<1>(bytes)?[0])),
            Self::Bytes => Value::Bytes(bytes.to_vec()),
            Self::Uuid => Value::Uuid(uuid::Uuid::from_bytes(fixed(bytes)?)),
            Self::Date => calendar::date(i32::from_be_bytes(fixed(bytes)?)),
            Self::Time => calendar::time(i64::from_be_bytes(fixed(bytes)?)),
            Self::Timestamp => calendar::timestamp(i64::from_be_bytes(fixed(bytes)?), ""),
            Self::TimestampTz => calendar::timestamp(i64::from_be_bytes(fixed(bytes)?), "+00"),
            Self::Numeric => numeric::read(bytes).ok_or_else(malformed)?,
            Self::Jsonb => match bytes.split_first() {
                Some((1, json)) => Value::Text(text(json)?.to_owned()),
                _ => return Err(malformed()),
            },
            Self::Inet => Value::Text(inet(bytes).ok_or_else(malformed)?),
            Self::Void => Value::Text(String::new()),
            Self::List(form) => list(form, bytes)?,
        })
    }
}

/// Reads `array_send`'s form: dimensions, flags, element type, per dimension its length and lower bound, the elements. Lower
/// bounds other than 1 are lost; several dimensions become lists of lists.
fn list(form: &Form, bytes: &[u8]) -> Result<Value, DecodeError> {
    let mut reader = Reader(bytes);
    let dimensions = reader.int()?;
    let (_has_null, _element_type) = (reader.int()?, reader.int()?);
    let mut lengths = Vec::new();
    for _ in 0..dimensions {
        lengths.push(usize::try_from(reader.int()?).map_err(|_| malformed())?);
        let _lower_bound = reader.int()?;
    }
    if lengths.is_empty() {
        return Ok(Value::List(Vec::new()));
    }
    items(form, &mut reader, &lengths)
}

fn items(form: &Form, reader: &mut Reader<'_>, lengths: &[usize]) -> Result<Value, DecodeError> {
    let Some((length, inner)) = lengths.split_first() else {
        return match usize::try_from(reader.int()?) {
            Ok(length) => form.read(reader.take(length)?),
            // A length of -1.
            Err(_) => Ok(Value::Null),
        };
    };
    let mut list = Vec::new();
    for _ in 0..*length {
        list.push(items(form, reader, inner)?);
    }
    Ok(Value::List(list))
}

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], DecodeError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn int(&mut self) -> Result<i32, DecodeError> {
        Ok(i32::from_be_bytes(fixed(self.take(4)?)?))
    }
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], DecodeError> {
    bytes.try_into().map_err(|_| malformed())
}

fn text(bytes: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(bytes).map_err(|_| DecodeError::content("text", "bytes that are not UTF-8"))
}

/// As `charout` prints it since version 16.
fn char_text(byte: u8) -> String {
    match byte {
        0 => String::new(),
        1..=0x7f => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    }
}

/// Reads `network_send`'s form: family, bits of the mask, whether it is a `cidr`, length, address. An `inet` shows its mask
/// only where it is not a single host's.
fn inet(bytes: &[u8]) -> Option<String> {
    let ([_family, bits, is_cidr, _length], address) = bytes.split_first_chunk::<4>()?;
    let address: IpAddr = match address.len() {
        4 => <[u8; 4]>::try_from(address).ok()?.into(),
        _ => <[u8; 16]>::try_from(address).ok()?.into(),
    };
    let whole = if address.is_ipv4() { 32 } else { 128 };
    Some(if *bits == whole && *is_cidr == 0 {
        address.to_string()
    } else {
        format!("{address}/{bits}")
    })
}

fn malformed() -> DecodeError {
    DecodeError::content(
        "a value in PostgreSQL's binary form",
        "bytes in another form",
    )
}

/// The bytes of a column, before anything is made of them.
pub(super) struct Raw<'r>(pub(super) Option<&'r [u8]>);

impl<'r> FromSql<'r> for Raw<'r> {
    fn from_sql(_: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// What [`Value::Date`] and its like are bound as, where another type was expected; kept here beside the forms they mirror.
pub(super) fn civil(date: jiff::civil::Date) -> String {
    calendar::date_text(
        i64::from(date.year()),
        date.month().unsigned_abs(),
        date.day().unsigned_abs(),
    )
}
