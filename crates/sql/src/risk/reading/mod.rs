//! Which texts a server reads as values of a type.
//!
//! No server has a question for it that does not fail (PostgreSQL from version 16 on, `pg_input_is_valid`), so patterns tell three kinds apart:
//! what is surely read, what surely is not, and what only the server's parser can tell.

pub(super) mod mysql;
pub(super) mod postgres;
