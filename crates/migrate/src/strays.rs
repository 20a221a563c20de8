//! Values that an enum does not have, in a database that does not know enums.

use relata::Connection;
use relata_schema::Schema;
use relata_schema::ir::{Enum, FieldType};
use relata_script::Dialect;
use relata_sql::Catalog;
use relata_sql::catalog::ObjectName;
use relata_sql::risk::{Risk, RiskKind};

use crate::Weighed;
use crate::weigh::count;

/// Counts, on SQLite, the rows that hold what the enum of their field does not have. There an enum is a rule of the schema alone: a value that
/// leaves it is no change for the database, and the rows that hold it would only be missed by the program that reads them.
pub(crate) async fn strays(
    schema: &Schema,
    from: &Catalog,
    db: &dyn Connection,
) -> Result<Vec<Weighed>, relata::Error> {
    let mut found = Vec::new();
    if from.dialect != Dialect::Sqlite {
        return Ok(found);
    }
    for model in schema.models() {
        let table = ObjectName::new(None, model.database_name());
        for field in model.fields() {
            let FieldType::Enum(id) = field.ty() else {
                continue;
            };
            // What is only about to be made holds nothing.
            let is_there = from
                .table(&table)
                .is_some_and(|it| it.column(field.database_name()).is_some());
            if !is_there || field.is_ignored() {
                continue;
            }
            let weighed = weigh(&table, field.database_name(), schema.enumeration(*id), db).await?;
            found.extend(weighed);
        }
    }
    Ok(found)
}

async fn weigh(
    table: &ObjectName,
    column: &str,
    of: Enum<'_>,
    db: &dyn Connection,
) -> Result<Option<Weighed>, relata::Error> {
    let dialect = db.dialect();
    let values: Vec<Box<str>> = of.values().map(|it| it.database_name().into()).collect();
    let list: Vec<String> = values.iter().map(|value| dialect.string(value)).collect();
    let sql = format!(
        "SELECT COUNT(*) FROM {} WHERE {} NOT IN ({})",
        dialect.ident(&table.name),
        dialect.ident(column),
        list.join(", ")
    );
    let found = count(db, &sql).await?;
    let weighed = Weighed {
        risk: Risk {
            table: table.clone(),
            kind: RiskKind::ValuesOutside {
                column: column.into(),
                of: of.name().into(),
                values,
            },
            count: sql,
        },
        found,
    };
    Ok(found.is_some_and(|found| found > 0).then_some(weighed))
}
