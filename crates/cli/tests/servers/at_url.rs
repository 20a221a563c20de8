//! Projects whose database is on a server.

use crate::support::Project;

/// What a schema calls the kind of database that a URL leads to.
pub fn provider(url: &str) -> &'static str {
    if url.starts_with("postgres") {
        "postgresql"
    } else {
        "mysql"
    }
}

impl Project {
    /// Writes `app.schema` anew, for the database that the variable `URL` names.
    pub fn schema_at_url(&self, provider: &str, models: &str) {
        let text = format!(
            "datasource db {{\n  provider = \"{provider}\"\n  url = env(\"URL\")\n}}\n{models}"
        );
        self.write("app.schema", text);
    }

    /// Writes that the migrations are for this provider.
    pub fn lock(&self, provider: &str) {
        let text = format!("provider = \"{provider}\"\n");
        self.write("migrations/migration_lock.toml", text);
    }
}
