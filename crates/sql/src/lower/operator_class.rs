//! PostgreSQL's operator classes, from schema names to SQL names.

/// What PostgreSQL spells as one word.
const WORDS: &[(&str, &str)] = &[
    ("MinMax", "Minmax"),
    ("VarBit", "Varbit"),
    ("TimestampTz", "Timestamptz"),
    ("TimeTz", "Timetz"),
];

/// Returns the SQL name: snake case (`Int4MinMaxOps` is `int4_minmax_ops`).
pub(crate) fn sql(name: &str) -> Box<str> {
    let name = WORDS
        .iter()
        .fold(name.to_owned(), |name, (from, to)| name.replace(from, to));
    let mut sql = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() && !sql.is_empty() {
            sql.push('_');
        }
        sql.push(c.to_ascii_lowercase());
    }
    sql.into()
}

#[cfg(test)]
mod tests {
    use super::sql;

    #[test]
    fn names_are_those_of_the_server() {
        for (name, expected) in [
            ("JsonbPathOps", "jsonb_path_ops"),
            ("Int4MinMaxOps", "int4_minmax_ops"),
            ("Int4MinMaxMultiOps", "int4_minmax_multi_ops"),
            ("TimestampTzBloomOps", "timestamptz_bloom_ops"),
            ("VarBitMinMaxOps", "varbit_minmax_ops"),
            ("InetOps", "inet_ops"),
        ] {
            assert_eq!(&*sql(name), expected);
        }
    }
}
