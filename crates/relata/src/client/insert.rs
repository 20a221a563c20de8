//! Rows into tables.

use crate::{BoxFuture, Error, Result, Row, Value};

use super::Session;
use super::bulk::Bulk;
use super::filter::{Compare, Node, Related};
use super::model::{Table, Through};
use super::nested::{Connect, Data, Named};
use super::render::{Flavor, Writer};
use super::select::{Item, Select};

/// The values of a row by column.
pub(super) type Values = Vec<(&'static str, Value)>;

/// Makes a row and all that hangs on it, and gives these columns of it.
pub(super) fn create<'a>(
    session: &'a Session,
    mut data: Data,
    wanted: Vec<&'static str>,
) -> BoxFuture<'a, Result<Row>> {
    Box::pin(async move {
        for (related, owner) in std::mem::take(&mut data.owners) {
            let far = related.link.far.to_vec();
            let values = match owner {
                Named::New(owner) => create(session, *owner, far).await?.into_values(),
                Named::There(key) => find(session, related.table, &key, &far).await?,
            };
            for (column, value) in related.link.near.iter().zip(values) {
                data.set(column, value);
            }
        }
        let mut columns = wanted.clone();
        for related in data
            .children
            .iter()
            .map(|(related, _)| related)
            .chain(data.connects.iter().map(|(related, _)| related))
        {
            for column in related.link.near {
                if !columns.contains(column) {
                    columns.push(column);
                }
            }
        }
        let row = one(session, data.table, data.values, &columns).await?;
        let of_row = |names: &[&'static str]| -> Vec<Value> {
            names
                .iter()
                .map(|name| {
                    let at = columns.iter().position(|column| column == name);
                    at.and_then(|at| row.value(at)).cloned().unwrap_or_default()
                })
                .collect()
        };
        let mut children = data.children.into_iter().peekable();
        while let Some((related, child)) = children.next() {
            let near = of_row(related.link.near);
            // Rows alone, one behind the other, go in one statement.
            if related.link.through.is_none() && child.is_plain() {
                let mut rows = vec![owned(child, related, &near).values];
                while let Some((_, child)) = children.next_if(|(next, child)| {
                    std::ptr::eq(next.link, related.link) && child.is_plain()
                }) {
                    rows.push(owned(child, related, &near).values);
                }
                let bulk = Bulk::new(session, related.table, rows).await?;
                bulk.run(session, false, &[]).await?;
            } else {
                add(session, related, child, &near).await?;
            }
        }
        for (related, there) in data.connects {
            connect(session, related, &of_row(related.link.near), there).await?;
        }
        let (names, mut values) = (columns, row.into_values());
        values.truncate(wanted.len());
        let names: Vec<String> = names[..wanted.len()]
            .iter()
            .map(|name| (*name).to_owned())
            .collect();
        Ok(Row::new(names.into(), values))
    })
}

/// The row with its parent's key in its foreign key.
fn owned(mut child: Data, related: Related, near: &[Value]) -> Data {
    for (column, value) in related.link.far.iter().zip(near) {
        child.set(column, value.clone());
    }
    child
}

/// Makes a row that belongs to the row with this key, or is joined to it.
pub(super) async fn add(
    session: &Session,
    related: Related,
    child: Data,
    near: &[Value],
) -> Result<()> {
    let Some(through) = &related.link.through else {
        let child = owned(child, related, near);
        create(session, child, Vec::new()).await?;
        return Ok(());
    };
    let far = create(session, child, related.link.far.to_vec()).await?;
    join(session, through, near, &far.into_values()).await
}

/// Lets a row that is there belong to the row with this key, or joins it to it; makes it where it shall be made.
pub(super) async fn connect(
    session: &Session,
    related: Related,
    near: &[Value],
    there: Connect,
) -> Result<()> {
    match (
        connect_there(session, related, near, &there.key).await,
        there.or,
    ) {
        (Err(Error::NotFound { .. }), Some(row)) => add(session, related, row, near).await,
        (outcome, _) => outcome,
    }
}

