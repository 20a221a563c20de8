//! Diagrams of one schema with every kind of relation.

use std::fmt::Write as _;

use relata_schema::{Diagram, DiagramFormat, Sources, analyze};
use relata_testing::{sections, snapshot};

const PEOPLE: &str = r#"
/// Somebody.
model Person {
  id      Int      @id
  email   String   @unique @map("e-mail <x>")
  bossId  Int?
  boss    Person?  @relation("Boss", fields: [bossId], references: [id])
  staff   Person[] @relation("Boss")
  card    Card?
  teams   Team[]
  tags    String[]

  @@map("people & \"others\"")
}

model Card {
  number   BigInt @id
  personId Int    @unique
  person   Person @relation(fields: [personId], references: [id])
}
"#;

const TEAMS: &str = "
model Team {
  id     Int      @id
  people Person[]
  place  Unsupported(\"circle\")?
}

model Alone {
  id Int @id
}
";

fn diagram() -> (String, Diagram) {
    let mut sources = Sources::default();
    sources.add(
        "people.schema",
        &format!("datasource db {{\n  provider = \"postgresql\"\n}}\n{PEOPLE}"),
    );
    sources.add("teams.schema", TEAMS);
    let analysis = analyze(&sources);
    assert!(analysis.is_valid(), "{:?}", analysis.diagnostics);
    (
        format!("{PEOPLE}{TEAMS}"),
        Diagram::new(&analysis.schema, &sources),
    )
}

#[test]
fn for_graphviz() {
    let (schema, diagram) = diagram();
    snapshot(
        "diagram/dot",
        &sections(&[
            ("SCHEMA", &schema),
            ("DOT", &diagram.print(DiagramFormat::Dot)),
        ]),
    );
}

#[test]
fn for_mermaid() {
    let (schema, diagram) = diagram();
    snapshot(
        "diagram/mermaid",
        &sections(&[
            ("SCHEMA", &schema),
            ("MERMAID", &diagram.print(DiagramFormat::Mermaid)),
        ]),
    );
}

#[test]
fn as_a_drawing_that_is_well_formed_and_has_everything_in_it() {
    let (_, diagram) = diagram();
    let svg = diagram.print(DiagramFormat::Svg);
    for name in [
        "Person",
        "Card",
        "Team",
        "Alone",
        "people.schema",
        "&quot;others&quot;",
        "circle?",
    ] {
        assert!(svg.contains(name), "{name}");
    }
    let count = |text: &str| svg.matches(text).count();
    assert_eq!(count("<g>"), 4, "a box for each model");
    assert_eq!(count("class=\"link\""), 3, "a line for each relation");
    assert_eq!(count("<text"), count("</text>"));
    assert_eq!(count("<g"), count("</g>"));
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
}

#[test]
fn boxes_do_not_lie_on_each_other() {
    let mut text = String::from("datasource db {\n  provider = \"sqlite\"\n}\n");
    for number in 0..60 {
        let other = number * 7 % 60;
        let _ = writeln!(
            text,
            "model M{number} {{\n  id Int @id\n  otherId Int\n  other M{other} @relation(\"R{number}\", fields: [otherId], references: [id])"
        );
        for back in (0..60).filter(|back| back * 7 % 60 == number) {
            let _ = writeln!(text, "  back{back} M{back}[] @relation(\"R{back}\")");
        }
        text += "}\n";
    }
    let sources = Sources::one("a.schema", &text);
    let analysis = analyze(&sources);
    assert!(analysis.is_valid());
    let svg = Diagram::new(&analysis.schema, &sources).print(DiagramFormat::Svg);
    let number = |tag: &str, name: &str| -> f64 {
        let start = tag.find(&format!("{name}=\"")).expect("the attribute") + name.len() + 2;
        tag[start..]
            .split('"')
            .next()
            .and_then(|text| text.parse().ok())
            .expect("a number")
    };
    let boxes: Vec<[f64; 4]> = svg
        .lines()
        .filter_map(|line| line.strip_prefix("<g><rect "))
        .map(|tag| ["x", "y", "width", "height"].map(|name| number(tag, name)))
        .collect();
    assert_eq!(boxes.len(), 60);
    for (at, a) in boxes.iter().enumerate() {
        for b in &boxes[at + 1..] {
            let apart = a[0] + a[2] <= b[0]
                || b[0] + b[2] <= a[0]
                || a[1] + a[3] <= b[1]
                || b[1] + b[3] <= a[1];
            assert!(apart, "{a:?} and {b:?}");
        }
    }
}
