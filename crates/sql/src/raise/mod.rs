//! Catalog to schema: the twin of [`lower`](crate::lower()), over the same tables of names and types.
//!
//! What a database holds is brought into a schema that is there, which may be nothing but a datasource. The schema is lowered and
//! compared with the catalog, and only where they differ is its text edited; so names, comments, order and everything that only
//! the client knows stay. What a schema cannot say is noted by name. What is raised is checked by the rules of the language, and
//! what they do not let pass is left out and noted too, so that the result can always be read.

mod code;
mod column;
mod domain;
mod draft;
mod enumeration;
mod index;
mod join_table;
mod names;
mod note;
mod object;
mod refusal;
mod relation;
mod scope;
mod spelling;
mod table;
mod view;

use std::collections::{BTreeSet, HashMap, HashSet};

use relata_schema::edit::text::string;
use relata_schema::edit::{Attribute, Editor, Edits};
use relata_schema::ir::{EnumId, FieldId, Model, ModelId, ModelKind, RelationId};
use relata_schema::provider::{Provider, Scalar};
use relata_schema::{FileId, Schema, Sources, Tree, analyze};

use crate::catalog::{Catalog, ForeignKey, ObjectName, Table};
use crate::change::TableChange;
use crate::{Error, diff, lower_into};
use draft::{Draft, Drafts};
use join_table::Join;
use names::Names;
use note::Notes;
pub use note::{Note, NoteCode, SchemaChange, Verb};
use refusal::Refusal;

/// How a database is raised into a schema.
#[derive(Clone, Debug, Default)]
pub struct RaiseOptions {
    /// The namespaces to look at (PostgreSQL); those of the schema, or else that of the connection, if none is given.
    pub namespaces: Vec<Box<str>>,
    /// The file that new blocks go to.
    pub file: Option<FileId>,
    /// The schema, [lowered](crate::lower_into()) and printed by a server, so that SQL can be compared. Without it, SQL that the
    /// server prints in other words than the schema has is left as it is, and noted.
    pub lowered: Option<Catalog>,
}

/// What became of a schema.
#[derive(Clone, Debug)]
pub struct Raised {
    /// The changes to its text.
    pub edits: Edits,
    /// The same for people, in the order of the schema.
    pub changes: Vec<SchemaChange>,
    /// What the schema does not say, or not in full.
    pub notes: Vec<Note>,
    /// Whether the part of the database that was looked at holds nothing to say.
    pub is_empty: bool,
}

/// How often what cannot be said may show something else that cannot.
const ROUNDS: usize = 12;

