//! The graph of relations: in which order tables can be made and filled, and where a cycle has to be cut.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::hash::HashSet;

use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::ir::{Arity, ModelId, ModelKind, Relation, RelationId, RelationKind, Schema};

/// Models as nodes; an edge for each relation with a column, from the model that holds it to the one it refers to.
#[derive(Debug)]
pub struct RelationGraph {
    graph: DiGraph<ModelId, Edge>,
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    relation: RelationId,
    /// A row can be made before the row that it refers to, and be linked to it later.
    optional: bool,
}

/// An order in which every table comes after those that it refers to, but for the relations that close a cycle.
///
/// ```
/// use relata_schema::{RelationGraph, Sources, analyze};
/// let text = "model Post {\n  id Int @id\n  userId Int\n  user User @relation(fields: [userId], references: [id])\n}\nmodel User {\n  id Int @id\n  posts Post[]\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let order = RelationGraph::new(&schema).creation_order();
/// let names: Vec<_> = order.models.iter().map(|model| schema.model(*model).name()).collect();
/// assert_eq!(names, ["User", "Post"]);
/// assert!(order.separate.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreationOrder {
    /// The models, each after those it refers to; among equals in source order.
    pub models: Vec<ModelId>,
    /// The relations that close a cycle, whose foreign keys can only be added once both tables stand.
    pub separate: Vec<RelationId>,
}

impl RelationGraph {
    /// The graph of a schema. Views and many-to-many tables have no part in it.
    pub fn new(schema: &Schema) -> Self {
        Self::filtered(schema, |_| true)
    }

