//! What the account may not see.

use relata::Result;

use super::Describer;
use crate::Note;

/// What is hidden from an account without a right on the whole database (manual, "`INFORMATION_SCHEMA` Tables").
const HIDING: [(&str, &str); 3] = [
    ("SELECT", "tables"),
    ("TRIGGER", "triggers"),
    ("EVENT", "events"),
];

impl Describer {
    /// Notes what may be there and is not shown. Rights that come by a role are not listed for it, so that nothing is noted
    /// where one is active.
    pub(super) async fn rights(&mut self) -> Result<()> {
        let account = "concat('''', replace(current_user(), '@', '''@'''), '''')";
        let sql = format!(
            "SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = {account}
            UNION ALL SELECT PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES
                WHERE GRANTEE = {account} AND database() LIKE TABLE_SCHEMA
            UNION ALL SELECT 'ROLE' FROM DUAL WHERE coalesce(current_role(), 'NONE') <> 'NONE'"
        );
        let rights = self.session.read(&sql, |row| row.next::<String>()).await?;
        let has = |right: &str| rights.iter().any(|each| each == right);
        if has("ROLE") {
            return Ok(());
        }
        for (right, kind) in HIDING {
            if !has(right) {
                self.notes.push(Note::NotAllowed {
                    kind: kind.to_owned(),
                    right: right.to_owned(),
                });
            }
        }
        Ok(())
    }
}
