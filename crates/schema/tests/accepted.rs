//! What Prisma accepts is accepted, strange or not. Each line is the inside of a model with an id, unless it begins with a block.

mod support;

use relata_schema::Severity;
use relata_schema::diagnostic::Code;
use support::{analyzed, shown};

fn schema(provider: &str, text: &str) -> String {
    let head = format!("datasource db {{\n  provider = \"{provider}\"\n}}\n");
    let is_block = ["model", "enum", "view", "generator"]
        .iter()
        .any(|word| text.starts_with(&format!("{word} ")));
    if is_block {
        format!("{head}{text}\n")
    } else {
        format!(
            "{head}enum E {{\n  A\n  B @map(\"bee\")\n}}\nmodel M {{\n  id Int @id\n{text}\n}}\n"
        )
    }
}

/// Accepted without a word.
const SILENT: &[(&str, &str)] = &[
    // Names.
    ("postgresql", "model Größe_1 {\n  id Int @id\n}"),
    (
        "postgresql",
        "  model String\n  enum E\n  type Int\n  class Boolean",
    ),
    ("postgresql", "enum Quiet {\n  NONE @map(\"\")\n}"),
    ("postgresql", "model model {\n  id Int @id\n}"),
    // Blanks.
    (
        "postgresql",
        "  a DateTime @ default ( now ( ) )\n  b Int ?\n  c Int []\n  d Unsupported( \"x\" ) ?\n  @@ index ([ a , b ])",
    ),
    (
        "postgresql",
        "  a Int@default(1)@map(\"b\")\n  @@index(a)\n  @@index(fields: [a, id])",
    ),
    (
        "postgresql",
        "  a Int // comment\n  /* comment */ b Int /* comment */\n  c Int /// documentation",
    ),
    // Defaults.
    (
        "postgresql",
        "  a Float @default(1)\n  b Decimal @default(\"1.5\")\n  c Int @default(-1)\n  d E @default(B)\n  e E[] @default([A, B])",
    ),
    (
        "postgresql",
        "  a DateTime @default(\"2020-02-29T00:00:00.123456789+02:00\")\n  b Json @default(\"{\\\"a\\\": 1}\")\n  c Bytes @default(\"aGk=\")",
    ),
    (
        "postgresql",
        "  a String @default(uuid(7))\n  b String @default(cuid(2))\n  c String @default(nanoid(2))\n  d String @default(ulid())\n  e Int @default(dbgenerated())",
    ),
    (
        "postgresql",
        "  a Int[] @default([])\n  b Int[] @default(dbgenerated(\"ARRAY[1]\"))\n  c Unsupported(\"x\") @default(dbgenerated(\"y\"))",
    ),
    (
        "cockroachdb",
        "  a Int @default(sequence(start: 5, cache: 2))\n  b BigInt @default(autoincrement())",
    ),
    (
        "sqlite",
        "  a Json @default(\"{}\")\n  b E @default(A)\n  c Decimal @default(1.5)",
    ),
    ("mysql", "  a Int @unique @default(autoincrement())"),
    // Column types.
    (
        "postgresql",
        "  a String @db.VarChar\n  b String @db.VarChar(10485760)\n  c DateTime @db.Timestamptz(6)\n  d Decimal @db.Decimal(1000, 2)\n  e String[] @db.Uuid",
    ),
    (
        "mysql",
        "  a Boolean @db.TinyInt\n  b Bytes @db.Bit(64)\n  c Decimal @db.Decimal(0, 0)\n  d Int @db.UnsignedInt\n  e Boolean @db.Bit(1)",
    ),
    (
        "postgresql",
        "  a Unsupported(\"tsvector\")\n  b Unsupported(\"integer\")\n  c Unsupported(\"VarChar(a)\")",
    ),
    // Indexes.
    ("postgresql", "  a Int @unique\n  @@index([a])"),
    (
        "postgresql",
        "  a Json\n  b Int[]\n  c String\n  @@index([a(ops: JsonbPathOps), b], type: Gin)\n  @@index([c(ops: raw(\"gin_trgm_ops\"))], type: Gin)",
    ),
    (
        "postgresql",
        "  a String @db.Inet\n  b Unsupported(\"box\")\n  @@index([a(ops: InetOps)], type: Gist)\n  @@index([b], type: Gist)\n  @@index([a], type: SpGist, map: \"s\")",
    ),
    (
        "postgresql",
        "  a Int\n  b DateTime @db.Timestamptz\n  @@index([a(ops: Int4BloomOps), b], type: Brin)\n  @@index([a], type: Hash)",
    ),
    (
        "mysql",
        "  a String @db.Text\n  b Bytes\n  @@index([a(length: 10, sort: Desc), b(length: 4)])\n  @@fulltext([a], map: \"f\")",
    ),
    (
        "postgresql",
        "  a Int\n  @@index([a], name: \"old name of map\")\n  @@unique([a, id], name: \"both\", map: \"in the database\")",
    ),
    (
        "postgresql",
        "  a Int\n  b DateTime\n  @@index([a], where: { a: 1.5, b: { not: null } })\n  @@unique([a], where: raw(\"a > 1\"))",
    ),
    // Relations.
    (
        "postgresql",
        "  up M? @relation(\"tree\", fields: [upId], references: [id])\n  upId Int?\n  down M[] @relation(\"tree\")",
    ),
    (
        "postgresql",
        "  a M[] @relation(\"mesh\")\n  b M[] @relation(\"mesh\")",
    ),
    (
        "postgresql",
        "model A {\n  id Int @id\n  b B? @relation(fields: [bId], references: [x])\n  bId Int\n}\nmodel B {\n  x Int? @unique\n  id Int @id\n  as A[]\n}",
    ),
    (
        "postgresql",
        "model A {\n  x Int\n  bs B[]\n  @@id([x])\n}\nmodel B {\n  id Int @id\n  as A[]\n}",
    ),
    (
        "postgresql",
        "model A {\n  x Int\n  @@ignore\n}\nmodel B {\n  id Int @id @ignore\n}",
    ),
    // Configuration of others.
    (
        "postgresql",
        "generator a {\n  provider = env(\"X\")\n  a = { b: [1, true] }\n  previewFeatures = [\"multiSchema\", \"views\"]\n}\nview V {\n  id Int\n}",
    ),
];

