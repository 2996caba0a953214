//! The rule: faults found in a channel's number, the worst of which sets the verdict.

use super::{ChannelVerdict, Decision, Level, Regressed, Topic, Trial, WorldKind, words};
use crate::mmm::diagnostics::{Check, Diagnostics, Knots, PriorShift, Status};

/// Half-width of a decidable channel's reported interval, as a share of its mean.
pub const NARROW: f64 = 0.95;
/// Beyond it not even a direction is told.
pub const WIDE: f64 = 1.4;
/// Error over simulated worlds, on average, of a decidable channel.
const OFF: f64 = 0.35;
/// Prior weight of a decidable channel.
pub const PRIOR: f64 = 0.5;
/// Error in a simulated world, and change under another assumption, that counts as wrong.
pub const WRONG: f64 = 0.5;
/// Log density by which another assumption must predict better before its other number counts against the fit's own.
pub const BETTER: f64 = 2.0;
/// Log density (and more than its standard error) by which it says that the fit's own assumption is wrong, whatever its
/// numbers.
pub const FAR_BETTER: f64 = 3.0;
/// Log density by which an assumption predicts so much worse that the data rule it out.
const RULED_OUT: f64 = 8.0;
/// Change that counts where another assumption predicts better.
const MOVED: f64 = 0.1;
/// Weight in the answer over all assumptions at which another baseline, curve or carry-over is held for likelier.
const LIKELIER: f64 = 0.8;
/// Share of the answer over all assumptions that may lie outside the fit's own 90% interval: thrice what agreement gives.
const OUTSIDE: f64 = 0.3;
/// Free effect below which the data seem to want harm, in standard errors from 0. No channel of the truth laboratory's
/// clean worlds came near.
const HARM: f64 = -0.7;
/// The same under plain curves, which are not bent to a positive effect.
const PLAIN_HARM: f64 = -2.0;
/// Prior standard deviations below its prior, and share of the prior's width left, at which a number is pressed against
/// nothing: the data push it down, hold it from no other side, and under plain curves would have it below 0.
const PRESSED: (f64, f64) = (-1.3, 0.25);
/// Share of a channel's mean that it brings in its weakest weeks too, beyond which its total rests on the assumed curve: no
/// week tells what less would have brought, and curves that fit all weeks alike differ twofold there.
const UNSEEN: f64 = 2.0 / 3.0;
/// Placebo beyond which spend is suspected to follow demand, in standard errors.
pub const PLACEBO: f64 = 3.0;
/// Standard errors by which a channel's curve must bend otherwise before the family of curves is held for wrong.
pub const BENT: f64 = 2.75;
/// Standard errors of a step of the level. It is the largest of some forty places: 3.5 is reached once in a hundred times
/// without any step (Andrews 1993), and residuals that run on add to that.
pub const STEP: f64 = 4.0;

/// Whether the data seem to want an effect below nothing, which a positive prior does not let them have.
pub(super) fn wants_harm(regressed: &Regressed, shift: Option<&PriorShift>) -> bool {
    let pressed = regressed.plain < 0.0 && shift.is_some_and(|s| s.shift < PRESSED.0 && s.prior_weight > PRESSED.1);
    regressed.free.z(0.0) < HARM || regressed.plain < PLAIN_HARM || pressed
}

/// What is the same for all channels.
pub(super) struct Around<'a> {
    pub(super) diagnostics: &'a Diagnostics,
    /// Whether more knots may be advised.
    pub(super) knots: &'a Knots,
    pub(super) refits: bool,
    /// Channels that the data want below nothing while their prior forbids it.
    pub(super) harmful: Vec<String>,
    /// Channels whose coming spend explains today.
    pub(super) ahead: Vec<String>,
    /// Channels that an experiment has measured.
    pub(super) tested: Vec<String>,
    /// Channels whose curve is not of the family assumed.
    pub(super) bent: Vec<String>,
    /// A step of the level that the model does not know.
    pub(super) level: Option<Level>,
}

