//! Answers by channel: contribution, ROAS, ROI, mROI and cost per unit over a window, each with its interval.

use rayon::prelude::*;
use serde::Serialize;

use super::contributions::OverTime;
use super::incremental::{Caused, Flight, Scratch, Window};
use super::interval::Interval;
use super::posterior::Posterior;
use crate::domain::panel::{ChannelKind, KpiKind};

/// What ROI counts as return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Incremental gross margin: the panel's margin is known.
    GrossMargin,
    /// Incremental revenue: no margin is known, and the answer says so.
    Revenue,
}

/// Answers of one channel, or of all paid channels together, over one window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChannelAnswer {
    /// Name as users know it.
    pub channel: String,
    /// Paid or organic.
    pub kind: ChannelKind,
    /// Spend over the window, in the panel's currency.
    pub spend: f64,
    /// Outcome booked in the window because of the channel, KPI units; with the other channels and the baseline it adds up
    /// to the fitted outcome.
    pub contribution: Interval,
    /// `contribution` as a share of the fitted outcome of the window.
    pub share: Interval,
    /// The part of `contribution` that media before the window caused, mean, KPI units.
    pub carried_in: f64,
    /// What the window's media causes after its end, mean, KPI units. Not part of `contribution`; part of ROAS and ROI.
    pub carried_out: f64,
    /// Outcome caused by the window's media wherever it falls: `contribution - carried_in + carried_out`, KPI units.
    pub incremental: Interval,
    /// Revenue caused by the window's media per unit of spend. Paid channels of a KPI with a money value.
    pub roas: Option<Interval>,
    /// (Return caused - spend) / spend, on the [`Basis`] of the answer; 0 is break-even.
    pub roi: Option<Interval>,
    /// The same for the next unit of spend, spread as the spend was.
    pub mroi: Option<Interval>,
    /// Spend per KPI unit caused, for counts; the quantiles of spend over caused.
    pub cost_per_unit: Option<Interval>,
    /// Probability that ROI is above break-even.
    pub probability_profitable: Option<f64>,
}

/// Answers of a window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answers {
    /// The window answered for.
    pub window: Window,
    /// What ROI counts as return.
    pub basis: Basis,
    /// One a channel, in model order.
    pub channels: Vec<ChannelAnswer>,
    /// All paid channels together; `None` where none is paid.
    pub total: Option<ChannelAnswer>,
    /// Share of the fitted outcome that no channel caused.
    pub baseline_share: Interval,
}

/// Sums of one draw for one channel.
#[derive(Clone, Copy, Default)]
struct Sums {
    contribution: f64,
    caused: Caused,
}

/// Most draws that answers are told from; more are thinned evenly.
pub const MOST_DRAWS: usize = 2000;

/// Answers over `window`, a part of the panel that is not empty.
#[must_use]
pub fn answers(posterior: &Posterior, window: Window) -> Answers {
    answers_of(posterior, &OverTime::of(posterior), window).0
}

/// The same from draws that were told already; beside it, by channel, the draws of ROI where one is defined.
#[must_use]
pub fn answers_of(posterior: &Posterior, told: &OverTime, window: Window) -> (Answers, Vec<Vec<f64>>) {
    let design = &posterior.design;
    let channels = design.channels().len();
    let flights: Vec<Flight<'_>> = (0..channels).map(|c| Flight::ran(posterior, c, window)).collect();
    let sums: Vec<(Vec<Sums>, f64)> = told
        .draws
        .par_iter()
        .zip(&told.rows)
        .map_init(Scratch::default, |scratch, (&d, rows)| {
            let inside = |row: usize| rows.slice(ndarray::s![row, window.from..window.to]).sum();
            let sums = |c: usize| Sums { contribution: inside(c), caused: flights[c].caused_once(scratch, d) };
            ((0..channels).map(sums).collect(), inside(channels))
        })
        .collect();
    let fitted: Vec<f64> = sums.iter().map(|(s, b)| b + s.iter().map(|s| s.contribution).sum::<f64>()).collect();
    let basis = if design.panel.margin.is_some() { Basis::GrossMargin } else { Basis::Revenue };
    let tell =
        |name: &str, kind: ChannelKind, spend: f64, own: &[Sums]| answer(posterior, name, kind, spend, own, &fitted);
    let spend = |c: usize| design.spend(c).slice(ndarray::s![.., window.from..window.to]).sum();
    let each = (0..channels)
        .map(|c| {
            let own: Vec<Sums> = sums.iter().map(|(s, _)| s[c]).collect();
            let channel = &design.channels()[c];
            tell(&channel.name, channel.kind, spend(c), &own)
        })
        .collect();
    let paid: Vec<usize> = (0..channels).filter(|&c| design.paid(c)).collect();
    let total = (!paid.is_empty()).then(|| {
        let own: Vec<Sums> = sums.iter().map(|(s, _)| paid.iter().map(|&c| s[c]).fold(Sums::default(), add)).collect();
        tell("all paid channels", ChannelKind::Paid, paid.iter().map(|&c| spend(c)).sum(), &own)
    });
    let baseline_share = Interval::from_draws(sums.iter().zip(&fitted).map(|((_, b), f)| b / f));
    let margin = design.panel.margin.unwrap_or(1.0);
    let roi = |c: usize| -> Vec<f64> {
        let spend = spend(c);
        if !(design.paid(c) && design.has_money() && spend > 0.0) {
            return Vec::new();
        }
        sums.iter().map(|(s, _)| roi(&s[c], margin, spend)).collect()
    };
    let draws = (0..channels).map(roi).collect();
    (Answers { window, basis, channels: each, total, baseline_share }, draws)
}

