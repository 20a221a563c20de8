//! "Did you mean": the nearest known name.

/// The candidate nearest to `name`, if one is near enough to be meant: equal but for case, or close by Damerau–Levenshtein.
///
/// ```
/// assert_eq!(relata_schema::diagnostic::near("Pots", ["Post", "User"]).as_deref(), Some("Post"));
/// assert_eq!(relata_schema::diagnostic::near("Invoice", ["Post", "User"]), None);
/// ```
pub fn near<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let folded = name.to_lowercase();
    // A third of the name may be wrong; a name of one or two letters only in case.
    let limit = folded.chars().count() / 3;
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        // Lengths in bytes and characters differ by at most a factor of four: what is far longer needs no closer look.
        .filter(|candidate| {
            candidate.len() <= 4 * (name.len() + limit)
                && name.len() <= 4 * (candidate.len() + limit)
        })
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&folded, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate.to_owned())
}
