//! Which texts PostgreSQL reads. The forms are those of the manual, "Data Types".

use super::super::Condition;

/// What `text`, an expression, has to be like not to be read as a value of the type with that name and those arguments. Both conditions are about
/// one value, and NULL where that is NULL.
pub(in super::super) fn read_as(text: &str, sql: &str, arguments: &[u32]) -> Condition {
    let is = |pattern: &str| format!("{text} ~* '{pattern}'");
    let is_not = |pattern: &str| format!("{text} !~* '{pattern}'");
    // A number is only compared where it is one: a branch that is not taken is not computed.
    let number_within = |pattern: &str, within: &str| {
        format!(
            "CASE WHEN {} THEN {within} ELSE {text} IS NULL END",
            is(pattern)
        )
    };
    let number = format!("{text}::numeric");
    let (bad, sure) = match sql {
        "SMALLINT" => whole(text, i64::from(i16::MIN), i64::from(i16::MAX)),
        "INTEGER" => whole(text, i64::from(i32::MIN), i64::from(i32::MAX)),
        "BIGINT" => whole(text, i64::MIN, i64::MAX),
        "DECIMAL" => {
            let within = arguments.first().map(|precision| {
                let scale = arguments.get(1).copied().unwrap_or(0);
                // Rounded first, then measured.
                let most = "0".repeat(precision.saturating_sub(scale) as usize);
                format!("abs(round({number}, {scale})) < 1{most}")
            });
            let sure = within.map_or_else(|| is(NUMBER), |within| number_within(NUMBER, &within));
            (is_not(NEARLY_NUMBER), sure)
        }
        "REAL" => (
            is_not(NEARLY_NUMBER),
            number_within(
                NUMBER,
                &format!("{number} = 0 OR abs({number}) BETWEEN 1e-37 AND 3.4e38"),
            ),
        ),
        // An exponent of two digits is far from the ends.
        "DOUBLE PRECISION" => (is_not(NEARLY_NUMBER), is(NUMBER)),
        "BOOLEAN" => {
            let words = r"^\s*(t(r(ue?)?)?|f(a(l(se?)?)?)?|y(es?)?|no?|on|off?|[01])\s*$";
            (is_not(words), is(words))
        }
        "UUID" => {
            let digits = "([0-9a-f]{4}-?){7}[0-9a-f]{4}";
            let form = format!("^({digits}|[{{]{digits}[}}])$");
            (is_not(&form), is(&form))
        }
        "TIMESTAMP" | "TIMESTAMPTZ" | "DATE" => (
            is_not("[0-9]|now|today|tomorrow|yesterday|epoch|inf"),
            is(&format!(r"^\s*{DATE}([ t]{TIME}{ZONE})?\s*$")),
        ),
        "TIME" | "TIMETZ" => (
            is_not("[0-9]|now|today|tomorrow|yesterday|epoch|allballs"),
            is(&format!(r"^\s*{TIME}\s*$")),
        ),
        "JSON" | "JSONB" => (
            is_not(r#"^[ \t\n\r]*[[{"0-9tfn-]"#),
            is(concat!(
                r"^[ \t\n\r]*(-?(0|[1-9][0-9]*)([.][0-9]+)?(e[-+]?[0-9]{1,2})?|",
                r#""[^"\\[:cntrl:]]*"|\{\s*\}|\[\s*\])[ \t\n\r]*$"#
            )),
        ),
        "BYTEA" => ("false".to_owned(), is(r"^([^\\]*|\\x([0-9a-f]{2})*)$")),
        "INET" => {
            let part = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
            (
                is_not("^[0-9a-f:.]+(/[0-9]+)?$"),
                is(&format!(r"^({part}[.]){{3}}{part}(/(3[0-2]|[12]?[0-9]))?$")),
            )
        }
        _ => return Condition::unknown(text),
    };
    Condition::Read { bad, sure }
}

/// A number in the plain forms; a greater exponent is left to the server.
const NUMBER: &str = r"^\s*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[-+]?[0-9]{1,2})?\s*$";
/// What a version may read as one: `NaN`, `Infinity`, `0x1F`, `1_000`.
const NEARLY_NUMBER: &str = r"^\s*[-+]?([.]?[0-9][0-9a-fox_.+-]*|nan|inf(inity)?)\s*$";
const DATE: &str = "[1-9][0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))";
const TIME: &str = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?";
const ZONE: &str = "(z|[-+](0[0-9]|1[0-4])(:?[0-5][0-9])?)?";

fn whole(text: &str, least: i64, most: i64) -> (String, String) {
    let digits = r"^\s*[-+]?[0-9]{1,30}\s*$";
    let within = |not: &str| {
        format!(
            "CASE WHEN {text} ~ '{digits}' THEN {text}::numeric {not}BETWEEN {least} AND {most}"
        )
    };
    (
        format!(
            r"{} ELSE {text} !~* '^\s*[-+]?[0-9][0-9a-fox_]*\s*$' END",
            within("NOT ")
        ),
        format!("{} ELSE {text} IS NULL END", within("")),
    )
}
