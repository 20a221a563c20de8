//! What the language has beyond Prisma's: a good schema for each database, and what it means.

mod support;

use relata_schema::ir::{Default, Deferrable, IndexValue, Nulls, ServerCodeKind};
use relata_schema::{Analysis, FileId, Tree, definition};
use support::{analyzed, formatted, shown};

const POSTGRES: &str = r#"datasource db {
  provider = "postgresql"
}

/// An address.
domain Email {
  type = String @db.Citext @check("value ~ '@'", map: "has_at") @default("a@b")

  @@map("email")
  @@check("length(value) < 100")
  @@comment("who")
}

model User {
  id     Int    @id @default(identity(always: true, start: 10, increment: 5)) @rust.newtype
  email  Email? @unique(nullsDistinct: false)
  name   String @collate("C") @comment("full name") @renamed(from: "title") @rust.hidden
  upper  String @generated("upper(name)")
  raw    Int
  orders Order[]

  @@index([raw("lower(name)", sort: Desc, nulls: Last), name(collate: "C"), raw(sort: Desc)], include: [upper], where: raw("id > 0"), map: "i")
  @@map("users")
  @@renamed(from: "people")
  @@rls(force: true)
  @@comment("people")
  @@rust.non_exhaustive
}

model Order {
  id     Int  @id
  userId Int
  user   User @relation(fields: [userId], references: [id], deferrable: InitiallyDeferred)
  price  Int  @check("price >= 0")
  room   Int

  @@exclude("USING gist (room WITH =)")
  @@check("price < 100")
}

view Totals {
  id Int @unique

  @@index([id], map: "totals_by_id")
  @@sql("""
    CREATE MATERIALIZED VIEW totals AS SELECT id FROM users
  """)
  @@map("totals")
}

function total {
  @@sql("CREATE FUNCTION total(a int) RETURNS int LANGUAGE sql AS $$ SELECT 1; $$")
  @@map("total(int)")
}

function totalOfText {
  @@sql("CREATE FUNCTION total(a text) RETURNS int LANGUAGE sql AS 'SELECT 1'")
  @@map("total(text)")
}

trigger stamp {
  @@sql("CREATE TRIGGER stamp AFTER INSERT ON users EXECUTE FUNCTION f()")
}

policy own { @@sql("CREATE POLICY own ON users USING (true)") }

shape UserPage on User { orders { user } }
"#;

const MYSQL: &str = r#"datasource db {
  provider = "mysql"
}

model A {
  id Int    @id
  a  String @collate("utf8mb4_bin") @comment("kept") @check("a <> ''")
  b  Int    @generated("id + 1", stored: false)

  @@index([raw("(id + 1)")])
  @@comment("kept")
}

view v {
  id Int

  @@sql("CREATE OR REPLACE VIEW v AS SELECT 1 AS id")
}

function f {
  @@sql("CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1")
}

trigger t {
  @@sql("CREATE TRIGGER t BEFORE INSERT ON A FOR EACH ROW BEGIN SET NEW.a = 'x'; END")
}
"#;

const SQLITE: &str = r#"datasource db {
  provider = "sqlite"
}

model A {
  id  Int  @id
  up  A?   @relation("t", fields: [b], references: [id], deferrable: InitiallyImmediate)
  b   Int? @check("b <> id")
  all A[]  @relation("t")
  c   Int  @generated("b + 1")

  @@index([raw("abs(b)"), c(collate: "NOCASE")])
}

trigger t {
  @@sql("CREATE TRIGGER T AFTER INSERT ON A BEGIN SELECT 1; END")
}
"#;

fn good(text: &str) -> Analysis {
    let (sources, analysis) = analyzed(text);
    assert!(
        analysis.diagnostics.is_empty(),
        "{}",
        shown(&sources, &analysis)
    );
    analysis
}

#[test]
fn each_database_has_its_own() {
    for text in [POSTGRES, MYSQL, SQLITE] {
        good(text);
    }
}

#[test]
fn a_good_schema_is_formatted_once() {
    for text in [POSTGRES, MYSQL, SQLITE] {
        let once = formatted(text);
        assert_eq!(formatted(&once), once);
        good(&once);
    }
}

