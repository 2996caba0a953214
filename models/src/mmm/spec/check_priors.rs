//! The checks of priors: parameters in range, and no weight where a quantity cannot be.

use super::check_keys::{Check, within};
use super::{ChannelSpec, Spec, SpecProblem};
use crate::mmm::prior::{Prior, Support};
use crate::mmm::staged::Quality;

const UNIT: Option<(f64, f64)> = Some((0.0, 1.0));
const ABOVE: Option<(f64, f64)> = Some((0.0, f64::INFINITY));

/// Those of `[priors]` and `[lead_quality]`.
pub(super) fn common(spec: &Spec) -> Check {
    quality("lead_quality", spec.lead_quality)?;
    let p = &spec.priors;
    for (key, prior, inside) in [
        ("priors.effect", p.effect.map_or(p.organic.dist, |e| e.dist), None),
        ("priors.organic", p.organic.dist, None),
        ("priors.alpha", p.alpha, UNIT),
        ("priors.delay", p.delay, ABOVE),
        ("priors.weibull_shape", p.weibull_shape, ABOVE),
        ("priors.weibull_scale", p.weibull_scale, ABOVE),
        ("priors.brand_half_life", p.brand_half_life, ABOVE),
        ("priors.half_saturation", p.half_saturation, ABOVE),
        ("priors.slope", p.slope, ABOVE),
        ("priors.linear", p.linear, None),
        ("priors.sigma", p.sigma, ABOVE),
    ] {
        fit(key, prior, inside)?;
    }
    if !matches!(p.linear, Prior::Normal { .. }) {
        return Err(SpecProblem::new("priors.linear", "only a normal prior can be integrated out", "a `normal` prior"));
    }
    if p.organic.needs_spend() {
        return Err(SpecProblem::new(
            "priors.organic.on",
            "organic channels have no spend",
            "`share` or `coefficient`",
        ));
    }
    Ok(())
}

/// Those of one `[[channel]]`, whose keys `key` gives.
pub(super) fn of_channel(channel: &ChannelSpec, key: &dyn Fn(&str) -> String) -> Check {
    if let Some(of) = channel.lead_quality {
        quality(&key("lead_quality"), of)?;
    }
    for (name, prior, inside) in [
        ("prior", channel.prior.map(|p| p.dist), None),
        ("alpha", channel.alpha, UNIT),
        ("half_saturation", channel.half_saturation, ABOVE),
    ] {
        if let Some(prior) = prior {
            fit(&key(name), prior, inside)?;
        }
    }
    Ok(())
}

fn quality(key: &str, of: Quality) -> Check {
    within(&format!("{key}.mean"), of.mean, 0.001, 1000.0)?;
    within(&format!("{key}.sd"), of.sd, 0.0, 2.0)
}

/// Parameters in range, and all weight between the ends of `inside`.
pub(super) fn fit(key: &str, prior: Prior, inside: Option<(f64, f64)>) -> Check {
    if let Err(fault) = prior.check() {
        return Err(SpecProblem::new(key, fault, "finite parameters in their range"));
    }
    let (low, high) = match prior.support() {
        Support::Whole => (f64::NEG_INFINITY, f64::INFINITY),
        Support::Above(low) | Support::From(low, _) => (low, f64::INFINITY),
        Support::Between(low, high) => (low, high),
    };
    match inside {
        Some((a, b)) if low < a || high > b => {
            let problem = format!("this `{}` prior gives weight to values outside {a} to {b}", name(prior));
            let accepted = if b.is_finite() {
                format!("a distribution within {a} to {b}: beta, uniform or trunc_normal")
            } else {
                format!("a distribution above {a}: log_normal, half_normal, gamma, or trunc_normal with low = {a}")
            };
            Err(SpecProblem::new(key, problem, accepted))
        }
        _ => Ok(()),
    }
}

/// As a spec writes it.
fn name(prior: Prior) -> &'static str {
    match prior {
        Prior::Normal { .. } => "normal",
        Prior::LogNormal { .. } => "log_normal",
        Prior::HalfNormal { .. } => "half_normal",
        Prior::TruncNormal { .. } => "trunc_normal",
        Prior::Beta { .. } => "beta",
        Prior::Gamma { .. } => "gamma",
        Prior::Uniform { .. } => "uniform",
    }
}
