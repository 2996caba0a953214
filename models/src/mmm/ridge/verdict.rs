//! What may be said of each channel of a ridge fit: preliminary, from its intervals, collinearity and sensitivity.

use crate::mmm::answers::{Answers, ChannelAnswer};
use crate::mmm::collinearity::inflation;
use crate::mmm::verdict::Decision;

use super::RidgeFit;
use super::health::TANGLED;

/// The verdict on one channel, with its reason.
///
/// Preliminary: it reads the width of the interval, the collinearity and the sensitivity of one fit. It cannot see
/// confounding that the data does not show; the verdict from refits on simulated worlds ([`crate::mmm::verdict`]) does more.
#[derive(Debug, Clone, PartialEq)]
pub struct RidgeVerdict {
    /// Channel.
    pub channel: String,
    /// What may be said.
    pub decision: Decision,
    /// Half the 90% interval of the contribution over its mean, or what another saturation would change it by if more.
    pub relative_width: f64,
    /// Variance inflation against the other channels and the baseline; 1 is independent, above 5 is tangled.
    pub inflation: f64,
    /// Why, and what would decide it.
    pub because: String,
}

/// Verdict on each channel of a ridge fit, in model order. `answered` is over all periods.
#[must_use]
pub fn verdicts(fit: &RidgeFit, answered: &Answers) -> Vec<RidgeVerdict> {
    let inflation = inflation(&fit.posterior);
    let moved = |c: usize| {
        let other = fit.alternative.as_ref().and_then(|a| a.contribution.get(c));
        other.map_or(0.0, |o| relative(*o, answered.channels[c].contribution.mean))
    };
    answered
        .channels
        .iter()
        .enumerate()
        .map(|(c, a)| verdict(a, inflation[c], moved(c), fit.posterior.design.dims().2))
        .collect()
}

/// Change against `own`, as a share of it.
pub(super) fn relative(other: f64, own: f64) -> f64 {
    (other - own).abs() / own.abs().max(1e-12)
}

fn verdict(a: &ChannelAnswer, inflation: f64, moved: f64, periods: usize) -> RidgeVerdict {
    let i = a.contribution;
    // The interval holds the curve's form for given; what another form would say counts as uncertainty too.
    let width = (0.5 * (i.p95 - i.p05) / i.mean.abs().max(1e-12)).max(moved);
    let (uncertain, other) = (100.0 * width, 100.0 * moved);
    let (decision, because) = if inflation > 2.0 * TANGLED {
        let text = "It moves together with other channels or the season; vary its spend on its own, or test it.";
        (Decision::NotDecidable, text.to_owned())
    } else if width > 1.0 || i.p05 <= 0.0 {
        (Decision::NotDecidable, format!("Its effect cannot be told from none; {}.", needed(width, periods)))
    } else if moved > 0.5 {
        let text =
            format!("Another saturation curve changes it by {other:.0}%; spend outside the usual range would tell.");
        (Decision::Leaning, text)
    } else if width > 0.5 {
        let text = format!("It works, its size is uncertain by {uncertain:.0}%; {}.", needed(width, periods));
        (Decision::Leaning, text)
    } else if inflation > TANGLED {
        let text = "It moves partly together with other channels; vary its spend on its own to be sure.";
        (Decision::Leaning, text.to_owned())
    } else {
        (Decision::Decidable, format!("Its size is known to within {uncertain:.0}% either way."))
    };
    RidgeVerdict { channel: a.channel.clone(), decision, relative_width: width, inflation, because }
}

/// Periods until the interval is half as wide as the mean, if it narrows with the root of time.
fn needed(width: f64, periods: usize) -> String {
    let more = periods as f64 * ((width / 0.5).powi(2) - 1.0);
    if more <= 104.0 {
        format!("about {:.0} more periods like these, or an experiment, would settle it", more.max(1.0))
    } else {
        "more of the same data would take years, an experiment would settle it".to_owned()
    }
}
