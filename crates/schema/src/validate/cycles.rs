//! Cycles of referential actions.
//!
//! With `relationMode = "prisma"` the client follows the actions itself and would not stop in a cycle, so that one relation of
//! each cycle must do nothing.

use crate::hash::HashMap;

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::graph::RelationGraph;
use crate::ir::{ModelId, ReferentialAction, Relation, RelationKind, RelationMode, Schema};

pub(super) fn check(schema: &Schema, found: &mut Findings) {
    let emulated = schema
        .datasource()
        .is_some_and(|datasource| datasource.relation_mode == RelationMode::Prisma);
    let Some(provider) = schema.provider().filter(|_| emulated) else {
        return;
    };
    let quiet = [ReferentialAction::NoAction, ReferentialAction::Restrict];
    let acts = |relation: Relation<'_>| {
        relation.kind() != RelationKind::ManyToMany
            && !(quiet.contains(&relation.on_delete()) && quiet.contains(&relation.on_update()))
    };
    let emulated = provider.facts().emulated_actions;
    let word = quiet
        .iter()
        .find(|action| emulated.contains(action))
        .map_or("Restrict", |action| action.name());
    for relation in schema.relations().filter(|relation| acts(*relation)) {
        if relation.is_self_relation() {
            let message = format!(
                "the actions of the self relation `{}` could go round in a circle",
                relation.forward_field().name()
            );
            found.push(
                Diagnostic::error(Code::ReferentialAction, relation.span(), message)
                    .help(format!("write `onDelete: {word}, onUpdate: {word}`")),
            );
        }
    }
    let cycles = RelationGraph::filtered(schema, acts).cycles();
    let place: HashMap<ModelId, usize> = cycles
        .iter()
        .enumerate()
        .flat_map(|(at, cycle)| cycle.iter().map(move |model| (*model, at)))
        .collect();
    let mut relations: Vec<Vec<Relation<'_>>> = cycles.iter().map(|_| Vec::new()).collect();
    for relation in schema.relations() {
        let (from, to) = (relation.from().id(), relation.to().id());
        if let (Some(at), Some(other)) = (place.get(&from), place.get(&to))
            && at == other
            && from != to
            && acts(relation)
        {
            relations[*at].push(relation);
        }
    }
    for (cycle, around) in cycles.iter().zip(relations) {
        let [first, rest @ ..] = around.as_slice() else {
            continue;
        };
        let names: Vec<&str> = cycle
            .iter()
            .take(5)
            .map(|id| schema.model(*id).name())
            .collect();
        let message = format!(
            "the actions of the relations between {} could go round in a circle",
            names.join(", ")
        );
        let mut diagnostic = Diagnostic::error(Code::ReferentialAction, first.span(), message)
            .help(format!(
                "write `onDelete: {word}, onUpdate: {word}` in one of them"
            ));
        for relation in rest.iter().take(5) {
            diagnostic = diagnostic.related(relation.span(), "also on the way");
        }
        found.push(diagnostic);
    }
}
