//! Weekly totals behind the tiles of the overview.

use serde::Serialize;
use tandem_models::domain::period::Day;

use super::{Asker, text};
use crate::engine::some;
use crate::error::Result;

/// One metric by week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WeeklyTotal {
    /// `spend`, `won_revenue`, `pipeline` (minor units); `won_deals`, `lost_deals`, `created_deals`, `touches`, or a stage
    /// (`inquiry`, `mql`, `sal`, `sql`, `opportunity`), counted.
    pub metric: String,
    /// `(Monday, total)`, ascending; weeks with nothing are absent.
    pub weeks: Vec<(Day, i64)>,
}

/// All metrics of a dataset that have any week.
pub(crate) fn weekly(ask: &Asker<'_>, dataset: &str) -> Result<Vec<WeeklyTotal>> {
    let mut all: Vec<WeeklyTotal> = Vec::new();
    ask.each(&text::OVERVIEW, &ask.params().text("dataset", dataset), |c, i| {
        let metric = c.text("metric")?.value(i);
        if all.last().is_none_or(|m| m.metric != metric) {
            all.push(WeeklyTotal { metric: metric.to_owned(), weeks: Vec::new() });
        }
        let point =
            some(c.int("week")?, i).map(|week| Ok::<_, crate::Error>((Day::of_week(week), c.big("total")?.value(i))));
        if let Some(last) = all.last_mut() {
            last.weeks.extend(point.transpose()?);
        }
        Ok(())
    })?;
    Ok(all)
}
