//! The objects that are made as a whole, whatever their kind.

use super::{
    Address, Catalog, Collation, Composite, Definition, Domain, Event, EventTrigger, Function,
    FunctionKind, Kind, Policy, Range, Rule, Sequence, Statistics, Trigger, View, VirtualTable,
};

/// An object of a catalog that is made as a whole. Namespaces, extensions, enums and tables, which change part by part, are not
/// among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each is the object of its name")]
pub enum Item<'c> {
    Collation(&'c Collation),
    Composite(&'c Composite),
    Range(&'c Range),
    Domain(&'c Domain),
    Sequence(&'c Sequence),
    Function(&'c Function),
    Definition(&'c Definition),
    View(&'c View),
    VirtualTable(&'c VirtualTable),
    Rule(&'c Rule),
    Trigger(&'c Trigger),
    Event(&'c Event),
    Policy(&'c Policy),
    Statistics(&'c Statistics),
    EventTrigger(&'c EventTrigger),
}

impl Item<'_> {
    /// Returns what it is known by.
    pub fn address(&self) -> Address {
        match self {
            Self::Collation(it) => Address::of(Kind::Collation, &it.name),
            Self::Composite(it) => Address::of(Kind::Type, &it.name),
            Self::Range(it) => Address::of(Kind::Type, &it.name),
            Self::Domain(it) => Address::of(Kind::Domain, &it.name),
            Self::Sequence(it) => Address::of(Kind::Sequence, &it.name),
            Self::Function(it) => {
                let kind = match it.kind {
                    FunctionKind::Function => Kind::Function,
                    FunctionKind::Procedure => Kind::Procedure,
                    FunctionKind::Aggregate => Kind::Aggregate,
                };
                Address::part(kind, &it.name, &it.arguments)
            }
            Self::Definition(it) => it.address.clone(),
            Self::View(it) if it.materialized.is_some() => {
                Address::of(Kind::MaterializedView, &it.name)
            }
            Self::View(it) => Address::of(Kind::View, &it.name),
            Self::VirtualTable(it) => Address::of(Kind::VirtualTable, &it.name),
            Self::Rule(it) => Address::part(Kind::Rule, &it.table, &it.name),
            Self::Trigger(it) => Address::part(Kind::Trigger, &it.table, &it.name),
            Self::Event(it) => Address::of(Kind::Event, &it.name),
            Self::Policy(it) => Address::part(Kind::Policy, &it.table, &it.name),
            Self::Statistics(it) => Address::of(Kind::Statistics, &it.name),
            Self::EventTrigger(it) => Address::global(Kind::EventTrigger, &it.name),
        }
    }
}

impl Catalog {
    /// Returns the objects that are made as a whole, kind by kind.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        let types = self.collations.iter().map(Item::Collation);
        types
            .chain(self.composites.iter().map(Item::Composite))
            .chain(self.ranges.iter().map(Item::Range))
            .chain(self.domains.iter().map(Item::Domain))
            .chain(self.sequences.iter().map(Item::Sequence))
            .chain(self.functions.iter().map(Item::Function))
            .chain(self.definitions.iter().map(Item::Definition))
            .chain(self.views.iter().map(Item::View))
            .chain(self.virtual_tables.iter().map(Item::VirtualTable))
            .chain(self.rules.iter().map(Item::Rule))
            .chain(self.triggers.iter().map(Item::Trigger))
            .chain(self.events.iter().map(Item::Event))
            .chain(self.policies.iter().map(Item::Policy))
            .chain(self.statistics.iter().map(Item::Statistics))
            .chain(self.event_triggers.iter().map(Item::EventTrigger))
    }
}
