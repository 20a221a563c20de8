//! Writes the Rust of a schema, and a program that uses all of it: `smoke <schema> <folder> <program> <module>`.

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let mut next = || arguments.next().unwrap_or_default();
    let (schema, folder, program, module) = (next(), next(), next(), next());
    match write(&schema, &folder, &program, &module.to_string_lossy()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[allow(clippy::print_stderr, reason = "it is a command")]
            {
                eprintln!("error: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

fn write(
    schema: &PathBuf,
    folder: &PathBuf,
    program: &PathBuf,
    module: &str,
) -> Result<(), Box<dyn std::error::Error>> {
    let analysis = relata_schema::analyze(&relata_build::load(schema)?);
    let told = |errors: Vec<relata_schema::Diagnostic>| {
        errors
            .into_iter()
            .map(|error| error.message)
            .collect::<Vec<_>>()
            .join("; ")
    };
    if !analysis.is_valid() {
        return Err(told(analysis.diagnostics).into());
    }
    let files = relata_build::generate(&analysis.schema).map_err(told)?;
    relata_build::write(&files, folder)?;
    let text = relata_build::smoke(&analysis.schema, module).map_err(told)?;
    std::fs::write(program, text)?;
    Ok(())
}
