//! Conditions as SQL.

use relata_script::Dialect;

use crate::{Error, Result, Value};

#[cfg(feature = "json")]
use super::filter::JsonTest;
use super::filter::{Compare, ListTest, Node, Place, Quantifier, Related};
use super::{Table, Through};

/// Which SQL a server speaks, where families differ among themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavor {
    Postgres,
    Mysql,
    Mariadb,
    Sqlite,
}

impl Flavor {
    pub(super) const fn dialect(self) -> Dialect {
        match self {
            Self::Postgres => Dialect::Postgres,
            Self::Mysql | Self::Mariadb => Dialect::Mysql,
            Self::Sqlite => Dialect::Sqlite,
        }
    }

    pub(super) const fn is_postgres(self) -> bool {
        matches!(self, Self::Postgres)
    }

    pub(super) const fn is_mysql(self) -> bool {
        matches!(self, Self::Mysql | Self::Mariadb)
    }

    /// How many parameters a statement takes: the protocol's 16 bits, and `SQLITE_MAX_VARIABLE_NUMBER`.
    pub(super) const fn parameters(self) -> usize {
        match self {
            Self::Sqlite => 32_766,
            _ => 65_535,
        }
    }
}

/// A statement in the making.
pub(super) struct Writer {
    pub(super) flavor: Flavor,
    pub(super) text: String,
    pub(super) params: Vec<Value>,
    aliases: usize,
}

/// Lists longer than this become one parameter where the database allows it: no limit is met, and the statement is the same one for
/// lists of any length, so that it is prepared once.
const LONG: usize = 32;

impl Writer {
    pub(super) fn new(flavor: Flavor) -> Self {
        Self {
            flavor,
            text: String::new(),
            params: Vec::new(),
            aliases: 0,
        }
    }

    pub(super) fn push(&mut self, sql: &str) {
        self.text.push_str(sql);
    }

    pub(super) fn ident(&mut self, name: &str) {
        let quote = if self.flavor.is_mysql() { '`' } else { '"' };
        if name.contains([quote, '\0']) {
            self.text.push_str(&self.flavor.dialect().ident(name));
            return;
        }
        // Nearly every name: nothing in it has to be escaped.
        self.text.push(quote);
        self.text.push_str(name);
        self.text.push(quote);
    }

