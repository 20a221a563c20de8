//! Variables: those of the process, and below them those of `.env` files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Origin;
use crate::failure::Failure;

/// The variables that a command sees. The process is never changed: what a file says stays here.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Each variable of a file, with the file. The first file that names one wins.
    files: BTreeMap<String, (String, PathBuf)>,
}

impl Environment {
    /// Reads a `.env` file, if it is there.
    pub fn add(&mut self, path: &Path) -> Result<(), Failure> {
        let text = match std::fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => {
                return Err(Failure::new(
                    "R7013",
                    format!("`{}` cannot be read: {error}", path.display()),
                ));
            }
        };
        for (name, value) in parse(&text) {
            let value = self.expanded(&value);
            self.files
                .entry(name)
                .or_insert_with(|| (value, path.to_owned()));
        }
        Ok(())
    }

    /// A variable, and where it stands. The process wins over files.
    pub fn get(&self, name: &str) -> Option<(String, Origin)> {
        if let Ok(value) = std::env::var(name) {
            return Some((value, Origin::Variable(name.to_owned())));
        }
        let (value, path) = self.files.get(name)?;
        Some((value.clone(), Origin::DotEnv(path.clone(), name.to_owned())))
    }

    /// Whether a variable says yes: it is there, and neither empty nor `0` nor `false`.
    pub fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some_and(|(value, _)| {
            !matches!(value.trim().to_lowercase().as_str(), "" | "0" | "false")
        })
    }

    /// What files say and the process does not, for programs that are started.
    pub fn beyond_process(&self) -> impl Iterator<Item = (&str, &str)> {
        let beyond = self
            .files
            .iter()
            .filter(|(name, _)| std::env::var_os(name).is_none());
        beyond.map(|(name, (value, _))| (name.as_str(), value.as_str()))
    }

    /// `${NAME}` and `$NAME` of known variables become their values. What is not known stays as it is: a password may hold a `$`.
    fn expanded(&self, value: &str) -> String {
        let mut out = String::with_capacity(value.len());
        let mut rest = value;
        while let Some(at) = rest.find('$') {
            let (before, from) = rest.split_at(at);
            if let Some(before) = before.strip_suffix('\\') {
                out.push_str(before);
                out.push('$');
                rest = &from[1..];
                continue;
            }
            out.push_str(before);
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let (name, behind) = match from[1..]
                .strip_prefix('{')
                .and_then(|it| it.split_once('}'))
            {
                Some((name, behind)) => (name, behind),
                None => {
                    let end = from[1..]
                        .find(|c| !is_name(c))
                        .map_or(from.len(), |it| it + 1);
                    (&from[1..end], &from[end..])
                }
            };
            let (name, default) = name
                .split_once(":-")
                .map_or((name, None), |(name, it)| (name, Some(it)));
            match self
                .get(name)
                .map(|(value, _)| value)
                .or(default.map(str::to_owned))
            {
                Some(value) if !name.is_empty() => {
                    out.push_str(&value);
                    rest = behind;
                }
                _ => {
                    out.push('$');
                    rest = &from[1..];
                }
            }
        }
        out + rest
    }
}

/// Reads the text of a `.env` file as the `dotenv` of Node does, which is what Prisma's projects are written for: values without quotes
/// may hold blanks and end at a `#`, quoted ones may run over lines, and what is no assignment is passed over. (`dotenvy` refuses blanks.)
fn parse(text: &str) -> Vec<(String, String)> {
    let text = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .replace("\r\n", "\n");
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
        let body = line.trim_start();
        let body = body.strip_prefix("export ").unwrap_or(body).trim_start();
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        let end = body.find(|c| !is_name(c)).unwrap_or(body.len());
        let (name, assigned) = body.split_at(end);
        let value = assigned.trim_start().strip_prefix(['=', ':']);
        let (Some(value), false) = (value, name.is_empty()) else {
            rest = behind;
            continue;
        };
        let value = value.trim_start();
        // Where the value begins, seen from the rest, so that a quoted one may go on.
        let at = line.len() - value.len();
        if let Some((quote, inner)) = quoted(&rest[at..]) {
            let value = if quote == '"' {
                inner.replace("\\n", "\n").replace("\\r", "\r")
            } else {
                inner.to_owned()
            };
            found.push((name.to_owned(), value));
            let after = &rest[at + inner.len() + 2..];
            rest = after.split_once('\n').map_or("", |(_, behind)| behind);
            continue;
        }
        let value = value.split('#').next().unwrap_or_default().trim();
        found.push((name.to_owned(), value.to_owned()));
        rest = behind;
    }
    found
}

/// A quoted value at the start of a text: the quote and what is inside.
fn quoted(text: &str) -> Option<(char, &str)> {
    let quote = text
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return Some((quote, &text[1..at])),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_node_reads() {
        let text = "# a comment\nA=1\nexport B = two words # a comment\nC=\"x\\ny#z\" # d\nD='a\nb'\nE=\nnonsense\nF: yaml\r\nG=`t`\nH=\"open\nI=9";
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            parse(text),
            [
                pair("A", "1"),
                pair("B", "two words"),
                pair("C", "x\ny#z"),
                pair("D", "a\nb"),
                pair("E", ""),
                pair("F", "yaml"),
                pair("G", "t"),
                pair("H", "\"open"),
                pair("I", "9"),
            ]
        );
    }

    #[test]
    fn known_names_are_expanded_and_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(
            &path,
            "RELATA_T_USER=ann\nA=${RELATA_T_USER}:p$ss$RELATA_T_NONE\nB=\\$RELATA_T_USER\nC=${RELATA_T_NONE:-x}$\n",
        )
        .unwrap();
        let mut environment = Environment::default();
        environment.add(&path).unwrap();
        let get = |name: &str| environment.get(name).unwrap().0;
        assert_eq!(get("A"), "ann:p$ss$RELATA_T_NONE");
        assert_eq!(get("B"), "$RELATA_T_USER");
        assert_eq!(get("C"), "x$");
    }
}
