use super::Answer;
use crate::{Connection, Dialect, Result, Row, Value};

/// What is there or not there when a statement has run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    pub(super) thing: Thing,
    /// Whether the statement makes it, or removes it.
    pub(super) makes: bool,
}

/// A qualified name: a schema or database where one is written, and the name itself, as the server reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) schema: Option<String>,
    pub(super) name: String,
}

/// Something that a catalog knows by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Thing {
    /// PostgreSQL: an index of this name on this table.
    IndexOn { table: Name, index: String },
    /// PostgreSQL: an index or a table of this name, whose indexes are built anew beside the old ones.
    Reindexed(Name),
    /// PostgreSQL: a partition of a table.
    Partition { parent: Name, partition: Name },
    /// PostgreSQL: a relation of this name.
    Relation(Name),
    /// PostgreSQL: a value of an enum type.
    EnumValue { ty: Name, value: String },
    /// PostgreSQL: a database. MySQL: the same, or a schema.
    Database(String),
    /// MySQL: a table, view or sequence.
    Table(Name),
    /// MySQL: a column of a table.
    Column { table: Name, column: String },
    /// MySQL: an index of a table.
    Index { table: Name, index: String },
    /// MySQL: a key, foreign key or check of a table.
    Constraint { table: Name, constraint: String },
    /// MySQL: a trigger.
    Trigger(Name),
    /// MySQL: a procedure or function.
    Routine(Name),
    /// MySQL: an event of the scheduler.
    Event(Name),
}

impl Fact {
    pub(super) async fn ask(&self, db: &dyn Connection) -> Result<Answer> {
        let (sql, values) = self.thing.question(db.dialect());
        let rows = db.query(sql, values).await?;
        match &self.thing {
            Thing::IndexOn { .. } if self.makes => {
                if let Some(removal) = rows.first().map(invalid).transpose()?.flatten() {
                    return Ok(Answer::Leftover(vec![removal]));
                }
            }
            Thing::Reindexed(_) => {
                let removals = rows.iter().filter_map(|row| invalid(row).transpose());
                let removals = removals.collect::<Result<Vec<_>>>()?;
                return Ok(if removals.is_empty() {
                    Answer::Open
                } else {
                    Answer::Leftover(removals)
                });
            }
            Thing::Partition { parent, partition } => {
                if matches!(
                    rows.first().and_then(|row| row.value(0)),
                    Some(Value::Bool(true))
                ) {
                    let (parent, partition) = (parent.quoted(), partition.quoted());
                    return Ok(Answer::Unfinished(format!(
                        "ALTER TABLE {parent} DETACH PARTITION {partition} FINALIZE"
                    )));
                }
            }
            _ => {}
        }
        Ok(if rows.is_empty() == self.makes {
            Answer::Open
        } else {
            Answer::Done
        })
    }
}

/// The statement that removes an index which its concurrent build has left invalid.
fn invalid(row: &Row) -> Result<Option<String>> {
    let (is_valid, schema, name): (bool, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (schema, name) = (
        Dialect::Postgres.ident(&schema),
        Dialect::Postgres.ident(&name),
    );
    Ok((!is_valid).then(|| format!("DROP INDEX CONCURRENTLY IF EXISTS {schema}.{name}")))
}

impl Thing {
    /// A query that has a row if it is there. Names reach it as parameters.
    fn question(&self, dialect: Dialect) -> (&'static str, Vec<Value>) {
        let text = |text: &String| Value::from(text.as_str());
        let own = |name: &Name| {
            let schema = Value::from(name.schema.clone());
            vec![schema, text(&name.name)]
        };
        let with = |table: &Name, name: &String| {
            let mut values = own(table);
            values.push(text(name));
            values
        };
        match self {
            Self::IndexOn { table, index } => (
                "SELECT i.indisvalid, n.nspname::text, c.relname::text FROM pg_catalog.pg_index i \
                 JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                 WHERE i.indrelid = pg_catalog.to_regclass($1) AND c.relname = $2",
                vec![Value::from(table.quoted()), text(index)],
            ),
            // The names that the server gives to the new and the old one while both exist (`indexcmds.c`).
            Self::Reindexed(name) => (
                "SELECT i.indisvalid, n.nspname::text, c.relname::text FROM pg_catalog.pg_index i \
                 JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                 WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND i.indrelid IN (SELECT pg_catalog.to_regclass($1)::oid \
                 UNION SELECT o.indrelid FROM pg_catalog.pg_index o WHERE o.indexrelid = pg_catalog.to_regclass($1))",
                vec![Value::from(name.quoted())],
            ),
            Self::Partition { parent, partition } => (
                "SELECT inhdetachpending FROM pg_catalog.pg_inherits \
                 WHERE inhparent = pg_catalog.to_regclass($1) AND inhrelid = pg_catalog.to_regclass($2)",
                vec![
                    Value::from(parent.quoted()),
                    Value::from(partition.quoted()),
                ],
            ),
            Self::Relation(name) => (
                "SELECT 1 WHERE pg_catalog.to_regclass($1) IS NOT NULL",
                vec![Value::from(name.quoted())],
            ),
            Self::EnumValue { ty, value } => (
                "SELECT 1 FROM pg_catalog.pg_enum WHERE enumtypid = pg_catalog.to_regtype($1) AND enumlabel = $2",
                vec![Value::from(ty.quoted()), text(value)],
            ),
            Self::Database(name) if dialect == Dialect::Postgres => (
                "SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1",
                vec![text(name)],
            ),
            Self::Database(name) => (
                "SELECT 1 FROM information_schema.schemata WHERE schema_name = ?",
                vec![text(name)],
            ),
            // The schema compares names in either case; the tables are told apart by it where the file system does.
            Self::Table(name) => (
                "SELECT 1 FROM information_schema.tables WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ? \
                 AND (@@lower_case_table_names <> 0 OR CAST(table_name AS BINARY) = CAST(? AS BINARY))",
                with(name, &name.name),
            ),
            Self::Column { table, column } => (
                "SELECT 1 FROM information_schema.columns \
                 WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ? AND column_name = ?",
                with(table, column),
            ),
            Self::Index { table, index } => (
                "SELECT 1 FROM information_schema.statistics \
                 WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ? AND index_name = ? LIMIT 1",
                with(table, index),
            ),
            Self::Constraint { table, constraint } => (
                "SELECT 1 FROM information_schema.table_constraints \
                 WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ? AND constraint_name = ? LIMIT 1",
                with(table, constraint),
            ),
            Self::Trigger(name) => (
                "SELECT 1 FROM information_schema.triggers WHERE trigger_schema = COALESCE(?, DATABASE()) AND trigger_name = ?",
                own(name),
            ),
            Self::Routine(name) => (
                "SELECT 1 FROM information_schema.routines WHERE routine_schema = COALESCE(?, DATABASE()) AND routine_name = ? LIMIT 1",
                own(name),
            ),
            Self::Event(name) => (
                "SELECT 1 FROM information_schema.events WHERE event_schema = COALESCE(?, DATABASE()) AND event_name = ?",
                own(name),
            ),
        }
    }
}

impl Name {
    /// As PostgreSQL reads it back.
    fn quoted(&self) -> String {
        let name = Dialect::Postgres.ident(&self.name);
        match &self.schema {
            Some(schema) => format!("{}.{name}", Dialect::Postgres.ident(schema)),
            None => name,
        }
    }
}
