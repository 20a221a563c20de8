//! The queries, and their rows.
//!
//! Each joins `sqlite_schema` with a pragma as a table, so that their number does not grow with the database. The tables behind
//! virtual tables are SQLite's own business, and so are names that begin with `sqlite_`.

use relata::{Connection, Result, Row};
use relata_script::Dialect;

pub(super) struct TableRow {
    pub(super) name: String,
    pub(super) sql: String,
}

pub(super) struct ColumnRow {
    pub(super) table: String,
    pub(super) name: String,
    pub(super) ty: String,
    pub(super) not_null: bool,
    pub(super) default: Option<String>,
    /// 1 for the first column of the primary key; 0 for a column outside of it.
    pub(super) key_position: i64,
    pub(super) is_generated: bool,
}

pub(super) struct IndexRow {
    pub(super) table: String,
    pub(super) name: String,
    pub(super) unique: bool,
    /// 0 for the first element.
    pub(super) position: i64,
    /// `c` for `CREATE INDEX`, `u` for a `UNIQUE` in the table, `pk` for its primary key.
    pub(super) origin: String,
    pub(super) sql: Option<String>,
    pub(super) column: Option<String>,
    pub(super) descending: bool,
    pub(super) collation: Option<String>,
}

pub(super) struct ForeignKeyRow {
    pub(super) table: String,
    pub(super) position: i64,
    pub(super) references: String,
    pub(super) from: String,
    pub(super) to: Option<String>,
    pub(super) on_update: String,
    pub(super) on_delete: String,
}

pub(super) async fn tables(db: &dyn Connection) -> Result<Vec<TableRow>> {
    let sql = "SELECT t.name, t.sql FROM pragma_table_list l JOIN sqlite_schema t ON t.name = l.name
        WHERE l.schema = 'main' AND l.type = 'table' AND t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_'
        ORDER BY t.rowid";
    rows(db, sql, |row| {
        Ok(TableRow {
            name: row.take(0)?,
            sql: row.take(1)?,
        })
    })
    .await
}

pub(super) async fn columns(db: &dyn Connection) -> Result<Vec<ColumnRow>> {
    // Hidden columns are the generated ones (2 and 3), and those of virtual tables, whose module may not even be there.
    let sql = "SELECT t.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk, c.hidden > 1
        FROM sqlite_schema t, pragma_table_xinfo(t.name) c
        WHERE t.type = 'table' AND t.rootpage <> 0 AND c.hidden <> 1
        ORDER BY t.rowid, c.cid";
    rows(db, sql, |row| {
        Ok(ColumnRow {
            table: row.take(0)?,
            name: row.take(1)?,
            ty: row.take(2)?,
            not_null: row.take(3)?,
            default: row.take(4)?,
            key_position: row.take(5)?,
            is_generated: row.take(6)?,
        })
    })
    .await
}

pub(super) async fn indexes(db: &dyn Connection) -> Result<Vec<IndexRow>> {
    // The name of a constraint's index ends in its number; the pragma has the last one first.
    let sql =
        "SELECT t.name, i.name, i.\"unique\", c.seqno, i.origin, s.sql, c.name, c.\"desc\", c.coll
        FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_xinfo(i.name) c
        LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = i.name
        WHERE t.type = 'table' AND t.rootpage <> 0 AND c.key = 1
        ORDER BY t.rowid, s.rowid, i.seq DESC, c.seqno";
    rows(db, sql, |row| {
        Ok(IndexRow {
            table: row.take(0)?,
            name: row.take(1)?,
            unique: row.take(2)?,
            position: row.take(3)?,
            origin: row.take(4)?,
            sql: row.take(5)?,
            column: row.take(6)?,
            descending: row.take(7)?,
            collation: row.take(8)?,
        })
    })
    .await
}

pub(super) async fn foreign_keys(db: &dyn Connection) -> Result<Vec<ForeignKeyRow>> {
    // The pragma numbers the keys of a table from the last to the first.
    let sql = "SELECT t.name, k.seq, k.\"table\", k.\"from\", k.\"to\", k.on_update, k.on_delete
        FROM sqlite_schema t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table' AND t.rootpage <> 0
        ORDER BY t.rowid, k.id DESC, k.seq";
    rows(db, sql, |row| {
        Ok(ForeignKeyRow {
            table: row.take(0)?,
            position: row.take(1)?,
            references: row.take(2)?,
            from: row.take(3)?,
            to: row.take(4)?,
            on_update: row.take(5)?,
            on_delete: row.take(6)?,
        })
    })
    .await
}

/// An object with its statement.
pub(super) struct CodeRow {
    pub(super) name: String,
    pub(super) table: String,
    pub(super) sql: String,
}

pub(super) async fn views(db: &dyn Connection) -> Result<Vec<CodeRow>> {
    code(db, "type = 'view'").await
}

pub(super) async fn triggers(db: &dyn Connection) -> Result<Vec<CodeRow>> {
    code(db, "type = 'trigger'").await
}

/// Virtual tables have no pages of their own.
pub(super) async fn virtual_tables(db: &dyn Connection) -> Result<Vec<CodeRow>> {
    code(db, "type = 'table' AND rootpage = 0").await
}

async fn code(db: &dyn Connection, kind: &str) -> Result<Vec<CodeRow>> {
    let sql = format!(
        "SELECT name, tbl_name, sql FROM sqlite_schema WHERE {kind} AND sql IS NOT NULL ORDER BY name"
    );
    rows(db, &sql, |row| {
        Ok(CodeRow {
            name: row.take(0)?,
            table: row.take(1)?,
            sql: row.take(2)?,
        })
    })
    .await
}

/// View, column and declared type, of all views or of one.
pub(super) async fn view_columns(
    db: &dyn Connection,
    only: Option<&str>,
) -> Result<Vec<(String, String, String)>> {
    let only = only
        .map(|name| format!(" AND v.name = {}", Dialect::Sqlite.string(name)))
        .unwrap_or_default();
    let sql = format!(
        "SELECT v.name, c.name, c.type FROM sqlite_schema v, pragma_table_xinfo(v.name) c
        WHERE v.type = 'view'{only} ORDER BY v.name, c.cid"
    );
    rows(db, &sql, |row| {
        Ok((row.take(0)?, row.take(1)?, row.take(2)?))
    })
    .await
}

async fn rows<T>(
    db: &dyn Connection,
    sql: &str,
    read: impl Fn(&mut Row) -> Result<T>,
) -> Result<Vec<T>> {
    let rows = db.query(sql, Vec::new()).await?;
    rows.into_iter().map(|mut row| read(&mut row)).collect()
}
