//! Keys and indexes to attributes.

use relata_schema::derived;
use relata_schema::edit::text::{sql, string};
use relata_schema::ir::{IndexKind, Sort};
use relata_schema::provider::OperatorClassInfo;
use relata_script::{Dialect, words};

use super::Raiser;
use crate::catalog::{Index, IndexColumn, Nulls, ObjectName, PrimaryKey, Table};
use crate::diff::without_brackets;
use crate::lower::operator_class_sql;

/// An attribute and where it stands.
pub(super) enum Attribute {
    /// On the field of this column.
    OnField(Box<str>, String),
    /// On the block.
    OnBlock(String),
}

impl Raiser<'_> {
    /// The attribute of a primary key; `name` is that of the key in generated code.
    pub(super) fn primary_key(
        &self,
        table: &Table,
        key: &PrimaryKey,
        name: Option<&str>,
    ) -> Attribute {
        let usual = derived::primary_key(&table.name.name, self.limit());
        let map = key
            .name
            .as_ref()
            .filter(|name| self.provider.facts().named_primary_keys && ***name != *usual)
            .map(|name| format!("map: {}", string(name)));
        let is_plain = |column: &IndexColumn| column.length.is_none() && column.sort == Sort::Asc;
        if let [only] = key.columns.as_slice()
            && is_plain(only)
        {
            return Attribute::OnField(only.name.clone(), call("@id", map));
        }
        let mut args = vec![self.elements(&table.name, &key.columns, false)];
        args.extend(name.map(|name| format!("name: {}", string(name))));
        args.extend(map);
        Attribute::OnBlock(call("@@id", args))
    }

    /// The attribute of a unique or index; `name` is that of a unique in generated code.
    pub(super) fn index(&self, table: &Table, index: &Index, name: Option<&str>) -> Attribute {
        let mut args: Vec<String> = Vec::new();
        let columns = index.columns.iter().map(|column| {
            if column.expression.is_some() {
                "expr"
            } else {
                &*column.name
            }
        });
        let usual = derived::index(index.kind, &table.name.name, columns, self.limit());
        if *index.name != *usual {
            args.push(format!("map: {}", string(&index.name)));
        }
        if let Some(algorithm) = index.algorithm {
            args.push(format!("type: {}", algorithm.name()));
        }
        if let Some(predicate) = &index.predicate {
            args.push(format!(
                "where: raw({})",
                sql(without_brackets(&predicate.source))
            ));
        }
        if !index.include.is_empty() {
            let include: Vec<&str> = index
                .include
                .iter()
                .map(|column| self.names.field(&table.name, column))
                .collect();
            args.push(format!("include: [{}]", include.join(", ")));
        }
        if index.nulls_not_distinct && index.kind == IndexKind::Unique {
            args.push("nullsDistinct: false".to_owned());
        }
        if let ([only], None) = (index.columns.as_slice(), name)
            && index.kind == IndexKind::Unique
            && index.include.is_empty()
            && let Some(options) = options_on_field(self.dialect(), only)
        {
            args.extend(options);
            return Attribute::OnField(only.name.clone(), call("@unique", args));
        }
        let owner = match index.kind {
            IndexKind::Unique => "@@unique",
            IndexKind::Normal => "@@index",
            IndexKind::Fulltext => "@@fulltext",
        };
        let mut all = vec![self.elements(&table.name, &index.columns, true)];
        all.extend(name.map(|name| format!("name: {}", string(name))));
        all.extend(args);
        Attribute::OnBlock(call(owner, all))
    }

    fn elements(&self, table: &ObjectName, columns: &[IndexColumn], classes: bool) -> String {
        let elements: Vec<String> = columns
            .iter()
            .map(|column| self.element(table, column, classes))
            .collect();
        format!("[{}]", elements.join(", "))
    }

    fn element(&self, table: &ObjectName, column: &IndexColumn, classes: bool) -> String {
        let mut args = options(self.dialect(), column);
        if let Some(class) = column.operator_class.as_deref().filter(|_| classes) {
            args.push(match known_class(class) {
                Some(name) => format!("ops: {name}"),
                None => format!("ops: raw({})", string(class)),
            });
        }
        match &column.expression {
            Some(expression) => {
                args.insert(0, sql(&expression.source));
                call("raw", args)
            }
            None => {
                let field = self.names.field(table, &column.name);
                call(field, args)
            }
        }
    }

    /// The longest name in bytes.
    pub(super) fn limit(&self) -> usize {
        self.provider.facts().identifier_bytes
    }
}

/// `name(a, b)`, or the name alone.
pub(super) fn call(name: &str, args: impl IntoIterator<Item = String>) -> String {
    let args: Vec<String> = args.into_iter().collect();
    if args.is_empty() {
        return name.to_owned();
    }
    format!("{name}({})", args.join(", "))
}

fn options(dialect: Dialect, column: &IndexColumn) -> Vec<String> {
    let mut args = Vec::new();
    if let Some(length) = column.length {
        args.push(format!("length: {length}"));
    }
    if column.sort == Sort::Desc {
        args.push("sort: Desc".to_owned());
    }
    if let Some(nulls) = column.nulls {
        args.push(match nulls {
            Nulls::First => "nulls: First".to_owned(),
            Nulls::Last => "nulls: Last".to_owned(),
        });
    }
    if let Some(collation) = &column.collation {
        args.push(format!(
            "collate: {}",
            string(&plain_name(dialect, collation))
        ));
    }
    args
}

/// The options that `@unique` takes; `None` where the element says more.
fn options_on_field(dialect: Dialect, column: &IndexColumn) -> Option<Vec<String>> {
    let more = column.expression.is_some()
        || column.nulls.is_some()
        || column.collation.is_some()
        || column.operator_class.is_some();
    (!more).then(|| options(dialect, column))
}

/// A collation is kept as SQL, with its namespace; the schema names it as the server finds it.
pub(super) fn plain_name(dialect: Dialect, sql: &str) -> String {
    let words = words(dialect, sql);
    let last = words.last().and_then(|(word, _)| word.name(dialect));
    last.unwrap_or_else(|| sql.to_owned())
}

/// The name in the schema of a class that the language knows: its table, read from the other side.
fn known_class(sql: &str) -> Option<&'static str> {
    OperatorClassInfo::ALL
        .iter()
        .map(|class| class.name)
        .find(|name| *operator_class_sql(name) == *sql)
}

#[cfg(test)]
mod tests {
    use relata_script::Dialect;

    use super::{known_class, plain_name};

    #[test]
    fn classes_are_read_back() {
        assert_eq!(known_class("jsonb_path_ops"), Some("JsonbPathOps"));
        assert_eq!(
            known_class("timestamptz_bloom_ops"),
            Some("TimestampTzBloomOps")
        );
        assert_eq!(known_class("gin_trgm_ops"), None);
    }

    #[test]
    fn collations_are_named_without_quotes() {
        let name = |sql| plain_name(Dialect::Postgres, sql);
        assert_eq!(name("\"C\""), "C");
        assert_eq!(name("pg_catalog.\"C\""), "C");
        assert_eq!(plain_name(Dialect::Sqlite, "NOCASE"), "NOCASE");
    }
}
