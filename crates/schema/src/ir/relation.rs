//! Relations, with both sides, and the tables behind implicit many-to-many ones.

use super::{Field, Model, RelationData, RelationId, Schema};
use crate::span::Span;

/// Who keeps relations true.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::RelationMode;
/// let text = "datasource db {\n  provider = \"postgresql\"\n  relationMode = \"prisma\"\n}\nmodel A {\n  id Int @id\n  bs B[]\n}\nmodel B {\n  id Int @id\n  aId Int?\n  a A? @relation(fields: [aId], references: [id])\n  @@index([aId])\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// assert_eq!(schema.datasource().unwrap().relation_mode, RelationMode::Prisma);
/// assert!(!schema.relations().next().unwrap().is_enforced());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RelationMode {
    /// The database, by foreign keys.
    ForeignKeys,
    /// The client (`relationMode = "prisma"`); no foreign keys are made.
    Prisma,
}

/// How many rows stand on each side.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::RelationKind;
/// let text = "datasource db {\n  provider = \"postgresql\"\n  relationMode = \"prisma\"\n}\nmodel A {\n  id Int @id\n  bs B[]\n}\nmodel B {\n  id Int @id\n  aId Int?\n  a A? @relation(fields: [aId], references: [id])\n  @@index([aId])\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// assert_eq!(schema.relations().next().unwrap().kind(), RelationKind::OneToMany);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RelationKind {
    /// One to one.
    OneToOne,
    /// One to many; the forward side is the many.
    OneToMany,
    /// Many to many, through a table that no model describes.
    ManyToMany,
}

/// What happens to the rows that refer to a row which goes or changes.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::ReferentialAction;
/// let text = "datasource db {\n  provider = \"postgresql\"\n  relationMode = \"prisma\"\n}\nmodel A {\n  id Int @id\n  bs B[]\n}\nmodel B {\n  id Int @id\n  aId Int?\n  a A? @relation(fields: [aId], references: [id])\n  @@index([aId])\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let relation = schema.relations().next().unwrap();
/// assert_eq!(relation.on_delete(), ReferentialAction::SetNull);
/// assert_eq!(relation.on_update().sql(), "CASCADE");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReferentialAction {
    /// They go or change too.
    Cascade,
    /// It is refused, at once.
    Restrict,
    /// It is refused, at the end of the statement.
    NoAction,
    /// Their columns become NULL.
    SetNull,
    /// Their columns get their defaults.
    SetDefault,
}

impl ReferentialAction {
    /// Every action, in the order messages list them.
    pub const ALL: [ReferentialAction; 5] = [
        Self::Cascade,
        Self::Restrict,
        Self::NoAction,
        Self::SetNull,
        Self::SetDefault,
    ];

    /// The name a schema writes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cascade => "Cascade",
            Self::Restrict => "Restrict",
            Self::NoAction => "NoAction",
            Self::SetNull => "SetNull",
            Self::SetDefault => "SetDefault",
        }
    }

    /// The words of SQL.
    pub fn sql(self) -> &'static str {
        match self {
            Self::Cascade => "CASCADE",
            Self::Restrict => "RESTRICT",
            Self::NoAction => "NO ACTION",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }
}

/// When a foreign key that can be deferred is checked.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// use relata_schema::ir::Deferrable;
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel A {\n  id Int @id\n  bs B[]\n}\nmodel B {\n  id Int @id\n  aId Int\n  a A @relation(fields: [aId], references: [id], deferrable: InitiallyDeferred)\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// assert_eq!(schema.relations().next().unwrap().deferrable(), Some(Deferrable::InitiallyDeferred));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deferrable {
    /// At the end of each statement, unless a transaction asks otherwise.
    InitiallyImmediate,
    /// At the end of the transaction.
    InitiallyDeferred,
}

/// The table behind an implicit many-to-many relation.
///
/// Its columns are `A`, which refers to the forward side's model, and `B`, which refers to the other.
///
/// ```
/// use relata_schema::{Sources, analyze};
/// let text = "datasource db {\n  provider = \"postgresql\"\n}\nmodel Post {\n  id Int @id\n  tags Tag[]\n}\nmodel Tag {\n  id Int @id\n  posts Post[]\n}\n";
/// let schema = analyze(&Sources::one("app.schema", text)).schema;
/// let table = schema.relations().next().unwrap().join_table().unwrap();
/// assert_eq!((&*table.name, &*table.key_name), ("_PostToTag", "_PostToTag_AB_pkey"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinTable {
    /// The table: `_` and the relation's name, cut to the limit.
    pub name: Box<str>,
    /// The database schema it lives in: that of model A.
    pub namespace: Option<Box<str>>,
    /// The name of the primary key or unique over both columns.
    pub key_name: Box<str>,
    /// The name of the index on `B`.
    pub index_name: Box<str>,
    /// The name of the foreign key on `A`.
    pub a_constraint: Box<str>,
    /// The name of the foreign key on `B`.
    pub b_constraint: Box<str>,
}

