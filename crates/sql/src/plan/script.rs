//! Steps as a migration script.

use std::borrow::Cow;

use relata_script::{Dialect, sql_comment, words};

use crate::step::Step;

pub(super) fn script(steps: &[Step]) -> String {
    write(steps, |statement| Cow::Borrowed(statement))
}

/// The script as the database's own command line client reads it: MariaDB's and MySQL's ends a statement at the first semicolon,
/// that of a routine's body not excepted, unless it is told otherwise (manual, "Delimiters").
pub(super) fn client_script(steps: &[Step], dialect: Dialect) -> String {
    write(steps, |statement| {
        let inner = statement.trim_end().trim_end_matches(';');
        let is_compound = dialect == Dialect::Mysql
            && words(dialect, inner)
                .iter()
                .any(|(word, _)| word.is_symbol(";"));
        let mut marks = ["//", "$$", ";;", "~~", "||"].into_iter();
        match marks.find(|mark| !statement.contains(mark)) {
            Some(mark) if is_compound => {
                format!("DELIMITER {mark}\n{inner}{mark}\nDELIMITER ;").into()
            }
            _ => statement.into(),
        }
    })
}

fn write(steps: &[Step], statement: impl Fn(&str) -> Cow<'_, str>) -> String {
    if steps.is_empty() {
        return "-- This is an empty migration.\n".into();
    }
    let sizes = steps.iter().map(|each| {
        let statements = each.statements.iter().map(|sql| sql.len() + 1);
        each.kind.header().len() + 5 + statements.sum::<usize>()
    });
    let mut text = String::with_capacity(sizes.sum());
    for each in steps {
        if !text.is_empty() {
            text.push('\n');
        }
        step(each, &statement, &mut text);
    }
    text
}

fn step(step: &Step, write: &impl Fn(&str) -> Cow<'_, str>, text: &mut String) {
    text.push_str("-- ");
    text.push_str(step.kind.header());
    text.push('\n');
    for note in &step.notes {
        text.push_str("-- ");
        text.push_str(&sql_comment(note));
        text.push('\n');
    }
    if !step.notes.is_empty() {
        text.push_str("\n\n");
    }
    for statement in &step.statements {
        text.push_str(&write(statement));
        text.push('\n');
    }
}
