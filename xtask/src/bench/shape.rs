//! The models that are compiled: 12 columns each, one foreign key, and at most one relation that leads back.

use std::fmt::Write as _;

/// The columns beside the foreign key, with their types in Rust; the first is the key.
pub(super) const COLUMNS: [(&str, &str); 11] = [
    ("id", "i64"),
    ("email", "String"),
    ("name", "String"),
    ("bio", "Option<String>"),
    ("city", "Option<String>"),
    ("active", "bool"),
    ("verified", "bool"),
    ("rank", "i32"),
    ("visits", "i64"),
    ("score", "f64"),
    ("rate", "f64"),
];

/// One of the models. Each belongs to the one before it, so that the first owns nobody's rows twice.
#[derive(Clone, Copy)]
pub(super) struct Model {
    at: usize,
    models: usize,
}

impl Model {
    pub(super) fn at(at: usize, models: usize) -> Self {
        Self { at, models }
    }

    /// `Thing007`.
    pub(super) fn ty(self) -> String {
        format!("Thing{:03}", self.at)
    }

    /// The module, which is also the table: `thing007`.
    pub(super) fn module(self) -> String {
        format!("thing{:03}", self.at)
    }

    /// The file of the module.
    pub(super) fn file(self) -> String {
        format!("{}.rs", self.module())
    }

    /// The model that its foreign key refers to.
    pub(super) fn owner(self) -> Self {
        let at = (self.at + self.models - 1) % self.models;
        Self { at, ..self }
    }
}

/// How relations are named. Rows with relations of one name share a struct, so that this matters to us; in real schemas, a name is borne by two
/// relations on the average.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Names {
    /// Alike in all models.
    Shared,
    /// No two alike.
    Own,
}

/// The models in the schema language.
pub(super) fn schema(models: usize, names: Names) -> String {
    let mut text = String::from("datasource db {\n  provider = \"sqlite\"\n}\n");
    for at in 0..models {
        let model = Model::at(at, models);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\nmodel {} {{", model.ty());
        for (name, ty) in COLUMNS {
            let (ty, optional) = match ty.strip_prefix("Option<") {
                Some(inner) => (inner.trim_end_matches('>'), "?"),
                None => (ty, ""),
            };
            let ty = match ty {
                "i64" => "BigInt",
                "i32" => "Int",
                "bool" => "Boolean",
                "f64" => "Float",
                other => other,
            };
            let attribute = match name {
                "id" => " @id",
                "email" => " @unique",
                "rank" => " @default(0)",
                _ => "",
            };
            let _ = writeln!(text, "  {name} {ty}{optional}{attribute}");
        }
        let owner = model.owner();
        let own = match names {
            Names::Shared => String::new(),
            Names::Own => format!("{at:03}"),
        };
        let _ = write!(
            text,
            "  owner_id BigInt\n  owner{own} {} @relation(fields: [owner_id], references: [id])\n  things{own} Thing{:03}[]\n  @@map(\"{}\")\n}}\n",
            owner.ty(),
            (at + 1) % models,
            model.module()
        );
    }
    text
}
