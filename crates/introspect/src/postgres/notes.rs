//! What a database holds that a catalog does not.

use relata::Result;

use super::Describer;
use crate::Note;

impl Describer {
    /// Counts the objects of kinds that are not read, aside from extensions' own and those that come with another object, as the
    /// casts of a range type do.
    pub(super) async fn notes(&mut self) -> Result<()> {
        let kinds = [
            ("base types", "pg_type", "c.typtype = 'b' AND c.typelem = 0"),
            (
                "subscriptions",
                "pg_subscription",
                // The catalogue is one for all databases of the server.
                "c.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
            ),
        ];
        let counts: Vec<String> = kinds
            .iter()
            .map(|(kind, class, condition)| {
                format!(
                    "SELECT '{kind}', count(*) FROM {class} c WHERE c.oid >= 16384 AND {condition} AND c.oid NOT IN
                        (SELECT objid FROM pg_depend WHERE classid = '{class}'::regclass AND deptype IN ('e', 'i'))"
                )
            })
            .collect();
        let rows = self
            .session
            .read(&counts.join(" UNION ALL "), |row| {
                Ok((row.next::<String>()?, row.next::<i64>()?))
            })
            .await?;
        self.notes.extend(
            rows.into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(kind, count)| Note::NotRead { kind, count }),
        );
        Ok(())
    }
}
