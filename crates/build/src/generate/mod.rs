//! A schema as Rust source.

mod case;
mod client;
mod contract;
mod docs;
mod enumeration;
mod fragment;
mod model;
mod names;
mod newtype;
mod not_yet;
pub(crate) mod options;
mod page;
mod serde;
mod sqlx;
mod types;

use relata_schema::{Diagnostic, Schema};

#[cfg(feature = "smoke")]
pub use self::client::smoke;
use self::client::{ClientNames, Entry};
use self::names::{Names, TypeName};
pub use self::not_yet::left_out;
use self::options::Options;
pub(crate) use self::page::BANNER;
use crate::{File, Migrations, features};

/// Writes a schema as Rust: one file for each model and enum, and the `mod.rs` that holds them together.
///
/// It reads and writes nothing, and equal schemas give equal bytes, so that `build.rs`, the command line and a
/// repository's own tools can share it and compare what they get. The files are sorted by path.
///
/// # Names
///
/// Models and enums become `UpperCamelCase` types in `snake_case` modules, fields `snake_case`, enum values
/// `UpperCamelCase` variants. Keywords are raw (`r#type`); `self`, `super`, `crate` and `Self` get a `_` behind them,
/// because they cannot be. Of two names that fall together (`authorId`, `author_id`), the one already spelled so keeps
/// it, the others follow in alphabetical order as `author_id_2`, `author_id_3`.
///
/// # Errors
///
/// Every Rust fragment of the schema that cannot stand in code, with its place.
pub fn generate(schema: &Schema) -> Result<Vec<File>, Vec<Diagnostic>> {
    generate_with(schema, None)
}

/// Writes a schema as [`generate`] does, and embeds migrations: `MIGRATIONS` holds them, and `CONTRACT` names the last.
///
/// # Errors
///
/// Those of [`generate`].
pub fn generate_with(
    schema: &Schema,
    migrations: Option<&Migrations>,
) -> Result<Vec<File>, Vec<Diagnostic>> {
    let (options, mut errors) = Options::of(schema);
    let names = Names::of(schema, options);
    let client = ClientNames::of(schema, &names);
    let mut files = Vec::new();
    let mut modules: Vec<&TypeName> = Vec::new();
    for model in schema.models() {
        if let Some(name) = names.model(model.id()) {
            files.push(File::new(
                &name.file,
                model::file(model, name, &names, &client, &mut errors),
            ));
            modules.push(name);
        }
    }
    for item in schema.enums() {
        if let Some(name) = names.enumeration(item.id()) {
            files.push(File::new(
                &name.file,
                enumeration::file(item, name, &names, &mut errors),
            ));
            modules.push(name);
        }
    }
    if !errors.is_empty() {
        errors.sort_by_key(|error| error.span);
        return Err(errors);
    }
    modules.sort_by(|a, b| a.file.cmp(&b.file));
    let mut exports: Vec<(&TypeName, Vec<&str>)> = modules
        .iter()
        .map(|name| (*name, vec![name.ty.as_str()]))
        .collect();
    for (shape, name) in schema.shapes().iter().zip(names.shapes()) {
        if client::shapes::has_code(schema, &names, &client, shape) {
            let text = client::shapes::file(schema, &names, &client, shape, name);
            files.push(File::new(&name.place.file, text));
            let types = std::iter::once(&name.place.ty).chain(&name.inner);
            exports.push((&name.place, types.map(String::as_str).collect()));
        }
    }
    let entry = Entry::of(schema, &names);
    files.push(File::new(
        format!("{}.rs", entry.module),
        client::file(schema, &names, &entry, migrations.is_some()),
    ));
    let mut own = vec![Own {
        module: contract::CONTRACT,
        item: Some("CONTRACT"),
        text: contract::contract(schema, migrations),
    }];
    own.extend(migrations.map(|migrations| Own {
        module: contract::MIGRATIONS,
        item: Some("MIGRATIONS"),
        text: contract::migrations(migrations),
    }));
    own.extend(
        client::wrappers::file(&client, names.options()).map(|text| Own {
            module: client::SHARED,
            item: None,
            text,
        }),
    );
    files.push(File::new("mod.rs", index(schema, &own, &exports, &entry)));
    for Own { module, text, .. } in own {
        files.push(File::new(format!("{module}.rs"), text));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// A module that stands for no part of the schema. Its name starts with `_`, which no model's does.
struct Own {
    module: &'static str,
    /// What it has for users; without it, they see it as it is.
    item: Option<&'static str>,
    text: String,
}

/// Writes `mod.rs`.
///
/// It has no inner attribute, because `include!` of a file takes none, and lets rustfmt pass by the modules, because
/// its taste depends on settings that are not ours. `self::` keeps a crate of a module's name out of the way.
fn index(
    schema: &Schema,
    own: &[Own],
    modules: &[(&TypeName, Vec<&str>)],
    entry: &Entry,
) -> String {
    let mut page = page::index();
    let left_out: Vec<String> = schema
        .models()
        .filter(|model| model.is_ignored())
        .map(|model| page::left_out(model.name(), "which is `@@ignore`"))
        .collect();
    if !left_out.is_empty() {
        page.raw(left_out.join("\n"));
    }
    let requirements: Vec<String> = features::type_features(schema)
        .iter()
        .map(|feature| {
            format!(
                "::relata::require_{feature}! {{ {:?} }}",
                features::cargo_add(schema)
            )
        })
        .collect();
    if !requirements.is_empty() {
        page.raw(requirements.join("\n"));
    }
    let mut export = |visibility: &str, module: &str, names: &[&str]| {
        let uses: Vec<String> = names
            .iter()
            .map(|name| {
                format!(
                    "#[allow(unreachable_pub, unused_imports)]\npub use self::{module}::{name};"
                )
            })
            .collect();
        let text = format!(
            "#[rustfmt::skip]\n{visibility}mod {module};\n{}",
            uses.join("\n\n")
        );
        page.raw(text.trim_end());
    };
    for Own { module, item, .. } in own {
        let visibility = if item.is_some() { "" } else { "pub " };
        export(visibility, module, item.as_slice());
    }
    for (TypeName { module, .. }, types) in modules {
        export("pub ", module, types);
    }
    let Entry {
        client,
        tx,
        db,
        module,
        ..
    } = entry;
    let lint = "#[allow(unreachable_pub, unused_imports)]";
    // A list of longer names is one that rustfmt breaks, depending on its settings.
    let uses = if client == "Client" {
        format!("{lint}\npub use self::{module}::{{{client}, {db}, {tx}}};")
    } else {
        let uses = [client, db, tx].map(|name| format!("{lint}\npub use self::{module}::{name};"));
        uses.join("\n\n")
    };
    page.raw(format!("#[rustfmt::skip]\npub mod {module};\n{uses}"));
    if entry.has_parent {
        page.raw("#[allow(unreachable_pub, unused_imports)]\npub use ::relata::Parent;");
    }
    page::print(&page)
}
