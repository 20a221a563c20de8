//! What changes, for people: the groups and signs are those of Prisma's `migrate diff`.

use std::fmt::Write as _;

use relata_script::terminal;

use crate::catalog::{Column, ForeignKey, Index, PrimaryKey};
use crate::change::{
    AlteredColumn, AlteredTable, Changes, CheckChange, ColumnChange, EnumChange, ExclusionChange,
    ExtensionChange, ForeignKeyChange, IndexChange, PrimaryKeyChange, TableChange,
};

pub(super) fn summary(changes: &Changes<'_>) -> String {
    if changes.is_empty() {
        return "No difference detected.".into();
    }
    let mut text = String::new();
    group(
        &mut text,
        "[*] Renamed",
        changes.renamed().iter().map(ToString::to_string),
    );
    group(
        &mut text,
        "[+] Added schemas",
        changes.namespaces.iter().map(|name| terminal(name)),
    );
    let extensions = changes.extensions.iter();
    group(
        &mut text,
        "[+] Added extensions",
        extensions.clone().filter_map(|change| match change {
            ExtensionChange::Created(to) => Some(terminal(&to.name)),
            _ => None,
        }),
    );
    group(
        &mut text,
        "[*] Changed extensions",
        extensions.filter_map(|change| match change {
            ExtensionChange::Altered { to, .. } | ExtensionChange::Replaced { to, .. } => {
                Some(terminal(&to.name))
            }
            ExtensionChange::Created(_) | ExtensionChange::Dropped(_) => None,
        }),
    );
    group(
        &mut text,
        "[+] Added enums",
        changes.enums.iter().filter_map(|change| match change {
            EnumChange::Created(to) => Some(terminal(&to.name.name)),
            _ => None,
        }),
    );
    group(
        &mut text,
        "[+] Added tables",
        changes.tables.iter().filter_map(|change| match change {
            TableChange::Created(to) => Some(terminal(&to.name.name)),
            _ => None,
        }),
    );
    group(
        &mut text,
        "[-] Removed enums",
        changes.enums.iter().filter_map(|change| match change {
            EnumChange::Dropped(from) => Some(terminal(&from.name.name)),
            _ => None,
        }),
    );
    group(
        &mut text,
        "[-] Removed tables",
        changes.tables.iter().filter_map(|change| match change {
            TableChange::Dropped(from) => Some(terminal(&from.name.name)),
            _ => None,
        }),
    );
    for change in &changes.enums {
        if let EnumChange::Altered {
            to, added, removed, ..
        } = change
        {
            let _ = writeln!(text, "\n[*] Changed the `{}` enum", terminal(&to.name.name));
            for value in added {
                let _ = writeln!(text, "  [+] Added variant `{}`", terminal(value));
            }
            for value in removed {
                let _ = writeln!(text, "  [-] Removed variant `{}`", terminal(value));
            }
        }
    }
    for change in &changes.tables {
        if let TableChange::Altered(change) = change {
            table(&mut text, change);
        }
    }
    text
}

fn group(text: &mut String, title: &str, names: impl Iterator<Item = String>) {
    let mut names = names.peekable();
    if names.peek().is_some() {
        let _ = writeln!(text, "\n{title}");
    }
    for name in names {
        let _ = writeln!(text, "  - {name}");
    }
}

