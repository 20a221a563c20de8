//! The cases of `fixtures/changes`: one subject a file, one change a section.
//!
//! ```text
//! --- name
//! postgresql: 3f2a9c1b0d4e
//! sqlite: e3b0c44298fc
//! works sqlite: why our statements are other ones
//!
//! model Item {
//!   id Int @id
//! - size Int
//! + size BigInt
//! }
//! ```
//!
//! A line with `-` stands only in the schema before, one with `+` only in the schema after. The number beside a database is the
//! beginning of the checksum of what Prisma 7.10 writes for the change, in the form of [`digest`]. Where ours is not the same, a line
//! says why: it `keeps` rows that Prisma's statements lose or stop at, `works` where they fail or do not lead to the schema, or
//! `spares` the database some of them. `spelled postgresql: …` says that the two schemas mean the same, and that the database keeps how
//! it was written.
//!
//! For CockroachDB, Prisma leaves out the blank in `ALTER TYPE "a" DROP VALUE`; the checksums are of statements that have it.

use std::fs;

use relata_schema::provider::Provider;
use relata_script::checksum;
use relata_sql::{Catalog, Plan};
use relata_testing::workspace_root;

use super::{catalog, plan_between, with_datasource};

/// Why statements of ours differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    Keeps,
    Works,
    Spares,
}

/// One change on one database.
pub(crate) struct Change {
    pub(crate) subject: String,
    pub(crate) name: String,
    pub(crate) provider: Provider,
    /// The section without its head.
    pub(crate) text: String,
    pub(crate) catalogs: [Catalog; 2],
    /// The digest of Prisma's statements.
    pub(crate) prisma: String,
    /// Why ours are other ones.
    pub(crate) differs: Option<(Reason, String)>,
    /// Whether the two schemas differ in spelling only, which the database keeps.
    pub(crate) is_spelling: bool,
}

impl Change {
    pub(crate) fn plan(&self) -> Plan {
        plan_between(&self.catalogs[0], &self.catalogs[1])
    }
}

/// Returns the changes of all subjects that a database has.
pub(crate) fn changes(provider: Provider) -> Vec<Change> {
    let mut files: Vec<_> = fs::read_dir(workspace_root().join("fixtures/changes"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut changes = Vec::new();
    for file in files {
        let subject = file.file_stem().unwrap().to_string_lossy().into_owned();
        let text = format!("\n{}", fs::read_to_string(&file).unwrap());
        changes.extend(
            text.split("\n--- ")
                .skip(1)
                .filter_map(|section| change(&subject, section, provider)),
        );
    }
    changes
}

fn change(subject: &str, section: &str, provider: Provider) -> Option<Change> {
    let (head, body) = section
        .split_once("\n\n")
        .expect("a head, a line without text, a schema");
    let mut lines = head.lines();
    let name = lines.next().unwrap().to_owned();
    let (mut prisma, mut differs, mut is_spelling) = (None, None, false);
    for line in lines {
        let (who, what) = line.split_once(": ").expect("`who: what`");
        let is_here = |databases: &str| databases.split(", ").any(|each| each == provider.name());
        let (reason, databases) = match who.split_once(' ') {
            None => {
                if who == provider.name() {
                    prisma = Some(what.to_owned());
                }
                continue;
            }
            Some(("spelled", databases)) => {
                is_spelling |= is_here(databases);
                continue;
            }
            Some(("keeps", databases)) => (Reason::Keeps, databases),
            Some(("works", databases)) => (Reason::Works, databases),
            Some(("spares", databases)) => (Reason::Spares, databases),
            Some(_) => panic!("{subject}/{name}: {line}"),
        };
        if is_here(databases) {
            differs = Some((reason, what.to_owned()));
        }
    }
    let prisma = prisma?;
    let text = body.trim_end_matches('\n').to_owned();
    let catalogs = ['+', '-'].map(|left_out| {
        catalog(
            &name,
            &with_datasource(&side(&text, left_out), provider.name()),
        )
    });
    Some(Change {
        subject: subject.to_owned(),
        name,
        provider,
        text,
        catalogs,
        prisma,
        differs,
        is_spelling,
    })
}

/// The schema that has the lines of one side and those of both.
fn side(text: &str, left_out: char) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with(left_out))
        .map(|line| line.strip_prefix(['-', '+']).unwrap_or(line))
        .collect();
    lines.join("\n") + "\n"
}

/// The statements of a script, comments and blank lines left out, in the order of their texts: what depends on each other is
/// ordered by the graph, and the rest may stand anywhere.
pub(crate) fn statements(script: &str) -> Vec<String> {
    let lines: Vec<&str> = script
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty() && !line.starts_with("--"))
        .collect();
    let text = lines.join("\n");
    let mut statements: Vec<String> = text
        .split_inclusive(";\n")
        .map(|statement| statement.trim_end_matches('\n').to_owned())
        .filter(|statement| !statement.is_empty())
        .collect();
    statements.sort_unstable();
    statements
}

/// The beginning of the checksum of statements, one below the other.
pub(crate) fn digest(statements: &[String]) -> String {
    checksum(&statements.join("\n"))[..12].to_owned()
}
