//! What differs between two catalogs, as data: no SQL, no order.

use crate::catalog::{
    Address, Catalog, Column, Comment, Enum, Extension, ForeignKey, Grant, Index, Item, PrimaryKey,
    Table,
};

/// Everything that leads from one catalog to another.
#[derive(Clone, Debug)]
pub struct Changes<'c> {
    /// The catalog before.
    pub from: &'c Catalog,
    /// The catalog after.
    pub to: &'c Catalog,
    /// Namespaces to make. None is ever dropped: what else lives in it is not known.
    pub namespaces: Vec<&'c str>,
    /// Extensions to install, change or replace. None is ever dropped for not being named: others may use it.
    pub extensions: Vec<ExtensionChange<'c>>,
    /// Enums, in the order of the catalogs: made ones, changed ones, dropped ones.
    pub enums: Vec<EnumChange<'c>>,
    /// Tables, in the order of the catalogs: changed ones, made ones, dropped ones.
    pub tables: Vec<TableChange<'c>>,
    /// Objects of the other kinds, in the order of the catalogs; only where both catalogs tell of them.
    pub objects: Vec<ObjectChange<'c>>,
    /// Comments to write, in the order of their objects.
    pub comments: Vec<&'c Comment>,
    /// Comments to take away from objects that stay.
    pub dropped_comments: Vec<&'c Comment>,
    /// Rights to give and take, in the order of their objects.
    pub grants: Vec<&'c Grant>,
    /// Rights on objects that stay which are to be as on a new object again.
    pub dropped_grants: Vec<&'c Grant>,
}

impl Changes<'_> {
    /// Tells whether rights on objects to come differ.
    pub fn default_privileges_differ(&self) -> bool {
        self.to.is_whole && self.from.default_privileges != self.to.default_privileges
    }

    /// Tells whether both catalogs are the same.
    pub fn is_empty(&self) -> bool {
        self.namespaces.is_empty()
            && self.extensions.is_empty()
            && self.enums.is_empty()
            && self.tables.is_empty()
            && self.objects.is_empty()
            && self.comments.is_empty()
            && self.grants.is_empty()
            && self.dropped_comments.is_empty()
            && self.dropped_grants.is_empty()
            && !self.default_privileges_differ()
    }
}

/// What happens to an extension.
#[derive(Clone, Copy, Debug)]
pub enum ExtensionChange<'c> {
    /// It is installed.
    Created(&'c Extension),
    /// Its version or namespace changes.
    Altered {
        /// As it was.
        from: &'c Extension,
        /// As it shall be.
        to: &'c Extension,
    },
}

/// What happens to an object of the kinds that are made and dropped as a whole.
#[derive(Clone, Copy, Debug)]
pub enum ObjectChange<'c> {
    /// It is made.
    Created(Item<'c>),
    /// It is dropped, or goes with the table or view that it is a part of.
    Dropped(Item<'c>),
    /// It is dropped and made again, because it differs or because something that it needs does.
    Replaced {
        /// As it was.
        from: Item<'c>,
        /// As it shall be.
        to: Item<'c>,
    },
    /// It changes in place.
    Redefined {
        /// As it was.
        from: Item<'c>,
        /// As it shall be.
        to: Item<'c>,
    },
}

impl ObjectChange<'_> {
    /// Returns what the object is known by, on either side.
    pub fn address(&self) -> Address {
        match self {
            Self::Created(item) | Self::Dropped(item) => item.address(),
            Self::Replaced { to, .. } | Self::Redefined { to, .. } => to.address(),
        }
    }
}

/// What happens to an enum that is a type of its own.
#[derive(Clone, Debug)]
pub enum EnumChange<'c> {
    /// It is made.
    Created(&'c Enum),
    /// It is dropped.
    Dropped(&'c Enum),
    /// Its values change. The order alone is no change.
    Altered {
        /// As it was.
        from: &'c Enum,
        /// As it shall be.
        to: &'c Enum,
        /// The values that are new.
        added: Vec<&'c str>,
        /// The values that go.
        removed: Vec<&'c str>,
    },
}

/// What happens to a table.
#[derive(Clone, Debug)]
pub enum TableChange<'c> {
    /// It is made.
    Created(&'c Table),
    /// It is dropped.
    Dropped(&'c Table),
    /// It changes.
    Altered(AlteredTable<'c>),
}

/// How a table changes.
#[derive(Clone, Debug)]
pub struct AlteredTable<'c> {
    /// As it was.
    pub from: &'c Table,
    /// As it shall be.
    pub to: &'c Table,
    /// Its columns: dropped ones, added ones, altered ones, by name.
    pub columns: Vec<ColumnChange<'c>>,
    /// Its primary key.
    pub primary_key: Option<PrimaryKeyChange<'c>>,
    /// Its indexes.
    pub indexes: Vec<IndexChange<'c>>,
    /// Its foreign keys.
    pub foreign_keys: Vec<ForeignKeyChange<'c>>,
}

/// What happens to a column.
#[derive(Clone, Copy, Debug)]
pub enum ColumnChange<'c> {
    /// It is dropped, with what it holds.
    Dropped(&'c Column),
    /// It is added.
    Added(&'c Column),
    /// It changes.
    Altered(AlteredColumn<'c>),
}

/// How a column changes; each flag stands for itself.
#[derive(Clone, Copy, Debug)]
pub struct AlteredColumn<'c> {
    /// As it was.
    pub from: &'c Column,
    /// As it shall be.
    pub to: &'c Column,
    /// Whether the type differs.
    pub ty: bool,
    /// Whether it becomes required or optional.
    pub nullability: bool,
    /// Whether the default differs, numbering included.
    pub default: bool,
}

impl AlteredColumn<'_> {
    /// Tells whether a column that could hold NULL no longer can.
    pub fn becomes_required(&self) -> bool {
        self.nullability && !self.to.nullable
    }
}

/// What happens to a primary key.
#[derive(Clone, Copy, Debug)]
pub enum PrimaryKeyChange<'c> {
    /// The table gets one.
    Created(&'c PrimaryKey),
    /// The table loses it.
    Dropped(&'c PrimaryKey),
    /// Its columns change.
    Replaced {
        /// As it was.
        from: &'c PrimaryKey,
        /// As it shall be.
        to: &'c PrimaryKey,
    },
    /// Only its name changes.
    Renamed {
        /// As it was.
        from: &'c PrimaryKey,
        /// As it shall be.
        to: &'c PrimaryKey,
    },
}

/// What happens to an index.
#[derive(Clone, Copy, Debug)]
pub enum IndexChange<'c> {
    /// It is made.
    Created(&'c Index),
    /// It is dropped.
    Dropped(&'c Index),
    /// Only its name changes.
    Renamed {
        /// As it was.
        from: &'c Index,
        /// As it shall be.
        to: &'c Index,
    },
}

/// What happens to a foreign key.
#[derive(Clone, Copy, Debug)]
pub enum ForeignKeyChange<'c> {
    /// It is made.
    Created(&'c ForeignKey),
    /// It is dropped.
    Dropped(&'c ForeignKey),
    /// Only its name changes.
    Renamed {
        /// As it was.
        from: &'c ForeignKey,
        /// As it shall be.
        to: &'c ForeignKey,
    },
}
