//! How each database writes what a catalog holds. Only here does code ask which database it is.

mod capabilities;
mod cast;
mod cockroach;
pub(crate) mod document;
mod kept;
mod mysql;
mod postgres;
mod sqlite;
mod value;

use std::borrow::Cow;
use std::fmt::Write as _;

use relata_schema::ir::{Algorithm, IndexKind, Sort};
use relata_script::Dialect;

pub(crate) use capabilities::{Capabilities, of as capabilities_of};
pub(crate) use cast::{Conversion, conversion};
pub(crate) use mysql::{COLLATION as MYSQL_COLLATION, differs_in_period};
pub(crate) use postgres::{
    add_not_null, canonical_type, cut, made_up, serial, serial_sequence, type_name,
};
pub(crate) use sqlite::{counts, is_rowid};

use crate::catalog::{
    Address, Catalog, Check, Column, ColumnType, Comment, Deferrable, Enum, ForeignKey, Identity,
    Index, IndexColumn, Nulls, ObjectName, PrimaryKey, Sequence, Storage, Table, View,
};
use crate::step::Scope;
use crate::target::Server;
use kept::Kept;

/// Writes SQL for one database.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Writer<'c> {
    dialect: Dialect,
    /// The product, where the dialect does not tell all.
    server: Option<Server>,
    /// Names in this namespace stand without it.
    default_namespace: Option<&'c str>,
    /// The comments of the catalog, in the order of their objects.
    comments: &'c [Comment],
    /// What stays of which the catalog says nothing.
    kept: Option<Kept<'c>>,
}

impl<'c> Writer<'c> {
    /// Writes for the database that a catalog describes.
    pub(crate) fn new(catalog: &'c Catalog) -> Self {
        Self {
            dialect: catalog.dialect,
            server: catalog.server,
            default_namespace: catalog.default_namespace.as_deref(),
            comments: &catalog.comments,
            kept: None,
        }
    }

    /// Writes for a change: what the catalog after it says nothing of stays as it is.
    pub(crate) fn between(before: &'c Catalog, after: &'c Catalog) -> Self {
        Self {
            kept: Kept::new(before, after),
            server: after.server.or(before.server),
            ..Self::new(after)
        }
    }

    /// Writes for a dialect of which nothing else is known.
    pub(crate) fn of(dialect: Dialect, default_namespace: Option<&'c str>) -> Self {
        Self {
            dialect,
            server: None,
            default_namespace,
            comments: &[],
            kept: None,
        }
    }

