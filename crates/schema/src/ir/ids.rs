//! Typed indexes into the arenas of a [`Schema`](super::Schema).

/// The index of a thing in the arena of its kind.
pub(crate) trait Id: Copy {
    fn index(self) -> usize;
    fn from_index(index: usize) -> Self;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub(crate) u32);

        impl $name {
            /// The position in its arena, for tables that run beside it.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl Id for $name {
            fn index(self) -> usize {
                self.0 as usize
            }

            fn from_index(index: usize) -> Self {
                Self(index as u32)
            }
        }
    )*};
}

ids! {
    /// A model or view.
    ModelId
    /// A field of a model.
    FieldId
    /// An enum.
    EnumId
    /// A domain.
    DomainId
    /// An enum's value.
    EnumValueId
    /// A relation between two models.
    RelationId
}
