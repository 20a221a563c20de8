//! Prepared statements, and how the rows of each are read.

use std::collections::HashMap;
use std::sync::Arc;

use relata_script::{Dialect, first_word, split};
use tokio_postgres::types::{Kind, Type};
use tokio_postgres::{Client, Column, Error, Statement};

use super::decode::Form;

/// A prepared statement.
pub(super) struct Prepared {
    pub(super) statement: Statement,
    pub(super) shape: Arc<Shape>,
    /// Whether the server's count is one of rows changed, and not of rows shown.
    pub(super) counts: bool,
}

/// The columns of a result: their names, and how their bytes are read.
pub(super) struct Shape {
    pub(super) names: Arc<[String]>,
    pub(super) forms: Vec<Option<Form>>,
}

impl Shape {
    pub(super) fn of(columns: &[Column]) -> Self {
        Self {
            names: columns.iter().map(|it| it.name().to_owned()).collect(),
            forms: columns.iter().map(|it| Form::of(it.type_())).collect(),
        }
    }

    fn is_readable(&self) -> bool {
        self.forms.iter().all(Option::is_some)
    }
}

impl Prepared {
    /// Prepares a statement. Where it has columns that [`Form`] cannot read (`interval`, ranges, composite types, …), what is
    /// prepared is a query around it in which the server prints these as text.
    pub(super) async fn new(client: &Client, sql: &str) -> Result<Self, Error> {
        let statement = client.prepare(sql).await?;
        let mut shape = Shape::of(statement.columns());
        let counts = matches!(
            first_word(Dialect::Postgres, sql).as_str(),
            "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "WITH" | "COPY"
        );
        if !shape.is_readable()
            && let Some(wrapped) = printed(sql, statement.columns())
            && let Ok(printed) = client.prepare(&wrapped).await
        {
            // The names are those of the statement itself.
            shape.forms = Shape::of(printed.columns()).forms;
            return Ok(Self {
                statement: printed,
                shape: Arc::new(shape),
                counts,
            });
        }
        Ok(Self {
            statement,
            shape: Arc::new(shape),
            counts,
        })
    }
}

/// `WITH it (c0, c1) AS (…) SELECT c0, c1::text FROM it`. The order of the rows stays: nothing is joined or sorted.
fn printed(sql: &str, columns: &[Column]) -> Option<String> {
    let statements = split(Dialect::Postgres, sql);
    let [statement] = statements.as_slice() else {
        return None;
    };
    let names: Vec<String> = (0..columns.len()).map(|at| format!("c{at}")).collect();
    let shown: Vec<String> = columns
        .iter()
        .zip(&names)
        .map(|(column, name)| format!("{name}{}", cast(column.type_())))
        .collect();
    Some(format!(
        "WITH it ({}) AS (\n{}\n) SELECT {} FROM it",
        names.join(", "),
        statement.text(),
        shown.join(", ")
    ))
}

fn cast(ty: &Type) -> &'static str {
    match (Form::of(ty), ty.kind()) {
        (Some(_), _) => "",
        // As text it would have a currency sign and commas, which depend on the server's `lc_monetary`.
        (None, Kind::Array(inner)) if *inner == Type::MONEY => "::pg_catalog.numeric[]",
        (None, _) if *ty == Type::MONEY => "::pg_catalog.numeric",
        (None, Kind::Array(_)) => "::pg_catalog.text[]",
        (None, _) => "::pg_catalog.text",
    }
}

/// The statements that were used last. Dropping one of them closes it on the server.
pub(super) struct Cache {
    limit: usize,
    clock: u64,
    statements: HashMap<String, (Arc<Prepared>, u64)>,
}

impl Cache {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            clock: 0,
            statements: HashMap::new(),
        }
    }

    pub(super) fn get(&mut self, sql: &str) -> Option<Arc<Prepared>> {
        self.clock += 1;
        let (prepared, used) = self.statements.get_mut(sql)?;
        *used = self.clock;
        Some(Arc::clone(prepared))
    }

    pub(super) fn insert(&mut self, sql: &str, prepared: &Arc<Prepared>) {
        if self.limit == 0 {
            return;
        }
        if self.statements.len() >= self.limit {
            let oldest = self.statements.iter().min_by_key(|(_, (_, used))| *used);
            if let Some(oldest) = oldest.map(|(sql, _)| sql.clone()) {
                self.statements.remove(&oldest);
            }
        }
        self.clock += 1;
        let entry = (Arc::clone(prepared), self.clock);
        self.statements.insert(sql.to_owned(), entry);
    }

    pub(super) fn clear(&mut self) {
        self.statements.clear();
    }
}
