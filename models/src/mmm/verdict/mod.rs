//! Which channel's number the data can carry: refits under other assumptions, and on worlds simulated over the same spend.
//!
//! R-hat and R2 see none of the common silent failures. So the same model is asked twice more: would another defensible
//! baseline, carry-over or saturation give another answer on these data, and would it have found the truth had the truth
//! been like its own answer, or like it but of another shape, or disturbed by demand that nobody recorded?
//!
//! Not shown to users yet: no fit calls this, and it has no test that was run. The marks on charts come from the interval.

mod robustness;
mod words;
mod worlds;

use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use robustness::{Robustness, robustness};
pub use worlds::{World, WorldKind};

use super::design::Design;
use super::diagnostics::{Check, Diagnostics, Status};
use super::interval::Interval;
use super::posterior::Posterior;
use super::sample::{Cancel, SampleError, Sampled, Settled, fit_settled};
use super::spec::{AdstockSpec, Likelihood, SaturationSpec, Spec};
use super::validation::{Placebo, placebo};
use crate::mmm::adstock::Adstock;
use crate::mmm::saturation::Saturation;

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

/// An estimate under another assumption, beside the fit's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// What was assumed instead.
    pub assumption: Assumption,
    /// Total contribution of the channel, KPI units.
    pub contribution: Interval,
    /// Change against the fit's own mean, as a share of it.
    pub change: f64,
}

/// Another defensible assumption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assumption {
    /// A baseline that may bend every quarter and has two more season terms.
    FlexibleBaseline,
    /// tanh for Hill and Michaelis-Menten, Hill for the others.
    OtherSaturation,
    /// Delayed carry-over where it was geometric, geometric where it was not.
    OtherCarryOver,
    /// Student-t noise, or normal where that was the fit's own.
    OtherNoise,
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
    /// Half the 90% interval as a share of the median.
    pub half_width: f64,
    /// The part of the answer that is prior.
    pub prior_weight: f64,
    /// Estimates under other assumptions.
    pub alternatives: Vec<Alternative>,
    /// Simulated worlds.
    pub trials: Vec<Trial>,
    /// How strong an unrecorded confounder would have to be.
    pub robustness: Robustness,
    /// Future spend in the baseline, in standard deviations; absent where it was not tried.
    pub placebo: Option<f64>,
}

/// Verdicts on all channels of a fit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdicts {
    /// One a channel, in model order.
    pub channels: Vec<ChannelVerdict>,
}

/// Limits of the verdict; see [`decide`].
pub(crate) mod limits {
    /// Half-width of a decidable channel, as a share of its median.
    pub const NARROW: f64 = 0.6;
    /// Beyond it not even a direction is told.
    pub const WIDE: f64 = 1.2;
    /// Prior weight of a decidable channel.
    pub const PRIOR: f64 = 0.5;
    /// Error in a simulated world, and change under another assumption, that counts as wrong.
    pub const WRONG: f64 = 0.5;
    /// Placebo beyond which spend is suspected to follow demand.
    pub const PLACEBO: f64 = 3.0;
}

