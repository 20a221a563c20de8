//! SQL in a schema: text that is kept as it is.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::Sql;
use crate::parse::Value;

/// The text of a string that holds SQL; empty text is reported.
pub(super) fn of(cx: &mut Context<'_>, value: Value<'_>, owner: &str) -> Option<Sql> {
    let text = cx.text(value, "the SQL")?;
    if text.trim().is_empty() || text.contains('\0') {
        let message = if text.contains('\0') {
            format!("the SQL of `{owner}` holds a NUL character")
        } else {
            format!("`{owner}` holds no SQL")
        };
        cx.report(
            Diagnostic::error(Code::InvalidArgument, value.span(), message)
                .help("write the SQL, in the names of the database"),
        );
        return None;
    }
    Some(Sql {
        text: text.into(),
        span: value.span(),
    })
}
