//! Parsing takes everything, and the leaves join to the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use relata_schema::{FileId, Tree};

fuzz_target!(|text: &str| {
    let tree = Tree::parse(FileId(0), text.into());
    let joined: String = tree.leaves().map(|leaf| leaf.text).collect();
    assert_eq!(joined, text);
});
