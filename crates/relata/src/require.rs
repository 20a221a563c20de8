//! What generated code says where the program's `relata` was built without a feature that it needs.
//!
//! Each macro is nothing where its feature is on, and otherwise an error with the command that switches it on. Without them, rustc
//! would speak of a module that it cannot find.

/// Declares the macro of one feature. `$d` is a dollar sign, which a macro in a macro cannot write otherwise.
macro_rules! requirement {
    ($d:tt $name:ident, $feature:literal, $what:literal) => {
        #[cfg(feature = $feature)]
        #[doc(hidden)]
        #[macro_export]
        macro_rules! $name {
            ($d line:literal) => {};
        }

        #[cfg(not(feature = $feature))]
        #[doc(hidden)]
        #[macro_export]
        macro_rules! $name {
            ($d line:literal) => {
                ::std::compile_error!(::std::concat!(
                    "the schema ", $what, ", and the crate `relata` is built without its feature `", $feature,
                    "`: run `", $d line, "`"
                ));
            };
        }
    };
}

requirement!($ require_chrono, "chrono", "says `datetime = \"chrono\"`");
requirement!($ require_decimal, "decimal", "has `Decimal` columns");
requirement!($ require_json, "json", "has `Json` columns");
requirement!($ require_serde, "serde", "asks for serde");
requirement!($ require_time, "time", "says `datetime = \"time\"`");
