//! The command at a pseudo-terminal: it has no controlling one, but everything it is connected to is one.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::support::{Project, Ran};

/// Nothing that is tested takes so long, unless it hangs.
const LIMIT: Duration = Duration::from_mins(2);

/// A command that somebody talks to.
pub struct Talk {
    child: Child,
    keyboard: File,
    heard: Arc<Mutex<String>>,
    reader: JoinHandle<()>,
    /// How much of what was heard has been expected.
    seen: usize,
}

/// A machine may be slow to give a terminal.
fn master() -> std::os::fd::OwnedFd {
    let mut tries = 0;
    loop {
        match openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY) {
            Ok(master) => return master,
            Err(error) if tries == 100 => panic!("a terminal: {error}"),
            Err(_) => std::thread::sleep(Duration::from_millis(100)),
        }
        tries += 1;
    }
}

impl Talk {
    /// Starts the command.
    pub fn with(project: &Project, args: &[&str], environment: &[(&str, &str)]) -> Self {
        let master = master();
        grantpt(&master).expect("granted");
        unlockpt(&master).expect("unlocked");
        let name = ptsname(&master, Vec::new()).expect("its name");
        let slave = rustix::fs::open(&*name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty());
        let slave = File::from(slave.expect("its other side"));
        let side = || Stdio::from(slave.try_clone().expect("a copy"));
        let child = Command::new(env!("CARGO_BIN_EXE_relata"))
            .args(args)
            .current_dir(project.path())
            .env_remove("DATABASE_URL")
            .env_remove("NO_COLOR")
            .env("TERM", "xterm")
            .envs(environment.iter().copied())
            .stdin(side())
            .stdout(side())
            .stderr(side())
            .spawn()
            .expect("the command runs");
        drop(slave);
        let mut screen = File::from(master);
        let keyboard = screen.try_clone().expect("a copy");
        let heard = Arc::new(Mutex::new(String::new()));
        let all = Arc::clone(&heard);
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The last one who has the other side open closes it: an error, on Linux.
            while let Ok(read @ 1..) = screen.read(&mut buffer) {
                let text = String::from_utf8_lossy(&buffer[..read]).replace("\r\n", "\n");
                all.lock().expect("heard").push_str(&text);
            }
        });
        Self {
            child,
            keyboard,
            heard,
            reader,
            seen: 0,
        }
    }

    pub fn new(project: &Project, args: &[&str]) -> Self {
        Self::with(project, args, &[])
    }

    /// Waits until the command has said this, behind what it has said before.
    #[track_caller]
    pub fn hears(mut self, text: &str) -> Self {
        let start = Instant::now();
        loop {
            let heard = self.heard.lock().expect("heard").clone();
            if let Some(at) = heard[self.seen..].find(text) {
                self.seen += at + text.len();
                return self;
            }
            let is_over = self.reader.is_finished();
            assert!(
                !is_over && start.elapsed() < LIMIT,
                "`{text}` was not said: {heard}"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Types a line.
    pub fn says(mut self, line: &str) -> Self {
        self.keyboard
            .write_all(format!("{line}\n").as_bytes())
            .expect("typed");
        self
    }

    /// Waits for the end. What was said on both streams comes together.
    #[track_caller]
    pub fn ends(mut self) -> Ran {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("waited") {
                break status;
            }
            if start.elapsed() > LIMIT {
                let _ = self.child.kill();
                panic!("it hangs: {}", self.heard.lock().expect("heard"));
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        self.reader.join().expect("read");
        let text = self.heard.lock().expect("heard").clone();
        Ran {
            status: status.code().unwrap_or(-1),
            stdout: text.clone(),
            stderr: text,
        }
    }
}
