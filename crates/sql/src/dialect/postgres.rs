//! What only PostgreSQL writes.

use std::borrow::Cow;
use std::fmt::Write as _;

use relata_schema::provider::NativeType;

use super::{Writer, deferrable};
use crate::catalog::{
    Column, ColumnType, Default, Deferrable, Index, ObjectName, PrimaryKey, Storage, Table,
    TypeKind,
};

pub(super) fn column(writer: &Writer<'_>, column: &Column) -> String {
    let mut sql = String::new();
    push_column(writer, column, &mut sql);
    sql
}

/// Writes a column behind what stands there already: a table has many.
fn push_column(writer: &Writer<'_>, column: &Column, sql: &mut String) {
    let ty = match &column.default {
        Some(Default::Autoincrement { sequence: None }) if writer.can().row_number.is_none() => {
            serial(&column.ty)
        }
        _ => None,
    };
    sql.push_str(&writer.ident(&column.name));
    sql.push(' ');
    match ty {
        Some(ty) => sql.push_str(ty),
        None => sql.push_str(&writer.column_type(&column.ty)),
    }
    if let Some(collation) = &column.collation {
        sql.push_str(" COLLATE ");
        sql.push_str(&writer.name(collation));
    }
    if !column.nullable && !column.not_null.is_unproved {
        sql.push(' ');
        sql.push_str(&required(writer, column, ""));
    }
    if let Some(default) = default(writer, column) {
        sql.push_str(" DEFAULT ");
        sql.push_str(&default);
    }
    if let Some(generated) = &column.generated {
        let kind = if generated.stored {
            "STORED"
        } else {
            "VIRTUAL"
        };
        let source = &generated.expression.source;
        let _ = write!(sql, " GENERATED ALWAYS AS ({source}) {kind}");
    }
    if let Some(identity) = &column.identity {
        let when = if identity.always {
            "ALWAYS"
        } else {
            "BY DEFAULT"
        };
        let options = writer.identity_options(identity);
        let _ = write!(sql, " GENERATED {when} AS IDENTITY{options}");
    }
}

/// The constraint of a column that cannot hold NULL; as a clause of the table it names the column.
fn required(writer: &Writer<'_>, column: &Column, of: &str) -> Cow<'static, str> {
    let constraint = &column.not_null;
    if constraint.name.is_none() && of.is_empty() && !constraint.no_inherit {
        return "NOT NULL".into();
    }
    let name = constraint
        .name
        .as_ref()
        .map(|name| format!("CONSTRAINT {} ", writer.ident(name)))
        .unwrap_or_default();
    let inherit = if constraint.no_inherit {
        " NO INHERIT"
    } else {
        ""
    };
    format!("{name}NOT NULL{of}{inherit}").into()
}

/// The same constraint as a clause of `ADD` (since version 18).
pub(crate) fn add_not_null(writer: &Writer<'_>, column: &Column) -> String {
    let validity = if column.not_null.is_unproved {
        " NOT VALID"
    } else {
        ""
    };
    let of = format!(" {}", writer.ident(&column.name));
    format!("ADD {}{validity}", required(writer, column, &of))
}

/// The default of a column. A sequence that is not as `SERIAL` makes it is one of its own, and its next value is an
/// expression like any other.
pub(crate) fn default(writer: &Writer<'_>, column: &Column) -> Option<String> {
    match &column.default {
        Some(Default::Autoincrement {
            sequence: Some(name),
        }) => Some(format!("nextval({})", writer.string(&writer.name(name)))),
        _ => writer.default(column),
    }
}

/// Tells whether the server has a type of the name itself (`pg_type`, those that users can name).
pub(super) fn has_type(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "aclitem",
        "any",
        "anyarray",
        "anyelement",
        "anyenum",
        "bit",
        "bool",
        "box",
        "bpchar",
        "bytea",
        "char",
        "cid",
        "cidr",
        "circle",
        "cstring",
        "date",
        "datemultirange",
        "daterange",
        "event_trigger",
        "fdw_handler",
        "float4",
        "float8",
        "gtsvector",
        "inet",
        "int2",
        "int2vector",
        "int4",
        "int4multirange",
        "int4range",
        "int8",
        "int8multirange",
        "int8range",
        "internal",
        "interval",
        "json",
        "jsonb",
        "jsonpath",
        "language_handler",
        "line",
        "lseg",
        "macaddr",
        "macaddr8",
        "money",
        "name",
        "numeric",
        "nummultirange",
        "numrange",
        "oid",
        "oidvector",
        "path",
        "point",
        "polygon",
        "record",
        "refcursor",
        "regclass",
        "regcollation",
        "regconfig",
        "regdictionary",
        "regnamespace",
        "regoper",
        "regoperator",
        "regproc",
        "regprocedure",
        "regrole",
        "regtype",
        "text",
        "tid",
        "time",
        "timestamp",
        "timestamptz",
        "timetz",
        "trigger",
        "tsmultirange",
        "tsquery",
        "tsrange",
        "tstzmultirange",
        "tstzrange",
        "tsvector",
        "txid_snapshot",
        "unknown",
        "uuid",
        "varbit",
        "varchar",
        "void",
        "xid",
        "xid8",
        "xml",
    ];
    debug_assert!(NAMES.is_sorted());
    NAMES.binary_search(&name).is_ok()
}

