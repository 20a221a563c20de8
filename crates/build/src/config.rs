//! From a schema on a disk to code on a disk.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use relata_schema::diagnostic::{Severity, Style, render};
use relata_schema::{Diagnostic, Schema, Sources, analyze};

use crate::cargo::Lines;
use crate::load::Found;
use crate::{
    Difference, Error, File, Migrations, Written, as_crate, check, generate_with, left_out,
    migrations, output, version_mismatch, write,
};

/// Compiles a schema in a build script, into `$OUT_DIR/relata`.
///
/// The path is relative to the package, where cargo runs build scripts. Errors and warnings become cargo's own, and the
/// script ends well: cargo fails the build by itself. After an error the code of the last good schema is still there, so
/// that editors go on completing.
pub fn compile(schema: impl Into<PathBuf>) {
    Config::new().schema(schema).run();
}

/// Which schema becomes code where.
#[derive(Clone, Debug)]
pub struct Config {
    schema: PathBuf,
    out_dir: Option<PathBuf>,
    is_crate: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

impl Config {
    /// `app.schema`, into the default folder.
    pub fn new() -> Self {
        Self {
            schema: PathBuf::from("app.schema"),
            out_dir: None,
            is_crate: false,
        }
    }

    /// The schema: a file, or a folder of them.
    #[must_use]
    pub fn schema(mut self, path: impl Into<PathBuf>) -> Self {
        self.schema = path.into();
        self
    }

    /// The folder that the code goes to. It should hold nothing else.
    ///
    /// Without it, [`run`](Self::run) takes `$OUT_DIR/relata`; [`write`](Self::write) and [`check`](Self::check) take the
    /// `output` of the schema's generator, relative to the schema's folder.
    #[must_use]
    pub fn out_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(path.into());
        self
    }

    /// The folder of a crate that the code is to be, in place of a module: see [`as_crate`].
    #[must_use]
    pub fn crate_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(path.into());
        self.is_crate = true;
        self
    }

    /// Does the work of a build script: writes code, and tells cargo what it read and what is wrong.
    pub fn run(&self) {
        let mut lines = Lines::default();
        self.build(env::var_os("OUT_DIR").map(PathBuf::from), &mut lines);
        if let Some(mismatch) = env::var_os("CARGO_MANIFEST_DIR").and_then(version_mismatch) {
            lines.warning(&mismatch);
        }
        // Without a reader there is no cargo to fail.
        let _ = std::io::stdout().write_all(lines.text().as_bytes());
    }

    /// Writes the code, for a tool of the repository's own.
    ///
    /// # Errors
    ///
    /// What [`load`](crate::load) and [`write`](crate::write()) tell, [`Error::Schema`] with the findings printed, and
    /// [`Error::NoOutput`].
    pub fn write(&self) -> Result<Written, Error> {
        let (files, folder) = self.prepare()?;
        write(&files, folder)
    }

    /// Compares the code with what lies in the folder, for a test or a CI job.
    ///
    /// # Errors
    ///
    /// As of [`write`](Self::write); what differs is no error.
    pub fn check(&self) -> Result<Vec<Difference>, Error> {
        let (files, folder) = self.prepare()?;
        check(&files, folder)
    }

    fn prepare(&self) -> Result<(Vec<File>, PathBuf), Error> {
        let sources = crate::load(&self.schema)?;
        let compiled = Compiled::of(&sources, &self.base());
        let files = compiled.files?;
        let folder = match &self.out_dir {
            Some(folder) => folder.clone(),
            None => self
                .base()
                .join(output(&compiled.schema).ok_or(Error::NoOutput)?),
        };
        Ok((self.packed(files, &compiled.schema, &folder)?, folder))
    }

    fn packed(&self, files: Vec<File>, schema: &Schema, folder: &Path) -> Result<Vec<File>, Error> {
        if self.is_crate {
            as_crate(files, schema, folder)
        } else {
            Ok(files)
        }
    }

    /// The folder that paths in the schema are relative to.
    fn base(&self) -> PathBuf {
        if self.schema.is_dir() {
            self.schema.clone()
        } else {
            self.schema
                .parent()
                .map(Path::to_path_buf)
                .unwrap_or_default()
        }
    }

    /// The build script, with cargo's side of it handed in.
    fn build(&self, cargo_folder: Option<PathBuf>, lines: &mut Lines) {
        let folder = self
            .out_dir
            .clone()
            .or_else(|| Some(cargo_folder?.join("relata")));
        let outcome = Found::at(&self.schema).and_then(|found| {
            watch(&found, folder.as_deref(), lines);
            let sources = found.read()?;
            let compiled = Compiled::of(&sources, &self.base());
            if let Some(migrations) = &compiled.migrations {
                // Below a folder that is not there yet cargo sees nothing, and runs the script each time: until it is there.
                lines.rerun_if_changed(migrations);
            }
            for warning in &compiled.warnings {
                lines.warning(warning);
            }
            let files = compiled.files?;
            let folder = folder.ok_or(Error::NoOutDir)?;
            write(&self.packed(files, &compiled.schema, &folder)?, folder)
        });
        match outcome {
            Ok(_) => {}
            Err(Error::Schema { frames }) => lines.error(&frames),
            Err(error) => lines.error(&format!("{error} [{}]", error.code())),
        }
    }
}

