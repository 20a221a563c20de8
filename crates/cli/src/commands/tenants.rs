//! `relata migrate deploy --tenants`: the same migrations on many schemas, databases or files.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::ProgressBar;
use relata::ConnectionUrl;
use relata::migration::{HistoryTable, Migration};
use relata::types::jiff;
use relata_migrate::{Live, backup};
use relata_script::{Dialect, first_word};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::args::{DeployArgs, TenantKind};
use crate::failure::Failure;
use crate::output::{Output, count};
use crate::project::Project;

/// Somebody whose data lies in a place of its own.
#[derive(Clone)]
struct Tenant {
    name: String,
    url: ConnectionUrl,
    base: PathBuf,
}

/// What is done for each.
#[derive(Clone)]
struct Work {
    migrations: Vec<Migration>,
    wait: Duration,
    lock_timeout: Option<Duration>,
    up_to: Option<String>,
    dry_run: bool,
    backup: Option<PathBuf>,
    takes_lock: bool,
    table: HistoryTable,
}

/// What came of it.
type Outcome = Result<Vec<String>, Failure>;

pub async fn run(
    args: &DeployArgs,
    text: &str,
    project: &Project,
    (url, base): (&ConnectionUrl, &Path),
    migrations: Vec<Migration>,
    wait: Duration,
    output: &Output,
) -> Result<u8, Failure> {
    let dialect = url.dialect();
    let kind = args.tenants_as.unwrap_or(match dialect {
        Dialect::Postgres => TenantKind::Schema,
        Dialect::Mysql | Dialect::Sqlite => TenantKind::Database,
    });
    let names = names(text, url, base).await?;
    let tenants: Vec<Tenant> = names
        .into_iter()
        .map(|name| tenant(name, kind, url, base))
        .collect::<Result<_, _>>()?;
    if let Some(other) = tenants.iter().find(|it| it.url.dialect() != dialect) {
        return Err(Failure::new(
            "R7029",
            format!("tenant `{}` is on another kind of database", other.name),
        ));
    }
    // Where the lock is one for all of them, it is taken once, here, so that they need not wait for each other.
    let shares_lock = match dialect {
        Dialect::Postgres => kind == TenantKind::Schema,
        Dialect::Mysql => true,
        Dialect::Sqlite => false,
    };
    let holds_lock = shares_lock && project.takes_lock() && !args.dry_run;
    let work = Work {
        migrations,
        wait,
        lock_timeout: args.lock_timeout,
        up_to: args.to.clone(),
        dry_run: args.dry_run,
        backup: args.backup.clone(),
        takes_lock: project.takes_lock() && !holds_lock,
        table: project.history_table(),
    };
    let shown = output.bar(tenants.len());
    let all = each(
        &tenants,
        &work,
        usize::from(args.parallel),
        args.keep_going,
        &shown,
    );
    let outcomes = if holds_lock {
        let db = Live::open(url, base).await?;
        let runner = project.runner(&db, wait);
        let outcomes = runner.alone(output.progress(), all).await?;
        db.close().await?;
        outcomes
    } else {
        all.await
    };
    shown.finish_and_clear();
    tell(&tenants, &outcomes, args.dry_run, output);
    let is_good = outcomes.iter().all(|it| matches!(it, Some(Ok(_))));
    Ok(u8::from(!is_good))
}

/// The names: a list with commas, or what a query gives in its first column.
async fn names(text: &str, url: &ConnectionUrl, base: &Path) -> Result<Vec<String>, Failure> {
    let word = first_word(url.dialect(), text);
    if !matches!(word.as_str(), "SELECT" | "WITH" | "VALUES" | "TABLE") {
        let names = text.split(',').map(str::trim).filter(|it| !it.is_empty());
        return Ok(names.map(str::to_owned).collect());
    }
    let db = Live::look(url, base).await?;
    let rows = db.connection().query(text, Vec::new()).await?;
    let names = rows
        .iter()
        .map(|row| row.get::<String>(0))
        .collect::<relata::Result<_>>()?;
    db.close().await?;
    Ok(names)
}

fn tenant(
    name: String,
    kind: TenantKind,
    url: &ConnectionUrl,
    base: &Path,
) -> Result<Tenant, Failure> {
    if name.contains("://") || name.starts_with("file:") {
        let url: ConnectionUrl = name.parse()?;
        // A connection string is shown without its password.
        let (name, base) = (url.to_string(), PathBuf::from("."));
        return Ok(Tenant { name, url, base });
    }
    let text = match (url.dialect(), kind) {
        (Dialect::Sqlite, _) => format!("file:{name}"),
        (_, TenantKind::Schema) => with_schema(url.expose(), &name),
        (_, TenantKind::Database) => with_database(url.expose(), &name),
    };
    Ok(Tenant {
        name,
        url: text.parse()?,
        base: base.to_owned(),
    })
}

fn with_schema(url: &str, name: &str) -> String {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let others = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("schema="));
    let mut pairs: Vec<String> = others.map(str::to_owned).collect();
    pairs.push(format!("schema={}", encoded(name)));
    format!("{place}?{}", pairs.join("&"))
}

