//! What MySQL commits around: everything that defines something ("Statements That Cause an Implicit Commit" in the manual).
//!
//! One statement takes effect as a whole ("Atomic Data Definition Statement Support"; `MariaDB` since 10.6), so an `ALTER TABLE`
//! with five clauses has happened where one clause has.

use relata_script::{Dialect, Word, words};

use super::fact::{Fact, Name, Thing};
use super::{Probe, exists, repeatable};

pub(super) fn read(statement: &str) -> Probe {
    let words: Vec<Word<'_>> = words(Dialect::Mysql, statement)
        .into_iter()
        .map(|(word, _)| word)
        .collect();
    let mut reader = Reader {
        words: &words,
        at: 0,
    };
    reader.statement().unwrap_or_default()
}

#[derive(Clone, Copy)]
struct Reader<'w> {
    words: &'w [Word<'w>],
    at: usize,
}

/// What one clause of an `ALTER TABLE` says.
enum Clause {
    Facts(Vec<Fact>),
    /// Says how something shall be; may be said twice.
    Repeatable,
    Unknown,
}

impl Reader<'_> {
    fn statement(&mut self) -> Option<Probe> {
        let may_repeat = [
            &["ANALYZE"][..],
            &["OPTIMIZE"],
            &["CHECK"],
            &["REPAIR"],
            &["FLUSH"],
            &["GRANT"],
            &["ALTER", "DATABASE"],
            &["ALTER", "SCHEMA"],
            &["ALTER", "VIEW"],
        ];
        if may_repeat.iter().any(|words| self.takes(words)) {
            return Some(repeatable());
        }
        if self.takes(&["CREATE"]) {
            self.create()
        } else if self.takes(&["DROP"]) {
            self.drop()
        } else if self.takes(&["RENAME", "TABLE"]) || self.takes(&["RENAME", "TABLES"]) {
            self.rename()
        } else if self.takes(&["ALTER"]) {
            self.takes(&["ONLINE"]);
            self.takes(&["IGNORE"]);
            self.takes(&["TABLE"]).then_some(())?;
            self.takes(&["IF", "EXISTS"]);
            let table = self.name()?;
            Some(self.alter(&table))
        } else {
            None
        }
    }

    fn create(&mut self) -> Option<Probe> {
        let replaces = self.takes(&["OR", "REPLACE"]);
        // DEFINER = a@b, SQL SECURITY, ALGORITHM = x, UNIQUE, FULLTEXT, AGGREGATE stand before the kind.
        let kind = self.kind()?;
        let repeatable = self.takes(&["IF", "NOT", "EXISTS"]);
        let name = self.name()?;
        if replaces {
            let keeps_no_rows = !matches!(kind, "TABLE" | "SEQUENCE");
            return keeps_no_rows.then(super::repeatable);
        }
        let thing = if kind == "INDEX" {
            while !self.takes(&["ON"]) {
                self.at += 1;
                self.words.get(self.at)?;
            }
            let (table, index) = (self.name()?, name.name);
            Thing::Index { table, index }
        } else {
            thing(kind, name)
        };
        let probe = exists(Fact { thing, makes: true });
        Some(Probe {
            repeatable,
            ..probe
        })
    }

    fn drop(&mut self) -> Option<Probe> {
        let kind = self.kind()?;
        let repeatable = self.takes(&["IF", "EXISTS"]);
        let mut facts = Vec::new();
        loop {
            let name = self.name()?;
            let thing = if kind == "INDEX" {
                self.takes(&["ON"]).then_some(())?;
                let (table, index) = (self.name()?, name.name);
                Thing::Index { table, index }
            } else {
                thing(kind, name)
            };
            facts.push(Fact {
                thing,
                makes: false,
            });
            if !self.takes_symbol(",") {
                return Some(Probe {
                    facts,
                    repeatable,
                    ..Probe::default()
                });
            }
        }
    }

    fn rename(&mut self) -> Option<Probe> {
        self.takes(&["IF", "EXISTS"]);
        let mut facts = Vec::new();
        loop {
            let from = self.name()?;
            self.takes(&["TO"]).then_some(())?;
            facts.extend(renamed(Thing::Table(from), Thing::Table(self.name()?)));
            if !self.takes_symbol(",") {
                return Some(Probe {
                    facts,
                    ..Probe::default()
                });
            }
        }
    }

    fn alter(&mut self, table: &Name) -> Probe {
        let mut facts = Vec::new();
        let mut repeatable = true;
        for clause in self.clauses() {
            let mut reader = Reader {
                words: clause,
                at: 0,
            };
            match reader.clause(table).unwrap_or(Clause::Unknown) {
                Clause::Facts(found) => facts.extend(found),
                Clause::Repeatable => {}
                Clause::Unknown => repeatable = false,
            }
        }
        // Behind a rename, what was asked about the table is to be asked about another one.
        if facts
            .iter()
            .any(|fact| matches!(fact.thing, Thing::Table(_)))
        {
            facts.retain(|fact| matches!(fact.thing, Thing::Table(_)));
        }
        Probe {
            repeatable: repeatable && facts.is_empty(),
            facts,
            concurrent: false,
        }
    }

    /// The rest, cut at the commas that stand outside of brackets.
    fn clauses(&self) -> Vec<&[Word<'_>]> {
        let rest = self.words.get(self.at..).unwrap_or_default();
        let mut depth = 0_usize;
        rest.split(|word| {
            if word.is_symbol("(") {
                depth += 1;
            } else if word.is_symbol(")") {
                depth = depth.saturating_sub(1);
            }
            depth == 0 && word.is_symbol(",")
        })
        .collect()
    }

    fn clause(&mut self, table: &Name) -> Option<Clause> {
        let one = |thing, makes| Some(Clause::Facts(vec![Fact { thing, makes }]));
        let table = || table.clone();
        let column = |column| Thing::Column {
            table: table(),
            column,
        };
        let index = |index| Thing::Index {
            table: table(),
            index,
        };
        let constraint = |constraint| Thing::Constraint {
            table: table(),
            constraint,
        };
        let makes = self.takes(&["ADD"]);
        if makes || self.takes(&["DROP"]) {
            let is_constraint = self.takes(&["CONSTRAINT"]);
            if self.takes(&["PRIMARY", "KEY"]) {
                return one(constraint("PRIMARY".to_owned()), makes);
            }
            let may_be_unnamed = makes && self.peeks(&["UNIQUE", "FOREIGN", "CHECK"]);
            if is_constraint && may_be_unnamed {
                return Some(Clause::Unknown);
            }
            let is_check = !makes && self.takes(&["CHECK"]);
            let is_foreign = !makes && self.takes(&["FOREIGN", "KEY"]);
            if is_constraint || is_check || is_foreign {
                self.takes_condition();
                let name = self.name()?.name;
                // Whatever name a primary key is given, it is called `PRIMARY`.
                let name = if makes && self.takes(&["PRIMARY"]) {
                    "PRIMARY".to_owned()
                } else {
                    name
                };
                return one(constraint(name), makes);
            }
            let is_special = ["UNIQUE", "FULLTEXT", "SPATIAL"]
                .iter()
                .any(|word| self.takes(&[word]));
            if self.takes(&["INDEX"]) || self.takes(&["KEY"]) || is_special {
                self.takes_condition();
                let is_unnamed = self.peeks(&["USING"])
                    || self
                        .words
                        .get(self.at)
                        .is_none_or(|word| word.is_symbol("("));
                return if is_unnamed {
                    Some(Clause::Unknown)
                } else {
                    one(index(self.name()?.name), makes)
                };
            }
            let is_column = self.takes(&["COLUMN"]);
            if !is_column && self.peeks(&["FOREIGN", "CHECK", "PARTITION", "PERIOD", "SYSTEM"]) {
                return Some(Clause::Unknown);
            }
            self.takes_condition();
            if !self.takes_symbol("(") {
                return one(column(self.name()?.name), makes);
            }
            let mut facts = Vec::new();
            for definition in self.clauses() {
                let mut reader = Reader {
                    words: definition,
                    at: 0,
                };
                if !reader.peeks(&["INDEX", "KEY", "UNIQUE", "PRIMARY", "CONSTRAINT", "CHECK"]) {
                    let thing = column(reader.name()?.name);
                    facts.push(Fact { thing, makes });
                }
            }
            return Some(Clause::Facts(facts));
        }
        if self.takes(&["RENAME"]) {
            let is_column = self.takes(&["COLUMN"]);
            if is_column || self.takes(&["INDEX"]) || self.takes(&["KEY"]) {
                self.takes_condition();
                let from = self.name()?.name;
                self.takes(&["TO"]).then_some(())?;
                let to = self.name()?.name;
                let facts = if is_column {
                    renamed(column(from), column(to))
                } else {
                    renamed(index(from), index(to))
                };
                return Some(Clause::Facts(facts));
            }
            let _ = self.takes(&["TO"]) || self.takes(&["AS"]);
            let facts = renamed(Thing::Table(table()), Thing::Table(self.name()?));
            return Some(Clause::Facts(facts));
        }
        if self.takes(&["CHANGE"]) {
            self.takes(&["COLUMN"]);
            self.takes_condition();
            let (from, to) = (self.name()?.name, self.name()?.name);
            return Some(if from.eq_ignore_ascii_case(&to) {
                Clause::Repeatable
            } else {
                Clause::Facts(renamed(column(from), column(to)))
            });
        }
        let says_how = [
            "MODIFY",
            "ALTER",
            "CONVERT",
            "ENGINE",
            "COMMENT",
            "DEFAULT",
            "CHARACTER",
            "CHARSET",
            "COLLATE",
            "AUTO_INCREMENT",
            "ROW_FORMAT",
            "FORCE",
            "ALGORITHM",
            "LOCK",
            "ENABLE",
            "DISABLE",
        ];
        Some(if self.peeks(&says_how) {
            Clause::Repeatable
        } else {
            Clause::Unknown
        })
    }

    /// What a statement makes or drops: the first of these words.
    fn kind(&mut self) -> Option<&'static str> {
        const KINDS: &[&str] = &[
            "TABLE",
            "VIEW",
            "INDEX",
            "TRIGGER",
            "PROCEDURE",
            "FUNCTION",
            "EVENT",
            "DATABASE",
            "SCHEMA",
            "SEQUENCE",
        ];
        const OTHERS: &[&str] = &["USER", "ROLE", "SERVER", "TABLESPACE", "LOGFILE", "PACKAGE"];
        loop {
            let word = self.words.get(self.at)?;
            self.at += 1;
            if OTHERS.iter().any(|other| word.is(other)) || word.is_symbol("(") {
                return None;
            }
            if let Some(kind) = KINDS.iter().find(|kind| word.is(kind)) {
                return Some(kind);
            }
        }
    }

    fn takes_condition(&mut self) {
        let _ = self.takes(&["IF", "NOT", "EXISTS"]) || self.takes(&["IF", "EXISTS"]);
    }

    /// Goes behind these keywords, if they come next.
    fn takes(&mut self, keywords: &[&str]) -> bool {
        let rest = self.words.get(self.at..).unwrap_or_default();
        let found = rest.len() >= keywords.len()
            && keywords
                .iter()
                .zip(rest)
                .all(|(keyword, word)| word.is(keyword));
        if found {
            self.at += keywords.len();
        }
        found
    }

    fn takes_symbol(&mut self, symbol: &str) -> bool {
        let found = self
            .words
            .get(self.at)
            .is_some_and(|word| word.is_symbol(symbol));
        self.at += usize::from(found);
        found
    }

    /// Whether one of these comes next.
    fn peeks(&self, keywords: &[&str]) -> bool {
        let next = self.words.get(self.at);
        next.is_some_and(|word| keywords.iter().any(|keyword| word.is(keyword)))
    }

    fn name(&mut self) -> Option<Name> {
        let first = self.words.get(self.at)?.name(Dialect::Mysql)?;
        self.at += 1;
        if !self.takes_symbol(".") {
            return Some(Name {
                schema: None,
                name: first,
            });
        }
        let name = self.words.get(self.at)?.name(Dialect::Mysql)?;
        self.at += 1;
        Some(Name {
            schema: Some(first),
            name,
        })
    }
}

