use relata::migration::Migration;
use relata::types::jiff;

/// `YYYYMMDDhhmmss` in UTC, as Prisma stamps; never before the newest migration, since the name is the order.
pub(crate) fn next(now: jiff::Timestamp, migrations: &[Migration]) -> String {
    const FORMAT: &str = "%Y%m%d%H%M%S";
    let now = now.strftime(FORMAT).to_string();
    match migrations
        .iter()
        .filter_map(|migration| migration.name.stamp())
        .max()
    {
        Some(newest) if newest >= now.as_str() => jiff::civil::DateTime::strptime(FORMAT, newest)
            .and_then(|time| time.checked_add(jiff::SignedDuration::from_secs(1)))
            .map_or(now, |time| time.strftime(FORMAT).to_string()),
        _ => now,
    }
}
