//! Random schemas, drawn from few names, so that two of them have much in common.

use std::fmt::Write as _;

use proptest::collection::{btree_map, btree_set};
use proptest::prelude::*;
use relata_schema::provider::Provider;

use super::catalog;
use relata_sql::Catalog;

/// A schema in outline: what every database can have.
#[derive(Clone, Debug)]
pub(crate) struct Outline {
    models: std::collections::BTreeMap<u8, Model>,
    /// The values of the two enums.
    enums: [Vec<char>; 2],
}

#[derive(Clone, Debug)]
struct Model {
    key: Key,
    fields: std::collections::BTreeMap<u8, Field>,
    /// The models that it refers to, and how.
    relations: std::collections::BTreeMap<u8, Relation>,
    /// The models that it has many of, and that have many of it.
    many: std::collections::BTreeSet<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Key {
    Int,
    Numbered,
    BigInt,
    Text,
    Pair,
}

#[derive(Clone, Debug)]
struct Field {
    ty: usize,
    arity: Arity,
    default: bool,
    index: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Arity {
    One,
    Optional,
    List,
}

#[derive(Clone, Debug)]
struct Relation {
    optional: bool,
    action: Option<&'static str>,
    index: bool,
}

/// Type, a default for it, and whether it can be indexed everywhere.
const TYPES: [(&str, &str, bool); 11] = [
    ("String", "\"it's\"", true),
    ("Int", "1", true),
    ("BigInt", "-2", true),
    ("Boolean", "true", true),
    ("DateTime", "now()", true),
    ("Float", "1.5", true),
    ("Decimal", "2.50", true),
    ("Json", "\"{}\"", false),
    ("Bytes", "\"aGk=\"", false),
    ("E0", "", true),
    ("E1", "", true),
];

const MODELS: u8 = 4;

/// Draws two schemas.
pub(crate) fn pairs() -> impl Strategy<Value = (Outline, Outline)> {
    (outline(), outline())
}

/// Draws two schemas of which the second is the first with a few changes, as an afternoon brings them.
pub(crate) fn near_pairs() -> impl Strategy<Value = (Outline, Outline)> {
    (outline(), outline(), any::<u64>()).prop_map(|(from, other, seed)| {
        let to = from.towards(&other, seed);
        (from, to)
    })
}

fn outline() -> impl Strategy<Value = Outline> {
    let values = || {
        btree_set(prop::sample::select(vec!['A', 'B', 'C', 'D']), 1..4)
            .prop_map(|set| set.into_iter().collect())
    };
    (btree_map(0..MODELS, model(), 1..4), values(), values()).prop_map(|(models, first, second)| {
        Outline {
            models,
            enums: [first, second],
        }
    })
}

fn model() -> impl Strategy<Value = Model> {
    let key = prop::sample::select(vec![
        Key::Int,
        Key::Numbered,
        Key::Numbered,
        Key::BigInt,
        Key::Text,
        Key::Pair,
    ]);
    let arity = prop::sample::select(vec![
        Arity::One,
        Arity::Optional,
        Arity::Optional,
        Arity::List,
    ]);
    // A column without a default, or a unique, does not come to a table with rows: seldom, so that most plans can run.
    let field = (
        0..TYPES.len(),
        arity,
        prop::bool::weighted(0.9),
        prop::option::weighted(0.3, prop::bool::weighted(0.2)),
    )
        .prop_map(|(ty, arity, default, index)| Field {
            ty,
            arity,
            default,
            index,
        });
    let action = prop::option::of(prop::sample::select(vec![
        "Cascade", "NoAction", "Restrict",
    ]));
    let relation =
        (any::<bool>(), action, any::<bool>()).prop_map(|(optional, action, index)| Relation {
            optional,
            action,
            index,
        });
    (
        key,
        btree_map(0..5_u8, field, 0..5),
        btree_map(0..MODELS, relation, 0..2),
        btree_set(0..MODELS, 0..2),
    )
        .prop_map(|(key, fields, relations, many)| Model {
            key,
            fields,
            relations,
            many,
        })
}

impl Outline {
    /// Takes about one part in six from another schema.
    fn towards(&self, other: &Self, seed: u64) -> Self {
        let mut state = seed;
        let mut changes = move || {
            // Knuth's generator for 64 bits; its upper bits are the good ones.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33).is_multiple_of(6)
        };
        let mut to = self.clone();
        for (name, theirs) in &other.models {
            match to.models.get_mut(name) {
                None if changes() => {
                    to.models.insert(*name, theirs.clone());
                }
                None => {}
                Some(model) => {
                    // Another key needs values that no row has: seldom.
                    if changes() && changes() {
                        model.key = theirs.key;
                    }
                    for number in 0..5_u8 {
                        if changes() {
                            model.fields.remove(&number);
                            let field = theirs.fields.get(&number);
                            model
                                .fields
                                .extend(field.map(|field| (number, field.clone())));
                        }
                    }
                    if changes() {
                        model.relations.clone_from(&theirs.relations);
                        // So does one that is required.
                        let required = changes() && changes();
                        for relation in model.relations.values_mut() {
                            relation.optional |= !required;
                        }
                    }
                    if changes() {
                        model.many.clone_from(&theirs.many);
                    }
                }
            }
        }
        for place in 0..2 {
            if changes() {
                let mut values = other.enums[place].clone();
                // A value that goes is in use by some row: seldom, too.
                if !(changes() && changes()) {
                    values.extend(&self.enums[place]);
                    values.sort_unstable();
                    values.dedup();
                }
                to.enums[place] = values;
            }
        }
        if to.models.len() > 1 && changes() {
            to.models.pop_first();
        }
        to
    }