/// Brings what a database holds into a schema.
///
/// The schema must be free of errors; `--force` of the command line gives one with its configuration only.
///
/// # Errors
///
/// Those of [`lower`](crate::lower()), [`Error::DialectMismatch`], and [`Error::NotRaised`] where the outcome would break the
/// rules of the language in a way that leaving things out does not mend.
///
/// ```
/// use relata_schema::Sources;
/// use relata_schema::provider::{Provider, Scalar};
/// use relata_script::Dialect;
/// use relata_sql::catalog::{Column, ColumnType, IndexColumn, ObjectName, PrimaryKey, Table, TypeKind};
/// use relata_sql::{Catalog, RaiseOptions, raise};
///
/// let sources = Sources::one("app.schema", "datasource db {\n  provider = \"sqlite\"\n}\n");
/// let int = Provider::Sqlite.default_type(Scalar::Int).unwrap();
/// let mut user = Table::new(ObjectName::new(None, "User"));
/// user.columns.push(Column::new("id", ColumnType::one(TypeKind::Native(int))));
/// user.primary_key = Some(PrimaryKey::new(None, vec![IndexColumn::new("id")]));
/// let mut catalog = Catalog::empty(Dialect::Sqlite);
/// catalog.tables.push(user);
///
/// let raised = raise(&catalog, &sources, &RaiseOptions::default())?;
/// assert_eq!(
///     raised.edits.apply(&sources),
///     ["datasource db {\n  provider = \"sqlite\"\n}\n\nmodel User {\n  id Int @id\n}\n"],
/// );
/// # Ok::<(), relata_sql::Error>(())
/// ```
pub fn raise(
    catalog: &Catalog,
    sources: &Sources,
    options: &RaiseOptions,
) -> Result<Raised, Error> {
    let trees: Vec<Tree> = sources
        .iter()
        .map(|(file, source)| Tree::parse(file, source.text.clone()))
        .collect();
    let schema = analyze(sources).schema;
    let provider = schema.provider().ok_or(Error::NoProvider)?;
    let default = catalog.default_namespace.as_deref().unwrap_or("public");
    let before = match &options.lowered {
        Some(lowered) => lowered.clone(),
        None => lower_into(&schema, default)?,
    };
    let namespaces = namespaces(&schema, options, default);
    let (narrowed, notes) = scope::narrowed(catalog, &schema, provider, &namespaces);
    let mut refused: Vec<(Refusal, String)> = Vec::new();
    for _ in 0..ROUNDS {
        let mut after = narrowed.clone();
        let mut notes = notes.clone();
        refusal::apply(&mut after, &refused, &mut notes);
        let mut raiser = Raiser::new(&schema, provider, &trees, &before, &after, notes);
        raiser.refused = refused.iter().map(|(refusal, _)| refusal.clone()).collect();
        raiser.with_namespaces = schema
            .datasource()
            .is_some_and(|datasource| !datasource.namespaces.is_empty())
            || !options.namespaces.is_empty() && provider.facts().namespaces;
        raiser.everything(options, &namespaces)?;
        let outcome = raiser.outcome(options, sources)?;
        let texts = outcome.raised.edits.apply(sources);
        let mut next = Sources::default();
        for ((_, source), text) in sources.iter().zip(&texts) {
            next.add(&source.name, text);
        }
        let analysis = analyze(&next);
        if analysis.is_valid() {
            return Ok(outcome.raised);
        }
        let known = refused.len();
        for found in refusal::of(&analysis, &outcome.origins, &after, |namespace, name| {
            place(&before, namespace, name)
        }) {
            if !refused.iter().any(|(refusal, _)| *refusal == found.0) {
                refused.push(found);
            }
        }
        if refused.len() == known {
            let first = analysis
                .diagnostics
                .iter()
                .find(|finding| finding.severity == relata_schema::Severity::Error);
            return Err(Error::NotRaised {
                reason: first.map_or_else(String::new, |finding| finding.message.clone()),
                text: texts.join("\n"),
            });
        }
    }
    Err(Error::NotRaised {
        reason: "what is left out leads to more that has to be left out".to_owned(),
        text: String::new(),
    })
}

/// The namespaces that the schema is about.
fn namespaces(schema: &Schema, options: &RaiseOptions, default: &str) -> Vec<Box<str>> {
    let listed = schema
        .datasource()
        .map(|datasource| datasource.namespaces.as_slice())
        .unwrap_or_default();
    if !options.namespaces.is_empty() {
        options.namespaces.clone()
    } else if !listed.is_empty() {
        listed.to_vec()
    } else {
        vec![default.into()]
    }
}

/// The name of what a schema puts into a namespace or leaves to the connection.
fn place(catalog: &Catalog, namespace: Option<&str>, name: &str) -> ObjectName {
    let default = catalog.default_namespace.as_deref();
    ObjectName::new(default.map(|default| namespace.unwrap_or(default)), name)
}

/// A raised schema, and what its relation fields come from.
struct Outcome {
    raised: Raised,
    origins: Vec<Origin>,
}

/// A relation field, and what it stands for.
type Origin = (String, String, Refusal);

/// A schema while a catalog is brought into it.
struct Raiser<'a> {
    schema: &'a Schema,
    provider: Provider,
    datasource: &'a str,
    before: &'a Catalog,
    after: &'a Catalog,
    editor: Editor<'a>,
    names: Names<'a>,
    notes: Notes,
    changes: BTreeSet<SchemaChange>,
    drafts: Drafts,
    /// The texts of new enums, views and the like.
    new_blocks: Vec<String>,
    /// Whether blocks say where they live.
    with_namespaces: bool,
    /// Relation fields that were added, and what they stand for.
    origins: Vec<Origin>,
    refused: Vec<Refusal>,
    /// Foreign keys that no relation stands for yet.
    new_relations: Vec<(&'a Table, &'a ForeignKey)>,
    /// How many relations any two tables will have between them.
    between: HashMap<(ObjectName, ObjectName), usize>,
    /// The names of the relations between any two tables.
    relation_names: HashMap<(ObjectName, ObjectName), HashSet<String>>,
    /// Models that go.
    gone: HashSet<ModelId>,
    removed_fields: HashSet<FieldId>,
    refreshed: HashSet<RelationId>,
    changed_enums: HashSet<EnumId>,
    /// The names of domains in the schema, and the scalars that they narrow.
    domain_names: HashMap<ObjectName, (String, Scalar)>,
    /// Dropped indexes whose attributes others have taken over.
    taken_over: Vec<(ObjectName, Box<str>)>,
}

