//! PostgreSQL extensions, as its complaints name them.

/// What an extension brings, and its name.
const BRINGS: &[(&str, &str)] = &[
    ("type \"citext\"", "citext"),
    ("type \"hstore\"", "hstore"),
    ("type \"ltree\"", "ltree"),
    ("type \"cube\"", "cube"),
    ("type \"vector\"", "vector"),
    ("type \"vector(", "vector"),
    ("type \"geometry\"", "postgis"),
    ("type \"geography\"", "postgis"),
    ("function uuid_generate_v", "uuid-ossp"),
    ("function gen_random_bytes", "pgcrypto"),
    ("function digest", "pgcrypto"),
    ("_trgm_ops\"", "pg_trgm"),
];

/// Returns the extension that the server does not have, from `extension "vector" is not available`.
pub(super) fn unavailable(complaint: &str) -> Option<&str> {
    let lacks = |line: &&str| {
        line.contains("is not available") || line.contains("could not open extension control file")
    };
    let line = complaint.lines().find(lacks)?;
    if let Some((_, rest)) = line.split_once("extension \"") {
        return rest.split('"').next();
    }
    let (_, file) = line.rsplit_once('/')?;
    file.split(".control").next()
}

/// Returns the extension that would bring what the server says does not exist.
pub(super) fn needed(complaint: &str) -> Option<&'static str> {
    let line = complaint
        .lines()
        .find(|line| line.contains("does not exist"))?;
    BRINGS
        .iter()
        .find(|(what, _)| line.contains(what))
        .map(|(_, extension)| *extension)
}

#[cfg(test)]
mod tests {
    use super::{needed, unavailable};

    #[test]
    fn complaints_name_extensions() {
        let line = "psql:<stdin>:1: ERROR:  extension \"vector\" is not available\nDETAIL:  …";
        assert_eq!(unavailable(line), Some("vector"));
        let line = "ERROR:  could not open extension control file \"/usr/share/postgresql/15/extension/vector.control\": No such file";
        assert_eq!(unavailable(line), Some("vector"));
        assert_eq!(
            needed("ERROR:  type \"citext\" does not exist\nLINE 4: …"),
            Some("citext")
        );
        assert_eq!(
            needed(
                "ERROR:  operator class \"gin_trgm_ops\" does not exist for access method \"gin\""
            ),
            Some("pg_trgm")
        );
        assert_eq!(needed("ERROR:  type \"status\" does not exist"), None);
    }
}
