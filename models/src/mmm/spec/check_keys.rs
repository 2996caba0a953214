//! The checks of the spec's keys behind [`super::Spec::validate`]: ranges, names, dates.

use std::collections::HashSet;

use super::check_panel::{constant, grid};
use super::{CheckedLever, ExperimentSpec, Sign, Spec, SpecProblem};
use crate::domain::panel::Panel;
use crate::domain::period::Day;
use crate::mmm::prior::{Prior, Support};

pub(super) type Check = Result<(), SpecProblem>;

pub(super) fn within<T: PartialOrd + std::fmt::Display>(key: &str, value: T, low: T, high: T) -> Check {
    if value >= low && value <= high {
        return Ok(());
    }
    Err(SpecProblem::new(key, format!("{value} is out of range"), format!("{low} to {high}")))
}

/// Ranges of all keys, and names that the panel must have.
pub(super) fn spec_keys(spec: &Spec, panel: &Panel) -> Check {
    let t = panel.n_periods();
    let names: HashSet<&str> = panel.channels.iter().map(|c| c.name.as_str()).collect();
    let known = |key: String, name: &str| -> Check {
        if names.contains(name) {
            return Ok(());
        }
        let all: Vec<&str> = panel.channels.iter().map(|c| c.name.as_str()).collect();
        Err(SpecProblem::new(key, format!("the panel has no channel `{name}`"), format!("one of {}", all.join(", "))))
    };
    within("seed", spec.seed, 0, i64::MAX as u64)?;
    within("adstock.max_lag", spec.adstock.max_lag, 1, 104)?;
    within("baseline.fourier", spec.baseline.fourier, 0, 26)?;
    within("baseline.knots", spec.baseline.knots, 0, t.saturating_sub(2))?;
    within("baseline.knot_sd", spec.baseline.knot_sd, 1e-6, 1e6)?;
    if spec.baseline.fourier > 0 && t * (panel.period_days as usize) < 180 {
        let problem = format!("{t} periods of {} days are too short to see a yearly season", panel.period_days);
        return Err(SpecProblem::new("baseline.fourier", problem, "0, or a panel of half a year or more"));
    }
    within("geo.effect_sd", spec.geo.effect_sd, 1e-6, 10.0)?;
    within("geo.control_sd", spec.geo.control_sd, 0.0, 10.0)?;
    within("sampler.chains", spec.sampler.chains, 1, 64)?;
    within("sampler.tune", spec.sampler.tune, 50, 100_000)?;
    within("sampler.draws", spec.sampler.draws, 50, 100_000)?;
    within("sampler.target_accept", spec.sampler.target_accept, 0.5, 0.999)?;
    within("sampler.max_depth", spec.sampler.max_depth, 4, 15)?;
    within("ridge.starts", spec.ridge.starts, 1, 256)?;
    within("ridge.shapes", spec.ridge.shapes, 4, 400)?;
    within("ridge.folds", spec.ridge.folds, 2, 20)?;
    within("ridge.draws", spec.ridge.draws, 50, 20_000)?;
    within("ridge.block", spec.ridge.block, 1, (t / 2).max(1))?;
    within("ridge.holdout", spec.ridge.holdout, 0, (t / 3).max(spec.ridge.holdout.min(13)))?;
    let p = &spec.priors;
    let unit = Some((0.0, 1.0));
    let above = Some((0.0, f64::INFINITY));
    for (key, prior, inside) in [
        ("priors.effect", p.effect.dist, None),
        ("priors.organic", p.organic.dist, None),
        ("priors.alpha", p.alpha, unit),
        ("priors.delay", p.delay, above),
        ("priors.weibull_shape", p.weibull_shape, above),
        ("priors.weibull_scale", p.weibull_scale, above),
        ("priors.brand_half_life", p.brand_half_life, above),
        ("priors.half_saturation", p.half_saturation, above),
        ("priors.slope", p.slope, above),
        ("priors.linear", p.linear, None),
        ("priors.sigma", p.sigma, above),
    ] {
        good_prior(key, prior, inside)?;
    }
    if !matches!(p.linear, Prior::Normal { .. }) {
        return Err(SpecProblem::new("priors.linear", "only a normal prior can be integrated out", "a `normal` prior"));
    }
    if p.organic.needs_money() {
        return Err(SpecProblem::new("priors.organic.on", "organic channels have no ROI", "`share` or `coefficient`"));
    }
    for (i, name) in spec.exclude.iter().enumerate() {
        known(format!("exclude[{i}]"), name)?;
    }
    let mut seen = HashSet::new();
    for (i, c) in spec.channels.iter().enumerate() {
        let key = |name: &str| format!("channel[{i}].{name}");
        known(key("name"), &c.name)?;
        if !seen.insert(&c.name) {
            return Err(SpecProblem::new(key("name"), format!("`{}` is given twice", c.name), "one table a channel"));
        }
        if let Some(a) = c.adstock {
            within(&key("adstock.max_lag"), a.max_lag, 1, 104)?;
        }
        if let Some(window) = c.brand_window {
            within(&key("brand_window"), window, 26, 260)?;
        }
        if let Some(drift) = c.drift {
            within(&key("drift.knots"), drift.knots, 1, 12)?;
            within(&key("drift.sd"), drift.sd, 0.001, 2.0)?;
        }
        for (name, prior, inside) in [
            ("prior", c.prior.map(|p| p.dist), None),
            ("alpha", c.alpha, unit),
            ("half_saturation", c.half_saturation, above),
        ] {
            if let Some(prior) = prior {
                good_prior(&key(name), prior, inside)?;
            }
        }
    }
    Ok(())
}

