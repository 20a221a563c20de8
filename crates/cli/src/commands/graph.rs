//! `relata graph`.

use relata_schema::{Diagram, DiagramFormat};

use crate::args::{Drawing, GraphArgs};
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::Project;

pub fn run(args: &GraphArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.schema, output)?;
    let diagram = Diagram::new(&project.schema, &project.sources);
    let text = diagram.print(match args.format {
        Drawing::Dot => DiagramFormat::Dot,
        Drawing::Mermaid => DiagramFormat::Mermaid,
        Drawing::Svg => DiagramFormat::Svg,
    });
    match &args.output {
        Some(path) => {
            std::fs::write(path, text).map_err(|error| {
                Failure::new(
                    "R7008",
                    format!("`{}` cannot be written: {error}", path.display()),
                )
            })?;
            output.line(format!(
                "{} in `{}`.",
                count(diagram.entities.len(), "model"),
                path.display()
            ));
        }
        None => output.raw(&text),
    }
    Ok(0)
}
