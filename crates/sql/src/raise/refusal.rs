//! What a schema's own rules do not let it say.
//!
//! A raised schema is checked like any other. Where a rule speaks against something that was raised, that is left out, or said
//! more plainly, and noted with the rule's own words: so the rules stand in one place.

use relata_schema::diagnostic::{Diagnostic, Severity};
use relata_schema::ir::{Model, ModelKind};
use relata_schema::{Analysis, Span};

use super::Origin;
use super::note::{NoteCode, Notes};
use crate::catalog::{Catalog, Default, Expression, ObjectName};
use crate::dialect::Writer;

/// One thing that cannot be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Index(ObjectName, Box<str>),
    PrimaryKey(ObjectName),
    ForeignKey(ObjectName, Vec<Box<str>>),
    Join(ObjectName),
    Check(ObjectName, Box<str>),
    Exclusion(ObjectName, Box<str>),
    Default(ObjectName, Box<str>),
    Column(ObjectName, Box<str>),
    View(ObjectName),
    Code(Box<str>),
}

/// The refusals behind the errors of a raised schema, each with its reason; those of no known thing are passed over.
pub(super) fn of(
    analysis: &Analysis,
    origins: &[Origin],
    after: &Catalog,
    place: impl Fn(Option<&str>, &str) -> ObjectName,
) -> Vec<(Refusal, String)> {
    let raised = Seen {
        analysis,
        origins,
        after,
        place: &place,
    };
    let errors = analysis
        .diagnostics
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let mut found: Vec<(Refusal, String)> = Vec::new();
    for error in errors {
        if let Some(refusal) = raised.refusal(error)
            && !found.iter().any(|(other, _)| *other == refusal)
        {
            found.push((refusal, error.message.clone()));
        }
    }
    found
}

/// A raised schema, and where its parts come from.
struct Seen<'a> {
    analysis: &'a Analysis,
    origins: &'a [Origin],
    after: &'a Catalog,
    place: &'a dyn Fn(Option<&str>, &str) -> ObjectName,
}

impl Seen<'_> {
    fn refusal(&self, error: &Diagnostic) -> Option<Refusal> {
        let holds = |span: Span| {
            span.file == error.span.file
                && span.start <= error.span.start
                && error.span.end <= span.end
        };
        let schema = &self.analysis.schema;
        if let Some(code) = schema.server_code().iter().find(|code| holds(code.span)) {
            return Some(Refusal::Code(code.name.clone()));
        }
        let model = schema.models().find(|model| holds(model.span()))?;
        let table = (self.place)(model.namespace(), model.database_name());
        if model.kind() == ModelKind::View {
            return Some(Refusal::View(table));
        }
        if let Some(index) = model.indexes().iter().find(|index| holds(index.span)) {
            return Some(Refusal::Index(table, index.database_name.clone()));
        }
        if model.primary_key().is_some_and(|key| holds(key.span)) {
            return Some(Refusal::PrimaryKey(table));
        }
        if let Some(check) = model.checks().iter().find(|check| holds(check.span)) {
            return Some(Refusal::Check(table, check.database_name.clone()));
        }
        if let Some(exclusion) = model.exclusions().iter().find(|each| holds(each.span)) {
            return Some(Refusal::Exclusion(table, exclusion.database_name.clone()));
        }
        self.of_field(model, &table, holds)
    }

    fn of_field(
        &self,
        model: Model<'_>,
        table: &ObjectName,
        holds: impl Fn(Span) -> bool,
    ) -> Option<Refusal> {
        let field = model.fields().find(|field| holds(field.span()))?;
        let mut origins = self.origins.iter();
        if let Some((_, _, refusal)) =
            origins.find(|(owner, name, _)| owner == model.name() && name == field.name())
        {
            return Some(refusal.clone());
        }
        if field.is_relation() {
            return None;
        }
        let column = self.after.table(table)?.column(field.database_name())?;
        let has_default =
            column.default.is_some() && !matches!(column.default, Some(Default::Expression(_)));
        Some(if has_default {
            Refusal::Default(table.clone(), column.name.clone())
        } else {
            Refusal::Column(table.clone(), column.name.clone())
        })
    }
}

