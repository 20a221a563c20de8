use std::fmt;

use crate::Error;

/// Prisma's limit for the directory name, timestamp included.
const LIMIT: usize = 200;

/// The name of a migration: one directory inside the migrations folder.
///
/// Names sort by their bytes, which is the order in which migrations are applied.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MigrationName(String);

impl MigrationName {
    /// Names a new migration by Prisma's rule: `<stamp>_<name>`, lower-cased, everything but `[a-z0-9_]` as `_`; an empty
    /// name leaves the stamp and its `_`. The stamp is UTC, `YYYYMMDDhhmmss`.
    ///
    /// ```
    /// use relata_script::MigrationName;
    /// let name = MigrationName::new("20260131120000", "Add users/posts")?;
    /// assert_eq!(name.as_str(), "20260131120000_add_users_posts");
    /// # Ok::<(), relata_script::Error>(())
    /// ```
    pub fn new(stamp: &str, name: &str) -> Result<Self, Error> {
        if !is_stamp(stamp) {
            return Err(Error::BadStamp {
                stamp: stamp.to_owned(),
            });
        }
        let mut out = format!("{stamp}_");
        out.extend(name.trim().chars().map(|c| match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9' | '_') => c,
            _ => '_',
        }));
        if out.len() > LIMIT {
            return Err(Error::NameTooLong {
                length: out.len(),
                limit: LIMIT,
            });
        }
        Ok(Self(out))
    }

    /// Takes the name of an existing directory or history row, whatever rule it was named by, as long as it stays inside
    /// the migrations folder.
    pub fn existing(directory: &str) -> Result<Self, Error> {
        if is_single_component(directory) {
            Ok(Self(directory.to_owned()))
        } else {
            Err(Error::EscapingName {
                name: directory.to_owned(),
            })
        }
    }

    /// The directory name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The timestamp, where the name starts with one.
    pub fn stamp(&self) -> Option<&str> {
        self.0.get(..14).filter(|stamp| is_stamp(stamp))
    }
}

impl fmt::Display for MigrationName {
    /// Prints the name with [`crate::terminal`]'s escapes: an existing directory may be called anything.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::terminal(&self.0))
    }
}

/// Whether a name is exactly one path component on every system: not empty, not `.` or `..`, with no separator, drive or
/// stream mark (`:`), and no NUL.
pub fn is_single_component(name: &str) -> bool {
    !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\', ':', '\0'])
}

fn is_stamp(text: &str) -> bool {
    text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> String {
        MigrationName::new("20260131120000", name).unwrap().0
    }

    #[test]
    fn new_names_follow_prisma() {
        assert_eq!(named("init"), "20260131120000_init");
        assert_eq!(named(""), "20260131120000_");
        assert_eq!(named("Größe Ändern"), "20260131120000_gr__e__ndern");
        assert_eq!(named("../../etc/passwd"), "20260131120000_______etc_passwd");
        assert_eq!(named("a\0b\n"), "20260131120000_a_b");
    }

    #[test]
    fn long_names_and_bad_stamps_are_refused() {
        assert_eq!(named(&"x".repeat(185)).len(), 200);
        let error = MigrationName::new("20260131120000", &"x".repeat(186)).unwrap_err();
        assert!(error.to_string().contains("P3010"), "{error}");
        for stamp in ["", "2026", "2026013112000x", "２０２６"] {
            assert_eq!(MigrationName::new(stamp, "x").unwrap_err().code(), "R1003");
        }
    }

    #[test]
    fn existing_names_stay_inside_the_folder() {
        assert_eq!(MigrationName::existing("0_init").unwrap().stamp(), None);
        assert_eq!(
            MigrationName::existing("20260131120000_ü").unwrap().stamp(),
            Some("20260131120000")
        );
        for name in ["", ".", "..", "a/b", "/etc", "a\\b", "C:", "a\0"] {
            assert_eq!(
                MigrationName::existing(name).unwrap_err().code(),
                "R1004",
                "{name:?}"
            );
        }
        assert_eq!(
            MigrationName::existing("a\nb").unwrap().to_string(),
            r"a\nb"
        );
    }
}