/// Judges every channel. Takes about a dozen short refits, run side by side; `settled.threads` is not used.
///
/// # Errors
/// [`SampleError::Cancelled`]; refits that fail for other reasons are left out.
pub fn verdicts(
    sampled: &Sampled,
    diagnostics: &Diagnostics,
    settled: Settled,
    seed: u64,
    cancel: &Cancel,
) -> Result<Verdicts, SampleError> {
    let design = &sampled.posterior.design;
    let short = Settled { threads: 1, ..settled };
    let own = contributions(&sampled.posterior);
    let assumed =
        [Assumption::FlexibleBaseline, Assumption::OtherSaturation, Assumption::OtherCarryOver, Assumption::OtherNoise];
    let worlds = worlds::worlds(sampled, seed);
    enum Refit {
        Assumed(Assumption, Vec<Interval>),
        World(World, Vec<Interval>),
        Placebo(Vec<Placebo>),
    }
    let jobs = assumed.len() + worlds.len() + 1;
    let refits: Result<Vec<Option<Refit>>, SampleError> = (0..jobs)
        .into_par_iter()
        .map(|i| {
            let run = |design: Arc<Design>| {
                fit_settled(design, short, seed.wrapping_add(i as u64), &|_| {}, cancel)
                    .map(|s| contributions(&s.posterior))
            };
            let refit = if let Some(&a) = assumed.get(i) {
                altered(design, |spec| a.apply(spec, design.dims().2))
                    .map_or(Ok(None), |d| run(d).map(|c| Some(Refit::Assumed(a, c))))
            } else if let Some(w) = worlds.get(i - assumed.len()) {
                run(w.design(design)).map(|c| Some(Refit::World(w.clone(), c)))
            } else {
                placebo(design, short, seed, cancel).map(|p| Some(Refit::Placebo(p)))
            };
            match refit {
                Err(SampleError::Cancelled) => Err(SampleError::Cancelled),
                other => Ok(other.ok().flatten()),
            }
        })
        .collect();
    let refits: Vec<Refit> = refits?.into_iter().flatten().collect();

    let channels = (0..own.len())
        .map(|c| {
            let mut verdict = ChannelVerdict {
                channel: design.channels()[c].name.clone(),
                decision: Decision::NotDecidable,
                reasons: Vec::new(),
                would_decide: None,
                half_width: (own[c].p95 - own[c].p05) / (2.0 * own[c].p50.abs()).max(1e-300),
                prior_weight: diagnostics.prior_shifts.get(c).map_or(0.0, |s| s.prior_weight),
                alternatives: Vec::new(),
                trials: Vec::new(),
                robustness: robustness(&sampled.posterior, c),
                placebo: None,
            };
            for refit in &refits {
                match refit {
                    Refit::Assumed(assumption, told) => verdict.alternatives.push(Alternative {
                        assumption: *assumption,
                        contribution: told[c],
                        change: (told[c].mean - own[c].mean) / own[c].mean.abs().max(1e-300),
                    }),
                    Refit::World(world, told) => verdict.trials.push(world.trial(c, &told[c])),
                    Refit::Placebo(told) => verdict.placebo = told.get(c).map(|p| p.z),
                }
            }
            decide(&mut verdict, diagnostics, &own[c]);
            let periods = design.dims().2;
            verdict.would_decide = words::would_decide(&verdict, &own[c], periods, &design.panel);
            verdict
        })
        .collect();
    Ok(Verdicts { channels })
}

/// Total contribution of every channel, KPI units.
fn contributions(posterior: &Posterior) -> Vec<Interval> {
    let draws = posterior.thin(500);
    let totals: Vec<Vec<f64>> =
        draws.par_iter().map(|&d| posterior.expand(d).media.outer_iter().map(|plane| plane.sum()).collect()).collect();
    (0..posterior.design.channels().len()).map(|c| Interval::from_draws(totals.iter().map(|t| t[c]))).collect()
}

/// The design under a changed spec, or `None` where the change does not fit the panel.
fn altered(design: &Design, change: impl Fn(&mut Spec)) -> Option<Arc<Design>> {
    let mut spec = design.spec.spec().clone();
    change(&mut spec);
    let checked = spec.validate(&design.panel).ok()?;
    Some(Arc::new(Design::new(&design.panel, &checked, Some(&design.scales))))
}

impl Assumption {
    fn apply(self, spec: &mut Spec, periods: usize) {
        match self {
            Assumption::FlexibleBaseline => {
                spec.baseline.knots = spec.baseline.knots.max(periods / 13).min(periods.saturating_sub(2));
                spec.baseline.fourier = (spec.baseline.fourier + 2).min(6);
            }
            Assumption::OtherSaturation => {
                let other = |s: SaturationSpec| SaturationSpec { kind: other_saturation(s.kind), ..s };
                spec.saturation.kind = other_saturation(spec.saturation.kind);
                spec.channels.iter_mut().for_each(|c| c.saturation = c.saturation.map(other));
            }
            Assumption::OtherCarryOver => {
                let other = |a: AdstockSpec| AdstockSpec { kind: other_adstock(a.kind), ..a };
                spec.adstock.kind = other_adstock(spec.adstock.kind);
                spec.channels.iter_mut().for_each(|c| c.adstock = c.adstock.map(other));
            }
            Assumption::OtherNoise => {
                spec.likelihood = match spec.likelihood {
                    Likelihood::Normal => Likelihood::StudentT,
                    Likelihood::StudentT | Likelihood::NegativeBinomial => Likelihood::Normal,
                };
            }
        }
    }
}