/// Takes what cannot be said out of a catalog.
pub(super) fn apply(catalog: &mut Catalog, refused: &[(Refusal, String)], notes: &mut Notes) {
    for (refusal, reason) in refused {
        let reason = Some(reason.clone());
        match refusal {
            Refusal::Index(table, index) => {
                notes.because(
                    NoteCode::IndexLeftOut,
                    format!("index {index} on {table}"),
                    reason,
                );
                with(catalog, table, |table| {
                    table.indexes.retain(|each| each.name != *index);
                });
            }
            Refusal::PrimaryKey(name) => {
                notes.because(
                    NoteCode::IndexLeftOut,
                    format!("primary key of {name}"),
                    reason,
                );
                with(catalog, name, |table| table.primary_key = None);
            }
            Refusal::ForeignKey(name, columns) => {
                let address = format!("foreign key ({}) on {name}", columns.join(", "));
                notes.because(NoteCode::ForeignKeyLeftOut, address, reason);
                with(catalog, name, |table| {
                    table.foreign_keys.retain(|key| key.columns != *columns);
                });
            }
            Refusal::Join(name) => {
                // As a model of its own it can be said.
                with(catalog, name, |table| {
                    table.primary_key.get_or_insert_with(|| {
                        let columns = table.columns.iter();
                        let columns = columns
                            .map(|column| crate::catalog::IndexColumn::new(&column.name))
                            .collect();
                        crate::catalog::PrimaryKey::new(None, columns)
                    });
                });
            }
            Refusal::Check(name, check) => {
                notes.because(
                    NoteCode::ObjectLeftOut,
                    format!("constraint {check} on {name}"),
                    reason,
                );
                with(catalog, name, |table| {
                    table.checks.retain(|each| each.name != *check);
                });
            }
            Refusal::Exclusion(name, exclusion) => {
                notes.because(
                    NoteCode::ObjectLeftOut,
                    format!("constraint {exclusion} on {name}"),
                    reason,
                );
                with(catalog, name, |table| {
                    table.exclusions.retain(|each| each.name != *exclusion);
                });
            }
            Refusal::Default(name, column) => {
                let written = catalog
                    .table(name)
                    .and_then(|table| Writer::new(catalog).written_default(table.column(column)?));
                notes.because(
                    NoteCode::DefaultWritten,
                    format!("column {name}.{column}"),
                    reason,
                );
                with(catalog, name, |table| {
                    for each in &mut table.columns {
                        if each.name == *column {
                            each.default = written
                                .as_deref()
                                .map(|sql| Default::Expression(Expression::written(sql)));
                        }
                    }
                });
            }
            Refusal::Column(name, column) => {
                notes.because(
                    NoteCode::ColumnLeftOut,
                    format!("column {name}.{column}"),
                    reason,
                );
                with(catalog, name, |table| without_column(table, column));
                for table in &mut catalog.tables {
                    table.foreign_keys.retain(|key| {
                        key.references != *name || !key.referenced_columns.contains(column)
                    });
                }
            }
            Refusal::View(name) => {
                notes.because(NoteCode::ObjectLeftOut, format!("view {name}"), reason);
                catalog.views.retain(|view| view.name != *name);
            }
            Refusal::Code(name) => {
                notes.because(NoteCode::ObjectLeftOut, name, reason);
                catalog.functions.retain(|each| each.name.name != *name);
                catalog.triggers.retain(|each| each.name != *name);
                catalog.policies.retain(|each| each.name != *name);
            }
        }
    }
}

fn with(catalog: &mut Catalog, name: &ObjectName, change: impl FnOnce(&mut crate::catalog::Table)) {
    if let Some(table) = catalog.tables.iter_mut().find(|table| table.name == *name) {
        change(table);
    }
}

fn without_column(table: &mut crate::catalog::Table, column: &str) {
    table.columns.retain(|each| *each.name != *column);
    table
        .indexes
        .retain(|index| !index.column_names().any(|name| name == column));
    table
        .foreign_keys
        .retain(|key| !key.columns.iter().any(|name| **name == *column));
    if table
        .primary_key
        .as_ref()
        .is_some_and(|key| key.column_names().any(|name| name == column))
    {
        table.primary_key = None;
    }
}
