//! What a query says of texts before they become values of another type, and what the server then does with them.

mod support;

use std::fmt::Write as _;

use relata_schema::provider::Provider;
use relata_script::{Dialect, split};
use relata_sql::risk::risks;
use relata_sql::{Catalog, diff};
use relata_testing::{Database, Mariadb, Postgres};
use support::{catalog, creation, plan_between};

/// Texts at the edges of what one or the other type reads, with bars between.
const TEXTS: &str = "| |0|-0| 7 |+12|1.5|.5|5.|1e3|-1E-3|1e400|1e40|1e-50|99.994|99.995|999.99|127|128|32767|-32769|2147483648|9223372036854775807|\
    9223372036854775808|-9223372036854775808|340000000000000000000000000000000000000|0x1F|1_000|NaN|Infinity|-inf|1 2|12abc|abc|it's|\
    t|TRUE|yes|of|o|maybe|on|2|null|{}|[]|[1, 2]|{\"row\": 0}|\"word\"|\"a\\\"b\"|{\"open\": |'x'|tru|-|--1|01|2021-01-05|2021-02-29|\
    2020-02-29|2021-13-01|2021-04-31|0000-01-01|10000-01-01|2021-01-05T10:11:12|2021-01-05 24:00:00|2021-01-05T10:11:12.123456Z|\
    2021-01-05 10:11:60|2021-01-05 25:00|2021-01-05 10:11+02|2021-01-05 10:11:12 Europe/Berlin|January 5, 2021|5/1/2021|now|tomorrow|\
    infinity|epoch|10:11|allballs|monday|00000000-0000-4000-8000-000000000001|{00000000000040008000000000000001}|\
    00000000-0000-4000-8000-00000000000|\\x00ff|\\xf|10.0.0.256";

fn texts() -> impl Iterator<Item = &'static str> {
    TEXTS.split('|')
}

/// One model with one column, of that type.
fn model(provider: Provider, ty: &str) -> Catalog {
    let schema = format!(
        "datasource db {{\n  provider = \"{}\"\n}}\n\nmodel T {{\n  id Int @id\n  v {ty}\n}}\n\nenum E {{\n  t\n  abc\n}}\n",
        provider.name()
    );
    catalog("reading", &schema)
}

/// What there is to say of one text: how many bad ones a query counts, if it can tell, and whether the plan then goes well.
type Verdict = (Option<u64>, bool);

fn judge(ty: &str, text: &str, (bad, fine): Verdict) -> Option<String> {
    let wrong = match bad {
        Some(0) => !fine,
        Some(_) => fine,
        None => false,
    };
    wrong.then(|| {
        format!(
            "{ty} of {text:?}: {bad:?} bad, and {}",
            if fine { "it is read" } else { "it is not read" }
        )
    })
}

fn number(text: Option<&str>) -> Option<u64> {
    text.map(|text| text.parse().expect("a number"))
}

fn query(from: &Catalog, to: &Catalog) -> String {
    let changes = diff(from, to).expect("one dialect");
    let risks = risks(&changes);
    match risks.as_slice() {
        [risk] => risk.count.clone(),
        others => panic!("{others:?}"),
    }
}

