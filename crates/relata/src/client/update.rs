//! Changing rows.

use std::future::IntoFuture;
use std::marker::PhantomData;

use crate::{BoxFuture, Result, Value};

use super::assign::Op;
use super::create::wanted;
use super::filter::{Compare, Node, Related};
use super::found::Found;
use super::nested::{Connect, Data};
use super::render::{Flavor, Writer};
use super::select::Select;
use super::{
    Bare, Condition, IntoChange, IntoInclude, Lacks, Model, Plus, Record, Rel, Relation, Session,
    Shape, Table, ToMany, Under, UniqueWhere, include, insert,
};

/// A change, of whatever model.
pub(super) type Changed = (&'static str, Op, Value);

/// A row about to be changed.
#[must_use = "a query runs when it is awaited: write `.await` behind it"]
pub struct Update<'a, S> {
    session: &'a Session,
    table: &'static Table,
    key: Vec<(&'static str, Value)>,
    filter: Vec<Node>,
    changes: Vec<Changed>,
    links: Vec<(Related, LinkChange)>,
    shape: S,
}

/// What becomes of related rows.
enum LinkChange {
    Add(Data),
    Connect(Connect),
    Disconnect(Vec<(&'static str, Value)>),
    Replace(Vec<Vec<(&'static str, Value)>>),
}

impl<S> std::fmt::Debug for Update<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Update({})", self.table.name)
    }
}

impl<'a, M: Model> Update<'a, Bare<M>> {
    pub(super) fn new(session: &'a Session, key: UniqueWhere<M>) -> Self {
        Self {
            session,
            table: M::META,
            key: key.values,
            filter: Vec::new(),
            changes: Vec::new(),
            links: Vec::new(),
            shape: Bare::new(),
        }
    }

    pub(super) fn shaped<S>(self, shape: S) -> Update<'a, S> {
        Update {
            session: self.session,
            table: self.table,
            key: self.key,
            filter: self.filter,
            changes: self.changes,
            links: self.links,
            shape,
        }
    }
}

impl<'a, M: Model, S: Shape<Model = M>> Update<'a, S> {
    /// Only if the row meets the condition too; if it does not, that is [`Error::NotFound`](crate::Error::NotFound).
    pub fn filter(mut self, condition: impl Condition<M>) -> Self {
        self.filter.push(condition.into_filter().node);
        self
    }

    /// Changes a column.
    pub fn set(mut self, change: impl IntoChange<M>) -> Self {
        let change = change.into_change();
        self.changes.push((change.column, change.op, change.value));
        self
    }

    fn link(mut self, related: Related, change: LinkChange) -> Self {
        self.links.push((related, change));
        self
    }

    /// Makes a row of the relation.
    pub fn with<W, C>(self, _: Rel<W>, row: C) -> Self
    where
        W: Relation<From = M>,
        C: Under<W> + Record<Model = W::To>,
    {
        self.link(Rel::<W>::related(), LinkChange::Add(row.into_data()))
    }

    /// Connects the row with another one: joins them, or lets the other one belong to this one.
    pub fn connect<W>(self, _: Rel<W>, row: UniqueWhere<W::To>) -> Self
    where
        W: Relation<From = M, Arity: ToMany>,
    {
        let there = Connect {
            key: row.values,
            or: None,
        };
        self.link(Rel::<W>::related(), LinkChange::Connect(there))
    }

    /// Connects the row with another one; if there is none, makes it.
    ///
    /// # Errors
    ///
    /// [`Error::Unique`](crate::Error::Unique) if somebody else makes that row at the same time.
    pub fn connect_or_create<W, C>(self, _: Rel<W>, row: UniqueWhere<W::To>, new: C) -> Self
    where
        W: Relation<From = M, Arity: ToMany>,
        C: Under<W> + Record<Model = W::To>,
    {
        let there = Connect {
            key: row.values,
            or: Some(new.into_data()),
        };
        self.link(Rel::<W>::related(), LinkChange::Connect(there))
    }

    /// Takes the connection with another row away; if there is none, nothing happens.
    pub fn disconnect<W>(self, _: Rel<W>, row: UniqueWhere<W::To>) -> Self
    where
        W: Relation<From = M, Arity: ToMany>,
    {
        self.link(Rel::<W>::related(), LinkChange::Disconnect(row.values))
    }

    /// Connects the row with these rows and with no others.
    pub fn replace<W>(self, _: Rel<W>, rows: impl IntoIterator<Item = UniqueWhere<W::To>>) -> Self
    where
        W: Relation<From = M, Arity: ToMany>,
    {
        let rows = rows.into_iter().map(|row| row.values).collect();
        self.link(Rel::<W>::related(), LinkChange::Replace(rows))
    }

    /// Brings a relation of the row along, as it is after the change.
    pub fn include<X>(self, relation: X) -> Update<'a, Plus<S, X::Relation, X::Inner>>
    where
        X: IntoInclude<M>,
        S: Lacks<X::Relation>,
    {
        Update {
            session: self.session,
            table: self.table,
            key: self.key,
            filter: self.filter,
            changes: self.changes,
            links: self.links,
            shape: Plus {
                base: self.shape,
                include: relation.into_include(),
            },
        }
    }
}

impl<'a, S: Shape> IntoFuture for Update<'a, S> {
    type Output = Result<S::Output>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let table = self.table;
            let found = if self.links.is_empty() && !self.session.flavor().await?.is_mysql() {
                let session = self.session.clone();
                self.run(&session).await?
            } else {
                let session = self.session.clone();
                session
                    .atomically(async move |session| self.run(&session).await)
                    .await?
            };
            found.ok_or_else(|| insert::not_found(table))
        })
    }
}