    /// Returns the catalog that it describes.
    pub(crate) fn catalog(&self, provider: Provider) -> Catalog {
        catalog("random", &self.schema(provider))
    }

    /// Writes it as a schema.
    pub(crate) fn schema(&self, provider: Provider) -> String {
        let mut text = format!(
            "datasource db {{\n  provider = \"{}\"\n}}\n",
            provider.name()
        );
        for (name, model) in &self.models {
            let _ = write!(
                text,
                "\nmodel M{name} {{\n{}",
                self.body(*name, model, provider)
            );
            for (other, from) in &self.models {
                for _ in from
                    .relations
                    .keys()
                    .filter(|target| *target == name && self.can_refer(**target))
                {
                    let _ = writeln!(
                        text,
                        "  back{other} M{other}[] @relation(\"from{other}to{name}\")"
                    );
                }
                if from.many.contains(name) && self.can_join(*other, *name) {
                    let _ = writeln!(
                        text,
                        "  joined{other} M{other}[] @relation(\"m{other}and{name}\")"
                    );
                }
            }
            text.push_str("}\n");
        }
        for (number, values) in self.enums.iter().enumerate() {
            let _ = write!(text, "\nenum E{number} {{\n");
            for value in values {
                let _ = writeln!(text, "  {value}");
            }
            text.push_str("}\n");
        }
        text
    }

    fn body(&self, name: u8, model: &Model, provider: Provider) -> String {
        let mut text = match model.key {
            Key::Int => "  id Int @id\n",
            Key::Numbered => "  id Int @id @default(autoincrement())\n",
            Key::BigInt => "  id BigInt @id\n",
            Key::Text => "  id String @id\n",
            Key::Pair => "  a Int\n  b Int\n  @@id([a, b])\n",
        }
        .to_owned();
        for (number, field) in &model.fields {
            let (ty, default, indexable) = TYPES[field.ty];
            let list = field.arity == Arity::List && provider.facts().scalar_lists;
            let arity = match field.arity {
                Arity::List if list => "[]",
                Arity::Optional => "?",
                Arity::One | Arity::List => "",
            };
            let default = match ty {
                "E0" => self.enums[0][0].to_string(),
                "E1" => self.enums[1][0].to_string(),
                _ => default.to_owned(),
            };
            let default = if field.default && !list {
                format!(" @default({default})")
            } else {
                String::new()
            };
            let _ = writeln!(text, "  f{number} {ty}{arity}{default}");
            if let Some(unique) = field.index.filter(|_| indexable && !list) {
                let _ = writeln!(
                    text,
                    "  @@{}([f{number}])",
                    if unique { "unique" } else { "index" }
                );
            }
        }
        for (target, relation) in model
            .relations
            .iter()
            .filter(|(target, _)| self.can_refer(**target))
        {
            let ty = match self.models[target].key {
                Key::BigInt => "BigInt",
                Key::Text => "String",
                _ => "Int",
            };
            let optional = if relation.optional { "?" } else { "" };
            let action = relation
                .action
                .map(|action| format!(", onDelete: {action}"))
                .unwrap_or_default();
            let _ = writeln!(
                text,
                "  to{target} M{target}{optional} @relation(\"from{name}to{target}\", fields: [key{target}], references: [id]{action})\n  key{target} {ty}{optional}"
            );
            if relation.index {
                let _ = writeln!(text, "  @@index([key{target}])");
            }
        }
        for other in model
            .many
            .iter()
            .filter(|other| self.can_join(name, **other))
        {
            let _ = writeln!(
                text,
                "  many{other} M{other}[] @relation(\"m{name}and{other}\")"
            );
        }
        text
    }

    fn can_refer(&self, target: u8) -> bool {
        self.models
            .get(&target)
            .is_some_and(|model| model.key != Key::Pair)
    }

    fn can_join(&self, one: u8, other: u8) -> bool {
        self.can_refer(one) && self.can_refer(other)
    }
}
