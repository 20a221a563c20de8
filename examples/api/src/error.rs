//! Errors of the database as answers.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use relata::Error;
use serde_json::json;

/// What went wrong in a request.
#[derive(Debug)]
pub struct ApiError(Error);

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, message) = match &self.0 {
            Error::NotFound { .. } => (StatusCode::NOT_FOUND, "there is no such row"),
            Error::Unique(_) => (StatusCode::CONFLICT, "there is such a row already"),
            Error::ForeignKey(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "what this belongs to does not exist",
            ),
            Error::Check(_) | Error::NotNull(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "a value is not allowed")
            }
            error if error.is_transient() => (StatusCode::SERVICE_UNAVAILABLE, "try again"),
            // What the database says of anything else is for the log, and not for everybody.
            _ => (StatusCode::INTERNAL_SERVER_ERROR, "something went wrong"),
        };
        (
            status,
            Json(json!({ "error": message, "code": self.0.code() })),
        )
            .into_response()
    }
}
