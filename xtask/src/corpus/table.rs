//! The table, and a line for everything in it that is not a plain yes.

use super::Report;
use super::outcome::Outcome;

/// Prints it all.
pub(super) fn print(reports: &[Report], servers: &[String]) {
    let mut rows: Vec<Vec<String>> = vec![heads(reports)];
    rows.extend(reports.iter().map(row));
    rows.push(totals(reports));
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| {
            rows.iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or_default()
        })
        .collect();
    println!();
    for row in &rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        println!("{}", cells.join("  ").trim_end());
    }
    println!();
    for report in reports {
        for (step, outcome) in report.outcomes() {
            if let Some(note) = outcome.note() {
                println!("{}: {step} {}: {note}", report.project.name, outcome.word());
            }
        }
    }
    println!(
        "\nran on: {}",
        if servers.is_empty() {
            "no server".to_owned()
        } else {
            servers.join(", ")
        }
    );
}

fn heads(reports: &[Report]) -> Vec<String> {
    let fixed = ["project", "provider", "models"].map(str::to_owned);
    let steps = reports
        .first()
        .map(Report::outcomes)
        .into_iter()
        .flatten()
        .map(|(step, _)| step.to_owned());
    fixed.into_iter().chain(steps).collect()
}

fn row(report: &Report) -> Vec<String> {
    let fixed = [
        report.project.name.clone(),
        report.provider.clone(),
        report.models.clone(),
    ];
    let steps = report
        .outcomes()
        .map(|(_, outcome)| outcome.word().to_owned());
    fixed.into_iter().chain(steps).collect()
}

/// Per step, how many of those where it was tried.
fn totals(reports: &[Report]) -> Vec<String> {
    let mut row = vec![
        format!("{} schemas", reports.len()),
        String::new(),
        String::new(),
    ];
    let steps = reports.first().map_or(0, |report| report.outcomes().len());
    for step in 0..steps {
        let outcomes = || reports.iter().map(|report| report.outcomes()[step].1);
        let tried = outcomes()
            .filter(|outcome| outcome.is_yes() || matches!(outcome, Outcome::No(_)))
            .count();
        row.push(format!(
            "{}/{tried}",
            outcomes().filter(|outcome| outcome.is_yes()).count()
        ));
    }
    row
}
