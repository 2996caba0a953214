//! What changed between two periods: baseline, channels and the unexplained rest add up to the change that happened.

use serde::Serialize;
use tandem_models::domain::period::Day;
use utoipa::ToSchema;

use super::error::{AnalysisError, Result};
use super::meta::{Meta, Period, Tabular};
use super::request::day;
use super::summary::Summary;
use crate::export::{Kind, Table};

/// Periods compared where nobody names windows: a quarter of weeks.
const QUARTER: usize = 13;

/// Two windows; both or none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Windows {
    later: Option<(Day, Day)>,
    earlier: Option<(Day, Day)>,
}

impl Windows {
    /// From four days.
    ///
    /// # Errors
    /// Names the day that is none, is missing or is out of order.
    pub fn parse(
        from: Option<String>,
        to: Option<String>,
        before_from: Option<String>,
        before_to: Option<String>,
    ) -> Result<Self> {
        let pair = |a: (&str, Option<String>), b: (&str, Option<String>)| match (day(a.0, a.1.as_deref())?, day(b.0, b.1.as_deref())?) {
            (Some(x), Some(y)) if x <= y => Ok(Some((x, y))),
            (Some(x), Some(y)) => Err(AnalysisError::rejected(b.0, format!("{y} lies before `{}`, {x}", a.0))),
            (None, None) => Ok(None),
            (None, _) => Err(AnalysisError::rejected(a.0, "is needed beside its end")),
            (_, None) => Err(AnalysisError::rejected(b.0, "is needed beside its beginning")),
        };
        let later = pair(("from", from), ("to", to))?;
        let earlier = pair(("before_from", before_from), ("before_to", before_to))?;
        if later.is_some() != earlier.is_some() {
            return Err(AnalysisError::rejected(
                if later.is_some() { "before_from" } else { "from" },
                "name both windows, or neither",
            ));
        }
        Ok(Self { later, earlier })
    }
}

/// The change and its causes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Variance {
    /// The earlier window.
    pub before: Window,
    /// The later window.
    pub after: Window,
    /// Change of the outcome that happened.
    pub change: f64,
    /// Causes, largest first; they add up to `change`.
    pub data: Vec<Cause>,
    /// What the figures share.
    pub meta: Meta,
}

/// One window.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Window {
    /// Days covered.
    pub period: Period,
    /// Periods inside.
    pub periods: usize,
    /// Outcome that happened.
    pub actual: f64,
}

/// One cause.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Cause {
    /// Channel, `baseline` or `unexplained`.
    pub name: String,
    /// Outcome it added in the earlier window.
    pub before: f64,
    /// Outcome it added in the later window.
    pub after: f64,
    /// The difference, in KPI units.
    pub change: f64,
    /// Change of spend, for channels.
    pub spend_change: Option<f64>,
}

/// Compares two windows of a run.
///
/// # Errors
/// `Rejected` where a window holds no period of the run.
pub fn between(run: &Summary, windows: &Windows, now: &str) -> Result<Variance> {
    let n = run.periods.len();
    let (earlier, later) = match (windows.earlier, windows.later) {
        (Some(a), Some(b)) => (inside(run, a, "before_from")?, inside(run, b, "from")?),
        _ => {
            let each = QUARTER.min(n / 2);
            if each == 0 {
                return Err(AnalysisError::NoData("the run has fewer than two periods".into()));
            }
            ((n - 2 * each)..(n - each), (n - each)..n)
        }
    };
    let cause = |name: &str, value: &dyn Fn(usize) -> f64, spend: Option<&[f64]>| {
        let sum = |range: &std::ops::Range<usize>| range.clone().map(value).sum::<f64>();
        let (before, after) = (sum(&earlier), sum(&later));
        let spend_change =
            spend.map(|s| s[later.clone()].iter().sum::<f64>() - s[earlier.clone()].iter().sum::<f64>());
        Cause { name: name.to_owned(), before, after, change: after - before, spend_change }
    };
    let mut data: Vec<Cause> = run
        .channels
        .iter()
        .map(|c| cause(&c.channel, &|t| c.series[t].mean, Some(&c.spend_series)))
        .chain([
            cause("baseline", &|t| run.baseline_series[t].mean, None),
            cause("unexplained", &|t| run.fitted[t].actual - run.fitted[t].fitted.mean, None),
        ])
        .collect();
    data.sort_by(|a, b| b.change.abs().total_cmp(&a.change.abs()));
    let window = |range: &std::ops::Range<usize>| Window {
        period: days(run, range),
        periods: range.len(),
        actual: range.clone().map(|t| run.fitted[t].actual).sum(),
    };
    let (before, after) = (window(&earlier), window(&later));
    let meta = Meta { period: Some(after.period.clone()), ..run.meta(now) };
    Ok(Variance { change: after.actual - before.actual, before, after, data, meta })
}

fn inside(run: &Summary, (from, to): (Day, Day), field: &str) -> Result<std::ops::Range<usize>> {
    let (from, to) = (from.to_string(), to.to_string());
    // ISO days sort as text.
    let start = run.periods.iter().position(|p| *p >= from);
    let end = run.periods.iter().rposition(|p| *p <= to);
    match (start, end) {
        (Some(start), Some(end)) if start <= end => Ok(start..end + 1),
        _ => Err(AnalysisError::rejected(
            field,
            format!("no period of the run begins between {from} and {to}; it covers {} to {}", run.period.from, run.period.to),
        )),
    }
}

fn days(run: &Summary, range: &std::ops::Range<usize>) -> Period {
    let last: Option<Day> = run.periods[range.end - 1].parse().ok();
    let to = last.map_or_else(String::new, |d| Day(d.0 + run.period_days as i32 - 1).to_string());
    Period { from: run.periods[range.start].clone(), to }
}

impl Tabular for Variance {
    fn table(&self) -> Table {
        let number = Kind::Number(2);
        let columns = [
            ("cause", Kind::Text),
            ("before", number),
            ("after", number),
            ("change", number),
            ("spend_change", number),
        ];
        let mut table = Table::new("variance", &columns);
        for c in &self.data {
            table.push(vec![
                c.name.as_str().into(),
                c.before.into(),
                c.after.into(),
                c.change.into(),
                c.spend_change.into(),
            ]);
        }
        let window = |name: &str, w: &Window| (name.to_owned(), format!("{}..{}", w.period.from, w.period.to));
        table.facts.push(window("window_before", &self.before));
        self.meta.put_on(&mut table);
        table
    }
}
