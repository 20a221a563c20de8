//! Schema to catalog: what the database would hold if it were as the schema says.
//!
//! Database names, column types and many-to-many tables are resolved in the schema already; here they become tables,
//! columns and keys. What only the client knows (its default values, `@updatedAt`, views without a statement,
//! `relationMode = "prisma"`) leaves nothing behind. SQL that a schema holds is taken as it is.

mod code;
mod column;
mod comment;
mod constraint;
mod domain;
mod index;
mod join_table;
mod needs;
mod operator_class;
mod relation;
mod renames;
mod view;

pub(crate) use operator_class::sql as operator_class_sql;

use std::collections::BTreeSet;

use relata_schema::Schema;
use relata_schema::ir::{ConfigText, Model, ModelKind, PropertyValue, Sql};
use relata_schema::provider::Provider;
use relata_script::Dialect;

pub use needs::named_dependencies;

use crate::Error;
use crate::catalog::{
    Catalog, Enum, Expression, Extension, Managed, ObjectName, PrimaryKey, RowSecurity, Table,
};
use crate::dialect::Writer;
use crate::target::Server;

/// The namespace that PostgreSQL puts unqualified names into, unless the connection says otherwise.
const PUBLIC: &str = "public";

/// Turns a schema into the catalog of the database that it describes.
///
/// The schema must be free of errors. On PostgreSQL, models without `@@schema` go to `public`.
///
/// ```
/// let sources = relata_schema::Sources::one("app.schema", r#"
/// datasource db {
///   provider = "sqlite"
/// }
///
/// model User {
///   id Int @id
/// }
/// "#);
/// let analysis = relata_schema::analyze(&sources);
/// let catalog = relata_sql::lower(&analysis.schema)?;
/// assert_eq!(&*catalog.tables[0].name.name, "User");
/// # Ok::<(), relata_sql::Error>(())
/// ```
pub fn lower(schema: &Schema) -> Result<Catalog, Error> {
    lower_into(schema, PUBLIC)
}

/// Turns a schema into a catalog, models without `@@schema` into the given namespace: that of a connection with
/// `?schema=…`. Databases without namespaces pay no regard to it.
pub fn lower_into(schema: &Schema, default_namespace: &str) -> Result<Catalog, Error> {
    let provider = schema.provider().ok_or(Error::NoProvider)?;
    let dialect = provider.dialect().ok_or(Error::NotATarget {
        provider: provider.display_name(),
    })?;
    renames::refuse(schema, dialect)?;
    let lowering = Lowering {
        schema,
        provider,
        dialect,
        namespace: provider.facts().namespaces.then_some(default_namespace),
    };
    let mut catalog = Catalog {
        default_namespace: lowering.namespace.map(Into::into),
        namespaces: lowering.namespaces(),
        extensions: lowering.extensions(),
        enums: lowering.enums(),
        tables: lowering.tables(),
        domains: lowering.domains(),
        views: lowering.views(),
        functions: lowering.functions(),
        triggers: lowering.triggers(),
        policies: lowering.policies(),
        comments: lowering.comments(),
        managed: lowering.managed(),
        renames: lowering.renames(),
        server: (provider == Provider::Cockroachdb).then_some(Server::Cockroachdb),
        ..Catalog::empty(dialect)
    };
    catalog.dependencies = named_dependencies(&catalog);
    Ok(catalog)
}

/// Turns two schemas into catalogs as [`lower`] does, at the same time.
pub fn lower_both([first, second]: [&Schema; 2]) -> Result<[Catalog; 2], Error> {
    let work = || lower(second);
    std::thread::scope(|scope| {
        let other = std::thread::Builder::new().spawn_scoped(scope, work);
        let first = lower(first);
        let second = match other {
            Ok(other) => other
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // Without another thread it takes longer.
            Err(_) => work(),
        };
        Ok([first?, second?])
    })
}

/// SQL of the schema, which no server has printed yet.
fn written(sql: &Sql) -> Expression {
    Expression::written(sql.text.trim())
}

/// What every part of lowering asks for.
struct Lowering<'s> {
    schema: &'s Schema,
    provider: Provider,
    dialect: Dialect,
    /// The namespace of what names none; `None` where the database has none.
    namespace: Option<&'s str>,
}

