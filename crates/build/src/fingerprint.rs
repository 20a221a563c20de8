//! What tells one state of a schema from another, for the code that is made of it.

use std::fmt::Write as _;

use relata_schema::Schema;
use relata_schema::ir::{
    Arity, ColumnKind, Enum, Field, FieldId, IndexKind, Model, Relation, RelationKind,
};

/// A checksum of all that generated code relies on: tables, columns and their types, keys, relations, enums, as the database knows
/// them.
///
/// Comments, layout, the order of blocks and columns, and what only makes a database faster or stricter (indexes, checks) play no
/// part: code that was made before them is as good as before.
pub(crate) fn of(schema: &Schema) -> String {
    let mut lines = Vec::new();
    if let Some(provider) = schema.provider() {
        lines.push(format!("provider {}", provider.name()));
    }
    lines.extend(schema.enums().map(enumeration));
    for model in schema.models().filter(|model| !model.is_ignored()) {
        lines.extend(table(model));
    }
    lines.extend(schema.relations().map(|it| relation(schema, it)));
    lines.sort_unstable();
    relata_script::checksum(&lines.join("\n"))
}

/// Names are quoted with escapes, so that no name can look like another line.
fn place(namespace: Option<&str>, name: &str) -> String {
    format!("{:?}.{name:?}", namespace.unwrap_or_default())
}

fn of_table(model: Model<'_>) -> String {
    place(model.namespace(), model.database_name())
}

fn enumeration(item: Enum<'_>) -> String {
    let labels: Vec<&str> = item.values().map(|value| value.database_name()).collect();
    format!(
        "enum {} {labels:?}",
        place(item.namespace(), item.database_name())
    )
}

fn table(model: Model<'_>) -> Vec<String> {
    let name = of_table(model);
    let mut lines = vec![format!("table {name}")];
    for field in model.scalar_fields().filter(|field| !field.is_ignored()) {
        lines.push(format!("column {name} {}", column(field)));
    }
    if let Some(key) = model.primary_key() {
        let columns = key.columns.iter().filter_map(|it| it.field());
        lines.push(format!("key {name} {:?}", names(model.schema(), columns)));
    }
    for index in model.indexes() {
        if index.kind == IndexKind::Unique && !index.has_expressions() {
            let columns = names(model.schema(), index.fields());
            lines.push(format!("unique {name} {columns:?}"));
        }
    }
    lines
}

/// The columns in the order of their names: a key over two columns is the same in either order.
fn names(schema: &Schema, fields: impl Iterator<Item = FieldId>) -> Vec<&str> {
    let mut names: Vec<&str> = fields.map(|it| schema.field(it).database_name()).collect();
    names.sort_unstable();
    names
}

fn column(field: Field<'_>) -> String {
    let mut text = format!("{:?} ", field.database_name());
    let schema = field.model().schema();
    // Writing to a string cannot fail.
    let _ = match field.column_type().map(|ty| &ty.kind) {
        Some(ColumnKind::Native(native)) => write!(text, "{}", native.sql()),
        Some(ColumnKind::Enum(id)) => {
            let item = schema.enumeration(*id);
            write!(
                text,
                "enum {}",
                place(item.namespace(), item.database_name())
            )
        }
        Some(ColumnKind::Domain(id)) => {
            let domain = schema.domain(*id);
            let name = place(domain.namespace(), domain.database_name());
            write!(text, "domain {name}")
        }
        Some(ColumnKind::Unsupported(sql)) => write!(text, "unsupported {sql:?}"),
        None => write!(text, "no type"),
    };
    text.push_str(match field.arity() {
        Arity::Required => "",
        Arity::Optional => " null",
        Arity::List => " list",
    });
    // Whether a row can be made without it.
    if field.default().is_some() || field.is_updated_at() {
        text.push_str(" default");
    }
    if field.generated().is_some() {
        text.push_str(" generated");
    }
    text
}

fn relation(schema: &Schema, relation: Relation<'_>) -> String {
    let (from, to) = (of_table(relation.from()), of_table(relation.to()));
    if let (RelationKind::ManyToMany, Some(table)) = (relation.kind(), relation.join_table()) {
        let table = place(table.namespace.as_deref(), &table.name);
        return format!("join {table} {from} {to}");
    }
    let columns = |fields: Vec<FieldId>| -> Vec<String> {
        let names = fields
            .into_iter()
            .map(|it| schema.field(it).database_name());
        names.map(str::to_owned).collect()
    };
    let keys = columns(relation.fields().map(|it| it.id()).collect());
    let referred = columns(relation.references().map(|it| it.id()).collect());
    format!("relation {from} {keys:?} {to} {referred:?}")
}

#[cfg(test)]
mod tests {
    use relata_schema::{Sources, analyze};

    const TEXT: &str = "datasource db {\n  provider = \"postgresql\"\n}\n\nmodel User {\n  id Int @id\n  name String?\n  role Role\n  posts Post[]\n}\n\nmodel Post {\n  id Int @id\n  userId Int\n  user User @relation(fields: [userId], references: [id])\n}\n\nenum Role {\n  A\n  B\n}\n";

    fn of(text: &str) -> String {
        let analysis = analyze(&Sources::one("app.schema", text));
        assert!(analysis.is_valid(), "{:?}", analysis.diagnostics);
        super::of(&analysis.schema)
    }

    #[test]
    fn what_code_relies_on_counts() {
        for (from, to) in [
            ("postgresql", "cockroachdb"),
            ("name String?", "name String"),
            ("name String?", "name String? @db.VarChar(3)"),
            ("name String?", "label String?"),
            ("name String?", "name String? @unique"),
            ("name String?", "name String?\n  more Int @default(1)"),
            (
                "id Int @id\n  name",
                "id Int @id @default(autoincrement())\n  name",
            ),
            ("  A\n", "  A @map(\"a\")\n"),
            ("  B\n", "  B\n  C\n"),
            ("model Post {", "model Post {\n  @@map(\"posts\")"),
        ] {
            assert_ne!(of(TEXT), of(&TEXT.replace(from, to)), "{to}");
        }
    }

    #[test]
    fn the_rest_does_not() {
        for (from, to) in [
            ("model Post", "/// A post.\nmodel Post"),
            (
                "  id Int @id\n  name String?",
                "  name   String?\n  id Int @id",
            ),
            ("name String?", "name String?\n  @@index([name])"),
            ("name String?", "title String? @map(\"name\")"),
        ] {
            assert_eq!(of(TEXT), of(&TEXT.replace(from, to)), "{to}");
        }
    }
}
