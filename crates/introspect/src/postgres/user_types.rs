//! Types that users made: enums, domains, composite and range types; and collations.

use relata::Result;
use relata_sql::catalog::{
    Address, Attribute, Check, Collation, Composite, Domain, Enum, Kind, Range,
};

use super::Describer;
use super::default::printed;
use super::objects::Class;

impl Describer {
    pub(super) async fn collations(&mut self) -> Result<()> {
        let locale = match self.session.version / 10_000 {
            ..15 => "CASE collprovider WHEN 'c' THEN NULL ELSE collcollate::text END",
            15 | 16 => "colliculocale",
            _ => "colllocale",
        };
        let rules = self.session.since(16, "collicurules", "NULL::text");
        let sql = format!(
            "SELECT c.oid::int8, nspname::text, collname::text,
                CASE collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' ELSE 'builtin' END, {locale},
                CASE collprovider WHEN 'c' THEN collcollate::text END,
                CASE collprovider WHEN 'c' THEN collctype::text END, collisdeterministic, {rules}
            FROM pg_collation c JOIN pg_namespace n ON n.oid = collnamespace
            WHERE {} ORDER BY nspname COLLATE \"C\", collname COLLATE \"C\"",
            Self::mine("pg_collation", "c")
        );
        let rows = self
            .session
            .read(&sql, |row| {
                Ok((
                    row.next::<i64>()?,
                    Collation {
                        name: row.name()?,
                        provider: row.next::<String>()?.into(),
                        locale: row.next::<Option<String>>()?.map(Into::into),
                        collate: row.next::<Option<String>>()?.map(Into::into),
                        ctype: row.next::<Option<String>>()?.map(Into::into),
                        is_deterministic: row.next()?,
                        rules: row.next::<Option<String>>()?.map(Into::into),
                    },
                ))
            })
            .await?;
        for (number, collation) in rows {
            let address = Address::of(Kind::Collation, &collation.name);
            self.objects.enter(Class::Collation, number, address);
            self.catalog.collations.push(collation);
        }
        Ok(())
    }

    pub(super) async fn enums(&mut self) -> Result<()> {
        let sql = format!(
            "SELECT t.oid::int8, typarray::int8, nspname::text, typname::text,
                ARRAY(SELECT enumlabel::text FROM pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder)
            FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
            WHERE typtype = 'e' AND {} ORDER BY nspname COLLATE \"C\", typname COLLATE \"C\"",
            Self::mine("pg_type", "t")
        );
        let rows = self
            .session
            .read(&sql, |row| {
                Ok((
                    [row.next::<i64>()?, row.next()?],
                    row.name()?,
                    row.next::<Vec<String>>()?,
                ))
            })
            .await?;
        for (numbers, name, values) in rows {
            self.enter_type(numbers, &Address::of(Kind::Type, &name));
            let values = values.into_iter().map(Into::into).collect();
            self.catalog.enums.push(Enum { name, values });
        }
        Ok(())
    }

    /// A type and the type of arrays of it.
    fn enter_type(&mut self, numbers: [i64; 2], address: &Address) {
        for number in numbers {
            self.objects.enter(Class::Type, number, address.clone());
        }
    }

    pub(super) async fn domains(&mut self) -> Result<()> {
        let sql = format!(
            "SELECT t.oid::int8, t.typarray::int8, n.nspname::text, t.typname::text,
                format_type(t.typbasetype, t.typtypmod), cn.nspname::text, c.collname::text,
                pg_get_expr(t.typdefaultbin, 0), t.typnotnull,
                (SELECT conname::text FROM pg_constraint WHERE contypid = t.oid AND contype = 'n')
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
            JOIN pg_type b ON b.oid = t.typbasetype
            LEFT JOIN pg_collation c ON c.oid = t.typcollation AND t.typcollation <> b.typcollation
            LEFT JOIN pg_namespace cn ON cn.oid = c.collnamespace
            WHERE t.typtype = 'd' AND {} ORDER BY n.nspname COLLATE \"C\", t.typname COLLATE \"C\"",
            Self::mine("pg_type", "t")
        );
        let rows = self
            .session
            .read(&sql, |row| {
                let numbers = [row.next::<i64>()?, row.next()?];
                let domain = Domain {
                    name: row.name()?,
                    base: row.next::<String>()?.into(),
                    collation: row.optional_name()?,
                    default: row.next::<Option<String>>()?.map(|sql| printed(&sql)),
                    not_null: row.next()?,
                    not_null_name: row.next::<Option<String>>()?.map(Into::into),
                    checks: Vec::new(),
                };
                Ok((numbers, domain))
            })
            .await?;
        for (numbers, mut domain) in rows {
            let usual = Domain::usual_not_null(&domain.name);
            domain.not_null_name.take_if(|name| **name == *usual);
            self.enter_type(numbers, &Address::of(Kind::Domain, &domain.name));
            self.catalog.domains.push(domain);
        }
        Ok(())
    }

