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

const MAIN: &str = "#[tokio::main(flavor = \"current_thread\")]\nasync fn main() -> std::process::ExitCode {\n    \
    let url = std::env::args().nth(1).expect(\"a connection string\");\n    \
    match run(&url).await {\n        Ok(sum) => {\n            println!(\"{sum}\");\n            std::process::ExitCode::SUCCESS\n        }\n        \
    Err(failed) => {\n            println!(\"{failed}\");\n            std::process::ExitCode::FAILURE\n        }\n    }\n}\n";

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
    let text = relata_build::smoke(&analysis.schema).map_err(told)?;
    let main = format!(
        "#![allow(clippy::all, clippy::pedantic, unused_imports, non_snake_case)]\n#[path = {module:?}]\nmod db;\n\n{text}\n{MAIN}"
    );
    std::fs::write(program, main)?;
    Ok(())
}
