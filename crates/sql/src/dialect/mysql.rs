//! What only MySQL and MariaDB write.

use std::fmt::Write as _;

use relata_schema::ir::{Algorithm, IndexKind};
use relata_script::{Dialect, words};

use super::{Writer, option};
use crate::catalog::{
    Address, Column, Default, Expression, Index, IndexColumn, Kind, Sequence, Table, TypeKind, View,
};

/// The collation of a table that says nothing else, as Prisma makes them.
pub(crate) const COLLATION: &str = "utf8mb4_unicode_ci";

/// What a catalog says of a table in other words than `CREATE TABLE` has; the rest of its options stand as they are.
const WORDS: [&str; 3] = ["collate", "with system versioning", "period"];

pub(super) fn column(writer: &Writer<'_>, table: &Table, column: &Column) -> String {
    let with_kept = writer.kept.map(|it| it.column(table, column));
    let column = with_kept.as_deref().unwrap_or(column);
    let options = &column.storage.options;
    let mut sql = writer.ident(&column.name);
    sql.push(' ');
    let ty = writer.column_type(&column.ty);
    match (option(options, "display width"), ty.split_once(' ')) {
        (None, _) => sql.push_str(&ty),
        (Some(width), Some((name, rest))) => {
            let _ = write!(sql, "{name}({width}) {rest}");
        }
        (Some(width), None) => {
            let _ = write!(sql, "{ty}({width})");
        }
    }
    if let Some(collation) = &column.collation {
        let _ = write!(sql, " COLLATE {}", writer.ident(&collation.name));
    }
    if let Some(generated) = &column.generated {
        sql.push_str(&computed(&generated.expression, generated.stored));
    } else if !column.nullable {
        sql.push_str(" NOT NULL");
    } else if !column.is_autoincrement() {
        sql.push_str(" NULL");
    }
    if let Some(default) = writer.default(column) {
        sql.push_str(" DEFAULT ");
        match &column.default {
            Some(Default::Expression(expression)) => sql.push_str(&bracketed(expression)),
            _ => sql.push_str(&default),
        }
    }
    if let Some(now) = option(options, "on update") {
        let _ = write!(sql, " ON UPDATE {now}");
    }
    if column.is_autoincrement() {
        sql.push_str(" AUTO_INCREMENT");
        // Said before it, the word counts for nothing (MariaDB).
        if column.nullable {
            sql.push_str(" NULL");
        }
    }
    for (name, words) in [
        ("invisible", " INVISIBLE"),
        ("without system versioning", " WITHOUT SYSTEM VERSIONING"),
    ] {
        if option(options, name).is_some() {
            sql.push_str(words);
        }
    }
    let address = Address::column(&table.name, &column.name);
    let kept = || writer.kept.and_then(|it| it.comment(&address));
    if let Some(text) = writer.comment(&address).or_else(kept) {
        let _ = write!(sql, " COMMENT {}", writer.string(text));
    }
    // MariaDB names the check of a column after it.
    let own = table
        .checks
        .iter()
        .filter(|check| check.name == column.name);
    let kept = writer.kept.map(|it| it.checks_of(table, &column.name));
    for check in own.chain(kept.unwrap_or_default()) {
        let _ = write!(sql, " CHECK ({})", check.expression.source);
    }
    sql
}

/// What a column is computed from; MariaDB takes neither `NULL` nor `NOT NULL` after it (manual, "Generated Columns").
fn computed(expression: &Expression, stored: bool) -> String {
    let source = &expression.source;
    if period_end(source).is_some() {
        return format!(" GENERATED ALWAYS AS {source}");
    }
    let kind = if stored { "STORED" } else { "VIRTUAL" };
    format!(" GENERATED ALWAYS AS ({source}) {kind}")
}

/// Tells whether a column says when its row began to hold, or stopped to (MariaDB, "System-Versioned Tables").
fn period_end(source: &str) -> Option<usize> {
    ["ROW START", "ROW END"]
        .iter()
        .position(|end| source.eq_ignore_ascii_case(end))
}

