//! What a database holds that a catalog does not.

use relata::Result;

use super::Describer;
use crate::Note;

impl Describer {
    /// Counts the objects of kinds that are not read, aside from extensions' own and those that come with another object, as the
    /// casts of a range type do.
    pub(super) async fn notes(&mut self) -> Result<()> {
        let kinds = [
            ("foreign tables", "pg_class", "c.relkind = 'f'"),
            ("typed tables", "pg_class", "c.reloftype <> 0"),
            ("base types", "pg_type", "c.typtype = 'b' AND c.typelem = 0"),
            ("operators", "pg_operator", "true"),
            ("operator classes", "pg_opclass", "true"),
            ("casts", "pg_cast", "true"),
            ("conversions", "pg_conversion", "true"),
            ("languages", "pg_language", "c.lanname <> 'plpgsql'"),
            ("transforms", "pg_transform", "true"),
            ("access methods", "pg_am", "true"),
            ("text search configurations", "pg_ts_config", "true"),
            ("text search dictionaries", "pg_ts_dict", "true"),
            ("text search parsers", "pg_ts_parser", "true"),
            ("text search templates", "pg_ts_template", "true"),
            ("foreign data wrappers", "pg_foreign_data_wrapper", "true"),
            ("foreign servers", "pg_foreign_server", "true"),
            ("publications", "pg_publication", "true"),
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
