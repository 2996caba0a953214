//! Whether a fit may be shown: PASS, REVIEW or FAIL with reasons in words, and what may be said of each channel.

use serde::Serialize;

use crate::mmm::answers::{Answers, ChannelAnswer};
use crate::mmm::collinearity::inflation;
use crate::mmm::contributions::Contributions;
use crate::mmm::posterior::Posterior;
use crate::mmm::ridge::RidgeFit;

/// How a check came out; a fit is as healthy as its worst check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// Nothing found.
    Pass,
    /// An analyst should look before a manager does.
    Review,
    /// The numbers must not be used.
    Fail,
}

/// One check and what it found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// Stable id: `holdout`, `fit`, `baseline`, `collinearity`, `saturation`, `unused_keys`, `divergences`, ...
    pub check: String,
    /// How it came out.
    pub status: Status,
    /// A sentence for a reader who is no statistician.
    pub text: String,
}

impl Reason {
    /// A reason.
    #[must_use]
    pub fn new(check: &str, status: Status, text: String) -> Self {
        Self { check: check.to_owned(), status, text }
    }
}

/// Health of a fit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Health {
    /// The worst of the reasons.
    pub status: Status,
    /// Every check, worst first.
    pub reasons: Vec<Reason>,
}

impl Health {
    /// Of the reasons given.
    #[must_use]
    pub fn of(mut reasons: Vec<Reason>) -> Self {
        reasons.sort_by_key(|r| std::cmp::Reverse(r.status));
        Self { status: reasons.first().map_or(Status::Pass, |r| r.status), reasons }
    }
}

/// What may be said of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Its number may be acted on.
    Decidable,
    /// Its direction may be told, not its size.
    Leaning,
    /// The data cannot tell it.
    NotDecidable,
}

/// The verdict on one channel, with its reason.
///
/// Preliminary: it reads the width of the interval, the collinearity and the sensitivity of one fit. It cannot see
/// confounding that the data does not show; the verdict from refits on simulated worlds replaces it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChannelVerdict {
    /// Channel.
    pub channel: String,
    /// What may be said.
    pub verdict: Verdict,
    /// Half the 90% interval of the contribution over its mean, or what another saturation would change it by if more.
    pub relative_width: f64,
    /// Variance inflation against the other channels and the baseline; 1 is independent, above 5 is tangled.
    pub inflation: f64,
    /// Why, and what would decide it.
    pub because: String,
    /// Always true here: see the type.
    pub preliminary: bool,
}

/// Above this inflation a channel's effect is told from the others' by a fifth of its variation only.
const TANGLED: f64 = 5.0;

/// Health of a ridge fit. `told` and `answered` are of the same fit over all periods.
#[must_use]
pub fn ridge_health(fit: &RidgeFit, told: &Contributions, answered: &Answers) -> Health {
    let mut reasons = vec![holdout(fit, told), fit_quality(told), baseline(told), media_share(answered)];
    let inflation = inflation(&fit.posterior);
    let tangled: Vec<String> = names(&fit.posterior, |c| inflation[c] > TANGLED);
    reasons.push(match tangled.len() {
        0 => Reason::new("collinearity", Status::Pass, "Every channel moves in ways that the others do not.".into()),
        _ => Reason::new(
            "collinearity",
            Status::Review,
            format!("{} move with other channels or the baseline; their split is uncertain.", tangled.join(", ")),
        ),
    });
    reasons.extend(saturation(fit, answered));
    reasons.extend(unused_keys(&fit.posterior));
    Health::of(reasons)
}

