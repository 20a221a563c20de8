//! `relata migrate show`: what a reviewer wants to know of a migration, from the files that lie beside it.

use std::fmt::Write as _;

use relata::migration::Folder;
use relata_script::MigrationName;
use serde_json::Value;

use crate::args::{ShowArgs, ShowFormat};
use crate::failure::Failure;
use crate::output::Output;
use crate::project::Project;

pub fn run(args: &ShowArgs, output: &Output) -> Result<u8, Failure> {
    let folder = match &args.migrations {
        Some(folder) => folder.clone(),
        None => Project::read(&args.schema)?.migrations_setting(None)?.value,
    };
    let migrations = Folder::read(&folder)?.migrations;
    let wanted = match &args.name {
        // What is typed may not lead out of the folder.
        Some(name) => Some(MigrationName::existing(name)?),
        None => migrations.last().map(|migration| migration.name.clone()),
    };
    let migration = wanted
        .as_ref()
        .and_then(|name| migrations.iter().find(|migration| migration.name == *name))
        .ok_or_else(|| {
            let name = wanted.as_ref().map_or("", MigrationName::as_str);
            Failure::new(
                "R7022",
                format!("there is no migration `{name}` in `{}`", folder.display()),
            )
        })?;
    let directory = folder.join(migration.name.as_str());
    let read = |name: &str| std::fs::read_to_string(directory.join(name)).ok();
    // A plan explains one text, and no other.
    let plan = read("plan.json")
        .and_then(|text| serde_json::from_str::<Value>(&text).ok())
        .filter(|plan| plan["migration"].as_str() == Some(&migration.checksum()));
    let down = read("down.sql");
    match (args.format, &plan) {
        (ShowFormat::Json, Some(plan)) => output.json(plan),
        (ShowFormat::Json, None) => {
            output.json(&serde_json::json!({ "name": migration.name.as_str(), "plan": null }));
        }
        (format, plan) => {
            let page = Page {
                is_markdown: format == ShowFormat::Markdown,
            };
            let text = page.write(
                migration.name.as_str(),
                &migration.script,
                plan.as_ref(),
                down.as_deref(),
            );
            output.raw(&text);
        }
    }
    Ok(0)
}

/// A migration as a page of text or Markdown.
struct Page {
    is_markdown: bool,
}

impl Page {
    fn write(&self, name: &str, script: &str, plan: Option<&Value>, down: Option<&str>) -> String {
        let mut out = String::new();
        let _ = writeln!(
            out,
            "{}{}\n",
            if self.is_markdown { "## " } else { "" },
            self.plain(name)
        );
        match plan {
            Some(plan) => self.plan(&mut out, plan),
            None => out.push_str("No plan explains it: it was written or edited by hand.\n\n"),
        }
        self.block(&mut out, "migration.sql", script);
        if let Some(down) = down {
            self.block(&mut out, "down.sql", down);
        }
        out
    }

    fn plan(&self, out: &mut String, plan: &Value) {
        let texts = |value: &Value| -> Vec<String> {
            let all = value.as_array().into_iter().flatten();
            all.filter_map(|it| it.as_str().map(str::to_owned))
                .collect()
        };
        let mut list = |title: &str, lines: Vec<String>| {
            if !lines.is_empty() {
                let _ = writeln!(out, "{title}\n");
                for line in lines {
                    let _ = writeln!(out, "- {}", self.plain(&line));
                }
                out.push('\n');
            }
        };
        let risks = plan["risks"].as_array().into_iter().flatten();
        list(
            "Risks:",
            risks
                .filter_map(|risk| risk["what"].as_str().map(str::to_owned))
                .collect(),
        );
        let mut told = Vec::new();
        for statement in plan["statements"].as_array().into_iter().flatten() {
            let sql = statement["sql"].as_str().unwrap_or_default();
            let first = sql.lines().next().unwrap_or_default();
            let mut parts: Vec<String> = statement["locks"]
                .as_object()
                .into_iter()
                .flatten()
                .filter_map(|(table, lock)| Some(format!("{table} {}", lock.as_str()?)))
                .collect();
            for (key, word) in [
                ("rewrites", "rewrites"),
                ("scans", "reads all of"),
                ("builds", "builds"),
            ] {
                let names = texts(&statement[key]);
                if !names.is_empty() {
                    parts.push(format!("{word} {}", names.join(", ")));
                }
            }
            parts.extend(statement["online"].as_str().map(str::to_owned));
            parts.extend(statement["unmeasured"].as_str().map(str::to_owned));
            if parts.is_empty() {
                parts.push("free".to_owned());
            }
            told.push(format!("{first}: {}", parts.join("; ")));
        }
        list("Statements:", told);
        let proof = &plan["proof"];
        let mut proved = vec![format!(
            "tried on {} made-up rows; it leads to the schema",
            proof["rows"].as_u64().unwrap_or(0)
        )];
        if let Some(rows) = proof["failsOn"]["rows"].as_str() {
            proved.push(format!("it fails on {rows}"));
        }
        proved.extend(texts(&proof["altered"]));
        proved.push(match proof["down"]["result"].as_str() {
            Some("returned") => "down.sql leads back".to_owned(),
            Some("elsewhere") => "down.sql does not lead back to the start".to_owned(),
            Some("failed") => "down.sql failed when it was tried".to_owned(),
            _ => "there is no way back".to_owned(),
        });
        proved.extend(
            texts(&proof["unproved"])
                .into_iter()
                .map(|what| format!("not proved: {what}")),
        );
        list("Proof:", proved);
    }

    /// A text in which nothing is markup, on one line.
    fn plain(&self, text: &str) -> String {
        let text = relata_script::terminal(text);
        if !self.is_markdown {
            return text;
        }
        let mut out = String::new();
        for c in text.chars() {
            match c {
                '<' => out.push_str("&lt;"),
                '&' => out.push_str("&amp;"),
                '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                    out.push('\\');
                    out.push(c);
                }
                _ => out.push(c),
            }
        }
        out
    }

    fn block(&self, out: &mut String, name: &str, text: &str) {
        if !self.is_markdown {
            let _ = writeln!(out, "{name}:\n\n{}", relata_script::terminal_lines(text));
            return;
        }
        // Longer than any fence inside.
        let longest = text
            .split(|c| c != '`')
            .map(str::len)
            .max()
            .unwrap_or(0)
            .max(2);
        let fence = "`".repeat(longest + 1);
        let _ = writeln!(
            out,
            "`{name}`:\n\n{fence}sql\n{}\n{fence}\n",
            text.trim_end()
        );
    }
}
