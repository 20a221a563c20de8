//! `Client` and `Tx`: where queries begin.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use relata_schema::Schema;

use super::names::free;
use crate::generate::model::ident;
use crate::generate::names::{Names, TypeName};
use crate::generate::page;

/// Methods that are there already.
const RESERVED: &[&str] = &[
    "begin",
    "borrow",
    "borrow_mut",
    "check",
    "clone",
    "clone_from",
    "clone_into",
    "commit",
    "connect",
    "connect_checked",
    "deref",
    "execute",
    "fetch",
    "fmt",
    "from",
    "into",
    "migrate",
    "new",
    "on",
    "rollback",
    "savepoint",
    "session",
    "to_owned",
    "transaction",
    "try_from",
    "try_into",
    "tx",
    "type_id",
];

/// The names of the client.
#[derive(Debug)]
pub(in crate::generate) struct Entry {
    /// `Client`, or `DatabaseClient` where a model is called so.
    pub(in crate::generate) client: String,
    /// `Tx`, or `DatabaseTx` where a model is called so.
    pub(in crate::generate) tx: String,
    /// `Db`, or `DatabaseHandle` where a model is called so.
    pub(in crate::generate) db: String,
    /// The module of the three.
    pub(in crate::generate) module: String,
    /// Whether `Parent` is free to be told along.
    pub(in crate::generate) has_parent: bool,
}

impl Entry {
    pub(in crate::generate) fn of(schema: &Schema, names: &Names) -> Self {
        let all = schema
            .models()
            .filter_map(|model| names.model(model.id()))
            .chain(
                schema
                    .enums()
                    .filter_map(|item| names.enumeration(item.id())),
            );
        let (mut types, mut modules) = (HashSet::new(), HashSet::new());
        for name in all.chain(names.shapes().iter().map(|shape| &shape.place)) {
            types.insert(name.ty.clone());
            modules.insert(name.module.clone());
        }
        types.extend(names.shapes().iter().flat_map(|shape| shape.inner.clone()));
        let mut wish = |short: &str, long: &str| {
            if types.insert(short.to_owned()) {
                short.to_owned()
            } else {
                free(&mut types, long, "")
            }
        };
        let client = wish("Client", "DatabaseClient");
        let tx = wish("Tx", "DatabaseTx");
        let db = wish("Db", "DatabaseHandle");
        let has_parent = types.insert("Parent".to_owned());
        let module = if modules.insert("client".to_owned()) {
            "client".to_owned()
        } else {
            free(&mut modules, "database_client", "_")
        };
        Self {
            client,
            tx,
            db,
            module,
            has_parent,
        }
    }
}

