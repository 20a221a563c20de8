//! Which object a number means.
//!
//! The server's catalogues refer to each other by numbers that differ from database to database. Each describer enters what
//! it has read; comments, grants and dependencies are read last and look there. What is not found belongs to the server, to an
//! extension, or to a history, and is nobody's business.

use std::collections::HashMap;

use relata_sql::catalog::{Address, Kind, ObjectName, SYSTEM_COLUMNS};

/// The objects that were read, by the catalogue they stand in and their number.
#[derive(Default)]
pub(super) struct Objects {
    by_number: HashMap<(Class, i64), Address>,
    columns: HashMap<(i64, i64), Box<str>>,
}

/// A catalogue of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Class {
    Namespace,
    Extension,
    Relation,
    Type,
    Function,
    Constraint,
    Default,
    Trigger,
    Rule,
    Policy,
    Collation,
    Statistics,
    EventTrigger,
    Opclass,
    Operator,
    SearchConfiguration,
    SearchDictionary,
    SearchParser,
    SearchTemplate,
    Language,
    AccessMethod,
    Cast,
    OperatorFamily,
    /// An operator of a class or family.
    FamilyOperator,
    /// A function of a class or family.
    FamilyFunction,
    Conversion,
    Transform,
    ForeignDataWrapper,
    Server,
    UserMapping,
    Publication,
    PublishedTable,
    PublishedNamespace,
}

impl Class {
    /// Finds the class of a catalogue's name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "pg_namespace" => Self::Namespace,
            "pg_extension" => Self::Extension,
            "pg_class" => Self::Relation,
            "pg_type" => Self::Type,
            "pg_proc" => Self::Function,
            "pg_constraint" => Self::Constraint,
            "pg_attrdef" => Self::Default,
            "pg_trigger" => Self::Trigger,
            "pg_rewrite" => Self::Rule,
            "pg_policy" => Self::Policy,
            "pg_collation" => Self::Collation,
            "pg_statistic_ext" => Self::Statistics,
            "pg_event_trigger" => Self::EventTrigger,
            "pg_opclass" => Self::Opclass,
            "pg_operator" => Self::Operator,
            "pg_ts_config" => Self::SearchConfiguration,
            "pg_ts_dict" => Self::SearchDictionary,
            "pg_ts_parser" => Self::SearchParser,
            "pg_ts_template" => Self::SearchTemplate,
            "pg_language" => Self::Language,
            "pg_am" => Self::AccessMethod,
            "pg_cast" => Self::Cast,
            "pg_opfamily" => Self::OperatorFamily,
            "pg_amop" => Self::FamilyOperator,
            "pg_amproc" => Self::FamilyFunction,
            "pg_conversion" => Self::Conversion,
            "pg_transform" => Self::Transform,
            "pg_foreign_data_wrapper" => Self::ForeignDataWrapper,
            "pg_foreign_server" => Self::Server,
            "pg_user_mapping" => Self::UserMapping,
            "pg_publication" => Self::Publication,
            "pg_publication_rel" => Self::PublishedTable,
            "pg_publication_namespace" => Self::PublishedNamespace,
            _ => return None,
        })
    }
}

impl Objects {
    pub(super) fn enter(&mut self, class: Class, number: i64, address: Address) {
        self.by_number.insert((class, number), address);
    }

    pub(super) fn enter_column(&mut self, relation: i64, place: i64, name: &str) {
        self.columns.insert((relation, place), name.into());
    }

    /// The object of a number.
    pub(super) fn get(&self, class: Class, number: i64) -> Option<&Address> {
        self.by_number.get(&(class, number))
    }

    /// The name of a table, view or sequence.
    pub(super) fn relation(&self, number: i64) -> Option<&ObjectName> {
        self.get(Class::Relation, number).map(|found| &found.name)
    }

    /// The name of a column.
    pub(super) fn column(&self, relation: i64, place: i64) -> Option<&str> {
        self.columns.get(&(relation, place)).map(|name| &**name)
    }

    /// The names of columns, in order; what is no column is left out.
    pub(super) fn column_names(&self, relation: i64, places: &[i64]) -> Vec<Box<str>> {
        places
            .iter()
            .filter_map(|place| self.column(relation, *place))
            .map(Into::into)
            .collect()
    }

    /// What something is said of: as [`at`](Self::at), but the columns of a foreign table speak for themselves, and rights are given on
    /// the columns, too, that every table has.
    pub(super) fn spoken_of(&self, class: Class, number: i64, place: i64) -> Option<Address> {
        if let (Class::Relation, Some(column)) = (class, system_column(place)) {
            let whole = self.get(class, number)?;
            return Some(Address::part(Kind::Column, &whole.name, column));
        }
        self.at(class, number, place)
            .filter(|found| place == 0 || found.kind != Kind::ForeignTable)
    }

    /// The object of a number, or the column of it where a place is given.
    pub(super) fn at(&self, class: Class, number: i64, place: i64) -> Option<Address> {
        let whole = self.get(class, number)?;
        // What reads a sequence reads columns of it that are nobody's, and what an extension brought counts as the extension.
        let has_columns = !matches!(
            whole.kind,
            Kind::ForeignTable | Kind::Sequence | Kind::Extension
        );
        if place == 0 || class != Class::Relation || !has_columns {
            return Some(whole.clone());
        }
        let column = self.column(number, place)?;
        Some(Address::part(Kind::Column, &whole.name, column))
    }
}

/// The name of a column that every table has (manual, "System Columns", since version 12).
fn system_column(place: i64) -> Option<&'static str> {
    let at = usize::try_from(-1 - place).ok()?;
    SYSTEM_COLUMNS.get(at).copied()
}
