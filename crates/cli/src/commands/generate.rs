//! `relata generate`.

use std::path::PathBuf;

use relata_schema::diagnostic::render;
use serde_json::json;

use crate::args::GenerateArgs;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::Project;

pub fn run(args: &GenerateArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.schema, output)?;
    let Some(folder) = args.output.clone().or_else(|| folder(&project)) else {
        return Err(relata_build::Error::NoOutput.into());
    };
    if args.check {
        return check(&project, &folder, output);
    }
    let written = write(&project, &folder, output)?;
    output.json(&json!({ "folder": folder, "files": written, "features": relata_build::needed_features(&project.schema) }));
    Ok(0)
}

/// The folder that the schema's generator names, from the schema's own folder.
pub fn folder(project: &Project) -> Option<PathBuf> {
    let output = relata_build::output(&project.schema)?;
    Some(project.folder().join(output).components().collect())
}

/// Writes the files, and says where they are and what they need.
pub fn write(project: &Project, folder: &PathBuf, output: &Output) -> Result<usize, Failure> {
    let files = files(project, output)?;
    relata_build::write(&files, folder)?;
    output.line(format!(
        "Rust: {} in `{}`.",
        count(files.len(), "file"),
        folder.display()
    ));
    output.line(format!(
        "They need `{}`.",
        relata_build::cargo_add(&project.schema)
    ));
    Ok(files.len())
}

fn files(project: &Project, output: &Output) -> Result<Vec<relata_build::File>, Failure> {
    let left_out = relata_build::left_out(&project.schema);
    if !left_out.is_empty() {
        output.frames(&render(&left_out, &project.sources, output.style()));
    }
    relata_build::generate(&project.schema).map_err(|diagnostics| {
        let code = diagnostics
            .first()
            .map_or("R0034", |diagnostic| diagnostic.code.as_str());
        let message = format!("no Rust can be made of `{}`", project.path.display());
        Failure {
            frames: Some(render(&diagnostics, &project.sources, output.style())),
            ..Failure::new(code, message)
        }
    })
}

fn check(project: &Project, folder: &PathBuf, output: &Output) -> Result<u8, Failure> {
    let differences = relata_build::check(&files(project, output)?, folder)?;
    let paths: Vec<String> = differences
        .iter()
        .map(|difference| difference.path.clone())
        .collect();
    output.json(&json!({ "stale": paths }));
    if paths.is_empty() {
        output.line("Generated files are up to date.");
        return Ok(0);
    }
    if output.is_json() {
        return Ok(1);
    }
    for difference in &differences {
        output.raw(&difference.to_string());
    }
    Err(Failure::new(
        "R7009",
        format!(
            "not up to date: {}; run `relata generate`",
            paths.join(", ")
        ),
    ))
}