/// A relation between two models, or of a model with itself.
///
/// The *forward* side holds the foreign key. In a many-to-many relation neither does; there it is the side of column `A`:
/// the model whose name is smaller, or the field whose name is smaller in a self relation.
/// ```
/// let sources = relata_schema::Sources::one("app.schema", r#"
/// model User {
///   id    Int    @id
///   posts Post[]
/// }
///
/// model Post {
///   id       Int   @id
///   authorId Int
///   author   User  @relation(fields: [authorId], references: [id], onDelete: Cascade)
///   tags     Tag[]
/// }
///
/// model Tag {
///   id    Int    @id
///   posts Post[]
/// }
/// "#);
/// let schema = relata_schema::analyze(&sources).schema;
/// use relata_schema::ir::{ReferentialAction, RelationKind};
///
/// let [author, tags] = schema.relations().collect::<Vec<_>>()[..] else { panic!() };
/// assert_eq!((author.kind(), author.on_delete()), (RelationKind::OneToMany, ReferentialAction::Cascade));
/// assert_eq!(author.fields().map(|field| field.name()).collect::<Vec<_>>(), ["authorId"]);
/// assert_eq!(author.back_field().unwrap().name(), "posts");
/// assert_eq!((tags.kind(), &*tags.join_table().unwrap().name), (RelationKind::ManyToMany, "_PostToTag"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Relation<'s> {
    pub(super) schema: &'s Schema,
    pub(super) id: RelationId,
}

impl<'s> Relation<'s> {
    fn data(self) -> &'s RelationData {
        &self.schema.relations[self.id]
    }

    /// Its id.
    pub fn id(self) -> RelationId {
        self.id
    }

    /// The name given with `@relation("…")`.
    pub fn name(self) -> Option<&'s str> {
        self.data().name.as_deref()
    }

    /// How many rows stand on each side.
    pub fn kind(self) -> RelationKind {
        self.data().kind
    }

    /// The model of the forward field: the one whose table holds the foreign key.
    pub fn from(self) -> Model<'s> {
        self.schema.model(self.data().from)
    }

    /// The model it refers to.
    pub fn to(self) -> Model<'s> {
        self.schema.model(self.data().to)
    }

    /// The field on the forward side.
    pub fn forward_field(self) -> Field<'s> {
        self.schema.field(self.data().forward)
    }

    /// The field on the other side; missing only in a schema with errors.
    pub fn back_field(self) -> Option<Field<'s>> {
        self.data().back.map(|field| self.schema.field(field))
    }

    /// The columns of the foreign key, in order. Empty in a many-to-many relation.
    pub fn fields(self) -> impl ExactSizeIterator<Item = Field<'s>> + Clone {
        self.data()
            .fields
            .iter()
            .map(move |&field| self.schema.field(field))
    }

    /// The columns it refers to, in the order of [`fields`](Self::fields).
    pub fn references(self) -> impl ExactSizeIterator<Item = Field<'s>> + Clone {
        self.data()
            .references
            .iter()
            .map(move |&field| self.schema.field(field))
    }

    /// What happens when the row referred to is deleted, the default filled in.
    pub fn on_delete(self) -> ReferentialAction {
        self.data().on_delete
    }

    /// What happens when the key referred to changes, the default filled in.
    pub fn on_update(self) -> ReferentialAction {
        self.data().on_update
    }

    /// The foreign key's name: `map:`, or derived and cut to the limit.
    pub fn constraint_name(self) -> &'s str {
        &self.data().constraint
    }

    /// When its foreign key is checked, if it can be deferred: `deferrable: InitiallyDeferred` (PostgreSQL, SQLite).
    pub fn deferrable(self) -> Option<Deferrable> {
        self.data().deferrable
    }

    /// Whether it says `foreignKey: false`: this one relation is not the database's business.
    pub fn is_without_foreign_key(self) -> bool {
        self.data().without_foreign_key
    }

    /// Whether the database enforces it by a foreign key.
    pub fn is_enforced(self) -> bool {
        self.data().enforced
    }

    /// The table of an implicit many-to-many relation.
    pub fn join_table(self) -> Option<&'s JoinTable> {
        self.data().join_table.as_deref()
    }

    /// Whether both sides are the same model.
    pub fn is_self_relation(self) -> bool {
        self.data().from == self.data().to
    }

    /// The place of the forward field.
    pub fn span(self) -> Span {
        self.data().span
    }
}
