//! `relata format`.

use std::path::Path;

use relata_schema::format_sources;
use serde_json::json;
use similar::TextDiff;

use crate::args::FormatArgs;
use crate::failure::Failure;
use crate::file;
use crate::output::Output;
use crate::project::{self, Project};

pub fn run(args: &FormatArgs, output: &Output) -> Result<u8, Failure> {
    project::refuse_provider(&args.schema)?;
    let project = Project::read(&args.schema)?;
    let mut changed = Vec::new();
    let formatted = format_sources(&project.sources);
    for ((_, source), formatted) in project.sources.iter().zip(formatted) {
        if *formatted == *source.text {
            continue;
        }
        if args.check {
            let diff = TextDiff::from_lines(&*source.text, &formatted);
            if !output.is_json() {
                output.schema(
                    &diff
                        .unified_diff()
                        .header(&source.name, "formatted")
                        .to_string(),
                );
            }
        } else {
            file::replace(Path::new(&*source.name), &formatted)?;
        }
        changed.push(source.name.to_string());
    }
    output.json(&json!({ "changed": changed }));
    if args.check && !changed.is_empty() {
        if !output.is_json() {
            return Err(Failure::new(
                "R7007",
                format!("not formatted: {}; run `relata format`", changed.join(", ")),
            ));
        }
        return Ok(1);
    }
    match changed.len() {
        0 => output.line("Nothing to format."),
        _ => output.line(format!("Formatted {}.", changed.join(", "))),
    }
    Ok(0)
}
