//! Conditions that the database keeps: checks and exclusions.

use super::{FieldId, Sql};
use crate::span::Span;

/// A condition that every row keeps: `@check("price >= 0")` or `@@check("ends > starts")`.
/// ```
/// let sources = relata_schema::Sources::one("app.schema", r#"
/// model Trip {
///   id     Int      @id
///   price  Int      @check("price >= 0")
///   starts DateTime
///   ends   DateTime
///
///   @@check("ends > starts", map: "ends_later")
/// }
/// "#);
/// let schema = relata_schema::analyze(&sources).schema;
/// let trip = schema.find_model("Trip").unwrap();
/// let names: Vec<_> = trip.checks().iter().map(|check| &*check.database_name).collect();
/// assert_eq!(names, ["Trip_price_check", "ends_later"]);
/// assert_eq!(trip.checks()[0].field, trip.find_field("price").map(|field| field.id()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The condition.
    pub condition: Sql,
    /// The field it stands on, if it stands on one.
    pub field: Option<FieldId>,
    /// The constraint's name: `map:`, or `{table}_{column}_check` or `{table}_check`, cut to the limit.
    pub database_name: Box<str>,
    /// The attribute.
    pub span: Span,
}

/// A rule on pairs of rows: `@@exclude("USING gist (room WITH =, during WITH &&)")` (PostgreSQL).
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel Stay {\n  id Int @id\n  room Int\n  @@exclude(\"USING gist (room WITH =)\")\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let stay = schema.find_model("Stay").unwrap();
/// let rule = &stay.exclusions()[0];
/// assert_eq!((&*rule.database_name, &*rule.definition.text), ("Stay_excl", "USING gist (room WITH =)"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// What follows the word `EXCLUDE`.
    pub definition: Sql,
    /// The constraint's name: `map:`, or `{table}_excl`, cut to the limit.
    pub database_name: Box<str>,
    /// The attribute.
    pub span: Span,
}
