//! How fresh the data is, and where it has gaps.

use serde::Serialize;
use tandem_models::domain::period::Day;

use super::{Asker, text};
use crate::engine::some;
use crate::error::Result;

/// One table of one dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Freshness {
    /// Table.
    pub table: String,
    /// Dataset.
    pub dataset: String,
    /// Rows that are not superseded.
    pub rows: u64,
    /// First day.
    pub first: Option<Day>,
    /// Last day.
    pub last: Option<Day>,
    /// Weeks between the first and the last that have no row.
    pub gap_weeks: u64,
    /// Number of the batch that last added rows.
    pub last_batch: u32,
}

/// All dated tables that hold rows.
pub(crate) fn freshness(ask: &Asker<'_>) -> Result<Vec<Freshness>> {
    let mut all = Vec::new();
    ask.each(&text::FRESHNESS, &ask.params(), |c, i| {
        let count = |name: &str| c.big(name).map(|a| a.value(i).unsigned_abs());
        all.push(Freshness {
            table: c.text("table_name")?.value(i).to_owned(),
            dataset: c.text("dataset")?.value(i).to_owned(),
            rows: count("row_total")?,
            first: some(c.int("first_day")?, i).map(Day),
            last: some(c.int("last_day")?, i).map(Day),
            gap_weeks: count("span_weeks")?.saturating_sub(count("weeks")?),
            last_batch: u32::try_from(count("last_batch")?).unwrap_or(u32::MAX),
        });
        Ok(())
    })?;
    Ok(all)
}
