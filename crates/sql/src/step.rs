//! One step of a plan: its SQL, and the objects it needs, gives and takes away.

use std::fmt;

use crate::catalog::{Address, ObjectName};

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// The table or enum it is about, where it is about one.
    pub subject: Option<ObjectName>,
    /// What the reader of the script should know, a line each.
    pub notes: Vec<String>,
    /// Its SQL, each statement with its semicolon.
    pub statements: Vec<String>,
    /// How it touches objects; the order of a plan follows from this.
    pub effects: Effects,
}

/// How a step touches objects.
///
/// An object that changes in place is taken away as it was and given as it shall be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Must be there as they shall be: every step that gives one comes earlier.
    pub needs: Vec<Object>,
    /// Are there, as they shall be, from this step on.
    pub gives: Vec<Object>,
    /// Are gone, as they were, from this step on.
    pub takes: Vec<Object>,
    /// Must still be there as they were: every step that takes one away comes later.
    pub frees: Vec<Object>,
}

impl Effects {
    /// Adds those of another part of the same step.
    pub(crate) fn extend(&mut self, other: Self) {
        self.needs.extend(other.needs);
        self.gives.extend(other.gives);
        self.takes.extend(other.takes);
        self.frees.extend(other.frees);
    }
}

/// What steps depend on each other for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// A namespace.
    Namespace(Box<str>),
    /// An extension.
    Extension(Box<str>),
    /// An enum with its values.
    Enum(ObjectName),
    /// A table.
    Table(ObjectName),
    /// A column with its type.
    Column(ObjectName, Box<str>),
    /// That no row holds NULL in a column.
    Filled(ObjectName, Box<str>),
    /// The primary key of a table.
    PrimaryKey(ObjectName),
    /// An index of a table, by its name.
    Index(ObjectName, Box<str>),
    /// What foreign keys refer to: that these columns, sorted by name, are unique.
    Key(ObjectName, Vec<Box<str>>),
    /// An object of a kind that needs no place of its own here.
    Item(Address),
    /// That a table is a partition of another, or inherits from one.
    Attached(ObjectName),
    /// That a table no longer hangs under another, the second.
    Free(ObjectName, ObjectName),
    /// That a table has changed, and those under it with it.
    HandedDown(ObjectName),
    /// Which rows each partition of a table takes: no two may take the same, at any moment.
    Bounds(ObjectName),
    /// That a materialised view holds its rows.
    Refreshed(ObjectName),
    /// A name that only one object can have: in a namespace, a table, or the whole database, as the dialect has it.
    Name(Scope, Box<str>),
}

/// Where a name must be the only one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Among the tables, indexes and sequences of a namespace.
    Relations(Option<Box<str>>),
    /// Among the types of a namespace.
    Types(Option<Box<str>>),
    /// Among the functions of a namespace. Several can have one, but where another takes the place of one, a call could mean
    /// either while both are there.
    Functions(Option<Box<str>>),
    /// Among the indexes of a table.
    Indexes(ObjectName),
    /// Among the constraints of a table, or of the database where it has no table.
    Constraints(Option<ObjectName>),
}

/// What a step does: the word after `--` above it.
///
/// The order of the variants is the order in which scripts read, as Prisma writes them. It decides only between steps
/// that nothing else puts in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum StepKind {
    /// Sets up the session.
    Settings,
    /// Takes rights on objects to come back, before any comes.
    DropDefaultPrivileges,
    /// Makes a namespace.
    CreateSchema,
    /// Installs an extension.
    CreateExtension,
    /// Changes an extension.
    AlterExtension,
    /// Renames an enum or domain.
    RenameType,
    /// Renames a value of an enum.
    RenameValue,
    /// Renames a table.
    RenameTable,
    /// Renames a column.
    RenameColumn,
    /// Renames a sequence.
    RenameSequence,
    /// Makes a collation.
    CreateCollation,
    /// Makes an enum.
    CreateEnum,
    /// Changes the values of an enum.
    AlterEnum,
    /// Makes a composite or range type.
    CreateType,
    /// Makes a domain.
    CreateDomain,
    /// Drops an event trigger.
    DropEventTrigger,
    /// Drops a trigger.
    DropTrigger,
    /// Drops a policy.
    DropPolicy,
    /// Drops an event of the scheduler.
    DropEvent,
    /// Drops a rule.
    DropRule,
    /// Drops extended statistics.
    DropStatistics,
    /// Drops a view.
    DropView,
    /// Drops a foreign key.
    DropForeignKey,
    /// Lets a table go from the one that it is a partition or heir of.
    DetachPartition,
    /// Drops an index.
    DropIndex,
    /// Puts a value where NULL was.
    Backfill,
    /// Changes a table in place.
    AlterTable,
    /// Drops a table.
    DropTable,
    /// Drops an object that is known by the statement that made it.
    DropDefinition,
    /// Drops a function, procedure or aggregate.
    DropFunction,
    /// Drops a sequence.
    DropSequence,
    /// Drops a domain.
    DropDomain,
    /// Drops a composite or range type.
    DropType,
    /// Drops a collation.
    DropCollation,
    /// Drops an enum.
    DropEnum,
    /// Takes values out of an enum, after all that used them (CockroachDB).
    DropEnumValue,
    /// Changes a composite type.
    AlterType,
    /// Changes a domain.
    AlterDomain,
    /// Makes a sequence.
    CreateSequence,
    /// Makes a function, procedure or aggregate.
    CreateFunction,
    /// Makes an object by the statement that it is known by.
    CreateDefinition,
    /// Changes parts of such an object.
    AlterDefinition,
    /// Makes a table.
    CreateTable,
    /// Makes tables anew and copies their rows (SQLite).
    RedefineTables,
    /// Ties a sequence to the column that it goes away with.
    AlterSequence,
    /// Makes a view.
    CreateView,
    /// Makes an index.
    CreateIndex,
    /// Makes a table a partition of another.
    AttachPartition,
    /// Puts the rows of a table that was made anew back.
    CopyRows,
    /// Renames a foreign key.
    RenameForeignKey,
    /// Makes a foreign key.
    AddForeignKey,
    /// Changes when a foreign key is checked.
    AlterForeignKey,
    /// Renames an index.
    RenameIndex,
    /// Changes how an index is kept.
    AlterIndex,
    /// Makes an index anew under another name.
    RedefineIndex,
    /// Says how rows are kept by means of an index.
    AlterStorage,
    /// Makes extended statistics.
    CreateStatistics,
    /// Makes a rule.
    CreateRule,
    /// Fills a materialised view.
    RefreshView,
    /// Makes a trigger.
    CreateTrigger,
    /// Makes a policy.
    CreatePolicy,
    /// Drops an extension.
    DropExtension,
    /// Drops a namespace.
    DropSchema,
    /// Makes an event of the scheduler.
    CreateEvent,
    /// Says what an object is for.
    Comment,
    /// Gives or takes rights.
    Grant,
    /// Gives or takes rights on objects to come, after all that come with the plan.
    AlterDefaultPrivileges,
    /// Makes an event trigger, after all that it could fire for.
    CreateEventTrigger,
}

