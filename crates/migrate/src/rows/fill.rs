use std::collections::{BTreeMap, HashMap, HashSet};

use relata::Connection;
use relata_script::Dialect;
use relata_sql::Catalog;
use relata_sql::catalog::{ObjectName, Table};

use super::{Kind, Maker, ROWS, Width};

/// How many circles are broken one by one; after that, every row is made as plain as it has to be.
const CIRCLES: usize = 16;

/// What came of making rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filled {
    /// How many rows there are now that were not before, by table.
    pub(crate) rows: BTreeMap<ObjectName, usize>,
    /// Tables that got none, and why.
    pub(crate) without: BTreeMap<ObjectName, String>,
}

/// Fills tables, and those that they refer to, with made-up rows.
pub(crate) async fn fill(
    db: &dyn Connection,
    catalog: &Catalog,
    tables: &HashSet<&ObjectName>,
    width: Width,
) -> Result<Filled, relata::Error> {
    let mut filled = Filled::default();
    if width == Width::Nothing {
        return Ok(filled);
    }
    let maker = Maker::new(catalog);
    let wanted = with_parents(catalog, tables);
    let kinds: &[Kind; ROWS] = match width {
        Width::Edges => &[Kind::Full, Kind::Sparse, Kind::Edges, Kind::Full],
        Width::Nulls => &[Kind::Full, Kind::Sparse, Kind::Full, Kind::Full],
        Width::Ordinary | Width::Nothing => &[Kind::Full; ROWS],
    };
    // A row waits for those it refers to. Where rows wait for each other, those of one table, with NULLs or plainer, break the circle.
    let mut open: Vec<(&Table, usize)> = wanted
        .iter()
        .flat_map(|table| (0..ROWS).map(move |row| (*table, row)))
        .collect();
    let mut reasons: BTreeMap<&ObjectName, String> = BTreeMap::new();
    let mut broken = 0;
    let mut is_stuck = false;
    while !open.is_empty() {
        let mut waiting = Vec::new();
        let mut breaker: Option<&ObjectName> = None;
        let before = open.len();
        for (table, row) in open {
            let kinds: &[Kind] = match breaker {
                _ if !is_stuck => &[kinds[row]],
                Some(other) if *other != table.name && broken < CIRCLES => &[],
                _ => &[Kind::Full, Kind::Small, Kind::Sparse, Kind::Bare],
            };
            if insert(db, &maker, table, row, kinds, &mut reasons).await? {
                *filled.rows.entry(table.name.clone()).or_default() += 1;
                breaker = Some(&table.name);
            } else {
                waiting.push((table, row));
            }
        }
        open = waiting;
        let came_further = open.len() < before;
        if is_stuck && !came_further {
            break;
        }
        broken += usize::from(is_stuck);
        is_stuck = !came_further;
    }
    for (name, reason) in reasons {
        if !filled.rows.contains_key(name) {
            filled.without.insert(name.clone(), reason);
        }
    }
    advance_sequences(db, catalog, &wanted).await?;
    Ok(filled)
}

/// Inserts one row, of the first kind that the database takes; what is in the way of the last is kept.
async fn insert<'c>(
    db: &dyn Connection,
    maker: &Maker<'c>,
    table: &'c Table,
    row: usize,
    kinds: &[Kind],
    reasons: &mut BTreeMap<&'c ObjectName, String>,
) -> Result<bool, relata::Error> {
    for kind in kinds {
        let sql = match maker.insert(table, row, *kind) {
            Ok(sql) => sql,
            Err(column) => {
                let reason = format!("nothing is known of the type of `{column}`");
                reasons.insert(&table.name, reason);
                continue;
            }
        };
        match db.execute(&sql, Vec::new()).await {
            Ok(_) => return Ok(true),
            Err(error) if error.is_outage() => return Err(error),
            Err(error) => {
                reasons.insert(&table.name, error.to_string());
            }
        }
    }
    Ok(false)
}

/// The tables, and those that they refer to, parents first where that can be.
fn with_parents<'c>(catalog: &'c Catalog, tables: &HashSet<&ObjectName>) -> Vec<&'c Table> {
    let named: HashMap<&ObjectName, &Table> = catalog
        .tables
        .iter()
        .map(|table| (&table.name, table))
        .collect();
    let mut order = Vec::new();
    let mut seen: HashSet<&ObjectName> = HashSet::new();
    // Deep histories refer in long chains: no recursion.
    for table in catalog
        .tables
        .iter()
        .filter(|table| tables.contains(&table.name))
    {
        let mut stack = vec![(table, false)];
        while let Some((table, is_done)) = stack.pop() {
            if is_done {
                order.push(table);
                continue;
            }
            if !seen.insert(&table.name) {
                continue;
            }
            stack.push((table, true));
            for key in &table.foreign_keys {
                if let Some(parent) = named.get(&key.references)
                    && !seen.contains(&parent.name)
                {
                    stack.push((parent, false));
                }
            }
        }
    }
    order
}

/// Lets the numbers that the database gives next begin after ours: a migration may insert rows of its own. The other databases do so
/// by themselves.
async fn advance_sequences(
    db: &dyn Connection,
    catalog: &Catalog,
    tables: &[&Table],
) -> Result<(), relata::Error> {
    if catalog.dialect != Dialect::Postgres {
        return Ok(());
    }
    for table in tables {
        let name = catalog.name_sql(&table.name);
        let numbered = table
            .columns
            .iter()
            .filter(|column| column.is_autoincrement() || column.identity.is_some());
        for column in numbered {
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence({}, {}), greatest(max({}), 1)) FROM {name}",
                catalog.dialect.string(&name),
                catalog.dialect.string(&column.name),
                catalog.dialect.ident(&column.name)
            );
            // A column may count by a sequence of somebody else's; then nothing is known of it, and nothing is lost.
            let _ = db.query(&sql, Vec::new()).await;
        }
    }
    Ok(())
}
