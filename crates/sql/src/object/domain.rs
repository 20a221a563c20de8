//! Domains (PostgreSQL).

use std::fmt::Write as _;

use super::{Context, Draft};
use crate::catalog::{Address, Check, Domain, Kind};
use crate::diff::renamed_checks;
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
        let name = domain.not_null_name.as_ref();
        let name = name.map(|name| format!(" CONSTRAINT {}", writer.ident(name)));
        let _ = write!(sql, "{} NOT NULL", name.unwrap_or_default());
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
        context.making_type(&Address::of(Kind::Domain, &domain.name)),
    )
}

/// Makes a domain another in place (manual, "ALTER DOMAIN").
pub(crate) fn redefine<'c>(context: &Context<'c>, from: &Domain, to: &Domain) -> Draft<'c> {
    let writer = &context.writer;
    let mut statements = Vec::new();
    let mut say = |what: String| {
        statements.push(format!(
            "ALTER DOMAIN {} {what};",
            writer.type_name(&to.name)
        ));
    };
    let renamed = renamed_checks(&from.checks, &to.checks);
    let same = |a: &Check, b: &Check| {
        a.name == b.name && a.expression == b.expression && (b.is_valid || !a.is_valid)
    };
    for check in &from.checks {
        let stays = to.checks.iter().any(|each| same(check, each))
            || renamed.iter().any(|(old, _)| *old == &*check.name);
        if !stays {
            say(format!("DROP CONSTRAINT {}", writer.ident(&check.name)));
        }
    }
    for (old, new) in &renamed {
        say(format!(
            "RENAME CONSTRAINT {} TO {}",
            writer.ident(old),
            writer.ident(new)
        ));
    }
    if from.default != to.default {
        say(match &to.default {
            Some(default) => format!("SET DEFAULT {}", default.source),
            None => "DROP DEFAULT".to_owned(),
        });
    }
    if from.not_null != to.not_null {
        say(match &to.not_null_name {
            Some(name) if to.not_null => {
                format!("ADD CONSTRAINT {} NOT NULL", writer.ident(name))
            }
            _ if to.not_null => "SET NOT NULL".to_owned(),
            _ => "DROP NOT NULL".to_owned(),
        });
    } else if from.not_null_name != to.not_null_name {
        let [old, new] = [from, to].map(|domain| writer.ident(&domain.not_null_constraint()));
        say(format!("RENAME CONSTRAINT {old} TO {new}"));
    }
    for check in &to.checks {
        let name = writer.ident(&check.name);
        if renamed.iter().any(|(_, new)| *new == &*check.name) {
            continue;
        }
        match from.checks.iter().find(|each| same(each, check)) {
            Some(before) if before.is_valid != check.is_valid => {
                say(format!("VALIDATE CONSTRAINT {name}"));
            }
            Some(_) => {}
            None => {
                let validity = if check.is_valid { "" } else { " NOT VALID" };
                let source = &check.expression.source;
                say(format!("ADD CONSTRAINT {name} CHECK ({source}){validity}"));
            }
        }
    }
    let address = Address::of(Kind::Domain, &to.name);
    let mut effects = context.making(&address);
    effects.frees = context.was_recorded(&address);
    Draft::whole(StepKind::AlterDomain, &to.name, statements, effects)
}
