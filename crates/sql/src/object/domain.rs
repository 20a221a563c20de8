//! Domains (PostgreSQL).

use std::fmt::Write as _;

use super::{Context, Draft};
use crate::catalog::{Address, Domain, Kind};
use crate::step::StepKind;

pub(crate) fn create<'c>(context: &Context<'c>, domain: &Domain) -> Draft<'c> {
    let writer = &context.writer;
    let name = writer.name(&domain.name);
    let mut sql = format!("CREATE DOMAIN {name} AS {}", domain.base);
    if let Some(collation) = &domain.collation {
        let _ = write!(sql, " COLLATE {}", writer.name(collation));
    }
    if let Some(default) = &domain.default {
        let _ = write!(sql, " DEFAULT {}", default.source);
    }
    if domain.not_null {
        sql.push_str(" NOT NULL");
    }
    let mut statements = Vec::new();
    for check in &domain.checks {
        let constraint = format!(
            "CONSTRAINT {} CHECK ({})",
            writer.ident(&check.name),
            check.expression.source
        );
        if check.is_valid {
            let _ = write!(sql, "\n    {constraint}");
        } else {
            statements.push(format!("ALTER DOMAIN {name} ADD {constraint} NOT VALID;"));
        }
    }
    sql.push(';');
    statements.insert(0, sql);
    Draft::whole(
        StepKind::CreateDomain,
        &domain.name,
        statements,
        context.making(&Address::of(Kind::Domain, &domain.name)),
    )
}
