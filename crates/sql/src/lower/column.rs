//! Fields to columns: types and defaults.

use relata_schema::ir::{self, Arity, ColumnKind, EnumId, Field, FieldType};
use relata_schema::provider::{Provider, Scalar};
use relata_script::Dialect;

use super::{Lowering, written};
use crate::catalog::{
    Column, ColumnType, Default, Expression, Generated, Identity, Literal, ObjectName,
    SequenceOptions, TypeKind,
};
use crate::dialect::{MYSQL_COLLATION, serial_sequence};

/// The next number, of a sequence whose name the server chooses.
const NUMBERED: Default = Default::Autoincrement { sequence: None };

impl Lowering<'_> {
    /// Lowers a field; `None` for one that is no column, which only a schema with errors lets through.
    pub(super) fn column(&self, field: Field<'_>) -> Option<Column> {
        let ty = self.column_type(field.column_type()?);
        let default = self.column_default(field, &ty);
        Some(Column {
            default,
            generated: field.generated().map(|generated| Generated {
                expression: written(&generated.expression),
                stored: generated.stored,
            }),
            identity: self.identity(field, &ty),
            collation: field
                .collation()
                .and_then(|collation| self.collation(&collation.name)),
            // A list that holds nothing may be an empty array or NULL; as Prisma writes it, both are let in.
            nullable: field.arity() != Arity::Required,
            ..Column::new(field.database_name(), ty)
        })
    }

    pub(super) fn column_type(&self, ty: &ir::ColumnType) -> ColumnType {
        let kind = match &ty.kind {
            ColumnKind::Native(native) => TypeKind::Native(*native),
            ColumnKind::Unsupported(sql) => TypeKind::Unsupported(sql.clone()),
            ColumnKind::Enum(id) => self.enum_type(*id),
            ColumnKind::Domain(id) => {
                let domain = self.schema.domain(*id);
                TypeKind::Domain(self.name(domain.namespace(), domain.database_name()))
            }
        };
        ColumnType {
            kind,
            list: ty.list,
        }
    }

    /// The numbers of a sequence of the column's own, counted as the schema says.
    fn identity(&self, field: Field<'_>, ty: &ColumnType) -> Option<Identity> {
        let mut options = match self.provider {
            // Its sequences count in numbers of eight bytes, whatever the column.
            Provider::Cockroachdb => SequenceOptions::usual("bigint"),
            _ => SequenceOptions::serial(ty)?,
        };
        let always = match field.default()? {
            ir::Default::Identity(identity) => {
                options.count(identity.increment, identity.start);
                identity.always
            }
            ir::Default::Sequence(sequence) => {
                options.count(sequence.increment, None);
                options.min = sequence.min_value.unwrap_or(options.min);
                options.max = sequence.max_value.unwrap_or(options.max);
                options.start = sequence.start.unwrap_or_else(|| options.first());
                options.cache = sequence.cache.unwrap_or(options.cache);
                options.is_virtual = sequence.is_virtual;
                false
            }
            _ => return None,
        };
        let table = self.table_name(field.model());
        Some(Identity {
            always,
            sequence: serial_sequence(&table, field.database_name()),
            options,
        })
    }

    /// A collation as the server finds it by its name; `None` for the one that the table has anyway.
    pub(super) fn collation(&self, name: &str) -> Option<ObjectName> {
        let usual = self.dialect == Dialect::Mysql && name.eq_ignore_ascii_case(MYSQL_COLLATION);
        (!usual).then(|| ObjectName::new(None, name))
    }

    fn enum_type(&self, id: EnumId) -> TypeKind {
        let enumeration = self.schema.enumeration(id);
        match self.dialect {
            Dialect::Postgres => {
                TypeKind::Enum(self.name(enumeration.namespace(), enumeration.database_name()))
            }
            Dialect::Mysql => TypeKind::Values(
                enumeration
                    .values()
                    .map(|value| value.database_name().into())
                    .collect(),
            ),
            // SQLite has no enums; a column of text holds the value's name.
            Dialect::Sqlite => match self.provider.default_type(Scalar::String) {
                Some(text) => TypeKind::Native(text),
                None => TypeKind::Unsupported("TEXT".into()),
            },
        }
    }

    fn column_default(&self, field: Field<'_>, ty: &ColumnType) -> Option<Default> {
        let Some(default) = field.default() else {
            // `INTEGER PRIMARY KEY` numbers its rows on SQLite, whether the schema asks for it or not.
            return (self.dialect == Dialect::Sqlite && is_rowid(field)).then_some(NUMBERED);
        };
        // MySQL takes no literal for these; the client gives the value.
        if self.dialect == Dialect::Mysql
            && matches!(field.ty(), FieldType::Scalar(Scalar::Json | Scalar::Bytes))
            && matches!(default, ir::Default::Literal(_))
        {
            return None;
        }
        // A sequence only numbers a whole-number column; `INTEGER PRIMARY KEY` is the only one that SQLite numbers.
        if *default == ir::Default::Autoincrement
            && self.dialect == Dialect::Sqlite
            && !is_rowid(field)
        {
            return None;
        }
        self.default(default, ty)
    }

    /// Lowers what a column or domain of the type says of its default.
    pub(super) fn default(&self, default: &ir::Default, ty: &ColumnType) -> Option<Default> {
        match default {
            ir::Default::Literal(value) => Some(Default::Literal(self.literal(value))),
            ir::Default::List(values) => Some(Default::List(
                values.iter().map(|value| self.literal(value)).collect(),
            )),
            ir::Default::Now => Some(Default::Now),
            ir::Default::Autoincrement if ty.list => None,
            ir::Default::Autoincrement => Some(NUMBERED),
            ir::Default::Database(Some(sql)) => Some(Default::Expression(Expression::written(sql))),
            ir::Default::Database(None) => Some(Default::Unknown),
            // What is no default in SQL, and what the client makes.
            ir::Default::Sequence(_) | ir::Default::Identity(_) | ir::Default::Client(_) => None,
        }
    }

    pub(super) fn literal(&self, literal: &ir::Literal) -> Literal {
        match literal {
            ir::Literal::Boolean(value) => Literal::Boolean(*value),
            ir::Literal::Number(text) => Literal::Number(text.clone()),
            ir::Literal::Text(text) => Literal::Text(text.clone()),
            ir::Literal::DateTime(text) => Literal::DateTime(text.clone()),
            ir::Literal::Json(text) => Literal::Json(text.clone()),
            ir::Literal::Bytes(bytes) => Literal::Bytes(bytes.clone()),
            ir::Literal::Enum(id) => {
                Literal::Enum(self.schema.enum_value(*id).database_name().into())
            }
        }
    }
}

/// Tells whether the column is `INTEGER PRIMARY KEY` on SQLite: the row's own number (manual, "ROWIDs and the INTEGER
/// PRIMARY KEY").
fn is_rowid(field: Field<'_>) -> bool {
    *field.ty() == FieldType::Scalar(Scalar::Int)
        && field.model().primary_key().is_some_and(
            |key| matches!(key.columns.as_slice(), [only] if only.field() == Some(field.id())),
        )
}
