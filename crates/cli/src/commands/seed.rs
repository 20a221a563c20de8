//! `relata db seed`.

use std::path::{Path, PathBuf};

use relata_migrate::Live;
use relata_script::split;
use serde_json::json;

use crate::args::SeedArgs;
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::Project;

pub async fn run(args: &SeedArgs, output: &Output) -> Result<u8, Failure> {
    let project = Project::read_valid(&args.database.schema, output)?;
    let (url, base) = project.migrated(&args.database)?;
    let file = args.file.clone().unwrap_or_else(|| file(&project));
    if !file.is_file() {
        return Err(Failure::new(
            "R7020",
            format!(
                "there is no `{}`: write the first rows into it, as SQL that may run twice (`INSERT … ON CONFLICT DO NOTHING`)",
                file.display()
            ),
        ));
    }
    let db = Live::make(&url, &base).await?;
    let statements = seed(&db, &file).await?;
    db.close().await?;
    output.json(&json!({ "statements": statements }));
    output.line(format!("Seeded: {}.", count(statements, "statement")));
    Ok(0)
}

/// Where a project keeps its first rows.
pub fn file(project: &Project) -> PathBuf {
    project.folder().join("seed.sql")
}

/// Runs a seed in one transaction, so that a half-filled database is not taken for a filled one.
pub async fn seed(db: &Live, file: &Path) -> Result<usize, Failure> {
    let script = std::fs::read_to_string(file).map_err(|error| {
        Failure::new(
            "R7013",
            format!("`{}` cannot be read: {error}", file.display()),
        )
    })?;
    let connection = db.connection();
    let statements = split(connection.dialect(), &script);
    let transaction = connection.begin().await?;
    for statement in &statements {
        if let Err(error) = transaction.batch(statement.text()).await {
            let failure = Failure::from(error);
            let message = format!(
                "{}:{}: {} (nothing was seeded)",
                file.display(),
                statement.line(),
                failure.message
            );
            return Err(Failure { message, ..failure });
        }
    }
    transaction.commit().await?;
    Ok(statements.len())
}
