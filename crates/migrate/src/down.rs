//! `migrate down`: migrations taken back by their `down.sql`.

use std::path::Path;

use relata::Connection;
use relata::migration::{Folder, Migration, MigrationError, Progress, Runner, Status};
use relata_script::{MigrationName, split};
use relata_sql::rename::read_rename;
use relata_sql::{Catalog, diff, follow, plan};
use serde_json::Value;

use crate::history::{made_by, standing};
use crate::{Ask, Error, Live, Place, Risks, Weighed, weigh};

/// What `migrate down` is asked to do.
pub struct TakeBack<'a> {
    /// The migrations folder.
    pub folder: &'a Path,
    /// Where things are tried.
    pub place: &'a Place,
    /// What is taken back.
    pub until: Until<'a>,
    /// What runs the scripts, on the same connection.
    pub runner: &'a Runner,
    /// Whether only to tell what would happen.
    pub dry_run: bool,
}

/// How far to go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until<'a> {
    /// The last migration that was applied.
    Last,
    /// All that were applied after this one.
    Name(&'a str),
    /// Every migration.
    Nothing,
}

/// What was taken back, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenBack {
    /// The migrations, the last one first.
    pub names: Vec<String>,
    /// How many statements that takes.
    pub statements: usize,
    /// What is lost with them.
    pub losses: Vec<Weighed>,
}

/// Takes migrations back. Their scripts are tried on a scratch database first, and must lead to where the migrations began; what is lost on the
/// way is counted in the database, and asked about.
pub async fn take_back(
    work: &TakeBack<'_>,
    db: &Live,
    ask: &mut dyn Ask,
    progress: impl FnMut(Progress),
) -> Result<TakenBack, Error> {
    let dialect = db.connection().dialect();
    let folder = Folder::read(work.folder)?;
    folder.check(dialect)?;
    let status = work.runner.status(&folder.migrations).await?;
    let names = chosen(&status, work.until)?;
    if names.is_empty() {
        return Ok(TakenBack::default());
    }
    let downs: Vec<Migration> = names
        .iter()
        .map(|name| down(work.folder, name))
        .collect::<Result<_, _>>()?;
    let mut taken = TakenBack {
        statements: downs
            .iter()
            .map(|down| split(dialect, &down.script).len())
            .sum(),
        names,
        losses: Vec::new(),
    };
    // What stopped half-way is neither here nor there, and was weighed when it began.
    if status.reverting.is_empty() {
        let all = standing(&status, &folder.migrations);
        let (gone, kept): (Vec<Migration>, Vec<Migration>) = all
            .into_iter()
            .partition(|it| taken.names.iter().any(|name| name == it.name.as_str()));
        let risks = tried(work, &gone, &kept, &downs, db.connection()).await?;
        if risks.is_unexecutable() {
            return Err(Error::DownUnfit {
                problems: risks.problems,
            });
        }
        taken.losses = risks.losses;
    }
    if work.dry_run {
        return Ok(taken);
    }
    if !taken.losses.is_empty() && !ask.accept_losses(&taken.losses) {
        return Err(Error::Loss {
            losses: taken.losses,
            suggestions: Vec::new(),
        });
    }
    work.runner
        .revert(&folder.migrations, &downs, progress)
        .await?;
    Ok(taken)
}

/// The migrations to take back, the last one that was applied first.
fn chosen(status: &Status, until: Until<'_>) -> Result<Vec<String>, Error> {
    let mut applied = status.applied.iter().chain(&status.reverting).rev();
    Ok(match until {
        Until::Last => applied.next().into_iter().cloned().collect(),
        Until::Nothing => applied.cloned().collect(),
        Until::Name(last) if status.applied.iter().any(|name| name == last) => {
            applied.take_while(|name| *name != last).cloned().collect()
        }
        Until::Name(name) => {
            let name = name.to_owned();
            return Err(relata::Error::from(MigrationError::NotApplied { name }).into());
        }
    })
}

/// The script that takes a migration back, under its name.
fn down(folder: &Path, name: &str) -> Result<Migration, Error> {
    // A name of the history may not lead out of the folder, nor may a link.
    let name = MigrationName::existing(name)?;
    let path = folder.join(name.as_str()).join("down.sql");
    let none = || Error::NoDown { path: path.clone() };
    let real = path.canonicalize().map_err(|_| none())?;
    let root = folder.canonicalize().map_err(|_| none())?;
    if !real.starts_with(root) {
        return Err(relata::Error::from(MigrationError::Escapes { path }).into());
    }
    let script = std::fs::read_to_string(&real).map_err(|source| Error::Io { path, source })?;
    Ok(Migration { name, script })
}