fn good_prior(key: &str, prior: Prior, inside: Option<(f64, f64)>) -> Check {
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
            let problem = format!("{prior:?} gives weight to values outside {a}..{b}");
            Err(SpecProblem::new(
                key,
                problem,
                format!("a distribution within {a}..{b}, for example trunc_normal or beta"),
            ))
        }
        _ => Ok(()),
    }
}

/// Indices of the controls to use, each of finite numbers that vary.
pub(super) fn controls(spec: &Spec, panel: &Panel) -> Result<Vec<usize>, SpecProblem> {
    let all: Vec<&str> = panel.controls.iter().map(|c| c.name.as_str()).collect();
    let mut wanted: Vec<usize> = match &spec.controls {
        None => (0..all.len()).collect(),
        Some(names) => names
            .iter()
            .enumerate()
            .map(|(i, name)| {
                all.iter().position(|n| n == name).ok_or_else(|| {
                    let accepted = if all.is_empty() { "[]".into() } else { format!("names among {}", all.join(", ")) };
                    SpecProblem::new(format!("controls[{i}]"), format!("the panel has no control `{name}`"), accepted)
                })
            })
            .collect::<Result<_, _>>()?,
    };
    // a lever is a control whether or not it is listed
    for lever in &spec.levers {
        wanted.extend(all.iter().position(|n| *n == lever.name).filter(|i| !wanted.contains(i)));
    }
    for (at, &i) in wanted.iter().enumerate() {
        let key = format!("panel.control.{}", all[i]);
        if wanted[..at].contains(&i) {
            return Err(SpecProblem::new(
                format!("controls[{at}]"),
                format!("`{}` is given twice", all[i]),
                "each control once",
            ));
        }
        grid(panel, &key, &panel.controls[i].values, true)?;
        if constant(&panel.controls[i].values) {
            return Err(SpecProblem::new(
                key,
                "the control never changes",
                "a control that varies, or leave it out of `controls`",
            ));
        }
    }
    Ok(wanted)
}