fn thing(kind: &str, name: Name) -> Thing {
    match kind {
        "TRIGGER" => Thing::Trigger(name),
        "PROCEDURE" | "FUNCTION" => Thing::Routine(name),
        "EVENT" => Thing::Event(name),
        "DATABASE" | "SCHEMA" => Thing::Database(name.name),
        _ => Thing::Table(name),
    }
}

fn renamed(from: Thing, to: Thing) -> Vec<Fact> {
    let gone = Fact {
        thing: from,
        makes: false,
    };
    let made = Fact {
        thing: to,
        makes: true,
    };
    vec![gone, made]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Facts in short: `+column a.b`.
    fn facts(statement: &str) -> String {
        let probe = read(statement);
        let mut shown: Vec<String> = probe
            .facts
            .iter()
            .map(|fact| {
                let full = |name: &Name| match &name.schema {
                    Some(schema) => format!("{schema}.{}", name.name),
                    None => name.name.clone(),
                };
                let thing = match &fact.thing {
                    Thing::Table(name) => format!("table {}", full(name)),
                    Thing::Column { table, column } => format!("column {}.{column}", full(table)),
                    Thing::Index { table, index } => format!("index {}.{index}", full(table)),
                    Thing::Constraint { table, constraint } => {
                        format!("constraint {}.{constraint}", full(table))
                    }
                    Thing::Trigger(name) => format!("trigger {}", full(name)),
                    Thing::Routine(name) => format!("routine {}", full(name)),
                    Thing::Event(name) => format!("event {}", full(name)),
                    Thing::Database(name) => format!("database {name}"),
                    other => format!("{other:?}"),
                };
                format!("{}{thing}", if fact.makes { '+' } else { '-' })
            })
            .collect();
        if probe.repeatable {
            shown.push("repeatable".to_owned());
        }
        shown.join(", ")
    }

    #[test]
    fn statements_tell_what_they_make() {
        for (statement, expected) in [
            ("CREATE TABLE `a``b` (id INT)", "+table a`b"),
            (
                "create table if not exists d.a (id INT)",
                "+table d.a, repeatable",
            ),
            ("CREATE OR REPLACE TABLE a (id INT)", ""),
            ("CREATE OR REPLACE VIEW a AS SELECT 1", "repeatable"),
            (
                "CREATE ALGORITHM = MERGE DEFINER = `view`@localhost SQL SECURITY INVOKER VIEW v AS SELECT 1",
                "+table v",
            ),
            (
                "CREATE UNIQUE INDEX i USING BTREE ON d.t (a)",
                "+index d.t.i",
            ),
            (
                "CREATE DEFINER=root@`%` TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET @x = 1",
                "+trigger t",
            ),
            ("CREATE FUNCTION f() RETURNS INT RETURN 1", "+routine f"),
            (
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM a",
                "+event e",
            ),
            ("CREATE USER a", ""),
            ("DROP TABLE a, `b`, d.c", "-table a, -table b, -table d.c"),
            ("DROP VIEW IF EXISTS a", "-table a, repeatable"),
            ("DROP INDEX `i` ON t", "-index t.i"),
            ("DROP PROCEDURE p", "-routine p"),
            (
                "RENAME TABLE a TO b, c TO d",
                "-table a, +table b, -table c, +table d",
            ),
            ("TRUNCATE TABLE a", ""),
            ("OPTIMIZE TABLE a", "repeatable"),
            ("CALL p()", ""),
            ("", ""),
        ] {
            assert_eq!(facts(statement), expected, "{statement}");
        }
    }

    #[test]
    fn clauses_tell_what_they_change() {
        for (clauses, expected) in [
            (
                "ADD COLUMN a INT DEFAULT (1, 2), ADD b ENUM('x,y') AFTER a",
                "+column t.a, +column t.b",
            ),
            ("ADD (a INT, b INT, KEY (a))", "+column t.a, +column t.b"),
            ("ADD COLUMN IF NOT EXISTS a INT", "+column t.a"),
            (
                "ADD UNIQUE INDEX i (a), ADD KEY j (a), ADD FULLTEXT k (a)",
                "+index t.i, +index t.j, +index t.k",
            ),
            ("ADD INDEX (a)", ""),
            ("ADD UNIQUE (a)", ""),
            (
                "ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES b (c)",
                "+constraint t.f",
            ),
            ("ADD CONSTRAINT FOREIGN KEY (a) REFERENCES b (c)", ""),
            ("ADD CONSTRAINT p PRIMARY KEY (a)", "+constraint t.PRIMARY"),
            ("ADD PRIMARY KEY (a)", "+constraint t.PRIMARY"),
            (
                "DROP PRIMARY KEY, ADD PRIMARY KEY (a)",
                "-constraint t.PRIMARY, +constraint t.PRIMARY",
            ),
            (
                "DROP FOREIGN KEY f, DROP INDEX i, DROP COLUMN a, DROP b",
                "-constraint t.f, -index t.i, -column t.a, -column t.b",
            ),
            ("DROP CHECK c", "-constraint t.c"),
            ("RENAME TO u, ADD a INT", "-table t, +table u"),
            (
                "RENAME COLUMN a TO b, RENAME INDEX i TO j",
                "-column t.a, +column t.b, -index t.i, +index t.j",
            ),
            ("CHANGE a b INT", "-column t.a, +column t.b"),
            (
                "CHANGE COLUMN a a BIGINT, MODIFY b TEXT NOT NULL, ENGINE=InnoDB",
                "repeatable",
            ),
            ("ALTER COLUMN a SET DEFAULT 3", "repeatable"),
            ("MODIFY a INT, EXCHANGE PARTITION p WITH TABLE u", ""),
            ("MODIFY a INT, ADD b INT", "+column t.b"),
        ] {
            assert_eq!(
                facts(&format!("ALTER TABLE `t` {clauses}")),
                expected,
                "{clauses}"
            );
        }
    }
}
