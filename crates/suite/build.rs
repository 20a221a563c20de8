//! Turns the suite's schemas into Rust, below `OUT_DIR`.

use std::env;
use std::path::PathBuf;

fn main() {
    relata_build::compile("suite.schema");
    if let Some(folder) = env::var_os("OUT_DIR") {
        relata_build::Config::new()
            .schema("arrays.schema")
            .out_dir(PathBuf::from(folder).join("arrays"))
            .run();
    }
}