/// The shorthand for a numbered column (manual, "Serial Types").
pub(crate) fn serial(ty: &ColumnType) -> Option<&'static str> {
    match (&ty.kind, ty.list) {
        (TypeKind::Native(native), false) => match native.info.sql {
            "SMALLINT" => Some("SMALLSERIAL"),
            "INTEGER" => Some("SERIAL"),
            "BIGINT" => Some("BIGSERIAL"),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn create_table(writer: &Writer<'_>, table: &Table) -> String {
    let inherits = table.is_born_an_heir();
    // What most columns take.
    let mut body = String::with_capacity(64 * (table.columns.len() + 1));
    for each in &table.columns {
        if inherits && each.is_inherited {
            continue;
        }
        line(&mut body);
        // What a parent keeps out needs no saying.
        if inherits && each.not_null.is_inherited {
            let said = Column {
                nullable: true,
                ..each.clone()
            };
            push_column(writer, &said, &mut body);
        } else {
            push_column(writer, each, &mut body);
        }
    }
    let constraint = |each: &&Column| {
        let own = !each.not_null.is_inherited && !each.not_null.is_unproved;
        inherits && each.is_inherited && !each.nullable && own
    };
    // A constraint that the table has beside its parent's, of the same column (since version 18).
    for each in table.columns.iter().filter(constraint) {
        let of = format!(" {}", writer.ident(&each.name));
        line(&mut body);
        body.push_str(&required(writer, each, &of));
    }
    if let Some(key) = &table.primary_key {
        // Behind an empty line, and without a blank after the comma, as Prisma writes it here and only here.
        body.push_str(if body.is_empty() {
            "\n    "
        } else {
            ",\n\n    "
        });
        body.push_str(&primary_key(writer, key, ","));
    }
    let checks = table.checks.iter().filter(|check| check.is_valid);
    for check in checks.filter(|check| !(inherits && check.is_inherited)) {
        line(&mut body);
        body.push_str(&writer.check(check));
    }
    for exclusion in &table.exclusions {
        line(&mut body);
        let name = writer.ident(&exclusion.name);
        let _ = write!(body, "CONSTRAINT {name} {}", exclusion.definition.source);
    }
    // A table without columns is one, too.
    let (open, close) = if body.is_empty() {
        ("", "")
    } else {
        ("\n", "\n")
    };
    let unlogged = if table.storage.is_unlogged {
        "UNLOGGED "
    } else {
        ""
    };
    let mut tail = String::new();
    if inherits {
        let parents = table.ancestry.inherits.iter();
        let parents: Vec<String> = parents.map(|name| writer.name(name)).collect();
        let _ = write!(tail, " INHERITS ({})", parents.join(", "));
    }
    if let Some(key) = &table.ancestry.partitioned_by {
        let _ = write!(tail, " PARTITION BY {key}");
    }
    format!(
        "CREATE {unlogged}TABLE {} ({open}{body}{close}){tail}{};",
        writer.name(&table.name),
        storage(writer, &table.storage)
    )
}

/// Begins a line of a table's body.
fn line(body: &mut String) {
    body.push_str(if body.is_empty() { "    " } else { ",\n    " });
}

/// A primary key as a clause.
pub(super) fn primary_key(writer: &Writer<'_>, key: &PrimaryKey, separator: &str) -> String {
    let name = key
        .name
        .as_ref()
        .map(|name| format!("CONSTRAINT {} ", writer.ident(name)))
        .unwrap_or_default();
    format!(
        "{name}PRIMARY KEY ({}{}){}",
        writer.index_columns(&key.columns, separator),
        temporal(key.is_temporal),
        key_clauses(writer, key)
    )
}

/// What stands after the last column of a key that counts once at each moment.
pub(super) fn temporal(is_temporal: bool) -> &'static str {
    if is_temporal { " WITHOUT OVERLAPS" } else { "" }
}

/// What stands after the columns of a primary key.
pub(super) fn key_clauses(writer: &Writer<'_>, key: &PrimaryKey) -> String {
    format!(
        "{}{}{}{}",
        include(writer, &key.include),
        options(writer, &key.options),
        index_tablespace(writer, key.tablespace.as_deref()),
        deferrable(key.deferrable)
    )
}

/// Adds a unique that is a constraint, and not only an index: it can be deferred, and has a place in the standard's views.
pub(super) fn add_unique(
    writer: &Writer<'_>,
    table: &Table,
    index: &Index,
    when: Deferrable,
) -> String {
    let nulls = if index.nulls_not_distinct {
        " NULLS NOT DISTINCT"
    } else {
        ""
    };
    // One that is not valid was made without its parts.
    let only = if index.is_valid { "" } else { "ONLY " };
    format!(
        "ALTER TABLE {only}{} ADD CONSTRAINT {} UNIQUE{nulls} ({}{}){}{}{}{};",
        writer.name(&table.name),
        writer.ident(&index.name),
        writer.key_columns(&index.columns),
        temporal(index.is_temporal),
        include(writer, &index.include),
        options(writer, &index.options),
        index_tablespace(writer, index.tablespace.as_deref()),
        deferrable(when)
    )
}

/// What stands between the columns of an index and its condition.
pub(super) fn index_clauses(writer: &Writer<'_>, index: &Index) -> String {
    let nulls = if index.nulls_not_distinct {
        " NULLS NOT DISTINCT"
    } else {
        ""
    };
    let tablespace = index
        .tablespace
        .as_ref()
        .map(|name| format!(" TABLESPACE {}", writer.ident(name)))
        .unwrap_or_default();
    format!(
        "{}{nulls}{}{tablespace}",
        include(writer, &index.include),
        options(writer, &index.options)
    )
}

fn include(writer: &Writer<'_>, columns: &[Box<str>]) -> String {
    if columns.is_empty() {
        return String::new();
    }
    let columns = columns.iter().map(|name| &**name);
    format!(" INCLUDE ({})", writer.idents(columns))
}

fn index_tablespace(writer: &Writer<'_>, tablespace: Option<&str>) -> String {
    tablespace
        .map(|name| format!(" USING INDEX TABLESPACE {}", writer.ident(name)))
        .unwrap_or_default()
}

pub(super) fn options(writer: &Writer<'_>, options: &[(Box<str>, Box<str>)]) -> String {
    if options.is_empty() {
        return String::new();
    }
    let options: Vec<String> = options
        .iter()
        .map(|(name, value)| {
            // `toast.autovacuum_enabled` is two names.
            let name: Vec<String> = name.split('.').map(|part| writer.ident(part)).collect();
            format!("{} = {}", name.join("."), writer.string(value))
        })
        .collect();
    format!(" WITH ({})", options.join(", "))
}

pub(super) fn storage(writer: &Writer<'_>, storage: &Storage) -> String {
    let mut sql = String::new();
    if let Some(method) = &storage.access_method {
        let _ = write!(sql, " USING {}", writer.ident(method));
    }
    sql.push_str(&options(writer, &storage.options));
    if let Some(tablespace) = &storage.tablespace {
        let _ = write!(sql, " TABLESPACE {}", writer.ident(tablespace));
    }
    sql
}

/// A type as the server prints it: `character varying(20)` (manual, `format_type`).
pub(crate) fn type_name(native: NativeType) -> String {
    let args: Vec<String> = native
        .args
        .as_slice()
        .iter()
        .map(ToString::to_string)
        .collect();
    let name = canonical_type(&native.info.sql.to_lowercase()).to_owned();
    let args = match (args.as_slice(), name.as_str()) {
        // The server fills these in.
        ([], "character" | "bit") => "(1)".to_owned(),
        ([], _) => return name,
        ([precision], "numeric") => format!("({precision},0)"),
        (args, _) => format!("({})", args.join(",")),
    };
    match name.split_once(' ') {
        // `timestamp(3) without time zone` has its arguments in the middle.
        Some((first @ ("timestamp" | "time"), rest)) => format!("{first}{args} {rest}"),
        _ => name + &args,
    }
}

/// The name that the server prints for a type without arguments that is given in small letters (manual, "Data Types").
pub(crate) fn canonical_type(name: &str) -> &str {
    match name {
        "int" | "int4" => "integer",
        "int2" => "smallint",
        "int8" => "bigint",
        "bool" => "boolean",
        "float4" => "real",
        "float" | "float8" => "double precision",
        "decimal" | "dec" => "numeric",
        "char" => "character",
        "varchar" | "char varying" => "character varying",
        "varbit" => "bit varying",
        "timestamp" => "timestamp without time zone",
        "timestamptz" => "timestamp with time zone",
        "time" => "time without time zone",
        "timetz" => "time with time zone",
        name => name,
    }
}

/// The name that the server gives the sequence of a `SERIAL` column: `{table}_{column}_seq`.
pub(crate) fn serial_sequence(table: &ObjectName, column: &str) -> ObjectName {
    table.sibling(&made_up(&table.name, Some(column), "seq"))
}

/// The name that the server gives an object by itself: `{first}_{second}_{label}`, where the longer of both names is cut until it
/// fits (`makeObjectName` in the server's sources).
pub(crate) fn made_up(first: &str, second: Option<&str>, label: &str) -> String {
    let other = second.unwrap_or_default();
    let room = 63 - 1 - label.len() - usize::from(second.is_some());
    let (mut left, mut right) = (first.len(), other.len());
    while left + right > room {
        if left > right {
            left -= 1;
        } else {
            right -= 1;
        }
    }
    let first = cut(first, left);
    match second {
        Some(_) => format!("{first}_{}_{label}", cut(other, right)),
        None => format!("{first}_{label}"),
    }
}

/// The longest beginning of a text that fits and ends between characters.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_names_are_cut_as_the_server_cuts_them() {
        let name =
            |table: &str, column: &str| serial_sequence(&ObjectName::new(None, table), column).name;
        assert_eq!(&*name("User", "id"), "User_id_seq");
        assert_eq!(name(&"t".repeat(63), "id").len(), 63);
        assert_eq!(
            &*name(&"t".repeat(63), "id"),
            format!("{}_id_seq", "t".repeat(56))
        );
        assert_eq!(
            &*name(&"ä".repeat(31), "id"),
            format!("{}_id_seq", "ä".repeat(28))
        );
    }
}