async fn connect_there(
    session: &Session,
    related: Related,
    near: &[Value],
    key: &[(&'static str, Value)],
) -> Result<()> {
    let link = related.link;
    if let Some(through) = &link.through {
        let far = find(session, related.table, key, link.far).await?;
        return join(session, through, near, &far).await;
    }
    let mut out = Writer::new(session.flavor().await?);
    let values = link.far.iter().copied().zip(near.iter().cloned());
    out.update(related.table, values);
    out.matching(related.table, key)?;
    if session.run(out).await? == 0 {
        return Err(not_found(related.table));
    }
    Ok(())
}

/// Writes a pair into the table of a many-to-many relation, if it is not there.
async fn join(session: &Session, through: &Through, near: &[Value], far: &[Value]) -> Result<()> {
    let mut out = Writer::new(session.flavor().await?);
    out.push("INSERT INTO ");
    out.qualified(through.namespace, through.name);
    out.push(" (");
    out.idents([through.near, through.far]);
    out.push(") VALUES (");
    out.value(near.first().cloned().unwrap_or_default());
    out.push(", ");
    out.value(far.first().cloned().unwrap_or_default());
    out.push(")");
    out.ignoring_duplicates(through.near);
    session.run(out).await?;
    Ok(())
}

/// Takes pairs out of the table of a many-to-many relation: those of this row, or only the one with the other row.
pub(super) async fn part(
    session: &Session,
    through: &Through,
    near: &[Value],
    far: Option<&[Value]>,
) -> Result<()> {
    let mut out = Writer::new(session.flavor().await?);
    out.push("DELETE FROM ");
    out.qualified(through.namespace, through.name);
    out.push(" WHERE ");
    out.ident(through.near);
    out.push(" = ");
    out.value(near.first().cloned().unwrap_or_default());
    if let Some(far) = far {
        out.push(" AND ");
        out.ident(through.far);
        out.push(" = ");
        out.value(far.first().cloned().unwrap_or_default());
    }
    session.run(out).await?;
    Ok(())
}

/// Columns of the row that a key names.
pub(super) async fn find(
    session: &Session,
    table: &'static Table,
    key: &[(&'static str, Value)],
    columns: &[&'static str],
) -> Result<Vec<Value>> {
    let mut select = Select::new(table);
    let equal = |(column, value): &(&'static str, Value)| {
        Node::compare(column, Compare::Equal, value.clone())
    };
    select.filter.extend(key.iter().map(equal));
    let items: Vec<Item> = columns.iter().map(|column| Item::Column(column)).collect();
    let out = select.write(session.flavor().await?, &items, &[])?;
    let rows = session.query(&out.text, out.params).await?;
    let row = rows.into_iter().next().ok_or_else(|| not_found(table))?;
    Ok(row.into_values())
}

pub(super) fn not_found(table: &Table) -> Error {
    Error::NotFound {
        table: Some(table.name.to_owned()),
    }
}

/// Adds what the client makes.
pub(super) fn filled(table: &'static Table, mut values: Values) -> Values {
    for (column, make) in table.made() {
        if !values.iter().any(|(name, _)| *name == column)
            && let Some(value) = make.value()
        {
            values.push((column, value));
        }
    }
    values
}

/// Makes one row, and gives these columns of it.
pub(super) async fn one(
    session: &Session,
    table: &'static Table,
    values: Values,
    wanted: &[&'static str],
) -> Result<Row> {
    let flavor = session.flavor().await?;
    let values = filled(table, values);
    if flavor == Flavor::Mysql && !wanted.is_empty() {
        return one_on_mysql(session, table, values, wanted).await;
    }
    let mut out = Writer::new(flavor);
    out.insert(table, values);
    if wanted.is_empty() {
        session.run(out).await?;
        return Ok(Row::new([].into(), Vec::new()));
    }
    out.returning(wanted);
    let rows = session.query(&out.text, out.params).await?;
    rows.into_iter().next().ok_or_else(|| not_found(table))
}

/// MySQL gives nothing back but the number that it made; the row is read by its key. From the manual.
async fn one_on_mysql(
    session: &Session,
    table: &'static Table,
    values: Values,
    wanted: &[&'static str],
) -> Result<Row> {
    let wanted = wanted.to_vec();
    let work = async move |session: Session| {
        let mut out = Writer::new(Flavor::Mysql);
        out.insert(table, values.clone());
        session.run(out).await?;
        let mut out = Writer::new(Flavor::Mysql);
        out.push("SELECT ");
        out.idents(wanted.iter().copied());
        out.push(" FROM ");
        out.table(table);
        let mut word = " WHERE ";
        for column in table.key {
            out.push(word);
            word = " AND ";
            out.ident(column);
            out.push(" = ");
            match values.iter().find(|(name, _)| name == column) {
                Some((_, value)) => out.value(value.clone()),
                None => out.push("LAST_INSERT_ID()"),
            }
        }
        let rows = session.query(&out.text, out.params).await?;
        rows.into_iter().next().ok_or_else(|| not_found(table))
    };
    // `LAST_INSERT_ID` is the session's, which a pool does not promise.
    if session.is_transaction() {
        work(session.clone()).await
    } else {
        session.atomically(work).await
    }
}

impl Writer {
    /// `INSERT INTO … VALUES …`, one row.
    pub(super) fn insert(&mut self, table: &Table, row: Values) {
        if row.is_empty() {
            self.push("INSERT INTO ");
            self.table(table);
            self.push(if self.flavor.is_mysql() {
                " () VALUES ()"
            } else {
                " DEFAULT VALUES"
            });
            return;
        }
        let names: Vec<&str> = row.iter().map(|(name, _)| *name).collect();
        self.insert_into(table, &names);
        self.push(" VALUES (");
        for (at, (_, value)) in row.into_iter().enumerate() {
            self.comma(at);
            self.value(value);
        }
        self.push(")");
    }

    /// `INSERT INTO … (…)`.
    pub(super) fn insert_into(&mut self, table: &Table, columns: &[&str]) {
        self.push("INSERT INTO ");
        self.table(table);
        self.push(" (");
        self.idents(columns.iter().copied());
        self.push(")");
    }

    /// Rows that are there already stay as they are. MySQL's `INSERT IGNORE` would also pass over other errors.
    pub(super) fn ignoring_duplicates(&mut self, column: &str) {
        if self.flavor.is_mysql() {
            self.push(" ON DUPLICATE KEY UPDATE ");
            self.ident(column);
            self.push(" = ");
            self.ident(column);
        } else {
            self.push(" ON CONFLICT DO NOTHING");
        }
    }

    pub(super) fn returning(&mut self, columns: &[&'static str]) {
        self.push(" RETURNING ");
        self.idents(columns.iter().copied());
    }

    /// `UPDATE … SET …`.
    pub(super) fn update(
        &mut self,
        table: &Table,
        values: impl IntoIterator<Item = (&'static str, Value)>,
    ) {
        self.push("UPDATE ");
        self.table(table);
        self.push(" SET ");
        for (at, (column, value)) in values.into_iter().enumerate() {
            self.comma(at);
            self.ident(column);
            self.push(" = ");
            self.value(value);
        }
    }

    /// `WHERE` these columns have these values.
    pub(super) fn matching(
        &mut self,
        table: &Table,
        values: &[(&'static str, Value)],
    ) -> Result<()> {
        let scope = self.scope(table);
        for (at, (column, value)) in values.iter().enumerate() {
            self.push(if at == 0 { " WHERE " } else { " AND " });
            self.node(
                &Node::compare(column, Compare::Equal, value.clone()),
                &scope,
            )?;
        }
        Ok(())
    }

    /// The table's full name, by which a statement that changes it calls it.
    pub(super) fn scope(&self, table: &Table) -> String {
        let mut out = Self::new(self.flavor);
        out.table(table);
        out.text
    }
}
