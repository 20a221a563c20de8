//! What is tried again, and when: statements that did not get their locks.

use std::time::Duration;

use super::Session;
use crate::Error;
use crate::migration::script::Script;
use crate::migration::{MigrationError, Progress};
use crate::types::uuid;

/// The first pause; each is twice the one before.
const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(10);

/// How often a statement was tried, and how often it may be.
pub(super) struct Retry {
    left: u32,
    pause: Duration,
}

impl Retry {
    pub(super) fn new(session: &Session<'_>) -> Self {
        Self {
            left: session.settings.lock_retries,
            pause: FIRST,
        }
    }

    /// Whether to try again after this error; pauses if so.
    pub(super) async fn again(
        &mut self,
        session: &Session<'_>,
        script: &Script<'_>,
        error: &Error,
    ) -> bool {
        let reason = cause(error);
        if self.left == 0 || !matches!(reason, Error::Busy { .. } | Error::Conflict { .. }) {
            return false;
        }
        self.left -= 1;
        let pause = jitter(self.pause);
        (session.report)(Progress::Retrying {
            name: script.name().to_owned(),
            reason: reason.to_string(),
            pause,
        });
        tokio::time::sleep(pause).await;
        self.pause = (self.pause * 2).min(LONGEST);
        true
    }
}

/// Between half of a pause and one and a half.
pub(super) fn jitter(pause: Duration) -> Duration {
    let percent = uuid::Uuid::new_v4().as_u128() % 101;
    pause / 2 + pause * u32::try_from(percent).unwrap_or_default() / 100
}

/// What the database said of a statement.
pub(super) fn cause(error: &Error) -> &Error {
    match error {
        Error::Migration(MigrationError::Apply { source, .. }) => source,
        other => other,
    }
}

/// Whether the server refuses a statement only because it stands in a transaction: 25001 "cannot run inside a transaction
/// block", 2D000 of procedures that commit, 55P04 "unsafe use of new value" of an enum.
pub(super) fn is_refused_inside(error: &Error) -> bool {
    matches!(
        cause(error),
        Error::Database { native_code: Some(code), .. } if matches!(code.as_str(), "25001" | "2D000" | "55P04")
    )
}

/// Whether it is unknown if the statement has run: the answer did not come.
pub(super) fn is_unanswered(error: &Error) -> bool {
    matches!(
        cause(error),
        Error::Disconnected { .. } | Error::StatementTimeout { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_stays_around_the_pause() {
        for _ in 0..200 {
            let millis = jitter(Duration::from_secs(1)).as_millis();
            assert!((500..=1_500).contains(&millis), "{millis}");
        }
    }
}
