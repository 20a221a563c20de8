use relata::migration::{HistoryTable, Migration, Status};
use relata_script::{Dialect, checksum, sql_comment};
use relata_sql::catalog::Managed;
use relata_sql::{Catalog, Plan, diff, lower, plan};

use super::{Dev, Style};
use crate::document::{Known, document};
use crate::fill::{self, Fill};
use crate::history::made_by;
use crate::measure::asserted;
use crate::proof::{Claim, Proof, Take, prove, what_failed};
use crate::renames::Settled;
use crate::strays::strays;
use crate::weigh::duplicates;
use crate::{Ask, Error, Live, Renames, Risks, Weighed, annotate, pair, renames, weigh};

/// A migration that is about to be written.
pub(super) struct Proposal {
    pub(super) script: String,
    pub(super) down: Option<String>,
    pub(super) document: Option<String>,
    pub(super) proof: Option<Proof>,
}

impl Proposal {
    /// Plans the way to the schema, asks for consent to what it loses, and proves it; none if nothing differs.
    pub(super) async fn of(
        dev: &Dev<'_>,
        db: &Live,
        status: &Status,
        migrations: &[Migration],
        ask: &mut dyn Ask,
        renamed: &mut Renames,
        notes: &mut Vec<Weighed>,
    ) -> Result<Option<Self>, Error> {
        let mut target = lower(dev.schema)?;
        let mut from = made_by(dev.place, migrations).await?;
        pair::settle(dev.schema, &mut target, &mut from)?;
        // A database that came from Prisma may hold what no Prisma schema could have told; of another, the schema tells all.
        match &dev.managed {
            Some(managed) => target.managed.extend(managed),
            None if status.table.unwrap_or(dev.table) == HistoryTable::Relata => {
                target.managed = Managed::ALL.into();
            }
            None => {}
        }
        if let Some(server) = &dev.target {
            server.check(&target)?;
        }
        let normal_forms = dev.place.realise(&mut target, Some(&from)).await.err();
        let Settled {
            from,
            renames,
            suggestions,
        } = renames::settle(&from, &mut target, ask)?;
        *renamed = renames;
        let changes = diff(&from, &target)?;
        let mut strays = Risks {
            problems: strays(dev.schema, &from, db.connection()).await?,
            ..Risks::default()
        };
        let mut fills = fill::settle(&mut strays, &target, ask);
        *notes = strays.problems;
        if changes.is_empty() && fills.is_empty() {
            let empty = dev.create_only.then(|| Self {
                script: plan(&changes).script(),
                down: None,
                document: None,
                proof: None,
            });
            return Ok(empty);
        }
        let mut risks = weigh(&changes, Some(db.connection())).await?;
        fills.extend(fill::settle(&mut risks, &target, ask));
        if !risks.losses.is_empty() && !ask.accept_losses(&risks.losses) {
            return Err(Error::Loss {
                losses: risks.losses,
                suggestions,
            });
        }
        if !dev.create_only && risks.is_unexecutable() {
            let values = if dev.show_values {
                Some(duplicates(&risks.problems, db.connection()).await?)
            } else {
                None
            };
            return Err(Error::Unexecutable {
                values,
                problems: risks.problems,
                suggestions,
            });
        }
        let styled = |planned: Plan, from: &Catalog| match dev.style {
            Style::Simple => (planned.script(), false),
            Style::Online => {
                let (planned, is_online) = planned.online(from);
                (planned.script(), is_online)
            }
        };
        let (planned, is_online) = if fills.is_empty() {
            styled(plan(&changes), &from)
        } else {
            // Optional first, then filled, then required.
            let halfway = fill::halfway(&from, &target, &fills);
            let mut is_any_online = false;
            let mut phase = |from: &Catalog, to: &Catalog| -> Result<_, Error> {
                let changes = diff(from, to)?;
                if changes.is_empty() {
                    return Ok(None);
                }
                let (script, is_online) = styled(plan(&changes), from);
                is_any_online |= is_online;
                Ok(Some(script))
            };
            let first = phase(&from, &halfway)?;
            let last = phase(&halfway, &target)?;
            let script = fill::phases(first, fill::script(&target, &fills), last);
            (script, is_any_online)
        };
        // In one transaction the lock of the first statement would be held for the work of the next.
        let marker = if is_online {
            "-- relata: no-transaction\n"
        } else {
            ""
        };
        let bare = format!("{marker}{planned}");
        let claim = Claim {
            history: migrations,
            up: &bare,
            down: Take::Planned,
            target: &target,
        };
        let mut proved = prove(dev.place, &claim).await?;
        let asserted = match (dev.style, target.dialect) {
            (Style::Online, Dialect::Mysql) => asserted(&bare, &proved.proof.statements),
            _ => None,
        };
        if let Some(asserted) = &asserted {
            // What is in the file is what was run.
            let claim = Claim {
                up: asserted,
                ..claim
            };
            let again = prove(dev.place, &claim).await?;
            let before = std::mem::replace(&mut proved, again).proof.statements;
            for (measured, before) in proved.proof.statements.iter_mut().zip(before) {
                measured.online = measured.online.or(before.online);
            }
        }
        let bare = asserted.as_deref().unwrap_or(&bare);
        let mut proof = proved.proof;
        proof.unproved.extend(normal_forms.map(|error| {
            let why = match &error {
                Error::Database(error) => what_failed(error),
                other => other.to_string(),
            };
            format!("that expressions are spelled as the server spells them, since the schema cannot be made on a scratch database: {why}")
        }));
        let script =
            header(&risks) + &annotate(target.dialect, bare, &proof.statements, &risks.losses);
        let fingerprints = [fingerprint(&proved.start)?, fingerprint(&proved.reached)?];
        let document = document(&Known {
            dialect: target.dialect,
            checksum: &checksum(&script),
            fingerprints: [&fingerprints[0], &fingerprints[1]],
            renames: changes.renamed(),
            risks: &risks,
            proof: &proof,
        });
        let down = proved
            .down
            .map(|down| down_header(&risks.losses, &fills, &proof) + &down);
        Ok(Some(Self {
            script,
            down,
            document: Some(document),
            proof: Some(proof),
        }))
    }
}