/// What a server printed as an expression stands in brackets, which MySQL asks for and MariaDB takes. What somebody wrote is left
/// as it is.
fn bracketed(expression: &Expression) -> String {
    let sql = &*expression.source;
    let lower = sql.to_ascii_lowercase();
    let plain = lower.starts_with("current_timestamp")
        || lower.starts_with("b'")
        || lower.starts_with("x'")
        || lower.starts_with("0x");
    if expression.canonical.is_none() || plain || expression.is_bracketed() {
        sql.to_owned()
    } else {
        format!("({sql})")
    }
}

pub(super) fn create_table(writer: &Writer<'_>, table: &Table) -> String {
    let mut body: Vec<String> = table
        .columns
        .iter()
        .map(|each| format!("    {}", column(writer, table, each)))
        .collect();
    let mut keys: Vec<String> = table
        .indexes
        .iter()
        .map(|index| format!("    {}", key(writer, table, index)))
        .collect();
    if let Some(key) = &table.primary_key {
        keys.push(format!(
            "    PRIMARY KEY ({}){}{}",
            writer.table_key(table, &key.columns, key.is_temporal),
            using(&key.options),
            index_comment(writer, table, "PRIMARY")
        ));
    }
    if let Some(first) = keys.first_mut() {
        first.insert(0, '\n');
    }
    body.append(&mut keys);
    body.extend(period(writer, table).map(|period| format!("    {period}")));
    let own = option(&table.storage.options, "period");
    body.extend(own.map(|period| format!("    PERIOD FOR {period}")));
    let checks = table
        .checks
        .iter()
        .filter(|check| table.column(&check.name).is_none());
    body.extend(checks.map(|check| format!("    {}", writer.check(check))));
    format!(
        "CREATE TABLE {} (\n{}\n){};",
        writer.name(&table.name),
        body.join(",\n"),
        tail(writer, table)
    )
}

/// What stands behind the columns and keys of a table.
fn tail(writer: &Writer<'_>, table: &Table) -> String {
    let options = &table.storage.options;
    let mut sql = match option(options, "collate") {
        Some(collation) => format!(" COLLATE {collation}"),
        None => format!(" DEFAULT CHARACTER SET utf8mb4 COLLATE {COLLATION}"),
    };
    for (name, value) in options.iter().filter(|(name, _)| !WORDS.contains(&&**name)) {
        let _ = write!(sql, " {name}={value}");
    }
    if let Some(text) = writer.comment(&Address::of(Kind::Table, &table.name)) {
        let _ = write!(sql, " COMMENT = {}", writer.string(text));
    }
    if option(options, "with system versioning").is_some() {
        sql.push_str(" WITH SYSTEM VERSIONING");
    }
    if let Some(partitions) = &table.ancestry.partitioned_by {
        let _ = write!(sql, "\nPARTITION BY {partitions}");
    }
    sql
}

/// What takes back the options that a table has no more.
fn resets(from: &Table, to: &Table) -> Vec<String> {
    let after = &to.storage.options;
    let gone = from
        .storage
        .options
        .iter()
        .map(|(key, _)| &**key)
        .filter(|key| !WORDS.contains(key) && option(after, key).is_none());
    gone.filter_map(|key| match key {
        // The engine is a clause of the change itself; the others are of another engine, without a word for their usual value.
        "engine" | "page_checksum" | "transactional" => None,
        // These take numbers alone, of which 0 says nothing.
        "max_rows" | "min_rows" | "avg_row_length" | "checksum" | "delay_key_write"
        | "key_block_size" => Some(format!("{key}=0")),
        "insert_method" => Some("insert_method=NO".to_owned()),
        key => Some(format!("{key}=DEFAULT")),
    })
    .collect()
}