impl<'a> Raiser<'a> {
    fn new(
        schema: &'a Schema,
        provider: Provider,
        trees: &'a [Tree],
        before: &'a Catalog,
        after: &'a Catalog,
        notes: Notes,
    ) -> Self {
        let names = Names::of(schema, |namespace, name| place(before, namespace, name));
        Self {
            schema,
            provider,
            datasource: schema
                .datasource()
                .map_or("db", |datasource| &datasource.name),
            before,
            after,
            editor: Editor::new(trees),
            names,
            notes,
            changes: BTreeSet::new(),
            drafts: Drafts::default(),
            new_blocks: Vec::new(),
            with_namespaces: false,
            origins: Vec::new(),
            refused: Vec::new(),
            new_relations: Vec::new(),
            between: HashMap::new(),
            relation_names: HashMap::new(),
            gone: HashSet::new(),
            removed_fields: HashSet::new(),
            refreshed: HashSet::new(),
            changed_enums: HashSet::new(),
            domain_names: HashMap::new(),
            taken_over: Vec::new(),
        }
    }

    fn everything(&mut self, options: &RaiseOptions, namespaces: &[Box<str>]) -> Result<(), Error> {
        let (before, after) = (self.before, self.after);
        let changes = diff(before, after)?;
        self.configuration(options, namespaces);
        let mut joins: Vec<(&'a Table, Join)> = Vec::new();
        let mut new_tables: Vec<&'a Table> = Vec::new();
        let mut altered = Vec::new();
        let mut dropped: Vec<&'a Table> = Vec::new();
        for change in changes.tables {
            match change {
                TableChange::Created(table) => match self.recognized(table) {
                    Some(join) => joins.push((table, join)),
                    None => new_tables.push(table),
                },
                TableChange::Dropped(table) => dropped.push(table),
                TableChange::Altered(change) => altered.push(change),
                // Only partitions and heirs cannot be altered, and of these a schema says nothing.
                TableChange::Recreated { to, .. } => {
                    let address = format!("table {}", to.name);
                    self.notes.add(NoteCode::NotCompared, address);
                }
            }
        }
        for table in dropped {
            self.dropped_table(table);
        }
        self.names.tables(after, &new_tables, &mut self.notes);
        self.enum_types(&changes.enums);
        self.enums_of_columns();
        self.domains();
        // A name decides on which side of a join table a model stands, and names are known by now.
        let (sayable, others): (Vec<_>, Vec<_>) = joins
            .into_iter()
            .partition(|(_, join)| self.is_sayable(join));
        let others: Vec<&'a Table> = others.into_iter().map(|(table, _)| table).collect();
        self.names.tables(after, &others, &mut self.notes);
        new_tables.extend(others);
        self.count_relations(&new_tables, &sayable);
        for table in &new_tables {
            self.new_table(table);
        }
        for change in &altered {
            if let Some(model) = self.names.models.get(&change.to.name).copied() {
                self.altered_table(change, model);
            }
        }
        for table in &new_tables {
            let keys = table.foreign_keys.iter().map(|key| (*table, key));
            self.new_relations.extend(keys);
        }
        for (table, key) in std::mem::take(&mut self.new_relations) {
            self.relation(table, key);
        }
        for (table, join) in &sayable {
            self.join(&table.name, join);
        }
        self.objects();
        Ok(())
    }

    /// The join table of a new table, unless it has been found that it cannot be said.
    fn recognized(&self, table: &Table) -> Option<Join> {
        let is_refused = self
            .refused
            .iter()
            .any(|refusal| matches!(refusal, Refusal::Join(name) if *name == table.name));
        if is_refused {
            return None;
        }
        let join = join_table::recognized(table, self.after)?;
        let is_plain = |name: &ObjectName| {
            self.after
                .table(name)
                .is_some_and(|table| join_table::recognized(table, self.after).is_none())
        };
        (is_plain(&join.a) && is_plain(&join.b)).then_some(join)
    }

    /// A table that is gone: its model goes with the relations that lead to it, or the two lists that it stood behind.
    fn dropped_table(&mut self, table: &Table) {
        let Some(model) = self.names.models.get(&table.name).copied() else {
            let relation = self.schema.relations().find(|relation| {
                relation.join_table().is_some_and(|join| {
                    place(self.before, join.namespace.as_deref(), &join.name) == table.name
                })
            });
            if let Some(relation) = relation {
                self.remove_relation(relation);
            }
            return;
        };
        self.remove_model(model);
        self.names.forget(&table.name);
    }

    fn remove_model(&mut self, model: Model<'a>) {
        self.gone.insert(model.id());
        self.editor.remove_block(model.name_span());
        self.tell(Verb::Removed, format!("model {}", model.name()));
        for relation in self.schema.relations() {
            if relation.from().id() == model.id() || relation.to().id() == model.id() {
                self.remove_relation(relation);
            }
        }
    }

    /// How many relations there will be between any two tables: those that stay, and those that come.
    fn count_relations(&mut self, new_tables: &[&'a Table], joins: &[(&'a Table, Join)]) {
        let schema = self.schema;
        for relation in schema.relations() {
            let (from, to) = (relation.from(), relation.to());
            if self.gone.contains(&from.id()) || self.gone.contains(&to.id()) {
                continue;
            }
            let name =
                |model: Model<'_>| place(self.before, model.namespace(), model.database_name());
            let pair = pair(&name(from), &name(to));
            let names = self.relation_names.entry(pair.clone()).or_default();
            names.extend(relation.name().map(str::to_owned));
            *self.between.entry(pair).or_default() += 1;
        }
        for table in &self.after.tables {
            let is_new = new_tables.iter().any(|new| new.name == table.name);
            if !is_new && !self.names.models.contains_key(&table.name) {
                continue;
            }
            for key in &table.foreign_keys {
                if is_new || self.relation_of(table, key).is_none() {
                    *self
                        .between
                        .entry(pair(&table.name, &key.references))
                        .or_default() += 1;
                }
            }
        }
        for (_, join) in joins {
            *self.between.entry(pair(&join.a, &join.b)).or_default() += 1;
        }
    }

