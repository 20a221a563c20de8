//! Database to database, without a server: a catalog as a server would describe it, filled by hand, and what one change of it
//! makes of the plan, there and back.

mod cockroach;
mod mysql;
mod parts;
mod postgres;
#[path = "../support/mod.rs"]
mod support;

use std::fmt::Write as _;

use relata_schema::ir::IndexKind;
use relata_sql::Catalog;
use relata_sql::catalog::{
    Check, Column, ColumnType, Expression, Index, IndexColumn, ObjectName, TypeKind,
};
use support::plan_between;

pub(crate) const SCHEMA: &str = r"
enum Mood {
  GOOD
  BAD
}

model Owner {
  id    Int    @id @default(autoincrement())
  name  String @unique
  items Item[]
}

model Item {
  id      Int     @id @default(autoincrement())
  owner   Owner   @relation(fields: [ownerId], references: [id])
  ownerId Int
  code    String  @db.VarChar(8)
  note    String?
  mood    Mood    @default(GOOD)
  size    Int     @default(1)

  @@index([ownerId, code])
  @@unique([code, size])
}
";

pub(crate) fn name(name: &str) -> ObjectName {
    ObjectName::new(Some("public"), name)
}

pub(crate) fn printed(sql: &str) -> Expression {
    Expression {
        source: sql.into(),
        canonical: Some(sql.into()),
    }
}

pub(crate) fn check(name: &str, sql: &str) -> Check {
    Check {
        name: name.into(),
        expression: printed(sql),
        is_valid: true,
        is_enforced: true,
        no_inherit: false,
        is_inherited: false,
    }
}

pub(crate) fn other(sql: &str) -> ColumnType {
    ColumnType::one(TypeKind::Unsupported(sql.into()))
}

pub(crate) fn index(name: &str, columns: &[&str]) -> Index {
    let columns = columns.iter().map(|column| IndexColumn::new(column));
    Index::new(name, IndexKind::Normal, columns.collect())
}

pub(crate) fn column<'c>(it: &'c mut Catalog, named: &str) -> &'c mut Column {
    let mut columns = it.tables[1].columns.iter_mut();
    columns.find(|column| &*column.name == named).unwrap()
}

/// What is changed, in words and in deed.
pub(crate) type Tweak = (&'static str, fn(&mut Catalog));

/// The scripts of each change, in both styles.
pub(crate) fn told(before: &Catalog, tweaks: &[Tweak]) -> String {
    let mut text = String::new();
    for (what, tweak) in tweaks {
        let mut after = before.clone();
        tweak(&mut after);
        let _ = writeln!(text, "===== {what}");
        for (from, to, way) in [(before, &after, "there"), (&after, before, "back")] {
            let plan = plan_between(from, to);
            let _ = writeln!(text, "----- {way}\n{}", plan.script());
            let (online, is_other) = plan.online(from);
            if is_other {
                let _ = writeln!(text, "----- {way}, in use\n{}", online.script());
            }
        }
        assert!(plan_between(&after, &after).is_empty(), "{what}");
    }
    text
}
