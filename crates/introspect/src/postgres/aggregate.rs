//! Aggregates, which the server does not print as statements: they are put together from `pg_aggregate`.

use relata::Result;

use crate::fields::Fields;

/// One row per aggregate of a user: its number and the parts of its statement, as text.
pub(super) const QUERY: &str = "SELECT p.oid::int8, quote_ident(nspname) || '.' || quote_ident(proname),
        pg_get_function_arguments(p.oid), aggtransfn::text, format_type(aggtranstype, NULL), aggtransspace::int8,
        nullif(aggfinalfn::text, '-'), aggfinalextra, aggfinalmodify::text, nullif(aggcombinefn::text, '-'),
        nullif(aggserialfn::text, '-'), nullif(aggdeserialfn::text, '-'), agginitval, nullif(aggmtransfn::text, '-'),
        nullif(aggminvtransfn::text, '-'), format_type(nullif(aggmtranstype, 0), NULL), aggmtransspace::int8,
        nullif(aggmfinalfn::text, '-'), aggmfinalextra, aggmfinalmodify::text, aggminitval,
        (SELECT quote_ident(on_.nspname) || '.' || oprname FROM pg_operator o JOIN pg_namespace on_ ON on_.oid = oprnamespace
            WHERE o.oid = aggsortop), proparallel::text, aggkind::text
    FROM pg_aggregate JOIN pg_proc p ON p.oid = aggfnoid JOIN pg_namespace n ON n.oid = pronamespace
    WHERE aggfnoid >= 16384";

/// The rest of a row as a statement (manual, "CREATE AGGREGATE").
pub(super) fn statement(row: &mut Fields<'_>) -> Result<String> {
    let name: String = row.next()?;
    let arguments: String = row.next()?;
    let mut parts = vec![
        format!("SFUNC = {}", row.next::<String>()?),
        format!("STYPE = {}", row.next::<String>()?),
    ];
    let mut add = |word: &str, value: Option<String>| {
        parts.extend(value.map(|value| format!("{word} = {value}")));
    };
    let text =
        |value: Option<String>| value.map(|value| format!("'{}'", value.replace('\'', "''")));
    let space = |value: i64| (value > 0).then(|| value.to_string());
    add("SSPACE", space(row.next()?));
    let final_function: Option<String> = row.next()?;
    let has_final = final_function.is_some();
    add("FINALFUNC", final_function);
    let mut flags = vec![(row.next::<bool>()?, "FINALFUNC_EXTRA")];
    let usual = treatment(&row.next::<String>()?, has_final);
    add("FINALFUNC_MODIFY", usual);
    for word in ["COMBINEFUNC", "SERIALFUNC", "DESERIALFUNC"] {
        add(word, row.next()?);
    }
    add("INITCOND", text(row.next()?));
    for word in ["MSFUNC", "MINVFUNC", "MSTYPE"] {
        add(word, row.next()?);
    }
    add("MSSPACE", space(row.next()?));
    let moving_final: Option<String> = row.next()?;
    let has_moving_final = moving_final.is_some();
    add("MFINALFUNC", moving_final);
    flags.push((row.next::<bool>()?, "MFINALFUNC_EXTRA"));
    add(
        "MFINALFUNC_MODIFY",
        treatment(&row.next::<String>()?, has_moving_final),
    );
    add("MINITCOND", text(row.next()?));
    add(
        "SORTOP",
        row.next::<Option<String>>()?
            .map(|operator| format!("OPERATOR({operator})")),
    );
    add(
        "PARALLEL",
        match row.next::<String>()?.as_str() {
            "s" => Some("SAFE".to_owned()),
            "r" => Some("RESTRICTED".to_owned()),
            _ => None,
        },
    );
    let hypothetical = row.next::<String>()? == "h";
    parts.extend(
        flags
            .into_iter()
            .filter(|(set, _)| *set)
            .map(|(_, word)| word.to_owned()),
    );
    if hypothetical {
        parts.push("HYPOTHETICAL".to_owned());
    }
    let arguments = if arguments.is_empty() {
        "*"
    } else {
        &arguments
    };
    Ok(format!(
        "CREATE AGGREGATE {name}({arguments}) (\n    {}\n)",
        parts.join(",\n    ")
    ))
}

/// How a final function treats the state, which means something only where there is one.
fn treatment(letter: &str, has_function: bool) -> Option<String> {
    has_function.then(|| {
        match letter {
            "r" => "READ_ONLY",
            "s" => "SHAREABLE",
            _ => "READ_WRITE",
        }
        .to_owned()
    })
}
