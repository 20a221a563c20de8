//! How behaviours are run.

use relata::{BoxFuture, Dialect};
use relata_schema::{Sources, analyze};
use relata_sql::{Catalog, diff, lower, plan};
pub(crate) use relata_suite::DatabaseClient as Db;
use relata_suite::{Post, Tag, User, comment, post, tag, user};

/// A name and what it does.
pub(crate) type Behaviour = (&'static str, fn(Db) -> BoxFuture<'static, ()>);

/// Declares behaviours, and `all` of them.
macro_rules! behaviours {
    ($($(#[$docs:meta])* async fn $name:ident($db:ident) $body:block)*) => {
        $($(#[$docs])* async fn $name($db: crate::harness::Db) $body)*

        pub(crate) fn all() -> Vec<crate::harness::Behaviour> {
            vec![$((concat!(module_path!(), "::", stringify!($name)), |db| Box::pin($name(db)))),*]
        }
    };
}

const SCHEMA: &str = include_str!("../../suite.schema");

/// Makes the tables, then runs each behaviour on empty ones, and tells which ones failed.
pub(crate) async fn run(db: Db, provider: &str, behaviours: &[Behaviour]) {
    let text = SCHEMA.replace("\"sqlite\"", &format!("\"{provider}\""));
    let analysis = analyze(&Sources::one("suite.schema", &text));
    assert!(analysis.is_valid(), "{:?}", analysis.diagnostics);
    let catalog = lower(&analysis.schema).unwrap();
    let empty = Catalog::empty(catalog.dialect);
    let script = plan(&diff(&empty, &catalog).unwrap()).script();
    for statement in statements(db.session().dialect(), &script) {
        db.execute(relata::sql(statement.clone()))
            .await
            .unwrap_or_else(|error| panic!("{error}\n{statement}"));
    }
    let wanted = std::env::var("BEHAVIOUR").unwrap_or_default();
    let mut failed = Vec::new();
    for (name, behaviour) in behaviours {
        if !name.contains(&wanted) {
            continue;
        }
        empty_tables(&db).await;
        let task = tokio::spawn(behaviour(db.clone()));
        let limit = std::time::Duration::from_mins(1);
        match tokio::time::timeout(limit, task).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => failed.push(*name),
            Err(_) => failed.push("a behaviour did not end"),
        }
    }
    assert!(failed.is_empty(), "{} failed: {failed:#?}", failed.len());
}

fn statements(dialect: Dialect, script: &str) -> Vec<String> {
    relata_script::split(dialect, script)
        .iter()
        .map(|statement| statement.text().to_owned())
        .collect()
}

async fn empty_tables(db: &Db) {
    let mut done = db
        .comment()
        .update_many()
        .set(comment::parent_id.to_null())
        .await;
    done = done.and(db.comment().delete_many().await);
    done = done.and(db.post().delete_many().await);
    done = done.and(db.tag().delete_many().await);
    done = done.and(db.booking().delete_many().await);
    done = done.and(db.room().delete_many().await);
    done = done.and(db.team().delete_many().await);
    let alone = db.user().update_many().set(user::manager_id.to_null());
    done = done.and(alone.await);
    done = done.and(db.user().delete_many().await);
    done = done.and(db.made().delete_many().await);
    done = done.and(db.result().delete_many().await);
    done = done.and(db.option().delete_many().await);
    done = done.and(db.tx_rows().delete_many().await);
    done = done.and(db.client().delete_many().await);
    done = done.and(db.new_rows().delete_many().await);
    done = done.and(db.transaction_rows().delete_many().await);
    done.unwrap();
}

/// A user of that name, whose address follows from it.
pub(crate) fn new_user(name: &str) -> user::New {
    user::New {
        email: format!("{}@x.dev", name.to_lowercase()),
        name: name.to_owned(),
    }
}

pub(crate) async fn add_user(db: &Db, name: &str) -> User {
    db.user().create(new_user(name)).await.unwrap()
}

pub(crate) async fn add_post(db: &Db, author: &User, title: &str) -> Post {
    let new = post::New {
        title: title.to_owned(),
        author_id: author.id,
    };
    db.post().create(new).await.unwrap()
}

pub(crate) async fn add_tag(db: &Db, name: &str) -> Tag {
    let new = tag::New {
        name: name.to_owned(),
    };
    db.tag().create(new).await.unwrap()
}

/// Ann (30, from a to b), Bob (20), Cy (no age), Dee (40), each with a bio but Cy.
pub(crate) async fn four(db: &Db) -> [User; 4] {
    let mut found = Vec::new();
    for (name, age) in [
        ("Ann", Some(30)),
        ("Bob", Some(20)),
        ("Cy", None),
        ("Dee", Some(40)),
    ] {
        let mut create = db.user().create(new_user(name)).set(user::age.to(age));
        if age.is_some() {
            create = create.set(user::bio.to(format!("I am {name}")));
        }
        found.push(create.await.unwrap());
    }
    found.try_into().unwrap()
}

/// The names, in the order given.
pub(crate) fn names(users: &[User]) -> Vec<&str> {
    users.iter().map(|user| user.name.as_str()).collect()
}

/// The names, sorted, as one text.
pub(crate) fn sorted(users: &[User]) -> String {
    let mut names = names(users);
    names.sort_unstable();
    names.join(" ")
}

pub(crate) fn titles(posts: &[Post]) -> Vec<&str> {
    posts.iter().map(|post| post.title.as_str()).collect()
}

/// Whether upper and lower case are the same in comparisons of this database, as is the default on MySQL and MariaDB.
pub(crate) fn ignores_case(db: &Db) -> bool {
    db.session().dialect() == Dialect::Mysql
}
