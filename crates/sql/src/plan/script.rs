//! Steps as a migration script.

use relata_script::sql_comment;

use crate::step::Step;

pub(super) fn script(steps: &[Step]) -> String {
    if steps.is_empty() {
        return "-- This is an empty migration.\n".into();
    }
    let written: Vec<String> = steps.iter().map(step).collect();
    written.join("\n")
}

fn step(step: &Step) -> String {
    let mut text = format!("-- {}\n", step.kind);
    for note in &step.notes {
        text.push_str("-- ");
        text.push_str(&sql_comment(note));
        text.push('\n');
    }
    if !step.notes.is_empty() {
        text.push_str("\n\n");
    }
    for statement in &step.statements {
        text.push_str(statement);
        text.push('\n');
    }
    text
}
