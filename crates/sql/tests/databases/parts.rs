//! What hangs together in a PostgreSQL database: partitions and heirs, computed columns, what is said of parts of objects.

use std::fmt::Write as _;

use relata_schema::ir::IndexKind;
use relata_sql::Catalog;
use relata_sql::catalog::{
    Address, Column, ColumnType, Comment, Deferrable, Dependency, Firing, Generated, Index,
    IndexColumn, Kind, Managed, ObjectName, Sequence, SequenceOptions, Trigger, TypeKind,
};
use relata_testing::snapshot;

use super::postgres::{attribute, database};
use super::support::{catalog, plan_between};
use super::{SCHEMA, Tweak, check, column, index, name, other, printed, told};

/// A database with a table in parts, and one that another inherits from.
fn divided() -> Catalog {
    let mut it = database();
    let mut whole = it.tables[1].clone();
    whole.foreign_keys.clear();
    whole.exclusions.clear();
    whole.indexes.truncate(1);
    whole.checks[0].is_inherited = false;
    whole.columns.truncate(4);
    for column in &mut whole.columns {
        column.default = None;
    }
    let mut parent = whole.clone();
    parent.name = name("Node");
    (parent.primary_key, parent.indexes) = (None, Vec::new());
    let mut heir = parent.clone();
    heir.name = name("Leaf");
    heir.ancestry.inherits = vec![name("Node")];
    whole.name = name("Log");
    whole.primary_key.as_mut().unwrap().name = Some("Log_pkey".into());
    whole.indexes[0].name = "Log_idx".into();
    whole.ancestry.partitioned_by = Some("RANGE (id)".into());
    let mut part = whole.clone();
    part.name = name("Log_1");
    part.ancestry.partitioned_by = None;
    part.ancestry.partition_of = Some((name("Log"), "FOR VALUES FROM (1) TO (10)".into()));
    let key = part.primary_key.as_mut().unwrap();
    key.name = Some("Log_1_pkey".into());
    key.part_of = Some(name("Log_pkey"));
    part.indexes[0].name = "Log_1_idx".into();
    part.indexes[0].part_of = Some(name("Log_idx"));
    for below in [&mut part, &mut heir] {
        for column in &mut below.columns {
            column.is_inherited = true;
        }
        below.checks[0].is_inherited = true;
    }
    it.tables.extend([whole, part, parent, heir]);
    let table = &mut it.tables[1];
    table.columns.push(Column {
        nullable: true,
        ..Column::new("mark", other("public.citext"))
    });
    let generated = Generated {
        expression: printed("(size * 2)"),
        stored: true,
    };
    table.columns.push(Column {
        nullable: true,
        generated: Some(generated),
        ..Column::new("twice", other("integer"))
    });
    let mut lower = index("lower_note", &[""]);
    lower.columns[0].expression = Some(printed("lower(note)"));
    table.indexes.push(lower);
    let mut good = index("good", &["code"]);
    good.predicate = Some(printed("(mood = 'GOOD'::\"Mood\")"));
    table.indexes.push(good);
    it.triggers.push(Trigger {
        name: "instead".into(),
        table: name("codes"),
        statement: printed(
            "CREATE TRIGGER instead INSTEAD OF INSERT ON codes FOR EACH ROW EXECUTE FUNCTION told()",
        ),
        firing: Firing::Origin,
        on_partitions: Vec::new(),
        follows: None,
        sql_mode: None,
    });
    it.tables[1].columns.push(Column::new(
        "mails",
        ColumnType {
            kind: TypeKind::Domain(name("email")),
            list: true,
        },
    ));
    let (item, column) = (name("Item"), |column: &str| {
        Address::column(&name("Item"), column)
    });
    for (of, on) in [
        (column("mark"), Address::global(Kind::Extension, "citext")),
        (column("mails"), Address::of(Kind::Domain, &name("email"))),
        (Address::part(Kind::Default, &item, "twice"), column("size")),
        (
            Address::of(Kind::Index, &name("lower_note")),
            column("note"),
        ),
        (Address::of(Kind::Index, &name("good")), column("mood")),
    ] {
        it.dependencies.push(Dependency { of, on });
    }
    it.dependencies.sort();
    it.triggers.push(Trigger {
        name: "log".into(),
        table: name("Log"),
        statement: printed(
            "CREATE TRIGGER log AFTER INSERT ON \"Log\" FOR EACH ROW EXECUTE FUNCTION told()",
        ),
        firing: Firing::Origin,
        on_partitions: vec![(name("Log_1"), Firing::Disabled)],
        follows: None,
        sql_mode: None,
    });
    it
}

