//! What every error becomes: a code and a message.

/// Why a command failed.
#[derive(Debug)]
pub struct Failure {
    /// The stable code.
    pub code: String,
    /// The message, which may hold text of others; the printer escapes it.
    pub message: String,
    /// Frames that the diagnostics printer has made, and escaped.
    pub frames: Option<String>,
}

impl Failure {
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            frames: None,
        }
    }
}

macro_rules! from {
    ($($error:ty)*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::new(error.code(), error.to_string())
            }
        }
    )*};
}

from! { relata::Error relata_sql::Error relata_script::Error relata_migrate::Error relata_build::Error }
