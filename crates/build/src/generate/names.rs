//! Which name each model, enum, field and value has in Rust.
//!
//! Two schema names can ask for the same Rust name (`authorId` and `author_id`). The one that is already spelled that
//! way keeps it; the others follow in alphabetical order with `_2`, `_3`, … (`2`, `3`, … on types and variants). Where
//! a thing stands in the file plays no part, so that moving it renames nothing.

use std::collections::{HashMap, HashSet};

use relata_schema::Schema;
use relata_schema::ir::{Enum, EnumId, EnumValue, Field, FieldId, Include, Model, ModelId};

use super::case::{camel, escape, snake};
use super::newtype;
use super::options::Options;

/// Module names that would be another file: `mod.rs` itself, and the devices of Windows.
const RESERVED_FILES: &[&str] = &["mod", "lib", "main", "con", "prn", "aux", "nul"];

/// What else stands in a model's module.
const RESERVED_TYPES: &[&str] = &["New"];

/// The Rust name of a model or enum, and of the module it stands in.
#[derive(Clone, Debug)]
pub(super) struct TypeName {
    /// The type.
    pub(super) ty: String,
    /// The module as source text, raw if it is a keyword.
    pub(super) module: String,
    /// The file.
    pub(super) file: String,
}

/// The Rust names of a shape.
#[derive(Clone, Debug)]
pub(super) struct ShapeName {
    /// Its struct and module.
    pub(super) place: TypeName,
    /// The structs of those of its relations that bring relations along, in the order in which they are written.
    pub(super) inner: Vec<String>,
}

/// The Rust names of all models and enums that code is generated for, and what else decides how their columns look.
#[derive(Debug)]
pub(super) struct Names {
    models: Vec<Option<TypeName>>,
    enums: Vec<Option<TypeName>>,
    shapes: Vec<ShapeName>,
    newtypes: HashMap<FieldId, String>,
    options: Options,
}

impl Names {
    /// Gives every model and enum a type name and a module name of its own.
    pub(super) fn of(schema: &Schema, options: Options) -> Self {
        let models: Vec<Model<'_>> = schema
            .models()
            .filter(|model| !model.is_ignored())
            .collect();
        let enums: Vec<Enum<'_>> = schema.enums().collect();
        let schema_names: Vec<&str> = models
            .iter()
            .map(|model| model.name())
            .chain(enums.iter().map(|item| item.name()))
            .chain(schema.shapes().iter().map(|shape| &*shape.name))
            .collect();
        let types: Vec<String> = unique(&schema_names, "", camel)
            .iter()
            .map(|name| escape(name))
            .collect();
        // From the type, not from the schema: `UserProfile2` lies in `user_profile2`.
        let wanted: Vec<&str> = types.iter().map(String::as_str).collect();
        let modules = unique(&wanted, "_", module);
        let mut taken: HashSet<String> = types.iter().cloned().collect();
        let mut given = types.into_iter().zip(modules).map(|(ty, module)| {
            // The file is called as the module is: `self_.rs`, but `type.rs` for `r#type`.
            let module = escape(&module);
            let file = format!("{}.rs", module.trim_start_matches("r#"));
            TypeName { ty, module, file }
        });
        let mut names = Self {
            models: vec![None; schema.models().len()],
            enums: vec![None; schema.enums().len()],
            shapes: Vec::new(),
            newtypes: HashMap::new(),
            options,
        };
        for (model, name) in models.iter().zip(given.by_ref()) {
            names.newtypes.extend(newtypes(*model, &name.ty));
            names.models[model.id().index()] = Some(name);
        }
        for (item, name) in enums.iter().zip(given.by_ref()) {
            names.enums[item.id().index()] = Some(name);
        }
        for (shape, place) in schema.shapes().iter().zip(given) {
            let mut inner = Vec::new();
            inner_types(schema, &place.ty, &shape.includes, &mut taken, &mut inner);
            names.shapes.push(ShapeName { place, inner });
        }
        names
    }

    /// The name of a model; none if it is ignored.
    pub(super) fn model(&self, id: ModelId) -> Option<&TypeName> {
        self.models.get(id.index())?.as_ref()
    }

    /// The name of the newtype that a field has by its own `@rust.newtype`.
    pub(super) fn newtype(&self, field: Field<'_>) -> Option<&str> {
        self.newtypes.get(&field.id()).map(String::as_str)
    }

