//! Triggers on rows, and on what happens to the structure.

use super::{Expression, ObjectName};

/// A trigger of a table or view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// Its name, the only one of its table.
    pub name: Box<str>,
    /// The table or view.
    pub table: ObjectName,
    /// The statement that makes it, without a semicolon.
    pub statement: Expression,
    /// When it fires.
    pub firing: Firing,
    /// The partitions, however far down, whose own copy fires otherwise, by name (PostgreSQL).
    pub on_partitions: Vec<(ObjectName, Firing)>,
    /// The trigger of the same table, moment and event that fires right before it (MySQL). Elsewhere their names decide, or nothing.
    pub follows: Option<Box<str>>,
}

/// When a trigger or rule fires, by the role that the session has in replication (manual, "ALTER TABLE … ENABLE TRIGGER").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Firing {
    /// In sessions that do not replay another server's changes.
    #[default]
    Origin,
    /// Never.
    Disabled,
    /// Only in sessions that replay.
    Replica,
    /// Everywhere.
    Always,
}

/// A trigger on what happens to the database's structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventTrigger {
    /// Its name.
    pub name: Box<str>,
    /// The event: `ddl_command_end`.
    pub event: Box<str>,
    /// The commands it is for; all of them where none is named.
    pub tags: Vec<Box<str>>,
    /// The function it calls.
    pub function: ObjectName,
    /// When it fires.
    pub firing: Firing,
}