/// Another engine, in the same statement as what the old one or the new one cannot hold.
pub(super) fn engine(from: &Table, to: &Table) -> Option<String> {
    let [before, after] =
        [from, to].map(|table| option(&table.storage.options, "engine").unwrap_or("InnoDB"));
    (before != after).then(|| format!("engine={after}"))
}

/// The statements that lead from the options of a table to those of another (manual, "ALTER TABLE").
pub(super) fn change_options(writer: &Writer<'_>, from: &Table, to: &Table) -> Vec<String> {
    let name = writer.name(&to.name);
    let (before, after) = (&from.storage.options, &to.storage.options);
    let mut clauses = if option(before, "engine") == option(after, "engine") {
        resets(from, to)
    } else {
        Vec::new()
    };
    let mut statements = Vec::new();
    for (key, value) in after.iter().filter(|(key, _)| !WORDS.contains(&&**key)) {
        if &**key != "engine" && option(before, key) != Some(value) {
            clauses.push(format!("{key}={value}"));
        }
    }
    if !clauses.is_empty() {
        statements.push(format!("ALTER TABLE {name} {};", clauses.join(", ")));
    }
    if option(before, "collate") != option(after, "collate") {
        let collation = option(after, "collate").unwrap_or(COLLATION);
        let set = collation.split('_').next().unwrap_or(collation);
        statements.push(format!(
            "ALTER TABLE {name} CONVERT TO CHARACTER SET {set} COLLATE {collation};"
        ));
        // It takes every text along, and widens some types; the columns say what they are to be.
        let text = |column: &&Column| column.generated.is_none() && is_text(column);
        let columns = to.columns.iter().filter(text);
        let restated: Vec<String> = columns
            .map(|each| format!("MODIFY {}", column(writer, to, each)))
            .collect();
        if !restated.is_empty() {
            statements.push(format!("ALTER TABLE {name} {};", restated.join(", ")));
        }
    }
    let versioned = |options| option(options, "with system versioning").is_some();
    if versioned(after) && !versioned(before) && period(writer, to).is_none() && !has_spared(to) {
        statements.push(format!("ALTER TABLE {name} ADD SYSTEM VERSIONING;"));
    }
    if let Some(partitions) = &to.ancestry.partitioned_by
        && from.ancestry.partitioned_by != to.ancestry.partitioned_by
    {
        statements.push(format!("ALTER TABLE {name} PARTITION BY {partitions};"));
    }
    statements
}

/// Tells whether columns of a table take no part in its history, which has to be there before one can say so.
fn has_spared(table: &Table) -> bool {
    let mut columns = table.columns.iter();
    columns.any(|column| option(&column.storage.options, "without system versioning").is_some())
}

/// Tells whether the span of time differs that the rows of two tables are for (MariaDB, "Application-Time Periods").
pub(crate) fn differs_in_period(from: &Table, to: &Table) -> bool {
    option(&from.storage.options, "period") != option(&to.storage.options, "period")
}

/// The name of the span of time that the rows of a table are for.
fn period_name(table: &Table) -> Option<String> {
    let period = option(&table.storage.options, "period")?;
    let mut words = words(Dialect::Mysql, period).into_iter();
    words.find_map(|(word, _)| word.name(Dialect::Mysql))
}

/// The columns of a key that counts once at each moment: the server lists the end and the start of the span behind the others, and
/// is told its name instead of both.
pub(super) fn temporal_key(
    writer: &Writer<'_>,
    table: &Table,
    columns: &[IndexColumn],
) -> Option<String> {
    let period = period_name(table)?;
    let others = columns.get(..columns.len().checked_sub(2)?)?;
    let others = writer.key_columns(others);
    let separator = if others.is_empty() { "" } else { ", " };
    let period = writer.ident(&period);
    Some(format!("{others}{separator}{period} WITHOUT OVERLAPS"))
}

