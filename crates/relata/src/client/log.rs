//! The log of queries.

use crate::{Result, Value};

/// The kinds of a statement's parameters, if anybody listens.
#[cfg(feature = "tracing")]
pub(super) type Kinds = Option<String>;
#[cfg(not(feature = "tracing"))]
pub(super) struct Kinds;

#[cfg(feature = "tracing")]
pub(super) fn kinds(params: &[Value]) -> Kinds {
    let is_heard = tracing::enabled!(target: "relata::query", tracing::Level::DEBUG);
    is_heard.then(|| {
        let kinds: Vec<_> = params.iter().map(Value::kind).collect();
        kinds.join(", ")
    })
}

#[cfg(not(feature = "tracing"))]
pub(super) fn kinds(_: &[Value]) -> Kinds {
    Kinds
}

/// Runs a statement and tells of it: its SQL, the kinds of its parameters, how long it took, and the code of an error. The
/// values of parameters are never told.
#[cfg(feature = "tracing")]
pub(super) async fn logged<T>(
    sql: &str,
    kinds: Kinds,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let start = std::time::Instant::now();
    let result = work.await;
    let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    match &result {
        Ok(_) => {
            tracing::debug!(target: "relata::query", sql, params = kinds.unwrap_or_default(), micros, "query");
        }
        Err(error) => {
            tracing::debug!(target: "relata::query", sql, params = kinds.unwrap_or_default(), micros, error = error.code(), "query failed");
        }
    }
    result
}

#[cfg(not(feature = "tracing"))]
pub(super) async fn logged<T>(
    _: &str,
    _: Kinds,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    work.await
}

/// Tells what does not stop the program and should be known.
#[cfg(feature = "tracing")]
pub(super) fn warned(problem: &str) {
    tracing::warn!(target: "relata", "{problem}");
}

#[cfg(not(feature = "tracing"))]
pub(super) fn warned(_: &str) {}
