//! The tutorial as a newcomer follows it: its files are written, its commands run, and what is printed is what it says.
//!
//! The text itself says what to do. The paragraph before a block of code ends in one of `` All of `file`: ``, `` At the end of `file`: ``,
//! `` In `file`, below `line`: ``; before a block of commands there may be `` Leave `line` out of `file` ``, which holds for these commands.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use relata_testing::workspace_root;

const TEXT: &str = include_str!("../../../relata/src/tutorial.md");

/// What somebody types in ten minutes, at forty words a minute.
const TYPED: usize = 10 * 40 * 6;

#[test]
fn the_first_hour_goes_as_the_tutorial_says() {
    let mut newcomer = Newcomer::new();
    let (mut commands, mut files) = (0, 0);
    for block in blocks(TEXT) {
        if block.language == "console" {
            let left_out = newcomer.leave_out(block.says);
            for (command, expected) in in_order(block.code) {
                newcomer.run(command, &expected);
                commands += 1;
            }
            if let Some((file, whole)) = left_out {
                fs::write(file, whole).unwrap();
            }
        } else {
            newcomer.write(block.says, block.code);
            files += 1;
        }
    }
    // A tutorial of which the test understands nothing would pass, too.
    assert!(commands >= 10 && files >= 7, "{commands} {files}");
    assert!(
        newcomer.typed <= TYPED,
        "{} characters are more than ten minutes of typing",
        newcomer.typed
    );
}

/// A block of code, and the paragraph before it.
struct Block<'a> {
    says: &'a str,
    language: &'a str,
    code: &'a str,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut parts = text.split("```");
    let mut before = parts.next().unwrap();
    let mut found = Vec::new();
    while let Some(code) = parts.next() {
        let (language, code) = code.split_once('\n').unwrap();
        let says = before.trim_end().rsplit("\n\n").next().unwrap();
        found.push(Block {
            says,
            language,
            code,
        });
        before = parts.next().expect("every block is closed");
    }
    found
}

/// The commands of a block, each with what it prints.
fn in_order(code: &str) -> Vec<(&str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    for line in code.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            found.push((command, String::new()));
        } else {
            let (_, output) = found.last_mut().expect("a command comes first");
            output.push_str(line);
            output.push('\n');
        }
    }
    found
}

/// Somebody at a terminal.
struct Newcomer {
    /// Where the commands run.
    folder: PathBuf,
    typed: usize,
}

impl Newcomer {
    /// In a folder that holds a clone of relata and nothing else.
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tutorial");
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        symlink(workspace_root(), folder.join("relata")).unwrap();
        // The folder may lie in relata's own workspace, which `cargo new` would make the program a member of.
        fs::write(
            folder.join("Cargo.toml"),
            "[workspace]\nexclude = [\"pages\", \"relata\"]\n",
        )
        .unwrap();
        Self { folder, typed: 0 }
    }

    fn run(&mut self, command: &str, expected: &str) {
        self.typed += command.len() + 1;
        if let Some(folder) = command.strip_prefix("cd ") {
            self.folder.push(folder);
            // The versions that are here already: the tests shall need no network.
            let lock = workspace_root().join("Cargo.lock");
            fs::copy(lock, self.folder.join("Cargo.lock")).unwrap();
            let manifest = self.folder.join("Cargo.toml");
            let text = fs::read_to_string(&manifest).unwrap();
            fs::write(manifest, format!("[workspace]\n\n{text}")).unwrap();
            return;
        }
        if let Some(path) = command.strip_prefix("cargo install --path ") {
            // What it would install is built already.
            let manifest = fs::read_to_string(self.folder.join(path).join("Cargo.toml")).unwrap();
            assert!(manifest.contains("[[bin]]\nname = \"relata\""), "{command}");
            return;
        }
        let relata = Path::new(env!("CARGO_BIN_EXE_relata")).parent().unwrap();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(relata.to_owned()).chain(std::env::split_paths(&path));
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("{command} 2>&1")])
            .current_dir(&self.folder);
        shell
            .env("PATH", std::env::join_paths(paths).unwrap())
            .env(
                "CARGO_TARGET_DIR",
                Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages"),
            )
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_TERM_QUIET", "true")
            .env("CARGO_TERM_COLOR", "never");
        for variable in [
            "DATABASE_URL",
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "RUSTC_WRAPPER",
            "RUSTC_WORKSPACE_WRAPPER",
        ] {
            shell.env_remove(variable);
        }
        let output = shell.output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let shall_fail = expected.to_lowercase().starts_with("error");
        assert_eq!(
            output.status.success(),
            !shall_fail,
            "{command}\n{printed}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        // A command that is shown without what it prints says nothing of interest.
        if !expected.is_empty() {
            let (printed, expected) = (without_times(&printed), without_times(expected));
            let fits = match expected.strip_suffix("...\n") {
                Some(start) => printed.starts_with(start),
                None => printed == expected,
            };
            assert!(fits, "$ {command}\n{printed}\n-- instead of --\n{expected}");
        }
    }

    /// Writes what a paragraph says, where it says.
    fn write(&mut self, says: &str, code: &str) {
        self.typed += code
            .lines()
            .map(|line| line.trim().len() + 1)
            .sum::<usize>();
        let quoted: Vec<&str> = says.split('`').skip(1).step_by(2).collect();
        let one = |file: &&str| self.folder.join(file);
        if says.ends_with("`:") && says.contains("At the end of `") {
            let file = quoted.last().map(one).unwrap();
            let gap = if file.ends_with("Cargo.toml") {
                ""
            } else {
                "\n"
            };
            let text = fs::read_to_string(&file).unwrap();
            fs::write(file, format!("{text}{gap}{code}")).unwrap();
        } else if says.ends_with("`:") && says.contains("All of `") {
            fs::write(quoted.last().map(one).unwrap(), code).unwrap();
        } else if let ([.., file, line], true) = (&quoted[..], says.contains("`, below `")) {
            let file = one(file);
            let text = fs::read_to_string(&file).unwrap();
            let (before, after) = text.split_once(&format!("{line}\n")).expect("the line");
            fs::write(file, format!("{before}{line}\n{code}{after}")).unwrap();
        } else {
            panic!("where does this belong? {says}");
        }
    }

    /// Takes the line away that a paragraph asks to leave out; gives the file, and what was in it.
    fn leave_out(&mut self, says: &str) -> Option<(PathBuf, String)> {
        let (_, rest) = says.split_once("Leave `")?;
        let (line, rest) = rest.split_once("` out of `").expect("a line of a file");
        let (file, _) = rest.split_once('`').expect("a file");
        let file = self.folder.join(file);
        let text = fs::read_to_string(&file).unwrap();
        let less: Vec<&str> = text.lines().filter(|found| found.trim() != line).collect();
        assert_eq!(less.len() + 1, text.lines().count(), "{line}");
        fs::write(&file, less.join("\n") + "\n").unwrap();
        Some((file, text))
    }
}

/// The text with one time in place of that of each migration.
fn without_times(text: &str) -> String {
    let mut out = String::new();
    for part in text.split_inclusive(|letter: char| !letter.is_ascii_digit()) {
        let digits = part.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        if digits.len() == 14 {
            out.push_str("<time>");
            out.push_str(&part[14..]);
        } else {
            out.push_str(part);
        }
    }
    out
}
