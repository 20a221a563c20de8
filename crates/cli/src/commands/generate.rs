//! `relata generate`.

use std::path::{Path, PathBuf};

use relata_schema::diagnostic::render;
use serde_json::json;

use crate::args::GenerateArgs;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::Project;

pub fn run(args: &GenerateArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.schema, output)?;
    let given = args.package.clone().or_else(|| args.output.clone());
    let Some(folder) = given.or_else(|| folder(&project)) else {
        return Err(relata_build::Error::NoOutput.into());
    };
    let mut files = files(&project, output)?;
    if args.package.is_some() {
        files = relata_build::as_crate(files, &project.schema, &folder)?;
    }
    if args.check {
        return check(&files, &folder, output);
    }
    put(&project, &files, &folder, output)?;
    output.json(&json!({ "folder": folder, "files": files.len(), "features": relata_build::needed_features(&project.schema) }));
    Ok(0)
}

/// The folder that the schema's generator names, from the schema's own folder.
pub fn folder(project: &Project) -> Option<PathBuf> {
    let output = relata_build::output(&project.schema)?;
    Some(project.folder().join(output).components().collect())
}

/// Makes the files and writes them, and says where they are and what they need.
pub fn write(project: &Project, folder: &Path, output: &Output) -> Result<(), Failure> {
    put(project, &files(project, output)?, folder, output)
}

fn put(
    project: &Project,
    files: &[relata_build::File],
    folder: &Path,
    output: &Output,
) -> Result<(), Failure> {
    relata_build::write(files, folder)?;
    output.line(format!(
        "Rust: {} in `{}`.",
        count(files.len(), "file"),
        folder.display()
    ));
    output.line(format!(
        "They need `{}`.",
        relata_build::cargo_add(&project.schema)
    ));
    if let Some(mismatch) = relata_build::version_mismatch(folder) {
        output.note(mismatch);
    }
    Ok(())
}

fn files(project: &Project, output: &Output) -> Result<Vec<relata_build::File>, Failure> {
    let left_out = relata_build::left_out(&project.schema);
    if !left_out.is_empty() {
        output.frames(&render(&left_out, &project.sources, output.style()));
    }
    let folder = relata_build::migrations(&project.schema);
    let folder = folder.map(|folder| project.folder().join(folder));
    let migrations = folder.map(relata_build::Migrations::read).transpose()?;
    relata_build::generate_with(&project.schema, migrations.as_ref()).map_err(|diagnostics| {
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

fn check(files: &[relata_build::File], folder: &Path, output: &Output) -> Result<u8, Failure> {
    let differences = relata_build::check(files, folder)?;
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
