//! `plan.json`: what explains `migration.sql` beside it. It is never run, and is ignored unless it carries the checksum of the file it explains.

use relata_script::{Dialect, TransactionClass, classify};
use relata_sql::Rename;
use serde_json::{Value, json};

use crate::Risks;
use crate::measure::Measured;
use crate::proof::{Down, Proof};

/// The version of the format.
pub const FORMAT: u32 = 1;

/// What is known of a migration when it is written.
pub struct Known<'a> {
    /// The database.
    pub dialect: Dialect,
    /// The checksum of `migration.sql`.
    pub checksum: &'a str,
    /// The schema's fingerprints, before and after.
    pub fingerprints: [&'a str; 2],
    /// What it renames, in order.
    pub renames: &'a [Rename],
    /// What it risks.
    pub risks: &'a Risks,
    /// What came of running it.
    pub proof: &'a Proof,
}

/// Writes the document: no times, no paths, no rows of anybody's.
pub fn document(known: &Known<'_>) -> String {
    let proof = known.proof;
    let statements: Vec<Value> = proof
        .statements
        .iter()
        .map(|measured| statement(known.dialect, measured))
        .collect();
    let risks: Vec<Value> = known
        .risks
        .iter()
        .map(|weighed| {
            json!({
                "table": weighed.risk.table.to_string(),
                "loses": weighed.risk.kind.is_loss(),
                "what": weighed.risk.sentence(None),
                "count": weighed.risk.count,
            })
        })
        .collect();
    let down = match &proof.down {
        Down::None => json!({ "result": "none" }),
        Down::Returned => json!({ "result": "returned" }),
        Down::Elsewhere(summary) => json!({ "result": "elsewhere", "differs": summary }),
        Down::Failed(error) => json!({ "result": "failed", "error": error }),
    };
    let value = json!({
        "format": FORMAT,
        "dialect": known.dialect.name(),
        "migration": known.checksum,
        "before": known.fingerprints[0],
        "after": known.fingerprints[1],
        "renames": known.renames.iter().map(rename).collect::<Vec<_>>(),
        "statements": statements,
        "risks": risks,
        "proof": {
            "rows": proof.rows,
            "failsOn": proof.fails_on.as_ref().map(|fails_on| json!({
                "rows": fails_on.rows,
                "foreseen": fails_on.is_foreseen,
            })),
            "altered": proof.altered.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "down": down,
            "unproved": proof.unproved,
        },
    });
    format!("{value:#}\n")
}

fn rename(rename: &Rename) -> Value {
    let mut value = json!({ "what": rename.what.word(), "from": rename.from, "to": rename.to });
    if let (Some(owner), Some(object)) = (rename.what.owner(), value.as_object_mut()) {
        object.insert("of".to_owned(), json!(owner));
    }
    value
}

fn statement(dialect: Dialect, measured: &Measured) -> Value {
    let transaction = match classify(dialect, &measured.statement) {
        TransactionClass::Any => "any",
        TransactionClass::Outside => "outside",
        TransactionClass::Controls => "controls",
    };
    let locks: serde_json::Map<String, Value> = measured
        .locks
        .iter()
        .map(|(table, lock)| (table.clone(), json!(lock.to_string())))
        .collect();
    let mut value = json!({
        "sql": measured.statement,
        "transaction": transaction,
        "free": measured.is_free(),
    });
    let mut add = |key: &str, it: Value| {
        let is_empty = match &it {
            Value::Array(all) => all.is_empty(),
            Value::Object(all) => all.is_empty(),
            Value::Null => true,
            _ => false,
        };
        if !is_empty && let Some(object) = value.as_object_mut() {
            object.insert(key.to_owned(), it);
        }
    };
    add("locks", Value::Object(locks));
    add("rewrites", json!(measured.rewritten));
    add("scans", json!(measured.scanned));
    add("builds", json!(measured.built));
    add(
        "online",
        measured
            .online
            .map_or(Value::Null, |online| json!(online.to_string())),
    );
    add(
        "unmeasured",
        measured
            .unmeasured
            .map_or(Value::Null, |reason| json!(reason)),
    );
    value
}
