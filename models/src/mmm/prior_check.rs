//! The prior predictive check: what the spec expects before it has seen an outcome, and whether that is worth starting from.

use std::sync::Arc;

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::design::Design;
use super::diagnostics::{OutcomeNoise, Status};
use super::incremental::{Flight, Scratch, Window};
use super::interval::{Interval, quantile};
use super::sample::{self, SampleError};
use crate::domain::panel::ChannelKind;

/// Draws from the prior that the check is made of.
pub const DRAWS: usize = 500;
/// Outcomes below 0 in more than this share of periods: the baseline's priors are too wide for a thing that is never negative.
const NEGATIVE: f64 = 0.35;
/// Channels together bring more than all of the outcome in more than this share of draws.
const TOO_MUCH: f64 = 0.25;
/// One channel's median share of the outcome above which it is named.
const ONE_CHANNEL: f64 = 0.5;
/// Share of periods inside their 90% prior interval below which the prior rules out what happened.
const COVERED: f64 = 0.8;

/// One channel before the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelPriorCheck {
    /// Name.
    pub channel: String,
    /// What it brings as a share of the outcome that happened.
    pub share: Interval,
    /// Revenue caused per unit of spend, carry-out included; paid channels of an outcome with a money value.
    pub roas: Option<Interval>,
    /// (return - spend) / spend on gross margin where it is known, on revenue otherwise.
    pub roi: Option<Interval>,
}

/// What the prior says of one panel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriorCheck {
    /// Draws behind it.
    pub draws: usize,
    /// Outcome of a period, geos together, noise included, over draws and periods, KPI units.
    pub outcome: Interval,
    /// Lowest, median and highest outcome of a period that was observed.
    pub observed: [f64; 3],
    /// Share of drawn periods with an outcome below 0.
    pub negative: f64,
    /// Share of observed periods inside their 90% prior interval.
    pub covered: f64,
    /// What all channels bring as a share of the outcome that happened.
    pub media_share: Interval,
    /// By channel.
    pub channels: Vec<ChannelPriorCheck>,
    /// PASS or REVIEW; a prior alone never fails a fit.
    pub status: Status,
    /// Why, in words, with what to change.
    pub reasons: Vec<String>,
}

struct Drawn {
    /// By period, geos together.
    outcome: Vec<f64>,
    /// By channel: contribution, and money caused.
    channels: Vec<(f64, f64)>,
}

/// Draws from the prior of `design` and judges them.
///
/// # Errors
/// As [`sample::prior`].
pub fn prior_check(design: &Arc<Design>, seed: u64) -> Result<PriorCheck, SampleError> {
    let prior = sample::prior(design.clone(), DRAWS, seed)?;
    let (channels, _, periods, _) = design.dims();
    let all = Window::all(&prior);
    let flights: Vec<Flight<'_>> = (0..channels).map(|c| Flight::ran(&prior, c, all)).collect();
    let drawn: Vec<Drawn> = (0..prior.len())
        .into_par_iter()
        .map_init(Scratch::default, |scratch, d| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x51_7C_C1_B7);
            rng.set_stream(d as u64);
            let expanded = prior.expand(d);
            let mean = expanded.media.sum_axis(ndarray::Axis(0)) + &expanded.baseline;
            let noise = OutcomeNoise::of(&prior, d);
            let mut outcome = vec![0.0; periods];
            for ((g, t), m) in mean.indexed_iter() {
                outcome[t] += noise.draw(g, *m, &mut rng);
            }
            let channels = (0..channels)
                .map(|c| {
                    (expanded.media.index_axis(ndarray::Axis(0), c).sum(), flights[c].caused_once(scratch, d).money)
                })
                .collect();
            Drawn { outcome, channels }
        })
        .collect();
    Ok(judged(design, &drawn))
}

fn judged(design: &Design, drawn: &[Drawn]) -> PriorCheck {
    let periods = design.dims().2;
    let actual = design.panel.outcome.sum_axis(ndarray::Axis(0)).to_vec();
    let total: f64 = actual.iter().sum();
    let margin = design.panel.margin.unwrap_or(1.0);
    let mut sorted = actual.clone();
    sorted.sort_by(f64::total_cmp);
    let inside = (0..periods).filter(|&t| {
        let i = Interval::from_draws(drawn.iter().map(|d| d.outcome[t]));
        (i.p05..=i.p95).contains(&actual[t])
    });
    let covered = inside.count() as f64 / periods as f64;
    let every = || drawn.iter().flat_map(|d| d.outcome.iter().copied());
    let channels: Vec<ChannelPriorCheck> = design
        .channels()
        .iter()
        .enumerate()
        .map(|(c, channel)| {
            let spend = design.spend(c).sum();
            let money = channel.kind == ChannelKind::Paid && spend > 0.0 && design.has_money();
            let of = |f: &dyn Fn(&(f64, f64)) -> f64| Interval::from_draws(drawn.iter().map(|d| f(&d.channels[c])));
            ChannelPriorCheck {
                channel: channel.name.clone(),
                share: of(&|x| x.0 / total),
                roas: money.then(|| of(&|x| x.1 / spend)),
                roi: money.then(|| of(&|x| margin * x.1 / spend - 1.0)),
            }
        })
        .collect();
    let shares: Vec<f64> = drawn.iter().map(|d| d.channels.iter().map(|c| c.0).sum::<f64>() / total).collect();
    let mut check = PriorCheck {
        draws: drawn.len(),
        outcome: Interval::from_draws(every()),
        observed: [sorted[0], quantile(&sorted, 0.5), sorted[periods - 1]],
        negative: every().filter(|y| *y < 0.0).count() as f64 / (drawn.len() * periods) as f64,
        covered,
        media_share: Interval::from_draws(shares.iter().copied()),
        channels,
        status: Status::Pass,
        reasons: Vec::new(),
    };
    let too_much = shares.iter().filter(|s| **s > 1.0).count() as f64 / drawn.len().max(1) as f64;
    check.reasons = reasons(&check, too_much, sorted[0] >= 0.0);
    if !check.reasons.is_empty() {
        check.status = Status::Review;
    }
    check
}

fn reasons(check: &PriorCheck, too_much: f64, never_negative: bool) -> Vec<String> {
    let percent = |x: f64| format!("{:.0}%", 100.0 * x);
    let mut out = Vec::new();
    if never_negative && check.negative > NEGATIVE {
        out.push(format!(
            "Before the data, {} of periods have an outcome below 0, which never happened: narrow `priors.linear`, or leave out controls and events that are not needed.",
            percent(check.negative)
        ));
    }
    if too_much > TOO_MUCH {
        out.push(format!(
            "Before the data, channels together bring more than the whole outcome in {} of draws: narrow `priors.effect`, or give large channels a `prior` of their own.",
            percent(too_much)
        ));
    }
    for c in check.channels.iter().filter(|c| c.share.p50 > ONE_CHANNEL) {
        out.push(format!(
            "Before the data, {} alone brings {} of the outcome; its prior is on a scale that its spend does not bear.",
            c.channel,
            percent(c.share.p50)
        ));
    }
    if check.covered < COVERED {
        out.push(format!(
            "Only {} of the periods that happened lie inside what the prior holds likely (90%): widen `priors.linear`, `priors.sigma` or the effect priors.",
            percent(check.covered)
        ));
    }
    out
}
