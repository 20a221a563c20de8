//! The modes under which the server keeps the text of routines, triggers and events.

/// The words of `sql_mode` that change how a text is read rather than what it does to rows (MariaDB, "`SQL_MODE`"; MySQL, "Server SQL
/// Modes"). Those that only make the server stricter are as each client likes them, and no difference between two databases.
const WORDS: [&str; 8] = [
    "REAL_AS_FLOAT",
    "PIPES_AS_CONCAT",
    "ANSI_QUOTES",
    "IGNORE_SPACE",
    "NO_BACKSLASH_ESCAPES",
    "HIGH_NOT_PRECEDENCE",
    "EMPTY_STRING_IS_NULL",
    "ORACLE",
];

/// What of a `sql_mode` counts for a text; `None` where it is read as usual.
pub(super) fn of_text(mode: &str) -> Option<Box<str>> {
    let words: Vec<&str> = mode.split(',').filter(|it| WORDS.contains(it)).collect();
    (!words.is_empty()).then(|| words.join(",").into())
}

/// Tells whether a text is PL/SQL (MariaDB, "`SQL_MODE=ORACLE`").
pub(super) fn is_oracle(mode: &str) -> bool {
    mode.split(',').any(|it| it == "ORACLE")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_the_reading_counts() {
        assert_eq!(of_text("STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION"), None);
        assert_eq!(of_text(""), None);
        let read = of_text("STRICT_ALL_TABLES,ANSI_QUOTES,PIPES_AS_CONCAT");
        assert_eq!(read.as_deref(), Some("ANSI_QUOTES,PIPES_AS_CONCAT"));
    }
}
