//! What Prisma has and relata has not: what to write instead.

/// Commands and flags of Prisma 5 to 7 that are not understood, and what to do about each. A flag names its command; what is empty is any.
const INSTEAD: &[(&str, &str, &str)] = &[
    (
        "",
        "studio",
        "relata has no browser for data; `psql`, `mariadb`, `sqlite3` or any other client of the database shows rows",
    ),
    (
        "",
        "platform",
        "that is a service of Prisma's, and relata has none",
    ),
    (
        "",
        "complete",
        "`relata completions <shell>` prints what a shell needs",
    ),
    (
        "",
        "postgres",
        "that is a service of Prisma's; give relata the URL of any PostgreSQL",
    ),
    ("", "bootstrap", "`relata init` makes a new project"),
    (
        "",
        "mcp",
        "relata has no server for agents; every command takes `--format json`",
    ),
    (
        "",
        "dev",
        "relata starts no database; give the URL of one, or use SQLite. `relata migrate dev` is for migrations",
    ),
    ("", "telemetry", "relata sends nothing anywhere"),
    (
        "",
        "lsp",
        "relata has no language server yet; `relata validate --format json` tells every mistake with its place",
    ),
    (
        "",
        "login",
        "that is a service of Prisma's, and relata has none",
    ),
    (
        "db",
        "drop",
        "`relata migrate reset` empties a database; `DROP DATABASE` in a client removes it",
    ),
    (
        "migrate",
        "up",
        "`relata migrate deploy` applies what is pending, `relata migrate dev` in development",
    ),
    (
        "migrate",
        "save",
        "`relata migrate dev --create-only --name <name>` writes a migration and does not apply it",
    ),
    (
        "generate",
        "--watch",
        "run `relata generate` after a change, or generate in `build.rs` with relata_build, which cargo does by itself",
    ),
    (
        "generate",
        "--generator",
        "a schema has one generator of relata's, and those of others are not run; leave the flag out",
    ),
    (
        "generate",
        "--sql",
        "write the query in Rust, `client.query(\"SELECT …\")`; there are no `.sql` files to generate from",
    ),
    (
        "generate",
        "--data-proxy",
        "the client talks to the database itself; leave the flag out",
    ),
    (
        "generate",
        "--accelerate",
        "the client talks to the database itself; leave the flag out",
    ),
    (
        "init",
        "--output",
        "say `output = \"…\"` in the `generator` block, or `relata generate --output <folder>`",
    ),
    (
        "init",
        "--generator-provider",
        "the generator is `relata`; others can be added to the schema, and are kept and not run",
    ),
    (
        "init",
        "--with-model",
        "write `model User { id Int @id }` into the schema that `relata init` makes",
    ),
    (
        "init",
        "--db",
        "that is a service of Prisma's; give the URL of a database: `relata init --url <url>`",
    ),
    (
        "init",
        "--region",
        "that is a service of Prisma's; give the URL of a database: `relata init --url <url>`",
    ),
    (
        "init",
        "--name",
        "that is a service of Prisma's; give the URL of a database: `relata init --url <url>`",
    ),
    ("init", "--prompt", "relata writes no models by itself"),
    ("init", "--vibe", "relata writes no models by itself"),
    (
        "migrate diff",
        "--from-local-d1",
        "give the file's URL: `--from-url file:<path>`",
    ),
    (
        "migrate diff",
        "--to-local-d1",
        "give the file's URL: `--to-url file:<path>`",
    ),
    (
        "db pull",
        "--local-d1",
        "give the file's URL: `--url file:<path>`",
    ),
    (
        "migrate dev",
        "--create-db",
        "the database has to be there: `CREATE DATABASE`; a file of SQLite's is made",
    ),
    (
        "migrate deploy",
        "--create-db",
        "the database has to be there: `CREATE DATABASE`; a file of SQLite's is made",
    ),
    (
        "",
        "--data-proxy",
        "relata talks to the database itself; leave the flag out",
    ),
];

/// What to write instead of a word that was not understood behind these commands.
pub fn instead(commands: &str, word: &str) -> Option<&'static str> {
    let fits = |(of, known, _): &&(&str, &str, &str)| {
        *known == word
            && (of.is_empty() && (word.starts_with('-') || commands.is_empty()) || *of == commands)
    };
    INSTEAD.iter().find(fits).map(|(.., advice)| *advice)
}
