//! The command line itself: help, codes, completions, and what Prisma calls otherwise.

use super::support::Project;

/// Every code that is in the code has a page, and no page is of a code that is not.
#[test]
fn each_code_has_a_page() {
    let crates = relata_testing::workspace_root().join("crates");
    let (mut found, mut open) = (std::collections::BTreeSet::new(), vec![crates]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir()
                && path
                    .file_name()
                    .is_some_and(|name| name != "tests" && name != "target")
            {
                open.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for (at, _) in text.match_indices("\"R") {
                    let code = text.get(at + 1..at + 6).unwrap_or_default();
                    let is_code = code[1.min(code.len())..].len() == 4
                        && code[1..].bytes().all(|it| it.is_ascii_digit());
                    if is_code && text[at + 6..].starts_with('"') {
                        found.insert(code.to_owned());
                    }
                }
            }
        }
    }
    assert!(found.len() > 150, "{}", found.len());
    let project = Project::empty();
    let mut without = Vec::new();
    for code in &found {
        let ran = project.relata(&["explain", code]);
        if ran.status != 0 || !ran.stdout.starts_with(code.as_str()) {
            without.push(code.clone());
        }
    }
    assert!(without.is_empty(), "{without:?}");
    let pages = std::fs::read_to_string(
        relata_testing::workspace_root().join("crates/cli/src/commands/pages.txt"),
    )
    .unwrap();
    for block in pages
        .split("\n\n")
        .filter(|block| block.trim_start().starts_with('R'))
    {
        let code = block.trim_start().split(' ').next().unwrap();
        assert!(
            found.contains(code),
            "a page of `{code}`, which nothing prints"
        );
        assert!(block.trim().lines().count() >= 2, "an empty page of {code}");
    }
}

#[test]
fn a_code_of_prismas_leads_to_ours() {
    let project = Project::empty();
    for (code, ours) in [
        ("P3005", "R2107"),
        ("p3009", "R2106"),
        ("P3018", "R2110"),
        ("P3006", "R6019"),
        ("P1001", "R2009"),
        ("P1002", "R2111"),
    ] {
        let ran = project.relata(&["explain", code]).ok();
        assert!(ran.stdout.contains(ours), "{code}: {ran:?}");
    }
    project
        .relata(&["explain", "P9999"])
        .fails("R7006", &["P9999"]);
}

#[test]
fn each_command_shows_examples_that_are_understood() {
    let project = Project::empty();
    for args in [
        &["validate"][..],
        &["format"],
        &["generate"],
        &["graph"],
        &["init"],
        &["migrate", "dev"],
        &["migrate", "deploy"],
        &["migrate", "status"],
        &["migrate", "down"],
        &["migrate", "squash"],
        &["migrate", "rebase"],
        &["migrate", "resolve"],
        &["migrate", "diff"],
        &["migrate", "reset"],
        &["migrate", "show"],
        &["db", "push"],
        &["db", "pull"],
        &["db", "execute"],
        &["db", "seed"],
        &["db", "restore"],
    ] {
        let help = project.relata(&[args, &["--help"]].concat()).ok().stdout;
        let (_, examples) = help
            .split_once("Examples:")
            .unwrap_or_else(|| panic!("{args:?} has none: {help}"));
        for line in examples
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with("relata "))
        {
            // Words, with quotes as the shell takes them.
            let mut words: Vec<String> = Vec::new();
            for (index, part) in line.split('"').enumerate() {
                if index % 2 == 1 {
                    words.push(part.to_owned());
                } else {
                    words.extend(part.split_whitespace().map(str::to_owned));
                }
            }
            words.push("--help".to_owned());
            let words: Vec<&str> = words[1..].iter().map(String::as_str).collect();
            // With `--help` at its end nothing is done, but every flag before it is looked at.
            let ran = project.relata(&words);
            assert!(ran.status == 0 || line.contains(" -- "), "{line}: {ran:?}");
        }
    }
}

