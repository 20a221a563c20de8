use crate::types::jiff::Timestamp;

/// The two names that a history table may have. Both have the same columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryTable {
    /// `_prisma_migrations`: where it exists, it wins, so that Prisma can go on using the database.
    Prisma,
    /// `_relata_migrations`, for databases that never knew Prisma.
    Relata,
}

impl HistoryTable {
    /// The table's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prisma => "_prisma_migrations",
            Self::Relata => "_relata_migrations",
        }
    }
}

/// A row of the history, in Prisma's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// A UUID as text.
    pub id: String,
    /// The script's checksum when it was begun.
    pub checksum: String,
    /// When it was finished.
    pub finished_at: Option<Timestamp>,
    /// The directory's name.
    pub migration_name: String,
    /// What went wrong; our ledger while a script runs in steps.
    pub logs: Option<String>,
    /// When it was marked as rolled back.
    pub rolled_back_at: Option<Timestamp>,
    /// When it was begun.
    pub started_at: Timestamp,
    /// How many statements have run (Prisma: 0 or 1).
    pub applied_steps_count: i64,
}

/// What a row says of its migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    /// Finished.
    Applied,
    /// Begun, and neither finished nor rolled back.
    Failed,
    /// Marked as rolled back: the row counts for nothing any more.
    RolledBack,
}

impl HistoryRow {
    /// What the row says, by Prisma's rules.
    pub const fn state(&self) -> RowState {
        match (self.rolled_back_at, self.finished_at) {
            (Some(_), _) => RowState::RolledBack,
            (None, Some(_)) => RowState::Applied,
            (None, None) => RowState::Failed,
        }
    }
}
