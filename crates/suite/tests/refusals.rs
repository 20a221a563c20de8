//! What rustc says of mistakes with the typed client: each has to be refused, in few lines, and in the user's own words.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use relata_testing::{sections, snapshot, workspace_root};

/// A mistake, and the code that makes it.
const MISTAKES: &[(&str, &str)] = &[
    (
        "required-field-missing",
        "db.user().create(user::New { email: \"a@x.dev\".into() }).await?;",
    ),
    (
        "relation-not-included",
        "let ann = db.user().find_first().required().await?;\n    println!(\"{}\", ann.posts.len());",
    ),
    (
        "wrong-type-in-a-filter",
        "db.user().find_many().filter(user::age.eq(\"thirty\")).await?;",
    ),
    (
        "wrong-type-in-an-assignment",
        "db.user().update(user::id.eq(1)).set(user::active.to(\"yes\")).await?;",
    ),
    (
        "column-of-another-model",
        "db.user().find_many().filter(post::title.eq(\"a\")).await?;",
    ),
    (
        "order-by-a-column-of-another-model",
        "db.user().find_many().order_by(post::title.asc()).await?;",
    ),
    (
        "change-of-another-model",
        "db.user().update(user::id.eq(1)).set(post::title.to(\"a\")).await?;",
    ),
    (
        "change-where-a-row-is-made",
        "db.user().upsert(user::id.eq(1), user::New { email: \"a\".into(), name: \"A\".into() }).set(user::views.increment(1)).await?;",
    ),
    (
        "unknown-column",
        "db.user().find_many().filter(user::emial.eq(\"a\")).await?;",
    ),
    ("await-forgotten", "db.user().delete(user::id.eq(1));"),
    (
        "relation-included-twice",
        "db.user().find_many().include(user::posts).include(user::profile).include(user::posts).await?;",
    ),
    (
        "relation-of-another-model",
        "db.user().find_many().include(post::tags).await?;",
    ),
    (
        "connect-by-a-relation-to-one-row",
        "db.post().update(post::id.eq(1)).connect(post::editor, user::id.eq(2)).await?;",
    ),
    (
        "not-a-unique-column",
        "db.user().find_unique(user::name.eq(\"Ann\")).await?;",
    ),
    (
        "parent-without-a-row-around",
        "db.post().create(post::New { title: \"a\".into(), author_id: Parent }).await?;",
    ),
    (
        "foreign-key-given-twice",
        "db.user().create(user::New { email: \"a\".into(), name: \"A\".into() }).with(user::posts, post::New { title: \"a\".into(), author_id: 1 }).await?;",
    ),
    (
        "some-of-a-relation-to-one",
        "db.post().find_many().filter(post::author.some(user::name.eq(\"A\"))).await?;",
    ),
    (
        "shape-of-another-model",
        "db.post().find_many().shape::<UserPage>().await?;",
    ),
    (
        "sum-of-text",
        "db.user().aggregate(user::name.sum()).await?;",
    ),
];

struct Package(PathBuf);

impl Package {
    /// A package on the suite's own generated code, in which each mistake is a program.
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("refusals");
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(folder.join("src/bin")).unwrap();
        // The versions that are here already: the tests shall need no network.
        let lock = workspace_root().join("Cargo.lock");
        fs::copy(lock, folder.join("Cargo.lock")).unwrap();
        let crates = workspace_root().join("crates");
        let manifest = format!(
            "[package]\nname = \"refusals\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nrelata = {{ path = {:?} }}\nrelata-suite = {{ path = {:?} }}\n\n[workspace]\n",
            crates.join("relata").to_string_lossy(),
            crates.join("suite").to_string_lossy(),
        );
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        Self(folder)
    }

    fn program(&self, name: &str, code: &str) {
        let text = format!(
            "#![deny(unused_must_use)]\n#![allow(dead_code, unused_imports)]\nuse relata_suite::{{DatabaseClient, Parent, UserPage, post, user}};\n\n\
             async fn work(db: DatabaseClient) -> relata::Result<()> {{\n    {code}\n    Ok(())\n}}\n\nfn main() {{}}\n"
        );
        fs::write(self.0.join(format!("src/bin/{name}.rs")), text).unwrap();
    }

    /// What rustc says of each program, all of them checked at once.
    fn check(&self) -> HashMap<String, String> {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args([
            "check",
            "--offline",
            "--bins",
            "--keep-going",
            "--message-format=json",
        ]);
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages");
        command
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", target)
            .env("CARGO_TERM_COLOR", "never");
        for variable in [
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "RUSTC_WRAPPER",
            "RUSTC_WORKSPACE_WRAPPER",
        ] {
            command.env_remove(variable);
        }
        let output = command.output().unwrap();
        let mut said: HashMap<String, String> = HashMap::new();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let message: serde_json::Value = serde_json::from_str(line).unwrap();
            if message["reason"] == "compiler-artifact" && message["target"]["kind"][0] == "bin" {
                let name = message["target"]["name"].as_str().unwrap();
                said.entry(name.to_owned()).or_default();
            }
            if message["reason"] == "compiler-message" {
                let name = message["target"]["name"].as_str().unwrap();
                let rendered = message["message"]["rendered"].as_str().unwrap();
                said.entry(name.to_owned()).or_default().push_str(rendered);
            }
        }
        assert!(
            said.contains_key("right"),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        said
    }
}

#[test]
fn mistakes_are_told_by_the_compiler() {
    let package = Package::new();
    package.program(
        "right",
        "db.user().find_many().include(user::posts).await?;",
    );
    for (name, code) in MISTAKES {
        package.program(name, code);
    }
    let said = package.check();
    assert_eq!(said["right"], "");
    for (name, code) in MISTAKES {
        let told = told(&said[*name]);
        assert!(told.starts_with("error"), "{name} compiles: {told}");
        let text = sections(&[("CODE", code), ("RUSTC", &told)]);
        snapshot(&format!("refusals/{name}"), &text);
    }
}

/// The message without what depends on the machine, and without the places in other sources than the program's that rustc adds:
/// those lie in another folder on each machine, and move with every change.
fn told(said: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut is_elsewhere = false;
    for line in said.lines() {
        let text = line.trim_start();
        let numbered = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let gutter = numbered.trim_start();
        if let Some(place) = text.strip_prefix("--> ").or(text.strip_prefix("::: ")) {
            is_elsewhere = !place.starts_with("src/bin/");
            // Of what is said of another place alone, its heading goes too.
            let heading = |line: &String| line.starts_with("note: ");
            if is_elsewhere && lines.last().is_some_and(heading) {
                lines.pop();
            }
        } else if line != "..."
            && (text.starts_with("= ") || !gutter.starts_with(['|', '+', '-', '~']))
        {
            is_elsewhere = false;
        }
        let is_noise = line.is_empty()
            || line.contains("long-type-")
            || line.contains("--verbose")
            || ["Some errors have", "For more"]
                .iter()
                .any(|word| line.starts_with(word));
        if is_elsewhere || is_noise {
            continue;
        }
        let number = &text[..text.len() - numbered.len()];
        // How wide the margin is depends on line numbers elsewhere.
        lines.push(if text.starts_with("--> ") || text.starts_with("= ") {
            format!("   {text}")
        } else if gutter.starts_with(['|', '+', '-', '~'])
            && (number.is_empty() || numbered.starts_with(' '))
        {
            format!("{number:>2} {gutter}").trim_end().to_owned()
        } else {
            line.trim_end().to_owned()
        });
    }
    lines.dedup_by(|next, line| next == line && next.trim() == "|");
    lines.join("\n")
}
