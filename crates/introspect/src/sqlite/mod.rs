//! SQLite: its `sqlite_schema` table and the pragmas about tables (manual, "PRAGMA Statements").

mod default;
mod queries;
mod types;

use std::collections::HashMap;

use relata::Connection;
use relata_schema::ir::{IndexKind, ReferentialAction, Sort};
use relata_script::Dialect;
use relata_sql::Catalog;
use relata_sql::catalog::{
    Column, Default, Expression, ForeignKey, Index, IndexColumn, ObjectName, PrimaryKey, Table,
};

use crate::Error;
use queries::{ColumnRow, ForeignKeyRow, IndexRow};

/// Reads every table with its columns, keys, indexes and foreign keys.
pub(crate) async fn read(db: &dyn Connection) -> Result<Catalog, Error> {
    let mut catalog = Catalog::empty(Dialect::Sqlite);
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut numbered: Vec<bool> = Vec::new();
    for row in queries::tables(db).await? {
        if crate::is_history(&row.name) {
            continue;
        }
        places.insert(row.name.clone(), catalog.tables.len());
        numbered.push(has_autoincrement(&row.sql));
        catalog
            .tables
            .push(Table::new(ObjectName::new(None, &row.name)));
    }
    let mut keys: Vec<(usize, i64, String)> = Vec::new();
    for row in queries::columns(db).await? {
        let Some(&place) = places.get(&row.table) else {
            continue;
        };
        if row.key_position > 0 {
            keys.push((place, row.key_position, row.name.clone()));
        }
        column(&mut catalog.tables[place], &row, numbered[place]);
    }
    // Columns come in the table's order; a key of several may have another.
    keys.sort();
    for (place, _, column) in keys {
        let key = catalog.tables[place]
            .primary_key
            .get_or_insert_with(|| PrimaryKey::new(None, Vec::new()));
        key.columns.push(IndexColumn::new(&column));
    }
    for row in queries::indexes(db).await? {
        let Some(&place) = places.get(&row.table) else {
            continue;
        };
        index(&mut catalog.tables[place], row);
    }
    for row in queries::foreign_keys(db).await? {
        let Some(&place) = places.get(&row.table) else {
            continue;
        };
        foreign_key(&mut catalog.tables[place], row);
    }
    referenced_keys(&mut catalog);
    Ok(catalog)
}

fn column(table: &mut Table, row: &ColumnRow, numbered: bool) {
    let ty = types::column_type(&row.ty);
    let default = row.default.as_deref().map(|sql| default::default(sql, &ty));
    let numbered = numbered && row.key_position > 0;
    table.columns.push(Column {
        // A rowid alias is never NULL, declared so or not.
        nullable: !row.not_null && !numbered,
        // SQLite numbers such a column even where a default is declared, and keeps the default's text.
        default: default.or(numbered.then_some(Default::Autoincrement { sequence: None })),
        ..Column::new(&row.name, ty)
    });
}

/// One row for each column of each index; the rows of an index follow one another.
fn index(table: &mut Table, row: IndexRow) {
    // The index behind a primary key is the key itself.
    if row.origin == "pk" {
        return;
    }
    // An element that is no column is an expression, which a catalog cannot hold yet.
    let Some(column) = row.column else { return };
    let column = IndexColumn {
        sort: if row.descending {
            Sort::Desc
        } else {
            Sort::Asc
        },
        ..IndexColumn::new(&column)
    };
    if let Some(last) = table
        .indexes
        .last_mut()
        .filter(|last| *last.name == *row.name)
    {
        last.columns.push(column);
        return;
    }
    let kind = if row.unique {
        IndexKind::Unique
    } else {
        IndexKind::Normal
    };
    table.indexes.push(Index {
        predicate: row
            .sql
            .as_deref()
            .filter(|_| row.partial)
            .and_then(predicate),
        ..Index::new(&row.name, kind, vec![column])
    });
}

/// The condition of a partial index, from its `CREATE INDEX`.
fn predicate(sql: &str) -> Option<Expression> {
    // `WHERE` can stand in a name or string before the condition, but never outside of quotes: the columns of an index that
    // a catalog can hold are names.
    let mut quote = None;
    for (at, c) in sql.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '[') => quote = Some(']'),
            (None, 'w' | 'W') if is_word(sql, at, "where") => {
                return Some(Expression::written(sql[at + "where".len()..].trim()));
            }
            _ => {}
        }
    }
    None
}

