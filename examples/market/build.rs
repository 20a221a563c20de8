//! Turns `app.schema` into Rust, below `OUT_DIR`.

fn main() {
    relata_build::compile("app.schema");
}
