//! The objects of a PostgreSQL database.

use std::fmt::Write as _;

use relata_schema::ir::ReferentialAction;
use relata_script::Dialect;
use relata_sql::Catalog;
use relata_sql::catalog::{
    Address, Attribute, Column, ColumnType, Comment, Composite, Deferrable, Dependency, Domain,
    Exclusion, Extension, Firing, Function, FunctionKind, Grant, Grantee, IndexColumn, Kind,
    Materialized, ObjectName, Right, Sequence, SequenceOptions, Storage, Trigger, TypeKind, View,
    ViewColumn,
};
use relata_testing::snapshot;

use super::support::{catalog, plan_between};
use super::{SCHEMA, Tweak, check, column, index, name, other, printed, told};

fn view(named: &str, query: &str, columns: &[(&str, &str)]) -> View {
    let columns = columns.iter().map(|(name, ty)| ViewColumn {
        name: (*name).into(),
        ty: (*ty).into(),
        collation: None,
        default: None,
    });
    View {
        name: name(named),
        query: printed(query),
        statement: None,
        columns: columns.collect(),
        options: Vec::new(),
        materialized: None,
    }
}

fn function(named: &str, arguments: &str, head: &str, body: &str) -> Function {
    Function {
        name: name(named),
        arguments: arguments.into(),
        kind: FunctionKind::Function,
        statement: printed(&format!(
            "CREATE OR REPLACE FUNCTION public.{named}{head}\n LANGUAGE sql\nAS $function${body}$function$\n"
        )),
        sql_mode: None,
    }
}

pub(crate) fn attribute(name: &str, ty: &str) -> Attribute {
    Attribute {
        name: name.into(),
        ty: ty.into(),
        collation: None,
    }
}

/// The catalog from which each change starts.
pub(crate) fn database() -> Catalog {
    let text = format!("datasource db {{\n  provider = \"postgresql\"\n}}\n{SCHEMA}");
    let mut it = catalog("database", &text);
    it.is_whole = true;
    it.extensions.push(Extension {
        name: "citext".into(),
        namespace: Some("public".into()),
        version: Some("1.6".into()),
    });
    it.domains.push(Domain {
        name: name("email"),
        base: "text".into(),
        collation: None,
        default: None,
        not_null: false,
        not_null_name: None,
        checks: vec![check("email_check", "(VALUE ~ '@'::text)")],
    });
    it.composites.push(Composite {
        name: name("place"),
        attributes: vec![attribute("x", "integer"), attribute("y", "integer")],
    });
    it.sequences.push(Sequence {
        name: name("tickets"),
        options: SequenceOptions::usual("bigint"),
        owned_by: None,
        is_unlogged: false,
    });
    it.functions.push(function(
        "double",
        "integer",
        "(n integer)\n RETURNS integer",
        "SELECT n * 2",
    ));
    it.functions
        .push(function("told", "", "()\n RETURNS trigger", "SELECT NULL"));
    it.views.push(view(
        "codes",
        " SELECT \"Item\".code\n   FROM \"Item\"",
        &[("code", "character varying(8)")],
    ));
    let mut sizes = view(
        "sizes",
        " SELECT \"Item\".size\n   FROM \"Item\"",
        &[("size", "integer")],
    );
    sizes.materialized = Some(Materialized {
        indexes: vec![index("sizes_size", &["size"])],
        storage: Storage::default(),
        columns: Vec::new(),
        is_populated: true,
    });
    it.views.push(sizes);
    let table = &mut it.tables[1];
    table.columns.push(Column {
        nullable: true,
        ..Column::new("mail", ColumnType::one(TypeKind::Domain(name("email"))))
    });
    table.columns.push(Column {
        nullable: true,
        ..Column::new("at", other("place"))
    });
    table.checks.push(check("positive", "(size > 0)"));
    table.exclusions.push(Exclusion {
        name: "one_note".into(),
        definition: printed("EXCLUDE USING btree (note WITH =)"),
    });
    it.triggers.push(Trigger {
        name: "tell".into(),
        table: name("Item"),
        statement: printed(
            "CREATE TRIGGER tell AFTER INSERT ON \"Item\" FOR EACH ROW EXECUTE FUNCTION told()",
        ),
        firing: Firing::Origin,
        on_partitions: Vec::new(),
        follows: None,
        sql_mode: None,
    });
    let column = |column: &str| Address::column(&name("Item"), column);
    let view = |kind, named: &str| Address::of(kind, &name(named));
    for (of, on) in [
        (view(Kind::View, "codes"), column("code")),
        (view(Kind::MaterializedView, "sizes"), column("size")),
        (column("mail"), Address::of(Kind::Domain, &name("email"))),
        (column("at"), Address::of(Kind::Type, &name("place"))),
        (column("mood"), Address::of(Kind::Type, &name("Mood"))),
        (
            Address::part(Kind::Constraint, &name("Item"), "positive"),
            column("size"),
        ),
        (
            Address::part(Kind::Trigger, &name("Item"), "tell"),
            Address::part(Kind::Function, &name("told"), ""),
        ),
    ] {
        it.dependencies.push(Dependency { of, on });
    }
    it.dependencies.sort();
    it.comments.push(Comment {
        on: Address::of(Kind::Table, &name("Item")),
        text: "what there is".into(),
    });
    it.grants.push(Grant {
        on: Address::of(Kind::Table, &name("Item")),
        grantee: Grantee::Public,
        privilege: "SELECT".into(),
        right: Right::Granted,
    });
    it
}

