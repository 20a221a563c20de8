//! Values of a type, as SQL literals.

use relata_script::Dialect;

/// What a value is to be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Ordinary, and another one for each row: above 100, where rows of others rarely are.
    Plain,
    /// As small as can be, and another one for each row: what checks rarely refuse.
    Small,
    /// As large, long, late or odd as the type allows.
    Edge,
}

/// A literal of that type for the row of that number; none for a type that nothing is known of.
///
/// The type is as SQL has it, `VARCHAR(20)` or `timestamp(3) with time zone`. Literals are strings wherever the server reads a string as a value
/// of the column's type, which is nearly everywhere.
pub(super) fn literal(dialect: Dialect, ty: &str, row: usize, shape: Shape) -> Option<String> {
    let ty = ty.trim().to_ascii_lowercase();
    if let Some(element) = ty.strip_suffix("[]") {
        let element = literal(dialect, element, row, shape)?;
        // A second pair of brackets would be another dimension, which the column takes as well.
        return Some(format!("ARRAY[{element}]::{}[]", ty.trim_end_matches("[]")));
    }
    let (name, arguments) = parts(&ty);
    let edge = shape == Shape::Edge;
    let n = match shape {
        Shape::Small => row + 1,
        Shape::Plain | Shape::Edge => row + 101,
    };
    let day = row % 27 + 1;
    let text = |text: String| Some(dialect.string(&text));
    match name.as_str() {
        "tinyint" if edge => text("127".to_owned()),
        "smallint" | "int2" | "smallserial" if edge => text("32767".to_owned()),
        "mediumint" if edge => text("8388607".to_owned()),
        "int" | "integer" | "int4" | "serial" if edge => text("2147483647".to_owned()),
        "bigint" | "int8" | "bigserial" if edge => text("9223372036854775807".to_owned()),
        "tinyint" | "smallint" | "int2" | "smallserial" | "mediumint" | "int" | "integer"
        | "int4" | "serial" | "bigint" | "int8" | "bigserial" | "oid" | "year" => {
            let n = if name == "year" { 1900 + n } else { n };
            // `tinyint(1)` is how MySQL writes a boolean.
            if name == "tinyint" && arguments == [1] {
                return Some((row % 2).to_string());
            }
            Some(n.to_string())
        }
        "decimal" | "numeric" | "dec" => text(decimal(&arguments, row, edge)),
        "money" => text(format!("{n}.50")),
        "real" | "float" | "float4" | "double" | "double precision" | "float8" => text(if edge {
            "1e30".to_owned()
        } else {
            format!("{n}.5")
        }),
        "boolean" | "bool" => Some(if dialect == Dialect::Sqlite {
            (row % 2).to_string()
        } else {
            if row.is_multiple_of(2) {
                "true"
            } else {
                "false"
            }
            .to_owned()
        }),
        "char" | "character" | "bpchar" | "nchar" => {
            text(word(row, arguments.first().copied().unwrap_or(1), edge))
        }
        "varchar" | "character varying" | "nvarchar" | "varchar2" => text(word(
            row,
            arguments.first().copied().unwrap_or(200).min(2000),
            edge,
        )),
        "text" | "tinytext" | "mediumtext" | "longtext" | "citext" | "clob" | "string" => {
            text(word(row, 200, edge))
        }
        "name" | "\"char\"" | "ltree" | "tsvector" | "tsquery" => text(format!("r{row}")),
        "uuid" | "uniqueidentifier" => text(if edge {
            "ffffffff-ffff-4fff-bfff-ffffffffffff".to_owned()
        } else {
            format!("00000000-0000-4000-8000-{row:012}")
        }),
        "date" => text(if edge {
            "9999-12-31".to_owned()
        } else {
            format!("2001-02-{day:02}")
        }),
        "time" | "time without time zone" => text(format!("{:02}:05:06", row % 24)),
        "timetz" | "time with time zone" => text(format!("{:02}:05:06+00", row % 24)),
        // The last second that four bytes hold.
        "timestamp" if edge && dialect == Dialect::Mysql => text("2038-01-19 03:14:07".to_owned()),
        "timestamp" | "timestamp without time zone" | "datetime" => text(if edge {
            "9999-12-31 23:59:59".to_owned()
        } else {
            format!("2001-02-{day:02} 04:05:06")
        }),
        "timestamptz" | "timestamp with time zone" => text(if edge {
            "9999-12-31 23:59:59+00".to_owned()
        } else {
            format!("2001-02-{day:02} 04:05:06+00")
        }),
        "interval" => text(format!("{n} days")),
        "json" | "jsonb" => text(if edge {
            "{\"a\": [1, null, \"é\"], \"b\": {}}".to_owned()
        } else {
            format!("{{\"row\": {row}}}")
        }),
        "bytea" => text(if edge {
            "\\x00ff27".to_owned()
        } else {
            format!("\\x{row:02x}")
        }),
        "blob" | "tinyblob" | "mediumblob" | "longblob" | "binary" | "varbinary" => Some(if edge {
            "X'00'".to_owned()
        } else {
            format!("X'{:02X}'", row % 256)
        }),
        "bit" | "bit varying" | "varbit" => {
            let width = arguments.first().copied().unwrap_or(1);
            let bits = format!("{row:0width$b}");
            let bits = &bits[bits.len() - width.min(bits.len())..];
            Some(format!("B'{bits}'"))
        }
        "inet" | "inet4" => text(format!("10.0.0.{}", row % 250 + 1)),
        "cidr" => text(format!("10.0.{}.0/24", row % 250)),
        "inet6" => text(format!("::{:x}", row + 1)),
        "macaddr" => text(format!("08:00:2b:01:02:{:02x}", row % 256)),
        "macaddr8" => text(format!("08:00:2b:01:02:03:04:{:02x}", row % 256)),
        "xml" => text(format!("<row>{row}</row>")),
        "pg_lsn" => text(format!("0/{n}")),
        "hstore" => text(format!("row=>{row}")),
        "point" if dialect == Dialect::Mysql => Some(format!("ST_GeomFromText('POINT({row} 1)')")),
        "geometry" if dialect == Dialect::Mysql => {
            Some(format!("ST_GeomFromText('POINT({row} 1)')"))
        }
        "linestring" => Some(format!("ST_GeomFromText('LINESTRING(0 0, {n} 1)')")),
        "polygon" if dialect == Dialect::Mysql => Some(format!(
            "ST_GeomFromText('POLYGON((0 0, {n} 0, {n} {n}, 0 0))')"
        )),
        "point" => text(format!("({row},1)")),
        "line" => text(format!("{{1,1,{row}}}")),
        "lseg" | "box" => text(format!("(0,0),({n},1)")),
        "path" | "polygon" => text(format!("((0,0),({n},0),(1,1))")),
        "circle" => text(format!("<(0,0),{n}>")),
        "int4range" | "int8range" | "numrange" => text(format!("[{n},{})", n + 1)),
        "daterange" | "tsrange" | "tstzrange" => {
            text(format!("[2001-02-{day:02},2001-02-{:02})", day + 1))
        }
        "vector" | "halfvec" => {
            let zeros = ",0".repeat(arguments.first().copied().unwrap_or(3).saturating_sub(1));
            text(format!("[{n}{zeros}]"))
        }
        // SQLite takes any word for a type, and any value in it.
        _ if dialect == Dialect::Sqlite => Some(sqlite(&name, row)),
        _ => None,
    }
}