/// Every command and flag of Prisma 7.10, as its program declares them, and then those of Prisma 5 and 6. A flag behind `!` is not taken: what to
/// write instead is said. `=` stands for a value.
const PRISMA: &[(&str, &str)] = &[
    ("bootstrap", "!"),
    ("complete", "!"),
    ("dev", "!"),
    ("mcp", "!"),
    ("platform status", "!"),
    ("postgres link", "!"),
    ("studio --port 1", "!"),
    ("telemetry", "!"),
    ("debug", "--schema= --config= --telemetry-information="),
    ("version", "--json --telemetry-information="),
    ("-v", ""),
    ("--version", ""),
    (
        "init",
        "--url= --datasource-provider=sqlite --no-skills --non-interactive --debug --preview-feature \
         !--generator-provider= !--output= !--with-model !--db !--region= !--name= !--prompt= !--vibe=",
    ),
    (
        "generate",
        "--schema= --config= --no-hints --require-models --telemetry-information= !--watch !--generator= !--sql",
    ),
    ("validate", "--schema= --config= --telemetry-information="),
    (
        "format",
        "--schema= --config= --check --telemetry-information=",
    ),
    ("db execute --stdin", "--config= --telemetry-information="),
    ("db execute", "--file="),
    (
        "db pull",
        "--print --schema= --config= --schemas=a,b --force --composite-type-depth=-1 --url=",
    ),
    (
        "db push",
        "--accept-data-loss --force-reset --schema= --config= --url= --telemetry-information=",
    ),
    (
        "db seed",
        "--config= --preview-feature --telemetry-information=",
    ),
    (
        "migrate dev",
        "--name= -n=x --create-only --schema= --config= --url= --telemetry-information=",
    ),
    (
        "migrate deploy",
        "--schema= --config= --telemetry-information=",
    ),
    (
        "migrate status",
        "--schema= --config= --telemetry-information=",
    ),
    (
        "migrate reset",
        "--force -f --schema= --config= --telemetry-information=",
    ),
    ("migrate resolve", "--applied= --rolled-back="),
    (
        "migrate resolve --applied x",
        "--schema= --config= --telemetry-information=",
    ),
    (
        "migrate diff",
        "--output= -o=x --from-empty --from-config-datasource --from-schema= --from-migrations= --to-empty --to-config-datasource --to-schema= \
         --to-migrations= --script --exit-code --telemetry-information= --config= --from-url= --to-url= --from-schema-datasource= \
         --to-schema-datasource= --from-schema-datamodel= --to-schema-datamodel= !--from-local-d1 !--to-local-d1",
    ),
    // 5 and 6, and older.
    ("introspect", "--print --force --schema= --url="),
    (
        "generate",
        "--no-engine --allow-no-models !--data-proxy !--accelerate",
    ),
    ("db pull", "!--local-d1 --preview-feature"),
    ("db push", "--skip-generate --preview-feature"),
    ("db execute --stdin", "--url= --schema= --preview-feature"),
    (
        "migrate dev",
        "--skip-generate --skip-seed --preview-feature --early-access-feature !--create-db",
    ),
    ("migrate deploy", "--preview-feature"),
    ("migrate reset", "--skip-generate --skip-seed"),
    ("migrate diff", "--shadow-database-url= --preview-feature"),
    ("db drop", "!"),
    ("migrate up", "!"),
    ("migrate save", "!"),
];

/// Each is taken, or answered with what to write instead.
#[test]
fn what_prisma_types_is_understood() {
    let project = Project::empty();
    let is_answered = |words: &[&str]| {
        let ran = project.relata(words);
        assert_eq!(ran.status, 2, "{words:?}: {ran:?}");
        assert!(ran.stderr.contains("\nnote: "), "{words:?}: {ran:?}");
    };
    for (command, flags) in PRISMA {
        let command: Vec<&str> = command.split(' ').collect();
        if *flags == "!" {
            is_answered(&command);
            continue;
        }
        for written in flags.split_whitespace().chain([""]) {
            let flag = written.trim_start_matches('!');
            let mut words = command.clone();
            match flag.split_once('=') {
                Some((flag, "")) => words.extend([flag, "x"]),
                Some((flag, value)) => words.extend([flag, value]),
                None if flag.is_empty() => {}
                None => words.push(flag),
            }
            if written.starts_with('!') {
                is_answered(&words);
            } else {
                // With `--help` at its end nothing is done, but every flag before it is looked at.
                words.push("--help");
                project.relata(&words).ok();
            }
        }
    }
}

/// As Prisma's documentation types them.
#[test]
fn lines_of_prismas_documentation_are_understood() {
    let project = Project::new("model A {\n  id Int @id\n}\n");
    for line in [
        "init --datasource-provider sqlite",
        "generate --no-hints",
        "generate --no-engine",
        "generate --schema=app.schema",
        "validate --schema app.schema",
        "format --check",
        "introspect --print",
        "version",
        "debug",
        "db pull --force",
        "db pull --print --schemas a,b",
        "db pull --composite-type-depth -1",
        "db push --accept-data-loss --force-reset --skip-generate",
        "db execute --file x.sql --schema app.schema",
        "db execute --stdin --url file:x.db",
        "db seed --preview-feature",
        "db seed -- --arg",
        "migrate dev -n x --create-only",
        "migrate dev --skip-seed --skip-generate --name x",
        "migrate reset -f --skip-seed --skip-generate",
        "migrate deploy --schema app.schema",
        "migrate status",
        "migrate resolve --applied x",
        "migrate resolve --rolled-back x",
        "migrate diff --from-empty --to-schema-datamodel app.schema --script",
        "migrate diff --from-schema-datasource app.schema --to-empty",
        "migrate diff --from-config-datasource --to-schema app.schema -o out.sql",
        "migrate diff --from-migrations migrations --to-schema app.schema --shadow-database-url x",
        "migrate status --config prisma.config.ts",
    ] {
        let mut words: Vec<&str> = line.split(' ').collect();
        // Understood, and nothing done.
        let at = words
            .iter()
            .position(|it| *it == "--")
            .unwrap_or(words.len());
        words.insert(at, "--help");
        project.relata(&words).ok();
        assert_ne!(
            project
                .relata(
                    &words
                        .iter()
                        .filter(|it| **it != "--help")
                        .copied()
                        .collect::<Vec<_>>()
                )
                .status,
            2,
            "{line}"
        );
    }
}

#[test]
fn shells_and_man_know_the_commands() {
    let project = Project::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = project.relata(&["completions", shell]).ok().stdout;
        assert!(script.contains("accept-data-loss"), "{shell}");
    }
    project.relata(&["man", "manual"]).ok();
    let page = project.read("manual/relata-migrate-dev.1");
    assert!(page.contains("accept") && page.contains(".TH"), "{page}");
}
