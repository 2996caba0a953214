//! What a ridge fit says of itself: every check is told, passed or not; all of their wording in one place.

use crate::health::{Check, Finding, Health, Status};
use crate::mmm::answers::Answers;
use crate::mmm::collinearity::inflation;
use crate::mmm::contributions::Contributions;
use crate::mmm::posterior::Posterior;
use crate::mmm::spec::Likelihood;

use super::RidgeFit;
use super::verdict::relative;

/// Above this inflation a channel's effect is told from the others' by a fifth of its variation only.
pub(super) const TANGLED: f64 = 5.0;

/// Health of a ridge fit. `told` and `answered` are of the same fit over all periods.
#[must_use]
pub fn health(fit: &RidgeFit, told: &Contributions, answered: &Answers) -> Health {
    let mut findings = vec![holdout(fit, told), fit_quality(told), baseline(told), media_share(answered)];
    let inflation = inflation(&fit.posterior);
    let tangled: Vec<String> = names(&fit.posterior, |c| inflation[c] > TANGLED);
    findings.push(match tangled.len() {
        0 => Finding::new(
            Check::Collinearity,
            Status::Pass,
            "Every channel moves in ways that the others do not.".into(),
        ),
        _ => Finding::new(
            Check::Collinearity,
            Status::Review,
            format!("{} move with other channels or the baseline; their split is uncertain.", tangled.join(", ")),
        ),
    });
    findings.extend(saturation(fit, answered));
    findings.extend(unused_keys(&fit.posterior));
    Health::of(findings)
}

fn names(posterior: &Posterior, which: impl Fn(usize) -> bool) -> Vec<String> {
    let channels = posterior.design.channels().iter().enumerate();
    channels.filter(|(c, _)| which(*c)).map(|(_, c)| c.name.clone()).collect()
}

fn holdout(fit: &RidgeFit, told: &Contributions) -> Finding {
    let Some((held, error)) = fit.holdout.as_ref().and_then(|h| h.mape().map(|m| (h, m))) else {
        let text = "No periods were held out, so nothing shows how it predicts.".to_owned();
        return Finding::new(Check::Holdout, Status::Review, text);
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
    Finding::new(Check::Holdout, status, text)
}

fn fit_quality(told: &Contributions) -> Finding {
    let status = match told.r2 {
        r if r < 0.2 => Status::Fail,
        r if r < 0.5 => Status::Review,
        _ => Status::Pass,
    };
    let text = format!("It explains {:.0}% of the movement of the outcome.", 100.0 * told.r2.max(0.0));
    Finding::new(Check::Fit, status, text)
}

fn baseline(told: &Contributions) -> Finding {
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
    Finding::new(Check::Baseline, status, text)
}

fn media_share(answered: &Answers) -> Finding {
    let share = 1.0 - answered.baseline_share.mean;
    let status = if share > 0.7 { Status::Review } else { Status::Pass };
    Finding::new(Check::MediaShare, status, format!("Media is credited with {:.0}% of the outcome.", 100.0 * share))
}

fn saturation(fit: &RidgeFit, answered: &Answers) -> Option<Finding> {
    let other = fit.alternative.as_ref()?;
    let moved: Vec<String> = names(&fit.posterior, |c| {
        let own = answered.channels[c].contribution;
        own.p05 > 0.0 && relative(other.contribution[c], own.mean) > 0.25
    });
    Some(if moved.is_empty() {
        let text = "Another saturation curve gives the same contributions to within a quarter.".to_owned();
        Finding::new(Check::Saturation, Status::Pass, text)
    } else {
        let text = format!("With another saturation curve {} would change by more than a quarter.", moved.join(", "));
        Finding::new(Check::Saturation, Status::Review, text)
    })
}

/// Keys that a user set and least squares cannot honour: said, not passed over.
fn unused_keys(posterior: &Posterior) -> Option<Finding> {
    let spec = posterior.design.spec.spec();
    let mut keys = Vec::new();
    if !spec.experiments.is_empty() {
        keys.push("experiment");
    }
    if spec.channels.iter().any(|c| c.prior.is_some()) {
        keys.push("channel.prior");
    }
    if spec.likelihood != Likelihood::Normal {
        keys.push("likelihood");
    }
    (!keys.is_empty()).then(|| {
        let text = format!("Ridge does not use {}; fit with the Bayesian estimator for that.", keys.join(", "));
        Finding::new(Check::UnusedKeys, Status::Review, text)
    })
}
