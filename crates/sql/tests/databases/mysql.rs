//! The objects of a database of MySQL and MariaDB.

use std::fmt::Write as _;

use relata_script::Dialect;
use relata_sql::Catalog;
use relata_sql::catalog::{
    Address, Column, Comment, Firing, Generated, Kind, ObjectName, Sequence, SequenceOptions,
    Trigger,
};
use relata_testing::snapshot;

use super::support::{catalog, plan_between};
use super::{SCHEMA, Tweak, column, index, other, printed, told};

/// What a database of MySQL's tells beyond a schema.
fn of_mysql() -> Catalog {
    let text = format!("datasource db {{\n  provider = \"mysql\"\n}}\n{SCHEMA}");
    let mut it = catalog("database", &text);
    it.is_whole = true;
    it.sequences.push(Sequence {
        name: ObjectName::new(None, "tickets"),
        options: SequenceOptions::usual("bigint"),
        owned_by: None,
        is_unlogged: false,
    });
    it.triggers.push(Trigger {
        name: "tell".into(),
        table: ObjectName::new(None, "Item"),
        statement: printed(
            "CREATE TRIGGER tell BEFORE INSERT ON `Item` FOR EACH ROW BEGIN SET NEW.size = 1; SET NEW.note = '$$'; END",
        ),
        firing: Firing::Origin,
        on_partitions: Vec::new(),
        follows: None,
        sql_mode: None,
    });
    let on = Address::part(
        Kind::Index,
        &ObjectName::new(None, "Item"),
        "Item_code_size_key",
    );
    let text = "once".into();
    it.comments.push(Comment { on, text });
    let table = &mut it.tables[1];
    table.foreign_keys[0].name = Some("Item_ibfk_1".into());
    table.indexes.push(index("ownerId", &["ownerId"]));
    let generated = Generated {
        expression: printed("`size` * 2"),
        stored: false,
    };
    table.columns.push(Column {
        nullable: true,
        generated: Some(generated),
        ..Column::new("twice", other("int"))
    });
    it
}

const MYSQL: &[Tweak] = &[
    ("a sequence with more room", |it| {
        it.sequences[0].options.min = -5;
    }),
    ("a sequence with less room", |it| {
        it.sequences[0].options.max = 5;
    }),
    ("a sequence that goes down", |it| {
        it.sequences[0].options.increment = -1;
    }),
    ("another comment on an index", |it| {
        it.comments[0].text = "one".into();
    }),
    ("no comment on an index", |it| {
        it.comments.clear();
    }),
    ("a foreign key with a name", |it| {
        it.tables[1].foreign_keys[0].name = Some("to_owner".into());
    }),
    ("a foreign key less", |it| {
        it.tables[1].foreign_keys.clear();
    }),
    (
        "a key that a foreign key leans on with another type",
        |it| {
            column(it, "ownerId").ty = other("bigint");
            it.tables[0].columns[0].ty = other("bigint");
        },
    ),
    ("a column that is computed and kept", |it| {
        column(it, "twice").generated.as_mut().unwrap().stored = true;
    }),
    ("a computed column that is required", |it| {
        column(it, "twice").nullable = false;
    }),
    ("a computed column of another kind", |it| {
        column(it, "twice").ty = other("point");
    }),
    ("another trigger", |it| {
        it.triggers[0].statement =
            printed("CREATE TRIGGER tell BEFORE INSERT ON `Item` FOR EACH ROW SET NEW.size = 1");
    }),
];

#[test]
fn each_change_is_told_on_mysql() {
    let before = of_mysql();
    let mut text = told(&before, MYSQL);
    let plan = plan_between(&Catalog::empty(Dialect::Mysql), &before);
    let _ = writeln!(
        text,
        "===== all of it, for the client\n{}",
        plan.client_script(Dialect::Mysql)
    );
    snapshot("sql/mysql/databases", &text);
}
