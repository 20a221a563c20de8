//! What came of renames, for those who asked for them.

use relata_migrate::Renames;
use relata_sql::Rename;
use serde_json::{Value, json};

use crate::output::Output;

/// Tells what was renamed, what did nothing, and which attributes have no work left.
pub fn told(renames: &Renames, output: &Output) {
    for rename in &renames.done {
        output.line(format!("Renamed: {rename}."));
    }
    for idle in &renames.idle {
        output.note(idle);
    }
    for rename in &renames.spent {
        output.note(format!(
            "{rename}: it has been done; `{}` can be taken out of the schema",
            rename.attribute()
        ));
    }
}

/// The same for programs.
pub fn json(renames: &Renames) -> Value {
    let list = |list: &[Rename]| -> Vec<String> { list.iter().map(ToString::to_string).collect() };
    json!({
        "done": list(&renames.done),
        "spent": list(&renames.spent),
        "idle": renames.idle.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
