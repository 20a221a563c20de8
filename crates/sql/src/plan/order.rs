//! The order of steps: what one needs and another gives makes edges, and the graph does the rest.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use foldhash::HashMap;
use foldhash::fast::RandomState;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef as _;

use crate::change::Changes;
use crate::dialect::Writer;
use crate::object::{Body, Clause, Draft, index};
use crate::step::{Effects, Object, Step};

/// Orders drafts. Where they need each other, one of them is split; between those that nothing puts in order, the kind
/// decides and then the place in which they were told, so that scripts read as Prisma's do.
pub(super) fn order<'c>(mut drafts: Vec<Draft<'c>>, changes: &Changes<'c>) -> Vec<Step> {
    let writer = Writer::between(changes.from, changes.to);
    let graph = loop {
        let graph = graph(&drafts);
        let Some((place, parts)) = split_one(&graph, &drafts, &writer) else {
            break graph;
        };
        drafts.splice(place..=place, parts);
    };
    let sorted = sort(&graph, &drafts);
    let mut drafts: Vec<Option<Draft<'c>>> = drafts.into_iter().map(Some).collect();
    sorted
        .into_iter()
        .filter_map(|place| drafts[place].take())
        .map(|draft| write(draft, &writer))
        .collect()
}

/// Writes drafts that stand in their order already.
pub(super) fn in_turn<'c>(drafts: Vec<Draft<'c>>, changes: &Changes<'c>) -> Vec<Step> {
    let writer = Writer::between(changes.from, changes.to);
    drafts
        .into_iter()
        .map(|draft| write(draft, &writer))
        .collect()
}

type Graph = DiGraph<(), ()>;

/// An edge leads from each step to those that have to come later.
fn graph(drafts: &[Draft<'_>]) -> Graph {
    let effects: Vec<Cow<'_, Effects>> = drafts.iter().map(Draft::effects).collect();
    let named = effects
        .iter()
        .map(|each| each.gives.len() + each.takes.len());
    let mut objects = Objects::with_capacity(named.sum());
    for (place, effects) in effects.iter().enumerate() {
        for object in &effects.gives {
            objects.entry(object).givers.push(place);
        }
        for object in &effects.takes {
            objects.entry(object).takers.push(place);
        }
    }
    let mut edges: Vec<(usize, usize)> = Vec::with_capacity(drafts.len());
    for (place, effects) in effects.iter().enumerate() {
        for object in &effects.needs {
            // What is given must be there first.
            edges.extend(objects.givers(object).iter().map(|giver| (*giver, place)));
        }
        for object in &effects.frees {
            // What hangs on the old one lets go of it first.
            edges.extend(objects.takers(object).iter().map(|taker| (place, *taker)));
        }
    }
    for users in &objects.users {
        for &taker in &users.takers {
            // The old one makes room first.
            edges.extend(users.givers.iter().map(|giver| (taker, *giver)));
        }
    }
    edges.retain(|(earlier, later)| earlier != later);
    // One number is compared faster than two.
    edges.sort_unstable_by_key(|(earlier, later)| ((*earlier as u64) << 32) | *later as u64);
    edges.dedup();
    let mut graph = Graph::with_capacity(drafts.len(), edges.len());
    for _ in drafts {
        graph.add_node(());
    }
    for (earlier, later) in edges {
        graph.add_edge(NodeIndex::new(earlier), NodeIndex::new(later), ());
    }
    graph
}

/// Who gives and who takes each object.
struct Objects<'o> {
    places: HashMap<&'o Object, usize>,
    users: Vec<Users>,
}

#[derive(Default)]
struct Users {
    givers: Vec<usize>,
    takers: Vec<usize>,
}

impl<'o> Objects<'o> {
    /// Room for so many objects: growing means hashing all names again.
    fn with_capacity(objects: usize) -> Self {
        Self {
            places: HashMap::with_capacity_and_hasher(objects, RandomState::default()),
            users: Vec::with_capacity(objects),
        }
    }

    fn entry(&mut self, object: &'o Object) -> &mut Users {
        let place = *self.places.entry(object).or_insert(self.users.len());
        if place == self.users.len() {
            self.users.push(Users::default());
        }
        &mut self.users[place]
    }

    fn get(&self, object: &Object) -> Option<&Users> {
        self.places.get(object).map(|place| &self.users[*place])
    }

    fn givers(&self, object: &Object) -> &[usize] {
        self.get(object).map_or(&[], |users| &users.givers)
    }

    fn takers(&self, object: &Object) -> &[usize] {
        self.get(object).map_or(&[], |users| &users.takers)
    }
}

/// Finds a step to split among those that need each other, and its parts. `None` where no two do, or none can be split.
fn split_one<'c>(
    graph: &Graph,
    drafts: &[Draft<'c>],
    writer: &Writer<'_>,
) -> Option<(usize, Vec<Draft<'c>>)> {
    for component in tarjan_scc(graph)
        .into_iter()
        .filter(|component| component.len() > 1)
    {
        let mut members: Vec<usize> = component.into_iter().map(NodeIndex::index).collect();
        members.sort_unstable();
        for &place in &members {
            let others = members
                .iter()
                .filter(|other| **other != place)
                .map(|other| drafts[*other].effects());
            if let Some(parts) = split(&drafts[place], &others.collect::<Vec<_>>(), writer) {
                return Some((place, parts));
            }
        }
    }
    None
}

