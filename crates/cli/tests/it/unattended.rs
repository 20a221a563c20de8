//! Every command as a machine runs it: no terminal, standard input closed, and a password that nobody may read afterwards.
//!
//! The commands are those that the program itself says it has, so that a new one has to be tried here, too.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::support::{Project, Ran};

/// A password of everything that means something in a URL, in a `.env` file or in TOML.
pub const PASSWORD: &str = "Zq7@s/w%rd#1:?é&x=$HOME";
/// The password as a URL has to have it.
pub const ENCODED: &str = "Zq7%40s%2Fw%25rd%231%3A%3F%C3%A9%26x%3D%24HOME";
/// One that the server refuses.
const WRONG: &str = "Vj9wrong";
/// What of them no output may hold, as it is or encoded.
const SECRETS: &[&str] = &[
    "Zq7",
    "s%2Fw",
    "w%rd",
    "rd#1",
    "rd%231",
    "%C3%A9",
    "x=$",
    "x%3D",
    "Xk4",
    "shadow+",
    "shadow%2B",
    "Vj9",
];

/// Nothing here takes so long, unless it hangs.
const LIMIT: Duration = Duration::from_mins(2);

/// A database to try every command on.
pub struct Site {
    pub provider: &'static str,
    /// What stands before and behind the password: `mysql://ann:` and `@host/db`.
    pub around: (String, String),
    /// The URL of an empty database whose password begins with `Xk4-shadow+`, where there are such.
    pub shadow: Option<String>,
    /// Empties both databases.
    pub clear: Box<dyn Fn()>,
}

/// How a project says where its database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// In the schema, in clear.
    Schema,
    /// In a variable of the process.
    Variable,
    /// In `.env`.
    DotEnv,
    /// In `relata.toml`.
    Toml,
    /// By the flag.
    Flag,
    /// In the schema, the password behind the `?`.
    Parameter,
    /// As people paste it: not encoded, so that it cannot be understood.
    Raw,
    /// With a password that the server refuses.
    Refused,
    /// Nobody listens there.
    Away,
    /// No such database.
    Missing,
}

/// Files that say the password because they were told to.
const TOLD: &[&str] = &[
    "app.schema",
    "told/told.schema",
    "told/wrong.schema",
    ".env",
    "relata.toml",
];

const MODELS: &str =
    "model Item {\n  id   Int     @id @default(autoincrement())\n  name String\n  size Int?\n}\n";
const CHANGED: &str =
    "model Item {\n  id   Int     @id @default(autoincrement())\n  name String\n}\n";

/// What is typed, in order. A line must be done where the database can be used; one behind `!` must be refused, one behind `?` may be either;
/// one behind `=` writes a file.
const LINES: &[&str] = &[
    "validate",
    "format",
    "? format --check --schema told/told.schema",
    "? validate --schema told/wrong.schema",
    "? validate --schema told/wrong.schema --format json",
    "graph",
    "generate --output out",
    "config",
    "config --format json",
    "explain P3009",
    "completions bash",
    "version",
    "man manual",
    "? init",
    "! init --url URL --schema app.schema",
    "? migrate status",
    "! migrate dev",
    "migrate dev --name init",
    "= rows.sql INSERT INTO ITEM (name, size) VALUES ('a', 1);",
    "= broken.sql INSERT INTO nowhere VALUES (1);",
    "db execute --file rows.sql",
    "! db execute --file broken.sql",
    "db execute --stdin",
    "db seed --file rows.sql",
    "! db seed --file broken.sql",
    "migrate status --format json",
    "migrate status --drift",
    "migrate show",
    "migrate show --format json",
    "= app.schema CHANGED",
    "! migrate dev --name two",
    "migrate dev --name two --accept-data-loss --create-only",
    "migrate deploy --dry-run",
    "migrate deploy --backup saved",
    "migrate deploy",
    "migrate down --dry-run",
    "! migrate down --to nowhere",
    "migrate down --accept-data-loss",
    "migrate deploy --format json",
    "! migrate resolve --applied nowhere",
    "migrate diff --from-config-datasource --to-schema app.schema",
    "migrate diff --from-migrations migrations --to-empty --script",
    "? migrate diff --from-url URL --to-empty",
    "migrate squash --name all",
    "! migrate rebase",
    "! db restore nowhere --force",
    "db pull --print",
    "introspect --print",
    "db pull",
    "? db push",
    "! migrate reset",
    "migrate reset --force",
    "= migrations/29990101000000_bad/migration.sql INSERT INTO nowhere VALUES (1);",
    "! migrate deploy --wait 0.2 --format json",
    "! migrate dev --name more",
    "! migrate status",
    "? db push --force-reset --accept-data-loss",
    "? init --url URL --schema new/new.schema",
    // Where no URL belongs.
    "? validate URL",
    "? migrate deploy --urll=URL",
    "? migrate deploy --wait URL",
    "? migrate show URL",
    "? migrate resolve --applied URL",
    "? db execute --file URL",
];

