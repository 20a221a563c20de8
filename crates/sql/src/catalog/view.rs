//! Views and materialised views.

use super::{ColumnStorage, Expression, Index, ObjectName, Storage};

/// A view, materialised or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: ObjectName,
    /// The query, without a semicolon.
    pub query: Expression,
    /// The statement that makes it, where it is known as somebody wrote it: from `CREATE` on, without a semicolon. A server
    /// that keeps only the query has none.
    pub statement: Option<Box<str>>,
    /// Its columns, in order.
    pub columns: Vec<ViewColumn>,
    /// Options such as `security_barrier` and `check_option`, in the server's order; and `columns`, where a view names them beside its query
    /// (MySQL).
    pub options: Vec<(Box<str>, Box<str>)>,
    /// What a materialised view has beyond a plain one.
    pub materialized: Option<Materialized>,
}

/// A column of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewColumn {
    /// Its name.
    pub name: Box<str>,
    /// Its type, as the server prints it.
    pub ty: Box<str>,
    /// Its collation, where it is not that of its type.
    pub collation: Option<ObjectName>,
    /// What an insert through the view fills in.
    pub default: Option<Expression>,
}

/// What a materialised view has because it keeps rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Materialized {
    /// Its indexes, by name.
    pub indexes: Vec<Index>,
    /// How its rows are kept.
    pub storage: Storage,
    /// The columns that are not kept and sampled as their types have it, in order.
    pub columns: Vec<(Box<str>, ColumnStorage)>,
    /// Whether it holds rows; one that was made `WITH NO DATA` cannot be read.
    pub is_populated: bool,
}
