//! Domains (PostgreSQL).

use super::{Lowering, constraint};
use crate::catalog::{Column, ColumnType, Domain, Expression, ObjectName, TypeKind};
use crate::dialect::type_name;

impl Lowering<'_> {
    pub(super) fn domains(&self) -> Vec<Domain> {
        self.schema
            .domains()
            .filter_map(|domain| {
                let native = domain.native_type()?;
                let ty = ColumnType::one(TypeKind::Native(native));
                let mut value = Column::new("", ty);
                value.default = domain
                    .default()
                    .and_then(|default| self.default(default, &value.ty));
                let writer = self.writer();
                Some(Domain {
                    name: self.name(domain.namespace(), domain.database_name()),
                    base: type_name(native).into(),
                    collation: domain
                        .collation()
                        .map(|collation| ObjectName::new(None, &collation.name)),
                    default: writer.default(&value).map(|sql| Expression::written(&sql)),
                    // Whether a column holds NULL is said where it is one.
                    not_null: false,
                    not_null_name: None,
                    checks: domain.checks().iter().map(constraint::check).collect(),
                })
            })
            .collect()
    }
}
