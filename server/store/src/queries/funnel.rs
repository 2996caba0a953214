//! The stage funnel by cohort: how many of those who came in together reached each stage, and how fast.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tandem_models::domain::period::Day;

use super::{Asker, text};
use crate::engine::some;
use crate::error::Result;
use crate::lake::AsOf;
use crate::schema::MAIN;

/// Stages of the funnel, in order.
pub const FUNNEL_STAGES: [&str; 6] = ["inquiry", "mql", "sal", "sql", "opportunity", "won"];
const COLUMNS: [&str; 6] = ["inquiry_us", "mql_us", "sal_us", "sql_us", "opportunity_us", "won_us"];
const DAY_US: f64 = 86_400_000_000.0;

/// How long a cohort lasts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cohort {
    /// Everyone together.
    All,
    /// Monday weeks.
    Week,
    /// Calendar months.
    #[default]
    Month,
    /// Calendar quarters.
    Quarter,
}

/// Who is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FunnelUnit {
    /// Leads, as the KPIs `inquiry`, `mql` and `sql` count them: each inquiry of a contact begins one (of a deal or account
    /// where stage events name no contact).
    #[default]
    Lead,
    /// Accounts, each once.
    Account,
}

/// What cohorts are divided by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FunnelBy {
    /// Nothing.
    #[default]
    Nothing,
    /// Channel of the account's first touch.
    Channel,
    /// Region of the account.
    Region,
}

/// Which funnel is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FunnelRequest {
    /// Dataset.
    pub dataset: String,
    /// Cohorts, by the day of the first stage entered.
    pub cohort: Cohort,
    /// Who is counted.
    pub unit: FunnelUnit,
    /// What cohorts are divided by.
    pub by: FunnelBy,
    /// First day of coming in.
    pub from: Option<Day>,
    /// Last day of coming in.
    pub to: Option<Day>,
    /// Which batches are seen.
    pub as_of: AsOf,
}

impl Default for FunnelRequest {
    fn default() -> Self {
        FunnelRequest {
            dataset: MAIN.into(),
            cohort: Cohort::default(),
            unit: FunnelUnit::default(),
            by: FunnelBy::default(),
            from: None,
            to: None,
            as_of: AsOf::Latest,
        }
    }
}

/// One stage of one cohort.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FunnelStage {
    /// Stage.
    pub stage: &'static str,
    /// How many reached it, or a later one: who skips a stage has passed it, and who was lost had come in.
    pub reached: u64,
    /// How many have an event of this very stage.
    pub recorded: u64,
    /// Share of those who reached the stage before; `None` for the first stage and where nobody did.
    pub rate: Option<f64>,
    /// Median days from the last recorded earlier stage to this one; `None` where nobody has both.
    pub median_days: Option<f64>,
}

/// One cohort.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FunnelCohort {
    /// Its first day; the first day of the data for [`Cohort::All`].
    pub start: Day,
    /// Channel or region; `None` where not divided or not known.
    pub group: Option<String>,
    /// How many came in.
    pub entered: u64,
    /// How many of them have a lost deal and none won.
    pub lost: u64,
    /// Stages in order.
    pub stages: Vec<FunnelStage>,
}

#[derive(Default)]
struct Sums {
    first: Option<Day>,
    entered: u64,
    lost: u64,
    reached: [u64; 6],
    recorded: [u64; 6],
    days: [Vec<f32>; 6],
}

/// Cohorts in order of start and group. Recent cohorts have had less time: the caller says so.
pub(crate) fn funnel(ask: &Asker<'_>, request: &FunnelRequest) -> Result<Vec<FunnelCohort>> {
    let params = ask
        .params()
        .text("dataset", request.dataset.as_str())
        .int("by_account", request.unit == FunnelUnit::Account)
        .int("with_channel", request.by == FunnelBy::Channel);
    let mut cohorts: BTreeMap<(Day, Option<String>), Sums> = BTreeMap::new();
    ask.each(&text::FUNNEL, &params, |c, i| {
        let mut at = [None; 6];
        for (slot, column) in at.iter_mut().zip(COLUMNS) {
            *slot = some(c.big(column)?, i);
        }
        let lost = some(c.big("lost_us")?, i);
        let Some(first) = at.iter().flatten().chain(lost.iter()).min() else { return Ok(()) };
        let day = Day((first.div_euclid(86_400_000_000)) as i32);
        if request.from.is_some_and(|d| day < d) || request.to.is_some_and(|d| day > d) {
            return Ok(());
        }
        let group = match request.by {
            FunnelBy::Nothing => None,
            FunnelBy::Channel => some(c.text("channel")?, i),
            FunnelBy::Region => some(c.text("region")?, i),
        };
        let sums = cohorts.entry((start(request.cohort, day), group.map(str::to_owned))).or_default();
        sums.first = Some(sums.first.map_or(day, |d| d.min(day)));
        sums.add(&at, lost.is_some());
        Ok(())
    })?;
    Ok(cohorts.into_iter().map(|((start, group), sums)| sums.finish(start, group, request.cohort)).collect())
}

fn start(cohort: Cohort, day: Day) -> Day {
    let (year, month, _) = day.to_civil();
    match cohort {
        Cohort::All => Day(0),
        Cohort::Week => Day::of_week(day.week()),
        Cohort::Month => Day::from_civil(year, month, 1),
        Cohort::Quarter => Day::from_civil(year, (month - 1) / 3 * 3 + 1, 1),
    }
}

impl Sums {
    fn add(&mut self, at: &[Option<i64>; 6], lost: bool) {
        self.entered += 1;
        self.lost += u64::from(lost && at[5].is_none());
        // Whoever was lost had come in first, recorded or not.
        let furthest = at.iter().rposition(Option::is_some).or(lost.then_some(0));
        let mut earlier: Option<i64> = None;
        for k in 0..6 {
            self.reached[k] += u64::from(furthest.is_some_and(|f| k <= f));
            let Some(now) = at[k] else { continue };
            self.recorded[k] += 1;
            // A stage recorded before its predecessor tells nothing about speed.
            if let Some(days) = earlier.map(|e| (now - e) as f64 / DAY_US).filter(|d| *d >= 0.0) {
                self.days[k].push(days as f32);
            }
            earlier = Some(now);
        }
    }

    fn finish(mut self, start: Day, group: Option<String>, cohort: Cohort) -> FunnelCohort {
        let stages = (0..6).map(|k| {
            let before = if k == 0 { 0 } else { self.reached[k - 1] };
            FunnelStage {
                stage: FUNNEL_STAGES[k],
                reached: self.reached[k],
                recorded: self.recorded[k],
                rate: (before > 0).then(|| self.reached[k] as f64 / before as f64),
                median_days: median(&mut self.days[k]),
            }
        });
        let stages = stages.collect();
        let start = if cohort == Cohort::All { self.first.unwrap_or(start) } else { start };
        FunnelCohort { start, group, entered: self.entered, lost: self.lost, stages }
    }
}

/// The middle value, or the mean of the middle two.
fn median(values: &mut [f32]) -> Option<f64> {
    let n = values.len();
    if n == 0 {
        return None;
    }
    let (below, middle, _) = values.select_nth_unstable_by(n / 2, f32::total_cmp);
    let upper = f64::from(*middle);
    if n % 2 == 1 {
        return Some(upper);
    }
    let lower = below.iter().copied().max_by(f32::total_cmp).map_or(upper, f64::from);
    Some((lower + upper) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_and_even_counts() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&mut []), None);
    }
}
