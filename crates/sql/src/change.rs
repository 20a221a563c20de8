//! What differs between two catalogs, as data: no SQL, no order.

use std::collections::HashSet;

use crate::catalog::{
    Address, Catalog, Check, Column, Comment, Enum, Exclusion, Extension, ForeignKey, Grant, Index,
    Item, ObjectName, PrimaryKey, Table,
};
use crate::rename::Rename;

/// Everything that leads from one catalog to another.
#[derive(Clone, Debug)]
pub struct Changes<'c> {
    /// The catalog before, under the names that it is about to have: see [`follow`](crate::follow).
    pub from: &'c Catalog,
    /// The catalog after.
    pub to: &'c Catalog,
    /// Namespaces to make.
    pub namespaces: Vec<&'c str>,
    /// Namespaces to drop; only where both catalogs are whole, since otherwise what else lives in one is not known.
    pub dropped_namespaces: Vec<&'c str>,
    /// Extensions to install, change or drop. None is dropped because a schema does not name it: others may use it.
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
    pub dropped_comments: Vec<Comment>,
    /// Rights to give and take, in the order of their objects.
    pub grants: Vec<&'c Grant>,
    /// Rights on objects that stay which are to be as on a new object again.
    pub dropped_grants: Vec<&'c Grant>,
    /// What has to be made anew, because it or something that it needs cannot change in place.
    pub torn: Torn,
}

/// What cannot stay as it is while other things change, and how far that reaches.
#[derive(Clone, Debug, Default)]
pub struct Torn {
    /// Everything that is dropped, or dropped and made again, and the columns that change their type.
    pub all: HashSet<Address>,
    /// Columns that are dropped and added again: a generated one can be computed again, others hold nothing that the new
    /// type could hold.
    pub recreated: HashSet<Address>,
    /// Columns that hold their values as text while their type is made anew.
    pub aside: HashSet<Address>,
    /// Tables that are dropped and made again.
    pub tables: HashSet<ObjectName>,
    /// Extensions that move to another namespace: the old and the new one. Names of types in it move along.
    pub moved: Vec<(Box<str>, Box<str>)>,
    /// Enums that are made anew beside the old ones, their columns with them.
    pub enums: HashSet<ObjectName>,
}

impl Torn {
    /// Tells whether something has to be made anew.
    pub fn has(&self, address: &Address) -> bool {
        self.all.contains(address)
    }
}

impl<'c> Changes<'c> {
    /// Returns what is called otherwise before anything else changes, in order. Everything else is told under the new names.
    pub fn renamed(&self) -> &'c [Rename] {
        &self.from.renamed
    }
}

impl Changes<'_> {
    /// Tells whether anything is made that rights on objects to come would fall on.
    pub(crate) fn makes_objects(&self) -> bool {
        let made = |change: &ObjectChange<'_>| {
            matches!(
                change,
                ObjectChange::Created(_) | ObjectChange::Replaced { .. }
            )
        };
        self.to.is_whole
            && (!self.namespaces.is_empty()
                || self.objects.iter().any(made)
                || self
                    .enums
                    .iter()
                    .any(|change| !matches!(change, EnumChange::Dropped(_)))
                || !self.tables.is_empty())
    }

    /// Tells whether rights on objects to come differ.
    pub fn default_privileges_differ(&self) -> bool {
        let sorted = |catalog: &Catalog| {
            let mut privileges = catalog.default_privileges.clone();
            privileges.sort();
            privileges
        };
        self.to.is_whole && sorted(self.from) != sorted(self.to)
    }

    /// Tells whether both catalogs are the same.
    pub fn is_empty(&self) -> bool {
        self.from.renamed.is_empty()
            && self.namespaces.is_empty()
            && self.dropped_namespaces.is_empty()
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
    /// It is dropped.
    Dropped(&'c Extension),
    /// It is dropped and installed again, because no script of it leads to an older version.
    Replaced {
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
    /// Its values change. The order alone is no change against a schema.
    Altered {
        /// As it was.
        from: &'c Enum,
        /// As it shall be.
        to: &'c Enum,
        /// The values that are new.
        added: Vec<&'c str>,
        /// The values that go.
        removed: Vec<&'c str>,
        /// Whether it is made anew: those that stay change their order, or values go and the server takes none out in place.
        rebuilt: bool,
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
    /// It is dropped and made again, with its rows, because no statement makes one of the other.
    Recreated {
        /// As it was.
        from: &'c Table,
        /// As it shall be.
        to: &'c Table,
    },
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
    /// Its checks.
    pub checks: Vec<CheckChange<'c>>,
    /// Its exclusion constraints.
    pub exclusions: Vec<ExclusionChange<'c>>,
    /// Whether the tables that it hangs under differ, or its bounds in one of them.
    pub ancestry: bool,
    /// Whether its rows are kept otherwise.
    pub storage: bool,
    /// Whether policies are asked otherwise.
    pub row_security: bool,
}

/// What happens to a check.
#[derive(Clone, Copy, Debug)]
pub enum CheckChange<'c> {
    /// It is made.
    Created(&'c Check),
    /// It is dropped.
    Dropped(&'c Check),
    /// Only its name changes.
    Renamed {
        /// As it was.
        from: &'c Check,
        /// As it shall be.
        to: &'c Check,
    },
    /// The rows there are are looked at.
    Validated(&'c Check),
}

/// What happens to an exclusion constraint.
#[derive(Clone, Copy, Debug)]
pub enum ExclusionChange<'c> {
    /// It is made.
    Created(&'c Exclusion),
    /// It is dropped.
    Dropped(&'c Exclusion),
    /// Only its name changes.
    Renamed {
        /// As it was.
        from: &'c Exclusion,
        /// As it shall be.
        to: &'c Exclusion,
    },
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
#[allow(clippy::struct_excessive_bools, reason = "any of them can be alone")]
pub struct AlteredColumn<'c> {
    /// As it was.
    pub from: &'c Column,
    /// As it shall be.
    pub to: &'c Column,
    /// Whether the type differs.
    pub ty: bool,
    /// Whether it becomes required or optional.
    pub nullability: bool,
    /// Whether the constraint that keeps NULL out is another one, on a column that is required before and after.
    pub not_null: bool,
    /// Whether the default differs, numbering included.
    pub default: bool,
    /// Whether the collation differs.
    pub collation: bool,
    /// Whether it is computed otherwise.
    pub generated: bool,
    /// Whether it is numbered otherwise by `IDENTITY`.
    pub identity: bool,
    /// Whether the server keeps or samples it otherwise.
    pub storage: bool,
    /// Whether it is dropped and added again.
    pub recreated: bool,
    /// Whether its values wait as text while its type is made anew.
    pub aside: bool,
    /// Whether the default, same or not, needs something that is made anew.
    pub torn_default: bool,
    /// Whether the column comes down from a parent that the plan adds it to; what is written is only what differs there.
    pub comes_down: bool,
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
    /// How it is kept or sampled changes.
    Altered {
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
    /// When it is checked changes, or the rows there are are looked at.
    Altered {
        /// As it was.
        from: &'c ForeignKey,
        /// As it shall be.
        to: &'c ForeignKey,
    },
}