/// Verdict on each channel of a ridge fit, in model order. `answered` is over all periods.
#[must_use]
pub fn ridge_verdicts(fit: &RidgeFit, answered: &Answers) -> Vec<ChannelVerdict> {
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

fn relative(other: f64, own: f64) -> f64 {
    (other - own).abs() / own.abs().max(1e-12)
}

fn verdict(a: &ChannelAnswer, inflation: f64, moved: f64, periods: usize) -> ChannelVerdict {
    let i = a.contribution;
    // The interval holds the curve's form for given; what another form would say counts as uncertainty too.
    let width = (0.5 * (i.p95 - i.p05) / i.mean.abs().max(1e-12)).max(moved);
    let (uncertain, other) = (100.0 * width, 100.0 * moved);
    let (verdict, because) = if inflation > 2.0 * TANGLED {
        let text = "It moves together with other channels or the season; vary its spend on its own, or test it.";
        (Verdict::NotDecidable, text.to_owned())
    } else if width > 1.0 || i.p05 <= 0.0 {
        (Verdict::NotDecidable, format!("Its effect cannot be told from none; {}.", needed(width, periods)))
    } else if moved > 0.5 {
        let text =
            format!("Another saturation curve changes it by {other:.0}%; spend outside the usual range would tell.");
        (Verdict::Leaning, text)
    } else if width > 0.5 {
        let text = format!("It works, its size is uncertain by {uncertain:.0}%; {}.", needed(width, periods));
        (Verdict::Leaning, text)
    } else if inflation > TANGLED {
        let text = "It moves partly together with other channels; vary its spend on its own to be sure.";
        (Verdict::Leaning, text.to_owned())
    } else {
        (Verdict::Decidable, format!("Its size is known to within {uncertain:.0}% either way."))
    };
    ChannelVerdict { channel: a.channel.clone(), verdict, relative_width: width, inflation, because, preliminary: true }
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

fn names(posterior: &Posterior, which: impl Fn(usize) -> bool) -> Vec<String> {
    let channels = posterior.design.channels().iter().enumerate();
    channels.filter(|(c, _)| which(*c)).map(|(_, c)| c.name.clone()).collect()
}

fn holdout(fit: &RidgeFit, told: &Contributions) -> Reason {
    let Some((held, error)) = fit.holdout.as_ref().and_then(|h| h.mape().map(|m| (h, m))) else {
        let text = "No periods were held out, so nothing shows how it predicts.".to_owned();
        return Reason::new("holdout", Status::Review, text);
    };
    let inside = told.mape.unwrap_or(error);
    let status = if error > 0.5 {
        Status::Fail
    } else if error > 0.25 || (error > 0.1 && error > 2.5 * inside) {
        Status::Review
    } else {
        Status::Pass
    };
    let n = held.actual.len();
    let text =
        format!("The last {n} periods, which it had not seen, were predicted with an error of {:.1}%.", 100.0 * error);
    Reason::new("holdout", status, text)
}

fn fit_quality(told: &Contributions) -> Reason {
    let status = match told.r2 {
        r if r < 0.2 => Status::Fail,
        r if r < 0.5 => Status::Review,
        _ => Status::Pass,
    };
    let text = format!("It explains {:.0}% of the movement of the outcome.", 100.0 * told.r2.max(0.0));
    Reason::new("fit", status, text)
}

fn baseline(told: &Contributions) -> Reason {
    let share = told.negative_baseline;
    let status = match share {
        s if s > 0.2 => Status::Fail,
        s if s > 0.02 => Status::Review,
        _ => Status::Pass,
    };
    let text = match status {
        Status::Pass => "The baseline stays above zero.".to_owned(),
        _ => format!(
            "The baseline is below zero in {:.0}% of periods and draws: media is credited with too much.",
            100.0 * share
        ),
    };
    Reason::new("baseline", status, text)
}

fn media_share(answered: &Answers) -> Reason {
    let share = 1.0 - answered.baseline_share.mean;
    let status = if share > 0.7 { Status::Review } else { Status::Pass };
    Reason::new("media_share", status, format!("Media is credited with {:.0}% of the outcome.", 100.0 * share))
}

fn saturation(fit: &RidgeFit, answered: &Answers) -> Option<Reason> {
    let other = fit.alternative.as_ref()?;
    let moved: Vec<String> = names(&fit.posterior, |c| {
        let own = answered.channels[c].contribution;
        own.p05 > 0.0 && relative(other.contribution[c], own.mean) > 0.25
    });
    Some(if moved.is_empty() {
        let text = "Another saturation curve gives the same contributions to within a quarter.".to_owned();
        Reason::new("saturation", Status::Pass, text)
    } else {
        let text = format!("With another saturation curve {} would change by more than a quarter.", moved.join(", "));
        Reason::new("saturation", Status::Review, text)
    })
}

/// Keys that a user set and least squares cannot honour: said, not passed over.
fn unused_keys(posterior: &Posterior) -> Option<Reason> {
    let spec = posterior.design.spec.spec();
    let mut keys = Vec::new();
    if !spec.experiments.is_empty() {
        keys.push("experiment");
    }
    if spec.channels.iter().any(|c| c.prior.is_some()) {
        keys.push("channel.prior");
    }
    if spec.likelihood != crate::mmm::spec::Likelihood::Normal {
        keys.push("likelihood");
    }
    (!keys.is_empty()).then(|| {
        let text = format!("Ridge does not use {}; fit with the Bayesian estimator for that.", keys.join(", "));
        Reason::new("unused_keys", Status::Review, text)
    })
}