impl<'s> Lowering<'s> {
    /// What the schema owns by its own words: with Prisma's preview feature, which rows an index covers.
    fn managed(&self) -> BTreeSet<Managed> {
        let is_named = |value: &PropertyValue| matches!(value, PropertyValue::Text(ConfigText::Literal(text)) if &**text == "partialIndexes");
        let has_feature = self.schema.generators().iter().any(|generator| {
            generator.properties.iter().any(|property| {
                &*property.key == "previewFeatures"
                    && matches!(&property.value, PropertyValue::List(values) if values.iter().any(is_named))
            })
        });
        has_feature
            .then_some(Managed::PartialIndexes)
            .into_iter()
            .collect()
    }

    fn writer(&self) -> Writer<'s> {
        Writer::of(self.dialect, self.namespace)
    }

    fn name(&self, namespace: Option<&str>, name: &str) -> ObjectName {
        ObjectName::new(
            self.namespace.map(|default| namespace.unwrap_or(default)),
            name,
        )
    }

    fn namespaces(&self) -> Vec<Box<str>> {
        let Some(default) = self.namespace else {
            return Vec::new();
        };
        let mut namespaces = self
            .schema
            .datasource()
            .map(|source| source.namespaces.clone())
            .unwrap_or_default();
        if namespaces.is_empty() {
            namespaces.push(default.into());
        }
        // As Prisma writes them: by name.
        namespaces.sort();
        namespaces.dedup();
        namespaces
    }

    fn extensions(&self) -> Vec<Extension> {
        let named = self
            .schema
            .datasource()
            .map(|source| source.extensions.as_slice())
            .unwrap_or_default();
        named
            .iter()
            .map(|extension| Extension {
                name: extension.name.clone(),
                namespace: extension.namespace.clone(),
                version: extension.version.clone(),
            })
            .collect()
    }

    fn enums(&self) -> Vec<Enum> {
        if !self.provider.facts().enum_types {
            return Vec::new();
        }
        self.schema
            .enums()
            .map(|enumeration| Enum {
                name: self.name(enumeration.namespace(), enumeration.database_name()),
                values: enumeration
                    .values()
                    .map(|value| value.database_name().into())
                    .collect(),
            })
            .collect()
    }

    fn tables(&self) -> Vec<Table> {
        let mut tables = Vec::with_capacity(self.schema.models().len());
        // Where each model's table stands, so that relations are walked once and not once a model.
        let mut places = vec![None; self.schema.models().len()];
        for model in self
            .schema
            .models()
            .filter(|model| model.kind() == ModelKind::Table)
        {
            places[model.id().index()] = Some(tables.len());
            tables.push(self.table(model));
        }
        for relation in self
            .schema
            .relations()
            .filter(|relation| relation.is_enforced())
        {
            if let (Some(place), Some(key)) = (
                places[relation.from().id().index()],
                self.foreign_key(relation),
            ) {
                tables[place].foreign_keys.push(key);
            }
        }
        tables.extend(
            self.schema
                .relations()
                .filter_map(|relation| self.join_table(relation)),
        );
        tables
    }

    fn table_name(&self, model: Model<'s>) -> ObjectName {
        self.name(model.namespace(), model.database_name())
    }

    fn table(&self, model: Model<'s>) -> Table {
        Table {
            columns: model
                .scalar_fields()
                .filter_map(|field| self.column(field))
                .collect(),
            primary_key: model.primary_key().map(|key| {
                let columns = key
                    .columns
                    .iter()
                    .map(|column| self.index_column(column))
                    .collect();
                let named = self.provider.facts().named_primary_keys;
                PrimaryKey::new(named.then_some(&*key.database_name), columns)
            }),
            indexes: self.indexes(model),
            checks: model.checks().iter().map(constraint::check).collect(),
            exclusions: model
                .exclusions()
                .iter()
                .map(constraint::exclusion)
                .collect(),
            row_security: model
                .row_security()
                .map_or_else(RowSecurity::default, |security| RowSecurity {
                    is_enabled: true,
                    is_forced: security.force,
                }),
            ..Table::new(self.table_name(model))
        }
    }
}