/// Writes the client's file.
pub(in crate::generate) fn file(
    schema: &Schema,
    names: &Names,
    entry: &Entry,
    embeds: bool,
) -> String {
    let (client, tx, db) = (ident(&entry.client), ident(&entry.tx), ident(&entry.db));
    let rows = accessors(schema, names);
    let migrate = embeds.then(|| {
        quote! {
            /// Applies the embedded migrations that the database does not have yet.
            pub async fn migrate(&self) -> ::std::result::Result<::relata::migration::Deployed, ::relata::Error> {
                self.session().deploy(&super::MIGRATIONS).await
            }
        }
    });
    let mut page = page::module();
    let tokens = quote! {
        /// The database, for typed queries. Clones share the connection or pool.
        ///
        /// A model whose name is a method here has `_rows` behind its own: `transaction_rows`.
        #[derive(Clone, Debug)]
        pub struct #client(#db);

        impl #client {
            /// Connects to the database of a connection string; relative paths count from the working directory. A server gets a
            /// pool, of which `connection_limit` in the connection string sets the size.
            pub async fn connect(url: &str) -> ::std::result::Result<Self, ::relata::Error> {
                ::relata::client::Session::connect(url).await.map(|session| Self(#db(session)))
            }

            /// Connects, and compares the database's history with the migrations that this code was made with.
            pub async fn connect_checked(
                url: &str,
                mismatch: ::relata::contract::OnMismatch,
            ) -> ::std::result::Result<Self, ::relata::Error> {
                let client = Self::connect(url).await?;
                client.check(mismatch).await?;
                ::std::result::Result::Ok(client)
            }

            /// Compares the database's history with the migrations that this code was made with.
            pub async fn check(
                &self,
                mismatch: ::relata::contract::OnMismatch,
            ) -> ::std::result::Result<::relata::contract::Standing, ::relata::Error> {
                self.session().check(&super::CONTRACT, mismatch).await
            }

            #migrate

            /// A client on a connection or a pool that is there already.
            pub fn new(connection: impl ::relata::Connection + 'static) -> Self {
                Self(#db(::relata::client::Session::new(connection)))
            }

            /// A transaction with options: how often it is tried again, and how far it is kept apart from others.
            ///
            /// `db.transaction().retries(3).run(|tx| async move { … })`
            pub fn transaction(&self) -> ::relata::client::TransactionOptions<#tx> {
                ::relata::client::TransactionOptions::new(self.session())
            }

            /// Begins a transaction; it is rolled back unless it is committed.
            pub async fn begin(&self) -> ::std::result::Result<#tx, ::relata::Error> {
                self.transaction().begin().await
            }

            /// Runs work in a transaction: committed if it gives `Ok`, rolled back if it gives an error or is dropped.
            ///
            /// `db.tx(async |tx| { … Ok(()) })`
            pub async fn tx<T>(
                &self,
                work: impl ::std::ops::AsyncFnOnce(#tx) -> ::std::result::Result<T, ::relata::Error>,
            ) -> ::std::result::Result<T, ::relata::Error> {
                self.session().tx(async |session| work(session.into()).await).await
            }
        }

        /// A transaction, for typed queries. Clones share it; after its end, its queries fail.
        #[derive(Clone, Debug)]
        pub struct #tx(#db);

        impl #tx {
            /// Makes the changes last.
            pub async fn commit(self) -> ::std::result::Result<(), ::relata::Error> {
                self.session().commit().await
            }

            /// Takes the changes back.
            pub async fn rollback(self) -> ::std::result::Result<(), ::relata::Error> {
                self.session().rollback().await
            }

            /// Runs work behind a savepoint: an error takes back what it did, and the transaction goes on.
            pub async fn savepoint<T>(
                &self,
                work: impl ::std::ops::AsyncFnOnce(#tx) -> ::std::result::Result<T, ::relata::Error>,
            ) -> ::std::result::Result<T, ::relata::Error> {
                self.session().nested(async |session| work(session.into()).await).await
            }
        }

        impl ::std::convert::From<::relata::client::Session> for #tx {
            fn from(session: ::relata::client::Session) -> Self {
                Self(#db(session))
            }
        }
    };
    page.raw(page::items(tokens));
    page.raw(page::items(handle(&db, &rows)));
    for name in [client, tx] {
        page.raw(page::items(quote! {
            impl ::std::ops::Deref for #name {
                type Target = #db;

                fn deref(&self) -> &#db {
                    &self.0
                }
            }
        }));
    }
    page::print(&page)
}

/// What a client and a transaction have in common: once for both, since each model has a method here.
fn handle(name: &Ident, rows: &TokenStream) -> TokenStream {
    quote! {
        /// What typed queries go to: the database itself, or a transaction. A function that takes a reference to it serves both.
        #[derive(Clone, Debug)]
        pub struct #name(::relata::client::Session);

        impl #name {
            /// What it stands on.
            pub fn session(&self) -> &::relata::client::Session {
                &self.0
            }

            /// Runs SQL of the program's own, and reads its rows as models or tuples.
            ///
            /// `db.fetch::<(i64, String)>(relata::sql("SELECT id, email FROM users WHERE age > ").bind(18))`
            pub async fn fetch<T: ::relata::client::Fetched>(
                &self,
                sql: ::relata::client::Sql,
            ) -> ::std::result::Result<::std::vec::Vec<T>, ::relata::Error> {
                self.0.fetch_sql(sql).await
            }

            /// Runs SQL of the program's own, and tells how many rows it changed.
            pub async fn execute(
                &self,
                sql: ::relata::client::Sql,
            ) -> ::std::result::Result<u64, ::relata::Error> {
                self.0.execute_sql(sql).await
            }

            #rows
        }
    }
}

/// The method that begins queries of a model.
pub(super) fn method(name: &TypeName) -> String {
    if RESERVED.contains(&name.module.as_str()) {
        format!("{}_rows", name.module)
    } else {
        name.module.clone()
    }
}

fn accessors(schema: &Schema, names: &Names) -> TokenStream {
    let mut out = TokenStream::new();
    for model in schema.models() {
        let Some(name) = names.model(model.id()) else {
            continue;
        };
        let method = ident(&method(name));
        let (module, ty) = (ident(&name.module), ident(&name.ty));
        out.extend(quote! {
            pub fn #method(&self) -> ::relata::client::Rows<'_, super::#module::#ty> {
                ::relata::client::Rows::new(&self.0)
            }
        });
    }
    out
}
