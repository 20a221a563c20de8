use std::fmt;

/// A lock on a table of PostgreSQL, weakest first ("Table-Level Locks" in the manual).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lock {
    /// `ACCESS SHARE`: reading.
    AccessShare,
    /// `ROW SHARE`: `SELECT … FOR UPDATE`.
    RowShare,
    /// `ROW EXCLUSIVE`: writing.
    RowExclusive,
    /// `SHARE UPDATE EXCLUSIVE`: keeps out other changes of the table, and neither readers nor writers.
    ShareUpdateExclusive,
    /// `SHARE`: keeps out writers.
    Share,
    /// `SHARE ROW EXCLUSIVE`: keeps out writers.
    ShareRowExclusive,
    /// `EXCLUSIVE`: keeps out writers.
    Exclusive,
    /// `ACCESS EXCLUSIVE`: keeps out everybody.
    AccessExclusive,
}

impl Lock {
    /// The lock that `pg_locks.mode` names: `AccessExclusiveLock`.
    pub fn of_mode(mode: &str) -> Option<Self> {
        Some(match mode {
            "AccessShareLock" => Self::AccessShare,
            "RowShareLock" => Self::RowShare,
            "RowExclusiveLock" => Self::RowExclusive,
            "ShareUpdateExclusiveLock" => Self::ShareUpdateExclusive,
            "ShareLock" => Self::Share,
            "ShareRowExclusiveLock" => Self::ShareRowExclusive,
            "ExclusiveLock" => Self::Exclusive,
            "AccessExclusiveLock" => Self::AccessExclusive,
            _ => return None,
        })
    }

    /// Whether readers have to wait.
    pub fn blocks_reads(self) -> bool {
        self == Self::AccessExclusive
    }

    /// Whether writers have to wait ("Conflicting Lock Modes" in the manual).
    pub fn blocks_writes(self) -> bool {
        self >= Self::Share
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccessShare => "ACCESS SHARE",
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        })
    }
}

/// How a server of MySQL's family carries out a change of a table: the cheapest way that it accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Online {
    /// How the table is changed.
    pub algorithm: Algorithm,
    /// Who waits meanwhile.
    pub lock: OnlineLock,
}

impl fmt::Display for Online {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "ALGORITHM={}, LOCK={}",
            self.algorithm.word(),
            self.lock.word()
        )
    }
}

/// `ALGORITHM=…` of `ALTER TABLE`, cheapest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// Only the table's description changes.
    Instant,
    /// The table is not written anew, though an index may be built (MariaDB).
    Nocopy,
    /// Without a copy that the server makes row by row; the table may still be written anew.
    Inplace,
    /// Row by row into a new table.
    Copy,
}

impl Algorithm {
    /// All of them, cheapest first.
    pub const ALL: [Self; 4] = [Self::Instant, Self::Nocopy, Self::Inplace, Self::Copy];

    /// As it stands in a statement.
    pub fn word(self) -> &'static str {
        match self {
            Self::Instant => "INSTANT",
            Self::Nocopy => "NOCOPY",
            Self::Inplace => "INPLACE",
            Self::Copy => "COPY",
        }
    }
}

/// `LOCK=…` of `ALTER TABLE`, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OnlineLock {
    /// Readers and writers go on.
    None,
    /// Writers wait.
    Shared,
    /// Everybody waits.
    Exclusive,
}

impl OnlineLock {
    /// All of them, weakest first.
    pub const ALL: [Self; 3] = [Self::None, Self::Shared, Self::Exclusive];

    /// As it stands in a statement.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Shared => "SHARED",
            Self::Exclusive => "EXCLUSIVE",
        }
    }
}
