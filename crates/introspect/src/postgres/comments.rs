//! Comments, and what needs what.

use relata::Result;
use relata_sql::catalog::{Address, Comment, Dependency, Kind};

use super::Describer;
use super::objects::Class;

/// What every new database says of `public`.
const USUAL: &str = "standard public schema";

impl Describer {
    /// An extension brings a comment of its own along, and so does `public`, which is not told; where that was taken away, an empty
    /// one is.
    pub(super) async fn comments(&mut self) -> Result<()> {
        let sql = "SELECT classoid::regclass::text, objoid::int8, objsubid::int8, description FROM pg_description
            WHERE (objoid >= 16384 OR classoid = 'pg_namespace'::regclass) AND NOT EXISTS (SELECT FROM pg_extension e
                JOIN pg_available_extensions a ON a.name = extname
                WHERE classoid = 'pg_extension'::regclass AND e.oid = objoid AND a.comment = description)
            UNION ALL SELECT 'pg_namespace', oid::int8, 0, '' FROM pg_namespace n WHERE nspname = 'public'
                AND NOT EXISTS (SELECT FROM pg_description WHERE classoid = 'pg_namespace'::regclass AND objoid = n.oid)
            UNION ALL SELECT 'pg_extension', e.oid::int8, 0, '' FROM pg_extension e JOIN pg_available_extensions a ON a.name = extname
                WHERE a.comment <> '' AND NOT EXISTS (SELECT FROM pg_description
                WHERE classoid = 'pg_extension'::regclass AND objoid = e.oid)";
        let rows = self
            .session
            .read(sql, |row| {
                Ok((
                    row.next::<String>()?,
                    row.next::<i64>()?,
                    row.next::<i64>()?,
                    row.next::<String>()?,
                ))
            })
            .await?;
        for (class, number, place, text) in rows {
            let Some(class) = Class::named(&class) else {
                continue;
            };
            let Some(on) = self.objects.spoken_of(class, number, place) else {
                continue;
            };
            if text == USUAL {
                continue;
            }
            self.catalog.comments.push(Comment {
                on,
                text: text.into(),
            });
        }
        self.catalog.comments.sort();
        Ok(())
    }

