// What all programs share: the tasks' sizes, and how they are timed. The fastest of several runs: others share the machine.

/// Rows of `account` that a bulk read gives.
pub const ACCOUNTS: i32 = 10_000;
/// The first so many have articles, and these remarks.
pub const WRITERS: i32 = 100;
pub const ARTICLES: i32 = 10;
pub const REMARKS: i32 = 5;
/// Rows of a bulk insert.
pub const ENTRIES: i32 = 10_000;
/// How many reads of one row a measurement is.
pub const POINTS: i32 = 1_000;

pub struct Fastest {
    task: &'static str,
    nanos: u128,
}

impl Fastest {
    pub fn of(task: &'static str) -> Self {
        Self { task, nanos: u128::MAX }
    }

    pub fn note(&mut self, start: std::time::Instant) {
        self.nanos = self.nanos.min(start.elapsed().as_nanos());
    }

    /// `<task> <microseconds>`, which the bench reads.
    pub fn tell(&self) {
        println!("{} {}", self.task, self.nanos / 1000);
    }
}

/// The connection string, and how often each task is run.
pub fn arguments() -> (String, usize) {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("a connection string");
    let rounds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(5);
    (url, rounds)
}

pub fn path(url: &str) -> Option<&str> {
    url.strip_prefix("file:")
}
