//! Graphviz (manual, "Node Shapes: HTML-Like Labels", "Arrow Shapes").

use super::{Cardinality, Diagram, Entity, xml};

pub(super) fn print(diagram: &Diagram) -> String {
    let mut out = String::from(
        "digraph schema {\n  rankdir = RL;\n  node [shape = plain, fontname = \"Helvetica\", fontsize = 11];\n  edge [dir = both, fontname = \"Helvetica\", fontsize = 9];\n",
    );
    for (number, name) in diagram.groups.iter().enumerate() {
        let grouped = diagram.groups.len() > 1;
        if grouped {
            out.push_str(&format!(
                "  subgraph cluster_{number} {{\n    label = {};\n",
                quoted(name)
            ));
        }
        for (place, entity) in diagram
            .entities
            .iter()
            .enumerate()
            .filter(|(_, entity)| entity.group == number)
        {
            out.push_str(&format!("    e{place} [label = <{}>];\n", table(entity)));
        }
        if grouped {
            out.push_str("  }\n");
        }
    }
    for link in &diagram.links {
        let port = |end: &super::LinkEnd| end.row.map_or(String::new(), |row| format!(":r{row}"));
        out.push_str(&format!(
            "  e{}{} -> e{}{} [arrowtail = {}, arrowhead = {}, tooltip = {}];\n",
            link.from.entity,
            port(&link.from),
            link.to.entity,
            port(&link.to),
            arrow(link.from.cardinality),
            arrow(link.to.cardinality),
            quoted(&link.name),
        ));
    }
    out.push_str("}\n");
    out
}

fn table(entity: &Entity) -> String {
    let mut out =
        String::from("<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"4\">");
    let title = match &entity.table {
        Some(table) => format!(
            "<b>{}</b><br/><font point-size=\"9\">{}</font>",
            xml(&entity.name),
            xml(table)
        ),
        None => format!("<b>{}</b>", xml(&entity.name)),
    };
    out.push_str(&format!(
        "<tr><td colspan=\"3\" bgcolor=\"#e8eef7\">{title}</td></tr>"
    ));
    for (number, row) in entity.rows.iter().enumerate() {
        out.push_str(&format!(
            "<tr><td align=\"left\">{}</td><td align=\"left\">{}</td><td align=\"left\" port=\"r{number}\">{}</td></tr>",
            xml(&row.keys()),
            xml(&row.name),
            xml(&row.full_type()),
        ));
    }
    out + "</table>"
}

fn arrow(cardinality: Cardinality) -> &'static str {
    match cardinality {
        Cardinality::One => "teetee",
        Cardinality::ZeroOrOne => "teeodot",
        Cardinality::Many => "crowodot",
    }
}

fn quoted(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