fn table(text: &mut String, change: &AlteredTable<'_>) {
    let _ = writeln!(
        text,
        "\n[*] Changed the `{}` table",
        terminal(&change.to.name.name)
    );
    let mut line = |content: String| {
        let _ = writeln!(text, "  {content}");
    };
    for each in &change.columns {
        line(match each {
            ColumnChange::Dropped(column) => format!("[-] Removed column {}", column_name(column)),
            ColumnChange::Added(column) => format!("[+] Added column {}", column_name(column)),
            ColumnChange::Altered(altered) => {
                format!(
                    "[*] Altered column {} ({})",
                    column_name(altered.to),
                    how(altered)
                )
            }
        });
    }
    let key = |key: &PrimaryKey| list(key.column_names());
    match change.primary_key {
        Some(PrimaryKeyChange::Created(to)) => {
            line(format!("[+] Added primary key on columns ({})", key(to)));
        }
        Some(PrimaryKeyChange::Dropped(from)) => line(format!(
            "[-] Removed primary key on columns ({})",
            key(from)
        )),
        Some(PrimaryKeyChange::Replaced { from, to }) => {
            line(format!(
                "[-] Removed primary key on columns ({})",
                key(from)
            ));
            line(format!("[+] Added primary key on columns ({})", key(to)));
        }
        Some(PrimaryKeyChange::Renamed { from, to }) => line(format!(
            "[*] Renamed the primary key from `{}` to `{}`",
            terminal(from.name.as_deref().unwrap_or_default()),
            terminal(to.name.as_deref().unwrap_or_default())
        )),
        None => {}
    }
    let index = |index: &Index| {
        let kind = if index.is_unique() {
            "unique index"
        } else {
            "index"
        };
        format!("{kind} on columns ({})", list(index.column_names()))
    };
    for each in &change.indexes {
        line(match each {
            IndexChange::Created(to) => format!("[+] Added {}", index(to)),
            IndexChange::Dropped(from) => format!("[-] Removed {}", index(from)),
            IndexChange::Renamed { from, to } => {
                format!(
                    "[*] Renamed index `{}` to `{}`",
                    terminal(&from.name),
                    terminal(&to.name)
                )
            }
            IndexChange::Altered { to, .. } => format!("[*] Altered {}", index(to)),
        });
    }
    let foreign = |key: &ForeignKey| list(key.columns.iter().map(|name| &**name));
    let name = |key: &ForeignKey| terminal(key.name.as_deref().unwrap_or_default());
    for each in &change.foreign_keys {
        line(match each {
            ForeignKeyChange::Created(to) => {
                format!("[+] Added foreign key on columns ({})", foreign(to))
            }
            ForeignKeyChange::Dropped(from) => {
                format!("[-] Removed foreign key on columns ({})", foreign(from))
            }
            ForeignKeyChange::Renamed { from, to } => {
                format!(
                    "[*] Renamed the foreign key `{}` to `{}`",
                    name(from),
                    name(to)
                )
            }
            ForeignKeyChange::Altered { to, .. } => {
                format!("[*] Altered foreign key on columns ({})", foreign(to))
            }
        });
    }
    for each in &change.checks {
        line(match each {
            CheckChange::Created(to) => format!("[+] Added check `{}`", terminal(&to.name)),
            CheckChange::Dropped(from) => format!("[-] Removed check `{}`", terminal(&from.name)),
            CheckChange::Renamed { from, to } => format!(
                "[*] Renamed check `{}` to `{}`",
                terminal(&from.name),
                terminal(&to.name)
            ),
            CheckChange::Validated(to) => format!("[*] Validated check `{}`", terminal(&to.name)),
        });
    }
    for each in &change.exclusions {
        line(match each {
            ExclusionChange::Created(to) => {
                format!("[+] Added exclusion constraint `{}`", terminal(&to.name))
            }
            ExclusionChange::Dropped(from) => {
                format!(
                    "[-] Removed exclusion constraint `{}`",
                    terminal(&from.name)
                )
            }
            ExclusionChange::Renamed { from, to } => format!(
                "[*] Renamed exclusion constraint `{}` to `{}`",
                terminal(&from.name),
                terminal(&to.name)
            ),
        });
    }
    if change.ancestry {
        line("[*] Changed the tables it hangs under".to_owned());
    }
    if change.storage {
        line("[*] Changed how rows are kept".to_owned());
    }
    if change.row_security {
        line("[*] Changed row security".to_owned());
    }
}

fn column_name(column: &Column) -> String {
    format!("`{}`", terminal(&column.name))
}

fn how(change: &AlteredColumn<'_>) -> String {
    let mut parts = Vec::new();
    if change.nullability {
        let word = |column: &Column| {
            if column.nullable {
                "Nullable"
            } else {
                "Required"
            }
        };
        parts.push(format!(
            "changed from {} to {}",
            word(change.from),
            word(change.to)
        ));
    }
    if change.ty {
        parts.push("type changed".to_owned());
    }
    if change.default {
        parts.push("default changed".to_owned());
    }
    for (differs, what) in [
        (change.not_null, "constraint `NOT NULL` changed"),
        (change.collation, "collation changed"),
        (change.generated, "expression changed"),
        (change.identity, "identity changed"),
        (change.storage, "storage changed"),
        (
            !change.ty && (change.recreated || change.aside || change.torn_default),
            "made anew",
        ),
    ] {
        if differs {
            parts.push(what.to_owned());
        }
    }
    parts.join(", ")
}

fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(terminal).collect::<Vec<_>>().join(", ")
}