/// Makes a new table of the first one's columns, below another.
fn below(it: &mut Catalog, named: &str, of: &str) {
    let mut part = it.tables[0].clone();
    part.name = name(named);
    part.indexes.clear();
    part.primary_key = None;
    for column in &mut part.columns {
        column.default = None;
        column.is_inherited = true;
    }
    part.ancestry.inherits = vec![name(of)];
    it.tables.push(part);
}

const TWEAKS: &[Tweak] = &[
    ("a newer extension", |it| {
        it.extensions[0].version = Some("1.10".into());
    }),
    ("an extension elsewhere", |it| {
        it.extensions[0].namespace = Some("ext".into());
    }),
    ("no extension", |it| {
        it.extensions.clear();
    }),
    ("a tighter domain", |it| {
        it.domains[0].not_null = true;
    }),
    ("a domain with another check", |it| {
        it.domains[0].checks[0].expression = printed("(VALUE ~ '@.'::text)");
    }),
    ("a domain with a default", |it| {
        it.domains[0].default = Some(printed("'a@b'::text"));
    }),
    ("a domain of another type", |it| {
        it.domains[0].base = "citext".into();
    }),
    ("one more attribute", |it| {
        it.composites[0].attributes.push(attribute("z", "integer"));
    }),
    ("attributes in another order", |it| {
        it.composites[0].attributes.reverse();
    }),
    ("an attribute of another type", |it| {
        it.composites[0].attributes[0].ty = "bigint".into();
    }),
    ("a sequence by other steps", |it| {
        it.sequences[0].options.increment = 5;
    }),
    ("a function with another body", |it| {
        it.functions[0] = function(
            "double",
            "integer",
            "(n integer)\n RETURNS integer",
            "SELECT n + n",
        );
    }),
    ("a function that gives something else", |it| {
        it.functions[0] = function(
            "double",
            "integer",
            "(n integer)\n RETURNS bigint",
            "SELECT n * 2",
        );
    }),
    ("a function with a default", |it| {
        let head = "(n integer DEFAULT 1)\n RETURNS integer";
        it.functions[0] = function("double", "integer", head, "SELECT n * 2");
    }),
    ("a view with one more column", |it| {
        it.views[0].query = printed(" SELECT \"Item\".code,\n    \"Item\".note\n   FROM \"Item\"");
        it.views[0].columns = view(
            "codes",
            "",
            &[("code", "character varying(8)"), ("note", "text")],
        )
        .columns;
    }),
    ("a view with another column", |it| {
        it.views[0].query = printed(" SELECT \"Item\".note\n   FROM \"Item\"");
        it.views[0].columns = view("codes", "", &[("note", "text")]).columns;
    }),
    ("a view with an option", |it| {
        it.views[0].options = vec![("security_barrier".into(), "true".into())];
    }),
    ("another materialised view", |it| {
        it.views[1].query = printed(" SELECT (\"Item\".size + 1) AS size\n   FROM \"Item\"");
    }),
    ("a materialised view that is empty", |it| {
        it.views[1].materialized.as_mut().unwrap().is_populated = false;
    }),
    ("a materialised view with another index", |it| {
        it.views[1].materialized.as_mut().unwrap().indexes = vec![index("sizes_other", &["size"])];
    }),
    ("a trigger that is off", |it| {
        it.triggers[0].firing = Firing::Disabled;
    }),
    ("another trigger", |it| {
        it.triggers[0].statement = printed(
            "CREATE TRIGGER tell BEFORE INSERT ON \"Item\" FOR EACH ROW EXECUTE FUNCTION told()",
        );
    }),
    ("a column of a view with another type", |it| {
        column(it, "code").ty = other("character varying(9)");
        it.views[0].columns[0].ty = "character varying(9)".into();
    }),
    (
        "a column that numbers a check and a view with another type",
        |it| {
            column(it, "size").ty = other("bigint");
        },
    ),
    ("a column that is required", |it| {
        column(it, "note").nullable = false;
    }),
    ("a constraint NOT NULL with a name", |it| {
        column(it, "code").not_null.name = Some("filled".into());
    }),
    ("a constraint NOT NULL of one table", |it| {
        column(it, "code").not_null.no_inherit = true;
    }),
    ("a column with a collation", |it| {
        column(it, "note").collation = Some(ObjectName::new(Some("pg_catalog"), "C"));
    }),
    ("a column kept otherwise", |it| {
        column(it, "note").storage.statistics = Some(500);
    }),
    ("a column numbered by another sequence", |it| {
        column(it, "id").default = Some(relata_sql::catalog::Default::Autoincrement {
            sequence: Some(name("numbers")),
        });
    }),
    ("a column of another type that moved to a list", |it| {
        column(it, "at").ty.list = true;
    }),
    ("an enum in another order", |it| {
        it.enums[0].values.reverse();
    }),
    ("an enum with one value less", |it| {
        it.enums[0].values.truncate(1);
    }),
    ("a key that waits", |it| {
        it.tables[1].primary_key.as_mut().unwrap().deferrable = Deferrable::InitiallyDeferred;
    }),
    ("a key with more columns beside", |it| {
        it.tables[1].primary_key.as_mut().unwrap().include = vec!["code".into()];
    }),
    ("a key with another name", |it| {
        it.tables[1].primary_key.as_mut().unwrap().name = Some("by_id".into());
    }),
    ("an index kept otherwise", |it| {
        it.tables[1].indexes[0].options = vec![("fillfactor".into(), "70".into())];
    }),
    ("an index that looks closer", |it| {
        let index = &mut it.tables[1].indexes[0];
        index.columns = vec![IndexColumn::new("ownerId"), IndexColumn::new("code")];
        index.columns[1].operator_class = Some("text_pattern_ops".into());
    }),
    ("an index in the words of a collation", |it| {
        it.tables[1].indexes[0].columns[1].collation = Some("pg_catalog.\"C\"".into());
    }),
    ("an index by another method", |it| {
        it.tables[1].indexes[0].method = Some("bloom".into());
    }),
    ("an index that was not finished", |it| {
        it.tables[1].indexes[0].is_valid = false;
    }),
    ("an index with another name", |it| {
        it.tables[1].indexes[0].name = "by_owner".into();
    }),
    ("a unique that is a constraint", |it| {
        it.tables[1].indexes[1].constraint = Some(Deferrable::No);
    }),
    ("a unique that takes NULL once", |it| {
        it.tables[1].indexes[1].nulls_not_distinct = true;
    }),
    ("a check under another name", |it| {
        it.tables[1].checks[0].name = "more_than_none".into();
    }),
    ("a check that was not proved", |it| {
        it.tables[1].checks[0].is_valid = false;
    }),
    ("a check of this table alone", |it| {
        it.tables[1].checks[0].no_inherit = true;
    }),
    (
        "another check under the name, and the old one under another",
        |it| {
            let mut old = it.tables[1].checks[0].clone();
            old.name = "old".into();
            it.tables[1].checks[0].expression = printed("(size > 1)");
            it.tables[1].checks.push(old);
        },
    ),
    ("an exclusion under another name", |it| {
        it.tables[1].exclusions[0].name = "once".into();
    }),
    ("another exclusion", |it| {
        it.tables[1].exclusions[0].definition = printed("EXCLUDE USING btree (code WITH =)");
    }),
    (
        "another exclusion under the name, and the old one under another",
        |it| {
            let mut old = it.tables[1].exclusions[0].clone();
            old.name = "old".into();
            it.tables[1].exclusions[0].definition = printed("EXCLUDE USING btree (code WITH =)");
            it.tables[1].exclusions.push(old);
        },
    ),
    (
        "another foreign key under the name, and the old one under another",
        |it| {
            let mut old = it.tables[1].foreign_keys[0].clone();
            old.name = Some("old".into());
            it.tables[1].foreign_keys[0].columns = vec!["size".into()];
            it.tables[1].foreign_keys.push(old);
        },
    ),
    (
        "another index under the name, and the old one under another",
        |it| {
            let mut old = it.tables[1].indexes[0].clone();
            old.name = "old".into();
            it.tables[1].indexes[0].columns.reverse();
            it.tables[1].indexes.push(old);
        },
    ),
    ("a foreign key that waits", |it| {
        it.tables[1].foreign_keys[0].deferrable = Deferrable::InitiallyDeferred;
    }),
    ("a foreign key that was not proved", |it| {
        it.tables[1].foreign_keys[0].is_valid = false;
    }),
    ("a foreign key that takes all or nothing", |it| {
        it.tables[1].foreign_keys[0].match_full = true;
    }),
    ("a foreign key that sets some columns", |it| {
        let key = &mut it.tables[1].foreign_keys[0];
        key.on_delete = ReferentialAction::SetNull;
        key.set_columns = vec!["ownerId".into()];
    }),
    ("a table kept otherwise", |it| {
        it.tables[1].storage.options = vec![("fillfactor".into(), "70".into())];
    }),
    ("a table that is not logged", |it| {
        it.tables[1].storage.is_unlogged = true;
    }),
    ("row security", |it| {
        it.tables[1].row_security.is_enabled = true;
    }),
    ("a table below another", |it| {
        below(it, "Heir", "Owner");
    }),
    ("a column of a table with heirs", |it| {
        below(it, "Heir", "Owner");
        for table in [0, 2] {
            it.tables[table].columns[1].nullable = true;
        }
    }),
    ("a table divided in parts", |it| {
        it.tables[1].ancestry.partitioned_by = Some("RANGE (id)".into());
    }),
    ("another comment", |it| {
        it.comments[0].text = "what is there".into();
    }),
    ("no comment", |it| {
        it.comments.clear();
    }),
    ("a right to give on", |it| {
        it.grants[0].right = Right::Grantable;
    }),
    ("no right", |it| {
        it.grants.clear();
    }),
    ("no table, and nothing that needs it", |it| {
        it.tables.remove(1);
        it.views.clear();
        it.triggers.clear();
        it.dependencies.clear();
        it.comments.clear();
        it.grants.clear();
    }),
];

#[test]
fn each_change_is_told_there_and_back() {
    let before = database();
    let mut text = told(&before, TWEAKS);
    // What has a body of its own, told to the client.
    let plan = plan_between(&Catalog::empty(Dialect::Postgres), &before);
    let _ = writeln!(
        text,
        "===== all of it, for the client\n{}",
        plan.client_script(Dialect::Postgres)
    );
    snapshot("sql/postgres/databases", &text);
}
