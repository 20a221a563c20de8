use relata::Connection;
use relata_script::Dialect;
use relata_sql::Changes;
use relata_sql::risk::{Risk, RiskKind, risks};

/// A risk, and how many rows a database has of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// The risk.
    pub risk: Risk,
    /// The rows, or values; none where no database was asked, or where it could not tell.
    pub found: Option<u64>,
}

impl Weighed {
    /// Whether it can be passed over: a database was asked, and has no such row.
    pub fn is_nothing(&self) -> bool {
        self.found == Some(0)
    }

    /// The column, as `--backfill` names it, by whose value the rows could be made to fit; none where a value is no way out.
    pub fn fillable(&self) -> Option<String> {
        crate::fill::column(self)
    }
}

/// For people.
impl std::fmt::Display for Weighed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.risk.sentence(self.found))
    }
}

/// What changes risk, as far as it does not come to nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Risks {
    /// What would be lost: it takes a consent.
    pub losses: Vec<Weighed>,
    /// What would make the plan fail while such rows are there.
    pub problems: Vec<Weighed>,
}

impl Risks {
    /// Whether a database was asked, and has rows on which the plan would fail.
    pub fn is_unexecutable(&self) -> bool {
        self.problems.iter().any(|weighed| weighed.found.is_some())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.losses.is_empty() && self.problems.is_empty()
    }

    /// All of them, losses first.
    pub fn iter(&self) -> impl Iterator<Item = &Weighed> {
        self.losses.iter().chain(&self.problems)
    }
}

/// Finds what changes risk, and asks a database, if there is one, how many rows each is about. What comes to nothing is left out.
///
/// A table or column that the database does not have (a pending migration may make it) holds nothing.
pub async fn weigh(
    changes: &Changes<'_>,
    db: Option<&dyn Connection>,
) -> Result<Risks, relata::Error> {
    let mut all = Risks::default();
    for risk in risks(changes) {
        let found = match db {
            Some(db) => count(db, &risk.count).await?,
            None => None,
        };
        let weighed = Weighed { risk, found };
        if weighed.is_nothing() {
            continue;
        }
        if weighed.risk.kind.is_loss() {
            all.losses.push(weighed);
        } else {
            all.problems.push(weighed);
        }
    }
    Ok(all)
}

/// How many values are shown of each problem.
const SHOWN: usize = 20;

/// The values that are there more than once, each with how often: a line for each.
pub(crate) async fn duplicates(
    problems: &[Weighed],
    db: &dyn Connection,
) -> Result<Vec<String>, relata::Error> {
    let dialect = db.dialect();
    let mut lines = Vec::new();
    for problem in problems {
        let RiskKind::Duplicates { columns } = &problem.risk.kind else {
            continue;
        };
        let table = &problem.risk.table;
        let name = dialect.ident(&table.name);
        let name = table.namespace.as_ref().map_or(name.clone(), |namespace| {
            format!("{}.{name}", dialect.ident(namespace))
        });
        let idents: Vec<String> = columns.iter().map(|it| dialect.ident(it)).collect();
        let text = match dialect {
            Dialect::Mysql => "CHAR",
            Dialect::Postgres | Dialect::Sqlite => "TEXT",
        };
        let texts: Vec<String> = idents
            .iter()
            .map(|it| format!("CAST({it} AS {text})"))
            .collect();
        let filled: Vec<String> = idents
            .iter()
            .map(|it| format!("{it} IS NOT NULL"))
            .collect();
        let sql = format!(
            "SELECT COUNT(*), {} FROM {name} WHERE {} GROUP BY {} HAVING COUNT(*) > 1 ORDER BY 1 DESC LIMIT {SHOWN}",
            texts.join(", "),
            filled.join(" AND "),
            idents.join(", ")
        );
        for row in db.query(&sql, Vec::new()).await? {
            let times: i64 = row.get(0)?;
            let values: Vec<String> = (1..=columns.len())
                .map(|at| row.get::<Option<String>>(at).map(Option::unwrap_or_default))
                .collect::<relata::Result<_>>()?;
            lines.push(format!("{}: {times} times", values.join(", ")));
        }
    }
    Ok(lines)
}

/// What servers say of a table or column that is not there: `SQLSTATE`s, and numbers of MySQL.
const ABSENT: [&str; 4] = ["42P01", "42703", "1146", "1054"];

pub(crate) async fn count(db: &dyn Connection, sql: &str) -> Result<Option<u64>, relata::Error> {
    match db.query(sql, Vec::new()).await {
        Ok(rows) => {
            let found: Option<Option<i64>> = rows.first().map(|row| row.get(0)).transpose()?;
            Ok(found.flatten().and_then(|found| u64::try_from(found).ok()))
        }
        // Without an answer in time nothing is known; an outage of another kind ends the run.
        Err(error)
            if error.is_outage()
                && !matches!(
                    error,
                    relata::Error::StatementTimeout { .. } | relata::Error::Busy { .. }
                ) =>
        {
            Err(error)
        }
        Err(relata::Error::Database {
            native_code: Some(code),
            ..
        }) if ABSENT.contains(&code.as_str()) => Ok(Some(0)),
        Err(relata::Error::Database { message, .. })
            if message.starts_with("no such table") || message.starts_with("no such column") =>
        {
            Ok(Some(0))
        }
        // What cannot be asked is not known, and is said so.
        Err(_) => Ok(None),
    }
}
