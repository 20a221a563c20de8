//! Sequences that no column brings along (PostgreSQL).

use std::fmt::Write as _;

use super::{Context, Draft};
use crate::catalog::{Address, Kind, Sequence, SequenceOptions};
use crate::dialect::Writer;
use crate::step::{Effects, Object, StepKind};

pub(crate) fn create<'c>(context: &Context<'c>, sequence: &Sequence) -> Vec<Draft<'c>> {
    let writer = &context.writer;
    let name = writer.name(&sequence.name);
    let unlogged = if sequence.is_unlogged {
        "UNLOGGED "
    } else {
        ""
    };
    let options = writer.sequence(sequence).unwrap_or_else(|| {
        let options = &sequence.options;
        format!("AS {}{}", options.ty, Writer::sequence_options(options))
    });
    let statement = format!("CREATE {unlogged}SEQUENCE {name} {options};");
    let address = Address::of(Kind::Sequence, &sequence.name);
    let mut effects = context.making(&address);
    effects.gives.push(Object::Name(
        Writer::table_scope(&sequence.name),
        sequence.name.name.clone(),
    ));
    let mut drafts = vec![Draft::whole(
        StepKind::CreateSequence,
        &sequence.name,
        vec![statement],
        effects,
    )];
    if let Some((table, column)) = &sequence.owned_by {
        let effects = Effects {
            needs: vec![
                Object::Item(address),
                Object::Column(table.clone(), column.clone()),
            ],
            ..Effects::default()
        };
        let statement = format!(
            "ALTER SEQUENCE {name} OWNED BY {}.{};",
            writer.name(table),
            writer.ident(column)
        );
        drafts.push(Draft::whole(
            StepKind::AlterSequence,
            &sequence.name,
            vec![statement],
            effects,
        ));
    }
    drafts
}

/// Makes a sequence another in place. Where it stands is data and stays.
pub(crate) fn redefine<'c>(
    context: &Context<'c>,
    from: Option<&Sequence>,
    to: &Sequence,
) -> Draft<'c> {
    let writer = &context.writer;
    let name = writer.name(&to.name);
    let SequenceOptions { min, max, .. } = &to.options;
    if let Some(options) = writer.sequence(to) {
        let effects = context.making(&Address::of(Kind::Sequence, &to.name));
        let statement = format!("ALTER SEQUENCE {name} {options};");
        return Draft::whole(StepKind::AlterSequence, &to.name, vec![statement], effects);
    }
    let owner = to.owned_by.as_ref().map_or_else(
        || "NONE".to_owned(),
        |(table, column)| format!("{}.{}", writer.name(table), writer.ident(column)),
    );
    let statement = format!(
        "ALTER SEQUENCE {name} {} OWNED BY {owner};",
        Writer::all_sequence_options(&to.options)
    );
    let mut effects = context.making(&Address::of(Kind::Sequence, &to.name));
    if let Some((table, column)) = &to.owned_by {
        effects
            .needs
            .push(Object::Column(table.clone(), column.clone()));
    }
    let mut statements = Vec::new();
    let before = from.map(|from| &from.options);
    if before.is_none_or(|before| before.min < *min || before.max > *max) {
        // Where it stands may be out of bounds, and then goes to the nearest one.
        statements.push(format!(
            "ALTER SEQUENCE {name} AS bigint MINVALUE {} MAXVALUE {};",
            i64::MIN,
            i64::MAX
        ));
        statements.push(format!(
            "SELECT setval({}, least(greatest(last_value, {min}), {max}), is_called) FROM {name};",
            writer.string(&name)
        ));
    }
    statements.push(statement);
    if from.is_some_and(|from| from.is_unlogged != to.is_unlogged) {
        let word = if to.is_unlogged { "UNLOGGED" } else { "LOGGED" };
        statements.insert(0, format!("ALTER SEQUENCE {name} SET {word};"));
    }
    Draft::whole(StepKind::AlterSequence, &to.name, statements, effects)
}

impl Writer<'_> {
    /// All that a sequence has, whatever it had before.
    pub(crate) fn all_sequence_options(options: &SequenceOptions) -> String {
        let SequenceOptions {
            ty,
            start,
            increment,
            min,
            max,
            cache,
            cycle,
            is_virtual: _,
        } = options;
        let cycle = if *cycle { "CYCLE" } else { "NO CYCLE" };
        format!(
            "AS {ty} INCREMENT BY {increment} MINVALUE {min} MAXVALUE {max} START WITH {start} CACHE {cache} {cycle}"
        )
    }

    /// What of a sequence is not as it would be by itself, with a blank before each option.
    pub(crate) fn sequence_options(options: &SequenceOptions) -> String {
        let usual = options.unsaid();
        let mut sql = String::new();
        let mut add = |word: &str, value: i64, usual: i64| {
            if value != usual {
                let _ = write!(sql, " {word} {value}");
            }
        };
        add("INCREMENT BY", options.increment, usual.increment);
        add("MINVALUE", options.min, usual.min);
        add("MAXVALUE", options.max, usual.max);
        add("START WITH", options.start, usual.start);
        add("CACHE", options.cache, usual.cache);
        if options.cycle {
            sql.push_str(" CYCLE");
        }
        sql
    }
}