/// (Return caused - spend) / spend of one draw.
fn roi(s: &Sums, margin: f64, spend: f64) -> f64 {
    margin * s.caused.money / spend - 1.0
}

/// Sums of two channels. Slopes are by a common multiple of both, so they add up too.
fn add(a: Sums, b: Sums) -> Sums {
    let (x, y) = (a.caused, b.caused);
    Sums {
        contribution: a.contribution + b.contribution,
        caused: Caused {
            kpi: x.kpi + y.kpi,
            inside: x.inside + y.inside,
            money: x.money + y.money,
            kpi_slope: x.kpi_slope + y.kpi_slope,
            money_slope: x.money_slope + y.money_slope,
        },
    }
}

fn answer(
    posterior: &Posterior,
    name: &str,
    kind: ChannelKind,
    spend: f64,
    own: &[Sums],
    fitted: &[f64],
) -> ChannelAnswer {
    let panel = &posterior.design.panel;
    let of = |f: &dyn Fn(&Sums) -> f64| Interval::from_draws(own.iter().map(f));
    let mean = |f: &dyn Fn(&Sums) -> f64| own.iter().map(f).sum::<f64>() / own.len() as f64;
    let margin = panel.margin.unwrap_or(1.0);
    let bought = kind == ChannelKind::Paid && spend > 0.0;
    let money = bought && posterior.design.has_money();
    let roi = |s: &Sums| roi(s, margin, spend);
    ChannelAnswer {
        channel: name.to_owned(),
        kind,
        spend,
        contribution: of(&|s| s.contribution),
        share: Interval::from_draws(own.iter().zip(fitted).map(|(s, f)| s.contribution / f)),
        carried_in: mean(&|s| s.contribution - s.caused.inside),
        carried_out: mean(&|s| s.caused.kpi - s.caused.inside),
        incremental: of(&|s| s.caused.kpi),
        roas: money.then(|| of(&|s| s.caused.money / spend)),
        roi: money.then(|| of(&roi)),
        mroi: money.then(|| of(&|s| margin * s.caused.money_slope / spend - 1.0)),
        cost_per_unit: (bought && panel.kpi_kind == KpiKind::Count).then(|| cost_per_unit(spend, own)),
        probability_profitable: money.then(|| own.iter().filter(|s| roi(s) > 0.0).count() as f64 / own.len() as f64),
    }
}

/// Spend over caused units. A draw that caused nothing has no finite cost; quantiles are those of the units, turned over,
/// and stay finite by a floor of one millionth of a unit per unit of spend; the mean is spend over the mean of units.
fn cost_per_unit(spend: f64, own: &[Sums]) -> Interval {
    let units = Interval::from_draws(own.iter().map(|s| s.caused.kpi));
    let cost = |u: f64| spend / u.max(1e-6 * spend);
    Interval {
        mean: cost(units.mean),
        p05: cost(units.p95),
        p25: cost(units.p75),
        p50: cost(units.p50),
        p75: cost(units.p25),
        p95: cost(units.p05),
    }
}
