//! Questions, asked only where somebody can answer. Each has a flag, so that nothing waits in CI.

use std::io::{BufRead, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use relata_migrate::{Ask, DriftAnswer, Filling, Weighed};
use relata_script::terminal_lines;
use relata_sql::Suggestion;

use crate::answers;
use crate::args::{AnswersArg, BackfillArg, DriftArg};
use crate::failure::Failure;
use crate::output::Output;

#[allow(clippy::struct_excessive_bools, reason = "one for each flag")]
/// Flags first, then the person at the terminal; where there is none, the answer is no.
pub struct Prompt {
    /// `--name`.
    pub name: Option<String>,
    /// `--accept-data-loss`.
    pub accept_data_loss: bool,
    /// `--drift`.
    pub drift: Option<DriftArg>,
    /// `--rename`.
    pub renames: Vec<String>,
    /// `--no-rename`.
    pub no_rename: bool,
    /// `--force`, as an answer file has it.
    pub force: bool,
    /// `--backfill`: what columns are filled with, by `table.column`.
    pub backfill: Vec<(String, Filling)>,
    /// Whether questions may be asked at all.
    pub interactive: bool,
}

/// Whether somebody at a terminal has said no.
static REFUSED: AtomicBool = AtomicBool::new(false);

/// Tells whether somebody at a terminal has said no to what the command was to do.
pub fn was_refused() -> bool {
    REFUSED.load(Ordering::Relaxed)
}

impl Prompt {
    /// Without a flag; in JSON nobody is asked.
    pub fn new(output: &Output) -> Self {
        Self {
            name: None,
            accept_data_loss: false,
            drift: None,
            renames: Vec::new(),
            no_rename: false,
            force: false,
            backfill: Vec::new(),
            interactive: !output.is_json(),
        }
    }

    /// Takes over what an answer file says, where no flag has said it.
    pub fn with(mut self, arg: &AnswersArg) -> Result<Self, Failure> {
        let Some(path) = &arg.answers else {
            return Ok(self);
        };
        let answers = answers::read(path)?;
        self.name = self.name.or(answers.name);
        self.accept_data_loss |= answers.accept_data_loss;
        self.drift = self.drift.or(answers.drift);
        self.renames.extend(answers.rename);
        self.no_rename |= answers.no_rename;
        self.force |= answers.force;
        let fillings = answers.backfill.into_iter();
        self.backfill
            .extend(fillings.map(|(column, text)| (column, Filling::read(&text))));
        Ok(self)
    }

    /// Takes over `--backfill table.column=value`. A name may hold `=`, and so may a value: every way to cut the text is kept, and the column
    /// that is asked about decides.
    pub fn filled(mut self, arg: &BackfillArg) -> Result<Self, Failure> {
        for text in &arg.backfill {
            if !text.contains('=') {
                return Err(Failure::new(
                    "R7031",
                    format!("`--backfill {text}` names no value; write `table.column=value`"),
                ));
            }
            let cuts = text.match_indices('=');
            self.backfill.extend(
                cuts.map(|(at, _)| (text[..at].to_owned(), Filling::read(&text[at + 1..]))),
            );
        }
        Ok(self)
    }

    /// Asks a question that is answered with yes or no.
    pub fn agrees(&self, question: &str) -> bool {
        self.ask(question)
            .is_some_and(|answer| matches!(answer.to_lowercase().as_str(), "y" | "yes"))
    }

    /// Asks for a consent without which the command does not go on.
    pub fn consents(&self, question: &str) -> bool {
        let answer = self.ask(question);
        let is_yes = answer
            .as_ref()
            .is_some_and(|answer| matches!(answer.to_lowercase().as_str(), "y" | "yes"));
        REFUSED.store(answer.is_some() && !is_yes, Ordering::Relaxed);
        is_yes
    }

    fn ask(&self, question: &str) -> Option<String> {
        let (stdin, mut stderr) = (std::io::stdin(), std::io::stderr());
        if !self.interactive || !stdin.is_terminal() || !stderr.is_terminal() {
            return None;
        }
        write!(stderr, "{question} ")
            .and_then(|()| stderr.flush())
            .ok()?;
        let mut answer = String::new();
        stdin.lock().read_line(&mut answer).ok()?;
        Some(answer.trim().to_owned())
    }
}

impl Ask for Prompt {
    fn migration_name(&mut self) -> Option<String> {
        self.name
            .clone()
            .or_else(|| self.ask("A name for the new migration:"))
    }

    fn drift(&mut self, summary: &str) -> DriftAnswer {
        match self.drift {
            Some(DriftArg::Stop) => return DriftAnswer::Stop,
            Some(DriftArg::Absorb) => return DriftAnswer::Absorb,
            Some(DriftArg::Revert) => return DriftAnswer::Revert,
            Some(DriftArg::Ignore) => return DriftAnswer::Ignore,
            None => {}
        }
        let question = format!(
            "The database is not what its migrations make of it:\n{}\n[a]bsorb it into a migration, [r]evert it, [i]gnore it, or [s]top?",
            terminal_lines(summary)
        );
        match self
            .ask(&question)
            .unwrap_or_default()
            .to_lowercase()
            .as_str()
        {
            "a" | "absorb" => DriftAnswer::Absorb,
            "r" | "revert" => DriftAnswer::Revert,
            "i" | "ignore" => DriftAnswer::Ignore,
            answer => {
                REFUSED.store(!answer.is_empty(), Ordering::Relaxed);
                DriftAnswer::Stop
            }
        }
    }

    fn renames(&mut self) -> Vec<String> {
        self.renames.clone()
    }

    fn is_rename(&mut self, suggestion: &Suggestion) -> bool {
        !self.no_rename
            && self.agrees(&format!(
                "Was {} renamed, with what it holds? [y/N]",
                suggestion.rename
            ))
    }

    fn backfill(&mut self, column: &str, problem: &Weighed) -> Option<Filling> {
        if let Some((_, filling)) = self.backfill.iter().find(|(name, _)| {
            // The namespace may be left out.
            let rest = column.strip_suffix(name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        }) {
            return Some(filling.clone());
        }
        let answer = self.ask(&format!(
            "{problem}\nA value for them (`sql:` before an expression; nothing to stop):"
        ))?;
        (!answer.is_empty()).then(|| Filling::read(&answer))
    }

    fn accept_losses(&mut self, losses: &[Weighed]) -> bool {
        if self.accept_data_loss {
            return true;
        }
        let losses: Vec<String> = losses.iter().map(|loss| format!("  - {loss}")).collect();
        let question = format!("This loses data:\n{}\nGo on? [y/N]", losses.join("\n"));
        self.consents(&question)
    }
}
