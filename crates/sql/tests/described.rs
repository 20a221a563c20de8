//! Catalogs as a server describes them, filled by hand, against those that a schema gives.

mod support;

use relata_schema::ir::{Algorithm, IndexKind, ReferentialAction};
use relata_script::Dialect;
use relata_sql::Catalog;
use relata_sql::catalog::{
    Default, Expression, Identity, Index, IndexColumn, Literal, ObjectName, SequenceOptions,
};
use support::{catalog, plan_between};

const OWNED: &str = r#"
model Owner {
  id    Int    @id @default(autoincrement())
  items Item[]
}

model Item {
  id      Int      @id
  owner   Owner    @relation(fields: [ownerId], references: [id])
  ownerId Int
  words   String   @default("x")
  made    DateTime @default(now())
  since   DateTime @default("2020-01-01T00:00:00Z")
  flag    Boolean  @default(true)
  cost    Decimal  @default(1.50)
  code    String   @default(dbgenerated("Lower('A')"))
  data    Json
}
"#;

fn schema(dialect: Dialect, text: &str) -> Catalog {
    catalog(
        "described",
        &format!(
            "datasource db {{\n  provider = \"{}\"\n}}\n{text}",
            dialect.name()
        ),
    )
}

fn index(name: &str, columns: &[&str]) -> Index {
    let columns = columns.iter().map(|column| IndexColumn::new(column));
    Index::new(name, IndexKind::Normal, columns.collect())
}

fn set_default(catalog: &mut Catalog, column: &str, default: Default) {
    let found = catalog.tables[1]
        .columns
        .iter_mut()
        .find(|each| &*each.name == column);
    found.unwrap().default = Some(default);
}

fn script(from: &Catalog, to: &Catalog) -> String {
    plan_between(from, to).script()
}

const NOTHING: &str = "-- This is an empty migration.\n";

#[test]
fn defaults_are_the_same_as_servers_print_them() {
    for dialect in Dialect::ALL {
        let wanted = schema(dialect, OWNED);
        let mut found = wanted.clone();
        set_default(
            &mut found,
            "made",
            Default::Expression(Expression::written("current_timestamp(3)")),
        );
        set_default(
            &mut found,
            "since",
            Default::Literal(Literal::Text("2020-01-01 00:00:00".into())),
        );
        set_default(
            &mut found,
            "flag",
            Default::Literal(Literal::Number("1".into())),
        );
        set_default(
            &mut found,
            "cost",
            Default::Literal(Literal::Number("1.5".into())),
        );
        set_default(
            &mut found,
            "code",
            Default::Expression(Expression::written("(lower('A'))")),
        );
        assert_eq!(script(&found, &wanted), NOTHING, "{dialect}");
    }
}

#[test]
fn the_index_that_mysql_makes_for_a_foreign_key_is_no_difference() {
    let wanted = schema(Dialect::Mysql, OWNED);
    let mut found = wanted.clone();
    found.tables[1]
        .indexes
        .push(index("Item_ownerId_fkey", &["ownerId"]));
    assert_eq!(script(&found, &wanted), NOTHING);
    assert_eq!(script(&wanted, &found), NOTHING);

    // It goes with the key.
    let mut without = wanted.clone();
    without.tables[1].foreign_keys.clear();
    let leaving = "-- DropForeignKey\nALTER TABLE `Item` DROP FOREIGN KEY `Item_ownerId_fkey`;\n\n\
                   -- DropIndex\nDROP INDEX `Item_ownerId_fkey` ON `Item`;\n";
    assert_eq!(script(&found, &without), leaving);
    assert_eq!(script(&wanted, &without), leaving);
}

#[test]
fn an_index_of_ones_own_serves_a_foreign_key_and_stays() {
    let mut found = schema(Dialect::Mysql, OWNED);
    found.tables[1]
        .indexes
        .push(index("mine", &["ownerId", "flag"]));
    let mut without = found.clone();
    without.tables[1].foreign_keys.clear();
    assert_eq!(
        script(&found, &without),
        "-- DropForeignKey\nALTER TABLE `Item` DROP FOREIGN KEY `Item_ownerId_fkey`;\n"
    );
}

