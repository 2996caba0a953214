//! The rule: faults found in a channel's number, the worst of which sets the verdict.

use super::{Assumption, ChannelVerdict, Decision, Trial, WorldKind, words};
use crate::mmm::diagnostics::{Check, Diagnostics, Status};
use crate::mmm::interval::Interval;

/// Half-width of a decidable channel, as a share of its median.
pub const NARROW: f64 = 0.7;
/// Beyond it not even a direction is told.
pub const WIDE: f64 = 1.2;
/// Prior weight of a decidable channel.
pub const PRIOR: f64 = 0.5;
/// Error in a simulated world, and change under another assumption, that counts as wrong.
pub const WRONG: f64 = 0.5;
/// Log density by which another assumption must predict better before its other number counts against the fit's own, and
/// by which it says that the fit's own assumption is wrong.
pub const BETTER: f64 = 2.0;
pub const FAR_BETTER: f64 = 8.0;
/// Change that counts where another assumption predicts better.
const MOVED: f64 = 0.1;
/// Free effect below which the data seem to want harm, in standard errors from 0. No channel of the truth laboratory's
/// clean worlds came near.
pub const HARM: f64 = -0.7;
/// Placebo beyond which spend is suspected to follow demand, in standard errors.
pub const PLACEBO: f64 = 3.0;

/// Weighs what was found; every fault is said.
///
/// `harmful`: channels that the data want below nothing while their prior forbids it.
pub(super) fn decide(
    v: &mut ChannelVerdict,
    diagnostics: &Diagnostics,
    own: &Interval,
    refits: bool,
    harmful: &[String],
) {
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
    // what the data rule out says nothing against what they prefer
    for a in v.alternatives.iter().filter(|a| a.elpd.value > -FAR_BETTER) {
        let apart = a.contribution.p05 > own.p95 || a.contribution.p95 < own.p05;
        if a.change.abs() > 2.0 * WRONG && apart {
            fault(Decision::NotDecidable, words::moved(a));
        } else if a.change.abs() > WRONG || apart && a.change.abs() > 0.5 * WRONG {
            fault(Decision::Leaning, words::moved(a));
        }
        let wrong = a.assumption != Assumption::OtherNoise && a.elpd.value > FAR_BETTER;
        if wrong || a.elpd.value > BETTER && a.change.abs() > MOVED {
            fault(Decision::Leaning, words::better(a));
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
    if harmful.contains(&v.channel) {
        fault(Decision::NotDecidable, words::harm());
    } else if !harmful.is_empty() {
        fault(Decision::Leaning, words::harm_elsewhere(harmful));
    }
    if v.regressed.placebo.z(0.0).abs() > PLACEBO {
        fault(Decision::Leaning, words::placebo(v.regressed.placebo.z(0.0)));
    }
    if !refits {
        fault(Decision::Leaning, words::no_refits());
    }
    let good = words::good(v, tried.len());
    faults.sort_by_key(|f| std::cmp::Reverse(f.0));
    v.decision = faults.first().map_or(Decision::Decidable, |f| f.0);
    v.reasons = faults.into_iter().map(|f| f.1).collect();
    if v.reasons.is_empty() {
        v.reasons.push(good);
    }
}
