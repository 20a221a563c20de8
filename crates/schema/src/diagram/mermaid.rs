//! Mermaid (documentation, "Entity Relationship Diagrams").

use super::{Arity, Cardinality, Diagram};

pub(super) fn print(diagram: &Diagram) -> String {
    let mut out = String::from("erDiagram\n");
    for entity in &diagram.entities {
        out.push_str(&format!("  {} {{\n", entity.name));
        for row in &entity.rows {
            let mut line = format!("    {} {}", word(&row.ty, row.arity), row.name);
            let keys = row.keys();
            if !keys.is_empty() {
                line += &format!(" {keys}");
            }
            // A type holds no question mark here, so that a remark says it.
            if row.arity == Arity::Optional {
                line += " \"optional\"";
            }
            out.push_str(&line);
            out.push('\n');
        }
        out.push_str("  }\n");
    }
    for link in &diagram.links {
        let name = |entity: usize| &diagram.entities[entity].name;
        let left = match link.to.cardinality {
            Cardinality::One => "||",
            Cardinality::ZeroOrOne => "|o",
            Cardinality::Many => "}o",
        };
        let right = match link.from.cardinality {
            Cardinality::One => "||",
            Cardinality::ZeroOrOne => "o|",
            Cardinality::Many => "o{",
        };
        out.push_str(&format!(
            "  {} {left}--{right} {} : \"{}\"\n",
            name(link.to.entity),
            name(link.from.entity),
            link.name
        ));
    }
    out
}

/// A type as one word of letters, digits and underscores; what else it holds becomes underscores.
fn word(ty: &str, arity: Arity) -> String {
    let mut word: String = ty
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect();
    if !word.starts_with(|c: char| c.is_alphabetic()) {
        word.insert(0, 't');
    }
    if arity == Arity::List {
        word + "[]"
    } else {
        word
    }
}
