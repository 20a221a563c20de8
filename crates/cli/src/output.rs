//! Printing: text for people, JSON for programs, colours only on a terminal that wants them.

use std::fmt::{Display, Write as _};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use relata::migration::Progress;
use relata_schema::diagnostic::Style;
use relata_script::{terminal, terminal_lines};
use serde_json::{Value, json};

use crate::args::{Format, instead};
use crate::failure::Failure;
use crate::prompt::was_refused;
use crate::secret::masked;

/// Where and how to print.
pub struct Output {
    format: Format,
    /// The style of error frames.
    style: Style,
    /// Whether standard output is a terminal, which escape sequences could do things to.
    terminal: bool,
}

impl Output {
    pub fn new(format: Format) -> Self {
        // `NO_COLOR` (no-color.org) counts if it is not empty.
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        let colours = std::io::stderr().is_terminal() && !refused && !dumb;
        Self {
            format,
            style: if colours {
                Style::Terminal
            } else {
                Style::Plain
            },
            terminal: std::io::stdout().is_terminal(),
        }
    }

    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    pub fn style(&self) -> Style {
        self.style
    }

    /// Prints a line for people; nothing in JSON. Names and paths in it are escaped.
    pub fn line(&self, text: impl Display) {
        if !self.is_json() {
            put(&mut std::io::stdout(), &format!("{}\n", readable(text)));
        }
    }

    /// Prints a line for people on standard error; nothing in JSON. Names and paths in it are escaped.
    pub fn aside(&self, text: impl Display) {
        if !self.is_json() {
            put(&mut std::io::stderr(), &format!("{}\n", readable(text)));
        }
    }

    /// Prints what people should know beside the result, where it cannot be taken for a part of it; in JSON the result holds it.
    pub fn note(&self, text: impl Display) {
        if !self.is_json() {
            put(
                &mut std::io::stderr(),
                &format!("note: {}\n", readable(text)),
            );
        }
    }

    /// Prints SQL, Rust or a diff as it is: what is redirected into a file must not be changed on the way.
    pub fn raw(&self, text: &str) {
        let text = if self.terminal {
            terminal_lines(text)
        } else {
            text.to_owned()
        };
        put(&mut std::io::stdout(), &text);
    }

    /// Prints a schema, or what differs between two, with the passwords of its connection strings hidden.
    pub fn schema(&self, text: &str) {
        let shown = masked(text);
        self.raw(&shown);
        if shown != text {
            self.note("passwords of connection strings are not printed, and stand as `***`");
        }
    }

    /// Prints a JSON document; nothing in text.
    pub fn json(&self, value: &Value) {
        if self.is_json() {
            put(&mut std::io::stdout(), &format!("{value:#}\n"));
        }
    }

    /// Prints frames of the diagnostics printer, which has escaped what is in them; nothing in JSON.
    pub fn frames(&self, frames: &str) {
        if !self.is_json() {
            put(&mut std::io::stderr(), &masked(frames));
        }
    }

    /// Prints a failure and gives the exit status: 130, as Prisma, where somebody was asked and said no, else 1.
    pub fn fail(&self, failure: &Failure) -> ExitCode {
        if self.is_json() {
            let message = masked(&failure.message);
            self.json(&json!({ "error": { "code": failure.code, "message": message } }));
        } else {
            if let Some(frames) = &failure.frames {
                self.frames(frames);
            }
            let message = readable(&failure.message);
            let text = format!("error[{}]: {message}\n", failure.code);
            put(&mut std::io::stderr(), &text);
        }
        ExitCode::from(if was_refused() { 130 } else { 1 })
    }

    /// A bar for so many things, on a terminal; nothing elsewhere.
    pub fn bar(&self, length: usize) -> ProgressBar {
        let shown = std::io::stderr().is_terminal() && !self.is_json();
        let target = if shown {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        ProgressBar::with_draw_target(Some(length as u64), target)
    }

    /// A listener that shows how far a deploy has come: a bar on a terminal, and elsewhere, where a log is kept, a line for
    /// what is waited for.
    pub fn progress(&self) -> impl FnMut(Progress) + use<> {
        let (is_json, shown) = (self.is_json(), std::io::stderr().is_terminal());
        let target = if shown && !is_json {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} statements") {
            bar.set_style(style);
        }
        let say = move |bar: &ProgressBar, text: String| {
            if !is_json {
                bar.suspend(|| put(&mut std::io::stderr(), &format!("{}\n", readable(text))));
            }
        };
        let mut holder_told = None;
        move |progress| match progress {
            Progress::Waiting { holder, limit, .. } if holder_told.as_ref() != Some(&holder) => {
                let who = holder
                    .as_ref()
                    .map_or("it is not known which".to_owned(), ToString::to_string);
                let limit = limit.as_secs_f32();
                say(
                    &bar,
                    format!(
                        "Waiting up to {limit} s for another program that migrates this database: {who}"
                    ),
                );
                holder_told = Some(holder);
            }
            Progress::Started {
                name,
                statements,
                resumed_after,
            } => {
                bar.set_message(terminal(&name));
                bar.set_length(statements as u64);
                bar.reset();
                bar.set_position(resumed_after as u64);
            }
            Progress::Statement { done, .. } => bar.set_position(done as u64),
            Progress::Rows { name, done, of } => {
                bar.set_message(format!("{}: {done} of {of} rows", terminal(&name)));
                bar.tick();
            }
            Progress::Retrying {
                name,
                reason,
                pause,
            } => say(
                &bar,
                format!(
                    "{}: {reason}. Trying again in {:.1} s",
                    terminal(&name),
                    pause.as_secs_f32()
                ),
            ),
            Progress::Finished { .. } => bar.finish_and_clear(),
            _ => {}
        }
    }
}

/// Prints help, or what is wrong with a command line, which may hold a connection string where none belongs.
pub fn usage(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        error.exit();
    }
    let text = error.render();
    let text = if std::io::stderr().is_terminal() {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    let mut text = masked(&text).into_owned();
    if let Some(advice) = advice(error) {
        let _ = writeln!(text, "\nnote: {advice}");
    }
    put(&mut std::io::stderr(), &text);
    ExitCode::from(2)
}

/// What to write instead of something that Prisma has.
fn advice(error: &clap::Error) -> Option<&'static str> {
    let word = [ContextKind::InvalidArg, ContextKind::InvalidSubcommand]
        .into_iter()
        .find_map(|kind| match error.get(kind) {
            Some(ContextValue::String(word)) => Some(word.as_str()),
            _ => None,
        })?;
    let typed: Vec<String> = std::env::args()
        .skip(1)
        .take_while(|it| !it.starts_with('-') && it != word)
        .collect();
    // `--output <FILE>` is how a flag is told that was taken for another.
    let word = word.split([' ', '=']).next().unwrap_or_default();
    instead(&typed.join(" "), word)
}

/// `1 migration`, `2 migrations`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Text as people see it: without passwords, and without what a terminal would obey.
fn readable(text: impl Display) -> String {
    terminal_lines(&masked(&text.to_string()))
}

/// A reader that has gone away (`relata … | head`) is no error.
fn put(to: &mut dyn Write, text: &str) {
    let _ = to.write_all(text.as_bytes()).and_then(|()| to.flush());
}
