//! The objects of a database of MySQL and MariaDB.

use std::fmt::Write as _;

use relata_schema::ir::IndexKind;
use relata_script::Dialect;
use relata_sql::Catalog;
use relata_sql::catalog::{
    Address, Column, Comment, Firing, Generated, IndexColumn, Kind, ObjectName, Sequence,
    SequenceOptions, Trigger,
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

/// Rows that are for a span of time (MariaDB).
fn span(it: &mut Catalog, name: &str) {
    let table = &mut it.tables[1];
    for name in ["since", "till"] {
        table.columns.push(Column::new(name, other("date")));
    }
    let period = format!("`{name}` (`since`, `till`)");
    let option = ("period".into(), period.into());
    table.storage.options.push(option);
}

/// Keys over the span of time, as the server lists them.
fn temporal(it: &mut Catalog) {
    let table = &mut it.tables[1];
    let mut unique = index("at_once", &["code", "till", "since"]);
    unique.kind = IndexKind::Unique;
    unique.is_temporal = true;
    table.indexes.push(unique);
    let key = table.primary_key.as_mut().unwrap();
    key.columns = vec![
        IndexColumn::new("id"),
        IndexColumn::new("till"),
        IndexColumn::new("since"),
    ];
    key.is_temporal = true;
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
    ("columns that are computed from each other, kept", |it| {
        let generated = Generated {
            expression: printed("`twice` * 2"),
            stored: true,
        };
        it.tables[1].columns.push(Column {
            nullable: true,
            generated: Some(generated),
            ..Column::new("fourfold", other("int"))
        });
        column(it, "twice").generated.as_mut().unwrap().stored = true;
    }),
    ("a span of time", |it| span(it, "open")),
    ("a span of time with keys over it", |it| {
        span(it, "open");
        temporal(it);
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

/// Keys go with the span of time that they are over, and come back over the other one.
#[test]
fn keys_follow_their_span_of_time() {
    let mut before = of_mysql();
    span(&mut before, "open");
    temporal(&mut before);
    let another: &[Tweak] = &[
        ("a span of time with another name", |it| {
            let options = &mut it.tables[1].storage.options;
            options.last_mut().unwrap().1 = "`o``pen` (`since`, `till`)".into();
        }),
        ("a key of plain columns", |it| {
            it.tables[1].indexes.last_mut().unwrap().is_temporal = false;
        }),
    ];
    snapshot("sql/mysql/spans", &told(&before, another));
}