#[test]
fn a_sequence_is_known_by_the_name_it_has() {
    let mut found = schema(Dialect::Postgres, OWNED);
    let sequence = ObjectName::new(Some("public"), "it's \"old\"");
    found.tables[0].columns[0].default = Some(Default::Autoincrement {
        sequence: Some(sequence),
    });
    let wanted = schema(Dialect::Postgres, OWNED);
    assert_eq!(script(&found, &wanted), NOTHING);

    let mut plain = wanted.clone();
    plain.tables[0].columns[0].default = None;
    assert_eq!(
        script(&found, &plain),
        "-- AlterTable\nALTER TABLE \"Owner\" ALTER COLUMN \"id\" DROP DEFAULT;\nDROP SEQUENCE \"it's \"\"old\"\"\";\n"
    );
}

#[test]
fn a_class_that_goes_without_saying_is_no_difference() {
    let mut wanted = schema(Dialect::Postgres, OWNED);
    let mut data = Index {
        algorithm: Some(Algorithm::Gin),
        ..index("Item_data_idx", &["data"])
    };
    let found = {
        let mut found = wanted.clone();
        found.tables[1].indexes.push(data.clone());
        found
    };
    data.columns[0].operator_class = Some("jsonb_ops".into());
    wanted.tables[1].indexes.push(data.clone());
    assert_eq!(script(&found, &wanted), NOTHING);

    data.columns[0].operator_class = Some("jsonb_path_ops".into());
    wanted.tables[1].indexes = vec![data];
    assert_eq!(
        script(&found, &wanted),
        "-- DropIndex\nDROP INDEX \"Item_data_idx\";\n\n\
         -- CreateIndex\nCREATE INDEX \"Item_data_idx\" ON \"Item\" USING GIN (\"data\" jsonb_path_ops);\n"
    );
}

#[test]
fn sqlite_tells_no_names_of_foreign_keys_and_none_are_compared() {
    let wanted = schema(Dialect::Sqlite, OWNED);
    let mut found = wanted.clone();
    found.tables[1].foreign_keys[0].name = None;
    // `INTEGER PRIMARY KEY` numbers its rows, with `AUTOINCREMENT` or without.
    found.tables[1].columns[0].default = None;
    assert_eq!(script(&found, &wanted), NOTHING);

    found.tables[1].foreign_keys[0].on_delete = ReferentialAction::Cascade;
    assert!(script(&found, &wanted).starts_with("-- RedefineTables\n"));
}

#[test]
fn a_schema_has_no_say_over_what_it_cannot_write() {
    let wanted = schema(Dialect::Postgres, OWNED);
    let mut found = wanted.clone();
    found.is_whole = true;
    let mut partition = found.tables[0].clone();
    partition.name.name = "Owner_part".into();
    partition.ancestry.partition_of = Some((found.tables[0].name.clone(), "DEFAULT".into()));
    found.tables.push(partition);
    let mut lowered = index("Item_lower", &[""]);
    lowered.columns[0].expression = Some(Expression::written("lower(words)"));
    found.tables[1].indexes.push(lowered.clone());
    found.tables[0].columns[0].default = None;
    found.tables[0].columns[0].identity = Some(Identity {
        always: false,
        sequence: ObjectName::new(Some("public"), "Owner_id_seq"),
        options: SequenceOptions::usual("integer"),
    });
    assert_eq!(script(&found, &wanted), NOTHING);

    // Between two databases all of it counts.
    let mut other = found.clone();
    let last = other.tables[1].indexes.len() - 1;
    other.tables[1].indexes[last].columns[0].expression = Some(Expression::written("upper(words)"));
    assert_eq!(
        script(&found, &other),
        "-- DropIndex\nDROP INDEX \"Item_lower\";\n\n\
         -- CreateIndex\nCREATE INDEX \"Item_lower\" ON \"Item\"((upper(words)));\n"
    );
}

#[test]
fn catalogs_of_two_dialects_are_not_compared() {
    let error = relata_sql::diff(
        &Catalog::empty(Dialect::Mysql),
        &Catalog::empty(Dialect::Sqlite),
    )
    .unwrap_err();
    assert_eq!(error.code(), "R3003");
}
