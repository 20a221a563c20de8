//! Comments that the database keeps.

use relata_schema::ir::{self, ModelKind};

use super::Lowering;
use crate::catalog::{Address, Comment, Kind};

impl Lowering<'_> {
    /// The comments, in the order of their objects, as in a catalog of a server.
    pub(super) fn comments(&self) -> Vec<Comment> {
        let mut comments = Vec::new();
        let mut say = |on: &dyn Fn() -> Address, comment: Option<&ir::Comment>| {
            // An empty one is none to every server.
            if let Some(comment) = comment.filter(|comment| !comment.text.is_empty()) {
                comments.push(Comment {
                    on: on(),
                    text: comment.text.clone(),
                });
            }
        };
        for model in self.schema.models() {
            let name = self.table_name(model);
            let kind = match (model.kind(), model.is_materialized()) {
                (ModelKind::Table, _) => Kind::Table,
                (ModelKind::View, false) => Kind::View,
                (ModelKind::View, true) => Kind::MaterializedView,
            };
            if kind != Kind::Table && model.statement().is_none() {
                continue;
            }
            say(&|| Address::of(kind, &name), model.comment());
            for field in model.scalar_fields() {
                let on = || Address::column(&name, field.database_name());
                say(&on, field.comment());
            }
        }
        for each in self.schema.enums() {
            let name = self.name(each.namespace(), each.database_name());
            say(&|| Address::of(Kind::Type, &name), each.comment());
        }
        for each in self.schema.domains() {
            let name = self.name(each.namespace(), each.database_name());
            say(&|| Address::of(Kind::Domain, &name), each.comment());
        }
        comments.sort();
        comments
    }
}