fn other_saturation(kind: Saturation) -> Saturation {
    match kind {
        Saturation::Hill | Saturation::MichaelisMenten => Saturation::Tanh,
        Saturation::Logistic | Saturation::Tanh | Saturation::None => Saturation::Hill,
    }
}

fn other_adstock(kind: Adstock) -> Adstock {
    match kind {
        Adstock::Geometric => Adstock::Delayed,
        Adstock::Delayed | Adstock::WeibullPdf | Adstock::WeibullCdf => Adstock::Geometric,
    }
}

/// Weighs what was found. Each fault is said; the worst of them sets the decision.
fn decide(v: &mut ChannelVerdict, diagnostics: &Diagnostics, own: &Interval) {
    use limits::{NARROW, PLACEBO, PRIOR, WIDE, WRONG};
    let mut faults: Vec<(Decision, String)> = Vec::new();
    let mut fault = |d: Decision, why: String| faults.push((d, why));
    if diagnostics.health.status == Status::Fail {
        fault(Decision::NotDecidable, words::unhealthy(diagnostics));
    }
    for f in &diagnostics.health.findings {
        let concerns = f.channels.contains(&v.channel);
        if f.status == Status::Review
            && (matches!(f.check, Check::Residuals) || concerns && f.check == Check::Collinearity)
        {
            fault(Decision::Leaning, f.message.clone());
        }
    }
    if v.half_width > WIDE {
        fault(Decision::NotDecidable, words::wide(own));
    } else if v.half_width > NARROW {
        fault(Decision::Leaning, words::wide(own));
    }
    if v.prior_weight > 0.8 {
        fault(Decision::NotDecidable, words::prior(v.prior_weight));
    } else if v.prior_weight > PRIOR {
        fault(Decision::Leaning, words::prior(v.prior_weight));
    }
    for a in &v.alternatives {
        let apart = a.contribution.p05 > own.p95 || a.contribution.p95 < own.p05;
        if a.change.abs() > 2.0 * WRONG && apart {
            fault(Decision::NotDecidable, words::moved(a));
        } else if a.change.abs() > WRONG || apart && a.change.abs() > 0.5 * WRONG {
            fault(Decision::Leaning, words::moved(a));
        }
    }
    // demand that nobody recorded is not for the data to reveal: it is told by the robustness value, not held against them
    let tried: Vec<&Trial> = v.trials.iter().filter(|t| t.kind != WorldKind::Confounded).collect();
    let wrong = tried.iter().filter(|t| t.error > WRONG).count();
    let missed = tried.iter().filter(|t| !t.covered).count();
    if wrong * 2 > tried.len() {
        fault(Decision::NotDecidable, words::worlds(wrong, tried.len()));
    } else if wrong * 4 > tried.len() || missed * 2 > tried.len() {
        fault(Decision::Leaning, words::worlds(wrong.max(missed), tried.len()));
    }
    if let Some(z) = v.placebo.filter(|z| z.abs() > PLACEBO) {
        fault(Decision::Leaning, words::placebo(z));
    }
    faults.sort_by_key(|f| std::cmp::Reverse(f.0));
    v.decision = faults.first().map_or(Decision::Decidable, |f| f.0);
    v.reasons = faults.into_iter().map(|f| f.1).collect();
    if v.reasons.is_empty() {
        v.reasons.push(words::good(v, tried_count(&v.trials)));
    }
}

fn tried_count(trials: &[Trial]) -> usize {
    trials.iter().filter(|t| t.kind != WorldKind::Confounded).count()
}
