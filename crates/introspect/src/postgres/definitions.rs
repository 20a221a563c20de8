//! Objects that are known by the statements that make them: casts, operators, text search, foreign data, publications and the like.
//!
//! The server prints none of these statements itself; each query here puts one together from the catalogue, as the manual's page
//! on the statement has it.

use relata::Result;
use relata_sql::catalog::{Address, Clause, Definition, Kind, ObjectName};

use super::Describer;
use super::objects::Class;
use super::relations::{ATTRIBUTE_OPTIONS, STORAGES};

/// A kind of object, and the query that reads it: number, namespace, name, part, statement, and for each part of the object the
/// statements that add it and take it away.
struct Source {
    kind: Kind,
    class: Class,
    /// The catalogue, whose alias in the query is `o`.
    catalogue: &'static str,
    columns: &'static str,
    joins: &'static str,
    condition: &'static str,
}

/// Nothing is said of it afterwards.
const WHOLE: &str = "'{}'::text[], '{}'::text[]";

const LANGUAGE: Source = Source {
    kind: Kind::Language,
    class: Class::Language,
    catalogue: "pg_language",
    columns: "NULL::text, lanname::text, NULL::text, 'CREATE ' || CASE WHEN lanpltrusted THEN 'TRUSTED ' ELSE '' END || 'LANGUAGE '
            || quote_ident(lanname) || coalesce(' HANDLER ' || nullif(lanplcallfoid::regproc::text, '-'), '')
            || coalesce(' INLINE ' || nullif(laninline::regproc::text, '-'), '')
            || coalesce(' VALIDATOR ' || nullif(lanvalidator::regproc::text, '-'), ''), {whole}",
    joins: "",
    condition: "true",
};

const ACCESS_METHOD: Source = Source {
    kind: Kind::AccessMethod,
    class: Class::AccessMethod,
    catalogue: "pg_am",
    columns: "NULL::text, amname::text, NULL::text, 'CREATE ACCESS METHOD ' || quote_ident(amname) || ' TYPE '
            || CASE amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END || ' HANDLER ' || amhandler::regproc, {whole}",
    joins: "",
    condition: "true",
};

const CAST: Source = Source {
    kind: Kind::Cast,
    class: Class::Cast,
    catalogue: "pg_cast",
    columns: "NULL::text, '(' || format_type(castsource, NULL) || ' AS ' || format_type(casttarget, NULL) || ')', NULL::text,
            'CREATE CAST (' || format_type(castsource, NULL) || ' AS ' || format_type(casttarget, NULL) || ') '
            || CASE castmethod WHEN 'f' THEN 'WITH FUNCTION ' || castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END
            || CASE castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END, {whole}",
    joins: "",
    condition: "true",
};

const OPERATOR: Source = Source {
    kind: Kind::Operator,
    class: Class::Operator,
    catalogue: "pg_operator",
    columns: "nspname::text, oprname::text,
            CASE oprleft WHEN 0 THEN 'NONE' ELSE format_type(oprleft, NULL) END || ', '
            || CASE oprright WHEN 0 THEN 'NONE' ELSE format_type(oprright, NULL) END,
            'CREATE OPERATOR ' || quote_ident(nspname) || '.' || oprname || ' (FUNCTION = ' || oprcode::regproc
            || CASE oprleft WHEN 0 THEN '' ELSE ', LEFTARG = ' || format_type(oprleft, NULL) END
            || CASE oprright WHEN 0 THEN '' ELSE ', RIGHTARG = ' || format_type(oprright, NULL) END
            || coalesce((SELECT ', COMMUTATOR = OPERATOR(' || quote_ident(m.nspname) || '.' || p.oprname || ')'
                FROM pg_operator p JOIN pg_namespace m ON m.oid = p.oprnamespace WHERE p.oid = o.oprcom), '')
            || coalesce((SELECT ', NEGATOR = OPERATOR(' || quote_ident(m.nspname) || '.' || p.oprname || ')'
                FROM pg_operator p JOIN pg_namespace m ON m.oid = p.oprnamespace WHERE p.oid = o.oprnegate), '')
            || coalesce(', RESTRICT = ' || nullif(oprrest::regproc::text, '-'), '')
            || coalesce(', JOIN = ' || nullif(oprjoin::regproc::text, '-'), '')
            || CASE WHEN oprcanhash THEN ', HASHES' ELSE '' END || CASE WHEN oprcanmerge THEN ', MERGES' ELSE '' END || ')', {whole}",
    joins: "JOIN pg_namespace n ON n.oid = oprnamespace",
    // One that is only spoken of as the commutator of another has no function yet.
    condition: "oprcode <> 0",
};

