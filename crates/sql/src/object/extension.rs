//! Namespaces and extensions (PostgreSQL).

use super::{Body, Context, Draft};
use crate::catalog::{Extension, ObjectName};
use crate::step::{Effects, Object, StepKind};

pub(crate) fn create_namespace<'c>(context: &Context<'c>, name: &str) -> Draft<'c> {
    let effects = Effects {
        gives: vec![Object::Namespace(name.into())],
        ..Effects::default()
    };
    let statement = format!(
        "CREATE SCHEMA IF NOT EXISTS {};",
        context.writer.ident(name)
    );
    let mut statements = vec![statement];
    if context.after.is_whole && name == "public" {
        // What it has in every new database.
        statements.push("GRANT USAGE ON SCHEMA \"public\" TO PUBLIC;".to_owned());
        statements.push("COMMENT ON SCHEMA \"public\" IS 'standard public schema';".to_owned());
    }
    Draft::whole(
        StepKind::CreateSchema,
        &ObjectName::new(None, name),
        statements,
        effects,
    )
}

pub(crate) fn create<'c>(context: &Context<'c>, extension: &Extension) -> Draft<'c> {
    let mut statement = format!(
        "CREATE EXTENSION IF NOT EXISTS {}",
        context.writer.ident(&extension.name)
    );
    let schema = extension
        .namespace
        .as_ref()
        .map(|name| format!("SCHEMA {}", context.writer.ident(name)));
    let version = extension
        .version
        .as_ref()
        .map(|version| format!("VERSION {}", version_name(context, version)));
    let options: Vec<String> = schema.into_iter().chain(version).collect();
    if !options.is_empty() {
        statement.push_str(" WITH ");
        statement.push_str(&options.join(" "));
    }
    statement.push(';');
    draft(StepKind::CreateExtension, extension, vec![statement])
}

/// Changes what can be changed in place. Prisma drops and creates, which fails as soon as a column uses the extension.
pub(crate) fn alter<'c>(context: &Context<'c>, from: &Extension, to: &Extension) -> Draft<'c> {
    let name = context.writer.ident(&to.name);
    let mut statements = Vec::new();
    if let Some(version) = to.version.as_ref().filter(|_| from.version != to.version) {
        statements.push(format!(
            "ALTER EXTENSION {name} UPDATE TO {};",
            version_name(context, version)
        ));
    }
    if let Some(namespace) = to
        .namespace
        .as_ref()
        .filter(|_| from.namespace != to.namespace)
    {
        statements.push(format!(
            "ALTER EXTENSION {name} SET SCHEMA {};",
            context.writer.ident(namespace)
        ));
    }
    let mut draft = draft(StepKind::AlterExtension, to, statements);
    if let Body::Whole(_, effects) = &mut draft.body {
        effects.takes.push(Object::Extension(to.name.clone()));
    }
    draft
}

/// Drops an extension after everything of it that was used.
pub(crate) fn drop<'c>(context: &Context<'c>, extension: &Extension) -> Draft<'c> {
    let name = context.writer.ident(&extension.name);
    let effects = Effects {
        takes: vec![Object::Extension(extension.name.clone())],
        frees: extension
            .namespace
            .iter()
            .cloned()
            .map(Object::Namespace)
            .collect(),
        ..Effects::default()
    };
    Draft::whole(
        StepKind::DropExtension,
        &ObjectName::new(None, &extension.name),
        vec![format!("DROP EXTENSION {name};")],
        effects,
    )
}

/// Drops a namespace, after everything in it. What is still in it, because nobody read it, makes the server refuse.
pub(crate) fn drop_namespace<'c>(context: &Context<'c>, name: &str) -> Draft<'c> {
    let effects = Effects {
        takes: vec![Object::Namespace(name.into())],
        ..Effects::default()
    };
    Draft::whole(
        StepKind::DropSchema,
        &ObjectName::new(None, name),
        vec![format!("DROP SCHEMA {};", context.writer.ident(name))],
        effects,
    )
}

/// Prisma quotes a version as a name, which the server takes.
fn version_name(context: &Context<'_>, version: &str) -> String {
    context.writer.ident(version)
}

fn draft<'c>(kind: StepKind, extension: &Extension, statements: Vec<String>) -> Draft<'c> {
    let effects = Effects {
        needs: extension
            .namespace
            .iter()
            .cloned()
            .map(Object::Namespace)
            .collect(),
        gives: vec![Object::Extension(extension.name.clone())],
        ..Effects::default()
    };
    Draft::whole(
        kind,
        &ObjectName::new(None, &extension.name),
        statements,
        effects,
    )
}