/// Asks of all texts at once. PostgreSQL takes an alteration back, so that one table does for all.
fn on_postgres(database: &Database, from: &str, to: &str, value: &str) -> Vec<Verdict> {
    let [from, to] = [from, to].map(|ty| model(Provider::Postgresql, ty));
    let plan = plan_between(&from, &to).script();
    let string = |text: &str| Dialect::Postgres.string(text);
    let texts: Vec<String> = texts().map(string).collect();
    let script = format!(
        "{}\nCREATE TABLE verdicts (n serial, bad bigint, fine boolean);\nDO $do$ DECLARE it text; bad bigint; fine boolean; BEGIN\n\
         FOREACH it IN ARRAY ARRAY[{}] LOOP\nDELETE FROM \"T\";\nINSERT INTO \"T\" VALUES (1, {value});\nEXECUTE {} INTO bad;\nfine := false;\n\
         BEGIN EXECUTE {}; fine := true; RAISE EXCEPTION 'back'; EXCEPTION WHEN OTHERS THEN NULL; END;\n\
         INSERT INTO verdicts (bad, fine) VALUES (bad, fine);\nEND LOOP; END $do$;\n",
        creation(&from).script(),
        texts.join(", "),
        string(&query(&from, &to)),
        string(&plan)
    );
    database
        .run(&script)
        .unwrap_or_else(|error| panic!("{error}\n{script}"));
    let rows = database.query("SELECT bad, fine FROM verdicts ORDER BY n");
    database
        .run("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
        .unwrap();
    rows.iter()
        .map(|row| (number(row[0].as_deref()), row[1].as_deref() == Some("t")))
        .collect()
}

#[test]
fn postgres_reads_what_a_query_foretells() {
    let database = Postgres::from_env().fresh_database("reading");
    let mut wrong = Vec::new();
    let mut told = 0;
    let types = [
        "Int",
        "Int @db.SmallInt",
        "BigInt",
        "Decimal",
        "Decimal @db.Decimal(4, 2)",
        "Float",
        "Float @db.Real",
        "Boolean",
        "DateTime",
        "DateTime @db.Timestamptz(3)",
        "DateTime @db.Date",
        "DateTime @db.Time(3)",
        "DateTime @db.Timetz(3)",
        "String @db.Uuid",
        "Bytes",
        "String @db.Inet",
        "E",
        "Json",
        "Json @db.Json",
        "String @db.VarChar(3)",
        "Decimal @db.Money",
    ];
    for ty in types {
        for (from, to, value) in [
            ("String", ty.to_owned(), "it".to_owned()),
            ("Json", ty.to_owned(), "to_jsonb(it)".to_owned()),
        ] {
            // A document is never bytes, and always one of the other kind.
            if from == "Json"
                && (ty.starts_with("Json") || ty == "Bytes" || ty == "Decimal @db.Money")
            {
                continue;
            }
            let verdicts = on_postgres(&database, from, &to, &value);
            assert_eq!(verdicts.len(), texts().count());
            told += verdicts.iter().filter(|(bad, _)| bad.is_some()).count();
            wrong.extend(
                texts()
                    .zip(verdicts)
                    .filter_map(|(text, verdict)| judge(&format!("{from} → {to}"), text, verdict)),
            );
        }
    }
    for (ty, list) in [("Int", "Int[]"), ("DateTime", "DateTime[]"), ("E", "E[]")] {
        let verdicts = on_postgres(&database, "String[]", list, "ARRAY[it, NULL]");
        wrong.extend(
            texts()
                .zip(verdicts)
                .filter_map(|(text, verdict)| judge(list, text, verdict)),
        );
        let verdicts = on_postgres(&database, "String", list, "it");
        wrong.extend(
            texts()
                .zip(verdicts)
                .filter_map(|(text, verdict)| judge(&format!("{ty} in a list"), text, verdict)),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A query that never tells would be right, too.
    assert!(told > 2000, "{told}");
}

/// Asks of all texts, each in a table of its own: MariaDB takes no alteration back.
fn on_mariadb(database: &Database, from: &str, to: &str, value: &str) -> Vec<Verdict> {
    let [from, to] = [from, to].map(|ty| model(Provider::Mysql, ty));
    let query = query(&from, &to);
    let immediate = |script: &str| {
        let mut sql = String::new();
        for statement in split(Dialect::Mysql, script) {
            let text = Dialect::Mysql.string(statement.text());
            let _ = writeln!(sql, "EXECUTE IMMEDIATE {text};");
        }
        sql
    };
    let mut calls = String::new();
    for text in texts() {
        let _ = writeln!(calls, "CALL judge({});", Dialect::Mysql.string(text));
    }
    let script = format!(
        "DROP TABLE IF EXISTS verdicts;\nDROP PROCEDURE IF EXISTS judge;\nDROP TABLE IF EXISTS W, T;\n{}\nALTER TABLE T RENAME TO W;\nCREATE TABLE verdicts (n INT PRIMARY KEY AUTO_INCREMENT, bad BIGINT, fine INT);\n\
         DELIMITER ;;\nCREATE PROCEDURE judge(it LONGTEXT CHARSET utf8mb4) BEGIN\nDECLARE fine INT;\nDROP TABLE IF EXISTS T;\n{}\
         INSERT INTO T VALUES (1, {value});\nSET @bad = NULL;\nEXECUTE IMMEDIATE {};\nBEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION, SQLWARNING BEGIN END;\n{}END;\n\
         SELECT COUNT(DISTINCT column_type) = 1 INTO fine FROM information_schema.columns \
         WHERE table_schema = DATABASE() AND table_name IN ('T', 'W') AND column_name = 'v';\nINSERT INTO verdicts (bad, fine) VALUES (@bad, fine);\nEND;;\nDELIMITER ;\n{calls}",
        creation(&to).script(),
        immediate(&creation(&from).script()),
        Dialect::Mysql.string(&format!("SELECT ({query}) INTO @bad")),
        immediate(&plan_between(&from, &to).script()),
    );
    database
        .run(&script)
        .unwrap_or_else(|error| panic!("{error}\n{script}"));
    let rows = database.query("SELECT bad, fine FROM verdicts ORDER BY n");
    rows.iter()
        .map(|row| (number(row[0].as_deref()), row[1].as_deref() == Some("1")))
        .collect()
}

#[test]
fn mariadb_reads_what_a_query_foretells() {
    let database = Mariadb::from_env().fresh_database("reading");
    let mut wrong = Vec::new();
    let mut told = 0;
    let types = [
        "Int",
        "DateTime @db.Timestamp(3)",
        "Float",
        "E",
        "Int @db.SmallInt",
        "BigInt @db.UnsignedBigInt",
        "DateTime",
        "Boolean",
        "DateTime @db.Date",
        "Decimal @db.Decimal(4, 2)",
        "DateTime @db.Time(3)",
        "Json",
        "String @db.VarChar(3)",
    ];
    let every = if std::env::var_os("RELATA_TEST_ALL").is_some() {
        1
    } else {
        6
    };
    for ty in types.into_iter().step_by(every) {
        for (from, value) in [("String", "it"), ("Json", "JSON_QUOTE(it)")] {
            if from == "Json" && matches!(ty, "Json") {
                continue;
            }
            let mut verdicts = on_mariadb(&database, from, ty, value);
            if ty == "E" {
                // Digits are the place of a value in the list, which nobody means.
                for (verdict, _) in verdicts
                    .iter_mut()
                    .zip(texts())
                    .filter(|(_, text)| text.parse::<u8>().is_ok())
                {
                    assert_eq!(verdict.0, Some(1));
                    verdict.1 = false;
                }
            }
            assert_eq!(verdicts.len(), texts().count());
            told += verdicts.iter().filter(|(bad, _)| bad.is_some()).count();
            wrong.extend(
                texts()
                    .zip(verdicts)
                    .filter_map(|(text, verdict)| judge(&format!("{from} → {ty}"), text, verdict)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(told > 150, "{told}");
}