impl<S: Shape> Update<'_, S> {
    /// Changes the row, if there is one.
    async fn run(self, session: &Session) -> Result<Option<S::Output>> {
        let (mut wanted, columns) = wanted(&self.shape);
        let end = wanted.len();
        for (related, _) in &self.links {
            for column in related.link.near {
                if !wanted[end..].contains(column) {
                    wanted.push(column);
                }
            }
        }
        let filter = UniqueWhere::<S::Model>::new(self.key).into_node();
        let mut nodes = vec![filter];
        nodes.extend(self.filter);
        let changes = stamped(self.table, self.changes);
        let row = one(session, self.table, nodes, changes, &wanted).await?;
        let Some(mut row) = row else {
            return Ok(None);
        };
        let model = S::Model::read(&mut row)?;
        let mut values = row.into_values();
        let linked = values.split_off(end);
        for (related, change) in self.links {
            let near: Vec<Value> = related
                .link
                .near
                .iter()
                .map(|name| {
                    let at = wanted[end..].iter().position(|column| column == name);
                    at.and_then(|at| linked.get(at))
                        .cloned()
                        .unwrap_or_default()
                })
                .collect();
            relink(session, related, change, &near).await?;
        }
        let needed = values.split_off(self.table.columns.len());
        let mut rows =
            include::shaped(session, self.shape, columns, Found::one(model, needed)).await?;
        Ok(rows.pop())
    }
}

async fn relink(
    session: &Session,
    related: Related,
    change: LinkChange,
    near: &[Value],
) -> Result<()> {
    let link = related.link;
    match change {
        LinkChange::Add(child) => insert::add(session, related, child, near).await,
        LinkChange::Connect(there) => insert::connect(session, related, near, there).await,
        LinkChange::Disconnect(key) => match &link.through {
            Some(through) => {
                let far = insert::find(session, related.table, &key, link.far).await?;
                insert::part(session, through, near, Some(&far)).await
            }
            None => detach(session, related, near, Some(key)).await,
        },
        LinkChange::Replace(keys) => {
            match &link.through {
                Some(through) => insert::part(session, through, near, None).await?,
                None => detach(session, related, near, None).await?,
            }
            for key in keys {
                let there = Connect { key, or: None };
                insert::connect(session, related, near, there).await?;
            }
            Ok(())
        }
    }
}

