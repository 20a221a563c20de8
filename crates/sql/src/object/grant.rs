//! Rights (PostgreSQL).

use std::fmt::Write as _;

use super::{Context, Draft};
use crate::catalog::{Address, DefaultPrivilege, Grant, Grantee, Kind, ObjectName, Right};
use crate::dialect::Writer;
use crate::step::{Effects, StepKind};

/// Gives and takes rights on one object.
pub(crate) fn create<'c>(context: &Context<'c>, grants: &[&Grant]) -> Option<Draft<'c>> {
    let first = grants.first()?;
    let writer = &context.writer;
    let statements = grants.iter().map(|grant| {
        let column = match (grant.on.kind, &grant.on.part) {
            (Kind::Column, Some(column)) => format!(" ({})", writer.ident(column)),
            _ => String::new(),
        };
        let what = format!(
            "{}{column} ON {}",
            grant.privilege,
            object(writer, &grant.on)
        );
        statement(writer, &what, &grant.grantee, grant.right)
    });
    Some(Draft::whole(
        StepKind::Grant,
        &first.on.name,
        statements.collect(),
        Effects::default(),
    ))
}

/// Gives and takes rights on objects to come.
pub(crate) fn defaults<'c>(
    context: &Context<'c>,
    privileges: &[DefaultPrivilege],
) -> Option<Draft<'c>> {
    if privileges.is_empty() {
        return None;
    }
    let writer = &context.writer;
    let statements = privileges.iter().map(|each| {
        let mut sql = "ALTER DEFAULT PRIVILEGES".to_owned();
        if let Grantee::Role(role) = &each.creator {
            let _ = write!(sql, " FOR ROLE {}", writer.ident(role));
        }
        if let Some(namespace) = &each.namespace {
            let _ = write!(sql, " IN SCHEMA {}", writer.ident(namespace));
        }
        let what = format!("{} ON {}", each.privilege, each.objects);
        format!(
            "{sql} {}",
            statement(writer, &what, &each.grantee, each.right)
        )
    });
    Some(Draft::whole(
        StepKind::AlterDefaultPrivileges,
        &ObjectName::new(None, "default privileges"),
        statements.collect(),
        Effects::default(),
    ))
}

fn statement(writer: &Writer<'_>, what: &str, grantee: &Grantee, right: Right) -> String {
    let who = match grantee {
        Grantee::Public => "PUBLIC".to_owned(),
        Grantee::Owner => "CURRENT_USER".to_owned(),
        Grantee::Role(role) => writer.ident(role),
    };
    match right {
        Right::Granted => format!("GRANT {what} TO {who};"),
        Right::Grantable => format!("GRANT {what} TO {who} WITH GRANT OPTION;"),
        Right::Revoked => format!("REVOKE {what} FROM {who};"),
    }
}

/// An object as `GRANT … ON` names it (manual, "GRANT").
fn object(writer: &Writer<'_>, on: &Address) -> String {
    let name = writer.name(&on.name);
    match (on.kind, &on.part) {
        (Kind::Namespace, _) => format!("SCHEMA {name}"),
        (Kind::Sequence, _) => format!("SEQUENCE {name}"),
        (Kind::Type | Kind::Domain, _) => format!("TYPE {name}"),
        (Kind::Function | Kind::Aggregate, Some(arguments)) => {
            format!("FUNCTION {name}({arguments})")
        }
        (Kind::Procedure, Some(arguments)) => format!("PROCEDURE {name}({arguments})"),
        _ => format!("TABLE {name}"),
    }
}
