//! The entity-relationship diagram of a schema: crow's feet, keys and types, grouped by file.
//!
//! [`Diagram::new`] picks what is drawn; the printers write it for Graphviz, for Mermaid, and as an SVG that needs no other
//! program. Views and ignored models are drawn like the rest: they are there.

#![allow(
    clippy::format_push_string,
    reason = "writing to a String cannot fail, and `write!` would make an error to be ignored"
)]

mod dot;
mod layout;
mod mermaid;
mod svg;

use crate::ir::{Arity, Field, FieldId, FieldType, Model, RelationKind, Schema};
use crate::span::{FileId, Sources};

/// A format that a diagram can be written in.
///
/// ```
/// use relata_schema::{Diagram, DiagramFormat, Sources, analyze};
/// let sources = Sources::one("app.schema", "model User {\n  id Int @id\n}\n");
/// let diagram = Diagram::new(&analyze(&sources).schema, &sources);
/// assert!(diagram.print(DiagramFormat::Svg).starts_with("<svg"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DiagramFormat {
    /// The language of Graphviz.
    Dot,
    /// An `erDiagram` of Mermaid, which code hosts show in Markdown.
    Mermaid,
    /// A drawing, laid out here.
    Svg,
}

/// What a diagram shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagram {
    /// The boxes, in source order.
    pub entities: Vec<Entity>,
    /// The lines between them.
    pub links: Vec<Link>,
    /// The names of the files that the boxes come from.
    pub groups: Vec<String>,
}

/// A box: a model.
///
/// ```
/// use relata_schema::{Diagram, Sources, analyze};
/// let sources = Sources::one("app.schema", "model User {\n  id Int @id\n  @@map(\"users\")\n}\n");
/// let diagram = Diagram::new(&analyze(&sources).schema, &sources);
/// let user = &diagram.entities[0];
/// assert_eq!((&*user.name, user.table.as_deref()), ("User", Some("users")));
/// assert_eq!(diagram.groups[user.group], "app.schema");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// The model's name.
    pub name: String,
    /// Its table, where that has another name.
    pub table: Option<String>,
    /// The index of its file in [`Diagram::groups`].
    pub group: usize,
    /// Its columns.
    pub rows: Vec<EntityRow>,
}

/// A line in a box: a field with a column.
///
/// ```
/// use relata_schema::{Diagram, Sources, analyze};
/// let sources = Sources::one("app.schema", "model User {\n  id Int @id\n  email String? @unique\n}\n");
/// let diagram = Diagram::new(&analyze(&sources).schema, &sources);
/// let [id, email] = &diagram.entities[0].rows[..] else { panic!() };
/// assert!(id.primary_key && email.unique && !email.foreign_key);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityRow {
    /// The field's name.
    pub name: String,
    /// Its type as the schema writes it, without `?` and `[]`.
    pub ty: String,
    /// How many values it holds.
    pub arity: Arity,
    /// Whether it is part of the primary key.
    pub primary_key: bool,
    /// Whether it is part of a foreign key.
    pub foreign_key: bool,
    /// Whether it is unique by itself.
    pub unique: bool,
}

/// A line between two boxes: a relation.
///
/// ```
/// use relata_schema::{Cardinality, Diagram, Sources, analyze};
/// let text = "model User {\n  id Int @id\n  posts Post[]\n}\nmodel Post {\n  id Int @id\n  userId Int?\n  user User? @relation(fields: [userId], references: [id])\n}\n";
/// let sources = Sources::one("app.schema", text);
/// let diagram = Diagram::new(&analyze(&sources).schema, &sources);
/// let link = &diagram.links[0];
/// assert_eq!((&*link.name, link.from.entity, link.to.entity), ("user", 1, 0));
/// assert_eq!((link.from.cardinality, link.to.cardinality), (Cardinality::Many, Cardinality::ZeroOrOne));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The name of the forward field.
    pub name: String,
    /// The end that holds the key.
    pub from: LinkEnd,
    /// The end that is referred to.
    pub to: LinkEnd,
}

/// Where a line ends, and on how many rows.
///
/// ```
/// use relata_schema::{Cardinality, Diagram, Sources, analyze};
/// let text = "model User {\n  id Int @id\n  posts Post[]\n}\nmodel Post {\n  id Int @id\n  userId Int?\n  user User? @relation(fields: [userId], references: [id])\n}\n";
/// let sources = Sources::one("app.schema", text);
/// let diagram = Diagram::new(&analyze(&sources).schema, &sources);
/// let end = diagram.links[0].from;
/// assert_eq!(diagram.entities[end.entity].name, "Post");
/// assert_eq!(end.cardinality, Cardinality::Many);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkEnd {
    /// The index of the box in [`Diagram::entities`].
    pub entity: usize,
    /// The index of the line in the box at which it ends, if it is about one.
    pub row: Option<usize>,
    /// How many rows there can be at this end for one at the other.
    pub cardinality: Cardinality,
}

/// How many rows there can be at one end of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cardinality {
    /// Exactly one.
    One,
    /// None or one.
    ZeroOrOne,
    /// Any number.
    Many,
}

