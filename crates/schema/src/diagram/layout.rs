//! Where the boxes of a drawing stand.
//!
//! Tables that are related stand together: each connected group is laid out in columns, from the tables that refer to
//! nothing, on the left, to those that refer to others; in each column the boxes are ordered by where their neighbours stand.
//! Groups fill rows, the large ones first; tables without relations come last, as a block.

use super::Diagram;

/// The size of a character, of a line, and the space between boxes, in pixels.
pub(super) const CHARACTER: f64 = 7.0;
pub(super) const LINE: f64 = 18.0;
pub(super) const TITLE: f64 = 26.0;
const GAP_X: f64 = 110.0;
const GAP_Y: f64 = 28.0;
/// A column goes no deeper than this before it is split.
const DEPTH: f64 = 1500.0;
/// The same for tables without relations, which make a block.
const LONELY_DEPTH: f64 = 420.0;
/// A row of groups goes no wider than this before a new one begins.
const WIDTH: f64 = 3200.0;

/// A box with its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Places every box of a diagram, in the diagram's order.
pub(super) fn place(diagram: &Diagram) -> Vec<Placed> {
    let mut placed: Vec<Placed> = diagram.entities.iter().map(size).collect();
    let (mut x, mut y, mut row_height): (f64, f64, f64) = (0.0, 0.0, 0.0);
    for group in groups(diagram) {
        let columns = columns(diagram, &group, &placed);
        let (width, height) = settle(&columns, &mut placed);
        if x > 0.0 && x + width > WIDTH {
            (x, y) = (0.0, y + row_height + 3.0 * GAP_Y);
            row_height = 0.0;
        }
        for &entity in &group {
            placed[entity].x += x;
            placed[entity].y += y;
        }
        x += width + GAP_X;
        row_height = row_height.max(height);
    }
    placed
}

#[allow(clippy::cast_precision_loss, reason = "counts of letters and lines")]
fn size(entity: &super::Entity) -> Placed {
    let title = entity.name.chars().count()
        + entity
            .table
            .as_ref()
            .map_or(0, |table| table.chars().count() + 3);
    let widest = entity
        .rows
        .iter()
        .map(|row| row.name.chars().count() + row.full_type().chars().count() + 7)
        .max();
    let letters = widest.unwrap_or(0).max(title + 2);
    Placed {
        x: 0.0,
        y: 0.0,
        width: letters as f64 * CHARACTER + 16.0,
        height: TITLE + entity.rows.len() as f64 * LINE + 6.0,
    }
}

/// The representative of a box's group so far.
fn root(group_of: &mut [usize], mut at: usize) -> usize {
    while group_of[at] != at {
        group_of[at] = group_of[group_of[at]];
        at = group_of[at];
    }
    at
}

/// The connected groups, the largest first, and all lonely boxes as the last.
fn groups(diagram: &Diagram) -> Vec<Vec<usize>> {
    let count = diagram.entities.len();
    let mut group_of: Vec<usize> = (0..count).collect();
    for link in &diagram.links {
        let (a, b) = (
            root(&mut group_of, link.from.entity),
            root(&mut group_of, link.to.entity),
        );
        group_of[a.max(b)] = a.min(b);
    }
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); count];
    for entity in 0..count {
        groups[root(&mut group_of, entity)].push(entity);
    }
    let (mut related, lonely): (Vec<_>, Vec<_>) = groups
        .into_iter()
        .filter(|group| !group.is_empty())
        .partition(|group| group.len() > 1);
    related.sort_by_key(|group| (usize::MAX - group.len(), group[0]));
    let lonely: Vec<usize> = lonely.into_iter().flatten().collect();
    if !lonely.is_empty() {
        related.push(lonely);
    }
    related
}

