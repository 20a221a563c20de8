//! Accounts that may not see everything, and connections without a database.

use relata_introspect::{Error, Note};
use relata_testing::Mariadb;

use crate::read_at;

#[test]
fn what_an_account_may_not_see_is_told() {
    let database = Mariadb::from_env().fresh_database("rights");
    let (name, reader) = (database.name(), format!("r_{}", std::process::id()));
    let made = database.run(&format!(
        "CREATE TABLE t (id INT PRIMARY KEY); CREATE VIEW v AS SELECT id FROM t; CREATE FUNCTION f() RETURNS INT RETURN 1;
        CREATE SEQUENCE s; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.id = 1;
        CREATE USER '{reader}'@'127.0.0.1' IDENTIFIED BY 'reads'; GRANT SELECT ON `{name}`.* TO '{reader}'@'127.0.0.1';"
    ));
    made.unwrap_or_else(|error| panic!("{error}"));
    let url = database.url();
    let (_, place) = url.rsplit_once('@').expect("a URL");
    let read = read_at(&format!("mysql://{reader}:reads@{place}"));
    database
        .run(&format!("DROP USER '{reader}'@'127.0.0.1'"))
        .unwrap_or_else(|error| panic!("{error}"));
    let read = read.unwrap_or_else(|error| panic!("{error}"));
    let tables: Vec<String> = read
        .catalog
        .tables
        .iter()
        .map(|t| t.name.to_string())
        .collect();
    assert_eq!(tables, ["t"]);
    let not_allowed = |kind: &str, right: &str| Note::NotAllowed {
        kind: kind.to_owned(),
        right: right.to_owned(),
    };
    for note in [
        not_allowed("triggers", "TRIGGER"),
        not_allowed("events", "EVENT"),
    ] {
        assert!(read.notes.contains(&note), "{:?}", read.notes);
    }
    let views = "views whose definition this account may not see";
    assert!(
        read.notes
            .iter()
            .any(|note| matches!(note, Note::NotRead { kind, count: 1 } if kind == views)),
        "{:?}",
        read.notes
    );
    assert!(!read.notes.contains(&not_allowed("tables", "SELECT")));
}

#[test]
fn a_database_has_to_be_named() {
    let database = Mariadb::from_env().fresh_database("rights");
    let url = database.url();
    let bare = url.strip_suffix(database.name()).expect("a URL");
    let error = read_at(bare).expect_err("no database");
    assert!(matches!(error, Error::NoDatabase), "{error}");
    assert_eq!(error.code(), "R4002");
}
