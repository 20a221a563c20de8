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

/// Makes a right as it is on a new object.
pub(crate) fn drop<'c>(context: &Context<'c>, grant: &Grant) -> Option<Draft<'c>> {
    let inverse = Grant {
        right: inverse(grant.right),
        ..grant.clone()
    };
    create(context, &[&inverse])
}

/// The right that takes another back.
fn inverse(right: Right) -> Right {
    match right {
        Right::Granted | Right::Grantable => Right::Revoked,
        Right::Revoked => Right::Granted,
    }
}

/// Gives and takes rights on objects to come: what no longer holds before the first of them comes, what is new after the last.
pub(crate) fn defaults<'c>(
    context: &Context<'c>,
    from: &[DefaultPrivilege],
    to: &[DefaultPrivilege],
    makes: bool,
) -> Vec<Draft<'c>> {
    // Those that stay would fall on what is made meanwhile.
    let gone: Vec<DefaultPrivilege> = from
        .iter()
        .filter(|each| makes || !to.contains(each))
        .map(|each| DefaultPrivilege {
            right: inverse(each.right),
            ..each.clone()
        })
        .collect();
    let new: Vec<DefaultPrivilege> = to
        .iter()
        .filter(|each| makes || !from.contains(each))
        .cloned()
        .collect();
    let sides = [
        (StepKind::DropDefaultPrivileges, gone),
        (StepKind::AlterDefaultPrivileges, new),
    ];
    sides
        .into_iter()
        .filter(|(_, privileges)| !privileges.is_empty())
        .map(|(kind, privileges)| default_privileges(context, kind, &privileges))
        .collect()
}

fn default_privileges<'c>(
    context: &Context<'c>,
    kind: StepKind,
    privileges: &[DefaultPrivilege],
) -> Draft<'c> {
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
    Draft::whole(
        kind,
        &ObjectName::new(None, "default privileges"),
        statements.collect(),
        Effects::default(),
    )
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
    let name = super::comment::named(writer, on);
    match (on.kind, &on.part) {
        (Kind::Namespace, _) => format!("SCHEMA {name}"),
        (Kind::Language, _) => format!("LANGUAGE {name}"),
        (Kind::ForeignDataWrapper, _) => format!("FOREIGN DATA WRAPPER {name}"),
        (Kind::Server, _) => format!("FOREIGN SERVER {name}"),
        (Kind::Sequence, _) => format!("SEQUENCE {name}"),
        (Kind::Type | Kind::Domain, _) => format!("TYPE {name}"),
        (Kind::Function | Kind::Aggregate, Some(arguments)) => {
            format!("FUNCTION {name}({arguments})")
        }
        (Kind::Procedure, Some(arguments)) => {
            format!("PROCEDURE {name}({})", super::function::taken(arguments))
        }
        _ => format!("TABLE {name}"),
    }
}