    /// The newtype of a column as a path from any model's module: `super::user::Id`, also for the foreign keys of users.
    pub(super) fn newtype_path(&self, field: Field<'_>) -> Option<String> {
        let source = newtype::source(field)?;
        let module = &self.model(source.model().id())?.module;
        Some(format!("super::{module}::{}", self.newtype(source)?))
    }

    /// The shapes, in the order of the schema.
    pub(super) fn shapes(&self) -> &[ShapeName] {
        &self.shapes
    }

    /// What the schema's generator asks for.
    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    /// The name of an enum.
    pub(super) fn enumeration(&self, id: EnumId) -> Option<&TypeName> {
        self.enums.get(id.index())?.as_ref()
    }
}

/// Names the structs of relations that bring relations along: `UserPagePosts`.
fn inner_types(
    schema: &Schema,
    outer: &str,
    includes: &[Include],
    taken: &mut HashSet<String>,
    out: &mut Vec<String>,
) {
    for include in includes.iter().filter(|it| !it.includes.is_empty()) {
        let outer = outer.trim_start_matches("r#");
        let wish = format!("{outer}{}", camel(schema.field(include.field).name()));
        let mut name = wish.clone();
        let mut number = 2;
        while !taken.insert(name.clone()) {
            name = format!("{wish}{number}");
            number += 1;
        }
        out.push(name.clone());
        inner_types(schema, &name, &include.includes, taken, out);
    }
}

/// The names of a model's fields, as source text, in the order given.
pub(super) fn fields(fields: &[Field<'_>]) -> Vec<String> {
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    unique(&names, "_", snake)
        .iter()
        .map(|name| escape(name))
        .collect()
}

/// The names of an enum's variants, as source text, in the order of its values.
pub(super) fn variants(item: Enum<'_>) -> Vec<String> {
    let names: Vec<&str> = item.values().map(EnumValue::name).collect();
    unique(&names, "", camel)
        .iter()
        .map(|name| escape(name))
        .collect()
}

/// The names of a model's newtypes, each unlike its struct.
fn newtypes(model: Model<'_>, ty: &str) -> Vec<(FieldId, String)> {
    let fields: Vec<Field<'_>> = model
        .scalar_fields()
        .filter(|field| field.newtype().is_some() && !field.is_ignored())
        .collect();
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    let taken = RESERVED_TYPES.iter().copied().chain([ty]);
    let names = unique_beside(taken, &names, "", camel);
    let names = names.iter().map(|name| escape(name));
    fields.iter().map(|field| field.id()).zip(names).collect()
}

fn module(ty: &str) -> String {
    let name = snake(ty);
    let device = name
        .strip_prefix("com")
        .or_else(|| name.strip_prefix("lpt"));
    let is_device =
        device.is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()));
    if is_device || RESERVED_FILES.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

fn unique(names: &[&str], separator: &str, wish: fn(&str) -> String) -> Vec<String> {
    unique_beside([], names, separator, wish)
}

fn unique_beside<'n>(
    taken: impl IntoIterator<Item = &'n str>,
    names: &[&str],
    separator: &str,
    wish: fn(&str) -> String,
) -> Vec<String> {
    let wishes: Vec<String> = names.iter().map(|name| wish(name)).collect();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|&i| (wishes[i] != names[i], names[i]));
    let mut taken: HashSet<String> = taken.into_iter().map(str::to_owned).collect();
    let mut given = vec![String::new(); names.len()];
    for i in order {
        let mut name = wishes[i].clone();
        let mut number = 2;
        while !taken.insert(name.clone()) {
            name = format!("{}{separator}{number}", wishes[i]);
            number += 1;
        }
        given[i] = name;
    }
    given
}

#[cfg(test)]
mod tests {
    use super::{module, snake, unique};

    #[test]
    fn the_exact_name_wins_and_order_plays_no_part() {
        assert_eq!(
            unique(&["authorId", "author_id"], "_", snake),
            ["author_id_2", "author_id"]
        );
        assert_eq!(
            unique(&["author_id", "authorId"], "_", snake),
            ["author_id", "author_id_2"]
        );
        assert_eq!(
            unique(&["authorId", "AuthorId", "author_id_2"], "_", snake),
            ["author_id_3", "author_id", "author_id_2"]
        );
    }

    #[test]
    fn no_module_is_a_file_of_another_meaning() {
        assert_eq!(module("Mod"), "mod_");
        assert_eq!(module("Com1"), "com1_");
        assert_eq!(module("Com"), "com");
        assert_eq!(module("Aux"), "aux_");
    }
}
