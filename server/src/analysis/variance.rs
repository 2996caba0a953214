//! What changed between two periods: baseline, channels and the unexplained rest add up to the change that happened.

use serde::Serialize;
use tandem_models::domain::period::Day;
use tandem_models::mmm::change::{self, Step, StepKind};
use tandem_models::mmm::incremental::Window;
use utoipa::ToSchema;

use super::error::{AnalysisError, Result};
use super::meta::{Estimate, Meta, Period, Tabular};
use super::request::day;
use super::summary::Summary;
use crate::app::App;
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
        let pair = |a: (&str, Option<String>), b: (&str, Option<String>)| match (
            day(a.0, a.1.as_deref())?,
            day(b.0, b.1.as_deref())?,
        ) {
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
    pub before: WindowTotal,
    /// The later window.
    pub after: WindowTotal,
    /// Change of the outcome that happened.
    pub change: f64,
    /// Causes, largest first; their means add up to `change`.
    pub data: Vec<Cause>,
    /// What the figures share.
    pub meta: Meta,
}

/// One window.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WindowTotal {
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
    /// Channel, part of the baseline, or `unexplained`.
    pub name: String,
    /// `channel`, `baseline` or `unexplained`.
    pub kind: &'static str,
    /// Change that it makes, in KPI units.
    pub change: Estimate,
    /// Change of spend, for channels.
    pub spend_change: Option<f64>,
}

/// Compares two windows of a run.
///
/// # Errors
/// `Rejected` where a window holds no period of the run.
pub fn between(app: &App, run: &str, windows: &Windows) -> Result<Variance> {
    let summary = app.summary(run)?;
    let n = summary.periods.len();
    let (earlier, later) = match (windows.earlier, windows.later) {
        (Some(a), Some(b)) => (inside(&summary, a, "before_from")?, inside(&summary, b, "from")?),
        _ => {
            let each = QUARTER.min(n / 2);
            if each == 0 {
                return Err(AnalysisError::NoData("the run has fewer than two periods".into()));
            }
            (Window { from: n - 2 * each, to: n - each }, Window { from: n - each, to: n })
        }
    };
    let posterior = app.posterior(run)?;
    let told = change::change(&posterior, earlier, later);
    let mut data: Vec<Cause> = told.steps.iter().map(|s| cause(&summary, s, earlier, later)).collect();
    data.sort_by(|a, b| b.change.mean.abs().total_cmp(&a.change.mean.abs()));
    let window = |w: Window, actual: f64| WindowTotal { period: days(&summary, w), periods: w.len(), actual };
    let (before, after) = (window(earlier, told.from), window(later, told.to));
    let meta = Meta { period: Some(after.period.clone()), ..summary.meta(&app.store.data_version()) };
    Ok(Variance { change: after.actual - before.actual, before, after, data, meta })
}

fn cause(summary: &Summary, step: &Step, earlier: Window, later: Window) -> Cause {
    let kind = match step.kind {
        StepKind::Channel => "channel",
        StepKind::Baseline => "baseline",
        StepKind::Unexplained => "unexplained",
    };
    let channel = if step.kind == StepKind::Channel { summary.channel(&step.name) } else { None };
    let sum = |series: &[f64], w: Window| series[w.from..w.to].iter().sum::<f64>();
    Cause {
        name: step.name.clone(),
        kind,
        change: step.change.into(),
        spend_change: channel.map(|c| sum(&c.spend_series, later) - sum(&c.spend_series, earlier)),
    }
}

fn inside(run: &Summary, (from, to): (Day, Day), field: &str) -> Result<Window> {
    let (from, to) = (from.to_string(), to.to_string());
    // ISO days sort as text.
    let start = run.periods.iter().position(|p| *p >= from);
    let end = run.periods.iter().rposition(|p| *p <= to);
    match (start, end) {
        (Some(start), Some(end)) if start <= end => Ok(Window { from: start, to: end + 1 }),
        _ => Err(AnalysisError::rejected(
            field,
            format!(
                "no period of the run begins between {from} and {to}; it covers {} to {}",
                run.period.from, run.period.to
            ),
        )),
    }
}

fn days(run: &Summary, window: Window) -> Period {
    let last: Option<Day> = run.periods[window.to - 1].parse().ok();
    let to = last.map_or_else(String::new, |d| Day(d.0 + run.period_days as i32 - 1).to_string());
    Period { from: run.periods[window.from].clone(), to }
}

impl Tabular for Variance {
    fn table(&self) -> Table {
        let n = Kind::Number(2);
        let columns = [
            ("cause", Kind::Text),
            ("kind", Kind::Text),
            ("change", n),
            ("change_p05", n),
            ("change_p95", n),
            ("spend_change", n),
        ];
        let mut table = Table::new("variance", &columns);
        for c in &self.data {
            table.push(vec![
                c.name.as_str().into(),
                c.kind.into(),
                c.change.mean.into(),
                c.change.p05.into(),
                c.change.p95.into(),
                c.spend_change.into(),
            ]);
        }
        let window = |name: &str, w: &WindowTotal| (name.to_owned(), format!("{}..{}", w.period.from, w.period.to));
        table.facts.push(window("window_before", &self.before));
        self.meta.put_on(&mut table);
        table
    }
}