    /// What this database can do.
    pub(crate) fn can(&self) -> &'static Capabilities {
        capabilities::of(self.dialect, self.server)
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// A table that is made anew, with what it keeps though nothing is said of it.
    pub(crate) fn with_kept<'t>(&self, table: &'t Table) -> Cow<'t, Table> {
        match self.kept.and_then(|kept| kept.table(table)) {
            Some(table) => Cow::Owned(table),
            None => Cow::Borrowed(table),
        }
    }

    /// Whether much is left unsaid of what is there, as from a database to a schema.
    pub(crate) fn leaves_unsaid(&self) -> bool {
        self.kept.is_some()
    }

    /// The ` COLLATE …` of a column that is given its type anew: its own, or the one that it keeps.
    pub(crate) fn collate(&self, from: &Column, to: &Column) -> String {
        let kept = || self.kept.and_then(|kept| kept.collation(from, to));
        let name = to.collation.as_ref().or_else(kept);
        name.map(|name| format!(" COLLATE {}", self.name(name)))
            .unwrap_or_default()
    }

    /// The comment on an object.
    fn comment(&self, on: &Address) -> Option<&'c str> {
        let place = self.comments.binary_search_by(|each| each.on.cmp(on));
        Some(&self.comments[place.ok()?].text)
    }

    pub(crate) fn ident(&self, name: &str) -> String {
        self.dialect.ident(name)
    }

    pub(crate) fn string(&self, text: &str) -> String {
        self.dialect.string(text)
    }

    /// Names joined by `, `.
    pub(crate) fn idents<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> String {
        self.joined(names, ", ")
    }

    fn joined<'n>(&self, names: impl IntoIterator<Item = &'n str>, separator: &str) -> String {
        let quoted: Vec<String> = names.into_iter().map(|name| self.ident(name)).collect();
        quoted.join(separator)
    }

    /// The name of an object, with its namespace unless that is the default one.
    pub(crate) fn name(&self, name: &ObjectName) -> String {
        match name.namespace.as_deref() {
            Some(namespace) if Some(namespace) != self.default_namespace => {
                format!("{}.{}", self.ident(namespace), self.ident(&name.name))
            }
            _ => self.ident(&name.name),
        }
    }

    /// The name of an object with its namespace, whatever that is: the server's own functions are found before all others.
    pub(crate) fn full_name(&self, name: &ObjectName) -> String {
        match name.namespace.as_deref() {
            Some(namespace) => format!("{}.{}", self.ident(namespace), self.ident(&name.name)),
            None => self.ident(&name.name),
        }
    }

    /// The name of a type. One that is called as a type of the server is never found without its namespace.
    pub(crate) fn type_name(&self, name: &ObjectName) -> String {
        if self.dialect == Dialect::Postgres && postgres::has_type(&name.name) {
            self.full_name(name)
        } else {
            self.name(name)
        }
    }

    /// The name of an object that lives beside a table, such as an index.
    pub(crate) fn name_beside(&self, table: &Table, name: &str) -> String {
        self.name(&table.name.sibling(name))
    }

    /// The type of a column, without what an automatic number makes of it.
    pub(crate) fn column_type(&self, ty: &ColumnType) -> String {
        value::column_type(self, ty)
    }

    /// The SQL of a column's default; `None` where there is none, or where it is part of the type.
    pub(crate) fn default(&self, column: &Column) -> Option<String> {
        value::default(self, column)
    }

    /// How an identity column counts, with a blank before it. CockroachDB names the sequence by itself.
    pub(crate) fn identity_options(&self, identity: &Identity) -> String {
        if self.server == Some(Server::Cockroachdb) {
            return cockroach::identity_options(&identity.options);
        }
        format!(
            " (SEQUENCE NAME {}{})",
            self.name(&identity.sequence),
            Writer::sequence_options(&identity.options)
        )
    }

    /// The statement that lets an identity column count otherwise, where it says no more than what changes (CockroachDB).
    pub(crate) fn alter_identity(&self, from: &Identity, to: &Identity) -> Option<String> {
        (self.server == Some(Server::Cockroachdb)).then(|| {
            let options = cockroach::sequence_options(&from.options, &to.options);
            let name = self.name(&to.sequence);
            format!("ALTER SEQUENCE {name} {};", options.join(" "))
        })
    }

    /// The SQL of a column's default, the next number of a sequence of its own included.
    pub(crate) fn written_default(&self, column: &Column) -> Option<String> {
        match self.dialect {
            Dialect::Postgres => postgres::default(self, column),
            Dialect::Mysql | Dialect::Sqlite => self.default(column),
        }
    }

    /// A column as `CREATE TABLE` and `ADD COLUMN` have it.
    pub(crate) fn column(&self, table: &Table, column: &Column) -> String {
        match self.dialect {
            Dialect::Postgres => postgres::column(self, column),
            Dialect::Mysql => mysql::column(self, table, column),
            Dialect::Sqlite => sqlite::column(self, table, column),
        }
    }

    /// A whole table, with all that this database writes inside of it.
    pub(crate) fn create_table(&self, table: &Table) -> String {
        match self.dialect {
            Dialect::Postgres => postgres::create_table(self, table),
            Dialect::Mysql => mysql::create_table(self, table),
            Dialect::Sqlite => sqlite::create_table(self, table, &table.name),
        }
    }

    /// A table under another name, where a table changes by making a new one.
    pub(crate) fn create_table_as(&self, table: &Table, name: &ObjectName) -> String {
        if self.dialect == Dialect::Sqlite {
            return sqlite::create_table(self, table, name);
        }
        self.create_table(&Table {
            name: name.clone(),
            ..table.clone()
        })
    }

    /// The statements that drop a table.
    pub(crate) fn drop_table(&self, table: &Table) -> Vec<String> {
        let drop = format!("DROP TABLE {};", self.name(&table.name));
        match self.dialect {
            Dialect::Postgres | Dialect::Mysql => vec![drop],
            // Dropping a table deletes its rows first, which foreign keys would answer.
            Dialect::Sqlite => vec![
                "PRAGMA foreign_keys=off;".into(),
                drop,
                "PRAGMA foreign_keys=on;".into(),
            ],
        }
    }

    /// Tells whether the texts of a table are converted to another character set, wherever they say nothing else (MySQL).
    pub(crate) fn converts(&self, from: &Table, to: &Table) -> bool {
        self.dialect == Dialect::Mysql
            && option(&from.storage.options, "collate") != option(&to.storage.options, "collate")
    }

    /// Tells whether a column holds text (MySQL).
    pub(crate) fn is_text(column: &Column) -> bool {
        mysql::is_text(column)
    }

    /// The statements that lead from the options of a table to those of another (MySQL).
    pub(crate) fn change_options(&self, from: &Table, to: &Table) -> Vec<String> {
        mysql::change_options(self, from, to)
    }

    /// The comment on an index, as a clause of it (MySQL).
    pub(crate) fn index_comment(&self, table: &Table, index: &str) -> String {
        match self.dialect {
            Dialect::Mysql => mysql::index_comment(self, table, index),
            Dialect::Postgres | Dialect::Sqlite => String::new(),
        }
    }

    /// The clauses that change the span of time of a table or its engine, or begin or end its history where it says so by columns of its
    /// own (MySQL, MariaDB).
    pub(crate) fn beside_columns(&self, from: &Table, to: &Table) -> Vec<String> {
        let mut clauses = mysql::periods(self, from, to);
        clauses.extend(mysql::versioning(self, from, to));
        clauses.extend(mysql::engine(from, to));
        clauses
    }

    /// The statements that come before any other change of a table (MySQL).
    pub(crate) fn release(&self, from: &Table, to: &Table) -> Vec<String> {
        mysql::release(self, from, to)
    }

    /// The statements of one step that changes a table, from its clauses.
    pub(crate) fn alter_table(&self, table: &Table, clauses: &[String]) -> Vec<String> {
        if clauses.is_empty() {
            return Vec::new();
        }
        let table = self.name(&table.name);
        if !self.can().combines_clauses {
            let each = clauses.iter();
            return each
                .map(|it| format!("ALTER TABLE {table} {it};"))
                .collect();
        }
        // Prisma's layout.
        let separator = match self.dialect {
            Dialect::Postgres | Dialect::Sqlite => ",\n",
            Dialect::Mysql => ",\n    ",
        };
        vec![format!("ALTER TABLE {table} {};", clauses.join(separator))]
    }

    /// The clause that adds a column.
    pub(crate) fn add_column(&self, table: &Table, column: &Column) -> String {
        // Five blanks are what Prisma writes on PostgreSQL.
        let blanks = if self.dialect == Dialect::Postgres {
            "     "
        } else {
            " "
        };
        format!("ADD COLUMN{blanks}{}", self.column(table, column))
    }

    /// The columns of an index or key, with their clauses.
    fn index_columns(&self, columns: &[IndexColumn], separator: &str) -> String {
        let written: Vec<String> = columns
            .iter()
            .map(|column| {
                let mut sql = match &column.expression {
                    Some(expression) => format!("({})", expression.source),
                    None => self.ident(&column.name),
                };
                if let Some(length) = column.length {
                    let _ = write!(sql, "({length})");
                }
                if let Some(collation) = &column.collation {
                    sql.push_str(" COLLATE ");
                    sql.push_str(collation);
                }
                if let Some(class) = &column.operator_class {
                    sql.push(' ');
                    sql.push_str(class);
                }
                if column.sort == Sort::Desc {
                    sql.push_str(" DESC");
                }
                match column.nulls {
                    Some(Nulls::First) => sql.push_str(" NULLS FIRST"),
                    Some(Nulls::Last) => sql.push_str(" NULLS LAST"),
                    None => {}
                }
                sql
            })
            .collect();
        written.join(separator)
    }

    /// The columns of a primary key that is added to a table.
    pub(crate) fn key_columns(&self, columns: &[IndexColumn]) -> String {
        self.index_columns(columns, ", ")
    }

    /// The columns of a key of a table, which may count once at each moment.
    pub(crate) fn table_key(
        &self,
        table: &Table,
        columns: &[IndexColumn],
        is_temporal: bool,
    ) -> String {
        let spanning = match self.dialect {
            Dialect::Mysql if is_temporal => mysql::temporal_key(self, table, columns),
            _ => None,
        };
        spanning.unwrap_or_else(|| {
            let columns = self.key_columns(columns);
            format!("{columns}{}", postgres::temporal(is_temporal))
        })
    }

    /// What stands after the columns of a primary key.
    pub(crate) fn key_clauses(&self, key: &PrimaryKey) -> String {
        match self.dialect {
            Dialect::Postgres => postgres::key_clauses(self, key),
            Dialect::Mysql => mysql::using(&key.options).to_owned(),
            Dialect::Sqlite => String::new(),
        }
    }

    pub(crate) fn create_index(&self, table: &Table, index: &Index) -> String {
        if let Some(deferrable) = index.constraint {
            return postgres::add_unique(self, table, index, deferrable);
        }
        // One that is not valid on a partitioned table was made without its parts.
        let alone = table.ancestry.partitioned_by.is_some() && !index.is_valid;
        let only = if alone { "ONLY " } else { "" };
        let kind = match index.kind {
            _ if index.method.as_deref() == Some("SPATIAL") && self.dialect == Dialect::Mysql => {
                "SPATIAL INDEX"
            }
            IndexKind::Unique => "UNIQUE INDEX",
            IndexKind::Normal => "INDEX",
            IndexKind::Fulltext => "FULLTEXT INDEX",
        };
        let method = index
            .algorithm
            .filter(|algorithm| *algorithm != Algorithm::BTree);
        let using = method
            .map(|method| method.name().to_ascii_uppercase())
            .or_else(|| index.method.as_ref().map(|method| self.ident(method)))
            .filter(|_| self.dialect == Dialect::Postgres)
            .map(|method| format!(" USING {method} "))
            .unwrap_or_default();
        // SQLite keeps the text as it is, so that parentheses of ours would come back as the user's.
        let predicate = match &index.predicate {
            Some(predicate) if self.dialect == Dialect::Sqlite => {
                format!(" WHERE {}", predicate.source)
            }
            Some(predicate) => format!(" WHERE ({})", predicate.source),
            None => String::new(),
        };
        format!(
            "CREATE {kind} {} ON {only}{}{using}({}){}{predicate};",
            self.ident(&index.name),
            self.name(&table.name),
            self.table_key(table, &index.columns, index.is_temporal),
            match self.dialect {
                Dialect::Mysql => mysql::key_clauses(self, table, index),
                Dialect::Postgres | Dialect::Sqlite => postgres::index_clauses(self, index),
            },
        )
    }

    /// Tells whether an index comes and goes with its table, as those of constraints do where tables hardly change (SQLite).
    pub(crate) fn is_in_table(&self, index: &Index) -> bool {
        index.constraint.is_some() && !self.can().alters_tables
    }

    /// An index as a clause of `ADD`, or inside `CREATE TABLE` (MySQL).
    pub(crate) fn index_clause(&self, table: &Table, index: &Index) -> String {
        mysql::key(self, table, index)
    }

    /// A view from what the server keeps of it (MySQL).
    pub(crate) fn create_view(&self, view: &View) -> String {
        mysql::create_view(self, view)
    }

    /// What a sequence has (MariaDB).
    pub(crate) fn sequence(&self, sequence: &Sequence) -> Option<String> {
        (self.dialect == Dialect::Mysql).then(|| mysql::sequence(sequence))
    }

    pub(crate) fn drop_index(&self, table: &Table, index: &str) -> String {
        match self.dialect {
            Dialect::Mysql => format!(
                "DROP INDEX {} ON {};",
                self.ident(index),
                self.name(&table.name)
            ),
            Dialect::Postgres | Dialect::Sqlite => {
                format!("DROP INDEX {};", self.name_beside(table, index))
            }
        }
    }

    /// Renames an index; only for databases that can.
    pub(crate) fn rename_index(&self, table: &Table, from: &str, to: &str) -> String {
        match self.dialect {
            Dialect::Mysql => format!(
                "ALTER TABLE {} RENAME INDEX {} TO {};",
                self.name(&table.name),
                self.ident(from),
                self.ident(to)
            ),
            Dialect::Postgres | Dialect::Sqlite => {
                format!(
                    "ALTER INDEX {} RENAME TO {};",
                    self.name_beside(table, from),
                    self.ident(to)
                )
            }
        }
    }

    pub(crate) fn rename_constraint(&self, table: &Table, from: &str, to: &str) -> String {
        format!(
            "ALTER TABLE {} RENAME CONSTRAINT {} TO {};",
            self.name(&table.name),
            self.ident(from),
            self.ident(to)
        )
    }

    pub(crate) fn drop_foreign_key(&self, table: &Table, name: &str) -> String {
        let kind = if self.dialect == Dialect::Mysql {
            "FOREIGN KEY"
        } else {
            "CONSTRAINT"
        };
        format!(
            "ALTER TABLE {} DROP {kind} {};",
            self.name(&table.name),
            self.ident(name)
        )
    }

    /// A foreign key as a clause of `ADD`, or of `CREATE TABLE` on SQLite.
    pub(crate) fn foreign_key(&self, key: &ForeignKey) -> String {
        let name = key
            .name
            .as_ref()
            .map(|name| format!("CONSTRAINT {} ", self.ident(name)))
            .unwrap_or_default();
        // Prisma sets a blank on SQLite only.
        let blank = if self.dialect == Dialect::Sqlite {
            " "
        } else {
            ""
        };
        let deferrable = deferrable(key.deferrable);
        let matching = if key.match_full { " MATCH FULL" } else { "" };
        let set = if key.set_columns.is_empty() {
            String::new()
        } else {
            let columns = key.set_columns.iter().map(|name| &**name);
            format!(" ({})", self.idents(columns))
        };
        let enforced = enforced(key.is_enforced);
        let validity = if key.is_valid { "" } else { " NOT VALID" };
        let columns = |columns: &[Box<str>]| match columns.split_last() {
            Some((span, others)) if key.is_temporal => {
                let others = self.idents(others.iter().map(|name| &**name));
                let separator = if others.is_empty() { "" } else { ", " };
                format!("{others}{separator}PERIOD {}", self.ident(span))
            }
            _ => self.idents(columns.iter().map(|name| &**name)),
        };
        format!(
            "{name}FOREIGN KEY ({}) REFERENCES {}{blank}({}){matching} ON DELETE {}{set} ON UPDATE {}{deferrable}{enforced}{validity}",
            columns(&key.columns),
            self.name(&key.references),
            columns(&key.referenced_columns),
            key.on_delete.sql(),
            key.on_update.sql(),
        )
    }

    /// The statement that makes an enum (PostgreSQL).
    pub(crate) fn create_enum(&self, name: &ObjectName, enumeration: &Enum) -> String {
        let values: Vec<String> = enumeration
            .values
            .iter()
            .map(|value| self.string(value))
            .collect();
        format!(
            "CREATE TYPE {} AS ENUM ({});",
            self.name(name),
            values.join(", ")
        )
    }

    /// Options in `WITH (…)`, with a blank before them (PostgreSQL).
    pub(crate) fn options(&self, options: &[(Box<str>, Box<str>)]) -> String {
        postgres::options(self, options)
    }

    /// How the rows of a table or materialised view are kept, as far as it stands after its columns (PostgreSQL).
    pub(crate) fn storage(&self, storage: &Storage) -> String {
        postgres::storage(self, storage)
    }

    /// A check as a clause of `ADD`, or of `CREATE TABLE`.
    pub(crate) fn check(&self, check: &Check) -> String {
        let name = if check.name.is_empty() {
            String::new()
        } else {
            format!("CONSTRAINT {} ", self.ident(&check.name))
        };
        let inherit = if check.no_inherit { " NO INHERIT" } else { "" };
        let enforced = enforced(check.is_enforced);
        let validity = if check.is_valid { "" } else { " NOT VALID" };
        format!(
            "{name}CHECK ({}){inherit}{enforced}{validity}",
            check.expression.source
        )
    }

    /// Where the name of a table must be the only one.
    pub(crate) fn table_scope(table: &ObjectName) -> Scope {
        Scope::Relations(table.namespace.clone())
    }

    /// Where the name of an index must be the only one.
    pub(crate) fn index_scope(&self, table: &ObjectName) -> Scope {
        match self.dialect {
            Dialect::Mysql => Scope::Indexes(table.clone()),
            Dialect::Postgres | Dialect::Sqlite => Self::table_scope(table),
        }
    }

    /// Where the name of a foreign key must be the only one.
    pub(crate) fn constraint_scope(&self, table: &ObjectName) -> Scope {
        Scope::Constraints((self.dialect != Dialect::Mysql).then(|| table.clone()))
    }

    /// The longest name, in bytes.
    pub(crate) fn name_limit(&self) -> usize {
        self.can().name_bytes
    }
}

/// When a constraint is checked, with a blank before it.
fn deferrable(deferrable: Deferrable) -> &'static str {
    match deferrable {
        Deferrable::No => "",
        Deferrable::InitiallyImmediate => " DEFERRABLE INITIALLY IMMEDIATE",
        Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}

/// Whether a constraint looks at rows at all, with a blank before it.
fn enforced(is_enforced: bool) -> &'static str {
    if is_enforced { "" } else { " NOT ENFORCED" }
}

/// The value of an option, empty for one that has none.
pub(crate) fn option<'o>(options: &'o [(Box<str>, Box<str>)], name: &str) -> Option<&'o str> {
    let found = options.iter().find(|(option, _)| &**option == name)?;
    Some(&found.1)
}