fn is_word(sql: &str, at: usize, word: &str) -> bool {
    let boundary = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    sql.get(at..at + word.len())
        .is_some_and(|found| found.eq_ignore_ascii_case(word))
        && boundary(sql[..at].chars().next_back())
        && boundary(sql[at + word.len()..].chars().next())
}

/// One row for each column of each foreign key; the rows of a key follow one another.
fn foreign_key(table: &mut Table, row: ForeignKeyRow) {
    if row.position > 0 {
        if let Some(last) = table.foreign_keys.last_mut() {
            last.columns.push(row.from.into());
            last.referenced_columns.extend(row.to.map(Into::into));
        }
        return;
    }
    table.foreign_keys.push(ForeignKey {
        on_delete: action(&row.on_delete),
        on_update: action(&row.on_update),
        ..ForeignKey::new(
            None,
            vec![row.from.into()],
            ObjectName::new(None, &row.references),
            row.to.into_iter().map(Into::into).collect(),
        )
    });
}

fn action(sql: &str) -> ReferentialAction {
    ReferentialAction::ALL
        .into_iter()
        .find(|action| action.sql().eq_ignore_ascii_case(sql))
        .unwrap_or(ReferentialAction::NoAction)
}

/// `REFERENCES t` without columns means the primary key of `t`.
fn referenced_keys(catalog: &mut Catalog) {
    let keys: HashMap<ObjectName, Vec<Box<str>>> = catalog
        .tables
        .iter()
        .filter_map(|table| {
            let key = table.primary_key.as_ref()?;
            Some((
                table.name.clone(),
                key.columns
                    .iter()
                    .map(|column| column.name.clone())
                    .collect(),
            ))
        })
        .collect();
    for key in catalog
        .tables
        .iter_mut()
        .flat_map(|table| &mut table.foreign_keys)
    {
        if key.referenced_columns.is_empty()
            && let Some(columns) = keys.get(&key.references)
        {
            key.referenced_columns.clone_from(columns);
        }
    }
}

/// Whether a `CREATE TABLE` says `AUTOINCREMENT` outside of quotes and comments; no pragma tells.
fn has_autoincrement(sql: &str) -> bool {
    let mut rest = sql;
    while let Some(c) = rest.chars().next() {
        let skip = match c {
            '"' | '\'' | '`' => rest[1..].find(c).map(|at| at + 2),
            '[' => rest.find(']').map(|at| at + 1),
            '-' if rest.starts_with("--") => rest.find('\n'),
            '/' if rest.starts_with("/*") => rest.find("*/").map(|at| at + 2),
            c if c.is_alphanumeric() || c == '_' => {
                let end = rest
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                if rest[..end].eq_ignore_ascii_case("autoincrement") {
                    return true;
                }
                Some(end)
            }
            c => Some(c.len_utf8()),
        };
        let Some(skip) = skip else { return false };
        rest = &rest[skip..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{has_autoincrement, predicate};

    #[test]
    fn autoincrement_counts_only_as_a_word_of_sql() {
        assert!(has_autoincrement(
            "CREATE TABLE t (id INTEGER PRIMARY KEY AutoIncrement)"
        ));
        for sql in [
            r#"CREATE TABLE t ("autoincrement" INTEGER)"#,
            "CREATE TABLE t (a TEXT DEFAULT 'autoincrement')",
            "CREATE TABLE t (a TEXT -- autoincrement\n)",
            "CREATE TABLE t (a TEXT /* autoincrement */, autoincrement_2 INT)",
        ] {
            assert!(!has_autoincrement(sql), "{sql}");
        }
    }

    #[test]
    fn a_predicate_is_what_follows_where() {
        let text = |sql| predicate(sql).map(|expression| expression.source.to_string());
        assert_eq!(
            text(r#"CREATE INDEX "where" ON t("a where b") where a = 'where'"#).as_deref(),
            Some("a = 'where'")
        );
        assert_eq!(text("CREATE INDEX i ON nowhere(a)"), None);
    }
}