/// The clauses that take the span of time from a table, or give it one. Its keys and columns come and go in the same statement.
pub(super) fn periods(writer: &Writer<'_>, from: &Table, to: &Table) -> Vec<String> {
    let mut clauses = Vec::new();
    if !differs_in_period(from, to) {
        return clauses;
    }
    clauses.extend(period_name(from).map(|it| format!("DROP PERIOD FOR {}", writer.ident(&it))));
    let after = option(&to.storage.options, "period");
    clauses.extend(after.map(|period| format!("ADD PERIOD FOR {period}")));
    clauses
}

/// The clauses that begin or end the history of a table, where columns of it tell when its rows held: they come and go with it.
pub(super) fn versioning(writer: &Writer<'_>, from: &Table, to: &Table) -> Vec<String> {
    let versioned =
        |table: &Table| option(&table.storage.options, "with system versioning").is_some();
    match (versioned(from), versioned(to)) {
        (false, true) => match period(writer, to) {
            Some(period) => vec![format!("ADD {period}"), "ADD SYSTEM VERSIONING".to_owned()],
            None => Vec::new(),
        },
        (true, false) if period(writer, from).is_some() => {
            vec!["DROP SYSTEM VERSIONING".to_owned()]
        }
        _ => Vec::new(),
    }
}

/// The statements that come before any other change of a table: what keeps its columns and keys from changing goes.
pub(super) fn release(writer: &Writer<'_>, from: &Table, to: &Table) -> Vec<String> {
    let name = writer.name(&to.name);
    let mut statements = Vec::new();
    let versioned =
        |table: &Table| option(&table.storage.options, "with system versioning").is_some();
    if versioned(from) && !versioned(to) && period(writer, from).is_none() {
        statements.push(format!("ALTER TABLE {name} DROP SYSTEM VERSIONING;"));
    }
    if versioned(to) && !versioned(from) && period(writer, to).is_none() && has_spared(to) {
        statements.push(format!("ALTER TABLE {name} ADD SYSTEM VERSIONING;"));
    }
    if engine(from, to).is_some() {
        // The new engine need not know the options of the old one.
        let resets = resets(from, to);
        if !resets.is_empty() {
            statements.push(format!("ALTER TABLE {name} {};", resets.join(", ")));
        }
    }
    if let Some(key) = &from.ancestry.partitioned_by {
        let words = words(Dialect::Mysql, key);
        let mut names = words
            .iter()
            .filter_map(|(word, _)| word.name(Dialect::Mysql));
        let after = &to.ancestry.partitioned_by;
        // What divides the rows has to hold for every type that its columns have on the way.
        let is_in_the_way = |name: String| {
            let (before, column) = (from.column(&name), to.column(&name));
            before.is_some_and(|before| {
                column.is_none_or(|column| after.as_ref() != Some(key) && column.ty != before.ty)
            })
        };
        if after.is_none() || names.any(is_in_the_way) {
            statements.push(format!("ALTER TABLE {name} REMOVE PARTITIONING;"));
        }
    }
    statements
}

pub(super) fn is_text(column: &Column) -> bool {
    match &column.ty.kind {
        TypeKind::Values(_) => true,
        TypeKind::Native(ty) => ty.info.sql.contains("CHAR") || ty.info.sql.contains("TEXT"),
        // With a word behind it that the language does not have: `text COMPRESSED`.
        TypeKind::Unsupported(sql) => {
            let name: String = sql.chars().take_while(char::is_ascii_alphabetic).collect();
            let name = name.to_ascii_lowercase();
            column.collation.is_some() || name.ends_with("char") || name.ends_with("text")
        }
        _ => column.collation.is_some(),
    }
}

/// The kind of a key where the engine would choose another by itself.
pub(super) fn using(options: &[(Box<str>, Box<str>)]) -> &'static str {
    match option(options, "using") {
        Some(_) => " USING BTREE",
        None => "",
    }
}

/// Tells whether an index is a tree where the engine would make a hash by itself (manual, "The MEMORY Storage Engine").
fn is_tree_of_memory(table: &Table, index: &Index) -> bool {
    option(&table.storage.options, "engine").is_some_and(|it| it.eq_ignore_ascii_case("memory"))
        && index.kind == IndexKind::Normal
        && index.method.is_none()
}