#[test]
fn everything_is_in_the_schema() {
    let analysis = good(POSTGRES);
    let schema = &analysis.schema;
    let user = schema.find_model("User").unwrap();
    let field = |name: &str| user.find_field(name).unwrap();
    match field("id").default() {
        Some(Default::Identity(identity)) => {
            assert!(identity.always);
            assert_eq!((identity.start, identity.increment), (Some(10), Some(5)));
        }
        other => panic!("{other:?}"),
    }
    assert!(field("id").newtype().is_some() && field("name").hidden().is_some());
    assert_eq!(&*field("name").collation().unwrap().name, "C");
    assert_eq!(&*field("name").comment().unwrap().text, "full name");
    assert_eq!(&*field("name").renamed().unwrap().from, "title");
    assert!(field("upper").generated().unwrap().stored);
    let email = field("email").domain().unwrap();
    assert_eq!(email.database_name(), "email");
    assert_eq!(email.native_type().unwrap().name(), "Citext");
    let names: Vec<&str> = email
        .checks()
        .iter()
        .map(|check| &*check.database_name)
        .collect();
    assert_eq!(names, ["email_check", "has_at"]);
    assert_eq!(email.docs(), Some("An address."));

    let unique = &user.indexes()[0];
    assert!(!unique.nulls_distinct && unique.is_total_unique());
    let index = &user.indexes()[1];
    assert!(
        matches!(&index.columns[0].value, IndexValue::Expression(sql) if &*sql.text == "lower(name)")
    );
    assert_eq!(index.columns[0].nulls, Some(Nulls::Last));
    assert_eq!(index.columns[1].collation.as_deref(), Some("C"));
    assert_eq!(index.columns[2].field(), Some(field("raw").id()));
    assert_eq!(index.include, [field("upper").id()]);
    assert!(user.row_security().unwrap().force);
    assert!(user.comment().is_some() && user.non_exhaustive().is_some());
    assert_eq!(&*user.renamed().unwrap().from, "people");

    let order = schema.find_model("Order").unwrap();
    let names: Vec<&str> = order
        .checks()
        .iter()
        .map(|check| &*check.database_name)
        .collect();
    assert_eq!(names, ["Order_price_check", "Order_check"]);
    assert_eq!(&*order.exclusions()[0].database_name, "Order_excl");
    let relation = schema.relations().next().unwrap();
    assert_eq!(relation.deferrable(), Some(Deferrable::InitiallyDeferred));

    assert!(schema.find_model("Totals").unwrap().is_materialized());
    let code: Vec<_> = schema
        .server_code()
        .iter()
        .map(|code| (code.kind, &*code.database_name, code.arguments.as_deref()))
        .collect();
    assert_eq!(
        code,
        [
            (ServerCodeKind::Function, "total", Some("int")),
            (ServerCodeKind::Function, "total", Some("text")),
            (ServerCodeKind::Trigger, "stamp", None),
            (ServerCodeKind::Policy, "own", None),
        ]
    );
    assert_eq!(
        &*schema.server_code()[3].table.as_ref().unwrap().name,
        "users"
    );
    let shape = &schema.shapes()[0];
    assert_eq!(schema.model(shape.model).name(), "User");
    assert_eq!(shape.includes[0].includes.len(), 1);
}

#[test]
fn a_relation_without_a_foreign_key_is_not_enforced() {
    let schema = "datasource db {\n  provider = \"sqlite\"\n}\nmodel A {\n  id Int @id\n  bs B[]\n}\nmodel B {\n  id Int @id\n  a A @relation(fields: [id], references: [id], foreignKey: false)\n}\n";
    let (_, analysis) = analyzed(schema);
    assert!(analysis.is_valid(), "{:?}", analysis.diagnostics);
    let relation = analysis.schema.relations().next().unwrap();
    assert!(relation.is_without_foreign_key() && !relation.is_enforced());
}

#[test]
fn names_lead_to_their_definitions() {
    let analysis = good(POSTGRES);
    let tree = Tree::parse(FileId(0), POSTGRES.into());
    let at = |text: &str, skip: usize| {
        let offset = POSTGRES.find(text).unwrap() + skip;
        let span = definition(&analysis.schema, &tree, offset as u32)?;
        Some(&POSTGRES[span.range()])
    };
    for (text, skip, name) in [
        ("Email? ", 0, "Email"),
        ("on User { orders", 3, "User"),
        ("{ orders { user", 2, "orders"),
        ("{ user } }", 2, "user"),
        ("include: [upper]", 10, "upper"),
        ("policy own", 7, "own"),
        ("shape UserPage", 6, "UserPage"),
    ] {
        assert_eq!(at(text, skip), Some(name), "{text}");
    }
}
