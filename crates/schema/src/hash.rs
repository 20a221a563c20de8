//! Maps and sets with a fast hash. Names are hashed hundreds of thousands of times in a large schema; the hash is seeded by
//! chance, so that no schema can be written to collide.

pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;
pub(crate) type HashSet<K> = std::collections::HashSet<K, foldhash::fast::RandomState>;
