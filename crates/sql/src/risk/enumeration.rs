//! Rows that hold a value which its enum is about to lose.

use super::{Finder, Risk, RiskKind, risk};
use crate::change::{EnumChange, TableChange};

impl Finder<'_, '_> {
    pub(super) fn enumeration(&self, change: &EnumChange<'_>, risks: &mut Vec<Risk>) {
        let EnumChange::Altered { from, removed, .. } = change else {
            return;
        };
        if removed.is_empty() {
            return;
        }
        let values: Vec<String> = removed
            .iter()
            .map(|value| self.writer.string(value))
            .collect();
        let values = values.join(", ");
        for table in &self.changes.from.tables {
            let goes = self.changes.tables.iter().any(|change| {
                matches!(change, TableChange::Dropped(dropped) if dropped.name == table.name)
            });
            if goes {
                continue;
            }
            for column in &table.columns {
                if column.ty.enum_name() != Some(&from.name) {
                    continue;
                }
                let name = self.writer.ident(&column.name);
                let condition = if column.ty.list {
                    format!("{name}::text[] && ARRAY[{values}]")
                } else {
                    format!("{name}::text IN ({values})")
                };
                let kind = RiskKind::EnumValuesRemoved {
                    column: column.name.clone(),
                    values: removed.iter().map(|value| (*value).into()).collect(),
                };
                risks.push(risk(table, kind, self.count(table, Some(&condition))));
            }
        }
    }
}
