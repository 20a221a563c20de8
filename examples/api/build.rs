//! Turns `app.schema` into Rust, below `OUT_DIR`, with the migrations in it.

fn main() {
    relata_build::compile("app.schema");
}