/// Accepted with a warning of the code.
const WARNED: &[(&str, Code, &str)] = &[
    (
        "postgresql",
        Code::ServerWillRefuse,
        "  a Int @default(3000000000)",
    ),
    (
        "postgresql",
        Code::ServerWillRefuse,
        "  a DateTime[] @default(now())",
    ),
    (
        "postgresql",
        Code::ServerWillRefuse,
        "  a String @db.VarChar(0)",
    ),
    ("postgresql", Code::ServerWillRefuse, "  a Int @map(\"\")"),
    (
        "postgresql",
        Code::ServerWillRefuse,
        "  a String\n  @@index([a], type: Gist)",
    ),
    (
        "postgresql",
        Code::ServerWillRefuse,
        "  a Json @db.Json @unique",
    ),
    (
        "postgresql",
        Code::ServerWillRefuse,
        "model A {\n  id String @id @db.Xml\n}",
    ),
    (
        "postgresql",
        Code::ServerWillRefuse,
        "enum A {\n  X @map(\"x\")\n  Y @map(\"x\")\n}",
    ),
    (
        "mysql",
        Code::ServerWillRefuse,
        "  a DateTime @db.DateTime(7)",
    ),
    ("mysql", Code::ServerWillRefuse, "  a Bytes @unique"),
    ("mysql", Code::ServerWillRefuse, "  a Json\n  @@index([a])"),
    (
        "sqlite",
        Code::NotSupported,
        "  a Int\n  @@index([a(ops: Int4BloomOps)])",
    ),
    (
        "postgresql",
        Code::RelationFields,
        "model A {\n  id Int @id\n  b B @relation(fields: [bId], references: [id])\n  bId Int\n}\nmodel B {\n  id Int @id\n  as A[] @relation(map: \"fk\")\n}",
    ),
];

#[test]
fn without_a_word() {
    for (provider, text) in SILENT {
        let (sources, analysis) = analyzed(&schema(provider, text));
        assert!(
            analysis.diagnostics.is_empty(),
            "{}",
            shown(&sources, &analysis)
        );
    }
}

#[test]
fn with_a_warning() {
    for (provider, code, text) in WARNED {
        let (sources, analysis) = analyzed(&schema(provider, text));
        let found: Vec<_> = analysis
            .diagnostics
            .iter()
            .map(|finding| (finding.severity, finding.code))
            .collect();
        assert_eq!(
            found,
            [(Severity::Warning, *code)],
            "{text}\n{}",
            shown(&sources, &analysis)
        );
    }
}