/// Runs the scripts on a scratch database, and tells what they risk of what the real one holds.
async fn tried(
    work: &TakeBack<'_>,
    gone: &[Migration],
    kept: &[Migration],
    downs: &[Migration],
    db: &dyn Connection,
) -> Result<Risks, Error> {
    let before = made_by(work.place, kept).await?;
    let mut all = kept.to_vec();
    all.extend(gone.iter().cloned());
    all.sort_by(|a, b| a.name.cmp(&b.name));
    let scratch = work.place.replay(&all).await?;
    let start = scratch.catalog().await?;
    for down in downs {
        if let Err(error) = scratch.run(std::slice::from_ref(down)).await {
            scratch.close().await?;
            return Err(Error::DownFails {
                name: down.name.as_str().to_owned(),
                message: error.to_string(),
            });
        }
    }
    let reached = scratch.catalog().await?;
    scratch.close().await?;
    let left = diff(&reached, &before)?;
    if !left.is_empty() {
        return Err(Error::DownElsewhere {
            names: downs.iter().map(|it| it.name.as_str().to_owned()).collect(),
            summary: plan(&left).summary().to_owned(),
        });
    }
    let target = renamed_back(work.folder, gone, &start, before);
    let seen = follow(&start, &target)?.catalog;
    Ok(weigh(&diff(&seen, &target)?, Some(db)).await?)
}

/// The catalog to go back to, with the renames that the migrations' plans recorded turned round: what only gets its old name back is not lost.
fn renamed_back(
    folder: &Path,
    gone: &[Migration],
    start: &Catalog,
    mut target: Catalog,
) -> Catalog {
    let mut back = Back::default();
    for migration in gone.iter().rev() {
        let path = folder.join(migration.name.as_str()).join("plan.json");
        let document = std::fs::read_to_string(path)
            .ok()
            .and_then(|text| serde_json::from_str::<Value>(&text).ok());
        let renames = document.as_ref().and_then(|it| it["renames"].as_array());
        for rename in renames.into_iter().flatten().rev() {
            let text = |key: &str| rename[key].as_str();
            if let (Some(from), Some(to)) = (text("from"), text("to")) {
                back.turn(text("of"), from, to);
            }
        }
    }
    // Those of tables first: what belongs to one is looked up by its name.
    for flag in back.flags() {
        if let Ok(rename) = read_rename(&flag, start, &target) {
            target.renames.push(rename);
        }
    }
    target
}

/// Renames on their way back, the last one first: each with the name that the database has now, and the one that it comes back to.
#[derive(Default)]
struct Back {
    whole: Vec<(String, String)>,
    parts: Vec<(String, String, String)>,
}

impl Back {
    fn turn(&mut self, of: Option<&str>, from: &str, to: &str) {
        let Some(of) = of else {
            match self.whole.iter_mut().find(|(_, old)| old == to) {
                Some((_, old)) => from.clone_into(old),
                None => self.whole.push((to.to_owned(), from.to_owned())),
            }
            return;
        };
        // What owns it was perhaps renamed later, and has another name now.
        let now = self.whole.iter().find_map(|(now, old)| {
            let rest = of.strip_suffix(old.as_str())?;
            let is_name = rest.is_empty() || rest.ends_with('.');
            is_name.then(|| format!("{rest}{now}"))
        });
        let of = now.unwrap_or_else(|| of.to_owned());
        let same = |(owner, _, old): &&mut (String, String, String)| *owner == of && old == to;
        match self.parts.iter_mut().find(same) {
            Some((_, _, old)) => from.clone_into(old),
            None => self.parts.push((of, to.to_owned(), from.to_owned())),
        }
    }

    /// The same as `--rename` would have it.
    fn flags(&self) -> impl Iterator<Item = String> {
        let whole = self.whole.iter().map(|(now, old)| format!("{now}:{old}"));
        let parts = self.parts.iter();
        whole.chain(parts.map(|(of, now, old)| format!("{of}.{now}:{old}")))
    }
}

#[cfg(test)]
mod tests {
    use super::Back;

    #[test]
    fn renames_over_several_migrations_lead_back_in_one() {
        let mut back = Back::default();
        // The last migration first, and of each the last rename first.
        back.turn(Some("public.Person"), "mail", "email");
        back.turn(None, "User", "Person");
        back.turn(Some("public.User"), "e_mail", "mail");
        back.turn(None, "Account", "User");
        let flags: Vec<String> = back.flags().collect();
        assert_eq!(flags, ["Person:Account", "public.Person.email:e_mail"]);
    }
}
