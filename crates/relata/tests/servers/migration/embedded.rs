//! Embedded migrations, and the contract between a program and the history of its database.

use relata::contract::{Contract, OnMismatch, Standing};
use relata::migration::Embedded;

use super::*;
use crate::{both, open, postgres};

const CODE: Contract = Contract {
    fingerprint: "",
    migrations: Some(Embedded {
        lock: None,
        scripts: &[
            ("1_a", "CREATE TABLE a (id INT PRIMARY KEY);\n"),
            ("2_b", "ALTER TABLE a ADD COLUMN b INT;\n"),
        ],
    }),
};

#[tokio::test]
async fn a_program_knows_whether_its_database_fits() {
    for database in both("contract") {
        let db = open(&database).await;
        let stand = || async { CODE.check(&*db, OnMismatch::Warn).await.unwrap() };
        assert_eq!(stand().await, Standing::NoHistory);
        let error = CODE.check(&*db, OnMismatch::Refuse).await.unwrap_err();
        assert_eq!(error.code(), "R2124");

        let all = CODE.migrations.unwrap().folder().unwrap().migrations;
        let runner = runner(&database).await;
        runner.deploy(&all[..1], |_| {}).await.unwrap();
        let pending = vec!["2_b".to_owned()];
        assert_eq!(stand().await, Standing::Behind { pending });
        runner.deploy(&all, |_| {}).await.unwrap();
        assert_eq!(
            CODE.check(&*db, OnMismatch::Refuse).await.unwrap(),
            Standing::Current
        );
        // Under Prisma's table, and with line ends that a checkout has turned, it is the same history.
        db.batch("ALTER TABLE _relata_migrations RENAME TO _prisma_migrations")
            .await
            .unwrap();
        let windows = checksum("CREATE TABLE a (id INT PRIMARY KEY);\r\n");
        db.batch(&format!(
            "UPDATE _prisma_migrations SET checksum = '{windows}' WHERE migration_name = '1_a'"
        ))
        .await
        .unwrap();
        assert_eq!(stand().await, Standing::Current);
        db.batch("UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '2_b'")
            .await
            .unwrap();
        let names = vec!["2_b".to_owned()];
        assert_eq!(stand().await, Standing::Unfinished { names });
    }
}

/// The checksum of a script, as a history has it.
fn checksum(script: &str) -> String {
    Migration::new("1_a", script).unwrap().checksum()
}

#[tokio::test]
async fn programs_that_start_at_once_migrate_once() {
    let database = postgres("embedded");
    let start = || async {
        let url = url(&database.url());
        let db = relata::postgres::Options::from_url(&url, Path::new(""))
            .unwrap()
            .connect()
            .await
            .unwrap();
        CODE.migrations.unwrap().deploy(&db).await.unwrap().applied
    };
    let (a, b, c) = tokio::join!(start(), start(), start());
    let all: Vec<String> = [a, b, c].concat();
    assert_eq!(all, ["1_a", "2_b"]);
}
