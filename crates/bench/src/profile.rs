//! Where the time of `validate` goes.

use std::time::{Duration, Instant};

use relata_schema::Sources;

use crate::milliseconds;

/// A step, and how long it took in each run.
type Step = (&'static str, Vec<Duration>);

/// Prints a line for each step: its name, a tab, and its median time in milliseconds.
pub(crate) fn print(text: &str) {
    let sources = Sources::one("bench.schema", text);
    let mut steps: Vec<Step> = Vec::new();
    for _ in 0..9 {
        let mut started = Instant::now();
        let mut done = |name| {
            let time = started.elapsed();
            match steps.iter_mut().find(|(known, _)| *known == name) {
                Some((_, times)) => times.push(time),
                None => steps.push((name, vec![time])),
            }
            started = Instant::now();
        };
        let analysis = relata_schema::analyze_in_steps(&sources, &mut done);
        assert!(analysis.is_valid(), "the generated schema is valid");
        done("sorting the findings");
        drop(analysis);
        done("giving the schema back (not counted above)");
    }
    for (name, mut times) in steps {
        times.sort();
        println!("{name}\t{:.2}", milliseconds(times[times.len() / 2]));
    }
}
