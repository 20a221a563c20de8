//! How rows are kept.

use super::ObjectName;

/// How a table or materialised view keeps its rows (PostgreSQL).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Storage {
    /// Whether the rows are lost in a crash: `UNLOGGED`.
    pub is_unlogged: bool,
    /// Storage parameters, in the server's order, those of the TOAST table with `toast.` before them.
    pub options: Vec<(Box<str>, Box<str>)>,
    /// The table access method, where it is not the server's default.
    pub access_method: Option<Box<str>>,
    /// The tablespace, where it is not the database's.
    pub tablespace: Option<Box<str>>,
    /// The index that `CLUSTER` sorts by.
    pub clustered_by: Option<Box<str>>,
    /// What the log says of a row that is gone.
    pub replica_identity: ReplicaIdentity,
}

/// What logical replication knows a changed row by (manual, "ALTER TABLE … REPLICA IDENTITY").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReplicaIdentity {
    /// Its primary key, if it has one.
    #[default]
    Default,
    /// Nothing.
    Nothing,
    /// All of it.
    Full,
    /// The columns of an index.
    Index(Box<str>),
}

/// Tables that a table hangs under.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ancestry {
    /// How it divides its rows among partitions: `RANGE (at)`, as the server prints it.
    pub partitioned_by: Option<Box<str>>,
    /// The table that it is a partition of, and which rows it takes: `FOR VALUES …` or `DEFAULT`.
    pub partition_of: Option<(ObjectName, Box<str>)>,
    /// The tables that it inherits from, in order.
    pub inherits: Vec<ObjectName>,
    /// The composite type whose attributes its columns are: `OF`.
    pub of_type: Option<ObjectName>,
}

/// Whether policies decide who sees which rows of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowSecurity {
    /// Whether they are asked at all.
    pub is_enabled: bool,
    /// Whether even the table's owner is asked for.
    pub is_forced: bool,
}