/// Names everything that was read, before anything can go wrong with it.
///
/// A folder is named too, since files may be added to it; but not if the code is written somewhere in it, or else each
/// run would ask for the next. `OUT_DIR` is below a schema folder only if that is the package itself.
fn watch(found: &Found, out_dir: Option<&Path>, lines: &mut Lines) {
    for file in &found.files {
        lines.rerun_if_changed(file);
    }
    if let Some(folder) = &found.folder {
        let writes_into_it = match (fs::canonicalize(folder), out_dir.and_then(existing)) {
            (Ok(folder), Some(out_dir)) => out_dir.starts_with(folder),
            _ => false,
        };
        if !writes_into_it {
            lines.rerun_if_changed(folder);
        }
    }
}

/// The nearest folder above a path that exists, in full.
fn existing(path: &Path) -> Option<PathBuf> {
    let above = if path.is_relative() {
        Path::new(".").join(path)
    } else {
        path.to_path_buf()
    };
    above
        .ancestors()
        .find_map(|path| fs::canonicalize(path).ok())
}

/// What became of a schema's text.
struct Compiled {
    schema: Schema,
    /// The warnings, each printed with its lines.
    warnings: Vec<String>,
    /// The code.
    files: Result<Vec<File>, Error>,
    /// The migrations folder that it embeds.
    migrations: Option<PathBuf>,
}

impl Compiled {
    /// Compiles a schema; paths in it are relative to `base`.
    fn of(sources: &Sources, base: &Path) -> Self {
        let analysis = analyze(sources);
        let is_valid = analysis.is_valid();
        let (errors, warnings): (Vec<Diagnostic>, Vec<Diagnostic>) = analysis
            .diagnostics
            .into_iter()
            .chain(left_out(&analysis.schema))
            .partition(|finding| finding.severity == Severity::Error);
        let print = |findings: &[Diagnostic]| render(findings, sources, Style::Plain);
        let warnings = warnings
            .iter()
            .map(|finding| print(std::slice::from_ref(finding)))
            .collect();
        let migrations = migrations(&analysis.schema).map(|folder| base.join(folder));
        let refuse = |findings: &[Diagnostic]| Error::Schema {
            frames: print(findings),
        };
        let files = || {
            if !is_valid {
                return Err(refuse(&errors));
            }
            let embedded = migrations.as_deref().map(Migrations::read).transpose()?;
            generate_with(&analysis.schema, embedded.as_ref()).map_err(|errors| refuse(&errors))
        };
        Self {
            files: files(),
            schema: analysis.schema,
            warnings,
            migrations,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::Config;
    use crate::cargo::Lines;

    const GOOD: &str =
        "datasource db {\n  provider = \"sqlite\"\n}\n\nmodel A {\n  id Int @id\n}\n";

    /// What a build script says, with the temporary folder's name taken out.
    fn say(folder: &Path, schema: &str) -> String {
        let mut lines = Lines::default();
        Config::new()
            .schema(folder.join(schema))
            .build(Some(folder.join("target/out")), &mut lines);
        lines.text().replace(&folder.display().to_string(), "")
    }

    #[test]
    fn cargo_hears_of_what_was_read_and_of_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        assert_eq!(
            say(root, "app.schema"),
            "cargo::error=there is no schema at `/app.schema` [R5001]\n"
        );

        fs::write(root.join("app.schema"), GOOD).unwrap();
        assert_eq!(
            say(root, "app.schema"),
            "cargo::rerun-if-changed=/app.schema\n"
        );

        fs::create_dir_all(root.join("db/more")).unwrap();
        fs::write(root.join("db/a.schema"), GOOD).unwrap();
        fs::write(
            root.join("db/more/b.prisma"),
            "model B {\n  id Int @id\n}\n",
        )
        .unwrap();
        assert_eq!(
            say(root, "db"),
            "cargo::rerun-if-changed=/db/a.schema\n\
             cargo::rerun-if-changed=/db/more/b.prisma\n\
             cargo::rerun-if-changed=/db\n"
        );

        // The package itself: watching it would watch what is written.
        fs::remove_file(root.join("app.schema")).unwrap();
        fs::write(root.join("target/CACHEDIR.TAG"), "").unwrap();
        let said = say(root, "");
        assert!(
            said.lines()
                .all(|line| line.ends_with(".schema") || line.ends_with(".prisma")),
            "{said}"
        );
    }

    #[test]
    fn errors_are_cargos_own_and_leave_the_last_good_code() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::write(root.join("app.schema"), GOOD).unwrap();
        say(root, "app.schema");
        let bad = GOOD.replace("id Int @id", "id Itn @id // \u{1b}[31m\n  other Pots[]");
        fs::write(root.join("app.schema"), bad).unwrap();
        let said = say(root, "app.schema");
        assert!(
            said.starts_with("cargo::rerun-if-changed=/app.schema\ncargo::error=error[R0007]"),
            "{said}"
        );
        assert!(
            said.contains("\ncargo::error= --> /app.schema:6:6\n"),
            "{said}"
        );
        assert!(
            said.lines().all(|line| line.starts_with("cargo::")) && !said.contains('\u{1b}'),
            "{said}"
        );
        assert!(root.join("target/out/relata/a.rs").exists());

        fs::write(root.join("app.schema"), b"\xff").unwrap();
        let said = say(root, "app.schema");
        assert!(
            said.starts_with("cargo::rerun-if-changed=/app.schema\ncargo::error="),
            "{said}"
        );
        assert!(said.contains("[R5005]"), "{said}");
    }
}