    /// The graph of some relations of a schema.
    pub(crate) fn filtered(schema: &Schema, keep: impl Fn(Relation<'_>) -> bool) -> Self {
        let mut graph = DiGraph::new();
        let nodes: Vec<NodeIndex> = schema
            .models()
            .map(|model| graph.add_node(model.id()))
            .collect();
        for relation in schema.relations() {
            let view = [relation.from(), relation.to()]
                .iter()
                .any(|model| model.kind() == ModelKind::View);
            if relation.kind() == RelationKind::ManyToMany || view || !keep(relation) {
                continue;
            }
            let optional = relation
                .fields()
                .any(|field| field.arity() == Arity::Optional);
            let edge = Edge {
                relation: relation.id(),
                optional,
            };
            graph.add_edge(
                nodes[relation.from().id().index()],
                nodes[relation.to().id().index()],
                edge,
            );
        }
        Self { graph }
    }

    /// The groups of models that refer to each other in a circle, self relations left out.
    pub fn cycles(&self) -> Vec<Vec<ModelId>> {
        let mut cycles: Vec<Vec<ModelId>> = petgraph::algo::tarjan_scc(&self.graph)
            .into_iter()
            .filter(|group| group.len() > 1)
            .map(|group| {
                let mut models: Vec<ModelId> =
                    group.into_iter().map(|node| self.graph[node]).collect();
                models.sort();
                models
            })
            .collect();
        cycles.sort();
        cycles
    }

    /// The order in which tables can be made.
    ///
    /// A cycle is cut where a column may be NULL, if it has such a place, since rows can then be made in this order too.
    ///
    /// ```
    /// let sources = relata_schema::Sources::one("a.schema", "
    /// model Post { \n id Int @id \n userId Int \n user User @relation(fields: [userId], references: [id]) \n}
    /// model User { \n id Int @id \n posts Post[] \n}
    /// ");
    /// let schema = relata_schema::analyze(&sources).schema;
    /// let order = relata_schema::RelationGraph::new(&schema).creation_order();
    /// let names: Vec<_> = order.models.iter().map(|id| schema.model(*id).name()).collect();
    /// assert_eq!(names, ["User", "Post"]);
    /// ```
    pub fn creation_order(&self) -> CreationOrder {
        let mut cut: HashSet<EdgeIndex> = HashSet::default();
        for group in petgraph::algo::tarjan_scc(&self.graph) {
            if group.len() > 1 {
                self.cut_cycle(&group, &mut cut);
            }
        }
        let mut waiting: Vec<usize> = self
            .graph
            .node_indices()
            .map(|node| self.needs(node, &cut).count())
            .collect();
        let mut ready: BinaryHeap<Reverse<NodeIndex>> = self
            .graph
            .node_indices()
            .filter(|node| waiting[node.index()] == 0)
            .map(Reverse)
            .collect();
        let mut models = Vec::new();
        while let Some(Reverse(node)) = ready.pop() {
            models.push(self.graph[node]);
            let users = self.graph.edges_directed(node, petgraph::Incoming);
            for edge in users.filter(|edge| edge.source() != node && !cut.contains(&edge.id())) {
                let count = &mut waiting[edge.source().index()];
                *count -= 1;
                if *count == 0 {
                    ready.push(Reverse(edge.source()));
                }
            }
        }
        let mut separate: Vec<RelationId> = cut
            .into_iter()
            .map(|edge| self.graph[edge].relation)
            .collect();
        separate.sort();
        CreationOrder { models, separate }
    }

    /// The relations that a model must wait for.
    fn needs(&self, node: NodeIndex, cut: &HashSet<EdgeIndex>) -> impl Iterator<Item = EdgeIndex> {
        let edges = self.graph.edges(node);
        edges
            .filter(move |edge| edge.target() != node && !cut.contains(&edge.id()))
            .map(|edge| edge.id())
    }

    /// Cuts edges inside a strongly connected group until none of its cycles is left.
    fn cut_cycle(&self, group: &[NodeIndex], cut: &mut HashSet<EdgeIndex>) {
        let mut inner: Vec<EdgeIndex> = group
            .iter()
            .flat_map(|node| self.graph.edges(*node))
            .filter(|edge| group.contains(&edge.target()) && edge.source() != edge.target())
            .map(|edge| edge.id())
            .collect();
        // Required relations are kept first, so that what is left to close a cycle is optional where that is possible.
        inner.sort_by_key(|edge| (self.graph[*edge].optional, self.graph[*edge].relation));
        let mut kept: DiGraph<(), ()> = DiGraph::new();
        let nodes: Vec<NodeIndex> = group.iter().map(|_| kept.add_node(())).collect();
        let place = |node: NodeIndex| {
            group
                .iter()
                .position(|other| *other == node)
                .map(|at| nodes[at])
        };
        for edge in inner {
            let Some((from, to)) = self.graph.edge_endpoints(edge) else {
                continue;
            };
            let (Some(from), Some(to)) = (place(from), place(to)) else {
                continue;
            };
            if petgraph::algo::has_path_connecting(&kept, to, from, None) {
                cut.insert(edge);
            } else {
                kept.add_edge(from, to, ());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RelationGraph;
    use crate::{Sources, analyze};

    fn order(text: &str) -> (Vec<String>, Vec<String>) {
        let analysis = analyze(&Sources::one("a.schema", text));
        assert!(analysis.is_valid(), "{:?}", analysis.diagnostics);
        let schema = analysis.schema;
        let order = RelationGraph::new(&schema).creation_order();
        (
            order
                .models
                .iter()
                .map(|id| schema.model(*id).name().to_owned())
                .collect(),
            order
                .separate
                .iter()
                .map(|id| schema.relation(*id).forward_field().name().to_owned())
                .collect(),
        )
    }

    #[test]
    fn a_cycle_is_cut_at_its_optional_relation() {
        let (models, separate) = order(
            "
model Team {
  id Int @id
  leadId Int? @unique
  lead Person? @relation(\"Lead\", fields: [leadId], references: [id])
  people Person[] @relation(\"Member\")
}
model Person {
  id Int @id
  teamId Int
  team Team @relation(\"Member\", fields: [teamId], references: [id])
  leads Team? @relation(\"Lead\")
}",
        );
        assert_eq!(models, ["Team", "Person"]);
        assert_eq!(separate, ["lead"]);
    }

    #[test]
    fn a_self_relation_is_no_cycle() {
        let (models, separate) = order(
            "
model Node {
  id Int @id
  upId Int?
  up Node? @relation(\"Up\", fields: [upId], references: [id])
  down Node[] @relation(\"Up\")
}",
        );
        assert_eq!((models.len(), separate.len()), (1, 0));
    }
}
