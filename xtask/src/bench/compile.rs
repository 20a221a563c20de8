//! `bench compile`: what generated Rust costs rustc, beside bare structs and, where asked for, beside other ORMs.
//!
//! Each variant is a crate of its own in a temporary folder, with one module per model, whose dependencies are built beforehand. Cold: the crate
//! is checked after nothing but it was forgotten. Incremental: after a function was added to the file of one model. Processor time is that of cargo and all below it,
//! which other work on the machine disturbs less than the clock; runs of the variants alternate, and the median is shown.
//!
//! The rivals take half a minute and more for what takes us two seconds. They are therefore measured at the smallest number of models only and fewer
//! times, and one whose compiler does not come to its end within [`LIMIT`] is said not to. Progress goes to the error output, the table to the output.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::shape::Names;
use super::{rivals, shape};
use crate::process::{complaint, finish, output};
use crate::workspace::{cargo, root};

/// Where the wrapper around rustc writes how much memory it took.
const PEAK: &str = "RELATA_BENCH_PEAK";
/// Where that wrapper reads how many seconds rustc may take.
const SECONDS: &str = "RELATA_BENCH_SECONDS";
const RUNS: usize = 5;
/// In these rounds the rivals run, too.
const RIVAL_RUNS: [usize; 3] = [0, 2, 4];
/// How long one call of rustc may take, on a machine that has other work, too.
const LIMIT: Duration = Duration::from_mins(6);

/// A crate to compile.
pub(super) struct Variant {
    pub(super) name: &'static str,
    /// The lines below `[dependencies]`.
    pub(super) dependencies: String,
    /// Path below `src`, and text.
    pub(super) files: Vec<(String, String)>,
    /// The file that a person changes, among them.
    pub(super) touched: String,
    pub(super) rival: bool,
}

/// What one run took.
#[derive(Clone, Copy)]
struct Cost {
    wall: Duration,
    cpu: Duration,
    /// Kilobytes.
    peak: u64,
}

pub(super) fn run(args: &[String]) -> Result<ExitCode> {
    let (mut with_rivals, mut only_builds) = (false, false);
    let mut sizes = Vec::new();
    for arg in args {
        match arg.as_str() {
            "--rivals" => with_rivals = true,
            "--build-only" => only_builds = true,
            models => sizes.push(models.parse().context(
                "usage: cargo xtask bench compile [--rivals] [--build-only] [<models>…]",
            )?),
        }
    }
    if sizes.is_empty() {
        sizes = vec![100, 200];
    }
    sizes.sort_unstable();
    println!(
        "cargo check of models with 12 columns, dependencies built; median of {RUNS} (of others {}): seconds of processor time (of the clock), peak MB of rustc\n",
        RIVAL_RUNS.len()
    );
    println!(
        "{:26}{:>8}{:>9}{:>20}{:>20}{:>8}",
        "", "models", "lines", "cold", "incremental", "peak"
    );
    for (at, models) in sizes.into_iter().enumerate() {
        let mut variants = vec![
            bare(models),
            ours("relata", models, Names::Shared)?,
            ours("relata, all names differ", models, Names::Own)?,
        ];
        if with_rivals && at == 0 {
            variants.extend(rivals::all(models));
        }
        measure(models, &variants, only_builds)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A variant while it is measured.
struct Measured<'a> {
    variant: &'a Variant,
    package: Package,
    cold: Vec<Cost>,
    incremental: Vec<Cost>,
}

fn measure(models: usize, variants: &[Variant], only_builds: bool) -> Result<()> {
    let folder = tempfile::tempdir()?;
    // Dependencies are kept from one call to the next; the crates themselves are not.
    let target = crate::workspace::target();
    let target = target.join("bench-compile");
    let mut ready = Vec::new();
    for variant in variants {
        let package = Package::write(variant, folder.path(), &target)?;
        eprint!("{}, with its dependencies:", variant.name);
        // Nothing but the crate itself is to be compiled when it is measured.
        match package.check() {
            Ok(cost) => {
                eprintln!(" {:.1} s", cost.wall.as_secs_f64());
                ready.push(Measured {
                    variant,
                    package,
                    cold: Vec::new(),
                    incremental: Vec::new(),
                });
            }
            Err(error) => {
                eprintln!(" failed");
                println!("{:26}{models:>8}  not measured: {error:#}", variant.name);
            }
        }
    }
    if only_builds {
        return Ok(());
    }
    for round in 0..RUNS {
        for measured in &mut ready {
            if measured.variant.rival && !RIVAL_RUNS.contains(&round) {
                continue;
            }
            let package = &measured.package;
            package.forget()?;
            let cold = package.check()?;
            package.touch(round)?;
            let incremental = package.check()?;
            eprintln!(
                "round {} of {RUNS}, {models} models, {}: {:.2} s, {:.2} s",
                round + 1,
                measured.variant.name,
                cold.cpu.as_secs_f64(),
                incremental.cpu.as_secs_f64()
            );
            measured.cold.push(cold);
            measured.incremental.push(incremental);
        }
    }
    for measured in ready {
        let variant = measured.variant;
        let lines: usize = variant
            .files
            .iter()
            .map(|file| file.1.lines().count())
            .sum();
        let (cold, incremental) = (median(measured.cold), median(measured.incremental));
        let shown = |cost: Cost| {
            format!(
                "{:.2} ({:.2})",
                cost.cpu.as_secs_f64(),
                cost.wall.as_secs_f64()
            )
        };
        println!(
            "{:26}{models:>8}{lines:>9}{:>20}{:>20}{:>8}",
            variant.name,
            shown(cold),
            shown(incremental),
            cold.peak / 1024
        );
    }
    Ok(())
}

fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_by_key(|cost| cost.cpu);
    costs[costs.len() / 2]
}

