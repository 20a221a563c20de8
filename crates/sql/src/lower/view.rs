//! Views that the schema makes.

use relata_schema::ir::{ColumnKind, Field, Model, ModelKind};
use relata_script::Dialect;

use super::Lowering;
use crate::catalog::{Expression, Materialized, Storage, View, ViewColumn};
use crate::dialect::type_name;
use crate::statement;

impl<'s> Lowering<'s> {
    /// Lowers the views that hold their statement; the others are only told of.
    pub(super) fn views(&self) -> Vec<View> {
        self.schema
            .models()
            .filter(|model| model.kind() == ModelKind::View)
            .filter_map(|model| self.view(model))
            .collect()
    }

    fn view(&self, model: Model<'s>) -> Option<View> {
        let whole = statement::trimmed(self.dialect, &model.statement()?.text);
        let query = statement::query(self.dialect, whole).unwrap_or(whole);
        Some(View {
            name: self.table_name(model),
            query: Expression::written(query),
            statement: Some(whole.into()),
            columns: model
                .scalar_fields()
                .filter_map(|field| self.view_column(field))
                .collect(),
            options: Vec::new(),
            materialized: model.is_materialized().then(|| Materialized {
                indexes: self.indexes(model),
                storage: Storage::default(),
                columns: Vec::new(),
                is_populated: !statement::is_without_data(self.dialect, whole),
            }),
        })
    }

    fn view_column(&self, field: Field<'s>) -> Option<ViewColumn> {
        let ty = field.column_type()?;
        let name = match &ty.kind {
            ColumnKind::Native(native) if self.dialect == Dialect::Postgres => type_name(*native),
            _ => {
                let mut one = self.column_type(ty);
                one.list = false;
                self.writer().column_type(&one)
            }
        };
        let list = if ty.list { "[]" } else { "" };
        Some(ViewColumn {
            name: field.database_name().into(),
            ty: format!("{name}{list}").into(),
            collation: None,
            default: None,
        })
    }
}
