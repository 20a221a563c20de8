//! Turns the suite's schema into Rust, below `OUT_DIR`.

fn main() {
    relata_build::compile("suite.schema");
}
