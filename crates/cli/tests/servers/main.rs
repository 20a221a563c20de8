//! The command on real servers.

#![allow(
    unreachable_pub,
    dead_code,
    reason = "nothing of a test program can be reached; `pub` says what other modules use, and not every one uses all"
)]

mod at_url;
#[path = "../it/cases.rs"]
mod cases;
mod deploy;
mod dev;
mod down;
mod faults;
mod operate;
#[path = "../it/support.rs"]
mod support;
#[path = "../it/terminal.rs"]
mod terminal;
#[path = "../it/unattended.rs"]
mod unattended;
mod unreachable;
#[path = "../it/workflow.rs"]
mod workflow;
mod workflows;
