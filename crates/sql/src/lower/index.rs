//! Keys and indexes.

use relata_schema::ir::{
    self, Algorithm, Condition, IndexKind, IndexValue, Literal, Model, OperatorClass, Predicate,
    Sort,
};

use relata_script::Dialect;

use super::{Lowering, operator_class, written};
use crate::catalog::{Expression, Index, IndexColumn, Nulls};

impl<'s> Lowering<'s> {
    /// Lowers the uniques and indexes of a model, in the order in which Prisma makes them: those of fields, then the
    /// block's indexes, then its uniques.
    pub(super) fn indexes(&self, model: Model<'s>) -> Vec<Index> {
        let mut ordered: Vec<&ir::Index> = model.indexes().iter().collect();
        ordered.sort_by_key(|index| {
            let span = index
                .fields()
                .next()
                .map(|field| self.schema.field(field).span());
            let of_field = span.is_some_and(|span| {
                span.file == index.span.file
                    && span.start <= index.span.start
                    && index.span.end <= span.end
            });
            match index.kind {
                _ if of_field => 0,
                IndexKind::Normal => 1,
                IndexKind::Unique => 2,
                IndexKind::Fulltext => 3,
            }
        });
        ordered.into_iter().map(|index| self.index(index)).collect()
    }

    fn index(&self, index: &ir::Index) -> Index {
        // A B-tree is what every database makes when nothing is said.
        let algorithm = index
            .algorithm
            .filter(|algorithm| *algorithm != Algorithm::BTree);
        let columns = index
            .columns
            .iter()
            .map(|column| self.index_column(column))
            .collect();
        Index {
            algorithm,
            predicate: index
                .predicate
                .as_ref()
                .map(|predicate| Expression::written(&self.predicate(predicate))),
            include: index
                .include
                .iter()
                .map(|field| self.schema.field(*field).database_name().into())
                .collect(),
            nulls_not_distinct: !index.nulls_distinct,
            ..Index::new(&index.database_name, index.kind, columns)
        }
    }

    pub(super) fn index_column(&self, column: &ir::IndexColumn) -> IndexColumn {
        let operator_class = column.operator_class.as_ref().map(|class| match class {
            OperatorClass::Known(name) => operator_class::sql(name),
            OperatorClass::Raw(sql) => sql.clone(),
        });
        let operator_class = operator_class.filter(|class| !class.is_empty());
        let (name, expression) = match &column.value {
            IndexValue::Field(field) => (self.schema.field(*field).database_name(), None),
            IndexValue::Expression(sql) => ("", Some(written(sql))),
        };
        let sort = column.sort.unwrap_or(Sort::Asc);
        IndexColumn {
            expression,
            sort,
            // Where the order puts them anyway goes without saying.
            nulls: match (sort, column.nulls) {
                (Sort::Asc, Some(ir::Nulls::First)) => Some(Nulls::First),
                (Sort::Desc, Some(ir::Nulls::Last)) => Some(Nulls::Last),
                _ => None,
            },
            collation: column
                .collation
                .as_ref()
                .filter(|name| !self.sorts_so_anyway(column, name))
                .map(|name| self.dialect.ident(name).into()),
            length: column.length,
            operator_class,
            ..IndexColumn::new(name)
        }
    }

    /// Whether a column's own collation is the one that its place in an index asks for.
    fn sorts_so_anyway(&self, column: &ir::IndexColumn, collation: &str) -> bool {
        let field = column.field().map(|field| self.schema.field(field));
        let own = field.and_then(ir::Field::collation);
        match (self.dialect, own) {
            (Dialect::Sqlite, own) => own
                .map_or("BINARY", |own| &own.name)
                .eq_ignore_ascii_case(collation),
            (_, own) => own.is_some_and(|own| &*own.name == collation),
        }
    }

    fn predicate(&self, predicate: &Predicate) -> String {
        let conditions = match predicate {
            Predicate::Raw(sql) => return sql.to_string(),
            Predicate::Fields(conditions) => conditions,
        };
        let parts: Vec<String> = conditions
            .iter()
            .map(|(field, condition)| {
                let column = self
                    .dialect
                    .ident(self.schema.field(*field).database_name());
                match condition {
                    Condition::Is(value) => format!("{column} = {}", self.predicate_literal(value)),
                    Condition::IsNot(value) => {
                        format!("{column} != {}", self.predicate_literal(value))
                    }
                    Condition::Null => format!("{column} IS NULL"),
                    Condition::NotNull => format!("{column} IS NOT NULL"),
                }
            })
            .collect();
        parts.join(" AND ")
    }

    /// Writes a literal as the user did: a predicate is compared with the column, which gives it its type.
    fn predicate_literal(&self, literal: &Literal) -> String {
        match literal {
            Literal::Boolean(value) => value.to_string(),
            Literal::Number(text) => text.to_string(),
            Literal::Text(text) | Literal::DateTime(text) | Literal::Json(text) => {
                self.dialect.string(text)
            }
            Literal::Bytes(bytes) => self.dialect.bytes(bytes),
            Literal::Enum(id) => self
                .dialect
                .string(self.schema.enum_value(*id).database_name()),
        }
    }
}
