//! What runs inside the server: functions, triggers, rules, policies, and the statistics that guide it.

use std::collections::HashMap;
use std::fmt::Write as _;

use relata::Result;
use relata_script::{Dialect, words};
use relata_sql::catalog::{
    Address, EventTrigger, Firing, Function, FunctionKind, Kind, ObjectName, Policy, Rule,
    Statistics, Trigger,
};

use super::default::printed;
use super::objects::Class;
use super::{Describer, aggregate};

impl Describer {
    pub(super) async fn functions(&mut self) -> Result<()> {
        let sql = format!(
            "SELECT p.oid::int8, nspname::text, proname::text,
                CASE WHEN prokind = 'a' THEN pg_get_function_identity_arguments(p.oid) ELSE (SELECT coalesce(string_agg(
                    format_type(t, NULL), ', ' ORDER BY place), '') FROM unnest(proargtypes) WITH ORDINALITY u (t, place)) END,
                prokind::text, CASE WHEN prokind <> 'a' THEN pg_get_functiondef(p.oid) END
            FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
            WHERE {} AND NOT EXISTS (SELECT FROM pg_depend d
                WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')
            ORDER BY nspname COLLATE \"C\", proname COLLATE \"C\", pg_get_function_identity_arguments(p.oid) COLLATE \"C\"",
            Self::mine("pg_proc", "p")
        );
        let rows = self
            .session
            .read(&sql, |row| {
                Ok((
                    row.next::<i64>()?,
                    row.name()?,
                    row.next::<String>()?,
                    row.next::<String>()?,
                    row.next::<Option<String>>()?,
                ))
            })
            .await?;
        let mut aggregates = self.aggregates().await?;
        let default_namespace = self.session.default_namespace.clone();
        for (number, name, arguments, kind, statement) in rows {
            let arguments = unqualified(&arguments, default_namespace.as_deref());
            let (kind, address) = match kind.as_str() {
                "a" => (FunctionKind::Aggregate, Kind::Aggregate),
                "p" => (FunctionKind::Procedure, Kind::Procedure),
                _ => (FunctionKind::Function, Kind::Function),
            };
            let Some(statement) = statement.or_else(|| aggregates.remove(&number)) else {
                continue;
            };
            let address = Address::part(address, &name, &arguments);
            self.objects.enter(Class::Function, number, address);
            self.catalog.functions.push(Function {
                name,
                arguments: arguments.into(),
                kind,
                statement: printed(statement.trim_end()),
            });
        }
        Ok(())
    }

    async fn aggregates(&self) -> Result<HashMap<i64, String>> {
        let rows = self
            .session
            .read(aggregate::QUERY, |row| {
                Ok((row.next()?, aggregate::statement(row)?))
            })
            .await?;
        Ok(rows.into_iter().collect())
    }

    pub(super) async fn triggers(&mut self) -> Result<()> {
        // Triggers that a partition has from its parent come with it; older servers call them internal.
        let own = self.session.since(13, "tgparentid = 0", "true");
        let sql = format!(
            "SELECT oid::int8, tgrelid::int8, tgname::text, pg_get_triggerdef(oid, false), tgenabled::text FROM pg_trigger
            WHERE NOT tgisinternal AND {own} ORDER BY tgrelid, tgname COLLATE \"C\""
        );
        let mut copies = self.copies_of_triggers().await?;
        for (number, table, name, statement, firing) in self.code(&sql).await? {
            let Some(table) = self.objects.relation(table).cloned() else {
                continue;
            };
            let mut on_partitions = copies.remove(&number).unwrap_or_default();
            on_partitions.sort_by(|(a, _), (b, _)| a.cmp(b));
            let address = Address::part(Kind::Trigger, &table, &name);
            self.objects.enter(Class::Trigger, number, address);
            self.catalog.triggers.push(Trigger {
                name: name.into(),
                table,
                statement: printed(&statement),
                firing: firing_of(&firing),
                on_partitions,
                follows: None,
            });
        }
        self.catalog
            .triggers
            .sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        Ok(())
    }

    /// The partitions on which a trigger of the table above fires otherwise than there, by the number of that trigger.
    async fn copies_of_triggers(&self) -> Result<HashMap<i64, Vec<(ObjectName, Firing)>>> {
        // Older servers do not tell whose copy a trigger is.
        let root = self.session.since(13, "tgparentid = 0", "false");
        let parent = self.session.since(13, "t.tgparentid", "0");
        let sql = format!(
            "WITH RECURSIVE copies (root, usual, number, relation, firing) AS (
                SELECT oid, tgenabled, oid, tgrelid, tgenabled FROM pg_trigger WHERE NOT tgisinternal AND {root}
                    AND tgrelid IN (SELECT oid FROM pg_class WHERE relkind = 'p')
                UNION ALL SELECT root, usual, t.oid, tgrelid, tgenabled FROM copies JOIN pg_trigger t ON {parent} = copies.number)
            SELECT root::int8, relation::int8, firing::text FROM copies WHERE firing <> usual"
        );
        let rows = self
            .session
            .read(&sql, |row| {
                Ok((
                    row.next::<i64>()?,
                    row.next::<i64>()?,
                    row.next::<String>()?,
                ))
            })
            .await?;
        let mut copies: HashMap<i64, Vec<(ObjectName, Firing)>> = HashMap::new();
        for (root, relation, firing) in rows {
            if let Some(partition) = self.objects.relation(relation) {
                let copy = (partition.clone(), firing_of(&firing));
                copies.entry(root).or_default().push(copy);
            }
        }
        Ok(copies)
    }

