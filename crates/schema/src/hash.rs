//! Maps and sets with a fast hash. Names are hashed hundreds of thousands of times in a large schema; the hash is seeded by
//! chance, so that no schema can be written to collide.

use std::hash::{BuildHasher, Hash};

use smallvec::SmallVec;

pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;
pub(crate) type HashSet<K> = std::collections::HashSet<K, foldhash::fast::RandomState>;

/// Whether no key comes twice. It is sure if it says so; by chance it can also deny it of keys that differ, so that who is told
/// no looks closer. Rules for names that must differ ask this first: it compares numbers, where a map would compare texts that
/// lie anywhere.
pub(crate) fn all_differ<K: Hash>(keys: impl IntoIterator<Item = K>) -> bool {
    /// So few are compared with each other faster than they are sorted.
    const FEW: usize = 24;
    let state = foldhash::fast::RandomState::default();
    let mut hashes: SmallVec<[u64; FEW]> =
        keys.into_iter().map(|key| state.hash_one(key)).collect();
    if hashes.len() <= FEW {
        let repeats = |(at, hash)| hashes[..at].contains(hash);
        return !hashes.iter().enumerate().any(repeats);
    }
    hashes.sort_unstable();
    hashes.windows(2).all(|pair| pair[0] != pair[1])
}

#[cfg(test)]
mod tests {
    use super::all_differ;

    #[test]
    fn a_repeated_key_is_never_passed_over() {
        for count in [2, 24, 25, 1000] {
            let names: Vec<String> = (0..count).map(|number| format!("n{number}")).collect();
            assert!(all_differ(&names), "{count}");
            for again in [0, count / 3, count - 2] {
                let mut names = names.clone();
                names[count - 1] = names[again].clone();
                assert!(!all_differ(&names), "{count} {again}");
            }
        }
    }
}