/// By the affinity that SQLite takes from the word ("Determination Of Column Affinity").
fn sqlite(name: &str, row: usize) -> String {
    if name.contains("int") || ["real", "floa", "doub"].iter().any(|it| name.contains(it)) {
        (row + 101).to_string()
    } else if name.contains("blob") {
        format!("X'{:02X}'", row % 256)
    } else {
        format!("'r{row}'")
    }
}

/// The type's name without its arguments, and those.
fn parts(ty: &str) -> (String, Vec<usize>) {
    let ty = ty
        .trim_end_matches(" unsigned")
        .trim_end_matches(" zerofill");
    let Some((name, rest)) = ty.split_once('(') else {
        return (bare(ty), Vec::new());
    };
    let (arguments, after) = rest.split_once(')').unwrap_or((rest, ""));
    let arguments = arguments
        .split(',')
        .filter_map(|argument| argument.trim().parse().ok())
        .collect();
    (bare(&format!("{}{after}", name.trim_end())), arguments)
}

/// Without the namespace and the quotes of an extension's type.
fn bare(name: &str) -> String {
    let name = name.rsplit_once('.').map_or(name, |(_, name)| name);
    match name {
        "\"char\"" => name.to_owned(),
        _ => name.trim_matches('"').to_owned(),
    }
}

fn decimal(arguments: &[usize], row: usize, edge: bool) -> String {
    let (precision, scale) = match arguments {
        [] if edge => return "12345678901234567890.123456789".to_owned(),
        [] => return format!("{}.5", row + 101),
        [precision] => (*precision, 0),
        [precision, scale, ..] => (*precision, *scale),
    };
    let whole = precision.saturating_sub(scale);
    if edge {
        let digits = "9".repeat(whole.min(60));
        let digits = if digits.is_empty() { "0" } else { &digits };
        return match scale.min(30) {
            0 => digits.to_owned(),
            scale => format!("{digits}.{}", "9".repeat(scale)),
        };
    }
    match whole {
        0 => format!("0.{}", row % 9 + 1),
        1 | 2 => (row % 9 + 1).to_string(),
        _ => (row + 101).to_string(),
    }
}

/// A word of at most that many characters.
fn word(row: usize, length: usize, edge: bool) -> String {
    if edge {
        let odd = "é'\"\\ 名\n<b>";
        return odd.chars().cycle().take(length.min(200)).collect();
    }
    if length <= 2 {
        let letter = char::from(b'a' + u8::try_from(row % 26).unwrap_or(0));
        return letter.to_string();
    }
    format!("r{row}").chars().take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_kept_to() {
        let of = |ty, shape| literal(Dialect::Postgres, ty, 3, shape).unwrap();
        assert_eq!(of("numeric(4,2)", Shape::Edge), "'99.99'");
        assert_eq!(of("numeric(2,2)", Shape::Edge), "'0.99'");
        assert_eq!(of("numeric(2,2)", Shape::Plain), "'0.4'");
        assert_eq!(of("VARCHAR(3)", Shape::Plain), "'r3'");
        assert_eq!(of("CHAR(1)", Shape::Plain), "'d'");
        assert_eq!(of("bit(4)", Shape::Plain), "B'0011'");
        assert_eq!(of("bit(1)", Shape::Plain), "B'1'");
        assert_eq!(
            of("timestamp(3) with time zone", Shape::Plain),
            "'2001-02-04 04:05:06+00'"
        );
        assert_eq!(of("integer[]", Shape::Plain), "ARRAY[104]::integer[]");
        assert_eq!(of("public.\"citext\"", Shape::Plain), "'r3'");
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        assert_eq!(
            literal(Dialect::Postgres, "geography", 0, Shape::Plain),
            None
        );
        assert_eq!(
            literal(Dialect::Sqlite, "geography", 0, Shape::Plain).as_deref(),
            Some("'r0'")
        );
    }
}