    /// Rules; the one behind each view is entered as the view itself.
    pub(super) async fn rules(&mut self) -> Result<()> {
        let sql = "SELECT oid::int8, ev_class::int8, rulename::text,
                CASE WHEN rulename <> '_RETURN' THEN pg_get_ruledef(oid) ELSE '' END, ev_enabled::text FROM pg_rewrite
            WHERE ev_class >= 16384 ORDER BY ev_class, rulename COLLATE \"C\"";
        for (number, table, name, statement, firing) in self.code(sql).await? {
            let Some(view) = self.objects.get(Class::Relation, table).cloned() else {
                continue;
            };
            if statement.is_empty() {
                self.objects.enter(Class::Rule, number, view);
                continue;
            }
            let address = Address::part(Kind::Rule, &view.name, &name);
            self.objects.enter(Class::Rule, number, address);
            self.catalog.rules.push(Rule {
                name: name.into(),
                table: view.name,
                statement: printed(statement.trim_end_matches(';')),
                firing: firing_of(&firing),
            });
        }
        self.catalog
            .rules
            .sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        Ok(())
    }

    async fn code(&self, sql: &str) -> Result<Vec<(i64, i64, String, String, String)>> {
        self.session
            .read(sql, |row| {
                Ok((
                    row.next()?,
                    row.next()?,
                    row.next()?,
                    row.next()?,
                    row.next()?,
                ))
            })
            .await
    }

    pub(super) async fn policies(&mut self) -> Result<()> {
        let sql = "SELECT oid::int8, polrelid::int8, polname::text, polpermissive, polcmd::text,
                ARRAY(SELECT coalesce(quote_ident(rolname), 'PUBLIC') FROM unnest(polroles) r
                    LEFT JOIN pg_roles ON pg_roles.oid = r ORDER BY 1),
                pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
            FROM pg_policy ORDER BY polrelid, polname COLLATE \"C\"";
        let rows = self
            .session
            .read(sql, |row| {
                Ok((
                    row.next::<i64>()?,
                    row.next::<i64>()?,
                    row.next::<String>()?,
                    row.next::<bool>()?,
                    row.next::<String>()?,
                    row.next::<Vec<String>>()?,
                    row.next::<Option<String>>()?,
                    row.next::<Option<String>>()?,
                ))
            })
            .await?;
        for (number, table, name, permissive, command, roles, using, check) in rows {
            let Some(table) = self.objects.relation(table).cloned() else {
                continue;
            };
            let mut sql = format!(
                "CREATE POLICY {} ON {}",
                Dialect::Postgres.ident(&name),
                full(&table)
            );
            if !permissive {
                sql.push_str(" AS RESTRICTIVE");
            }
            match command.as_str() {
                "r" => sql.push_str(" FOR SELECT"),
                "a" => sql.push_str(" FOR INSERT"),
                "w" => sql.push_str(" FOR UPDATE"),
                "d" => sql.push_str(" FOR DELETE"),
                _ => {}
            }
            if roles != ["PUBLIC"] {
                let _ = write!(sql, " TO {}", roles.join(", "));
            }
            for (word, condition) in [("USING", using), ("WITH CHECK", check)] {
                if let Some(condition) = condition {
                    let _ = write!(sql, " {word} ({condition})");
                }
            }
            let address = Address::part(Kind::Policy, &table, &name);
            self.objects.enter(Class::Policy, number, address);
            self.catalog.policies.push(Policy {
                name: name.into(),
                table,
                statement: printed(&sql),
            });
        }
        self.catalog
            .policies
            .sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        Ok(())
    }

