//! The log of queries.

use crate::{Result, Value};

/// Runs a statement and tells of it: its SQL, the kinds of its parameters, how long it took, and the code of an error. The
/// values of parameters are never told.
#[cfg(feature = "tracing")]
pub(super) async fn logged<T>(
    sql: &str,
    params: &[Value],
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let start = std::time::Instant::now();
    let result = work.await;
    let kinds = || {
        params
            .iter()
            .map(Value::kind)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let micros = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
    match &result {
        Ok(_) => {
            tracing::debug!(target: "relata::query", sql, params = kinds(), micros, "query");
        }
        Err(error) => {
            tracing::debug!(target: "relata::query", sql, params = kinds(), micros, error = error.code(), "query failed");
        }
    }
    result
}

#[cfg(not(feature = "tracing"))]
pub(super) async fn logged<T>(
    _: &str,
    _: &[Value],
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
