//! What PostgreSQL runs outside transactions.

use relata_script::{Dialect, Word, words};

use super::fact::{Fact, Name, Thing};
use super::{Probe, exists, repeatable};

pub(super) fn read(statement: &str) -> Probe {
    let words: Vec<Word<'_>> = words(Dialect::Postgres, statement)
        .into_iter()
        .map(|(word, _)| word)
        .collect();
    let mut reader = Reader {
        words: &words,
        at: 0,
    };
    let concurrent = words.iter().any(|word| word.is("CONCURRENTLY"));
    let probe = reader.statement().unwrap_or_default();
    Probe {
        concurrent,
        ..probe
    }
}

struct Reader<'w> {
    words: &'w [Word<'w>],
    at: usize,
}

impl Reader<'_> {
    fn statement(&mut self) -> Option<Probe> {
        if self.takes(&["REINDEX"]) {
            return Some(self.reindex());
        }
        if self.takes(&["ALTER", "TABLE"]) {
            return self.detach();
        }
        if ["VACUUM", "CLUSTER", "ANALYZE"]
            .iter()
            .any(|word| self.takes(&[word]))
            || self.takes(&["ALTER", "SYSTEM"])
        {
            return Some(repeatable());
        }
        if self.takes(&["CREATE", "INDEX"]) || self.takes(&["CREATE", "UNIQUE", "INDEX"]) {
            return self.create_index();
        }
        if self.takes(&["DROP", "INDEX", "CONCURRENTLY"]) {
            let may_miss = self.takes(&["IF", "EXISTS"]);
            let name = self.name()?;
            let probe = exists(Fact {
                thing: Thing::Relation(name),
                makes: false,
            });
            return Some(Probe {
                repeatable: may_miss,
                ..probe
            });
        }
        if self.takes(&["ALTER", "TYPE"]) {
            let ty = self.name()?;
            if !self.takes(&["ADD", "VALUE"]) {
                return None;
            }
            let repeatable = self.takes(&["IF", "NOT", "EXISTS"]);
            // A quote within a value ends one text and begins the next.
            let value = match self.words.get(self.at..)? {
                [Word::Text(_), Word::Text(_), ..] => return None,
                [Word::Text(text), ..] => text.strip_prefix('\'')?.strip_suffix('\'')?.to_owned(),
                _ => return None,
            };
            let thing = Thing::EnumValue { ty, value };
            let probe = exists(Fact { thing, makes: true });
            return Some(Probe {
                repeatable,
                ..probe
            });
        }
        let makes = self.takes(&["CREATE", "DATABASE"]);
        if makes || self.takes(&["DROP", "DATABASE"]) {
            let repeatable = self.takes(&["IF", "EXISTS"]);
            let thing = Thing::Database(self.name()?.name);
            let probe = exists(Fact { thing, makes });
            return Some(Probe {
                repeatable,
                ..probe
            });
        }
        None
    }

    /// `[CONCURRENTLY] [[IF NOT EXISTS] name] ON [ONLY] table`. An index without a name is named by the server.
    fn create_index(&mut self) -> Option<Probe> {
        self.takes(&["CONCURRENTLY"]);
        let repeatable = self.takes(&["IF", "NOT", "EXISTS"]);
        if self.takes(&["ON"]) {
            return None;
        }
        let index = self.name()?.name;
        if !self.takes(&["ON"]) {
            return None;
        }
        self.takes(&["ONLY"]);
        let table = self.name()?;
        let thing = Thing::IndexOn { table, index };
        let probe = exists(Fact { thing, makes: true });
        Some(Probe {
            repeatable,
            ..probe
        })
    }

    /// `[(options)] INDEX | TABLE CONCURRENTLY name`: may be repeated, once what the attempt before left is gone.
    fn reindex(&mut self) -> Probe {
        let rest = self.words.get(self.at..).unwrap_or_default();
        if rest.first().is_some_and(|word| word.is_symbol("(")) {
            let options = rest.iter().take_while(|word| !word.is_symbol(")")).count();
            self.at += options + 1;
        }
        let one = self.takes(&["INDEX", "CONCURRENTLY"]) || self.takes(&["TABLE", "CONCURRENTLY"]);
        let name = if one { self.name() } else { None };
        let fact = name.map(|name| Fact {
            thing: Thing::Reindexed(name),
            makes: true,
        });
        Probe {
            facts: fact.into_iter().collect(),
            ..repeatable()
        }
    }

    /// `[IF EXISTS] parent DETACH PARTITION partition CONCURRENTLY`.
    fn detach(&mut self) -> Option<Probe> {
        self.takes(&["IF", "EXISTS"]);
        let parent = self.name()?;
        self.takes(&["DETACH", "PARTITION"]).then_some(())?;
        let partition = self.name()?;
        self.takes(&["CONCURRENTLY"]).then_some(())?;
        Some(exists(Fact {
            thing: Thing::Partition { parent, partition },
            makes: false,
        }))
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

    fn name(&mut self) -> Option<Name> {
        let first = self.part()?;
        let has_more = self
            .words
            .get(self.at)
            .is_some_and(|word| word.is_symbol("."));
        if !has_more {
            return Some(Name {
                schema: None,
                name: first,
            });
        }
        self.at += 1;
        let name = self.part()?;
        Some(Name {
            schema: Some(first),
            name,
        })
    }

    /// A name; the server cuts it at 63 bytes.
    fn part(&mut self) -> Option<String> {
        let mut name = self.words.get(self.at)?.name(Dialect::Postgres)?;
        self.at += 1;
        let mut end = name.len().min(63);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        name.truncate(end);
        Some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(schema: Option<&str>, name: &str) -> Name {
        Name {
            schema: schema.map(str::to_owned),
            name: name.to_owned(),
        }
    }

    #[test]
    fn indexes() {
        let probe =
            read("CREATE UNIQUE INDEX CONCURRENTLY \"A b\" ON ONLY app.\"T\" USING btree (x)");
        let thing = Thing::IndexOn {
            table: name(Some("app"), "T"),
            index: "A b".to_owned(),
        };
        let facts = vec![Fact { thing, makes: true }];
        assert_eq!(probe.facts, facts);
        assert!(probe.concurrent && !probe.repeatable);
        assert!(read("CREATE INDEX CONCURRENTLY IF NOT EXISTS Ab ON t (x)").repeatable);
        assert!(read("CREATE INDEX CONCURRENTLY ON t (x)").facts.is_empty());
        let probe = read("drop index concurrently if exists app.Ab");
        let thing = Thing::Relation(name(Some("app"), "ab"));
        assert_eq!(
            probe.facts,
            [Fact {
                thing,
                makes: false
            }]
        );
        assert!(probe.repeatable);
        let long = "x".repeat(70);
        let probe = read(&format!("DROP INDEX CONCURRENTLY {long}"));
        let thing = Thing::Relation(name(None, &long[..63]));
        assert_eq!(
            probe.facts,
            [Fact {
                thing,
                makes: false
            }]
        );
    }

    #[test]
    fn others() {
        for text in ["VACUUM FULL t", "REINDEX DATABASE t", "cluster"] {
            let probe = read(text);
            assert!(probe.repeatable && probe.facts.is_empty(), "{text}");
        }
        let probe = read("REINDEX (VERBOSE, TABLESPACE x) TABLE CONCURRENTLY a.\"T\"");
        let thing = Thing::Reindexed(name(Some("a"), "T"));
        assert_eq!(probe.facts, [Fact { thing, makes: true }]);
        assert!(probe.repeatable);
        let probe = read("ALTER TABLE p DETACH PARTITION s.c CONCURRENTLY");
        let (parent, partition) = (name(None, "p"), name(Some("s"), "c"));
        let thing = Thing::Partition { parent, partition };
        let makes = false;
        assert_eq!(probe.facts, [Fact { thing, makes }]);
        let probe = read("ALTER TYPE a.\"B\" ADD VALUE 'its' BEFORE 'c'");
        let ty = name(Some("a"), "B");
        let value = "its".to_owned();
        let thing = Thing::EnumValue { ty, value };
        assert_eq!(probe.facts, [Fact { thing, makes: true }]);
        for text in [
            "",
            "CALL p()",
            "CREATE",
            "DROP INDEX CONCURRENTLY",
            "ALTER TYPE a ADD VALUE E'x'",
            "ALTER TYPE a ADD VALUE 'it''s'",
        ] {
            let probe = read(text);
            assert!(probe.facts.is_empty() && !probe.repeatable, "{text}");
        }
    }
}
