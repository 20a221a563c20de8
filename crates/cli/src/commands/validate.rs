//! `relata validate`.

use relata_schema::diagnostic::{Code, Severity};
use relata_schema::{Diagnostic, Sources};
use serde_json::{Value, json};

use crate::args::SchemaArg;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::Project;

pub fn run(args: &SchemaArg, output: &Output) -> Result<u8, Failure> {
    let project = Project::read(args)?;
    let valid = !relata_schema::diagnostic::has_errors(&project.diagnostics);
    if output.is_json() {
        let unread =
            |diagnostic: &Diagnostic| matches!(diagnostic.code, Code::Syntax | Code::UnclosedBlock);
        let findings: Vec<Value> = project
            .diagnostics
            .iter()
            .map(|diagnostic| finding(diagnostic, &project.sources))
            .collect();
        output.json(&json!({
            "parsed": !project.diagnostics.iter().any(unread),
            "valid": valid,
            "provider": project.schema.provider().map(|provider| provider.name()),
            "models": project.schema.models().len(),
            "diagnostics": findings,
        }));
        return Ok(u8::from(!valid));
    }
    let project = project.valid(output)?;
    let (models, enums) = (project.schema.models().len(), project.schema.enums().len());
    output.line(format!(
        "The schema `{}` is valid: {}, {}.",
        project.path.display(),
        count(models, "model"),
        count(enums, "enum")
    ));
    Ok(0)
}

fn finding(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let (line, column) = sources.line_column(diagnostic.span);
    json!({
        "code": diagnostic.code.as_str(),
        "severity": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "message": diagnostic.message,
        "help": diagnostic.help,
        "file": sources.get(diagnostic.span.file).name,
        "line": line,
        "column": column,
        "start": diagnostic.span.start,
        "end": diagnostic.span.end,
    })
}