const WHOLE: usize = 2;
const PART: usize = 3;
const PARENT: usize = 4;
const HEIR: usize = 5;

const BELOW: &[Tweak] = &[
    ("a column of all that is required", |it| {
        for at in [WHOLE, PART, PARENT, HEIR] {
            it.tables[at].columns[3].nullable = false;
        }
    }),
    ("a column of all with another type", |it| {
        for at in [WHOLE, PART, PARENT, HEIR] {
            it.tables[at].columns[1].ty = other("bigint");
        }
    }),
    ("a column less", |it| {
        for at in [WHOLE, PART, PARENT, HEIR] {
            it.tables[at].columns.remove(3);
        }
    }),
    ("a column more, with another default below", |it| {
        for at in [WHOLE, PART, PARENT, HEIR] {
            let mut column = it.tables[at].columns[1].clone();
            column.name = "more".into();
            let number = if at == WHOLE || at == PARENT {
                "1"
            } else {
                "2"
            };
            let default = relata_sql::catalog::Literal::Number(number.into());
            column.default = Some(relata_sql::catalog::Default::Literal(default));
            it.tables[at].columns.push(column);
        }
    }),
    ("another check of all", |it| {
        for at in [WHOLE, PART, PARENT, HEIR] {
            it.tables[at].checks[0].expression = printed("(id > 2)");
        }
    }),
    ("a check less", |it| {
        for at in [WHOLE, PART, PARENT, HEIR] {
            it.tables[at].checks.clear();
        }
    }),
    ("a check of the parent alone", |it| {
        it.tables[PARENT].checks[0].no_inherit = true;
        it.tables[HEIR].checks.clear();
    }),
    ("no key", |it| {
        for at in [WHOLE, PART] {
            it.tables[at].primary_key = None;
        }
    }),
    ("a key of the part alone", |it| {
        it.tables[WHOLE].primary_key = None;
        it.tables[PART].primary_key.as_mut().unwrap().part_of = None;
    }),
    ("a key of the whole alone", |it| {
        it.tables[WHOLE].primary_key.as_mut().unwrap().stands_alone = true;
        it.tables[PART].primary_key.as_mut().unwrap().part_of = None;
    }),
    ("a key of the part with another name", |it| {
        it.tables[PART].primary_key.as_mut().unwrap().name = Some("of_part".into());
    }),
    ("no index", |it| {
        for at in [WHOLE, PART] {
            it.tables[at].indexes.clear();
        }
    }),
    ("an index of the part alone", |it| {
        it.tables[WHOLE].indexes.clear();
        it.tables[PART].indexes[0].part_of = None;
    }),
    ("other bounds", |it| {
        let (_, bounds) = it.tables[PART].ancestry.partition_of.as_mut().unwrap();
        *bounds = "FOR VALUES FROM (1) TO (20)".into();
    }),
    ("a part that stands alone", |it| {
        let part = &mut it.tables[PART];
        part.ancestry.partition_of = None;
        part.primary_key.as_mut().unwrap().part_of = None;
        part.indexes[0].part_of = None;
        part.checks[0].is_inherited = false;
        for column in &mut part.columns {
            column.is_inherited = false;
        }
        it.triggers[1].on_partitions.clear();
    }),
    ("an heir that stands alone", |it| {
        let heir = &mut it.tables[HEIR];
        heir.ancestry.inherits.clear();
        heir.checks[0].is_inherited = false;
        for column in &mut heir.columns {
            column.is_inherited = false;
        }
    }),
    ("a part less", |it| {
        it.tables.remove(PART);
        it.triggers[1].on_partitions.clear();
    }),
    ("rows divided otherwise", |it| {
        it.tables[WHOLE].ancestry.partitioned_by = Some("LIST (id)".into());
        let (_, bounds) = it.tables[PART].ancestry.partition_of.as_mut().unwrap();
        *bounds = "FOR VALUES IN (1)".into();
    }),
    ("a trigger that fires on the part", |it| {
        it.triggers[1].on_partitions.clear();
    }),
    ("a number from a sequence that stands alone", |it| {
        it.tables[0].columns[0].default = Some(relata_sql::catalog::Default::Autoincrement {
            sequence: Some(name("Owner_id_seq")),
        });
        it.sequences.push(Sequence {
            name: name("Owner_id_seq"),
            options: SequenceOptions::usual("integer"),
            owned_by: None,
            is_unlogged: false,
        });
    }),
    ("a check of a domain under another name", |it| {
        it.domains[0].checks[0].name = "is_mail".into();
    }),
    ("all that is said of things that are made anew", |it| {
        it.views[0].query = printed(" SELECT \"Item\".note AS code\n   FROM \"Item\"");
        it.views[0].columns[0].ty = "text".into();
        it.composites[0].attributes.reverse();
        it.domains[0].base = "citext".into();
    }),
    ("no extension, and a type of it gone with it", |it| {
        it.extensions.clear();
        column(it, "mark").ty = other("text");
    }),
    ("an extension elsewhere, and its type with it", |it| {
        it.extensions[0].namespace = Some("ext".into());
        column(it, "mark").ty = other("ext.citext");
    }),
    ("another expression of a computed column", |it| {
        column(it, "twice").generated.as_mut().unwrap().expression = printed("(size * 3)");
    }),
    ("a computed column over one with another type", |it| {
        column(it, "size").ty = other("bigint");
    }),
    ("a computed column that is none", |it| {
        column(it, "twice").generated = None;
    }),
    (
        "an index of an expression over a column with another type",
        |it| {
            column(it, "note").ty = other("citext");
        },
    ),
    ("a domain with another collation", |it| {
        it.domains[0].collation = Some(ObjectName::new(Some("pg_catalog"), "C"));
    }),
    ("a proved check of a domain", |it| {
        it.domains[0]
            .checks
            .push(check("long", "(length(VALUE) > 3)"));
    }),
    ("an unproved check of a domain", |it| {
        it.domains[0]
            .checks
            .push(check("long", "(length(VALUE) > 3)"));
        it.domains[0].checks[1].is_valid = false;
    }),
    ("fewer values of an enum that an index speaks of", |it| {
        it.enums[0].values.truncate(1);
    }),
    ("a tighter domain that lists hold", |it| {
        it.domains[0].not_null = true;
    }),
    ("an index by the class that goes without saying", |it| {
        it.tables[1].indexes[0].columns[0].operator_class = Some("int4_ops".into());
    }),
    ("a table without its key", |it| {
        it.tables[1].primary_key = None;
    }),
    ("a key over what may be missing", |it| {
        it.tables[1].primary_key.as_mut().unwrap().columns = vec![IndexColumn::new("note")];
        column(it, "note").nullable = false;
    }),
    ("uniques that are constraints", |it| {
        let unique = |name: &str, column: &str, constraint| Index {
            constraint: Some(constraint),
            kind: IndexKind::Unique,
            ..index(name, &[column])
        };
        let table = &mut it.tables[1];
        table
            .indexes
            .push(unique("one \"code\"", "code", Deferrable::No));
        table
            .indexes
            .push(unique("waits", "size", Deferrable::InitiallyDeferred));
    }),
    ("a view over another column, and a trigger of it", |it| {
        it.views[0].query = printed(" SELECT \"Item\".note AS other\n   FROM \"Item\"");
        it.views[0].columns[0].name = "other".into();
    }),
    ("a table of a type with one more attribute", |it| {
        it.composites[0].attributes.push(attribute("z", "integer"));
    }),
];

