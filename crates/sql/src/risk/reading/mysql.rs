//! Which texts MySQL and MariaDB read, in strict mode, as values of a type that a column is modified to.

use relata_script::Dialect;

use super::super::Condition;
use super::super::retype::range;

/// What `text`, an expression, has to be like not to be read as a value of the type with that name and those arguments.
pub(in super::super) fn read_as(
    text: &str,
    sql: &str,
    arguments: &[u32],
    is_unsigned: bool,
) -> Condition {
    let is = |pattern: &str| format!("{text} REGEXP '{pattern}'");
    let is_not = |pattern: &str| format!("{text} NOT REGEXP '{pattern}'");
    let number_within = |pattern: &str, within: &str| {
        format!(
            "CASE WHEN {} THEN {within} ELSE {text} IS NULL END",
            is(pattern)
        )
    };
    let exact = |pattern: &str, within: &str| {
        Condition::Unfit(format!("NOT ({})", number_within(pattern, within)))
    };
    match sql {
        "DECIMAL" => {
            let precision = arguments.first().copied().unwrap_or(10);
            let scale = arguments.get(1).copied().unwrap_or(0);
            let whole = precision.saturating_sub(scale);
            // Out of its own range, the cast gives the end of it.
            let places = 64_u32.saturating_sub(whole).min(30);
            if whole > 64 {
                return Condition::Unfit(is_not(NUMBER));
            }
            let most = "0".repeat(whole as usize);
            exact(
                NUMBER,
                &format!("ABS(ROUND(CAST({text} AS DECIMAL(65, {places})), {scale})) < 1{most}"),
            )
        }
        "DOUBLE" | "FLOAT" => {
            let most = if sql == "FLOAT" { "3.4e38" } else { "1.7e308" };
            Condition::Read {
                bad: is_not(NUMBER),
                sure: number_within(SMALL_NUMBER, &format!("ABS({text} + 0e0) < {most}")),
            }
        }
        "JSON" => Condition::Unfit(format!("NOT JSON_VALID({text})")),
        "DATETIME" | "DATE" | "TIMESTAMP" => Condition::Read {
            bad: reads_as_no_time(text),
            sure: is(&format!(
                "^{}-{DAY}([ T]{TIME})?$",
                // Four bytes of seconds.
                if sql == "TIMESTAMP" {
                    "(19(7[1-9]|[89][0-9])|20([012][0-9]|3[0-7]))"
                } else {
                    "[1-9][0-9]{3}"
                }
            )),
        },
        sql => match range(sql, Dialect::Mysql) {
            Some((least, most)) => {
                let within = |least: i64, most: i128| {
                    let within = format!("CAST({text} AS DECIMAL(65)) BETWEEN {least} AND {most}");
                    number_within(WHOLE, &within)
                };
                let (least, most) = (if is_unsigned { 0 } else { least }, i128::from(most));
                let sure = within(least, most);
                let whole = within(least, most * 2 + 1);
                match (is_unsigned, sql) {
                    // MariaDB reads these as signed ones.
                    (true, "BIGINT") => Condition::Read {
                        bad: format!("NOT ({whole})"),
                        sure,
                    },
                    (true, _) => Condition::Unfit(format!("NOT ({whole})")),
                    (false, _) => Condition::Unfit(format!("NOT ({sure})")),
                }
            }
            None => Condition::unknown(text),
        },
    }
}

/// The texts, or numbers, that are no time in any form.
pub(in super::super) fn reads_as_no_time(column: &str) -> String {
    format!("{column} IS NOT NULL AND CAST({column} AS DATETIME) IS NULL")
}

const WHOLE: &str = "^[[:space:]]*[-+]?[0-9]{1,60}[[:space:]]*$";
const NUMBER: &str =
    "^[[:space:]]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?[[:space:]]*$";
const SMALL_NUMBER: &str =
    "^[[:space:]]*[-+]?([0-9]{1,90}[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]{1,2})?[[:space:]]*$";
const DAY: &str = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))";
const TIME: &str = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?";