    fn relations_between(&self, a: &ObjectName, b: &ObjectName) -> usize {
        self.between.get(&pair(a, b)).copied().unwrap_or_default()
    }

    /// Whether generated code leaves the model of a table out.
    fn is_ignored(&self, table: &ObjectName) -> bool {
        match self.names.models.get(table) {
            Some(model) => model.is_ignored(),
            None => self
                .after
                .table(table)
                .is_some_and(|table| !table::has_identifier(table)),
        }
    }

    /// The draft of a table's model, which knows whether the model is there.
    fn draft(&mut self, table: &ObjectName) -> &mut Draft {
        let model = self.names.models.get(table).map(|model| model.name_span());
        let draft = self.drafts.of(table);
        draft.model = model;
        draft
    }

    fn tell(&mut self, verb: Verb, object: String) {
        self.changes.insert(SchemaChange { verb, object });
    }

    fn place(&self, namespace: Option<&str>, name: &str) -> ObjectName {
        place(self.before, namespace, name)
    }

    /// The properties of the datasource: namespaces that were asked for, and extensions.
    fn configuration(&mut self, options: &RaiseOptions, namespaces: &[Box<str>]) {
        let Some(datasource) = self.schema.datasource() else {
            return;
        };
        if !options.namespaces.is_empty()
            && self.provider.facts().namespaces
            && datasource.namespaces != namespaces
        {
            let list: Vec<String> = namespaces.iter().map(|name| string(name)).collect();
            let value = format!("[{}]", list.join(", "));
            self.editor.set_property(datasource.span, "schemas", &value);
            self.tell(Verb::Changed, format!("datasource {}", datasource.name));
            if datasource.namespaces.is_empty() {
                self.say_namespaces();
            }
        }
        // In a schema that names none, they are somebody else's business.
        let is_new = self.schema.models().len() == 0;
        let missing: Vec<&crate::catalog::Extension> = self
            .after
            .extensions
            .iter()
            .filter(|each| {
                !datasource
                    .extensions
                    .iter()
                    .any(|one| one.name == each.name)
            })
            .collect();
        if missing.is_empty() || datasource.extensions.is_empty() && !is_new {
            return;
        }
        let written = datasource.extensions.iter().map(|each| {
            extension(
                &each.name,
                each.namespace.as_deref(),
                each.version.as_deref(),
            )
        });
        let list: Vec<String> = written
            .chain(missing.iter().map(|each| {
                let namespace = each.namespace.as_deref().filter(|namespace| {
                    self.after.default_namespace.as_deref() != Some(*namespace)
                });
                extension(&each.name, namespace, None)
            }))
            .collect();
        let value = format!("[{}]", list.join(", "));
        self.editor
            .set_property(datasource.span, "extensions", &value);
        self.tell(Verb::Changed, format!("datasource {}", datasource.name));
    }

