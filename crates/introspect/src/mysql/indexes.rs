//! Primary keys and indexes.

use relata::Result;
use relata_schema::ir::{Algorithm, IndexKind, Sort};
use relata_sql::catalog::{Address, Index, IndexColumn, Kind, PrimaryKey, Table};

use super::{Describer, own, printed, quoted};

/// One row for each element of each index.
struct Row {
    table: String,
    name: String,
    not_unique: i64,
    column: Option<String>,
    /// `A`, `D`, or nothing where the index is not sorted.
    sort: Option<String>,
    length: Option<i64>,
    kind: String,
    comment: String,
    hidden: String,
    expression: Option<String>,
}

impl Describer {
    pub(super) async fn indexes(&mut self) -> Result<()> {
        // MariaDB has no indexes over expressions; each server has its own word for an index that plans do not use.
        let (hidden, expression) = match (
            self.session.is_mariadb(),
            self.session.mariadb_since((10, 6)),
        ) {
            (false, _) => ("IF(IS_VISIBLE = 'NO', 'invisible', '')", "EXPRESSION"),
            (true, true) => ("IF(IGNORED = 'YES', 'ignored', '')", "NULL"),
            (true, false) => ("''", "NULL"),
        };
        let sql = format!(
            "SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, COLLATION, SUB_PART, INDEX_TYPE, INDEX_COMMENT,
                {hidden}, {expression}
            FROM information_schema.STATISTICS WHERE {} ORDER BY SEQ_IN_INDEX",
            self.session.own("TABLE_SCHEMA")
        );
        let mut rows = self
            .session
            .read(&sql, |row| {
                Ok(Row {
                    table: row.next()?,
                    name: row.next()?,
                    not_unique: row.next()?,
                    column: row.next()?,
                    sort: row.next()?,
                    length: row.next()?,
                    kind: row.next()?,
                    comment: row.next()?,
                    hidden: row.next()?,
                    expression: row.next()?,
                })
            })
            .await?;
        // Elements stay in their order, the sort being a stable one.
        rows.sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        for row in rows {
            let Some(place) = self.place(&row.table) else {
                continue;
            };
            let is_new = element(&mut self.catalog.tables[place], &row);
            if is_new && !self.temporal.is_empty() {
                let key = (row.table.clone(), row.name.clone());
                if self.temporal.contains(&key) {
                    set_temporal(&mut self.catalog.tables[place], &row.name);
                }
            }
            if is_new && !row.comment.is_empty() {
                let on = Address::part(Kind::Index, &own(&row.table), &row.name);
                self.comment(on, &row.comment);
            }
        }
        Ok(())
    }
}

/// Adds an element, and tells whether it is the first of its index.
fn element(table: &mut Table, row: &Row) -> bool {
    let column = column(row);
    // A key is a hash there by itself (manual, "The MEMORY Storage Engine").
    let is_tree = row.kind == "BTREE" && row.not_unique == 0 && is_in_memory(table);
    let using = || vec![("using".into(), "BTREE".into())];
    if row.name == "PRIMARY" {
        let key = table
            .primary_key
            .get_or_insert_with(|| PrimaryKey::new(None, Vec::new()));
        if is_tree {
            key.options = using();
        }
        key.columns.push(column);
        return key.columns.len() == 1;
    }
    if let Some(last) = table
        .indexes
        .last_mut()
        .filter(|last| *last.name == *row.name)
    {
        last.columns.push(column);
        return false;
    }
    let kind = match &*row.kind {
        "FULLTEXT" => IndexKind::Fulltext,
        _ if row.not_unique == 0 => IndexKind::Unique,
        _ => IndexKind::Normal,
    };
    let mut index = Index::new(&row.name, kind, vec![column]);
    // A unique over long texts is a hash to MariaDB whatever was asked for, and nothing can be said of it.
    if row.kind == "HASH" && kind == IndexKind::Normal {
        index.algorithm = Some(Algorithm::Hash);
    }
    if row.kind == "SPATIAL" {
        index.method = Some("SPATIAL".into());
    }
    if is_tree {
        index.options = using();
    }
    if !row.hidden.is_empty() {
        index.options.push((row.hidden.as_str().into(), "".into()));
    }
    table.indexes.push(index);
    true
}

/// Says of the key that was begun last that it is over the table's period.
fn set_temporal(table: &mut Table, name: &str) {
    if name == "PRIMARY" {
        table
            .primary_key
            .iter_mut()
            .for_each(|key| key.is_temporal = true);
    } else if let Some(index) = table.indexes.last_mut() {
        index.is_temporal = true;
    }
}

fn is_in_memory(table: &Table) -> bool {
    let mut options = table.storage.options.iter();
    options.any(|(name, value)| &**name == "engine" && value.eq_ignore_ascii_case("memory"))
}

fn column(row: &Row) -> IndexColumn {
    let mut column = IndexColumn::new(row.column.as_deref().unwrap_or_default());
    column.expression = row
        .expression
        .as_deref()
        .map(|sql| printed(&quoted::unescaped(sql)));
    if row.sort.as_deref() == Some("D") {
        column.sort = Sort::Desc;
    }
    // A spatial index always counts 32 bytes.
    column.length = row
        .length
        .filter(|_| row.kind != "SPATIAL")
        .and_then(|length| u32::try_from(length).ok());
    column
}