    pub(super) async fn statistics(&mut self) -> Result<()> {
        let target = self
            .session
            .since(13, "nullif(stxstattarget, -1)::int8", "NULL::int8");
        let sql = format!(
            "SELECT s.oid::int8, stxrelid::int8, nspname::text, stxname::text, pg_get_statisticsobjdef(s.oid), {target},
                by_place, by_name
            FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = stxnamespace
            CROSS JOIN LATERAL (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS by_place,
                string_agg(quote_ident(attname), ', ' ORDER BY attname COLLATE \"C\") AS by_name FROM pg_attribute a
                WHERE a.attrelid = stxrelid AND a.attnum = ANY (stxkeys::int2[])) c
            WHERE {} ORDER BY nspname COLLATE \"C\", stxname COLLATE \"C\"",
            Self::mine("pg_statistic_ext", "s")
        );
        let rows = self
            .session
            .read(&sql, |row| {
                Ok((
                    row.next::<i64>()?,
                    row.next::<i64>()?,
                    row.name()?,
                    row.next::<String>()?,
                    row.next::<Option<i64>>()?,
                    [row.next::<Option<String>>()?, row.next()?],
                ))
            })
            .await?;
        for (number, table, name, statement, target, columns) in rows {
            let Some(table) = self.objects.relation(table).cloned() else {
                continue;
            };
            // The server tells columns by their places in the table, which mean nothing.
            let statement = match columns {
                [Some(by_place), Some(by_name)] => {
                    let list = |columns: &str| format!(" ON {columns}");
                    statement.replacen(&list(&by_place), &list(&by_name), 1)
                }
                _ => statement,
            };
            let address = Address::of(Kind::Statistics, &name);
            self.objects.enter(Class::Statistics, number, address);
            self.catalog.statistics.push(Statistics {
                name,
                table,
                statement: printed(&statement),
                target: target.and_then(|target| i32::try_from(target).ok()),
            });
        }
        Ok(())
    }

    pub(super) async fn event_triggers(&mut self) -> Result<()> {
        let sql = format!(
            "SELECT e.oid::int8, evtname::text, evtevent::text, coalesce(evttags, '{{}}'), nspname::text, proname::text, evtenabled::text
            FROM pg_event_trigger e JOIN pg_proc p ON p.oid = evtfoid JOIN pg_namespace n ON n.oid = pronamespace
            WHERE {} ORDER BY evtname COLLATE \"C\"",
            Self::no_extension("pg_event_trigger", "e")
        );
        let rows = self
            .session
            .read(&sql, |row| {
                let number = row.next::<i64>()?;
                let name = row.next::<String>()?;
                let event = row.next::<String>()?;
                let tags = row.next::<Vec<String>>()?;
                let function = row.name()?;
                let trigger = EventTrigger {
                    name: name.into(),
                    event: event.into(),
                    tags: tags.into_iter().map(Into::into).collect(),
                    function,
                    firing: firing_of(&row.next::<String>()?),
                };
                Ok((number, trigger))
            })
            .await?;
        for (number, trigger) in rows {
            let address = Address::global(Kind::EventTrigger, &trigger.name);
            self.objects.enter(Class::EventTrigger, number, address);
            self.catalog.event_triggers.push(trigger);
        }
        Ok(())
    }
}

fn firing_of(letter: &str) -> Firing {
    match letter {
        "D" => Firing::Disabled,
        "R" => Firing::Replica,
        "A" => Firing::Always,
        _ => Firing::Origin,
    }
}

/// A name with its namespace, as statements of the server have it.
fn full(name: &ObjectName) -> String {
    let quote = |name: &str| Dialect::Postgres.ident(name);
    match name.namespace.as_deref() {
        Some(namespace) => format!("{}.{}", quote(namespace), quote(&name.name)),
        None => quote(&name.name),
    }
}
/// Arguments without the namespace that needs no naming before their types, as columns have them.
fn unqualified(arguments: &str, namespace: Option<&str>) -> String {
    let Some(namespace) = namespace else {
        return arguments.to_owned();
    };
    let mut sql = String::with_capacity(arguments.len());
    let mut from = 0;
    let words = words(Dialect::Postgres, arguments);
    for pair in words.windows(2) {
        let [(word, place), (dot, after)] = pair else {
            continue;
        };
        let named = word.name(Dialect::Postgres);
        if dot.is_symbol(".") && named.as_deref() == Some(namespace) {
            sql.push_str(&arguments[from..place.start]);
            from = after.end;
        }
    }
    sql.push_str(&arguments[from..]);
    sql
}

#[cfg(test)]
mod tests {
    use super::unqualified;

    #[test]
    fn types_of_the_default_namespace_lose_it() {
        let read = |arguments| unqualified(arguments, Some("public"));
        assert_eq!(
            read("a public.\"Kind\", public integer, b app.t[], VARIADIC c public.t[]"),
            "a \"Kind\", public integer, b app.t[], VARIADIC c t[]"
        );
    }
}