const OPERATOR_FAMILY: Source = Source {
    kind: Kind::OperatorFamily,
    class: Class::OperatorFamily,
    catalogue: "pg_opfamily",
    columns: "nspname::text, opfname::text, amname::text,
            'CREATE OPERATOR FAMILY ' || named || ' USING ' || quote_ident(amname),
            ARRAY(SELECT 'ALTER OPERATOR FAMILY ' || named || ' USING ' || quote_ident(amname) || ' ADD ' || make
                FROM members ORDER BY make COLLATE \"C\"),
            ARRAY(SELECT 'ALTER OPERATOR FAMILY ' || named || ' USING ' || quote_ident(amname) || ' DROP ' || take
                FROM members ORDER BY make COLLATE \"C\")",
    joins: "JOIN pg_namespace n ON n.oid = opfnamespace JOIN pg_am am ON am.oid = opfmethod
            CROSS JOIN LATERAL (SELECT quote_ident(nspname) || '.' || quote_ident(opfname) AS named) named",
    condition: "true",
};

/// The members of a family that no class of it requires.
const LOOSE_MEMBERS: &str = "WITH members AS (
        SELECT 'OPERATOR ' || amopstrategy || ' ' || amopopr::regoperator || sorts AS make,
            'OPERATOR ' || amopstrategy || ' (' || format_type(amoplefttype, NULL) || ', ' || format_type(amoprighttype, NULL) || ')' AS take
        FROM pg_amop a CROSS JOIN LATERAL (SELECT coalesce((SELECT ' FOR ORDER BY ' || quote_ident(m.nspname) || '.' || quote_ident(f.opfname)
            FROM pg_opfamily f JOIN pg_namespace m ON m.oid = f.opfnamespace WHERE f.oid = a.amopsortfamily), '') AS sorts) s
        WHERE amopfamily = o.oid AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_amop'::regclass AND objid = a.oid
            AND refclassid = 'pg_opclass'::regclass)
        UNION ALL SELECT 'FUNCTION ' || amprocnum || ' (' || format_type(amproclefttype, NULL) || ', ' || format_type(amprocrighttype, NULL)
            || ') ' || amproc::regprocedure,
            'FUNCTION ' || amprocnum || ' (' || format_type(amproclefttype, NULL) || ', ' || format_type(amprocrighttype, NULL) || ')'
        FROM pg_amproc a WHERE amprocfamily = o.oid AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_amproc'::regclass
            AND objid = a.oid AND refclassid = 'pg_opclass'::regclass)) ";