impl Diagram {
    /// Picks what is drawn of a schema.
    ///
    /// ```
    /// use relata_schema::{Diagram, DiagramFormat, Sources, analyze};
    /// let sources = Sources::one("app.schema", "model User {\n  id Int @id\n}\n");
    /// let diagram = Diagram::new(&analyze(&sources).schema, &sources);
    /// assert!(diagram.print(DiagramFormat::Mermaid).contains("Int id PK"));
    /// ```
    pub fn new(schema: &Schema, sources: &Sources) -> Self {
        let files: Vec<FileId> = {
            let used: Vec<FileId> = schema
                .models()
                .map(|model| model.name_span().file)
                .collect();
            sources
                .iter()
                .map(|(file, _)| file)
                .filter(|file| used.contains(file))
                .collect()
        };
        let entities = schema.models().map(|model| entity(model, &files)).collect();
        let links = schema.relations().map(|relation| {
            let many = relation.kind() == RelationKind::ManyToMany;
            let optional = relation
                .fields()
                .any(|field| field.arity() == Arity::Optional)
                || relation.forward_field().arity() == Arity::Optional;
            let row = |model: Model<'_>, field: Option<Field<'_>>| {
                let field = field?;
                model
                    .scalar_fields()
                    .position(|other| other.id() == field.id())
            };
            let (from, to) = (relation.from(), relation.to());
            Link {
                name: relation.forward_field().name().to_owned(),
                from: LinkEnd {
                    entity: from.id().index(),
                    row: row(from, relation.fields().next()),
                    cardinality: match relation.kind() {
                        RelationKind::OneToOne => Cardinality::ZeroOrOne,
                        RelationKind::OneToMany | RelationKind::ManyToMany => Cardinality::Many,
                    },
                },
                to: LinkEnd {
                    entity: to.id().index(),
                    row: row(to, relation.references().next()),
                    cardinality: match (many, optional) {
                        (true, _) => Cardinality::Many,
                        (false, true) => Cardinality::ZeroOrOne,
                        (false, false) => Cardinality::One,
                    },
                },
            }
        });
        let groups = files
            .iter()
            .map(|file| sources.get(*file).name.to_string())
            .collect();
        Self {
            entities,
            links: links.collect(),
            groups,
        }
    }

    /// Writes it. The same schema gives the same text.
    pub fn print(&self, format: DiagramFormat) -> String {
        match format {
            DiagramFormat::Dot => dot::print(self),
            DiagramFormat::Mermaid => mermaid::print(self),
            DiagramFormat::Svg => svg::print(self),
        }
    }
}

fn entity(model: Model<'_>, files: &[FileId]) -> Entity {
    let keys: Vec<FieldId> = model
        .primary_key()
        .map(|key| {
            key.columns
                .iter()
                .filter_map(|column| column.field())
                .collect()
        })
        .unwrap_or_default();
    let foreign: Vec<FieldId> = model
        .relation_fields()
        .filter_map(|field| {
            field
                .relation()
                .filter(|relation| relation.forward_field().id() == field.id())
        })
        .flat_map(|relation| {
            relation
                .fields()
                .map(|field| field.id())
                .collect::<Vec<_>>()
        })
        .collect();
    let rows = model.scalar_fields().map(|field| EntityRow {
        name: field.name().to_owned(),
        ty: type_name(field),
        arity: field.arity(),
        primary_key: keys.contains(&field.id()),
        foreign_key: foreign.contains(&field.id()),
        unique: model.indexes().iter().any(|index| {
            index.is_total_unique()
                && matches!(&index.columns[..], [column] if column.field() == Some(field.id()))
        }),
    });
    Entity {
        name: model.name().to_owned(),
        table: (model.name() != model.database_name()).then(|| model.database_name().to_owned()),
        group: files
            .iter()
            .position(|file| *file == model.name_span().file)
            .unwrap_or(0),
        rows: rows.collect(),
    }
}

fn type_name(field: Field<'_>) -> String {
    match field.ty() {
        FieldType::Scalar(scalar) => field
            .domain()
            .map_or(scalar.name(), crate::ir::Domain::name)
            .to_owned(),
        FieldType::Enum(id) => field.model().schema().enumeration(*id).name().to_owned(),
        FieldType::Unsupported(text) => text.to_string(),
        FieldType::Model(..) | FieldType::Unknown => "?".to_owned(),
    }
}

impl EntityRow {
    /// The type with `?` or `[]`.
    fn full_type(&self) -> String {
        match self.arity {
            Arity::Required => self.ty.clone(),
            Arity::Optional => format!("{}?", self.ty),
            Arity::List => format!("{}[]", self.ty),
        }
    }

    /// `PK`, `FK`, `UK`: what Mermaid calls them, joined by commas.
    fn keys(&self) -> String {
        let marks = [
            (self.primary_key, "PK"),
            (self.foreign_key, "FK"),
            (self.unique, "UK"),
        ];
        marks
            .into_iter()
            .filter_map(|(is, mark)| is.then_some(mark))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// Text inside XML, and inside Graphviz's HTML-like labels. Control characters, which XML cannot hold, become blanks.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
