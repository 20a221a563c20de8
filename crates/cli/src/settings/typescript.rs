//! The object that a `prisma.config.ts` exports, as far as it can be read without running it.

/// A value that is written in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    /// A variable, and what stands for it where it is not set.
    Variable(String, Option<String>),
    Object(Object),
    /// What only running the file would tell.
    Computed,
}

/// An object's keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    keys: Vec<(String, Value)>,
    /// Whether it takes keys from somewhere else (`...shared`).
    is_open: bool,
}

impl Object {
    /// The value under a path of keys; `None` where there is none for sure.
    pub fn get(&self, path: &[&str]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        match self.keys.iter().rev().find(|(key, _)| key == first) {
            Some((_, value)) if rest.is_empty() => Some(value),
            Some((_, Value::Object(object))) => object.get(rest),
            Some(_) => Some(&Value::Computed),
            None if self.is_open => Some(&Value::Computed),
            None => None,
        }
    }
}

/// Reads the exported object of a file: `export default defineConfig({ … })`, `export default { … }`, a constant that is exported, or
/// `module.exports = { … }`.
pub fn exported(text: &str) -> Option<Object> {
    let tokens = tokens(text);
    let words = |at: usize, words: &[&str]| {
        words
            .iter()
            .enumerate()
            .all(|(offset, word)| tokens.get(at + offset).is_some_and(|it| it.is(word)))
    };
    let mut start = None;
    for at in 0..tokens.len() {
        if words(at, &["export", "default"]) {
            start = Some(at + 2);
        } else if words(at, &["module", ".", "exports", "="]) {
            start = Some(at + 4);
        }
    }
    let mut start = start?;
    if let Token::Word(name) = tokens.get(start)?
        && name != "defineConfig"
    {
        // A constant: `const name: Type = …`.
        let declared = (0..tokens.len()).find(|at| {
            tokens[*at].is("const") && tokens.get(at + 1).is_some_and(|it| it.is(name))
        })?;
        start = (declared..tokens.len()).find(|at| tokens[*at].is("="))? + 1;
    }
    if words(start, &["defineConfig", "("]) {
        start += 2;
    }
    let mut reader = Reader {
        tokens: &tokens,
        at: start,
    };
    match reader.value() {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Sign(char),
}

impl Token {
    fn is(&self, text: &str) -> bool {
        match self {
            Self::Word(word) => word == text,
            Self::Sign(sign) => text.len() == 1 && text.starts_with(*sign),
            Self::Text(_) => false,
        }
    }
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl Reader<'_> {
    fn is(&self, text: &str) -> bool {
        self.tokens.get(self.at).is_some_and(|token| token.is(text))
    }

    /// Goes on if these stand here.
    fn takes(&mut self, words: &[&str]) -> bool {
        let all = words.iter().enumerate().all(|(offset, word)| {
            self.tokens
                .get(self.at + offset)
                .is_some_and(|it| it.is(word))
        });
        if all {
            self.at += words.len();
        }
        all
    }

    fn text(&mut self) -> Option<String> {
        match self.tokens.get(self.at) {
            Some(Token::Text(text)) => {
                self.at += 1;
                Some(text.clone())
            }
            _ => None,
        }
    }

    /// A value; what stands behind it up to the next comma makes it computed.
    fn value(&mut self) -> Value {
        let value = self.simple();
        let is_end = |reader: &Self| {
            reader.at >= reader.tokens.len()
                || [",", "}", ")", "]", ";"].iter().any(|it| reader.is(it))
                // `{ … } satisfies PrismaConfig`, `"…" as const`.
                || ["satisfies", "as"].iter().any(|it| reader.is(it))
        };
        let value = if is_end(self) { value } else { Value::Computed };
        self.skip();
        value
    }

    fn simple(&mut self) -> Value {
        if self.takes(&["{"]) {
            return Value::Object(self.object());
        }
        if let Some(text) = self.text() {
            return Value::Text(text);
        }
        let start = self.at;
        if self.takes(&["env", "("])
            && let Some(name) = self.text()
            && self.takes(&[")"])
        {
            return Value::Variable(name, None);
        }
        self.at = start;
        if let Some(variable) = self.process_variable() {
            return variable;
        }
        self.at = start;
        if let Some(path) = self.path() {
            return Value::Text(path);
        }
        self.at = start;
        Value::Computed
    }

    /// `process.env.NAME`, `process.env["NAME"]`, with `!` or `?? "…"` behind it.
    fn process_variable(&mut self) -> Option<Value> {
        if !self.takes(&["process", ".", "env"]) {
            return None;
        }
        let name = if self.takes(&["."]) {
            let Some(Token::Word(name)) = self.tokens.get(self.at) else {
                return None;
            };
            self.at += 1;
            name.clone()
        } else if self.takes(&["["]) {
            let name = self.text()?;
            self.takes(&["]"]).then_some(name)?
        } else {
            return None;
        };
        self.takes(&["!"]);
        let has_default = self.takes(&["?", "?"]) || self.takes(&["|", "|"]);
        let default = if has_default {
            Some(self.text()?)
        } else {
            None
        };
        Some(Value::Variable(name, default))
    }

    /// `path.join("prisma", "schema.prisma")`, whose first part may be the file's folder.
    fn path(&mut self) -> Option<String> {
        let is_joined = ["join", "resolve"].iter().any(|function| {
            self.takes(&["path", ".", function, "("]) || self.takes(&[function, "("])
        });
        if !is_joined {
            return None;
        }
        let _ = self.takes(&["__dirname", ","])
            || self.takes(&["import", ".", "meta", ".", "dirname", ","])
            || self.takes(&["process", ".", "cwd", "(", ")", ","]);
        let mut parts = Vec::new();
        while let Some(part) = self.text() {
            parts.push(part);
            self.takes(&[","]);
        }
        (self.takes(&[")"]) && !parts.is_empty()).then(|| parts.join("/"))
    }

    /// The rest of an object behind its `{`.
    fn object(&mut self) -> Object {
        let mut object = Object::default();
        while self.at < self.tokens.len() && !self.takes(&["}"]) {
            if self.takes(&[","]) {
                continue;
            }
            if self.takes(&[".", ".", "."]) {
                object.is_open = true;
                self.skip();
                continue;
            }
            let key = match &self.tokens[self.at] {
                Token::Word(key) | Token::Text(key) => key.clone(),
                Token::Sign(_) => {
                    // A computed key.
                    object.is_open = true;
                    self.skip();
                    // A bracket that closes nothing must not hold the reader up.
                    if [")", "]", ";"].iter().any(|it| self.is(it)) {
                        self.at += 1;
                    }
                    continue;
                }
            };
            self.at += 1;
            let value = if self.takes(&[":"]) {
                self.value()
            } else {
                // `{ schema }`, or a method.
                self.skip();
                Value::Computed
            };
            object.keys.push((key, value));
        }
        object
    }

    /// Goes to the next comma, or the end of what is around.
    fn skip(&mut self) {
        let mut depth = 0_usize;
        while let Some(token) = self.tokens.get(self.at) {
            match token {
                Token::Sign('{' | '(' | '[') => depth += 1,
                Token::Sign('}' | ')' | ']' | ',' | ';') if depth == 0 => return,
                Token::Sign('}' | ')' | ']') => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c.is_whitespace() {
            rest = &rest[c.len_utf8()..];
        } else if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, behind)| behind);
        } else if rest.starts_with("/*") {
            rest = rest.split_once("*/").map_or("", |(_, behind)| behind);
        } else if matches!(c, '"' | '\'' | '`') {
            let (token, behind) = string(rest, c);
            found.push(token);
            rest = behind;
        } else if c.is_alphanumeric() || matches!(c, '_' | '$') {
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$'))
                .unwrap_or(rest.len());
            found.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            found.push(Token::Sign(c));
            rest = &rest[c.len_utf8()..];
        }
    }
    found
}

