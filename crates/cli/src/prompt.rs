//! Questions, asked only where somebody can answer. Each has a flag, so that nothing waits in CI.

use std::io::{BufRead, IsTerminal, Write};

use relata_migrate::{Ask, Weighed};

/// Flags first, then the person at the terminal; where there is none, the answer is no.
pub struct Prompt {
    /// `--name`.
    pub name: Option<String>,
    /// `--accept-data-loss`.
    pub accept_data_loss: bool,
    /// Whether questions may be asked at all.
    pub interactive: bool,
}

impl Prompt {
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

    fn accept_losses(&mut self, losses: &[Weighed]) -> bool {
        if self.accept_data_loss {
            return true;
        }
        let losses: Vec<String> = losses.iter().map(|loss| format!("  - {loss}")).collect();
        let question = format!("This loses data:\n{}\nGo on? [y/N]", losses.join("\n"));
        self.ask(&question)
            .is_some_and(|answer| matches!(answer.to_lowercase().as_str(), "y" | "yes"))
    }
}