/// The commands without others below them, as the help lists them.
fn commands(path: &[&str], found: &mut BTreeSet<String>) {
    let help = Project::empty().relata(&[path, &["--help"]].concat()).ok();
    let Some((_, listed)) = help.stdout.split_once("\nCommands:\n") else {
        found.insert(path.join(" "));
        return;
    };
    for line in listed.lines().take_while(|line| !line.is_empty()) {
        let name = line.split_whitespace().next().expect("a command");
        if name != "help" {
            commands(&[path, &[name]].concat(), found);
        }
    }
}

#[track_caller]
pub fn every_command_is_tried() {
    let mut found = BTreeSet::new();
    commands(&[], &mut found);
    assert!(found.len() > 20, "{found:?}");
    for command in &found {
        let is_tried = |line: &str| {
            let line = line.trim_start_matches(['!', '?', ' ']);
            line == command || line.starts_with(&format!("{command} "))
        };
        assert!(LINES.iter().any(|line| is_tried(line)), "{command}");
    }
}

/// Types every line.
fn run(site: &Site, spelling: Spelling) {
    (site.clear)();
    let project = Project::empty();
    let (before, behind) = &site.around;
    let with = |password: &str| format!("{before}{password}{behind}");
    let url = match spelling {
        Spelling::Raw => with(PASSWORD),
        Spelling::Refused => with(WRONG),
        Spelling::Away => format!("{before}{ENCODED}@127.0.0.1:1/none"),
        Spelling::Missing => match behind.rsplit_once('/') {
            Some((place, _)) if behind.starts_with('@') => {
                format!("{before}{ENCODED}{place}/nowhere")
            }
            _ => "file:./nowhere/none.db".to_owned(),
        },
        Spelling::Parameter => {
            let mark = if behind.contains('?') { '&' } else { '?' };
            let before = before.trim_end_matches(':');
            format!("{before}{behind}{mark}password={ENCODED}")
        }
        // It knows no passwords.
        _ if site.provider == "sqlite" => "file:./dev.db".to_owned(),
        _ => with(ENCODED),
    };
    let is_literal = !matches!(
        spelling,
        Spelling::Variable | Spelling::DotEnv | Spelling::Toml | Spelling::Flag
    );
    let line = match spelling {
        Spelling::Variable | Spelling::DotEnv => "  url = env(\"DATABASE_URL\")\n".to_owned(),
        _ if is_literal => format!("  url = \"{}\"\n", url.replace('\\', "\\\\")),
        _ => String::new(),
    };
    let shadow = site.shadow.as_ref().filter(|_| is_literal);
    let shadow = shadow.map_or_else(String::new, |it| {
        format!("  shadowDatabaseUrl = \"{it}\"\n")
    });
    let provider = site.provider;
    let schema = |models: &str| {
        project.write(
            "app.schema",
            format!("datasource db {{\n  provider = \"{provider}\"\n{line}{shadow}}}\n\n{models}"),
        );
    };
    schema(MODELS);
    // What is to be formatted is shown with its neighbours, and a mistake with its line.
    project.write(
        "told/told.schema",
        format!("datasource db {{\n  provider = \"{provider}\"\n  url = \"{url}\"\n}}\nmodel  A {{\n id Int @id\n}}\n"),
    );
    project.write(
        "told/wrong.schema",
        format!("datasource db {{\n  provider = \"{provider}\"\n  url = \"{url}\" url\n}}\n"),
    );
    match spelling {
        Spelling::DotEnv => project.write(".env", format!("DATABASE_URL='{url}'\n")),
        Spelling::Toml => project.write("relata.toml", format!("url = '{url}'\n")),
        _ => {}
    }
    let item = if provider == "mysql" {
        "`Item`"
    } else {
        "\"Item\""
    };
    let is_usable = !matches!(
        spelling,
        Spelling::Raw | Spelling::Refused | Spelling::Away | Spelling::Missing
    );
    let mut refused = 0;
    for line in LINES {
        if let Some(file) = line.strip_prefix("= ") {
            let (path, text) = file.split_once(' ').expect("a file");
            match text {
                "CHANGED" => schema(CHANGED),
                text => project.write(path, text.replace("ITEM", item)),
            }
            continue;
        }
        let (wanted, typed) = match line.split_once(' ') {
            Some(("!", typed)) => (Some(1), typed),
            Some(("?", typed)) => (None, typed),
            _ => (Some(0), *line),
        };
        let mut words: Vec<&str> = typed
            .split(' ')
            .map(|word| if word == "URL" { &url } else { word })
            .collect();
        let pasted = format!("--urll={url}");
        if let Some(word) = words.iter_mut().find(|word| **word == "--urll=URL") {
            *word = &pasted;
        }
        let takes_url = typed.starts_with("db ")
            || ["introspect", "config"]
                .iter()
                .any(|it| typed.starts_with(it))
            || (typed.starts_with("migrate ")
                && !typed.starts_with("migrate diff")
                && !typed.starts_with("migrate show"));
        if spelling == Spelling::Flag && takes_url {
            words.extend(["--url", &url]);
        }
        let ran = unattended(&project, &words, spelling, &url);
        let what = format!("{spelling:?} {provider} {typed}: {ran:?}");
        for secret in SECRETS {
            assert!(
                !ran.stdout.contains(secret) && !ran.stderr.contains(secret),
                "`{secret}` is in {what}"
            );
        }
        assert!(matches!(ran.status, 0..=2), "{what}");
        assert!(!ran.stderr.contains("panicked"), "{what}");
        refused += usize::from(ran.status == 1);
        let is_of_flag = spelling == Spelling::Flag && typed.starts_with("migrate diff");
        if is_usable
            && !is_of_flag
            && let Some(wanted) = wanted
        {
            assert_eq!(ran.status, wanted, "{what}");
        }
    }
    assert!(is_usable || refused > 20, "{spelling:?}: {refused} refused");
    for path in project.tree() {
        let file = project.path().join(&path);
        if file.is_dir() || TOLD.contains(&path.as_str()) {
            continue;
        }
        let bytes = std::fs::read(&file).expect("read");
        for secret in SECRETS.iter().filter(|it| it.len() > 2) {
            let is_in = bytes
                .windows(secret.len())
                .any(|it| it == secret.as_bytes());
            assert!(!is_in, "{spelling:?}: `{secret}` is in {path}");
        }
    }
}

