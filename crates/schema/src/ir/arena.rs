//! Where the things of a schema lie, one kind to an arena.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use super::ids::Id;

/// Things of one kind, found by their ids.
///
/// The arenas of a schema begin with the id 0. While its models are lowered in parts, each part has arenas of its own, which
/// begin where those of the part before end, so that ids are the same in the part and in the whole.
#[derive(Clone, Debug)]
pub(crate) struct Arena<I, T> {
    first: usize,
    items: Vec<T>,
    ids: PhantomData<I>,
}

impl<I, T> Default for Arena<I, T> {
    fn default() -> Self {
        Self {
            first: 0,
            items: Vec::new(),
            ids: PhantomData,
        }
    }
}

impl<I: Id, T> Arena<I, T> {
    /// An empty arena that begins with an id, with room for so many things.
    pub(crate) fn beginning_at(first: usize, room: usize) -> Self {
        Self {
            first,
            items: Vec::with_capacity(room),
            ids: PhantomData,
        }
    }

    /// The id of what is pushed next.
    pub(crate) fn next_id(&self) -> I {
        I::from_index(self.first + self.items.len())
    }

    pub(crate) fn push(&mut self, item: T) -> I {
        let id = self.next_id();
        self.items.push(item);
        id
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn ids(
        &self,
    ) -> impl ExactSizeIterator<Item = I> + DoubleEndedIterator + Clone + use<I, T> {
        (self.first..self.first + self.items.len()).map(I::from_index)
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.items.iter_mut()
    }

    pub(crate) fn sort_by_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K) {
        self.items.sort_by_key(key);
    }

    /// How many things there are before the first for which `before` is false, as in a slice.
    pub(crate) fn partition_point(&self, before: impl FnMut(&T) -> bool) -> usize {
        self.items.partition_point(before)
    }

    /// Takes all from an id on away, as an arena of its own.
    pub(crate) fn split_off(&mut self, id: I) -> Self {
        Self {
            first: id.index(),
            items: self.items.split_off(id.index() - self.first),
            ids: PhantomData,
        }
    }

    /// Adds the arena that begins where this one ends.
    pub(crate) fn append(&mut self, mut next: Self) {
        debug_assert_eq!(self.next_id().index(), next.first);
        if self.items.is_empty() {
            self.items = next.items;
            return;
        }
        self.items.append(&mut next.items);
    }
}

impl<I: Id, T> Index<I> for Arena<I, T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        &self.items[id.index() - self.first]
    }
}

impl<I: Id, T> IndexMut<I> for Arena<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.items[id.index() - self.first]
    }
}