/// Weighs what was found; every fault is said.
pub(super) fn decide(v: &mut ChannelVerdict, around: &Around<'_>) {
    let Around { diagnostics, refits, harmful, .. } = around;
    let own = v.contribution;
    let mut faults: Vec<(Decision, String)> = Vec::new();
    let mut fault = |d: Decision, why: String| faults.push((d, why));
    if diagnostics.health.status == Status::Fail {
        fault(Decision::NotDecidable, words::unhealthy(diagnostics));
    }
    if let Some(level) = &around.level {
        fault(Decision::NotDecidable, words::level(level, around.knots));
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
        fault(Decision::NotDecidable, words::wide(&v.reported()));
    } else if v.half_width > NARROW {
        fault(Decision::Leaning, words::wide(&v.reported()));
    }
    if v.prior_weight > 0.8 {
        fault(Decision::NotDecidable, words::prior(v.prior_weight));
    } else if v.prior_weight > PRIOR {
        fault(Decision::Leaning, words::prior(v.prior_weight));
    }
    // what the data rule out says nothing against what they prefer
    for a in v.alternatives.iter().filter(|a| a.elpd.value > -RULED_OUT) {
        let apart = a.contribution.p05 > own.p95 || a.contribution.p95 < own.p05;
        if a.change.abs() > 2.0 * WRONG && apart {
            fault(Decision::NotDecidable, words::moved(a));
        } else if a.change.abs() > WRONG || apart && a.change.abs() > 0.5 * WRONG {
            fault(Decision::Leaning, words::moved(a));
        }
        let wrong = a.assumption.topic() != Topic::Noise && a.elpd.value > FAR_BETTER.max(a.elpd.se);
        if wrong || a.elpd.value > BETTER && a.change.abs() > MOVED {
            fault(Decision::Leaning, words::better(a));
        }
    }
    for topic in [Topic::Baseline, Topic::Curve, Topic::CarryOver] {
        let weight: f64 = v.alternatives.iter().filter(|a| a.assumption.topic() == topic).map(|a| a.weight).sum();
        if weight > LIKELIER {
            fault(Decision::Leaning, words::likelier(topic, weight));
        }
    }
    if let Some(answer) = v.over_assumptions.filter(|_| v.outside > OUTSIDE) {
        fault(Decision::Leaning, words::outside(&answer, &own));
    }
    if v.unseen > UNSEEN && !around.tested.contains(&v.channel) {
        fault(Decision::Leaning, words::unseen(v.unseen));
    }
    if !around.bent.is_empty() {
        fault(Decision::Leaning, words::bent(&around.bent));
    }
    // demand that nobody recorded is not for the data to reveal: it is told by the robustness value, not held against them
    let tried: Vec<&Trial> = v.trials.iter().filter(|t| t.kind != WorldKind::Confounded).collect();
    let wrong = tried.iter().filter(|t| t.error > WRONG).count();
    let missed = tried.iter().filter(|t| !t.covered).count();
    let off = tried.iter().map(|t| t.error).sum::<f64>() / tried.len().max(1) as f64;
    if wrong * 2 > tried.len() {
        fault(Decision::NotDecidable, words::worlds(wrong, tried.len()));
    } else if missed * 3 > 2 * tried.len() {
        fault(Decision::Leaning, words::worlds(missed, tried.len()));
    } else if off > OFF {
        fault(Decision::Leaning, words::off(off, tried.len()));
    }
    if harmful.contains(&v.channel) {
        fault(Decision::NotDecidable, words::harm());
    } else if !harmful.is_empty() {
        fault(Decision::Leaning, words::harm_elsewhere(harmful));
    }
    if around.ahead.contains(&v.channel) {
        fault(Decision::Leaning, words::placebo(v.regressed.foresight()));
    } else if !around.ahead.is_empty() {
        fault(Decision::Leaning, words::placebo_elsewhere(&around.ahead));
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
