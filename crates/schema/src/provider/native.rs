//! Column types: the rows of the tables per database, and a chosen type with its arguments.

use std::fmt;
use std::ops::RangeInclusive;

use super::Scalar;

/// Which arguments a type takes.
///
/// ```
/// use relata_schema::provider::Provider;
/// let types = Provider::Mysql.types();
/// let char = types.iter().find(|info| info.name == "Char").unwrap();
/// assert_eq!(char.args.ranges()[0].end(), &255);
/// ```
#[derive(Clone, Debug)]
pub enum Arguments {
    /// None.
    None,
    /// All of these, or none of them.
    Optional(&'static [RangeInclusive<u32>]),
    /// All of these.
    Required(&'static [RangeInclusive<u32>]),
}

impl Arguments {
    /// The allowed range of each argument.
    pub fn ranges(&self) -> &'static [RangeInclusive<u32>] {
        match self {
            Self::None => &[],
            Self::Optional(ranges) | Self::Required(ranges) => ranges,
        }
    }
}

/// One column type of one database.
///
/// ```
/// use relata_schema::provider::{Provider, Scalar};
/// let types = Provider::Mysql.types();
/// let char = types.iter().find(|info| info.name == "Char").unwrap();
/// assert_eq!((char.sql, char.scalars), ("CHAR", &[Scalar::String][..]));
/// ```
#[derive(Debug)]
pub struct TypeInfo {
    /// The name in a schema: `VarChar` of `@db.VarChar(20)`.
    pub name: &'static str,
    /// The scalars it can hold. The first is the one that introspection chooses.
    pub scalars: &'static [Scalar],
    /// Its arguments.
    pub args: Arguments,
    /// Its SQL name, before the arguments.
    pub sql: &'static str,
    /// What its SQL writes after the arguments, such as ` UNSIGNED`.
    pub suffix: &'static str,
    /// What its SQL writes between two arguments.
    pub separator: &'static str,
    /// Whether Prisma leaves the range of the arguments to the server, so that one out of range is accepted with a warning.
    pub unchecked: bool,
    /// Whether a schema can write it. SQLite's types cannot be written, and MySQL's `BOOLEAN` is reached by `Boolean` only.
    pub writable: bool,
}

impl TypeInfo {
    /// A type without arguments, as a starting point for the tables.
    pub(super) const fn new(
        name: &'static str,
        scalars: &'static [Scalar],
        sql: &'static str,
    ) -> Self {
        Self {
            name,
            scalars,
            args: Arguments::None,
            sql,
            suffix: "",
            separator: ",",
            unchecked: false,
            writable: true,
        }
    }

    pub(super) const fn args(mut self, args: Arguments) -> Self {
        self.args = args;
        self
    }

    pub(super) const fn suffix(mut self, suffix: &'static str) -> Self {
        self.suffix = suffix;
        self
    }

    pub(super) const fn separator(mut self, separator: &'static str) -> Self {
        self.separator = separator;
        self
    }

    pub(super) const fn unchecked(mut self) -> Self {
        self.unchecked = true;
        self
    }

    pub(super) const fn hidden(mut self) -> Self {
        self.writable = false;
        self
    }
}

/// Up to two arguments of a column type.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Decimal @id @db.Decimal(10, 2)\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let id = schema.find_model("A").unwrap().find_field("id").unwrap();
/// assert_eq!(id.native_type().unwrap().args.as_slice(), [10, 2]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NativeArguments {
    values: [u32; 2],
    len: u8,
}

impl NativeArguments {
    /// The arguments in order.
    pub fn as_slice(&self) -> &[u32] {
        &self.values[..usize::from(self.len)]
    }
}

/// A column type with its arguments.
#[derive(Clone, Copy)]
pub struct NativeType {
    /// The row of the table it stands in.
    pub info: &'static TypeInfo,
    /// Its arguments, empty if none are given.
    pub args: NativeArguments,
}

impl NativeType {
    /// Makes a type; more than two arguments do not exist and are cut.
    pub fn new(info: &'static TypeInfo, args: &[u32]) -> Self {
        let mut values = [0; 2];
        let len = args.len().min(2);
        values[..len].copy_from_slice(&args[..len]);
        Self {
            info,
            args: NativeArguments {
                values,
                len: len as u8,
            },
        }
    }

    /// Its name in a schema.
    pub fn name(&self) -> &'static str {
        self.info.name
    }

    /// Its SQL: `VARCHAR(191)`, `DECIMAL(65, 30)`, `INTEGER UNSIGNED`.
    ///
    /// ```
    /// use relata_schema::provider::{Provider, Scalar};
    /// let decimal = Provider::Mysql.default_type(Scalar::Decimal).unwrap();
    /// assert_eq!(decimal.sql(), "DECIMAL(65, 30)");
    /// ```
    pub fn sql(&self) -> String {
        let mut sql = self.info.sql.to_owned();
        if self.args.len > 0 {
            let args: Vec<_> = self.args.as_slice().iter().map(u32::to_string).collect();
            sql.push('(');
            sql.push_str(&args.join(self.info.separator));
            sql.push(')');
        }
        sql + self.info.suffix
    }
}

impl PartialEq for NativeType {
    fn eq(&self, other: &Self) -> bool {
        self.info.name == other.info.name
            && self.info.sql == other.info.sql
            && self.args == other.args
    }
}

impl Eq for NativeType {}

impl fmt::Debug for NativeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql())
    }
}