    /// Reads what the server recorded when it read expressions and queries. What follows from the shape of things (an index
    /// needs its table) is left out.
    pub(super) async fn dependencies(&mut self) -> Result<()> {
        self.members().await?;
        let definitions = "'pg_opclass'::regclass, 'pg_opfamily'::regclass, 'pg_operator'::regclass, 'pg_cast'::regclass,
            'pg_ts_config'::regclass, 'pg_ts_dict'::regclass, 'pg_ts_parser'::regclass, 'pg_ts_template'::regclass, 'pg_language'::regclass,
            'pg_am'::regclass, 'pg_conversion'::regclass, 'pg_transform'::regclass, 'pg_foreign_data_wrapper'::regclass,
            'pg_foreign_server'::regclass, 'pg_user_mapping'::regclass, 'pg_publication'::regclass";
        let published = self.session.since(
            15,
            "'pg_publication_rel'::regclass, 'pg_publication_namespace'::regclass",
            "'pg_publication_rel'::regclass",
        );
        let sql = format!("SELECT classid::regclass::text, objid::int8, objsubid::int8, refclassid::regclass::text, refobjid::int8, refobjsubid::int8
            FROM pg_depend WHERE refobjid >= 16384 AND objid >= 16384 AND deptype IN ('n', 'a')
            AND classid IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_constraint'::regclass,
                'pg_attrdef'::regclass, 'pg_trigger'::regclass, 'pg_rewrite'::regclass, 'pg_policy'::regclass,
                'pg_statistic_ext'::regclass, 'pg_event_trigger'::regclass, {definitions}, 'pg_amop'::regclass, 'pg_amproc'::regclass,
                {published})
            AND refclassid IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass, 'pg_constraint'::regclass,
                'pg_collation'::regclass, {definitions})");
        let rows = self
            .session
            .read(&sql, |row| {
                let of = (
                    row.next::<String>()?,
                    row.next::<i64>()?,
                    row.next::<i64>()?,
                );
                let on = (
                    row.next::<String>()?,
                    row.next::<i64>()?,
                    row.next::<i64>()?,
                );
                Ok((of, on))
            })
            .await?;
        let find = |(class, number, place): (String, i64, i64)| -> Option<Address> {
            self.objects.at(Class::named(&class)?, number, place)
        };
        let mut found: Vec<Dependency> = rows
            .into_iter()
            .filter_map(|(of, on)| {
                let (of, on) = (find(of)?, find(on)?);
                // Constraints of a domain come with it.
                let of = match of.kind {
                    Kind::DomainConstraint => Address::of(Kind::Domain, &of.name),
                    _ => of,
                };
                let within =
                    of.name == on.name && is_of_relation(of.kind) && is_of_relation(on.kind);
                // What an expression or statement reads of its own table decides whether a column there can change.
                let reads = match of.kind {
                    Kind::Default => of.part != on.part,
                    Kind::Constraint => self.is_condition(&of),
                    Kind::Rule | Kind::Trigger | Kind::Policy => true,
                    _ => false,
                };
                let reads = reads && on.kind == Kind::Column && within;
                // A key names the table it refers to; a sequence names the column that owns it.
                let told = matches!(of.kind, Kind::Sequence)
                    || (of.kind == Kind::Constraint
                        && !matches!(
                            on.kind,
                            Kind::Function
                                | Kind::Type
                                | Kind::Domain
                                | Kind::Sequence
                                | Kind::Extension
                                | Kind::Operator
                                | Kind::OperatorClass
                                | Kind::SearchConfiguration
                                | Kind::SearchDictionary
                        ))
                    || (of.kind == Kind::Table && matches!(on.kind, Kind::Table));
                (reads || (!within && !told && of != on)).then_some(Dependency { of, on })
            })
            .collect();
        found.sort();
        found.dedup();
        self.catalog.dependencies = found;
        Ok(())
    }
}

impl Describer {
    /// Tells whether a constraint is a condition on rows: a check or an exclusion.
    fn is_condition(&self, constraint: &Address) -> bool {
        let name = constraint.part.as_deref().unwrap_or_default();
        self.catalog.table(&constraint.name).is_some_and(|table| {
            table.checks.iter().any(|check| *check.name == *name)
                || table.exclusions.iter().any(|each| *each.name == *name)
        })
    }

    /// Enters what extensions brought along, each as its extension. Last of all, since nothing else is told of it.
    async fn members(&mut self) -> Result<()> {
        let sql = "SELECT classid::regclass::text, objid::int8, refobjid::int8 FROM pg_depend
            WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass";
        let rows: Vec<(String, i64, i64)> = self
            .session
            .read(sql, |row| Ok((row.next()?, row.next()?, row.next()?)))
            .await?;
        for (class, number, extension) in rows {
            let Some(address) = self.objects.get(Class::Extension, extension).cloned() else {
                continue;
            };
            if let Some(class) = Class::named(&class) {
                self.objects.enter(class, number, address);
            }
        }
        // The type of arrays is part of its element's type, and no member by itself.
        let sql =
            "SELECT oid::int8, typarray::int8 FROM pg_type WHERE typarray <> 0 AND oid >= 16384";
        let rows: Vec<(i64, i64)> = self
            .session
            .read(sql, |row| Ok((row.next()?, row.next()?)))
            .await?;
        for (element, list) in rows {
            if let Some(address) = self.objects.get(Class::Type, element).cloned()
                && address.kind == Kind::Extension
            {
                self.objects.enter(Class::Type, list, address);
            }
        }
        Ok(())
    }
}

/// Tells whether it is a table or view, or a part of one.
fn is_of_relation(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Table
            | Kind::View
            | Kind::MaterializedView
            | Kind::Column
            | Kind::Default
            | Kind::Constraint
            | Kind::Rule
            | Kind::Trigger
            | Kind::Policy
    )
}