    /// Once a schema lists its namespaces, every block says where it lives.
    fn say_namespaces(&mut self) {
        let Some(default) = self.before.default_namespace.clone() else {
            return;
        };
        let text = format!("@@schema({})", string(&default));
        let models = self
            .schema
            .models()
            .map(|each| (each.namespace(), each.name_span()));
        let enums = self
            .schema
            .enums()
            .map(|each| (each.namespace(), each.name_span()));
        let domains = self
            .schema
            .domains()
            .map(|each| (each.namespace(), each.name_span()));
        for (namespace, span) in models.chain(enums).chain(domains) {
            if namespace.is_none() {
                self.editor
                    .set_block_attribute(span, Attribute::Named("schema"), Some(&text));
            }
        }
    }

    /// Puts all that is new into the text.
    fn outcome(mut self, options: &RaiseOptions, sources: &Sources) -> Result<Outcome, Error> {
        let file = options.file.or_else(|| {
            let datasource = self
                .schema
                .datasource()
                .map(|datasource| datasource.span.file);
            datasource.or_else(|| sources.iter().next().map(|(file, _)| file))
        });
        let file = file.unwrap_or(FileId(0));
        let mut models: Vec<String> = Vec::new();
        for (table, draft) in std::mem::take(&mut self.drafts).into_iter() {
            match draft.model {
                None => models.push(draft.text()),
                Some(_) => self.flush(&table, &draft),
            }
        }
        for text in models
            .into_iter()
            .chain(std::mem::take(&mut self.new_blocks))
        {
            self.editor.add_block(file, &text);
        }
        let edits = self.editor.finish().map_err(|conflict| Error::NotRaised {
            reason: conflict.to_string(),
            text: String::new(),
        })?;
        Ok(Outcome {
            raised: Raised {
                edits,
                changes: self.changes.into_iter().collect(),
                notes: self.notes.finish(),
                is_empty: scope::is_empty(self.after),
            },
            origins: self.origins,
        })
    }

    /// Puts what is new into a model that is there.
    fn flush(&mut self, table: &ObjectName, draft: &Draft) {
        let Some(model) = self.names.models.get(table).copied() else {
            return;
        };
        let span = model.name_span();
        for field in &draft.fields {
            self.editor.add_line(span, field.after, &field.line());
        }
        let last = model.fields().next_back().map(|field| field.name_span());
        for line in &draft.relations {
            self.editor.add_line(span, last, line);
        }
        for attribute in &draft.attributes {
            self.editor.add_block_attribute(span, attribute);
        }
    }

    /// Whether a view of the schema is one of the catalog's.
    fn views(&self) -> impl Iterator<Item = (ObjectName, Model<'a>)> + use<'a> {
        let before = self.before;
        let views = self
            .schema
            .models()
            .filter(|model| model.kind() == ModelKind::View);
        views.map(|view| (place(before, view.namespace(), view.database_name()), view))
    }
}

fn pair(a: &ObjectName, b: &ObjectName) -> (ObjectName, ObjectName) {
    if a <= b {
        (a.clone(), b.clone())
    } else {
        (b.clone(), a.clone())
    }
}

/// An entry of `extensions = […]`.
fn extension(name: &str, namespace: Option<&str>, version: Option<&str>) -> String {
    let is_plain = relata_schema::edit::name::is_identifier(name);
    let cleaned = relata_schema::edit::name::cleaned(name);
    let mut args: Vec<String> = Vec::new();
    if !is_plain {
        args.push(format!("map: {}", string(name)));
    }
    args.extend(namespace.map(|namespace| format!("schema: {}", string(namespace))));
    args.extend(version.map(|version| format!("version: {}", string(version))));
    index::call(cleaned.as_deref().unwrap_or("extension"), args)
}
