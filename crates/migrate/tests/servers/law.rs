//! The law of plans: whatever the two schemas, the plan between them leads from one to the other with the rows kept and back again, or it was
//! said beforehand which rows it fails on.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use relata::migration::Migration;
use relata_migrate::Place;
use relata_migrate::proof::{Claim, Down, Proof, Take, prove};
use relata_schema::provider::Provider;
use relata_schema::{Sources, analyze};
use relata_sql::change::{ColumnChange, TableChange};
use relata_sql::risk::risks;
use relata_sql::{Catalog, diff, lower, plan};
use relata_testing::{Mariadb, Postgres, Server};

use crate::proof::{script, shadow, wait};

#[path = "../../../sql/tests/support/random.rs"]
mod random;

/// How many pairs a gate tries, and how many are tried where `RELATA_TEST_ALL` is set.
const PAIRS: [u32; 2] = [24, 2000];

fn catalog(case: &str, text: &str) -> Catalog {
    let analysis = analyze(&Sources::one("random.schema", text));
    let messages: Vec<&str> = analysis.diagnostics.iter().map(|it| &*it.message).collect();
    assert!(analysis.is_valid(), "{case}: {messages:?}\n{text}");
    lower(&analysis.schema).unwrap_or_else(|error| panic!("{case}: {error}\n{text}"))
}

/// What came of a pair.
enum Outcome {
    Arrived,
    /// The plan, run on rows that the old schema allows, was refused by the server with these words, and a query that only reads had found such
    /// rows before. So nothing is refused that would have gone well.
    Refused(String),
    /// The law is broken: how.
    Broken(String),
}

fn judge(proof: &Proof, loses: bool) -> Outcome {
    let mut broken = String::new();
    // What takes the place of NULL in a column that becomes required could not stay.
    for altered in proof
        .altered
        .iter()
        .filter(|altered| altered.different > 0 || altered.before != altered.after)
    {
        let _ = writeln!(broken, "altered: {altered}");
    }
    match &proof.down {
        // What is lost may be what the way back needs.
        Down::Failed(_) | Down::Elsewhere(_) if loses => {}
        Down::Failed(error) => {
            let _ = writeln!(broken, "the way back fails: {error}");
        }
        Down::Elsewhere(summary) => {
            let _ = writeln!(broken, "the way back leads elsewhere: {summary}");
        }
        Down::None | Down::Returned => {}
    }
    match &proof.fails_on {
        Some(fails_on) if !fails_on.is_foreseen => {
            let _ = writeln!(
                broken,
                "fails unforeseen on {}: {}",
                fails_on.rows, fails_on.error
            );
        }
        Some(fails_on) if broken.is_empty() => return Outcome::Refused(fails_on.error.clone()),
        _ => {}
    }
    if broken.is_empty() {
        Outcome::Arrived
    } else {
        Outcome::Broken(broken)
    }
}

fn tried(place: &Place, [from, mut to]: [Catalog; 2]) -> Outcome {
    let create = script(&Catalog::empty(from.dialect), &from);
    let history = [Migration::new("20260101000000_start", create).expect("a migration")];
    if let Err(error) = wait(place.realise(&mut to, None)) {
        return Outcome::Broken(format!("the second cannot be made: {error}"));
    }
    let changes = diff(&from, &to).expect("one dialect");
    let up = plan(&changes).script();
    let claim = Claim {
        history: &history,
        up: &up,
        down: Take::Planned,
        target: &to,
    };
    let outcome = match wait(prove(place, &claim)) {
        Ok(proved) => {
            // A value of another type may not come back; `down.sql` says so.
            let retypes = changes.tables.iter().any(|change| match change {
                TableChange::Altered(altered) => altered
                    .columns
                    .iter()
                    .any(|change| matches!(change, ColumnChange::Altered(change) if change.ty)),
                _ => false,
            });
            let loses = retypes || risks(&changes).iter().any(|risk| risk.kind.is_loss());
            judge(&proved.proof, loses)
        }
        Err(error) => Outcome::Broken(error.to_string()),
    };
    match outcome {
        Outcome::Broken(how) => Outcome::Broken(format!("{how}\n{up}")),
        fine => fine,
    }
}

/// Tries pairs, each drawn from its number alone.
fn holds(provider: Provider, place: &Place) {
    let all = std::env::var_os("RELATA_TEST_ALL").is_some();
    let only = std::env::var("RELATA_TEST_PAIR").ok().map(|text| {
        let (first, last) = text.split_once("..").unwrap_or((&text, &text));
        let number = |text: &str| text.parse::<u32>().expect("a number, or two with `..`");
        number(first)..number(last) + 1
    });
    let numbers = only.clone().unwrap_or(0..PAIRS[usize::from(all)]);
    // A long run tells how it goes.
    let tell = |what: &str| {
        if all || only.is_some() {
            let _ = writeln!(io::stderr(), "{what}");
        }
    };
    let (mut refused, mut broken) = (0, Vec::new());
    for number in numbers.clone() {
        let mut seed = [0; 32];
        seed[..4].copy_from_slice(&number.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        // Between any two schemas most plans need values that no row has.
        let drawn = if number % 40 == 39 {
            random::pairs().boxed()
        } else {
            random::near_pairs().boxed()
        };
        let drawn = drawn.new_tree(&mut runner).expect("a pair").current();
        let outlines = [drawn.0, drawn.1];
        let catalogs = outlines.each_ref().map(|outline| outline.catalog(provider));
        match tried(place, catalogs) {
            Outcome::Arrived => {}
            Outcome::Refused(error) => {
                tell(&format!("pair {number} is refused: {error}"));
                refused += 1;
            }
            Outcome::Broken(how) => {
                tell(&format!("pair {number} breaks the law: {how}"));
                let schemas = outlines.each_ref().map(|outline| outline.schema(provider));
                broken.push(format!(
                    "pair {number}: {how}\n{}\n{}",
                    schemas[0], schemas[1]
                ));
            }
        }
    }
    let told = format!(
        "{} pairs, {refused} refused, {} broken",
        numbers.len(),
        broken.len()
    );
    tell(&told);
    let some = &broken[..broken.len().min(8)];
    assert!(some.is_empty(), "{told}\n{}", some.join("\n\n"));
    // A law that most plans are excused from says little.
    assert!(
        only.is_some() || refused * 20 <= numbers.len().max(40),
        "{told}"
    );
}

#[test]
fn random_plans_are_proved_on_postgres() {
    let (_database, place) = shadow(&Server::Postgres(Postgres::from_env()));
    holds(Provider::Postgresql, &place);
}

#[test]
fn random_plans_are_proved_on_mariadb() {
    let (_database, place) = shadow(&Server::Mariadb(Mariadb::from_env()));
    holds(Provider::Mysql, &place);
}

#[test]
fn random_plans_are_proved_on_sqlite() {
    holds(Provider::Sqlite, &Place::Memory);
}