/// The floor: structs with the derives that everybody has.
fn bare(models: usize) -> Variant {
    let mut files = vec![("lib.rs".to_owned(), String::new())];
    for at in 0..models {
        let model = shape::Model::at(at, models);
        let mut text = format!(
            "#[derive(Debug, Clone, PartialEq)]\npub struct {} {{\n",
            model.ty()
        );
        for (name, ty) in shape::COLUMNS.iter().chain(&[("owner_id", "i64")]) {
            let _ = writeln!(text, "    pub {name}: {ty},");
        }
        text.push_str("}\n");
        let _ = writeln!(files[0].1, "pub mod {};", model.module());
        files.push((format!("{}.rs", model.module()), text));
    }
    Variant {
        name: "bare structs",
        rival: false,
        dependencies: String::new(),
        touched: shape::Model::at(0, models).file(),
        files,
    }
}

/// What `relata generate` makes of the same models, with relations named so.
fn ours(name: &'static str, models: usize, names: Names) -> Result<Variant> {
    let folder = tempfile::tempdir()?;
    let schema = folder.path().join("app.schema");
    fs::write(&schema, shape::schema(models, names))?;
    let generated = folder.path().join("src");
    let mut command = cargo();
    command.args([
        "run",
        "--quiet",
        "--package",
        "relata-cli",
        "--",
        "generate",
    ]);
    command
        .arg("--schema")
        .arg(&schema)
        .arg("--output")
        .arg(&generated);
    output(&mut command)?;
    let mut files = Vec::new();
    for entry in generated.read_dir()? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = if name == "mod.rs" {
            "lib.rs".to_owned()
        } else {
            name.into_owned()
        };
        if Path::new(&name)
            .extension()
            .is_some_and(|ending| ending == "rs")
        {
            files.push((name, fs::read_to_string(&path)?));
        }
    }
    let relata = root().join("crates/relata");
    Ok(Variant {
        name,
        rival: false,
        dependencies: format!(
            "relata = {{ path = {:?}, default-features = false, features = [\"sqlite\"] }}",
            relata.to_string_lossy()
        ),
        touched: shape::Model::at(0, models).file(),
        files,
    })
}

/// A crate on the disk.
struct Package {
    folder: PathBuf,
    target: PathBuf,
    name: String,
    touched: PathBuf,
}