/// Runs the command without a terminal and with its input closed. What hangs is killed, and fails.
fn unattended(project: &Project, words: &[&str], spelling: Spelling, url: &str) -> Ran {
    // Files, not pipes: nobody reads a pipe while we look at the clock.
    let file = || tempfile::NamedTempFile::new().expect("a file");
    let open = |file: &tempfile::NamedTempFile| file.reopen().expect("the same file");
    let (stdout, stderr) = (file(), file());
    // A session of its own has no terminal to ask on, whatever ours has.
    let mut command = Command::new("setsid");
    command
        .args([
            "sh",
            "-c",
            "exec \"$@\" <&-",
            "sh",
            env!("CARGO_BIN_EXE_relata"),
        ])
        .args(words)
        .current_dir(project.path())
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null())
        .stdout(open(&stdout))
        .stderr(open(&stderr));
    if spelling == Spelling::Variable {
        command.env("DATABASE_URL", url);
    }
    let mut child = command.spawn().expect("the command runs");
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("waited") {
            break status;
        }
        if start.elapsed() > LIMIT {
            let _ = child.kill();
            panic!("it hangs: {words:?}");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let text =
        |file: &tempfile::NamedTempFile| std::fs::read_to_string(file.path()).expect("UTF-8");
    Ran {
        status: status.code().unwrap_or(-1),
        stdout: text(&stdout),
        stderr: text(&stderr),
    }
}

/// Tries a sample of the spellings on every day, and each with `cargo xtask test --all`.
pub fn run_all(site: &Site) {
    use Spelling::{Away, DotEnv, Flag, Missing, Parameter, Raw, Refused, Schema, Toml, Variable};
    let is_thorough = std::env::var_os("RELATA_TEST_ALL").is_some();
    let spellings: &[Spelling] = match site.provider {
        "sqlite" => &[Schema, Variable, DotEnv, Toml, Flag, Missing],
        _ if is_thorough => &[
            Schema, Variable, DotEnv, Toml, Flag, Parameter, Raw, Refused, Away, Missing,
        ],
        "mysql" => &[Parameter, Away, Missing],
        _ => &[Schema, Raw, Refused],
    };
    for spelling in spellings {
        run(site, *spelling);
    }
}
