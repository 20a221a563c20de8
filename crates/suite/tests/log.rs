//! The log of queries: what it tells, and what it never does.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use relata_suite::{DatabaseClient, user};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes down what it hears.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<String>>);

struct Line<'n>(&'n mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // How long it took differs each time.
        if field.name() != "micros" {
            write!(self.0, " {field}={value:?}").unwrap();
        }
    }
}

impl Subscriber for Notes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "relata::query"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut notes = self.0.lock().unwrap();
        event.record(&mut Line(&mut notes));
        notes.push('\n');
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn values_are_never_told() {
    let notes = Notes::default();
    let _guard = tracing::subscriber::set_default(notes.clone());
    let db = DatabaseClient::new(relata::sqlite::Sqlite::memory().await.unwrap());
    let table = "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT)";
    db.execute(relata::sql(table)).await.unwrap();
    let secret = "ann@secret.dev";
    db.execute(
        relata::sql("INSERT INTO users (email) VALUES (")
            .bind(secret)
            .push(")"),
    )
    .await
    .unwrap();
    let found = db
        .user()
        .count()
        .filter(user::email.eq(secret))
        .await
        .unwrap();
    assert_eq!(found, 1);
    let failed = db.user().find_many().filter(user::name.eq(secret)).await;
    let code = failed.unwrap_err().code();

    let notes = notes.0.lock().unwrap();
    let lines: Vec<&str> = notes.lines().collect();
    assert_eq!(lines.len(), 4, "{notes}");
    assert!(
        lines[1].contains("INSERT INTO users (email) VALUES (?)"),
        "{notes}"
    );
    assert!(lines[1].contains(" params=\"text\""), "{notes}");
    assert!(lines[2].contains("COUNT(*)"), "{notes}");
    assert!(
        lines[3].contains("query failed") && lines[3].contains(code),
        "{notes}"
    );
    assert!(!notes.contains("secret"), "{notes}");
}