impl Package {
    fn write(variant: &Variant, work: &Path, target: &Path) -> Result<Self> {
        let name = format!(
            "bench-{}",
            variant
                .name
                .replace(|c: char| !c.is_ascii_alphanumeric(), "-")
        );
        let folder = work.join(&name);
        let source = folder.join("src");
        fs::create_dir_all(&source)?;
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{}\n",
            variant.dependencies
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        for (path, text) in &variant.files {
            fs::write(source.join(path), text)?;
        }
        // A lock file of an earlier call keeps the versions that are built already.
        let kept = target.join(format!("{name}.lock"));
        if kept.exists() {
            fs::copy(kept, folder.join("Cargo.lock"))?;
        }
        Ok(Self {
            touched: source.join(&variant.touched),
            target: target.to_path_buf(),
            folder,
            name,
        })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// Checks the crate, and tells what that took.
    fn check(&self) -> Result<Cost> {
        let peak = self.folder.join("peak");
        let _ = fs::remove_file(&peak);
        let mut command = self.command();
        command
            .args(["check", "--quiet"])
            .env("RUSTC_WRAPPER", std::env::current_exe()?)
            .env(PEAK, &peak)
            .env(SECONDS, LIMIT.as_secs().to_string());
        let (start, before) = (Instant::now(), children()?);
        let ran = finish(&mut command)?;
        let cost = Cost {
            wall: start.elapsed(),
            cpu: children()?.saturating_sub(before),
            peak: fs::read_to_string(&peak)
                .unwrap_or_default()
                .lines()
                .filter_map(|line| line.parse().ok())
                .max()
                .unwrap_or(0),
        };
        if !ran.status.success() {
            let text = complaint(&ran);
            bail!(
                "{}: {}",
                self.name,
                text.lines().take(8).collect::<Vec<_>>().join("\n")
            );
        }
        fs::copy(
            self.folder.join("Cargo.lock"),
            self.target.join(format!("{}.lock", self.name)),
        )?;
        Ok(cost)
    }

    fn forget(&self) -> Result<()> {
        output(
            self.command()
                .args(["clean", "--quiet", "--package", &self.name]),
        )?;
        Ok(())
    }

    /// Adds a function to the file of one model.
    fn touch(&self, round: usize) -> Result<()> {
        let mut text = fs::read_to_string(&self.touched)?;
        let _ = writeln!(text, "pub fn touched{round}() -> usize {{ {round} }}");
        Ok(fs::write(&self.touched, text)?)
    }
}

/// The processor time of all processes below this one that have ended (`proc(5)`: `cutime` and `cstime`, in ticks of 1/100 s).
fn children() -> Result<Duration> {
    let stat =
        fs::read_to_string("/proc/self/stat").context("processor time is read from /proc")?;
    // The second field is a name in parentheses, which may hold anything.
    let (_, rest) = stat.rsplit_once(')').context("/proc/self/stat")?;
    let ticks = rest.split_whitespace().skip(13).take(2);
    let ticks: u64 = ticks.map(|field| field.parse::<u64>().unwrap_or(0)).sum();
    Ok(Duration::from_millis(ticks * 10))
}

/// Stands between cargo and rustc, where [`PEAK`] says so: runs rustc, notes the most memory that it had, and ends it where it takes too long.
pub(crate) fn wrapper() -> Option<ExitCode> {
    let file = std::env::var_os(PEAK)?;
    let mut args = std::env::args_os().skip(1);
    let mut child = Command::new(args.next()?)
        .args(args)
        .stdin(Stdio::inherit())
        .spawn()
        .ok()?;
    let status = format!("/proc/{}/status", child.id());
    let seconds = std::env::var(SECONDS).ok()?.parse().ok()?;
    let (start, limit) = (Instant::now(), Duration::from_secs(seconds));
    let mut peak = 0;
    let code = loop {
        if let Ok(text) = fs::read_to_string(&status) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
            peak = peak.max(kilobytes.unwrap_or(0_u64));
        }
        match child.try_wait() {
            Ok(Some(status)) => break status.code().unwrap_or(1),
            Ok(None) if start.elapsed() > limit => {
                eprintln!("error: rustc did not end within {seconds} seconds");
                let _ = child.kill();
                let _ = child.wait();
                break 1;
            }
            Ok(None) => std::thread::sleep(Duration::from_millis(5)),
            Err(_) => break 1,
        }
    };
    let before = fs::read_to_string(&file).unwrap_or_default();
    let _ = fs::write(&file, format!("{before}{peak}\n"));
    Some(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}
