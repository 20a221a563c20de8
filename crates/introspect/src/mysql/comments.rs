//! What somebody wrote about an object. Both servers keep it with the object, so that no query is needed.

use relata_sql::catalog::{Address, Comment};

use super::Describer;

impl Describer {
    pub(super) fn comment(&mut self, on: Address, text: &str) {
        let text = text.into();
        self.catalog.comments.push(Comment { on, text });
    }
}