fn split<'c>(
    draft: &Draft<'c>,
    others: &[Cow<'_, Effects>],
    writer: &Writer<'_>,
) -> Option<Vec<Draft<'c>>> {
    match &draft.body {
        Body::Whole(..) => None,
        Body::Divisible(_, _, parts) => Some(parts.clone()),
        Body::Clauses(_, clauses) if clauses.len() < 2 => None,
        Body::Clauses(table, clauses) => {
            // As few statements as possible: what waits for the others in one, the rest in another.
            let waits = |clause: &Clause| {
                others.iter().any(|other| {
                    clause
                        .effects
                        .needs
                        .iter()
                        .any(|object| other.gives.contains(object))
                        || clause
                            .effects
                            .takes
                            .iter()
                            .any(|object| other.frees.contains(object))
                        || clause
                            .effects
                            .gives
                            .iter()
                            .any(|object| other.takes.contains(object))
                })
            };
            let (late, early): (Vec<Clause>, Vec<Clause>) =
                clauses.iter().cloned().partition(waits);
            if late.is_empty() || early.is_empty() {
                return Some(
                    clauses
                        .iter()
                        .map(|clause| Draft::clauses(table, vec![clause.clone()]))
                        .collect(),
                );
            }
            Some(vec![
                Draft::clauses(table, early),
                Draft::clauses(table, late),
            ])
        }
        Body::Rename(renaming, effects) => {
            Some(index::rename_in_two(writer, *renaming, effects).into())
        }
    }
}

/// Sorts by the edges; among the steps that are free to come next, the first by kind and place does.
///
/// Steps that still need each other, of which none could be split, come in the order of kinds: no such plan is known, and a
/// server that refuses one loses nothing.
fn sort(graph: &Graph, drafts: &[Draft<'_>]) -> Vec<usize> {
    let key = |place: usize| Reverse((drafts[place].kind, place));
    let mut waiting: Vec<usize> = vec![0; drafts.len()];
    for edge in graph.edge_references() {
        waiting[edge.target().index()] += 1;
    }
    let mut free: BinaryHeap<_> = (0..drafts.len())
        .filter(|place| waiting[*place] == 0)
        .map(key)
        .collect();
    let mut done = vec![false; drafts.len()];
    let mut sorted = Vec::with_capacity(drafts.len());
    while sorted.len() < drafts.len() {
        let next = free.pop().or_else(|| {
            (0..drafts.len())
                .filter(|place| !done[*place])
                .map(key)
                .max()
        });
        let Some(Reverse((_, place))) = next else {
            break;
        };
        if std::mem::replace(&mut done[place], true) {
            continue;
        }
        sorted.push(place);
        for later in graph.neighbors(NodeIndex::new(place)) {
            let left = &mut waiting[later.index()];
            *left = left.saturating_sub(1);
            if *left == 0 {
                free.push(key(later.index()));
            }
        }
    }
    sorted
}

/// A column that is computed goes before what it is computed from: the clauses of one statement drop in the order in which they stand.
fn drops_in_turn(mut clauses: Vec<Clause>) -> Vec<Clause> {
    let drops = |clause: &Clause| {
        let sql = clause.sql.as_deref();
        sql.is_some_and(|sql| sql.starts_with("DROP COLUMN"))
    };
    for first in 0..clauses.len() {
        // Each moves at most once for each clause behind it.
        for _ in first..clauses.len() {
            let Some(earlier) = clauses.get(first).filter(|clause| drops(clause)) else {
                break;
            };
            let user = clauses.iter().skip(first + 1).position(|later| {
                let mut frees = later.effects.frees.iter();
                drops(later) && frees.any(|object| earlier.effects.takes.contains(object))
            });
            match user {
                Some(user) => clauses[first..=first + 1 + user].rotate_right(1),
                None => break,
            }
        }
    }
    clauses
}

fn write(draft: Draft<'_>, writer: &Writer<'_>) -> Step {
    let (statements, effects) = match draft.body {
        Body::Whole(statements, effects) | Body::Divisible(statements, effects, _) => {
            (statements, effects)
        }
        Body::Rename(renaming, effects) => (index::rename_statements(writer, renaming), effects),
        Body::Clauses(table, clauses) => {
            let clauses = drops_in_turn(clauses);
            let mut effects = Effects::default();
            let (mut before, mut written, mut after) = (Vec::new(), Vec::new(), Vec::new());
            for clause in clauses {
                effects.extend(clause.effects);
                before.extend(clause.before);
                written.extend(clause.sql);
                after.extend(clause.after);
            }
            before.extend(writer.alter_table(table, &written));
            before.extend(after);
            (before, effects)
        }
    };
    Step {
        kind: draft.kind,
        subject: draft.subject,
        notes: draft.notes,
        statements,
        effects,
    }
}
