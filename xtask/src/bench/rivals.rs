//! The same models for other ORMs, as their own generators or guides write them. Their crates are downloaded, and only where asked for.

use std::fmt::Write as _;

use super::compile::Variant;
use super::shape::{COLUMNS, Model};

pub(super) fn all(models: usize) -> Vec<Variant> {
    vec![sea_orm(models), diesel(models), toasty(models)]
}

/// A variant of one module per model.
fn variant(
    (name, dependencies): (&'static str, &str),
    models: usize,
    head: &str,
    text: impl Fn(Model) -> String,
) -> Variant {
    let mut files = vec![("lib.rs".to_owned(), head.to_owned())];
    for at in 0..models {
        let model = Model::at(at, models);
        let _ = writeln!(files[0].1, "pub mod {};", model.module());
        files.push((model.file(), text(model)));
    }
    Variant {
        name,
        rival: true,
        dependencies: dependencies.to_owned(),
        touched: Model::at(0, models).file(),
        files,
    }
}

/// What `sea-orm-cli generate entity` writes in its compact form.
fn sea_orm(models: usize) -> Variant {
    let crates = (
        "sea-orm 2, compact",
        "sea-orm = { version = \"2\", default-features = false, features = [\"macros\"] }",
    );
    variant(crates, models, "", |model| {
        let owner = model.owner().module();
        let mut text = format!(
            "use sea_orm::entity::prelude::*;\n\n#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]\n#[sea_orm(table_name = \"{}\")]\npub struct Model {{\n",
            model.module()
        );
        for (name, ty) in COLUMNS {
            let attribute = match name {
                "id" => "    #[sea_orm(primary_key)]\n",
                "email" => "    #[sea_orm(unique)]\n",
                _ => "",
            };
            let _ = writeln!(text, "{attribute}    pub {name}: {ty},");
        }
        let _ = write!(
            text,
            "    pub owner_id: i64,\n}}\n\n#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]\npub enum Relation {{\n    #[sea_orm(belongs_to = \"super::{owner}::Entity\", from = \"Column::OwnerId\", to = \"super::{owner}::Column::Id\")]\n    Owner,\n}}\n\nimpl Related<super::{owner}::Entity> for Entity {{\n    fn to() -> RelationDef {{\n        Relation::Owner.def()\n    }}\n}}\n\nimpl ActiveModelBehavior for ActiveModel {{}}\n"
        );
        text
    })
}

/// What `diesel print-schema` writes, and the structs that diesel's guide puts beside it.
fn diesel(models: usize) -> Variant {
    let crates = (
        "diesel 2",
        "diesel = { version = \"2\", default-features = false, features = [\"32-column-tables\", \"postgres_backend\"] }",
    );
    let mut tables = String::new();
    let mut names = Vec::new();
    for at in 0..models {
        let model = Model::at(at, models);
        let _ = writeln!(tables, "diesel::table! {{\n    {} (id) {{", model.module());
        for (name, ty) in COLUMNS.iter().chain(&[("owner_id", "i64")]) {
            let (ty, optional) = match ty.strip_prefix("Option<") {
                Some(inner) => (inner.trim_end_matches('>'), true),
                None => (*ty, false),
            };
            let sql = match ty {
                "i64" => "BigInt",
                "i32" => "Integer",
                "bool" => "Bool",
                "f64" => "Double",
                _ => "Text",
            };
            let sql = if optional {
                format!("Nullable<{sql}>")
            } else {
                sql.to_owned()
            };
            let _ = writeln!(tables, "        {name} -> {sql},");
        }
        tables.push_str("    }\n}\n");
        names.push(model.module());
    }
    for at in 1..models {
        let model = Model::at(at, models);
        let (table, owner) = (model.module(), model.owner().module());
        let _ = writeln!(tables, "diesel::joinable!({table} -> {owner} (owner_id));");
    }
    let _ = writeln!(
        tables,
        "diesel::allow_tables_to_appear_in_same_query!({});",
        names.join(", ")
    );
    let mut variant = variant(crates, models, "pub mod schema;\n", |model| {
        let (ty, table) = (model.ty(), model.module());
        let owner = model.owner();
        let mut text = format!("use crate::schema::{table};\nuse diesel::prelude::*;\n");
        let fields = |skip: &str| {
            let columns = COLUMNS.iter().chain(&[("owner_id", "i64")]);
            columns
                .filter(|column| column.0 != skip)
                .fold(String::new(), |mut text, (name, ty)| {
                    let _ = writeln!(text, "    pub {name}: {ty},");
                    text
                })
        };
        let _ = write!(
            text,
            "\n#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, Associations)]\n#[diesel(table_name = {table}, belongs_to(crate::{}::{}, foreign_key = owner_id))]\npub struct {ty} {{\n{}}}\n\n#[derive(Debug, Insertable)]\n#[diesel(table_name = {table})]\npub struct New{ty} {{\n{}}}\n\n#[derive(Debug, AsChangeset)]\n#[diesel(table_name = {table})]\npub struct {ty}Changes {{\n{}}}\n",
            owner.module(),
            owner.ty(),
            fields(""),
            fields("id"),
            fields("id"),
        );
        text
    });
    variant.files.push(("schema.rs".to_owned(), tables));
    variant
}

/// Models as toasty's guide writes them.
fn toasty(models: usize) -> Variant {
    let crates = (
        "toasty 0.11",
        "toasty = { version = \"0.11\", default-features = false }",
    );
    // Each model belongs to another one, all the way round; rustc follows that chain when it looks at what is dropped.
    let head = format!("#![recursion_limit = \"{}\"]\n", models * 8);
    variant(crates, models, &head, |model| {
        let owner = model.owner();
        let mut text = format!(
            "#[derive(Debug, Clone, toasty::Model)]\npub struct {} {{\n",
            model.ty()
        );
        for (name, ty) in COLUMNS {
            let attribute = match name {
                "id" => "    #[key]\n",
                "email" => "    #[unique]\n",
                _ => "",
            };
            let _ = writeln!(text, "{attribute}    pub {name}: {ty},");
        }
        let _ = write!(
            text,
            "    #[index]\n    pub owner_id: i64,\n    #[belongs_to(key = owner_id, references = id)]\n    pub owner: toasty::Deferred<super::{}::{}>,\n}}\n",
            owner.module(),
            owner.ty()
        );
        text
    })
}
