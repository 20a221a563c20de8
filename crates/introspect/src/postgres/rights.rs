//! Who may do what, as far as it differs from what a new object allows.

use relata::Result;
use relata_sql::catalog::{DefaultPrivilege, Grant, Grantee, Right};

use super::Describer;
use super::objects::Class;

impl Describer {
    pub(super) async fn grants(&mut self) -> Result<()> {
        // Each kind's list against the one that `acldefault` gives, or, for `public`, against the one that the database was
        // made with (manual, "Privileges", `pg_init_privs`).
        let sql = "WITH objects (class, number, place, acl, usual, owner) AS (
                SELECT 'pg_class', oid, 0, relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END, relowner), relowner
                    FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relacl IS NOT NULL
                UNION ALL SELECT 'pg_class', attrelid, attnum, attacl, NULL::aclitem[], relowner
                    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE attacl IS NOT NULL AND NOT attisdropped
                UNION ALL SELECT 'pg_proc', oid, 0, proacl, acldefault('f', proowner), proowner FROM pg_proc WHERE proacl IS NOT NULL
                UNION ALL SELECT 'pg_type', oid, 0, typacl, acldefault('T', typowner), typowner FROM pg_type WHERE typacl IS NOT NULL
                UNION ALL SELECT 'pg_language', oid, 0, lanacl, acldefault('l', lanowner), lanowner FROM pg_language WHERE lanacl IS NOT NULL
                UNION ALL SELECT 'pg_foreign_data_wrapper', oid, 0, fdwacl, acldefault('F', fdwowner), fdwowner FROM pg_foreign_data_wrapper
                    WHERE fdwacl IS NOT NULL
                UNION ALL SELECT 'pg_foreign_server', oid, 0, srvacl, acldefault('S', srvowner), srvowner FROM pg_foreign_server
                    WHERE srvacl IS NOT NULL
                UNION ALL SELECT 'pg_namespace', n.oid, 0, nspacl, coalesce(initprivs, acldefault('n', nspowner) ||
                        CASE nspname WHEN 'public' THEN ARRAY[makeaclitem(0, nspowner, 'USAGE', false)] ELSE '{}' END), nspowner
                    FROM pg_namespace n LEFT JOIN pg_init_privs i ON i.classoid = 'pg_namespace'::regclass AND i.objoid = n.oid
                    WHERE nspacl IS NOT NULL),
            now AS (SELECT o.class, o.number, o.place, o.owner, a.grantee, a.privilege_type, bool_or(a.is_grantable) AS grantable,
                min(min(a.turn)) OVER (PARTITION BY o.class, o.number, o.place, a.grantee) AS turn
                FROM objects o, aclexplode(o.acl) WITH ORDINALITY a (grantor, grantee, privilege_type, is_grantable, turn)
                GROUP BY 1, 2, 3, 4, 5, 6),
            usual AS (SELECT o.class, o.number, o.place, o.owner, a.grantee, a.privilege_type, bool_or(a.is_grantable) AS grantable
                FROM objects o, aclexplode(o.usual) a GROUP BY 1, 2, 3, 4, 5, 6)
            SELECT class, number::int8, place::int8, CASE WHEN grantee = owner THEN 'o' WHEN grantee = 0 THEN 'p' ELSE 'r' END,
                coalesce(rolname::text, ''), privilege_type::text, CASE WHEN n.class IS NULL THEN 'r' WHEN n.grantable THEN 'g' ELSE 'y' END,
                coalesce(turn, 0)
            FROM (SELECT class, number, place, owner, grantee, privilege_type FROM now
                UNION SELECT class, number, place, owner, grantee, privilege_type FROM usual) k
            LEFT JOIN now n USING (class, number, place, owner, grantee, privilege_type)
            LEFT JOIN usual u USING (class, number, place, owner, grantee, privilege_type)
            LEFT JOIN pg_roles r ON r.oid = grantee
            WHERE n.class IS NULL OR u.class IS NULL OR n.grantable <> u.grantable";
        let rows = self
            .session
            .read(sql, |row| {
                Ok((
                    row.next::<String>()?,
                    row.next::<i64>()?,
                    row.next::<i64>()?,
                    grantee(&row.next::<String>()?, &row.next::<String>()?),
                    row.next::<String>()?,
                    right(&row.next::<String>()?),
                    row.next::<i64>()?,
                ))
            })
            .await?;
        let mut found_grants = Vec::new();
        for (class, number, place, grantee, privilege, right, turn) in rows {
            let found =
                Class::named(&class).and_then(|class| self.objects.spoken_of(class, number, place));
            if let Some(on) = found {
                let grant = Grant {
                    on,
                    grantee,
                    privilege: privilege.into(),
                    right,
                };
                found_grants.push((turn, grant));
            }
        }
        // A server tells the rights on an object in the order in which somebody was first given one.
        found_grants.sort_by(|(a, one), (b, two)| (&one.on, a, one).cmp(&(&two.on, b, two)));
        self.catalog.grants = found_grants.into_iter().map(|(_, grant)| grant).collect();
        Ok(())
    }

    pub(super) async fn default_privileges(&mut self) -> Result<()> {
        // Within a namespace they add to those without one, so that nothing is usual there.
        let sql = "WITH lists AS (SELECT defaclrole AS owner, defaclnamespace AS namespace, defaclobjtype AS kind, defaclacl AS acl,
                CASE WHEN defaclnamespace <> 0 THEN NULL::aclitem[]
                    ELSE acldefault(CASE defaclobjtype WHEN 'S' THEN 's'::\"char\" ELSE defaclobjtype END, defaclrole) END AS usual
                FROM pg_default_acl),
            now AS (SELECT owner, namespace, kind, a.grantee, a.privilege_type, bool_or(a.is_grantable) AS grantable,
                min(min(a.turn)) OVER (PARTITION BY owner, namespace, kind, a.grantee) AS turn
                FROM lists, aclexplode(acl) WITH ORDINALITY a (grantor, grantee, privilege_type, is_grantable, turn)
                GROUP BY 1, 2, 3, 4, 5),
            usual AS (SELECT owner, namespace, kind, a.grantee, a.privilege_type, bool_or(a.is_grantable) AS grantable
                FROM lists, aclexplode(usual) a GROUP BY 1, 2, 3, 4, 5)
            SELECT CASE WHEN o.rolname = current_user THEN 'o' ELSE 'r' END, o.rolname::text, nspname::text,
                CASE kind WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES'
                    WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END,
                CASE WHEN grantee = owner AND o.rolname = current_user THEN 'o' WHEN grantee = 0 THEN 'p' ELSE 'r' END, coalesce(r.rolname::text, ''),
                privilege_type::text, CASE WHEN n.grantable IS NULL THEN 'r' WHEN n.grantable THEN 'g' ELSE 'y' END,
                coalesce(turn, 0)
            FROM (SELECT owner, namespace, kind, grantee, privilege_type FROM now
                UNION SELECT owner, namespace, kind, grantee, privilege_type FROM usual) k
            LEFT JOIN now n USING (owner, namespace, kind, grantee, privilege_type)
            LEFT JOIN usual u USING (owner, namespace, kind, grantee, privilege_type)
            JOIN pg_roles o ON o.oid = owner LEFT JOIN pg_roles r ON r.oid = grantee LEFT JOIN pg_namespace s ON s.oid = namespace
            WHERE n.grantable IS NULL OR u.grantable IS NULL OR n.grantable <> u.grantable";
        let mut found = self
            .session
            .read(sql, |row| {
                let privilege = DefaultPrivilege {
                    creator: grantee(&row.next::<String>()?, &row.next::<String>()?),
                    namespace: row.next::<Option<String>>()?.map(Into::into),
                    objects: row.next::<String>()?.into(),
                    grantee: grantee(&row.next::<String>()?, &row.next::<String>()?),
                    privilege: row.next::<String>()?.into(),
                    right: right(&row.next::<String>()?),
                };
                Ok((row.next::<i64>()?, privilege))
            })
            .await?;
        found.sort_by(|(a, one), (b, two)| {
            let of = |it: &DefaultPrivilege| {
                (it.creator.clone(), it.namespace.clone(), it.objects.clone())
            };
            (of(one), a, one).cmp(&(of(two), b, two))
        });
        self.catalog.default_privileges = found.into_iter().map(|(_, each)| each).collect();
        Ok(())
    }
}

fn grantee(kind: &str, role: &str) -> Grantee {
    match kind {
        "o" => Grantee::Owner,
        "p" => Grantee::Public,
        _ => Grantee::Role(role.into()),
    }
}

fn right(letter: &str) -> Right {
    match letter {
        "r" => Right::Revoked,
        "g" => Right::Grantable,
        _ => Right::Granted,
    }
}