/// A string and what is behind it. A template with something in it is no text.
fn string(text: &str, quote: char) -> (Token, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, other)) => value.push(other),
                None => {}
            },
            c if c == quote => {
                let behind = &text[at + c.len_utf8()..];
                let is_template = quote == '`' && value.contains("${");
                let token = if is_template {
                    Token::Sign('`')
                } else {
                    Token::Text(value)
                };
                return (token, behind);
            }
            c => value.push(c),
        }
    }
    (Token::Sign(quote), "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Value {
        Value::Text(value.to_owned())
    }

    #[test]
    fn what_prisma_init_writes_is_read() {
        let object = exported(
            "// a comment\nimport \"dotenv/config\";\nimport { defineConfig, env } from \"prisma/config\";\n\
             export default defineConfig({\n  schema: \"prisma/schema.prisma\", // where\n  migrations: {\n    path: 'prisma/migrations',\n    seed: `tsx prisma/seed.ts`,\n  },\n\
               engine: \"classic\",\n  datasource: { url: env(\"DATABASE_URL\"), shadowDatabaseUrl: process.env.SHADOW! },\n});\n",
        )
        .unwrap();
        assert_eq!(object.get(&["schema"]), Some(&text("prisma/schema.prisma")));
        assert_eq!(
            object.get(&["migrations", "path"]),
            Some(&text("prisma/migrations"))
        );
        assert_eq!(
            object.get(&["migrations", "seed"]),
            Some(&text("tsx prisma/seed.ts"))
        );
        let variable = |name: &str, default: Option<&str>| {
            Value::Variable(name.to_owned(), default.map(str::to_owned))
        };
        assert_eq!(
            object.get(&["datasource", "url"]),
            Some(&variable("DATABASE_URL", None))
        );
        assert_eq!(
            object.get(&["datasource", "shadowDatabaseUrl"]),
            Some(&variable("SHADOW", None))
        );
        assert_eq!(object.get(&["tables"]), None);
    }

    #[test]
    fn other_forms_are_read_or_known_to_be_computed() {
        let object = exported(
            "const shared = {}; const config: PrismaConfig = { schema: path.join(__dirname, 'a', 'b.prisma'),\n\
             migrations: { path: base + '/m', ...shared }, datasource: { url: process.env['X'] ?? 'file:x' }, seed() { return 1 }, [k]: 2, z: `a${b}` } satisfies X;\n\
             export default config;",
        )
        .unwrap();
        assert_eq!(object.get(&["schema"]), Some(&text("a/b.prisma")));
        assert_eq!(object.get(&["migrations", "path"]), Some(&Value::Computed));
        assert_eq!(object.get(&["migrations", "seed"]), Some(&Value::Computed));
        assert_eq!(
            object.get(&["datasource", "url"]),
            Some(&Value::Variable("X".to_owned(), Some("file:x".to_owned())))
        );
        assert_eq!(object.get(&["z"]), Some(&Value::Computed));
        assert!(exported("export default { schema: 'a' } satisfies PrismaConfig").is_some());
        assert!(exported("module.exports = { schema: 'a' }").is_some());
    }

    #[test]
    fn nothing_holds_the_reader_up() {
        for text in [
            "",
            "export default",
            "export default defineConfig(load())",
            "export default { ",
            "export default { a: \"",
            "export default { ) ] ; } }",
            "export default { a: [ , ], b: ((, }",
            "export default x",
        ] {
            let _ = exported(text);
        }
    }
}
