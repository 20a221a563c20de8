//! `relata config`: what is configured, and who says so.

use relata::ConnectionUrl;
use serde_json::{Value, json};

use crate::args::{DatabaseArgs, StyleArg};
use crate::failure::Failure;
use crate::output::Output;
use crate::project::Project;
use crate::settings::{Origin, Setting};

/// A line of the answer.
struct Line {
    name: &'static str,
    value: Option<String>,
    /// Where it comes from, or why it is not known.
    from: String,
}

impl Line {
    fn new(name: &'static str, value: impl Into<String>, origin: &Origin) -> Self {
        Self {
            name,
            value: Some(value.into()),
            from: origin.to_string(),
        }
    }

    fn of<T>(name: &'static str, setting: Option<Setting<T>>, text: impl Fn(T) -> String) -> Self {
        match setting {
            Some(Setting { value, origin }) => Self::new(name, text(value), &origin),
            None => Self {
                name,
                value: None,
                from: "not set".to_owned(),
            },
        }
    }

    fn fallible<T>(
        name: &'static str,
        setting: Result<Option<Setting<T>>, Failure>,
        text: impl Fn(T) -> String,
    ) -> Self {
        match setting {
            Ok(setting) => Self::of(name, setting, text),
            Err(failure) => Self {
                name,
                value: None,
                from: format!("[{}] {}", failure.code, failure.message),
            },
        }
    }
}

pub fn run(args: &DatabaseArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read(&args.schema)?;
    let settings = &project.settings;
    let provider = project.schema.provider();
    let first = |found: Result<(Setting<String>, _), Failure>| found.map(|(url, _)| Some(url));
    let style = |style| match style {
        StyleArg::Simple => "simple".to_owned(),
        StyleArg::Online => "online".to_owned(),
    };
    let lines = [
        Line::new(
            "schema",
            project.path.display().to_string(),
            &project.origin,
        ),
        Line {
            name: "provider",
            value: provider.map(|it| it.name().to_owned()),
            from: "datasource: provider".to_owned(),
        },
        Line::fallible(
            "url",
            match &args.url {
                Some(_) => first(project.migrated_setting(args.url.as_deref())),
                None => first(project.url_setting()),
            },
            |url| masked(&url),
        ),
        Line::fallible(
            "migrated",
            first(project.migrated_setting(args.url.as_deref())),
            |url| masked(&url),
        ),
        Line::fallible(
            "shadow database",
            project
                .shadow_setting(None)
                .map(|it| it.map(|(url, _)| url)),
            |url| masked(&url),
        ),
        Line::fallible(
            "migrations",
            project
                .migrations_setting(args.migrations.as_deref())
                .map(Some),
            |path| path.display().to_string(),
        ),
        Line::new(
            "history table",
            project.history_table().name(),
            &Origin::Default,
        ),
        Line::of("style", Some(project.style(None)), style),
        Line::of("manage", settings.manage(), |kinds| {
            let words: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
            words.join(", ")
        }),
        Line::of("target", settings.target(), |target| target.to_string()),
        Line::fallible("seed", settings.seed(), |seed| seed),
        Line::new(
            "lock",
            if project.takes_lock() {
                "taken"
            } else {
                "not taken"
            },
            &lock_origin(&project),
        ),
    ];
    let wide = lines.iter().map(|line| line.name.len()).max().unwrap_or(0);
    let values: Vec<Value> = lines
        .iter()
        .map(|line| json!({ "name": line.name, "value": line.value, "from": line.from }))
        .collect();
    output.json(&json!({ "settings": values }));
    for line in &lines {
        let value = line.value.as_deref().unwrap_or("-");
        output.line(format!("{:wide$}  {value}  ({})", line.name, line.from));
    }
    Ok(0)
}

/// A URL without its password. What is no URL may be a password itself.
fn masked(url: &str) -> String {
    match url.parse::<ConnectionUrl>() {
        Ok(url) => url.to_string(),
        Err(_) => "***, which is no database's URL".to_owned(),
    }
}

fn lock_origin(project: &Project) -> Origin {
    let names = [
        "RELATA_DISABLE_ADVISORY_LOCK",
        "PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK",
    ];
    let environment = &project.settings.environment;
    let on = names.into_iter().find(|name| environment.is_on(name));
    on.and_then(|name| environment.get(name))
        .map_or(Origin::Default, |(_, origin)| origin)
}