/// The columns of a group, each a list of boxes from top to bottom.
fn columns(diagram: &Diagram, group: &[usize], sizes: &[Placed]) -> Vec<Vec<usize>> {
    let edges: Vec<(usize, usize)> = diagram
        .links
        .iter()
        .map(|link| (link.from.entity, link.to.entity))
        .filter(|(from, to)| from != to && group.contains(from))
        .collect();
    let mut layers = layers(group, &edges);
    for sweep in 0..6 {
        order(&mut layers, &edges, sweep % 2 == 0);
    }
    // A deep layer becomes several columns side by side.
    let deepest = if edges.is_empty() {
        LONELY_DEPTH
    } else {
        DEPTH
    };
    let mut columns: Vec<Vec<usize>> = Vec::new();
    for layer in layers {
        let mut depth = f64::INFINITY;
        for entity in layer {
            let height = sizes[entity].height + GAP_Y;
            if depth + height > deepest {
                columns.push(Vec::new());
                depth = 0.0;
            }
            depth += height;
            if let Some(column) = columns.last_mut() {
                column.push(entity);
            }
        }
    }
    columns
}

/// Boxes by how long a chain of references leads away from them. A cycle is cut where it comes back to a box on the way.
fn layers(group: &[usize], edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    fn depth(
        entity: usize,
        edges: &[(usize, usize)],
        known: &mut [Option<usize>],
        open: &mut Vec<usize>,
    ) -> usize {
        if let Some(depth) = known[entity] {
            return depth;
        }
        open.push(entity);
        let mut deepest = 0;
        for &(_, to) in edges.iter().filter(|(from, _)| *from == entity) {
            if !open.contains(&to) {
                deepest = deepest.max(1 + depth(to, edges, known, open));
            }
        }
        open.pop();
        known[entity] = Some(deepest);
        deepest
    }
    let most = group.iter().max().map_or(0, |last| last + 1);
    let mut known = vec![None; most];
    let mut layers: Vec<Vec<usize>> = Vec::new();
    for &entity in group {
        let depth = depth(entity, edges, &mut known, &mut Vec::new());
        if layers.len() <= depth {
            layers.resize(depth + 1, Vec::new());
        }
        layers[depth].push(entity);
    }
    layers.retain(|layer| !layer.is_empty());
    layers
}

/// Sorts each layer by the mean place of its neighbours in the layers already sorted.
#[allow(clippy::cast_precision_loss, reason = "places in a column")]
fn order(layers: &mut [Vec<usize>], edges: &[(usize, usize)], forward: bool) {
    let most = layers.iter().flatten().max().map_or(0, |last| last + 1);
    let mut place = vec![0.0; most];
    for layer in layers.iter() {
        for (at, &entity) in layer.iter().enumerate() {
            place[entity] = at as f64 / layer.len() as f64;
        }
    }
    let order: Vec<usize> = if forward {
        (0..layers.len()).collect()
    } else {
        (0..layers.len()).rev().collect()
    };
    for at in order {
        let layer = &mut layers[at];
        let mean = |entity: usize| {
            let neighbours: Vec<f64> = edges
                .iter()
                .filter_map(|(from, to)| match (*from == entity, *to == entity) {
                    (true, _) => Some(place[*to]),
                    (_, true) => Some(place[*from]),
                    _ => None,
                })
                .collect();
            if neighbours.is_empty() {
                place[entity]
            } else {
                neighbours.iter().sum::<f64>() / neighbours.len() as f64
            }
        };
        let mut keyed: Vec<(f64, usize)> = layer
            .iter()
            .map(|entity| (mean(*entity), *entity))
            .collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (at, (_, entity)) in keyed.iter().enumerate() {
            place[*entity] = at as f64 / keyed.len() as f64;
        }
        *layer = keyed.into_iter().map(|(_, entity)| entity).collect();
    }
}

/// Gives every box of a group its place from the group's corner, and tells the group's size.
fn settle(columns: &[Vec<usize>], placed: &mut [Placed]) -> (f64, f64) {
    let height = |column: &Vec<usize>, placed: &[Placed]| -> f64 {
        column
            .iter()
            .map(|entity| placed[*entity].height + GAP_Y)
            .sum::<f64>()
            - GAP_Y
    };
    let tallest = columns
        .iter()
        .map(|column| height(column, placed))
        .fold(0.0, f64::max);
    let mut x = 0.0;
    for column in columns {
        let widest = column
            .iter()
            .map(|entity| placed[*entity].width)
            .fold(0.0, f64::max);
        let mut y = (tallest - height(column, placed)) / 2.0;
        for &entity in column {
            placed[entity].x = x;
            placed[entity].y = y;
            y += placed[entity].height + GAP_Y;
        }
        x += widest + GAP_X;
    }
    (x - GAP_X, tallest)
}
