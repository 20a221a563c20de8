//! The stages: what is measured, and what is made ready before the clock starts.

use std::hint::black_box;
use std::time::{Duration, Instant};

use relata_schema::{FileId, Schema, Sources, Tree, analyze, analyze_both};
use relata_script::Dialect;
use relata_sql::{Catalog, diff, lower, plan};

/// Runs a stage once on a schema and the same schema with a change, and tells how long it took.
pub(crate) type Stage = fn(&[String; 2]) -> Duration;

const STAGES: &[(&str, Stage)] = &[
    ("parse", |texts| {
        let text: std::sync::Arc<str> = texts[0].as_str().into();
        timed(|| Tree::parse(FileId(0), text))
    }),
    ("validate", |texts| {
        let sources = Sources::one("bench.schema", &texts[0]);
        timed(|| analyze(&sources))
    }),
    ("format", |texts| {
        let text: std::sync::Arc<str> = texts[0].as_str().into();
        timed(|| relata_schema::format(&Tree::parse(FileId(0), text)))
    }),
    ("lower", |texts| {
        let schema = schema(&texts[0]);
        timed(|| lower(&schema).is_ok())
    }),
    ("diff", |texts| {
        let sources = texts
            .each_ref()
            .map(|text| Sources::one("bench.schema", text));
        timed(|| {
            let [from, to] = analyze_both(sources.each_ref(), |analysis| catalog(&analysis.schema));
            difference(&from, &to)
        })
    }),
    ("create", |texts| {
        let catalog = catalog(&schema(&texts[0]));
        timed(|| difference(&Catalog::empty(Dialect::Postgres), &catalog))
    }),
    ("rust", |texts| {
        let schema = schema(&texts[0]);
        timed(|| {
            relata_build::generate(&schema)
                .map(|files| files.len())
                .ok()
        })
    }),
];

/// The stage of that name.
pub(crate) fn find(name: &str) -> Option<Stage> {
    STAGES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, stage)| *stage)
}

/// Every stage's name.
pub(crate) fn names() -> Vec<&'static str> {
    STAGES.iter().map(|(name, _)| *name).collect()
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let started = Instant::now();
    let made = work();
    let time = started.elapsed();
    // What was made is dropped after the clock has stopped, and cannot be optimised away.
    black_box(made);
    time
}

fn schema(text: &str) -> Schema {
    let analysis = analyze(&Sources::one("bench.schema", text));
    assert!(analysis.is_valid(), "the generated schema is valid");
    analysis.schema
}

fn catalog(schema: &Schema) -> Catalog {
    lower(schema).expect("PostgreSQL is a target")
}

fn difference(from: &Catalog, to: &Catalog) -> usize {
    plan(&diff(from, to).expect("one dialect")).script().len()
}