    /// A list of names, with commas.
    pub(super) fn idents<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) {
        for (at, name) in names.into_iter().enumerate() {
            self.comma(at);
            self.ident(name);
        }
    }

    pub(super) fn comma(&mut self, at: usize) {
        if at > 0 {
            self.push(", ");
        }
    }

    /// A parameter.
    pub(super) fn value(&mut self, value: Value) {
        self.params.push(value);
        if self.flavor.is_postgres() {
            self.text.push('$');
            self.text.push_str(&self.params.len().to_string());
        } else {
            self.text.push('?');
        }
    }

    /// A parameter that a number is compared with or added to: MySQL would take a decimal, which goes as text, for a float.
    pub(super) fn operand(&mut self, value: Value) {
        #[cfg(feature = "decimal")]
        if self.flavor.is_mysql()
            && let Value::Decimal(decimal) = &value
        {
            let scale = decimal.scale();
            self.push("CAST(");
            self.value(value);
            self.push(&format!(" AS DECIMAL(65, {}))", scale.min(30)));
            return;
        }
        self.value(value);
    }

    pub(super) fn number(&mut self, number: u64) {
        self.value(Value::from(number));
    }

    /// A table's name.
    pub(super) fn table(&mut self, table: &Table) {
        self.qualified(table.namespace, table.name);
    }

    pub(super) fn qualified(&mut self, namespace: Option<&str>, name: &str) {
        if let Some(namespace) = namespace {
            self.ident(namespace);
            self.push(".");
        }
        self.ident(name);
    }

    /// A name for a table in this statement.
    pub(super) fn alias(&mut self) -> String {
        // A table is not likely to be called so; one that is would be hidden behind the alias.
        let alias = format!("r{}_", self.aliases);
        self.aliases += 1;
        alias
    }

    pub(super) fn column(&mut self, scope: &str, column: &str) {
        self.push(scope);
        self.push(".");
        self.ident(column);
    }

    /// `t0.a, t0.b`.
    pub(super) fn columns<'n>(&mut self, scope: &str, names: impl IntoIterator<Item = &'n str>) {
        for (at, name) in names.into_iter().enumerate() {
            self.comma(at);
            self.column(scope, name);
        }
    }

    /// A condition on the table that goes by the name `scope`.
    pub(super) fn node(&mut self, node: &Node, scope: &str) -> Result<()> {
        match node {
            Node::And(nodes) => self.joined(nodes, scope, " AND ", "1 = 1")?,
            Node::Or(nodes) => self.joined(nodes, scope, " OR ", "1 = 0")?,
            Node::Not(node) => {
                self.push("NOT (");
                self.node(node, scope)?;
                self.push(")");
            }
            Node::Compare { column, op, value } => self.compare(scope, column, *op, value),
            Node::Columns { left, op, right } => {
                self.column(scope, left);
                self.push(op.sql());
                self.column(scope, right);
            }
            Node::Within {
                column,
                values,
                negated,
                ignore_case,
            } => self.within(scope, column, values, *negated, *ignore_case),
            Node::Null { column, negated } => {
                self.column(scope, column);
                self.push(if *negated { " IS NOT NULL" } else { " IS NULL" });
            }
            Node::Text {
                column,
                place,
                text,
                ignore_case,
            } => {
                let mut of_column = Self::new(self.flavor);
                of_column.column(scope, column);
                self.like(&of_column.text, *place, text, *ignore_case);
            }
            Node::EqualText { column, text } => {
                self.push("LOWER(");
                self.column(scope, column);
                self.push(") = LOWER(");
                self.value(text.as_str().into());
                self.push(if self.flavor.is_postgres() {
                    "::text)"
                } else {
                    ")"
                });
            }
            Node::Json { column, path, test } => self.json(scope, column, path, test),
            Node::List {
                column,
                test,
                value,
            } => self.list(scope, column, *test, value)?,
            Node::Related {
                related,
                quantifier,
                node,
            } => self.exists(scope, *related, *quantifier, node)?,
            Node::Raw { pieces, values } => self.raw(pieces, values),
        }
        Ok(())
    }

    fn joined(&mut self, nodes: &[Node], scope: &str, word: &str, empty: &str) -> Result<()> {
        if let [node] = nodes {
            return self.node(node, scope);
        }
        if nodes.is_empty() {
            self.push(empty);
            return Ok(());
        }
        self.push("(");
        for (at, node) in nodes.iter().enumerate() {
            if at > 0 {
                self.push(word);
            }
            self.node(node, scope)?;
        }
        self.push(")");
        Ok(())
    }

    fn compare(&mut self, scope: &str, column: &str, op: Compare, value: &Value) {
        #[cfg(feature = "json")]
        if matches!(value, Value::Json(_)) {
            self.json(scope, column, &[], &JsonTest::Compare(op, value.clone()));
            return;
        }
        self.column(scope, column);
        self.push(op.sql());
        self.operand(value.clone());
    }

    fn within(
        &mut self,
        scope: &str,
        column: &str,
        values: &[Value],
        negated: bool,
        ignore_case: bool,
    ) {
        if values.is_empty() {
            self.push(if negated { "1 = 1" } else { "1 = 0" });
            return;
        }
        if ignore_case {
            self.push("LOWER(");
            self.column(scope, column);
            self.push(if negated { ") NOT IN (" } else { ") IN (" });
            for (at, value) in values.iter().enumerate() {
                self.comma(at);
                self.push("LOWER(");
                self.value(value.clone());
                self.push(if self.flavor.is_postgres() {
                    "::text)"
                } else {
                    ")"
                });
            }
            self.push(")");
            return;
        }
        let column = format!("{scope}.{}", self.flavor.dialect().ident(column));
        self.among(&column, values.to_vec(), negated);
    }

    /// `column IN (…)`, in as few parameters as the database allows.
    fn among(&mut self, column: &str, values: Vec<Value>, negated: bool) {
        self.push(column);
        if self.flavor.is_postgres() && !values.iter().any(|it| matches!(it, Value::List(_))) {
            self.push(if negated { " <> ALL (" } else { " = ANY (" });
            self.value(Value::List(values));
            self.push(")");
            return;
        }
        self.push(if negated { " NOT IN (" } else { " IN (" });
        if self.flavor == Flavor::Sqlite
            && values.len() > LONG
            && let Some(document) = document(&values)
        {
            self.push("SELECT value FROM json_each(");
            self.value(document.into());
            self.push(")");
        } else {
            for (at, value) in values.into_iter().enumerate() {
                self.comma(at);
                self.operand(value);
            }
        }
        self.push(")");
    }

    /// `(a, b) IN ((…), …)`; the keys stand one behind the other.
    pub(super) fn keys(&mut self, columns: &[String], keys: &[Value]) {
        if keys.is_empty() {
            self.push("1 = 0");
        } else if let [column] = columns {
            self.among(column, keys.to_vec(), false);
        } else {
            self.push("(");
            self.push(&columns.join(", "));
            // SQLite knows rows only as those of a subquery.
            self.push(if self.flavor == Flavor::Sqlite {
                ") IN (VALUES "
            } else {
                ") IN ("
            });
            for (at, key) in keys.chunks(columns.len()).enumerate() {
                self.comma(at);
                self.push("(");
                for (at, value) in key.iter().enumerate() {
                    self.comma(at);
                    self.operand(value.clone());
                }
                self.push(")");
            }
            self.push(")");
        }
    }

    /// A search in text.
    pub(super) fn like(&mut self, target: &str, place: Place, text: &str, ignore_case: bool) {
        let sqlite = self.flavor == Flavor::Sqlite;
        if sqlite && !ignore_case {
            // LIKE knows no case here; GLOB does.
            self.push(target);
            self.push(" GLOB ");
            self.value(glob(place, text).into());
            return;
        }
        let (pattern, escape) = match place {
            Place::Pattern => (text.to_owned(), '\\'),
            Place::Anywhere => (format!("%{}%", escaped(text)), '!'),
            Place::Start => (format!("{}%", escaped(text)), '!'),
            Place::End => (format!("%{}", escaped(text)), '!'),
        };
        if ignore_case && self.flavor.is_mysql() {
            self.push("LOWER(");
            self.push(target);
            self.push(") LIKE LOWER(");
            self.value(pattern.into());
            self.push(")");
        } else {
            self.push(target);
            self.push(if ignore_case && self.flavor.is_postgres() {
                " ILIKE "
            } else {
                " LIKE "
            });
            self.value(pattern.into());
        }
        // As a parameter, it needs no quoting that depends on the server's mode.
        self.push(" ESCAPE ");
        if escape == '!' {
            self.push("'!'");
        } else if self.flavor.is_mysql() {
            self.push("'\\\\'");
        } else {
            self.push("'\\'");
        }
    }

    fn list(&mut self, scope: &str, column: &str, test: ListTest, value: &Value) -> Result<()> {
        if !self.flavor.is_postgres() {
            return Err(Error::not_supported(
                "conditions on arrays, which only PostgreSQL has",
            ));
        }
        match test {
            ListTest::Has => {
                self.value(value.clone());
                self.push(" = ANY (");
                self.column(scope, column);
                self.push(")");
            }
            ListTest::HasEvery | ListTest::HasSome => {
                self.column(scope, column);
                self.push(if test == ListTest::HasEvery {
                    " @> "
                } else {
                    " && "
                });
                self.value(value.clone());
            }
            ListTest::IsEmpty | ListTest::IsNotEmpty => {
                // A row that was made without a list holds NULL, which is read as an empty one.
                self.push("COALESCE(cardinality(");
                self.column(scope, column);
                self.push(if test == ListTest::IsEmpty {
                    "), 0) = 0"
                } else {
                    "), 0) > 0"
                });
            }
        }
        Ok(())
    }

    fn exists(
        &mut self,
        scope: &str,
        related: Related,
        quantifier: Quantifier,
        node: &Node,
    ) -> Result<()> {
        self.push(if quantifier == Quantifier::Some {
            "EXISTS ("
        } else {
            "NOT EXISTS ("
        });
        let far = self.related(related, scope, |out, _| out.push("1"));
        if !matches!(node, Node::And(nodes) if nodes.is_empty()) {
            self.push(" AND ");
            if quantifier == Quantifier::Every {
                // A row for which the condition is unknown does not meet it.
                self.push("(");
                self.node(node, &far)?;
                self.push(") IS NOT TRUE");
            } else {
                self.node(node, &far)?;
            }
        } else if quantifier == Quantifier::Every {
            self.push(" AND 1 = 0");
        }
        self.push(")");
        Ok(())
    }

    /// `SELECT … FROM` the related rows of the row at hand, `WHERE` they are its own. Gives the name of their table.
    pub(super) fn related(
        &mut self,
        related: Related,
        scope: &str,
        what: impl FnOnce(&mut Self, &str),
    ) -> String {
        let far = self.alias();
        self.push("SELECT ");
        what(self, &far);
        self.push(" FROM ");
        self.table(related.table);
        self.push(" AS ");
        self.push(&far);
        let link = related.link;
        if let Some(through) = &link.through {
            let join = self.alias();
            self.join(through, &join, &far, link.far);
            self.push(" WHERE ");
            self.column(&join, through.near);
            self.push(" = ");
            self.column(scope, link.near.first().copied().unwrap_or_default());
        } else {
            for (at, (theirs, ours)) in link.far.iter().zip(link.near).enumerate() {
                self.push(if at > 0 { " AND " } else { " WHERE " });
                self.column(&far, theirs);
                self.push(" = ");
                self.column(scope, ours);
            }
        }
        far
    }

    /// Joins the table of a many-to-many relation to its far table.
    pub(super) fn join(&mut self, through: &Through, join: &str, far: &str, key: &[&str]) {
        self.push(" JOIN ");
        self.qualified(through.namespace, through.name);
        self.push(" AS ");
        self.push(join);
        self.push(" ON ");
        self.column(join, through.far);
        self.push(" = ");
        self.column(far, key.first().copied().unwrap_or_default());
    }

    pub(super) fn raw(&mut self, pieces: &[String], values: &[Value]) {
        let mut values = values.iter();
        for (at, piece) in pieces.iter().enumerate() {
            if at > 0
                && let Some(value) = values.next()
            {
                self.value(value.clone());
            }
            self.push(piece);
        }
    }
}