/// The period of a table that names the columns of it.
fn period(writer: &Writer<'_>, table: &Table) -> Option<String> {
    let end = |which: usize| {
        table.columns.iter().find(|column| {
            let generated = column.generated.as_ref();
            generated.is_some_and(|it| period_end(&it.expression.source) == Some(which))
        })
    };
    let (from, to) = (end(0)?, end(1)?);
    Some(format!(
        "PERIOD FOR SYSTEM_TIME ({}, {})",
        writer.ident(&from.name),
        writer.ident(&to.name)
    ))
}

/// An index inside a table.
pub(super) fn key(writer: &Writer<'_>, table: &Table, index: &Index) -> String {
    let kind = match index.kind {
        _ if index.method.as_deref() == Some("SPATIAL") => "SPATIAL INDEX",
        IndexKind::Unique => "UNIQUE INDEX",
        IndexKind::Normal => "INDEX",
        IndexKind::Fulltext => "FULLTEXT INDEX",
    };
    format!(
        "{kind} {}({}){}",
        writer.ident(&index.name),
        writer.table_key(table, &index.columns, index.is_temporal),
        key_clauses(writer, table, index)
    )
}

/// What stands behind the columns of an index.
pub(super) fn key_clauses(writer: &Writer<'_>, table: &Table, index: &Index) -> String {
    let mut sql = String::new();
    if index.algorithm == Some(Algorithm::Hash) {
        sql.push_str(" USING HASH");
    } else if is_tree_of_memory(table, index) {
        sql.push_str(" USING BTREE");
    }
    sql.push_str(using(&index.options));
    sql.push_str(&index_comment(writer, table, &index.name));
    // MariaDB's word and MySQL's for an index that plans pass over.
    for word in ["ignored", "invisible"] {
        if option(&index.options, word).is_some() {
            let _ = write!(sql, " {}", word.to_ascii_uppercase());
        }
    }
    sql
}

pub(super) fn index_comment(writer: &Writer<'_>, table: &Table, index: &str) -> String {
    writer
        .comment(&Address::part(Kind::Index, &table.name, index))
        .map(|text| format!(" COMMENT {}", writer.string(text)))
        .unwrap_or_default()
}

/// The statement that makes a view from what the server keeps of it.
pub(super) fn create_view(writer: &Writer<'_>, view: &View) -> String {
    let mut sql = "CREATE".to_owned();
    if let Some(algorithm) = option(&view.options, "algorithm") {
        let _ = write!(sql, " ALGORITHM = {}", algorithm.to_ascii_uppercase());
    }
    if let Some(security) = option(&view.options, "security") {
        let _ = write!(sql, " SQL SECURITY {}", security.to_ascii_uppercase());
    }
    let _ = write!(sql, " VIEW {}", writer.name(&view.name));
    if let Some(columns) = option(&view.options, "columns") {
        let _ = write!(sql, " ({columns})");
    }
    let _ = write!(sql, " AS\n{}", view.query.source);
    if let Some(check) = option(&view.options, "check_option") {
        let _ = write!(sql, "\nWITH {} CHECK OPTION", check.to_ascii_uppercase());
    }
    sql.push(';');
    sql
}

/// The options of a sequence, all of them: what one has that says nothing differs between versions (MariaDB).
pub(super) fn sequence(sequence: &Sequence) -> String {
    let options = &sequence.options;
    format!(
        "START WITH {} MINVALUE {} MAXVALUE {} INCREMENT BY {} {} {}",
        options.start,
        options.min,
        options.max,
        options.increment,
        match options.cache {
            0 => "NOCACHE".to_owned(),
            cache => format!("CACHE {cache}"),
        },
        if options.cycle { "CYCLE" } else { "NOCYCLE" },
    )
}
