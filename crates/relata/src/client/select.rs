//! A query of rows, of whatever model, as SQL.

use crate::{Result, Value};

use super::filter::{Compare, Node};
use super::model::{Link, Table};
use super::order::{By, Term};
use super::render::{Flavor, Writer};

/// What is asked for.
#[derive(Debug, Clone)]
pub(super) struct Select {
    pub(super) table: &'static Table,
    pub(super) filter: Vec<Node>,
    pub(super) order: Vec<Term>,
    pub(super) take: Option<u64>,
    pub(super) skip: u64,
    /// Whether the last rows are taken, and not the first.
    pub(super) from_end: bool,
    pub(super) cursor: Option<Vec<(&'static str, Value)>>,
    pub(super) distinct: Vec<&'static str>,
    /// Rows that belong to these rows of another table.
    pub(super) within: Option<Within>,
    /// Whether rows are locked until the transaction ends.
    pub(super) lock: bool,
    /// Whether a key is given, so that there is one row at most.
    pub(super) is_by_key: bool,
}

/// Rows that a link leads to.
#[derive(Debug, Clone)]
pub(super) struct Within {
    pub(super) link: &'static Link,
    /// The values of their keys, one key behind the other.
    pub(super) keys: Vec<Value>,
}

/// A piece of what each row gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Column(&'static str),
    /// How many rows there are.
    Rows,
    /// How many rows have a value.
    Count(&'static str),
    CountDistinct(&'static str),
    /// A sum as a whole number of 64 bits.
    SumInteger(&'static str),
    SumFloat(&'static str),
    SumDecimal(&'static str),
    AverageFloat(&'static str),
    AverageDecimal(&'static str),
    Min(&'static str),
    Max(&'static str),
}

/// The name of the row's number among those of its parent, or among those that are alike.
const NUMBER: &str = "relata_number";
/// The name of the parent's key in a joined query.
const PARENT: &str = "relata_parent";

impl Select {
    pub(super) fn new(table: &'static Table) -> Self {
        Self {
            table,
            filter: Vec::new(),
            order: Vec::new(),
            take: None,
            skip: 0,
            from_end: false,
            cursor: None,
            distinct: Vec::new(),
            within: None,
            lock: false,
            is_by_key: false,
        }
    }

    /// Whether the rows come in the order opposite to the one asked for.
    pub(super) fn is_reversed(&self) -> bool {
        self.from_end
    }

    /// The statement. Behind the items it gives the extra columns, and behind those the key of the parent where another table has it.
    pub(super) fn write(
        &self,
        flavor: Flavor,
        items: &[Item],
        extra: &[&'static str],
    ) -> Result<Writer> {
        let mut out = Writer::new(flavor);
        let order = self.effective_order(flavor);
        let per_parent = self.within.is_some() && (self.take.is_some() || self.skip > 0);
        let numbered = per_parent || !self.distinct.is_empty();
        let through = self
            .within
            .as_ref()
            .and_then(|within| within.link.through.as_ref());
        let scope = out.alias();
        let inner = if numbered { out.alias() } else { scope.clone() };
        let join = through.map(|through| (through, out.alias()));

        out.push("SELECT ");
        for (at, item) in items.iter().enumerate() {
            out.comma(at);
            out.item(&scope, *item);
        }
        for column in extra {
            out.push(", ");
            out.column(&scope, column);
        }
        if let Some((through, join)) = &join {
            out.push(", ");
            if numbered {
                out.column(&scope, PARENT);
            } else {
                out.column(join, through.near);
            }
        }
        out.push(" FROM ");
        if numbered {
            out.push("(SELECT ");
            out.push(&inner);
            out.push(".*");
            if let Some((through, join)) = &join {
                out.push(", ");
                out.column(join, through.near);
                out.push(" AS ");
                out.ident(PARENT);
            }
            out.push(", ROW_NUMBER() OVER (PARTITION BY ");
            if !self.distinct.is_empty() {
                out.columns(&inner, self.distinct.iter().copied());
                out.push(if self.within.is_some() { ", " } else { "" });
            }
            if let Some(within) = &self.within {
                match &join {
                    Some((through, join)) => out.column(join, through.near),
                    None => out.columns(&inner, within.link.far.iter().copied()),
                }
            }
            if !order.is_empty() {
                out.push(" ORDER BY ");
                out.order(&inner, &order);
            }
            out.push(") AS ");
            out.ident(NUMBER);
            out.push(" FROM ");
        }
        out.table(self.table);
        out.push(" AS ");
        out.push(&inner);
        if let (Some((through, join)), Some(within)) = (&join, &self.within) {
            out.join(through, join, &inner, within.link.far);
        }
        let join = join.as_ref().map(|(_, join)| join.as_str());
        self.conditions(&mut out, &inner, join, &order)?;
        if numbered {
            out.push(") AS ");
            out.push(&scope);
            out.push(" WHERE ");
            self.numbers(&mut out, &scope, per_parent);
        }
        if !order.is_empty() && !items.iter().any(|item| item.is_aggregate()) {
            out.push(" ORDER BY ");
            out.order(&scope, &order);
        }
        if !per_parent {
            out.limit(self.take, self.skip);
        }
        if self.lock && flavor != Flavor::Sqlite {
            out.push(" FOR UPDATE");
        }
        Ok(out)
    }

    /// The first rows of each parent, or the first of those that are alike.
    fn numbers(&self, out: &mut Writer, scope: &str, per_parent: bool) {
        if !per_parent || !self.distinct.is_empty() {
            out.column(scope, NUMBER);
            out.push(" = 1");
            return;
        }
        out.column(scope, NUMBER);
        out.push(" > ");
        out.number(self.skip);
        if let Some(take) = self.take {
            out.push(" AND ");
            out.column(scope, NUMBER);
            out.push(" <= ");
            out.number(self.skip.saturating_add(take));
        }
    }

    /// The order asked for, made total where a cursor needs it, and turned round where the last rows are asked for.
    fn effective_order(&self, flavor: Flavor) -> Vec<Term> {
        let mut order = self.order.clone();
        let mut complete = |columns: &mut dyn Iterator<Item = &'static str>| {
            for column in columns {
                if !order
                    .iter()
                    .any(|term| matches!(term.by, By::Column(name) if name == column))
                {
                    order.push(Term::ascending(column));
                }
            }
        };
        if let Some(cursor) = &self.cursor {
            complete(&mut cursor.iter().map(|(column, _)| *column));
        } else if self.from_end {
            complete(&mut self.table.key.iter().copied());
        }
        if self.is_reversed() {
            order = order
                .into_iter()
                .map(|term| term.reversed(flavor.is_postgres()))
                .collect();
        }
        order
    }

    /// `WHERE …`.
    fn conditions(
        &self,
        out: &mut Writer,
        scope: &str,
        join: Option<&str>,
        order: &[Term],
    ) -> Result<()> {
        let mut word = " WHERE ";
        if let Some(within) = &self.within {
            out.push(word);
            word = " AND ";
            let dialect = out.flavor.dialect();
            let columns: Vec<String> = match (&within.link.through, join) {
                (Some(through), Some(join)) => {
                    vec![format!("{join}.{}", dialect.ident(through.near))]
                }
                _ => within
                    .link
                    .far
                    .iter()
                    .map(|column| format!("{scope}.{}", dialect.ident(column)))
                    .collect(),
            };
            out.keys(&columns, &within.keys);
        }
        for node in &self.filter {
            out.push(word);
            word = " AND ";
            out.node(node, scope)?;
        }
        if let Some(cursor) = &self.cursor {
            out.push(word);
            out.since_cursor(self.table, scope, cursor, order);
        }
        Ok(())
    }
}

impl Item {
    pub(super) const fn is_aggregate(self) -> bool {
        !matches!(self, Self::Column(_))
    }
}

impl Writer {
    pub(super) fn item(&mut self, scope: &str, item: Item) {
        let (open, column, close) = match (item, self.flavor) {
            (Item::Column(column), _) => ("", column, ""),
            (Item::Rows, _) => {
                self.push("COUNT(*)");
                return;
            }
            (Item::Count(column), _) => ("COUNT(", column, ")"),
            (Item::CountDistinct(column), _) => ("COUNT(DISTINCT ", column, ")"),
            // Sums of integers are wider than their terms everywhere but on SQLite.
            (Item::SumInteger(column), Flavor::Postgres) => ("CAST(SUM(", column, ") AS BIGINT)"),
            (Item::SumInteger(column), Flavor::Mysql | Flavor::Mariadb) => {
                ("CAST(SUM(", column, ") AS SIGNED)")
            }
            (Item::SumInteger(column) | Item::SumFloat(column) | Item::SumDecimal(column), _) => {
                ("SUM(", column, ")")
            }
            (Item::AverageFloat(column), Flavor::Postgres) => {
                ("CAST(AVG(", column, ") AS DOUBLE PRECISION)")
            }
            // There is no cast to a double before MySQL 8.0.17; adding one makes one.
            (Item::AverageFloat(column), Flavor::Mysql | Flavor::Mariadb) => {
                ("(AVG(", column, ") + 0e0)")
            }
            (Item::AverageFloat(column), Flavor::Sqlite) => ("AVG(", column, ")"),
            // An average has as many digits as the server likes; a `Decimal` has 28.
            (Item::AverageDecimal(column), _) => ("ROUND(AVG(", column, "), 12)"),
            (Item::Min(column), _) => ("MIN(", column, ")"),
            (Item::Max(column), _) => ("MAX(", column, ")"),
        };
        self.push(open);
        self.column(scope, column);
        self.push(close);
    }

    /// The list behind `ORDER BY`.
    pub(super) fn order(&mut self, scope: &str, terms: &[Term]) {
        for (at, term) in terms.iter().enumerate() {
            self.comma(at);
            // MySQL has no NULLS FIRST.
            if self.flavor.is_mysql() && term.has_nulls_first(false) == term.descending {
                self.by(scope, &term.by);
                self.push(if term.has_nulls_first(false) {
                    " IS NOT NULL, "
                } else {
                    " IS NULL, "
                });
            }
            self.by(scope, &term.by);
            self.push(if term.descending { " DESC" } else { " ASC" });
            if !self.flavor.is_mysql()
                && let Some(first) = term.nulls_first
            {
                self.push(if first { " NULLS FIRST" } else { " NULLS LAST" });
            }
        }
    }

    fn by(&mut self, scope: &str, by: &By) {
        match by {
            By::Column(column) => self.column(scope, column),
            By::Count(related) => {
                self.push("(");
                self.related(*related, scope, |out, _| out.push("COUNT(*)"));
                self.push(")");
            }
            By::Related(related, by) => {
                self.push("(");
                self.related(*related, scope, |out, far| out.by(far, by));
                self.push(")");
            }
        }
    }

    pub(super) fn limit(&mut self, take: Option<u64>, skip: u64) {
        match (
            take.map(|take| take.min(i64::MAX.unsigned_abs())),
            self.flavor,
        ) {
            // As a number in the text: SQLite lets a limit decide how it goes about a query, and would prepare the statement anew for
            // each value of a parameter there, the same one included (`sqlite3_prepare_v3` in the manual).
            (Some(take), Flavor::Sqlite) => self.push(&format!(" LIMIT {take}")),
            (Some(take), _) => {
                self.push(" LIMIT ");
                self.number(take);
            }
            (None, Flavor::Sqlite) if skip > 0 => self.push(" LIMIT -1"),
            (None, Flavor::Mysql | Flavor::Mariadb) if skip > 0 => {
                self.push(" LIMIT 18446744073709551615");
            }
            _ => {}
        }
        if skip > 0 {
            self.push(" OFFSET ");
            self.number(skip.min(i64::MAX.unsigned_abs()));
        }
    }

    /// Rows at and behind the cursor's row, in this order; none if there is no such row.
    fn since_cursor(
        &mut self,
        table: &'static Table,
        scope: &str,
        cursor: &[(&'static str, Value)],
        order: &[Term],
    ) {
        self.push("EXISTS (SELECT 1");
        let row = self.alias();
        self.cursor_row(table, cursor, &row);
        self.push(") AND (");
        // A row is behind the cursor where one term is, and all terms before that are equal to those of the cursor.
        for last in 0..=order.len() {
            self.push(if last > 0 { " OR (" } else { "(" });
            for (at, term) in order[..last].iter().enumerate() {
                self.push(if at > 0 { " AND " } else { "" });
                self.by(scope, &term.by);
                self.push(match self.flavor {
                    Flavor::Postgres => " IS NOT DISTINCT FROM ",
                    Flavor::Sqlite => " IS ",
                    Flavor::Mysql | Flavor::Mariadb => " <=> ",
                });
                self.of_cursor(table, cursor, &term.by);
            }
            if let Some(term) = order.get(last) {
                self.push(if last > 0 { " AND " } else { "" });
                self.behind(table, scope, cursor, term);
            }
            self.push(")");
        }
        self.push(")");
    }

    /// The term is behind the cursor's.
    fn behind(
        &mut self,
        table: &'static Table,
        scope: &str,
        cursor: &[(&'static str, Value)],
        term: &Term,
    ) {
        self.push("(");
        self.by(scope, &term.by);
        self.push(if term.descending { " < " } else { " > " });
        self.of_cursor(table, cursor, &term.by);
        let is_key = |column| cursor.iter().any(|(name, _)| *name == column);
        if !matches!(term.by, By::Column(column) if is_key(column)) {
            let (ours, theirs) = if term.has_nulls_first(self.flavor.is_postgres()) {
                (" IS NOT NULL AND ", " IS NULL)")
            } else {
                (" IS NULL AND ", " IS NOT NULL)")
            };
            self.push(" OR (");
            self.by(scope, &term.by);
            self.push(ours);
            self.of_cursor(table, cursor, &term.by);
            self.push(theirs);
        }
        self.push(")");
    }

    /// What the cursor's row has.
    fn of_cursor(&mut self, table: &'static Table, cursor: &[(&'static str, Value)], by: &By) {
        let given = cursor
            .iter()
            .find(|(name, _)| matches!(by, By::Column(column) if column == name));
        if let Some((_, value)) = given {
            return self.value(value.clone());
        }
        let row = self.alias();
        self.push("(SELECT ");
        self.by(&row, by);
        self.cursor_row(table, cursor, &row);
        self.push(")");
    }

    fn cursor_row(&mut self, table: &'static Table, cursor: &[(&'static str, Value)], name: &str) {
        self.push(" FROM ");
        self.table(table);
        self.push(" AS ");
        self.push(name);
        for (at, (column, value)) in cursor.iter().enumerate() {
            self.push(if at == 0 { " WHERE " } else { " AND " });
            self.column(name, column);
            self.push(Compare::Equal.sql());
            self.value(value.clone());
        }
    }
}