/// A text for `LIKE … ESCAPE '!'`.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '!' | '%' | '_') {
            out.push('!');
        }
        out.push(c);
    }
    out
}

/// A pattern of SQLite's `GLOB`, which has no escape but a class of one character.
fn glob(place: Place, text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    if matches!(place, Place::Anywhere | Place::End) {
        out.push('*');
    }
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '%' if place == Place::Pattern => out.push('*'),
            '_' if place == Place::Pattern => out.push('?'),
            '\\' if place == Place::Pattern => literal(characters.next().unwrap_or('\\'), &mut out),
            c => literal(c, &mut out),
        }
    }
    if matches!(place, Place::Anywhere | Place::Start) {
        out.push('*');
    }
    out
}

fn literal(c: char, out: &mut String) {
    if matches!(c, '*' | '?' | '[') {
        out.extend(['[', c, ']']);
    } else {
        out.push(c);
    }
}

/// Values as a JSON array, if all of them are whole numbers or texts, which it keeps as they are.
fn document(values: &[Value]) -> Option<String> {
    let mut out = String::from("[");
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        match value {
            Value::I64(number) => out.push_str(&number.to_string()),
            Value::Uuid(uuid) => quoted(&uuid.to_string(), &mut out),
            Value::Text(text) => quoted(text, &mut out),
            _ => return None,
        }
    }
    out.push(']');
    Some(out)
}

fn quoted(text: &str, out: &mut String) {
    use std::fmt::Write as _;
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() && c.is_ascii() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        assert_eq!(escaped("50%_!"), "50!%!_!!");
        assert_eq!(glob(Place::Anywhere, "a*b[?%"), "*a[*]b[[][?]%*");
        assert_eq!(glob(Place::Pattern, "a%b_c\\%\\"), "a*b?c%\\");
        assert_eq!(
            document(&[1_i64.into(), "a\"\n".into()]).unwrap(),
            "[1,\"a\\\"\\u000a\"]"
        );
    }
}
