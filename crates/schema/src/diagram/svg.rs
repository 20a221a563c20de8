//! A drawing that needs no other program.

use super::layout::{CHARACTER, LINE, Placed, TITLE, place};
use super::{Cardinality, Diagram, Entity, Link, LinkEnd, xml};

/// The colours of the files, in turn: a pale one for the title, a strong one for the frame.
const COLOURS: [(&str, &str); 8] = [
    ("#dbe9f6", "#2b6cb0"),
    ("#e3f4e1", "#2f855a"),
    ("#fdebd3", "#b7791f"),
    ("#f3e3f7", "#805ad5"),
    ("#fde2e2", "#c53030"),
    ("#dff5f3", "#2c7a7b"),
    ("#f1f0da", "#7b7b1f"),
    ("#e6e6ee", "#4a5568"),
];
const MARGIN: f64 = 24.0;

pub(super) fn print(diagram: &Diagram) -> String {
    let placed = place(diagram);
    let legend = if diagram.groups.len() > 1 { 24.0 } else { 0.0 };
    let right = placed.iter().map(|b| b.x + b.width).fold(200.0, f64::max) + 2.0 * MARGIN;
    let bottom = placed.iter().map(|b| b.y + b.height).fold(40.0, f64::max) + 2.0 * MARGIN + legend;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{right:.0}\" height=\"{bottom:.0}\" viewBox=\"0 0 {right:.0} {bottom:.0}\">\n\
         <style>text {{ font: 12px ui-monospace, Menlo, Consolas, monospace; fill: #1a202c }} .title {{ font-weight: bold }} \
         .dim {{ fill: #718096 }} .link {{ fill: none; stroke: #4a5568; stroke-width: 1.2 }}</style>\n{MARKERS}\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    if diagram.groups.len() > 1 {
        out.push_str(&files(&diagram.groups));
    }
    out.push_str(&format!(
        "<g transform=\"translate({MARGIN} {})\">\n",
        MARGIN + legend
    ));
    for link in &diagram.links {
        out.push_str(&line(link, &placed));
    }
    for (entity, at) in diagram.entities.iter().zip(&placed) {
        out.push_str(&table(entity, at));
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// Crow's feet at the ends of lines. Each is drawn for a line that arrives from the left.
const MARKERS: &str = "<defs>\n\
<marker id=\"one\" viewBox=\"0 0 20 12\" refX=\"20\" refY=\"6\" markerWidth=\"20\" markerHeight=\"12\" orient=\"auto-start-reverse\" markerUnits=\"userSpaceOnUse\"><path d=\"M10 1V11M15 1V11\" stroke=\"#4a5568\" fill=\"none\"/></marker>\n\
<marker id=\"zero-or-one\" viewBox=\"0 0 20 12\" refX=\"20\" refY=\"6\" markerWidth=\"20\" markerHeight=\"12\" orient=\"auto-start-reverse\" markerUnits=\"userSpaceOnUse\"><circle cx=\"7\" cy=\"6\" r=\"4\" stroke=\"#4a5568\" fill=\"#fff\"/><path d=\"M15 1V11\" stroke=\"#4a5568\" fill=\"none\"/></marker>\n\
<marker id=\"many\" viewBox=\"0 0 20 12\" refX=\"20\" refY=\"6\" markerWidth=\"20\" markerHeight=\"12\" orient=\"auto-start-reverse\" markerUnits=\"userSpaceOnUse\"><circle cx=\"5\" cy=\"6\" r=\"4\" stroke=\"#4a5568\" fill=\"#fff\"/><path d=\"M9 6L20 1M9 6L20 11\" stroke=\"#4a5568\" fill=\"none\"/></marker>\n\
</defs>\n";

fn marker(cardinality: Cardinality) -> &'static str {
    match cardinality {
        Cardinality::One => "one",
        Cardinality::ZeroOrOne => "zero-or-one",
        Cardinality::Many => "many",
    }
}