/// The reader of the file should see what its writer consented to, as in Prisma's files.
fn header(risks: &Risks) -> String {
    if risks.is_empty() {
        return String::new();
    }
    let mut header = String::from("/*\n  Warnings:\n\n");
    for risk in risks.iter() {
        header.push_str("  - ");
        header.push_str(&sql_comment(&risk.to_string()));
        header.push('\n');
    }
    header + "\n*/\n"
}

/// What taking the migration back does not bring back.
fn down_header(losses: &[Weighed], fills: &[Fill], proof: &Proof) -> String {
    let mut lines: Vec<String> = losses
        .iter()
        .map(|loss| {
            format!(
                "it does not bring back what is lost: {}",
                loss.risk.sentence(None)
            )
        })
        .collect();
    lines.extend(fills.iter().filter_map(Fill::kept));
    match &proof.down {
        crate::proof::Down::Failed(error) => {
            let first = error.lines().next().unwrap_or_default();
            lines.push(format!("it failed when it was tried: {first}"));
        }
        crate::proof::Down::Elsewhere(_) => {
            lines.push("it does not lead back to where the migration started".to_owned());
        }
        crate::proof::Down::None | crate::proof::Down::Returned => {}
    }
    if lines.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = lines
        .iter()
        .map(|line| format!("  - {}\n", sql_comment(line).replace(['\n', '\r'], " ")))
        .collect();
    format!(
        "/*\n  Taking this migration back:\n\n{}\n*/\n",
        lines.concat()
    )
}

/// Stands for what a database holds: the checksum of the script that makes it.
pub(crate) fn fingerprint(catalog: &Catalog) -> Result<String, Error> {
    let nothing = Catalog::empty(catalog.dialect);
    Ok(checksum(&plan(&diff(&nothing, catalog)?).script()))
}
