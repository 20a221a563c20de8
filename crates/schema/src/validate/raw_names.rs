//! SQL in a schema speaks the names of the database. A name that only the schema knows is a slip that the server would find
//! late, and often cannot explain.

use std::collections::{HashMap, HashSet};

use relata_script::{Dialect, Word, words};

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::ir::{IndexValue, Model, Predicate, Schema, Sql};
use crate::provider::Provider;
use crate::span::Span;

fn dialect(schema: &Schema) -> Dialect {
    let dialect = schema.provider().and_then(Provider::dialect);
    dialect.unwrap_or(Dialect::Postgres)
}

pub(super) fn check(schema: &Schema, found: &mut Findings) {
    let statements = schema.server_code().iter().map(|code| &code.statement);
    let views = schema.models().filter_map(Model::statement);
    let statements: Vec<&Sql> = statements.chain(views).collect();
    if !statements.is_empty() {
        tables(schema, dialect(schema), &statements, found);
    }
}

/// The SQL that is about the columns of one model.
pub(super) fn model(model: Model<'_>, found: &mut Findings) {
    let mut texts: Vec<(&str, Span)> = Vec::new();
    texts.extend(
        model
            .checks()
            .iter()
            .map(|check| (&*check.condition.text, check.condition.span)),
    );
    texts.extend(
        model
            .exclusions()
            .iter()
            .map(|exclusion| (&*exclusion.definition.text, exclusion.definition.span)),
    );
    for index in model.indexes() {
        if let Some(Predicate::Raw(text)) = &index.predicate {
            texts.push((text, index.span));
        }
        for column in &index.columns {
            if let IndexValue::Expression(sql) = &column.value {
                texts.push((&sql.text, sql.span));
            }
        }
    }
    for field in model.scalar_fields() {
        if let Some(generated) = field.generated() {
            texts.push((&generated.expression.text, generated.expression.span));
        }
    }
    if texts.is_empty() {
        return;
    }
    let dialect = dialect(model.schema());
    let columns: HashMap<&str, &str> = model
        .scalar_fields()
        .map(|field| (field.database_name(), field.name()))
        .collect();
    let fields: HashMap<&str, &str> = model
        .scalar_fields()
        .filter(|field| field.name() != field.database_name())
        .map(|field| (field.name(), field.database_name()))
        .collect();
    for (text, span) in texts {
        for word in names(dialect, text) {
            let written = &*word.text;
            if let Some(column) = fields
                .get(written)
                .filter(|_| !columns.contains_key(written))
            {
                found.push(slip(
                    span,
                    format!("`{written}` is the name of a field, and SQL knows its column"),
                    format!("write {}", dialect.ident(column)),
                ));
            } else if dialect == Dialect::Postgres
                && !word.quoted
                && columns.contains_key(written)
                && written.chars().any(char::is_uppercase)
                && !columns.contains_key(&*written.to_lowercase())
            {
                found.push(slip(
                    span,
                    format!(
                        "without quotes PostgreSQL reads `{written}` as `{}`",
                        written.to_lowercase()
                    ),
                    format!("write {}", dialect.ident(written)),
                ));
            }
        }
    }
}

/// The names of tables in whole statements. Their columns could be those of any table, so that nothing is said of them.
fn tables(schema: &Schema, dialect: Dialect, statements: &[&Sql], found: &mut Findings) {
    let tables: HashSet<&str> = schema.models().map(|model| model.database_name()).collect();
    let models: HashMap<&str, &str> = schema
        .models()
        .filter(|model| model.name() != model.database_name())
        .map(|model| (model.name(), model.database_name()))
        .collect();
    for statement in statements {
        for word in names(dialect, &statement.text) {
            let written = &*word.text;
            let Some(table) = models.get(written).filter(|_| !tables.contains(written)) else {
                continue;
            };
            // Only where a table stands: a model's name may be a word of any meaning.
            if word.behind_table_word {
                found.push(slip(
                    statement.span,
                    format!("`{written}` is the name of a model, and SQL knows its table"),
                    format!("write {}", dialect.ident(table)),
                ));
            }
        }
    }
}

fn slip(span: Span, message: String, help: String) -> Diagnostic {
    Diagnostic::warning(Code::NotADatabaseName, span, message).help(help)
}

/// A name in SQL.
struct NameIn {
    text: String,
    quoted: bool,
    behind_table_word: bool,
}

/// The names in SQL, each once, as they are written; functions and what is behind a `.` are left out.
fn names(dialect: Dialect, sql: &str) -> Vec<NameIn> {
    let words = words(dialect, sql);
    let mut names: Vec<NameIn> = Vec::new();
    let mut seen: HashSet<(String, bool)> = HashSet::new();
    for (at, (word, _)) in words.iter().enumerate() {
        let (text, quoted) = match word {
            Word::Bare(text) => ((*text).to_owned(), false),
            Word::Name(text) => (text.clone(), true),
            Word::Text(_) | Word::Symbol(_) => continue,
        };
        let next = words.get(at + 1).map(|(word, _)| word);
        let before = at.checked_sub(1).map(|before| &words[before].0);
        let is_call = next.is_some_and(|next| next.is_symbol("("));
        let is_part = before.is_some_and(|before| before.is_symbol("."))
            || next.is_some_and(|next| next.is_symbol("."));
        let behind_table_word = before.is_some_and(|before| {
            ["from", "join", "on", "into", "update"]
                .iter()
                .any(|word| before.is(word))
        });
        if !(is_call && !behind_table_word || is_part)
            && seen.insert((text.clone(), behind_table_word))
        {
            names.push(NameIn {
                text,
                quoted,
                behind_table_word,
            });
        }
    }
    names
}