const OPERATOR_CLASS: Source = Source {
    kind: Kind::OperatorClass,
    class: Class::Opclass,
    catalogue: "pg_opclass",
    columns: "n.nspname::text, opcname::text, amname::text,
            'CREATE OPERATOR CLASS ' || quote_ident(n.nspname) || '.' || quote_ident(opcname) || CASE WHEN opcdefault THEN ' DEFAULT' ELSE '' END
            || ' FOR TYPE ' || format_type(opcintype, NULL) || ' USING ' || quote_ident(amname) || ' FAMILY ' || quote_ident(fn.nspname) || '.'
            || quote_ident(opfname) || ' AS ' || array_to_string(coalesce(nullif(ARRAY(
                SELECT 'STORAGE ' || format_type(opckeytype, NULL) WHERE opckeytype <> 0
                UNION ALL (SELECT 'OPERATOR ' || amopstrategy || ' ' || amopopr::regoperator || coalesce((SELECT ' FOR ORDER BY '
                    || quote_ident(m.nspname) || '.' || quote_ident(f.opfname) FROM pg_opfamily f JOIN pg_namespace m ON m.oid = f.opfnamespace
                    WHERE f.oid = amopsortfamily), '')
                FROM pg_amop a JOIN pg_depend d ON d.classid = 'pg_amop'::regclass AND d.objid = a.oid
                    AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = o.oid ORDER BY amopstrategy, amopopr::regoperator::text)
                UNION ALL (SELECT 'FUNCTION ' || amprocnum || ' (' || format_type(amproclefttype, NULL) || ', '
                    || format_type(amprocrighttype, NULL) || ') ' || amproc::regprocedure
                FROM pg_amproc a JOIN pg_depend d ON d.classid = 'pg_amproc'::regclass AND d.objid = a.oid
                    AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = o.oid ORDER BY amprocnum, amproc::regprocedure::text)
            ), '{}'), ARRAY['STORAGE ' || format_type(opcintype, NULL)]), ', '), {whole}",
    joins: "JOIN pg_namespace n ON n.oid = opcnamespace JOIN pg_am am ON am.oid = opcmethod
            JOIN pg_opfamily fam ON fam.oid = opcfamily JOIN pg_namespace fn ON fn.oid = opfnamespace",
    condition: "true",
};

const CONVERSION: Source = Source {
    kind: Kind::Conversion,
    class: Class::Conversion,
    catalogue: "pg_conversion",
    columns: "nspname::text, conname::text, NULL::text, 'CREATE ' || CASE WHEN condefault THEN 'DEFAULT ' ELSE '' END || 'CONVERSION '
            || quote_ident(nspname) || '.' || quote_ident(conname) || ' FOR ' || quote_literal(pg_encoding_to_char(conforencoding))
            || ' TO ' || quote_literal(pg_encoding_to_char(contoencoding)) || ' FROM ' || conproc::regproc, {whole}",
    joins: "JOIN pg_namespace n ON n.oid = connamespace",
    condition: "true",
};

const TRANSFORM: Source = Source {
    kind: Kind::Transform,
    class: Class::Transform,
    catalogue: "pg_transform",
    columns: "NULL::text, 'FOR ' || format_type(trftype, NULL) || ' LANGUAGE ' || quote_ident(lanname), NULL::text,
            'CREATE TRANSFORM FOR ' || format_type(trftype, NULL) || ' LANGUAGE ' || quote_ident(lanname) || ' (' || concat_ws(', ',
                'FROM SQL WITH FUNCTION ' || nullif(trffromsql, 0)::regprocedure, 'TO SQL WITH FUNCTION ' || nullif(trftosql, 0)::regprocedure)
            || ')', {whole}",
    joins: "JOIN pg_language l ON l.oid = trflang",
    condition: "true",
};

const SEARCH_PARSER: Source = Source {
    kind: Kind::SearchParser,
    class: Class::SearchParser,
    catalogue: "pg_ts_parser",
    columns: "nspname::text, prsname::text, NULL::text, 'CREATE TEXT SEARCH PARSER ' || quote_ident(nspname) || '.' || quote_ident(prsname)
            || ' (START = ' || prsstart || ', GETTOKEN = ' || prstoken || ', END = ' || prsend || ', LEXTYPES = ' || prslextype
            || coalesce(', HEADLINE = ' || nullif(prsheadline::text, '-'), '') || ')', {whole}",
    joins: "JOIN pg_namespace n ON n.oid = prsnamespace",
    condition: "true",
};

const SEARCH_TEMPLATE: Source = Source {
    kind: Kind::SearchTemplate,
    class: Class::SearchTemplate,
    catalogue: "pg_ts_template",
    columns: "nspname::text, tmplname::text, NULL::text, 'CREATE TEXT SEARCH TEMPLATE ' || quote_ident(nspname) || '.' || quote_ident(tmplname)
            || ' (' || coalesce('INIT = ' || nullif(tmplinit::text, '-') || ', ', '') || 'LEXIZE = ' || tmpllexize || ')', {whole}",
    joins: "JOIN pg_namespace n ON n.oid = tmplnamespace",
    condition: "true",
};