fn files(groups: &[String]) -> String {
    let mut out = String::new();
    let mut x = MARGIN;
    for (number, name) in groups.iter().enumerate() {
        let (pale, strong) = COLOURS[number % COLOURS.len()];
        out.push_str(&format!(
            "<rect x=\"{x:.0}\" y=\"14\" width=\"14\" height=\"14\" fill=\"{pale}\" stroke=\"{strong}\"/><text x=\"{:.0}\" y=\"26\">{}</text>\n",
            x + 20.0,
            xml(name)
        ));
        #[allow(clippy::cast_precision_loss, reason = "letters of a name")]
        let width = name.chars().count() as f64 * CHARACTER;
        x += width + 44.0;
    }
    out
}

#[allow(clippy::cast_precision_loss, reason = "lines of a box")]
fn table(entity: &Entity, at: &Placed) -> String {
    let (pale, strong) = COLOURS[entity.group % COLOURS.len()];
    let Placed {
        x,
        y,
        width,
        height,
    } = *at;
    let mut out = format!(
        "<g><rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" rx=\"4\" fill=\"#ffffff\" stroke=\"{strong}\"/>\
         <path d=\"M{x:.0} {:.0}h{width:.0}v{:.0}h-{width:.0}z\" fill=\"{pale}\" stroke=\"{strong}\"/>\
         <text class=\"title\" x=\"{:.0}\" y=\"{:.0}\">{}</text>",
        y,
        TITLE,
        x + 8.0,
        y + 17.0,
        xml(&entity.name),
    );
    if let Some(table) = &entity.table {
        out.push_str(&format!(
            "<text class=\"dim\" x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{}</text>",
            x + width - 8.0,
            y + 17.0,
            xml(table)
        ));
    }
    for (number, row) in entity.rows.iter().enumerate() {
        let line = y + TITLE + number as f64 * LINE + 14.0;
        let class = if row.primary_key {
            " class=\"title\""
        } else {
            ""
        };
        let mark = if row.primary_key {
            "PK"
        } else if row.foreign_key {
            "FK"
        } else if row.unique {
            "UK"
        } else {
            ""
        };
        out.push_str(&format!(
            "\n<text class=\"dim\" x=\"{:.0}\" y=\"{line:.0}\">{mark}</text><text{class} x=\"{:.0}\" y=\"{line:.0}\">{}</text><text class=\"dim\" x=\"{:.0}\" y=\"{line:.0}\" text-anchor=\"end\">{}</text>",
            x + 8.0,
            x + 8.0 + 3.0 * CHARACTER,
            xml(&row.name),
            x + width - 8.0,
            xml(&row.full_type()),
        ));
    }
    out + "</g>\n"
}

/// A line from the key's row to the row that it refers to, leaving each box on the side that faces the other.
fn line(link: &Link, placed: &[Placed]) -> String {
    let (from, to) = (&placed[link.from.entity], &placed[link.to.entity]);
    let (from_y, to_y) = (height(&link.from, from), height(&link.to, to));
    let right = |b: &Placed| b.x + b.width;
    // Each end: where it is, and in which direction its line leaves.
    let (start, end) =
        if link.from.entity == link.to.entity || (from.x < right(to) && to.x < right(from)) {
            // Beside each other or the same box: around the right side.
            ((right(from), 1.0), (right(to), 1.0))
        } else if from.x >= right(to) {
            ((from.x, -1.0), (right(to), 1.0))
        } else {
            ((right(from), 1.0), (to.x, -1.0))
        };
    let reach = ((start.0 - end.0).abs() / 2.0).clamp(40.0, 160.0);
    format!(
        "<path class=\"link\" marker-start=\"url(#{})\" marker-end=\"url(#{})\" d=\"M{:.0} {from_y:.0}C{:.0} {from_y:.0} {:.0} {to_y:.0} {:.0} {to_y:.0}\"><title>{}</title></path>\n",
        marker(link.from.cardinality),
        marker(link.to.cardinality),
        start.0,
        start.0 + start.1 * reach,
        end.0 + end.1 * reach,
        end.0,
        xml(&link.name),
    )
}

#[allow(clippy::cast_precision_loss, reason = "lines of a box")]
fn height(end: &LinkEnd, at: &Placed) -> f64 {
    match end.row {
        Some(row) => at.y + TITLE + row as f64 * LINE + LINE / 2.0,
        None => at.y + TITLE / 2.0,
    }
}