    pub(super) async fn domain_checks(&mut self) -> Result<()> {
        let sql = "SELECT oid::int8, contypid::int8, conname::text, pg_get_expr(conbin, 0), convalidated
            FROM pg_constraint WHERE contypid <> 0 AND contype = 'c' ORDER BY conname COLLATE \"C\"";
        let rows = self
            .session
            .read(sql, |row| {
                Ok((
                    row.next::<i64>()?,
                    row.next::<i64>()?,
                    Check {
                        name: row.next::<String>()?.into(),
                        expression: printed(&row.next::<String>()?),
                        is_valid: row.next()?,
                        is_enforced: true,
                        no_inherit: false,
                        is_inherited: false,
                    },
                ))
            })
            .await?;
        for (number, domain, check) in rows {
            let Some(name) = self.objects.get(Class::Type, domain).map(|on| &on.name) else {
                continue;
            };
            let found = self
                .catalog
                .domains
                .iter_mut()
                .find(|each| each.name == *name);
            let address = Address::part(Kind::DomainConstraint, name, &check.name);
            if let Some(domain) = found {
                domain.checks.push(check);
            }
            self.objects.enter(Class::Constraint, number, address);
        }
        Ok(())
    }

    pub(super) async fn composites(&mut self) -> Result<()> {
        let sql = format!(
            "SELECT t.oid::int8, t.typarray::int8, c.oid::int8, n.nspname::text, t.typname::text,
                a.attname::text, a.attnum::int8, format_type(a.atttypid, a.atttypmod), cn.nspname::text, co.collname::text
            FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
            JOIN pg_namespace n ON n.oid = t.typnamespace
            LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_type ty ON ty.oid = a.atttypid
            LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> ty.typcollation
            LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
            WHERE {} ORDER BY n.nspname COLLATE \"C\", t.typname COLLATE \"C\", a.attnum",
            Self::mine("pg_type", "t")
        );
        let rows = self
            .session
            .read(&sql, |row| {
                let numbers = [row.next::<i64>()?, row.next()?];
                let relation = row.next::<i64>()?;
                let type_name = row.name()?;
                let attribute = (
                    row.next::<Option<String>>()?,
                    row.next::<Option<i64>>()?,
                    row.next::<Option<String>>()?,
                );
                let collation = row.optional_name()?;
                Ok((numbers, relation, type_name, attribute, collation))
            })
            .await?;
        for (numbers, relation, name, attribute, collation) in rows {
            let address = Address::of(Kind::Type, &name);
            if self
                .catalog
                .composites
                .last()
                .is_none_or(|last| last.name != name)
            {
                self.enter_type(numbers, &address);
                self.objects.enter(Class::Relation, relation, address);
                self.catalog.composites.push(Composite {
                    name,
                    attributes: Vec::new(),
                });
            }
            let (Some(attribute), Some(place), Some(ty)) = attribute else {
                continue;
            };
            self.objects.enter_column(relation, place, &attribute);
            if let Some(last) = self.catalog.composites.last_mut() {
                last.attributes.push(Attribute {
                    name: attribute.into(),
                    ty: ty.into(),
                    collation,
                });
            }
        }
        Ok(())
    }

    pub(super) async fn ranges(&mut self) -> Result<()> {
        let (multirange, join) = if self.session.version >= 140_000 {
            (
                "mt.oid::int8, mn.nspname::text, mt.typname::text",
                "LEFT JOIN pg_type mt ON mt.oid = r.rngmultitypid LEFT JOIN pg_namespace mn ON mn.oid = mt.typnamespace",
            )
        } else {
            ("NULL::int8, NULL::text, NULL::text", "")
        };
        let sql = format!(
            "SELECT t.oid::int8, t.typarray::int8, n.nspname::text, t.typname::text, format_type(r.rngsubtype, NULL),
                oc.nspname::text, o.opcname::text, cn.nspname::text, c.collname::text,
                fn.nspname::text, f.proname::text, {multirange}
            FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_namespace n ON n.oid = t.typnamespace
            JOIN pg_type s ON s.oid = r.rngsubtype
            LEFT JOIN pg_opclass o ON o.oid = r.rngsubopc AND NOT o.opcdefault
            LEFT JOIN pg_namespace oc ON oc.oid = o.opcnamespace
            LEFT JOIN pg_collation c ON c.oid = r.rngcollation AND r.rngcollation <> s.typcollation
            LEFT JOIN pg_namespace cn ON cn.oid = c.collnamespace
            LEFT JOIN pg_proc f ON f.oid = r.rngsubdiff LEFT JOIN pg_namespace fn ON fn.oid = f.pronamespace {join}
            WHERE {} ORDER BY n.nspname COLLATE \"C\", t.typname COLLATE \"C\"",
            Self::mine("pg_type", "t")
        );
        let rows = self
            .session
            .read(&sql, |row| {
                let numbers = [row.next::<i64>()?, row.next()?];
                let name = row.name()?;
                let subtype = row.next::<String>()?.into();
                let operator_class = row.optional_name()?;
                let collation = row.optional_name()?;
                let difference = row.optional_name()?;
                let multi = row.next::<Option<i64>>()?;
                let multirange = row.optional_name()?;
                let range = Range {
                    name,
                    subtype,
                    operator_class,
                    collation,
                    difference,
                    multirange,
                };
                Ok((numbers, multi, range))
            })
            .await?;
        for (numbers, multi, range) in rows {
            let address = Address::of(Kind::Type, &range.name);
            self.enter_type(numbers, &address);
            if let Some(multi) = multi {
                self.objects.enter(Class::Type, multi, address);
            }
            self.catalog.ranges.push(range);
        }
        Ok(())
    }
}
