//! Positions: what is here, where it is defined, where it is used. `^` marks the place in the line above it.

use relata_schema::{FileId, LeafKind, Position, Sources, Tree, analyze, definition, references};

const SCHEMA: &str = r#"
datasource db {
  provider = "postgresql"
}

/// Who writes.
model User {
  id    Int    @id
  role  Role   @default(ADMIN)
  posts Post[] @relation("Author")
  email String?

  @@unique([email], where: { email: { not: null } })
}

model Post {
  id       Int  @id
  authorId Int
  author   User @relation("Author", fields: [authorId], references: [id], onDelete: Cascade)

  @@index([authorId(sort: Desc), id])
}

enum Role {
  ADMIN @map("admin")
  READER
}
"#;

/// The offset of the first `needle` behind `context`.
fn offset(context: &str, needle: &str) -> u32 {
    let start = SCHEMA.find(context).expect("the context");
    let at = start + SCHEMA[start..].find(needle).expect("the needle");
    u32::try_from(at).expect("small")
}

fn tree() -> Tree {
    Tree::parse(FileId(0), SCHEMA.into())
}

/// The line that the name at a place is defined on, and the text there.
fn defined(context: &str, needle: &str) -> Option<(usize, String)> {
    let sources = Sources::one("a.schema", SCHEMA);
    let analysis = analyze(&sources);
    let span = definition(&analysis.schema, &tree(), offset(context, needle))?;
    Some((sources.line_column(span).0, sources.slice(span).to_owned()))
}

#[test]
fn a_position_tells_everything_around_it() {
    let tree = tree();
    let at = Position::at(&tree, offset("onDelete", "Cascade") + 2);
    let texts =
        [at.block, at.line, at.attribute, at.argument].map(|named| named.map(|named| named.text));
    assert_eq!(
        texts,
        [
            Some("Post"),
            Some("author"),
            Some("relation"),
            Some("onDelete")
        ]
    );
    let leaf = at.leaf.expect("a leaf");
    assert_eq!((leaf.kind, leaf.named.text), (LeafKind::Path, "Cascade"));

    let at = Position::at(&tree, offset("authorId(sort", "Desc"));
    assert_eq!(at.call.map(|call| call.text), Some("authorId"));
    let at = Position::at(&tree, offset("/// Who", "Who"));
    assert_eq!(at.leaf.map(|leaf| leaf.kind), Some(LeafKind::Comment));
    // Between two blocks there is nothing.
    let at = Position::at(&tree, offset("}\n\nmodel Post", "\n\nmodel") + 1);
    assert_eq!(at, Position::default());
}

#[test]
fn every_offset_has_a_position() {
    let tree = tree();
    for offset in 0..=SCHEMA.len() {
        let position = Position::at(&tree, u32::try_from(offset).expect("small"));
        if let Some(leaf) = position.leaf {
            let span = leaf.named.span;
            assert!(
                span.start as usize <= offset && offset <= span.end as usize + 1,
                "{offset}: {leaf:?}"
            );
        }
    }
}

#[test]
fn names_lead_to_their_definitions() {
    let line = |text: &str| {
        Some((
            SCHEMA
                .lines()
                .position(|line| line.contains(text))
                .expect("a line")
                + 1,
            (),
        ))
    };
    let at = |context, needle| defined(context, needle).map(|(line, _)| (line, ()));
    assert_eq!(at("posts Post", "Post["), line("model Post"));
    assert_eq!(at("role  Role", "Role"), line("enum Role"));
    assert_eq!(at("@default(ADMIN)", "ADMIN"), line("ADMIN @map"));
    assert_eq!(at("fields: [authorId]", "authorId"), line("authorId Int"));
    // `references` names a field of the other model.
    assert_eq!(at("references: [id]", "id"), line("id    Int    @id"));
    assert_eq!(at("[authorId(sort", "authorId"), line("authorId Int"));
    assert_eq!(at("@@unique([email]", "email"), line("email String?"));
    assert_eq!(at("where: { email", "email"), line("email String?"));
    assert_eq!(at("model Post", "Post"), line("model Post"));
    // A scalar, a function, an action and a string stand for nothing of the schema.
    for (context, needle) in [
        ("id    Int", "Int"),
        ("onDelete: Cascade", "Cascade"),
        ("\"Author\"", "Author"),
        ("sort: Desc", "Desc"),
    ] {
        assert_eq!(defined(context, needle), None, "{needle}");
    }
}

#[test]
fn references_are_all_places_of_a_name() {
    let sources = Sources::one("a.schema", SCHEMA);
    let analysis = analyze(&sources);
    let trees = [tree()];
    let used = |context, needle| -> Vec<String> {
        let span =
            definition(&analysis.schema, &trees[0], offset(context, needle)).expect("a definition");
        let spans = references(&analysis.schema, &trees, span);
        spans
            .into_iter()
            .map(|span| {
                SCHEMA
                    .lines()
                    .nth(sources.line_column(span).0 - 1)
                    .unwrap_or("")
                    .trim()
                    .to_owned()
            })
            .collect()
    };
    assert_eq!(
        used("model Post", "Post"),
        ["posts Post[] @relation(\"Author\")", "model Post {"]
    );
    assert_eq!(used("authorId Int", "authorId").len(), 3);
    assert_eq!(used("ADMIN @map", "ADMIN").len(), 2);
    assert_eq!(
        used("id    Int", "id").len(),
        2,
        "the field and its use in references"
    );
}
