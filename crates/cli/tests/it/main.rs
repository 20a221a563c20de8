//! The command as people type it: real files, real SQLite, the real binary.

#![allow(
    unreachable_pub,
    reason = "nothing of a test program can be reached; `pub` says what other modules use"
)]

mod answers;
mod bad_input;
mod cases;
mod command_line;
mod config;
mod deploy;
mod dev;
mod diff;
mod down;
mod execute;
mod files;
mod full_disk;
mod hostile;
mod init;
mod operate;
mod pull;
mod push;
mod questions;
mod renames;
mod support;
mod terminal;
mod tutorial;
mod unattended;
mod workflow;
mod workflows;
