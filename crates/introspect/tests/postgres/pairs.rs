//! From one database to another, over all kinds of objects: the plan's script arrives, as the catalogs, a second plan and
//! `pg_dump` tell.

use relata_sql::{Catalog, diff, plan};
use relata_testing::{Database, Pair, Postgres, each_pair, pairs};

use crate::brownfield::scripts;
use crate::common::{differences, lines_that_differ};
use crate::read;

/// One side of a pair, as it was made.
struct Side {
    database: Database,
    catalog: Catalog,
    dump: String,
}

impl Side {
    fn new(server: &Postgres, sql: &str) -> Result<Self, String> {
        let database = server.fresh_database("pair");
        database
            .run(sql)
            .map_err(|error| format!("the fixture: {error}"))?;
        let description = read(&database);
        if !description.notes.is_empty() {
            return Err(format!("not read: {:?}", description.notes));
        }
        Ok(Self {
            catalog: description.catalog,
            dump: database.dump_sorted(),
            database,
        })
    }

    /// Makes this database what another one was.
    fn lead(&self, to: &Self) -> Result<(), String> {
        let script = plan(&diff(&self.catalog, &to.catalog).expect("one dialect")).script();
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
        let dump = self.database.dump_sorted();
        if dump != to.dump {
            let lines = lines_that_differ(&dump, &to.dump);
            return Err(format!("dumps differ\n{lines}\n--- after\n{script}"));
        }
        Ok(())
    }
}

/// Leads each side of a pair to the other.
fn both_ways(server: &Postgres, pair: &Pair) -> Result<(), String> {
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
    let server = Postgres::from_env();
    let mut pairs = pairs("postgres");
    pairs.retain(|pair| server.can_run(&pair.sides[0]));
    each_pair(&pairs, |pair| both_ways(&server, pair));
}

/// Whole databases that have nothing to do with each other.
#[test]
fn strangers_arrive() {
    let server = Postgres::from_env();
    let scripts = scripts(&server);
    let short = |name: &str| {
        let mut parts = name.rsplit('/');
        parts.nth(1).unwrap_or(name).to_owned()
    };
    // Each with another, so that every one is reached once and left once; a few of them unless all are asked for.
    let step = if std::env::var_os("RELATA_TEST_ALL").is_some() {
        1
    } else {
        5
    };
    let mut strangers: Vec<Pair> = scripts
        .iter()
        .zip(scripts.iter().cycle().skip(7))
        .step_by(step)
        .map(|((one, first), (two, second))| Pair {
            name: format!("{} and {}", short(one), short(two)),
            sides: [first.clone(), second.clone()],
        })
        .collect();
    if let Ok(only) = std::env::var("RELATA_TEST_ONLY") {
        strangers.retain(|pair| pair.name.contains(&only));
    }
    each_pair(&strangers, |pair| both_ways(&server, pair));
}
