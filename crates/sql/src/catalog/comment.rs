//! Comments on objects.

use super::Address;

/// What somebody wrote about an object.
///
/// Comments stand in a list of their own, since any object can have one and few do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Comment {
    /// The object.
    pub on: Address,
    /// What it says; nothing where the server would say something by itself and has been told not to (PostgreSQL: `public`, extensions).
    pub text: Box<str>,
}