const SEARCH_DICTIONARY: Source = Source {
    kind: Kind::SearchDictionary,
    class: Class::SearchDictionary,
    catalogue: "pg_ts_dict",
    columns: "n.nspname::text, dictname::text, NULL::text, 'CREATE TEXT SEARCH DICTIONARY ' || quote_ident(n.nspname) || '.'
            || quote_ident(dictname) || ' (TEMPLATE = ' || quote_ident(tn.nspname) || '.' || quote_ident(tmplname)
            || coalesce(', ' || dictinitoption, '') || ')', {whole}",
    joins: "JOIN pg_namespace n ON n.oid = dictnamespace JOIN pg_ts_template t ON t.oid = dicttemplate
            JOIN pg_namespace tn ON tn.oid = tmplnamespace",
    condition: "true",
};

const SEARCH_CONFIGURATION: Source = Source {
    kind: Kind::SearchConfiguration,
    class: Class::SearchConfiguration,
    catalogue: "pg_ts_config",
    columns: "n.nspname::text, cfgname::text, NULL::text, 'CREATE TEXT SEARCH CONFIGURATION ' || named || ' (PARSER = '
            || quote_ident(pn.nspname) || '.' || quote_ident(prsname) || ')',
            ARRAY(SELECT 'ALTER TEXT SEARCH CONFIGURATION ' || named || ' ADD MAPPING FOR ' || quote_ident(alias) || ' WITH '
                || string_agg(mapdict::regdictionary::text, ', ' ORDER BY mapseqno)
                FROM pg_ts_config_map JOIN ts_token_type(cfgparser) ON tokid = maptokentype WHERE mapcfg = o.oid
                GROUP BY alias ORDER BY alias COLLATE \"C\"),
            ARRAY(SELECT 'ALTER TEXT SEARCH CONFIGURATION ' || named || ' DROP MAPPING FOR ' || quote_ident(alias)
                FROM pg_ts_config_map JOIN ts_token_type(cfgparser) ON tokid = maptokentype WHERE mapcfg = o.oid
                GROUP BY alias ORDER BY alias COLLATE \"C\")",
    joins: "JOIN pg_namespace n ON n.oid = cfgnamespace JOIN pg_ts_parser p ON p.oid = cfgparser
            JOIN pg_namespace pn ON pn.oid = prsnamespace
            CROSS JOIN LATERAL (SELECT quote_ident(n.nspname) || '.' || quote_ident(cfgname) AS named) named",
    condition: "true",
};

const FOREIGN_DATA_WRAPPER: Source = Source {
    kind: Kind::ForeignDataWrapper,
    class: Class::ForeignDataWrapper,
    catalogue: "pg_foreign_data_wrapper",
    columns: "NULL::text, fdwname::text, NULL::text, 'CREATE FOREIGN DATA WRAPPER ' || quote_ident(fdwname)
            || coalesce(' HANDLER ' || nullif(fdwhandler, 0)::regproc, '') || coalesce(' VALIDATOR ' || nullif(fdwvalidator, 0)::regproc, ''),
            ARRAY(SELECT 'ALTER FOREIGN DATA WRAPPER ' || quote_ident(fdwname) || ' OPTIONS (ADD ' || quote_ident(option_name) || ' '
                || quote_literal(option_value) || ')' FROM pg_options_to_table(fdwoptions)),
            ARRAY(SELECT 'ALTER FOREIGN DATA WRAPPER ' || quote_ident(fdwname) || ' OPTIONS (DROP ' || quote_ident(option_name) || ')'
                FROM pg_options_to_table(fdwoptions))",
    joins: "",
    condition: "true",
};

const SERVER: Source = Source {
    kind: Kind::Server,
    class: Class::Server,
    catalogue: "pg_foreign_server",
    columns: "NULL::text, srvname::text, NULL::text, 'CREATE SERVER ' || quote_ident(srvname) || coalesce(' TYPE ' || quote_literal(srvtype), '')
            || coalesce(' VERSION ' || quote_literal(srvversion), '') || ' FOREIGN DATA WRAPPER ' || quote_ident(fdwname),
            ARRAY(SELECT 'ALTER SERVER ' || quote_ident(srvname) || ' OPTIONS (ADD ' || quote_ident(option_name) || ' '
                || quote_literal(option_value) || ')' FROM pg_options_to_table(srvoptions)),
            ARRAY(SELECT 'ALTER SERVER ' || quote_ident(srvname) || ' OPTIONS (DROP ' || quote_ident(option_name) || ')'
                FROM pg_options_to_table(srvoptions))",
    joins: "JOIN pg_foreign_data_wrapper f ON f.oid = srvfdw",
    condition: "true",
};

/// What lets somebody in somewhere else is nobody's business here: options that hold passwords are not read.
const USER_MAPPING: Source = Source {
    kind: Kind::UserMapping,
    class: Class::UserMapping,
    catalogue: "pg_user_mappings",
    columns: "NULL::text, named, NULL::text, 'CREATE USER MAPPING ' || named,
            ARRAY(SELECT 'ALTER USER MAPPING ' || named || ' OPTIONS (ADD ' || quote_ident(option_name) || ' '
                || quote_literal(option_value) || ')' FROM pg_options_to_table(umoptions) WHERE option_name !~* 'passw|secret|token|key'),
            ARRAY(SELECT 'ALTER USER MAPPING ' || named || ' OPTIONS (DROP ' || quote_ident(option_name) || ')'
                FROM pg_options_to_table(umoptions) WHERE option_name !~* 'passw|secret|token|key')",
    joins: "CROSS JOIN LATERAL (SELECT 'FOR ' || CASE umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(usename) END || ' SERVER '
                || quote_ident(srvname) AS named) named",
    condition: "true",
};

/// One holds no rows, so that it is made anew where it differs.
const FOREIGN_TABLE: Source = Source {
    kind: Kind::ForeignTable,
    class: Class::Relation,
    catalogue: "pg_class",
    columns: "n.nspname::text, relname::text, NULL::text, 'CREATE FOREIGN TABLE ' || named || ' (' || array_to_string(ARRAY(
                (SELECT quote_ident(attname) || ' ' || format_type(atttypid, atttypmod)
                    || coalesce(' OPTIONS (' || (SELECT string_agg(quote_ident(option_name) || ' ' || quote_literal(option_value), ', ')
                        FROM pg_options_to_table(attfdwoptions)) || ')', '')
                    || coalesce(' COLLATE ' || (SELECT quote_ident(m.nspname) || '.' || quote_ident(collname) FROM pg_collation l
                        JOIN pg_namespace m ON m.oid = collnamespace JOIN pg_type t ON t.oid = atttypid
                        WHERE l.oid = attcollation AND l.oid <> typcollation), '')
                    || coalesce(CASE attgenerated WHEN '' THEN ' DEFAULT ' || pg_get_expr(adbin, adrelid)
                        ELSE ' GENERATED ALWAYS AS (' || pg_get_expr(adbin, adrelid)
                            || CASE attgenerated WHEN 's' THEN ') STORED' ELSE ') VIRTUAL' END END, '')
                    || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
                FROM pg_attribute a LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
                WHERE attrelid = o.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum)
                UNION ALL (SELECT 'CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(c.oid) FROM pg_constraint c
                WHERE conrelid = o.oid AND contype = 'c' AND conislocal ORDER BY conname COLLATE \"C\")), ', ')
            || ') SERVER ' || quote_ident(srvname) || coalesce(' OPTIONS (' || (SELECT string_agg(quote_ident(option_name) || ' '
                || quote_literal(option_value), ', ') FROM pg_options_to_table(ftoptions)) || ')', ''),
            ARRAY(SELECT CASE WHEN relispartition THEN 'ALTER TABLE ' || inhparent::regclass || ' ATTACH PARTITION ' || named || ' '
                    || pg_get_expr(relpartbound, o.oid) ELSE 'ALTER FOREIGN TABLE ' || named || ' INHERIT ' || inhparent::regclass END
                FROM pg_inherits WHERE inhrelid = o.oid ORDER BY inhseqno)
            || ARRAY(SELECT 'ALTER FOREIGN TABLE ' || named || ' ALTER COLUMN ' || quote_ident(attname) || ' SET STATISTICS ' || attstattarget
                FROM pg_attribute WHERE attrelid = o.oid AND attnum > 0 AND NOT attisdropped AND attstattarget <> -1 ORDER BY attnum)
            || ARRAY(SELECT 'ALTER FOREIGN TABLE ' || named || ' ALTER COLUMN ' || quote_ident(attname) || ' SET (' || array_to_string(opts, ', ') || ')'
                FROM pg_attribute, LATERAL (SELECT {attribute_options} AS opts) p
                WHERE attrelid = o.oid AND attnum > 0 AND NOT attisdropped AND opts IS NOT NULL ORDER BY attnum)
            || ARRAY(SELECT 'ALTER FOREIGN TABLE ' || named || ' ALTER COLUMN ' || quote_ident(attname) || ' SET STORAGE '
                    || CASE attstorage {storages} END
                FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
                WHERE attrelid = o.oid AND attnum > 0 AND NOT attisdropped AND attstorage <> typstorage ORDER BY attnum)
            || ARRAY(SELECT 'GRANT ' || privilege_type || ' (' || quote_ident(attname) || ') ON TABLE ' || named || ' TO '
                    || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(rolname) END || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END FROM pg_attribute, aclexplode(attacl) g LEFT JOIN pg_roles r ON r.oid = grantee
                WHERE attrelid = o.oid AND attnum > 0 AND NOT attisdropped ORDER BY attname COLLATE \"C\", grantee, privilege_type)
            || ARRAY(SELECT 'COMMENT ON COLUMN ' || named || '.' || quote_ident(attname) || ' IS ' || quote_literal(description)
                FROM pg_description JOIN pg_attribute ON attrelid = objoid AND attnum = objsubid
                WHERE classoid = 'pg_class'::regclass AND objoid = o.oid AND objsubid > 0 ORDER BY attname COLLATE \"C\"),
            ARRAY(SELECT CASE WHEN relispartition THEN 'ALTER TABLE ' || inhparent::regclass || ' DETACH PARTITION ' || named
                    ELSE 'ALTER FOREIGN TABLE ' || named || ' NO INHERIT ' || inhparent::regclass END
                FROM pg_inherits WHERE inhrelid = o.oid ORDER BY inhseqno)
            || ARRAY(SELECT 'ALTER FOREIGN TABLE ' || named || ' ALTER COLUMN ' || quote_ident(attname) || ' SET STATISTICS -1'
                FROM pg_attribute WHERE attrelid = o.oid AND attnum > 0 AND NOT attisdropped AND attstattarget <> -1 ORDER BY attnum)
            || ARRAY(SELECT 'ALTER FOREIGN TABLE ' || named || ' ALTER COLUMN ' || quote_ident(attname) || ' RESET ('
                    || (SELECT string_agg(split_part(each, '=', 1), ', ') FROM unnest(opts) each) || ')'
                FROM pg_attribute, LATERAL (SELECT {attribute_options} AS opts) p
                WHERE attrelid = o.oid AND attnum > 0 AND NOT attisdropped AND opts IS NOT NULL ORDER BY attnum)
            || ARRAY(SELECT 'ALTER FOREIGN TABLE ' || named || ' ALTER COLUMN ' || quote_ident(attname) || ' SET STORAGE '
                    || CASE typstorage {storages} END
                FROM pg_attribute JOIN pg_type t ON t.oid = atttypid
                WHERE attrelid = o.oid AND attnum > 0 AND NOT attisdropped AND attstorage <> typstorage ORDER BY attnum)
            || ARRAY(SELECT 'REVOKE ' || privilege_type || ' (' || quote_ident(attname) || ') ON TABLE ' || named || ' FROM '
                    || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(rolname) END FROM pg_attribute, aclexplode(attacl) g LEFT JOIN pg_roles r ON r.oid = grantee
                WHERE attrelid = o.oid AND attnum > 0 AND NOT attisdropped ORDER BY attname COLLATE \"C\", grantee, privilege_type)
            || ARRAY(SELECT 'COMMENT ON COLUMN ' || named || '.' || quote_ident(attname) || ' IS NULL'
                FROM pg_description JOIN pg_attribute ON attrelid = objoid AND attnum = objsubid
                WHERE classoid = 'pg_class'::regclass AND objoid = o.oid AND objsubid > 0 ORDER BY attname COLLATE \"C\")",
    joins: "JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_foreign_table f ON ftrelid = o.oid
            JOIN pg_foreign_server s ON s.oid = ftserver
            CROSS JOIN LATERAL (SELECT quote_ident(n.nspname) || '.' || quote_ident(relname) AS named) named",
    condition: "relkind = 'f'",
};

/// That a partitioned table is published as a whole comes first: only then can some of its columns be.
const PUBLICATION: Source = Source {
    kind: Kind::Publication,
    class: Class::Publication,
    catalogue: "pg_publication",
    columns: "NULL::text, pubname::text, NULL::text, 'CREATE PUBLICATION ' || quote_ident(pubname)
            || CASE WHEN puballtables THEN ' FOR ALL TABLES' ELSE '' END,
            ARRAY(SELECT 'ALTER PUBLICATION ' || quote_ident(pubname) || ' ' || make FROM parts
                ORDER BY make LIKE 'SET (publish_via%' DESC, make COLLATE \"C\"),
            ARRAY(SELECT 'ALTER PUBLICATION ' || quote_ident(pubname) || ' ' || take FROM parts
                ORDER BY make LIKE 'SET (publish_via%' DESC, make COLLATE \"C\")",
    joins: "",
    condition: "true",
};

impl Describer {
    pub(super) async fn definitions(&mut self) -> Result<()> {
        for source in [
            LANGUAGE,
            ACCESS_METHOD,
            CAST,
            OPERATOR,
            OPERATOR_FAMILY,
            OPERATOR_CLASS,
            CONVERSION,
            TRANSFORM,
            SEARCH_PARSER,
            SEARCH_TEMPLATE,
            SEARCH_DICTIONARY,
            SEARCH_CONFIGURATION,
            FOREIGN_DATA_WRAPPER,
            SERVER,
            USER_MAPPING,
            FOREIGN_TABLE,
            PUBLICATION,
        ] {
            self.definitions_of(&source).await?;
        }
        self.catalog
            .definitions
            .sort_by(|a, b| a.address.cmp(&b.address));
        self.members_of_definitions().await
    }

    async fn definitions_of(&mut self, source: &Source) -> Result<()> {
        let Source {
            catalogue,
            joins,
            condition,
            ..
        } = source;
        let columns = match source.kind {
            Kind::OperatorFamily => with(source.columns, LOOSE_MEMBERS),
            Kind::Publication => with(source.columns, &self.publication_parts()),
            _ => source
                .columns
                .replace("{whole}", WHOLE)
                .replace("{attribute_options}", ATTRIBUTE_OPTIONS)
                .replace("{storages}", STORAGES),
        };
        // The view of user mappings, which alone everybody may read, calls the number otherwise.
        let (number, class) = match source.kind {
            Kind::UserMapping => ("o.umid", "pg_user_mapping"),
            _ => ("o.oid", *catalogue),
        };
        let sql = format!(
            "SELECT {number}::int8, {columns} FROM {catalogue} o {joins} WHERE {number} >= 16384 AND {condition} AND {number} NOT IN
                (SELECT objid FROM pg_depend WHERE classid = '{class}'::regclass AND deptype IN ('e', 'i'))"
        );
        let rows = self
            .session
            .read(&sql, |row| {
                let number = row.next::<i64>()?;
                let namespace = row.next::<Option<String>>()?;
                let name = row.next::<String>()?;
                let part = row.next::<Option<String>>()?;
                let statement = row.next::<String>()?;
                let (makes, takes) = (row.next::<Vec<String>>()?, row.next::<Vec<String>>()?);
                let address = Address {
                    kind: source.kind,
                    name: ObjectName::new(namespace.as_deref(), &name),
                    part: part.map(Into::into),
                };
                let clauses = makes.into_iter().zip(takes).map(|(make, take)| Clause {
                    make: make.into(),
                    take: take.into(),
                });
                let definition = Definition {
                    address,
                    statement: statement.into(),
                    clauses: clauses.collect(),
                };
                Ok((number, definition))
            })
            .await?;
        for (number, definition) in rows {
            self.objects
                .enter(source.class, number, definition.address.clone());
            self.catalog.definitions.push(definition);
        }
        Ok(())
    }

    /// What a publication publishes; before version 15 whole tables alone.
    fn publication_parts(&self) -> String {
        let (columns, rows, namespaces) = if self.session.version >= 150_000 {
            (
                "coalesce(' (' || (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attname COLLATE \"C\") FROM pg_attribute
                    WHERE attrelid = prrelid AND attnum = ANY (prattrs::int2[])) || ')', '')",
                "coalesce(' WHERE (' || pg_get_expr(prqual, prrelid) || ')', '')",
                "UNION ALL SELECT 'ADD TABLES IN SCHEMA ' || quote_ident(nspname), 'DROP TABLES IN SCHEMA ' || quote_ident(nspname)
                    FROM pg_publication_namespace JOIN pg_namespace s ON s.oid = pnnspid WHERE pnpubid = o.oid",
            )
        } else {
            ("''", "''", "")
        };
        let root = self.session.since(
            13,
            "UNION ALL SELECT 'SET (publish_via_partition_root = true)', 'SET (publish_via_partition_root = false)' WHERE pubviaroot",
            "",
        );
        let generated = self.session.since(
            18,
            "UNION ALL SELECT 'SET (publish_generated_columns = stored)', 'SET (publish_generated_columns = none)' WHERE pubgencols = 's'",
            "",
        );
        format!(
            "WITH parts (make, take) AS (
                SELECT 'ADD TABLE ONLY ' || prrelid::regclass || {columns} || {rows}, 'DROP TABLE ONLY ' || prrelid::regclass
                    FROM pg_publication_rel WHERE prpubid = o.oid
                {namespaces} {root} {generated}
                UNION ALL SELECT 'SET (publish = ' || quote_literal(concat_ws(', ', CASE WHEN pubinsert THEN 'insert' END,
                    CASE WHEN pubupdate THEN 'update' END, CASE WHEN pubdelete THEN 'delete' END, CASE WHEN pubtruncate THEN 'truncate' END)) || ')',
                    'SET (publish = ''insert, update, delete, truncate'')'
                    WHERE NOT (pubinsert AND pubupdate AND pubdelete AND pubtruncate)) "
        )
    }

    /// Enters what belongs to one of these objects, each as the whole: the server records needs with the parts.
    async fn members_of_definitions(&mut self) -> Result<()> {
        let namespaces = self.session.since(
            15,
            "UNION ALL SELECT 'pg_publication_namespace', oid::int8, 'pg_publication', pnpubid::int8 FROM pg_publication_namespace",
            "",
        );
        // Members of a class come after those of its family, and so belong to the class.
        let sql = format!(
            "SELECT * FROM (
                SELECT classid::regclass::text AS class, objid::int8 AS number, refclassid::regclass::text AS of, refobjid::int8 AS owner FROM pg_depend
                    WHERE classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass)
                    AND refclassid IN ('pg_opclass'::regclass, 'pg_opfamily'::regclass)
                UNION ALL SELECT 'pg_publication_rel', oid::int8, 'pg_publication', prpubid::int8 FROM pg_publication_rel
                {namespaces}) m ORDER BY of = 'pg_opclass'"
        );
        let rows = self
            .session
            .read(&sql, |row| {
                let member = (row.next::<String>()?, row.next::<i64>()?);
                Ok((member, (row.next::<String>()?, row.next::<i64>()?)))
            })
            .await?;
        for ((class, number), (of, owner)) in rows {
            let owner = Class::named(&of).and_then(|of| self.objects.get(of, owner));
            if let (Some(class), Some(owner)) = (Class::named(&class), owner.cloned()) {
                self.objects.enter(class, number, owner);
            }
        }
        Ok(())
    }
}

/// Columns whose arrays read from a common table.
fn with(columns: &str, table: &str) -> String {
    columns.replace("ARRAY(SELECT", &format!("ARRAY({table}SELECT"))
}
