//! Which channel's number the data can carry: refits under other assumptions, and on worlds simulated over the same spend.
//!
//! R-hat and R2 see none of the common silent failures. So the same model is asked again: would another defensible
//! baseline, carry-over, saturation or noise give another answer on these data; would it have found the truth had the truth
//! been like its own answer, or like it but of another shape; does spend of the future explain today; and how strong would
//! demand that nobody recorded have to be?

mod assumption;
mod average;
mod decide;
mod findings;
mod probe;
mod regress;
mod report;
mod robustness;
mod tails;
mod told;
mod words;
mod worlds;

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use assumption::{Alternative, Assumption};
pub use probe::Level;
pub use regress::{Coefficient, LEAD, Regressed, regressed};
pub use robustness::{Robustness, robustness};
pub use worlds::{World, WorldKind};

use assumption::Topic;
use decide::Around;
use told::Told;

use super::diagnostics::{Diagnostics, Knots};
use super::interval::Interval;
use super::sample::{Cancel, SampleError, Sampled, Settled, Step, refit};
use super::validation::{RollingOrigin, last_periods};

/// Whether a channel's number can be acted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Narrow, not prior, stable under other assumptions, and found again in simulated worlds.
    Decidable,
    /// A direction, not a size.
    Leaning,
    /// The data do not say.
    NotDecidable,
}

/// How the model did for one channel in one simulated world.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// What the world was like.
    pub kind: WorldKind,
    /// What the channel truly caused there, KPI units.
    pub truth: f64,
    /// The model's mean.
    pub estimate: f64,
    /// |estimate - truth| / truth, the truth not below a twentieth of the mean channel's.
    pub error: f64,
    /// Whether the 90% interval held the truth.
    pub covered: bool,
}

/// The verdict on one channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelVerdict {
    /// Channel.
    pub channel: String,
    /// The verdict.
    pub decision: Decision,
    /// Why, in words, weightiest first.
    pub reasons: Vec<String>,
    /// What would decide it; absent where it is decided.
    pub would_decide: Option<String>,
    /// The fit's own total contribution, KPI units.
    pub contribution: Interval,
    /// The same averaged over all assumptions, each weighed by how well it would have predicted; absent where refits were
    /// skipped.
    #[serde(default)]
    pub over_assumptions: Option<Interval>,
    /// Share of that answer outside the fit's own 90% interval: 0.1 where all assumptions agree.
    #[serde(default)]
    pub outside: f64,
    /// Half the reported 90% interval as a share of the mean.
    pub half_width: f64,
    /// The part of the answer that is prior.
    pub prior_weight: f64,
    /// Estimates under other assumptions; empty where refits were skipped.
    pub alternatives: Vec<Alternative>,
    /// Simulated worlds; empty where refits were skipped.
    pub trials: Vec<Trial>,
    /// How strong an unrecorded confounder would have to be.
    pub robustness: Robustness,
    /// What plain regression on the fit's own shapes says, the placebo among it.
    pub regressed: Regressed,
    /// What the channel brings in its weakest weeks (the lowest twentieth), as a share of what it brings on average: so much
    /// of its total rests on the curve below anything that was ever spent.
    #[serde(default)]
    pub unseen: f64,
}

impl ChannelVerdict {
    /// The contribution as it is reported: the fit's own, its 90% interval stretched to hold that over all assumptions. A
    /// posterior knows how much the noise could hide, but not that its curve or baseline may be another.
    #[must_use]
    pub fn reported(&self) -> Interval {
        let own = self.contribution;
        self.over_assumptions.map_or(own, |over| Interval {
            p05: own.p05.min(over.p05),
            p95: own.p95.max(over.p95),
            ..own
        })
    }
}

/// Verdicts on all channels of a fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdicts {
    /// One a channel, in model order.
    pub channels: Vec<ChannelVerdict>,
    /// Forecasts of the last quarter by a refit that had not seen it; absent without refits and on short panels.
    pub holdout: Option<RollingOrigin>,
    /// The largest step of the outcome's level that the model does not know; absent on panels too short to tell.
    #[serde(default)]
    pub level: Option<Level>,
}

/// The refits behind a verdict: short, as they start from the posterior they are compared with.
const REFIT: Settled = Settled { chains: 1, tune: 80, draws: 240, target_accept: 0.8, max_depth: 8, threads: 1 };

/// With many geos a gradient costs as many times more, and geos average much of a refit's own error away.
const REFIT_GEOS: Settled = Settled { tune: 60, draws: 120, ..REFIT };

enum Refit {
    Assumed(Assumption, Told),
    World(World, Told),
    Holdout(RollingOrigin),
}

/// Periods left out of the holdout refit: a quarter of weeks.
const HOLDOUT: usize = 13;

