//! Servers that cannot be reached or read: `db pull`, `migrate dev` and `migrate deploy` say so, write nothing, and show no secret.

use super::dev::{Case, ONE};

#[test]
fn what_cannot_be_reached_is_said_and_nothing_is_written() {
    for case in Case::both("faults") {
        case.schema(ONE);
        case.project.write(
            "migrations/20260101000000_one/migration.sql",
            "CREATE TABLE one (id INT);\n",
        );
        let url = case.database.url();
        let (login, place) = url.split_once('@').expect("a login");
        let (user, secret) = login.rsplit_once(':').expect("a password");
        let (host, name) = place.split_once('/').expect("a database");
        let (_, port) = host.split_once(':').expect("a port");
        let socket = if case.provider == "mysql" {
            "socket"
        } else {
            "host"
        };
        let before = case.project.tree();
        let schema = case.project.read("app.schema");
        for (fault, url, code) in [
            ("wrong password", format!("{user}:s3cr3t@{place}"), "R2019"),
            (
                "unknown user",
                format!("{login}@{place}").replace("relata", "nobody_here"),
                "R2019",
            ),
            (
                "unknown host",
                format!("{login}@no-such-host.invalid:{port}/{name}"),
                "R2009",
            ),
            (
                "closed port",
                format!("{login}@127.0.0.1:1/{name}"),
                "R2009",
            ),
            ("no TLS", format!("{url}?sslmode=require"), "R2009"),
            ("no socket", format!("{url}?{socket}=/nowhere"), "R2009"),
            (
                "no authority",
                format!("{url}?sslrootcert=/no/such.pem"),
                "R2014",
            ),
            (
                "odd port",
                format!("{login}@127.0.0.1:99999/{name}"),
                "R2010",
            ),
        ] {
            for args in [
                &["db", "pull"][..],
                &["migrate", "dev", "--name", "x"],
                &["migrate", "deploy"],
            ] {
                let ran = case.project.relata_with(args, &[("URL", &url)]);
                let said = format!("{}{}", ran.stdout, ran.stderr);
                assert_eq!(ran.status, 1, "{fault}, {args:?}: {said}");
                assert!(
                    said.contains(&format!("error[{code}]")),
                    "{fault}, {args:?}: {said}"
                );
                assert!(
                    !said.contains(secret) && !said.contains("s3cr3t"),
                    "{fault}: {said}"
                );
                assert!(!said.contains("panicked"), "{fault}: {said}");
            }
            assert_eq!(case.project.tree(), before, "{fault}");
            assert_eq!(case.project.read("app.schema"), schema, "{fault}");
        }
        // No database: nothing to pull from, nothing to deploy to.
        let gone = format!("{login}@{host}/no_such_{name}");
        for args in [&["db", "pull"][..], &["migrate", "status"]] {
            let ran = case.project.relata_with(args, &[("URL", &gone)]);
            assert!(ran.stderr.contains("error[R2021]"), "{args:?}: {ran:?}");
        }
        assert_eq!(case.project.tree(), before);
        assert_eq!(case.database.dump().trim(), "");
    }
}