/// Takes the foreign key out of rows that refer to the row with this key.
async fn detach(
    session: &Session,
    related: Related,
    near: &[Value],
    key: Option<Vec<(&'static str, Value)>>,
) -> Result<()> {
    let mut out = Writer::new(session.flavor().await?);
    let nulls = related.link.far.iter().map(|column| (*column, Value::Null));
    out.update(related.table, nulls);
    let mut values: Vec<(&'static str, Value)> = related
        .link
        .far
        .iter()
        .copied()
        .zip(near.iter().cloned())
        .collect();
    values.extend(key.unwrap_or_default());
    out.matching(related.table, &values)?;
    session.run(out).await?;
    Ok(())
}

/// The changes and those that the client makes on its own.
pub(super) fn stamped(table: &'static Table, mut changes: Vec<Changed>) -> Vec<Changed> {
    for (column, make) in table.made() {
        if !changes.iter().any(|(name, ..)| *name == column)
            && let Some(value) = make.on_update()
        {
            changes.push((column, Op::Set, value));
        }
    }
    changes
}

/// Changes the one row that meets the conditions, and gives columns of it.
pub(super) async fn one(
    session: &Session,
    table: &'static Table,
    nodes: Vec<Node>,
    changes: Vec<Changed>,
    wanted: &[&'static str],
) -> Result<Option<crate::Row>> {
    let flavor = session.flavor().await?;
    if changes.is_empty() {
        return find(session, table, nodes, wanted, false).await;
    }
    if flavor.is_mysql() {
        // No RETURNING: the row is locked, changed, and read again by the key that it has then.
        let key = keys(table, &nodes);
        let Some(row) = find(session, table, nodes, &key, true).await? else {
            return Ok(None);
        };
        let old: Vec<(&'static str, Value)> = key.into_iter().zip(row.into_values()).collect();
        let new: Vec<Node> = old
            .iter()
            .map(|(column, value)| {
                let set = changes
                    .iter()
                    .find(|(name, op, _)| name == column && *op == Op::Set);
                let value = set.map_or(value, |(.., value)| value);
                Node::compare(column, Compare::Equal, value.clone())
            })
            .collect();
        let mut out = Writer::new(flavor);
        out.change(table, changes);
        out.matching(table, &old)?;
        session.run(out).await?;
        return find(session, table, new, wanted, false).await;
    }
    let mut out = Writer::new(flavor);
    out.change(table, changes);
    out.matched(table, nodes)?;
    out.returning(wanted);
    let rows = session.query(&out.text, out.params).await?;
    Ok(rows.into_iter().next())
}

/// The columns that name a row: the table's key, or those that the conditions name.
fn keys(table: &'static Table, nodes: &[Node]) -> Vec<&'static str> {
    if !table.key.is_empty() {
        return table.key.to_vec();
    }
    let mut found = Vec::new();
    if let Some(Node::And(nodes)) = nodes.first() {
        for node in nodes {
            if let Node::Compare { column, .. } = node {
                found.push(*column);
            }
        }
    }
    found
}

pub(super) async fn find(
    session: &Session,
    table: &'static Table,
    nodes: Vec<Node>,
    wanted: &[&'static str],
    lock: bool,
) -> Result<Option<crate::Row>> {
    let mut select = Select::new(table);
    select.filter = nodes;
    select.lock = lock;
    let items: Vec<_> = wanted
        .iter()
        .map(|column| super::select::Item::Column(column))
        .collect();
    let out = select.write(session.flavor().await?, &items, &[])?;
    let rows = session.query(&out.text, out.params).await?;
    Ok(rows.into_iter().next())
}

impl Writer {
    /// `UPDATE … SET …`.
    pub(super) fn change(&mut self, table: &Table, changes: Vec<Changed>) {
        self.push("UPDATE ");
        self.table(table);
        self.push(" SET ");
        let scope = self.scope(table);
        self.assignments(&scope, changes);
    }

    pub(super) fn assignments(&mut self, scope: &str, changes: Vec<Changed>) {
        for (at, (column, op, value)) in changes.into_iter().enumerate() {
            self.comma(at);
            self.ident(column);
            self.push(" = ");
            let sign = match op {
                Op::Set => {
                    self.value(value);
                    continue;
                }
                Op::Push => {
                    self.push("array_append(");
                    self.column(scope, column);
                    self.push(", ");
                    self.value(value);
                    self.push(")");
                    continue;
                }
                Op::Add => " + ",
                Op::Subtract => " - ",
                Op::Multiply => " * ",
                Op::Divide => " / ",
            };
            self.column(scope, column);
            self.push(sign);
            self.operand(value);
        }
    }

    /// `WHERE` the conditions hold.
    pub(super) fn matched(&mut self, table: &'static Table, nodes: Vec<Node>) -> Result<()> {
        if nodes.is_empty() {
            return Ok(());
        }
        self.push(" WHERE ");
        let node = Node::And(nodes);
        if self.flavor.is_mysql() && node.reaches_out() && !table.key.is_empty() {
            // A statement of MySQL cannot look into the table that it changes, unless that has been read before.
            let dialect = self.flavor.dialect();
            let names: Vec<String> = table.key.iter().map(|name| dialect.ident(name)).collect();
            let mut select = Select::new(table);
            select.filter = vec![node];
            let items: Vec<_> = table
                .key
                .iter()
                .map(|column| super::select::Item::Column(column))
                .collect();
            let inner = select.write(self.flavor, &items, &[])?;
            self.push(&format!(
                "({}) IN (SELECT * FROM ({}) AS found)",
                names.join(", "),
                inner.text
            ));
            self.params.extend(inner.params);
            return Ok(());
        }
        let scope = self.scope(table);
        self.node(&node, &scope)
    }
}

/// Rows about to be changed.
#[must_use = "a query runs when it is awaited: write `.await` behind it"]
pub struct UpdateMany<'a, M> {
    session: &'a Session,
    filter: Vec<Node>,
    changes: Vec<Changed>,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model> std::fmt::Debug for UpdateMany<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "UpdateMany({})", M::META.name)
    }
}

impl<'a, M: Model> UpdateMany<'a, M> {
    pub(super) fn new(session: &'a Session) -> Self {
        Self {
            session,
            filter: Vec::new(),
            changes: Vec::new(),
            marker: PhantomData,
        }
    }

    /// Only rows that meet the condition, besides those that were given before. Without any, all rows are changed.
    pub fn filter(mut self, condition: impl Condition<M>) -> Self {
        self.filter.push(condition.into_filter().node);
        self
    }

    /// Changes a column.
    pub fn set(mut self, change: impl IntoChange<M>) -> Self {
        let change = change.into_change();
        self.changes.push((change.column, change.op, change.value));
        self
    }
}

impl<'a, M: Model> IntoFuture for UpdateMany<'a, M> {
    type Output = Result<u64>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            if self.changes.is_empty() {
                return Ok(0);
            }
            let flavor: Flavor = self.session.flavor().await?;
            let mut out = Writer::new(flavor);
            out.change(M::META, stamped(M::META, self.changes));
            out.matched(M::META, self.filter)?;
            self.session.run(out).await
        })
    }
}
