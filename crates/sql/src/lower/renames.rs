//! What a schema says that things were called before.

use relata_schema::Schema;
use relata_schema::ir::{self, FieldType};
use relata_script::Dialect;

use super::Lowering;
use crate::Error;
use crate::rename::{Rename, Renamed};

/// Refuses a rename that nobody could follow.
pub(super) fn refuse(schema: &Schema, dialect: Dialect) -> Result<(), Error> {
    if dialect != Dialect::Sqlite {
        return Ok(());
    }
    let values = schema.enums().flat_map(ir::Enum::values);
    match values.into_iter().find(|value| value.renamed().is_some()) {
        Some(value) => Err(Error::RenamedText {
            value: format!("{}.{}", value.enumeration().name(), value.name()),
        }),
        None => Ok(()),
    }
}

impl Lowering<'_> {
    /// Collects `@renamed` and `@@renamed`, in the order of the schema.
    pub(super) fn renames(&self) -> Vec<Rename> {
        let mut renames = Vec::new();
        let mut add = |what: Renamed, renamed: Option<&ir::Renamed>, to: &str| {
            if let Some(renamed) = renamed {
                renames.push(Rename {
                    what,
                    from: renamed.from.clone(),
                    to: to.into(),
                });
            }
        };
        let tables = self.schema.models();
        for model in tables.filter(|model| model.kind() == ir::ModelKind::Table) {
            let table = self.table_name(model);
            let namespace = table.namespace.clone();
            add(Renamed::Table { namespace }, model.renamed(), &table.name);
            for field in model.scalar_fields() {
                if let Some(renamed) = field.renamed() {
                    let what = Renamed::Column {
                        table: table.clone(),
                    };
                    add(what, Some(renamed), field.database_name());
                }
                let FieldType::Enum(id) = field.ty() else {
                    continue;
                };
                if self.dialect != Dialect::Mysql {
                    continue;
                }
                for value in self.schema.enumeration(*id).values() {
                    let what = Renamed::ColumnValue {
                        table: table.clone(),
                        column: field.database_name().into(),
                    };
                    add(what, value.renamed(), value.database_name());
                }
            }
        }
        if !self.provider.facts().enum_types {
            return renames;
        }
        for item in self.schema.enums() {
            let of = self.name(item.namespace(), item.database_name());
            let namespace = of.namespace.clone();
            add(Renamed::Enum { namespace }, item.renamed(), &of.name);
            for value in item.values() {
                let what = Renamed::EnumValue { of: of.clone() };
                add(what, value.renamed(), value.database_name());
            }
        }
        for item in self.schema.domains() {
            let name = self.name(item.namespace(), item.database_name());
            let namespace = name.namespace.clone();
            add(Renamed::Domain { namespace }, item.renamed(), &name.name);
        }
        renames
    }
}

#[cfg(test)]
mod tests {
    use relata_schema::{Sources, analyze};

    use crate::{Error, lower};

    fn lowered(provider: &str, text: &str) -> Result<Vec<String>, Error> {
        let schema = format!(
            "datasource db {{\n  provider = \"{provider}\"\n}}\nmodel A {{\n  id Int @id\n  e E @renamed(from: \"c\")\n  @@map(\"a\")\n  \
             @@renamed(from: \"b\")\n}}\n{text}"
        );
        let analysis = analyze(&Sources::one("a.schema", &schema));
        assert!(analysis.is_valid(), "{:?}", analysis.diagnostics);
        let renames = lower(&analysis.schema)?.renames;
        Ok(renames.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn old_names_are_collected() {
        let text = "enum E {\n  X @renamed(from: \"x\")\n  Y\n  @@renamed(from: \"F\")\n}\n";
        let found = lowered("postgresql", text).unwrap();
        assert_eq!(
            found,
            [
                "table `b` to `a`",
                "column `c` to `e` in `public.a`",
                "enum `F` to `E`",
                "value `x` to `X` in `public.E`",
            ]
        );
        let text = "enum E {\n  X @renamed(from: \"x\")\n  Y\n}\n";
        let found = lowered("mysql", text).unwrap();
        assert_eq!(
            found,
            [
                "table `b` to `a`",
                "column `c` to `e` in `a`",
                "value `x` to `X` in `a.e`"
            ]
        );
        let error = lowered("sqlite", text).unwrap_err();
        assert_eq!(error.code(), "R3009");
        assert_eq!(lowered("sqlite", "enum E {\n  X\n}\n").unwrap().len(), 2);
    }
}
