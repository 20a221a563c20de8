//! What befalls a deploy from outside: its server crashes, the disk is full, a reader does not go away. It is reported, and the next deploy ends
//! where an undisturbed one does.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use relata_testing::{Database, OwnServer, Rows};

use crate::at_url::provider;
use crate::support::{Project, Ran};

/// A project and its database on a server that may crash.
struct Site {
    project: Project,
    database: Database,
}

impl Site {
    fn new(server: &OwnServer, hint: &str, migrations: &[&str]) -> Self {
        let (project, database) = (Project::empty(), server.fresh_database(hint));
        let provider = provider(&database.url());
        project.schema_at_url(provider, "");
        project.lock(provider);
        for (number, script) in (1..).zip(migrations) {
            project.write(&format!("migrations/{number}_m/migration.sql"), script);
        }
        Self { project, database }
    }

    fn relata(&self, args: &[&str]) -> Ran {
        self.project
            .relata_with(args, &[("URL", &self.database.url())])
    }

    fn deploy(&self, more: &[&str]) -> Ran {
        self.relata(&[&["migrate", "deploy"], more].concat())
    }

    /// Begins a deploy, and does not wait for its end.
    fn begin(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_relata"))
            .args(["migrate", "deploy"])
            .current_dir(self.project.path())
            .env("URL", self.database.url())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command runs")
    }

    /// Everything that a deploy leaves: the structure, what may not have happened twice, and the ledger.
    fn state(&self) -> (String, Rows, Rows) {
        let ledger = "SELECT migration_name, applied_steps_count, CASE WHEN logs IS NULL THEN 0 ELSE 1 END, \
             CASE WHEN finished_at IS NULL THEN 0 ELSE 1 END FROM _relata_migrations ORDER BY migration_name";
        (
            self.database.dump(),
            self.database.query("SELECT what FROM log ORDER BY what"),
            self.database.query(ledger),
        )
    }
}

/// Statements of every kind, with naps between, so that a crash at any time hits another one. `log` holds a row for each that may not run twice.
const POSTGRES: &[&str] = &[
    "CREATE TABLE log (what TEXT);\nCREATE TABLE a (b INT, c INT);\nINSERT INTO a SELECT n, n FROM generate_series(1, 1000) n;\nSELECT pg_sleep(0.3);",
    "-- relata: no-transaction\nINSERT INTO log VALUES ('one');\nSELECT pg_sleep(0.3);\nCREATE INDEX CONCURRENTLY i ON a (b);\nSELECT pg_sleep(0.3);\n\
     INSERT INTO log VALUES ('two');\nBEGIN;\nINSERT INTO log VALUES ('own 1');\nSELECT pg_sleep(0.3);\nINSERT INTO log VALUES ('own 2');\nCOMMIT;\n\
     -- relata: backfill by b batch 50\nUPDATE a SET c = c + 1;\nVACUUM a;\nSELECT pg_sleep(0.3);\nINSERT INTO log SELECT 'sum ' || sum(c) FROM a;",
    "CREATE TABLE z (y INT);\nINSERT INTO log VALUES ('three');\nSELECT pg_sleep(0.5);",
];

const MARIADB: &[&str] = &[
    "CREATE TABLE log (what VARCHAR(20));\nCREATE TABLE a (b INT PRIMARY KEY, c INT);\nINSERT INTO a SELECT seq, seq FROM seq_1_to_1000;\nSELECT SLEEP(0.3);",
    "INSERT INTO log VALUES ('one');\nSELECT SLEEP(0.3);\nALTER TABLE a ADD d INT;\nSELECT SLEEP(0.3);\nCREATE INDEX i ON a (c);\n\
     INSERT INTO log VALUES ('two');\nSTART TRANSACTION;\nINSERT INTO log VALUES ('own 1');\nSELECT SLEEP(0.3);\nINSERT INTO log VALUES ('own 2');\nCOMMIT;\n\
     -- relata: backfill by b batch 50\nUPDATE a SET c = c + 1;\nALTER TABLE a MODIFY d BIGINT DEFAULT 3, ALGORITHM=COPY;\nSELECT SLEEP(0.3);\n\
     INSERT INTO log SELECT CONCAT('sum ', SUM(c)) FROM a;",
    "CREATE TABLE z (y INT);\nINSERT INTO log VALUES ('three');\nSELECT SLEEP(0.5);\nDROP TABLE z;",
];

