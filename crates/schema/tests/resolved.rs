//! What the attributes of a valid schema have become.

mod support;

use std::fmt::Write as _;

use relata_schema::ir::{Default, Literal, Nulls, Schema};
use support::{analyzed, shown};

fn schema(provider: &str, text: &str) -> Schema {
    let text = format!("datasource db {{\n  provider = \"{provider}\"\n}}\n{text}");
    let (sources, analysis) = analyzed(&text);
    assert!(analysis.is_valid(), "{}", shown(&sources, &analysis));
    analysis.schema
}

/// The default of the one field beside the id.
fn default(provider: &str, field: &str) -> Default {
    let schema = schema(
        provider,
        &format!("enum E {{\n  A\n  B\n}}\nmodel M {{\n  id Int @id\n  {field}\n}}\n"),
    );
    let field = schema.find_model("M").unwrap().fields().nth(1).unwrap();
    field.default().unwrap().clone()
}

#[test]
fn a_literal_is_of_its_fields_type() {
    for (field, literal) in [
        ("a Int @default(-1)", Literal::Number("-1".into())),
        (
            "a Decimal @default(\"1.50\")",
            Literal::Number("1.50".into()),
        ),
        ("a Boolean @default(false)", Literal::Boolean(false)),
        ("a String @default(\"1\")", Literal::Text("1".into())),
        (
            "a DateTime @default(\"2020-01-01T00:00:00Z\")",
            Literal::DateTime("2020-01-01T00:00:00Z".into()),
        ),
        ("a Json @default(\"[1]\")", Literal::Json("[1]".into())),
        (
            "a Bytes @default(\"aGk=\")",
            Literal::Bytes((*b"hi").into()),
        ),
    ] {
        let found = default("postgresql", field);
        assert_eq!(found, Default::Literal(literal), "{field}");
    }
}

#[test]
fn a_list_has_its_literals_in_order() {
    let number = |text: &str| Literal::Number(text.into());
    assert_eq!(
        default("postgresql", "a Int[] @default([2, 1])"),
        Default::List(vec![number("2"), number("1")])
    );
    assert_eq!(
        default("postgresql", "a Int[] @default([])"),
        Default::List(Vec::new())
    );
}

#[test]
fn a_sequence_has_its_options() {
    for (field, is_virtual, start) in [
        ("a Int @default(sequence())", false, None),
        ("a Int @default(sequence(virtual: true))", true, None),
        (
            "a BigInt @default(sequence(virtual: false, start: 5))",
            false,
            Some(5),
        ),
    ] {
        let Default::Sequence(sequence) = default("cockroachdb", field) else {
            panic!("{field}");
        };
        assert_eq!((sequence.is_virtual, sequence.start), (is_virtual, start));
    }
}

#[test]
fn an_index_has_its_nulls() {
    let schema = schema(
        "postgresql",
        "model A {\n  id Int @id\n  a Int?\n  b Int?\n\
         \n  @@unique([a], nullsDistinct: false)\n  @@unique([b], nullsDistinct: true)\n  @@unique([a, b])\n\
         \n  @@index([a(nulls: First), b(nulls: Last), id])\n}\n",
    );
    let model = schema.find_model("A").unwrap();
    let distinct: Vec<bool> = model.indexes().iter().map(|it| it.nulls_distinct).collect();
    assert_eq!(distinct, [false, true, true, true]);
    let nulls = model.indexes()[3].columns.iter().map(|it| it.nulls);
    assert!(nulls.eq([Some(Nulls::First), Some(Nulls::Last), None]));
}

#[test]
fn a_domain_has_its_checks_and_its_collation() {
    let schema = schema(
        "postgresql",
        "domain Email {\n  type = String @collate(\"C\") @check(\"VALUE <> ''\")\n  @@map(\"email\")\n}\n\
         domain Plain {\n  type = String @check(\"VALUE <> 'a'\", map: \"not_a\")\n}\n",
    );
    let names = schema.domains().map(|domain| {
        let checks: Vec<&str> = domain
            .checks()
            .iter()
            .map(|it| &*it.database_name)
            .collect();
        let collation = domain.collation().map(|it| &*it.name);
        (checks, collation)
    });
    let expected = [(vec!["email_check"], Some("C")), (vec!["not_a"], None)];
    assert!(names.eq(expected));
}

/// The models of a large schema are read in parts, on all processors; where the parts meet must not be seen.
#[test]
fn a_large_schema_is_resolved_as_a_small_one() {
    let text = |count: usize| {
        let mut text = String::from("enum E {\n  A\n  B\n}\n");
        for i in 0..count {
            let next = (i + 1) % count;
            let _ = writeln!(
                text,
                "model M{i} {{\n  id Int @id\n  a E @default(B)\n  b String @db.VarChar({})\n  n M{next}? @relation(\"R{i}\", fields: [nId], references: [id])\n  nId Int? @unique\n  o M{}? @relation(\"R{}\")\n}}",
                i + 1,
                (i + count - 1) % count,
                (i + count - 1) % count,
            );
        }
        text
    };
    let lines = |count: usize| -> Vec<String> {
        let schema = schema("postgresql", &text(count));
        let models = schema.models().map(|model| {
            let fields = model
                .fields()
                .map(|field| (field.name(), field.default(), field.native_type()));
            let indexes = model.indexes().iter().map(|it| &*it.database_name);
            format!(
                "{} {:?} {:?}",
                model.name(),
                fields.collect::<Vec<_>>(),
                indexes.collect::<Vec<_>>()
            )
        });
        let relations = schema.relations().map(|relation| {
            format!(
                "{:?} {} {:?}",
                relation.name(),
                relation.forward_field().name(),
                relation.constraint_name()
            )
        });
        let count = relations.len();
        models.chain(relations.take(count - 1)).collect()
    };
    let few = lines(100);
    for count in [700, 1003] {
        let many = lines(count);
        assert_eq!(many.len(), 2 * count - 1);
        assert_eq!(many[..100], few[..100]);
        assert_eq!(many[count..count + 99], few[100..]);
    }
}