/// What is said of parts of objects.
fn commented(mut it: Catalog) -> Catalog {
    for on in [
        Address::column(&name("codes"), "code"),
        Address::column(&name("place"), "x"),
        Address::part(Kind::DomainConstraint, &name("email"), "email_check"),
        Address::of(Kind::Index, &name("sizes_size")),
        Address::of(Kind::Index, &name("Item_ownerId_code_idx")),
        Address::of(Kind::Sequence, &name("Item_id_seq")),
        Address::part(Kind::Constraint, &name("Item"), "positive"),
        Address::of(Kind::View, &name("codes")),
        Address::of(Kind::Domain, &name("email")),
        Address::of(Kind::Type, &name("Mood")),
        Address::column(&name("Item"), "note"),
    ] {
        let text = format!("said of {on}").into();
        it.comments.push(Comment { on, text });
    }
    it.comments.sort();
    it
}

#[test]
fn what_lies_below_changes_with_what_is_above() {
    snapshot(
        "sql/postgres/databases_in_parts",
        &told(&commented(divided()), BELOW),
    );
}

#[test]
fn a_schema_drops_what_it_owns() {
    let found = commented(divided());
    let text = format!("datasource db {{\n  provider = \"postgresql\"\n}}\n{SCHEMA}");
    let mut wanted = catalog("database", &text);
    let mut told = format!(
        "===== as Prisma\n{}\n",
        plan_between(&found, &wanted).script()
    );
    for kind in Managed::ALL {
        wanted.managed = [kind].into();
        let script = plan_between(&found, &wanted).script();
        let _ = writeln!(told, "===== {kind:?}\n{script}");
    }
    snapshot("sql/postgres/databases_of_schemas", &told);
}