/// Levers with their place among `controls`, each a control of the panel, once, with a prior that its sign allows.
pub(super) fn levers(spec: &Spec, panel: &Panel, controls: &[usize]) -> Result<Vec<CheckedLever>, SpecProblem> {
    let name = |i: &usize| panel.controls[*i].name.as_str();
    let mut out: Vec<CheckedLever> = Vec::new();
    for (i, lever) in spec.levers.iter().enumerate() {
        let key = |what: &str| format!("lever[{i}].{what}");
        let Some(control) = controls.iter().position(|c| name(c) == lever.name) else {
            let all: Vec<&str> = panel.controls.iter().map(|c| c.name.as_str()).collect();
            let accepted = if all.is_empty() { "none: import `controls`".into() } else { all.join(", ") };
            return Err(SpecProblem::new(key("name"), format!("the panel has no control `{}`", lever.name), accepted));
        };
        if out.iter().any(|o| o.control == control) {
            return Err(SpecProblem::new(key("name"), format!("`{}` is given twice", lever.name), "one table a lever"));
        }
        let inside = (lever.sign != Sign::Free).then_some((0.0, f64::INFINITY));
        good_prior(&key("prior"), lever.effective(), inside)?;
        out.push(CheckedLever { control, sign: lever.sign, prior: lever.effective() });
    }
    Ok(out)
}

/// First and last day as written.
pub(super) fn span(key: &str, from: &str, to: Option<&str>) -> Result<(Day, Day), SpecProblem> {
    let parse = |field: &str, text: &str| {
        text.parse::<Day>().map_err(|e| SpecProblem::new(format!("{key}.{field}"), e, "a date such as 2026-01-05"))
    };
    let first = parse("from", from)?;
    let last = to.map_or(Ok(first), |text| parse("to", text))?;
    if last < first {
        return Err(SpecProblem::new(format!("{key}.to"), format!("{last} is before {first}"), "a day from `from` on"));
    }
    Ok((first, last))
}

/// Days that touch the panel.
pub(super) fn inside(key: &str, (first, last): (Day, Day), panel: &Panel) -> Check {
    let (open, close) = (panel.periods[0], panel.periods[panel.n_periods() - 1].0 + panel.period_days as i32 - 1);
    if first.0 > close || last < open {
        let problem = format!("{first} to {last} lies outside the panel");
        return Err(SpecProblem::new(format!("{key}.from"), problem, format!("days within {open} to {}", Day(close))));
    }
    Ok(())
}

/// Experiments on known channels and geos, over a window of the panel.
pub(super) fn experiments(spec: &Spec, panel: &Panel) -> Check {
    for (i, e) in spec.experiments.iter().enumerate() {
        let key = format!("experiment[{i}]");
        inside(&key, span(&key, &e.from, Some(&e.to))?, panel)?;
        let used = panel.channels.iter().any(|c| c.name == e.channel) && !spec.exclude.contains(&e.channel);
        if !used {
            let problem = format!("`{}` is not a channel of the model", e.channel);
            return Err(SpecProblem::new(
                format!("{key}.channel"),
                problem,
                "a channel of the panel that is not excluded",
            ));
        }
        if let Some(geo) = e.geos.iter().find(|g| !panel.geos.contains(g)) {
            let problem = format!("the panel has no geo `{geo}`");
            return Err(SpecProblem::new(
                format!("{key}.geos"),
                problem,
                format!("names among {}", panel.geos.join(", ")),
            ));
        }
        if !e.lift.is_finite() {
            return Err(SpecProblem::new(format!("{key}.lift"), "not a number", "a finite number"));
        }
        within(&format!("{key}.lift_se"), e.lift_se, f64::MIN_POSITIVE, f64::MAX)?;
        within(&format!("{key}.counterfactual"), e.counterfactual, 0.0, 100.0)?;
        if let Some(spend) = e.counterfactual_spend {
            within(&format!("{key}.counterfactual_spend"), spend, 0.0, f64::MAX)?;
        }
        read_to(&key, e)?;
    }
    Ok(())
}

/// A last day of reading is a day, and not before the window's own last.
fn read_to(key: &str, e: &ExperimentSpec) -> Check {
    let Some(text) = &e.read_to else { return Ok(()) };
    let wrong = |problem: String, accepted: &str| Err(SpecProblem::new(format!("{key}.read_to"), problem, accepted));
    match (text.parse::<Day>(), e.to.parse::<Day>()) {
        (Err(fault), _) => wrong(fault, "a date such as 2026-01-05"),
        (Ok(read), Ok(to)) if read < to => wrong(format!("{read} is before the window ends, {to}"), "`to` or later"),
        _ => Ok(()),
    }
}