/// Crashes the server again and again, ever later in a deploy, and starts it again each time.
fn survives_crashes(mut server: OwnServer, migrations: &[&str]) {
    let undisturbed = Site::new(&server, "undisturbed", migrations);
    undisturbed.deploy(&[]).ok();
    let expected = undisturbed.state();
    let site = Site::new(&server, "crashed", migrations);
    let most = if std::env::var_os("RELATA_TEST_ALL").is_some() {
        40
    } else {
        5
    };
    let mut crashes = 0;
    while crashes < most {
        let mut deploy = site.begin();
        std::thread::sleep(Duration::from_millis(250 + 110 * (crashes % 9)));
        if deploy.try_wait().expect("waited").is_some() {
            break;
        }
        server.crash();
        let ran = Ran::of(
            deploy.wait_with_output().expect("it ends"),
            &[&site.database.url()],
            &[],
        );
        // It may have come to its end just before.
        if ran.status != 0 {
            let is_told = ["P1017", "P1001", "P1002"]
                .iter()
                .any(|code| ran.stderr.contains(code));
            assert!(ran.status == 1 && is_told, "{ran:?}");
            assert!(!ran.stderr.contains("panicked"), "{ran:?}");
        }
        site.deploy(&[]).fails("R2009", &["P1001"]);
        server.start();
        crashes += 1;
    }
    assert!(crashes >= 3, "{crashes}");
    site.deploy(&["--wait", "60"]).ok();
    assert_eq!(site.state(), expected, "after {crashes} crashes");
    assert_eq!(undisturbed.state(), expected);
    site.relata(&["migrate", "status"]).ok();
    let again = site.deploy(&[]).ok();
    assert_eq!(again.stdout, "No pending migrations to apply.\n");
}

#[test]
fn a_server_that_crashes_is_gone_on_with_postgres() {
    survives_crashes(OwnServer::postgres(), POSTGRES);
}

#[test]
fn a_server_that_crashes_is_gone_on_with_mariadb() {
    survives_crashes(OwnServer::mariadb(), MARIADB);
}

/// A migration, the statement of it that finds the disk full, and how far a file may grow meanwhile.
type Round = (&'static str, &'static str, u64);

/// The disk is full in each of these rounds, and then not any more.
fn survives_a_full_disk(mut server: OwnServer, migrations: &[&str], says: &str, rounds: &[Round]) {
    let site = Site::new(&server, "full", migrations);
    site.deploy(&["--to", "1_m"]).ok();
    for (name, statement, room) in rounds {
        server.limit_files(Some(*room));
        for _ in 0..2 {
            site.deploy(&["--to", name])
                .fails("R2110", &[name, statement, says]);
        }
        // Where it stands is told, and looking needs no room.
        let status = site.relata(&["migrate", "status"]);
        assert_eq!(status.status, 1, "{status:?}");
        assert!(status.stdout.contains(name), "{status:?}");
        server.limit_files(None);
        site.deploy(&["--to", name]).ok();
    }
    site.relata(&["migrate", "status"]).ok();
    let undisturbed = Site::new(&server, "undisturbed", migrations);
    undisturbed.deploy(&[]).ok();
    assert_eq!(site.state(), undisturbed.state());
}

#[test]
fn a_disk_that_is_full_is_told_and_gone_on_with_postgres() {
    const ROOM: u64 = 24 << 20;
    survives_a_full_disk(
        OwnServer::postgres(),
        &[
            "CREATE TABLE log (what TEXT);\nCREATE TABLE big (n INT, pad TEXT);",
            "-- relata: no-transaction\nINSERT INTO log VALUES ('one');\n\
             INSERT INTO big SELECT n, repeat('x', 1000) FROM generate_series(1, 30000) n;\nINSERT INTO log VALUES ('two');",
            "-- relata: no-transaction\nALTER TABLE big ALTER n TYPE BIGINT;\nINSERT INTO log VALUES ('three');",
            // As a whole: nothing is left of it.
            "INSERT INTO log VALUES ('four');\nCREATE TABLE more AS SELECT * FROM big;",
        ],
        "File too large",
        &[
            ("2_m", "statement 2 of 3", ROOM),
            ("3_m", "statement 1 of 2", ROOM),
            ("4_m", "statement 2 of 2", ROOM),
        ],
    );
}

/// `MariaDB` writes pages later: no file may be beyond the limit already.
#[test]
fn a_disk_that_is_full_is_told_and_gone_on_with_mariadb() {
    let wider = format!(
        "INSERT INTO log VALUES ('one');\nALTER TABLE small ADD more VARCHAR(2000) NOT NULL DEFAULT '{}', ALGORITHM=COPY;\n\
         INSERT INTO log VALUES ('two');",
        "y".repeat(2000)
    );
    survives_a_full_disk(
        OwnServer::mariadb(),
        &[
            "CREATE TABLE log (what VARCHAR(20));\nCREATE TABLE small (n INT PRIMARY KEY, pad VARCHAR(1000));\n\
             INSERT INTO small SELECT seq, repeat('x', 1000) FROM seq_1_to_10000;\nCREATE TABLE big (n INT PRIMARY KEY, pad VARCHAR(1000));",
            &wider,
            "INSERT INTO big SELECT seq, repeat('x', 1000) FROM seq_1_to_60000;\nINSERT INTO log VALUES ('three');",
        ],
        // Its words differ: "the table is full" of rows, an error of the engine of a copy.
        "P3018",
        &[
            ("2_m", "statement 2 of 3", 24 << 20),
            ("3_m", "statement 1 of 2", 64 << 20),
        ],
    );
}