impl StepKind {
    /// Returns the word that stands above the step in a script.
    pub fn header(self) -> &'static str {
        match self {
            Self::Settings => "Settings",
            Self::CreateSchema => "CreateSchema",
            Self::CreateExtension => "CreateExtension",
            Self::AlterExtension => "AlterExtension",
            Self::RenameType => "RenameType",
            Self::RenameValue => "RenameValue",
            Self::RenameTable => "RenameTable",
            Self::RenameColumn => "RenameColumn",
            Self::RenameSequence => "RenameSequence",
            Self::CreateEnum => "CreateEnum",
            Self::AlterEnum | Self::DropEnumValue => "AlterEnum",
            Self::DropForeignKey => "DropForeignKey",
            Self::DropIndex => "DropIndex",
            Self::Backfill => "Backfill",
            Self::AlterTable | Self::AlterStorage => "AlterTable",
            Self::DropTable => "DropTable",
            Self::DropEnum => "DropEnum",
            Self::CreateTable => "CreateTable",
            Self::RedefineTables => "RedefineTables",
            Self::CreateIndex => "CreateIndex",
            Self::RenameForeignKey => "RenameForeignKey",
            Self::AddForeignKey => "AddForeignKey",
            Self::RenameIndex => "RenameIndex",
            Self::AlterIndex => "AlterIndex",
            Self::AlterForeignKey => "AlterForeignKey",
            Self::RedefineIndex => "RedefineIndex",
            Self::DropEventTrigger => "DropEventTrigger",
            Self::DropTrigger => "DropTrigger",
            Self::DropPolicy => "DropPolicy",
            Self::DropEvent => "DropEvent",
            Self::DropRule => "DropRule",
            Self::DropStatistics => "DropStatistics",
            Self::DropView => "DropView",
            Self::DropDefinition => "DropObject",
            Self::CreateDefinition => "CreateObject",
            Self::AlterDefinition => "AlterObject",
            Self::DropFunction => "DropFunction",
            Self::DropSequence => "DropSequence",
            Self::DropDomain => "DropDomain",
            Self::DropType => "DropType",
            Self::DropCollation => "DropCollation",
            Self::CreateCollation => "CreateCollation",
            Self::CreateType => "CreateType",
            Self::CreateDomain => "CreateDomain",
            Self::CreateSequence => "CreateSequence",
            Self::CreateFunction => "CreateFunction",
            Self::AlterSequence => "AlterSequence",
            Self::CreateView => "CreateView",
            Self::AttachPartition => "AttachPartition",
            Self::DetachPartition => "DetachPartition",
            Self::CopyRows => "CopyRows",
            Self::AlterType => "AlterType",
            Self::AlterDomain => "AlterDomain",
            Self::DropExtension => "DropExtension",
            Self::DropSchema => "DropSchema",
            Self::CreateStatistics => "CreateStatistics",
            Self::CreateRule => "CreateRule",
            Self::RefreshView => "RefreshView",
            Self::CreateTrigger => "CreateTrigger",
            Self::CreatePolicy => "CreatePolicy",
            Self::CreateEvent => "CreateEvent",
            Self::Comment => "Comment",
            Self::Grant => "Grant",
            Self::DropDefaultPrivileges | Self::AlterDefaultPrivileges => "AlterDefaultPrivileges",
            Self::CreateEventTrigger => "CreateEventTrigger",
        }
    }
}

impl fmt::Display for StepKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.header())
    }
}