fn with_database(url: &str, name: &str) -> String {
    let (place, query) = match url.split_once('?') {
        Some((place, query)) => (place, format!("?{query}")),
        None => (url, String::new()),
    };
    let (scheme, rest) = place.split_once("://").unwrap_or(("", place));
    let authority = rest
        .split_once('/')
        .map_or(rest, |(authority, _)| authority);
    format!("{scheme}://{authority}/{}{query}", encoded(name))
}

/// Percent-encoded: a name may hold anything.
fn encoded(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Works on some at a time. After a failure those under way are finished, and no other is begun unless that is wanted.
async fn each(
    tenants: &[Tenant],
    work: &Work,
    parallel: usize,
    keep_going: bool,
    shown: &ProgressBar,
) -> Vec<Option<Outcome>> {
    let mut outcomes: Vec<Option<Outcome>> = tenants.iter().map(|_| None).collect();
    let mut waiting: VecDeque<usize> = (0..tenants.len()).collect();
    let mut under_way = JoinSet::new();
    let mut has_failed = false;
    loop {
        while under_way.len() < parallel.max(1)
            && (keep_going || !has_failed)
            && let Some(index) = waiting.pop_front()
        {
            let (tenant, work) = (tenants[index].clone(), work.clone());
            under_way.spawn(async move { (index, one(&tenant, &work).await) });
        }
        match under_way.join_next().await {
            Some(Ok((index, outcome))) => {
                has_failed |= outcome.is_err();
                outcomes[index] = Some(outcome);
                shown.inc(1);
            }
            // A task that panicked has told so; its tenant counts as not done.
            Some(Err(_)) => has_failed = true,
            None => return outcomes,
        }
    }
}

async fn one(tenant: &Tenant, work: &Work) -> Outcome {
    let db = if work.dry_run {
        Live::look(&tenant.url, &tenant.base).await?
    } else {
        Live::open(&tenant.url, &tenant.base).await?
    };
    let mut runner = db
        .runner()
        .wait(work.wait)
        .lock(work.takes_lock)
        .history_table(work.table);
    if let Some(limit) = work.lock_timeout {
        runner = runner.lock_timeout(limit);
    }
    if let Some(last) = &work.up_to {
        runner = runner.up_to(last);
    }
    let names = if work.dry_run || work.backup.is_some() {
        let pending = runner.preview(&work.migrations).await?;
        pending.into_iter().map(|it| it.name).collect()
    } else {
        Vec::new()
    };
    if work.dry_run {
        return Ok(names);
    }
    if let Some(folder) = &work.backup
        && !names.is_empty()
    {
        backup(&tenant.url, &tenant.base, folder, jiff::Timestamp::now()).await?;
    }
    let deployed = runner.deploy(&work.migrations, |_| {}).await?;
    db.close().await?;
    Ok(deployed.applied)
}

fn tell(tenants: &[Tenant], outcomes: &[Option<Outcome>], dry_run: bool, output: &Output) {
    let each = |(tenant, outcome): (&Tenant, &Option<Outcome>)| -> Value {
        match outcome {
            Some(Ok(applied)) => {
                json!({ "tenant": tenant.name, "applied": applied, "error": null })
            }
            Some(Err(failure)) => json!({
                "tenant": tenant.name,
                "applied": null,
                "error": { "code": failure.code, "message": failure.message },
            }),
            None => json!({ "tenant": tenant.name, "applied": null, "error": null }),
        }
    };
    let all: Vec<Value> = tenants.iter().zip(outcomes).map(each).collect();
    output.json(&json!({ "tenants": all, "dryRun": dry_run }));
    let wide = tenants
        .iter()
        .map(|it| it.name.chars().count())
        .max()
        .unwrap_or(0);
    for (tenant, outcome) in tenants.iter().zip(outcomes) {
        let told = match outcome {
            Some(Ok(applied)) if applied.is_empty() => "up to date".to_owned(),
            Some(Ok(applied)) if dry_run => {
                format!("would get {}", count(applied.len(), "migration"))
            }
            Some(Ok(applied)) => count(applied.len(), "migration"),
            Some(Err(failure)) => format!(
                "failed [{}]: {}",
                failure.code,
                failure.message.replace('\n', "\n    ")
            ),
            None => "not tried".to_owned(),
        };
        output.line(format!("{:wide$}  {told}", tenant.name));
    }
    let failed = outcomes
        .iter()
        .filter(|it| matches!(it, Some(Err(_))))
        .count();
    let left = outcomes.iter().filter(|it| it.is_none()).count();
    output.line(format!(
        "{}, {failed} failed, {left} not tried.",
        count(tenants.len(), "tenant")
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_put_into_the_connection_string() {
        let url = "postgresql://u:p%2F@h:1/db?schema=public&sslmode=disable";
        assert_eq!(
            with_schema(url, "a&b=c ü"),
            "postgresql://u:p%2F@h:1/db?sslmode=disable&schema=a%26b%3Dc%20%C3%BC"
        );
        assert_eq!(
            with_database(url, "a/b"),
            "postgresql://u:p%2F@h:1/a%2Fb?schema=public&sslmode=disable"
        );
        assert_eq!(with_database("mysql://u@h", "x"), "mysql://u@h/x");
    }
}