/// Judges every channel, by a dozen short refits side by side on the threads of the current rayon pool; without `refits`
/// no channel is called decidable. The same seed gives the same verdicts on any number of threads.
///
/// # Errors
/// [`SampleError::Cancelled`]; refits that fail for other reasons are left out.
pub fn verdicts(
    sampled: &Sampled,
    diagnostics: &Diagnostics,
    refits: bool,
    seed: u64,
    progress: &(dyn Fn(f64) + Sync),
    cancel: &Cancel,
) -> Result<Verdicts, SampleError> {
    let design = &sampled.posterior.design;
    let all = Told::of(&sampled.posterior);
    let own = &all.contributions;
    let regressed = regressed(&sampled.posterior);
    let level = probe::level(&sampled.posterior);
    let unseen = probe::unseen(&sampled.posterior);
    let told = if refits { refitted(sampled, seed, progress, cancel)? } else { Vec::new() };
    let holdout = told.iter().find_map(|r| if let Refit::Holdout(told) = r { Some(told.clone()) } else { None });
    let knots = Knots::of(design, holdout.as_ref());
    let diagnostics = &Diagnostics { health: diagnostics.judged(design, holdout.as_ref()), ..diagnostics.clone() };
    let mut assumed: Vec<&Told> = vec![&all];
    assumed.extend(told.iter().filter_map(|r| if let Refit::Assumed(_, told) = r { Some(told) } else { None }));
    let weights = average::weights(&assumed, seed);
    let named = |is: &dyn Fn(usize) -> bool| -> Vec<String> {
        (0..own.len()).filter(|&c| is(c)).map(|c| design.channels()[c].name.clone()).collect()
    };
    let positive = |c: usize| !sampled.problem.channels[c].effect.support().contains(-1.0);
    let around = Around {
        diagnostics,
        knots: &knots,
        refits,
        harmful: named(&|c| positive(c) && decide::wants_harm(&regressed[c], diagnostics.prior_shifts.get(c))),
        ahead: named(&|c| regressed[c].foresight().abs() > decide::PLACEBO),
        tested: named(&|c| sampled.problem.tested(c)),
        bent: named(&|c| regressed[c].curve.z(0.0).abs() > decide::BENT),
        level: level.filter(|l| l.z.abs() > decide::STEP),
    };
    let channels = (0..own.len())
        .map(|c| {
            let mut verdict = ChannelVerdict {
                channel: design.channels()[c].name.clone(),
                decision: Decision::NotDecidable,
                reasons: Vec::new(),
                would_decide: None,
                contribution: own[c],
                over_assumptions: None,
                outside: 0.0,
                half_width: 0.0,
                prior_weight: diagnostics.prior_shifts.get(c).map_or(0.0, |s| s.prior_weight),
                alternatives: Vec::new(),
                trials: Vec::new(),
                robustness: robustness(&sampled.posterior, c),
                regressed: regressed[c],
                unseen: unseen[c],
            };
            let mut weight = weights.iter().skip(1);
            for refit in &told {
                match refit {
                    Refit::Assumed(assumption, told) => verdict.alternatives.push(Alternative {
                        assumption: *assumption,
                        contribution: told.contributions[c],
                        change: (told.contributions[c].mean - own[c].mean) / own[c].mean.abs().max(1e-300),
                        elpd: told.better_than(&all),
                        weight: weight.next().copied().unwrap_or(0.0),
                    }),
                    Refit::World(world, told) => verdict.trials.push(world.trial(c, &told.contributions[c])),
                    Refit::Holdout(_) => {}
                }
            }
            if refits {
                let rests = if sampled.problem.tested(c) { 0.0 } else { unseen[c] };
                let (answer, outside) = average::answer(&assumed, &weights, c, &own[c], rests);
                (verdict.over_assumptions, verdict.outside) = (Some(answer), outside);
            }
            let reported = verdict.reported();
            verdict.half_width = (reported.p95 - reported.p05) / (2.0 * reported.mean.abs()).max(1e-300);
            decide::decide(&mut verdict, &around);
            verdict.would_decide = words::would_decide(&verdict, &reported, design.dims().2, &design.panel);
            verdict
        })
        .collect();
    Ok(Verdicts { channels, holdout, level })
}

/// Every other assumption and every world, in a fixed order.
fn refitted(
    sampled: &Sampled,
    seed: u64,
    progress: &(dyn Fn(f64) + Sync),
    cancel: &Cancel,
) -> Result<Vec<Refit>, SampleError> {
    let design = &sampled.posterior.design;
    let worlds = worlds::worlds(sampled, seed);
    let jobs = Assumption::ALL.len() + worlds.len() + 1;
    let short = if design.dims().1 > 1 { REFIT_GEOS } else { REFIT };
    let (each, done) = (short.tune + short.draws, AtomicUsize::new(0));
    let told = |_: Step| {
        let done = done.fetch_add((each / 100).max(1), Ordering::Relaxed);
        progress((done as f64 / (jobs * each) as f64).min(1.0));
    };
    let run = |i: usize| {
        let run = |design| {
            refit(sampled, design, short, seed.wrapping_add(1 + i as u64), &told, cancel)
                .map(|s| Told::of(&s.posterior))
        };
        let refit = if let Some(&a) = Assumption::ALL.get(i) {
            a.design(design).map(|d| {
                let near = if a == Assumption::OtherNoise { tails::heavier(sampled, &d, seed) } else { None };
                near.map_or_else(|| run(d), |p| Ok(Told::of(&p))).map(|c| Refit::Assumed(a, c))
            })
        } else if let Some(world) = worlds.get(i - Assumption::ALL.len()) {
            Some(run(world.design(design)).map(|c| Refit::World(world.clone(), c)))
        } else {
            (design.dims().2 >= 5 * HOLDOUT)
                .then(|| last_periods(sampled, HOLDOUT, short, seed, &told, cancel).map(Refit::Holdout))
        };
        match refit {
            Some(Err(SampleError::Cancelled)) => Err(SampleError::Cancelled),
            Some(other) => Ok(other.ok()),
            None => Ok(None),
        }
    };
    // the longest first, so that all threads end at about the same time
    let mut order: Vec<usize> = (0..jobs).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(Assumption::ALL.get(i).map_or(0, |a| a.effort())));
    let all: Result<Vec<(usize, Option<Refit>)>, SampleError> =
        order.into_par_iter().with_max_len(1).map(|i| run(i).map(|refit| (i, refit))).collect();
    let mut all = all?;
    all.sort_by_key(|(i, _)| *i);
    Ok(all.into_iter().filter_map(|(_, refit)| refit).collect())
}
