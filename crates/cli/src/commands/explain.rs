//! `relata explain`.

use relata_schema::diagnostic::{Code, explain};
use serde_json::json;

use crate::failure::Failure;
use crate::output::Output;

pub fn run(code: &str, output: &Output) -> Result<u8, Failure> {
    let Some(page) = explain(code) else {
        let last = Code::ALL.last().map_or("R0001", |code| code.as_str());
        return Err(Failure::new(
            "R7006",
            format!("there is no page for `{code}`; pages exist for R0001 to {last}"),
        ));
    };
    output.json(&json!({ "code": code.to_uppercase(), "page": page }));
    output.line(page.trim_end());
    Ok(0)
}
