//! From one database to another: the plan's script arrives, as the catalogs and a second plan tell. (`SHOW CREATE` repeats the
//! blanks and quotes in which somebody wrote a routine.)

use relata_script::Dialect;
use relata_sql::{Catalog, diff, plan};
use relata_testing::{Database, Mariadb, Pair, each_pair, pairs};

use crate::common::differences;
use crate::read;

/// One side of a pair, as it was made.
struct Side {
    database: Database,
    catalog: Catalog,
}

impl Side {
    fn new(server: &Mariadb, sql: &str) -> Result<Self, String> {
        let database = server.fresh_database("pair");
        database
            .run(sql)
            .map_err(|error| format!("the fixture: {error}"))?;
        Ok(Self {
            catalog: read(&database).catalog,
            database,
        })
    }

    /// Makes this database what another one was.
    fn lead(&self, to: &Self) -> Result<(), String> {
        let script = plan(&diff(&self.catalog, &to.catalog).expect("one dialect"))
            .client_script(Dialect::Mysql);
        self.database
            .run(&script)
            .map_err(|error| format!("{error}\n{script}"))?;
        let arrived = read(&self.database).catalog;
        let left = plan(&diff(&arrived, &to.catalog).expect("one dialect"));
        if !left.is_empty() {
            return Err(format!("left over\n{}\n--- after\n{script}", left.script()));
        }
        if let Some(difference) = differences(&arrived, &to.catalog) {
            return Err(format!(
                "catalogs differ\n{difference}\n--- after\n{script}"
            ));
        }
        Ok(())
    }
}

/// Leads each side of a pair to the other.
fn both_ways(server: &Mariadb, pair: &Pair) -> Result<(), String> {
    let [one, two] = &pair.sides;
    let (one, two) = (Side::new(server, one)?, Side::new(server, two)?);
    let forth = one.lead(&two).map_err(|error| format!("1 to 2: {error}"));
    let back = two.lead(&one).map_err(|error| format!("2 to 1: {error}"));
    match (forth, back) {
        (Err(forth), Err(back)) => Err(format!("{forth}\n\n{back}")),
        (forth, back) => forth.and(back),
    }
}

#[test]
fn pairs_arrive() {
    let server = Mariadb::from_env();
    each_pair(&pairs("mysql"), |pair| both_ways(&server, pair));
}
