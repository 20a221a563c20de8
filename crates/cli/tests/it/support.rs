//! A project in a folder of its own, and the command run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::Connection;
use tempfile::TempDir;

/// A project in a temporary folder.
pub struct Project {
    folder: TempDir,
}

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

pub const DATASOURCE: &str =
    "datasource db {\n  provider = \"sqlite\"\n  url      = \"file:./dev.db\"\n}\n";

impl Project {
    /// A project on SQLite with these models.
    pub fn new(models: &str) -> Self {
        let project = Self::empty();
        project.schema(models);
        project
    }

    pub fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes `app.schema` anew.
    pub fn schema(&self, models: &str) {
        self.write("app.schema", format!("{DATASOURCE}\n{models}"));
    }

    pub fn write(&self, path: &str, contents: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, contents).expect("written");
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).expect("read")
    }

    pub fn exists(&self, path: &str) -> bool {
        self.path().join(path).exists()
    }

    /// Every file and folder below the project, sorted, without the databases' own side files.
    pub fn tree(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut open: Vec<PathBuf> = vec![self.path().to_owned()];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let name = path
                    .strip_prefix(self.path())
                    .expect("inside")
                    .display()
                    .to_string();
                if path.is_dir() {
                    open.push(path);
                }
                found.push(name);
            }
        }
        found.sort();
        found
    }

    /// The migration directories, sorted.
    pub fn migrations(&self) -> Vec<String> {
        let names = self
            .tree()
            .into_iter()
            .filter_map(|path| path.strip_prefix("migrations/").map(str::to_owned));
        names
            .filter(|name| !name.contains('/') && name != "migration_lock.toml")
            .collect()
    }

    pub fn relata(&self, args: &[&str]) -> Ran {
        self.relata_with(args, &[])
    }

    pub fn relata_with(&self, args: &[&str], environment: &[(&str, &str)]) -> Ran {
        self.run(args, environment, Stdio::null())
    }

    /// With an input that stays open and says nothing. What waits for it is killed, and gives no status.
    pub fn relata_that_waits(&self, args: &[&str]) -> Ran {
        let mut child = self
            .command(args, &[])
            .stdin(Stdio::piped())
            .spawn()
            .expect("the command runs");
        let input = child.stdin.take();
        let id = child.id();
        let is_done = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let watched = std::sync::Arc::clone(&is_done);
        let watchdog = std::thread::spawn(move || {
            for _ in 0..1200 {
                std::thread::sleep(std::time::Duration::from_millis(50));
                if watched.load(std::sync::atomic::Ordering::Relaxed) {
                    return;
                }
            }
            // The process is ours, by its number.
            let _ = Command::new("kill").arg(id.to_string()).status();
        });
        let output = child.wait_with_output().expect("the command ends");
        is_done.store(true, std::sync::atomic::Ordering::Relaxed);
        watchdog.join().expect("watched");
        drop(input);
        Ran::of(output, args, &[])
    }

    fn command(&self, args: &[&str], environment: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_relata"));
        command
            .args(args)
            .current_dir(self.path())
            .env_remove("DATABASE_URL")
            .env_remove("PRISMA_MIGRATION_DIR")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, args: &[&str], environment: &[(&str, &str)], input: Stdio) -> Ran {
        let output = self.command(args, environment).stdin(input).output();
        Ran::of(output.expect("the command runs"), args, environment)
    }

    pub fn dev(&self, name: &str) -> Ran {
        self.relata(&["migrate", "dev", "--name", name])
    }

    pub fn database(&self) -> Connection {
        Connection::open(self.path().join("dev.db")).expect("a database")
    }

    /// The rows of a query, each with its values joined by `|`.
    pub fn rows(&self, sql: &str) -> Vec<String> {
        let db = self.database();
        let mut statement = db.prepare(sql).expect("SQL");
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let value = |i| -> rusqlite::Result<String> {
                Ok(match row.get_ref(i)? {
                    rusqlite::types::ValueRef::Null => "NULL".to_owned(),
                    rusqlite::types::ValueRef::Integer(n) => n.to_string(),
                    rusqlite::types::ValueRef::Real(n) => n.to_string(),
                    rusqlite::types::ValueRef::Text(t) => String::from_utf8_lossy(t).into_owned(),
                    rusqlite::types::ValueRef::Blob(b) => format!("{b:02x?}"),
                })
            };
            Ok((0..columns)
                .map(value)
                .collect::<rusqlite::Result<Vec<_>>>()?
                .join("|"))
        });
        rows.expect("rows").collect::<Result<_, _>>().expect("rows")
    }
}

impl Ran {
    /// What was printed; no password of a connection string that the command was given may be in it.
    pub fn of(output: std::process::Output, args: &[&str], environment: &[(&str, &str)]) -> Self {
        let ran = Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        };
        ran.holds_no_password(args, environment);
        ran
    }

    #[track_caller]
    pub fn holds_no_password(&self, args: &[&str], environment: &[(&str, &str)]) {
        let values = environment.iter().map(|(_, value)| *value);
        for password in args.iter().copied().chain(values).filter_map(password) {
            assert!(
                !self.stdout.contains(password) && !self.stderr.contains(password),
                "the password is in what {args:?} printed: {self:?}"
            );
        }
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, 0, "{self:?}");
        self
    }

    /// Fails with exit status 1, that code, and these words.
    #[track_caller]
    pub fn fails(self, code: &str, words: &[&str]) -> Self {
        assert_eq!(self.status, 1, "{self:?}");
        assert!(
            self.stderr.contains(&format!("error[{code}]")),
            "no {code} in {self:?}"
        );
        for word in words {
            assert!(self.stderr.contains(word), "no `{word}` in {}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{self:?}");
        self
    }
}

/// The password of a connection string, unless it is too short to be told from other text.
fn password(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://")?;
    let (login, _) = rest.rsplit_once('@')?;
    let (_, password) = login.split_once(':')?;
    (password.len() >= 6).then_some(password)
}
