//! Weekly totals behind the tiles of the overview.

use serde::Serialize;
use tandem_models::domain::period::Day;

use super::{Asker, Fx, text};
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
pub(crate) fn weekly(ask: &Asker<'_>, dataset: &str, currency: &str) -> Result<Vec<WeeklyTotal>> {
    let fx = Fx::of(ask, dataset, currency)?;
    let mut all: Vec<WeeklyTotal> = Vec::new();
    ask.each(&text::OVERVIEW, &ask.params().text("dataset", dataset), |c, i| {
        let metric = c.text("metric")?.value(i);
        if all.last().is_none_or(|m| m.metric != metric) {
            all.push(WeeklyTotal { metric: metric.to_owned(), weeks: Vec::new() });
        }
        let (Some(week), Some(last)) = (some(c.int("week")?, i).map(Day::of_week), all.last_mut()) else {
            return Ok(());
        };
        let total = fx.minor(c.big("total")?.value(i), some(c.text("currency")?, i), week);
        match last.weeks.last_mut() {
            Some((same, sum)) if *same == week => *sum += total,
            _ => last.weeks.push((week, total)),
        }
        Ok(())
    })?;
    Ok(all)
}
