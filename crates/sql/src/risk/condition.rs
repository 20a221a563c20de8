//! What values are like that do not come through a change of their column's type.

/// Which values of a column do not come through whole. Each condition is NULL, or false, for NULL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// A part of them is taken away.
    Cut(String),
    /// The statement fails on them.
    Unfit(String),
    /// They are read from text: it fails on the bad ones, and goes well where all are sure; of the others only the server's parser can tell.
    Read {
        /// Those that are surely not read.
        bad: String,
        /// Those that surely are.
        sure: String,
    },
}

impl Condition {
    /// Nothing is known of any value but NULL.
    pub(super) fn unknown(value: &str) -> Self {
        Self::Read {
            bad: "false".to_owned(),
            sure: format!("{value} IS NULL"),
        }
    }

    pub(super) fn is_cut(&self) -> bool {
        matches!(self, Self::Cut(_))
    }

    /// The same of the values in a list (PostgreSQL), of which `each` is one.
    pub(super) fn of_any(self, list: &str, each: &str) -> Self {
        let any = |condition: &str| {
            format!("EXISTS (SELECT 1 FROM unnest({list}) AS {each} WHERE {condition})")
        };
        match self {
            Self::Cut(condition) => Self::Cut(any(&condition)),
            Self::Unfit(condition) => Self::Unfit(any(&condition)),
            Self::Read { bad, sure } => Self::Read {
                bad: any(&bad),
                sure: format!("NOT {}", any(&format!("NOT ({sure})"))),
            },
        }
    }

    /// A query of how many rows hold such a value; NULL where there are values of which it cannot tell, and no bad ones.
    pub(super) fn count(&self, rows: &str) -> String {
        match self {
            Self::Cut(condition) | Self::Unfit(condition) => {
                format!("SELECT COUNT(*) FROM {rows} WHERE {condition}")
            }
            Self::Read { bad, sure } => {
                let bad = format!("COUNT(CASE WHEN {bad} THEN 1 END)");
                let unsure = format!("COUNT(CASE WHEN NOT ({sure}) THEN 1 END)");
                format!("SELECT CASE WHEN {bad} > 0 OR {unsure} = 0 THEN {bad} END FROM {rows}")
            }
        }
    }
}
