//! The checks of the spec's keys behind [`super::Spec::validate`]: ranges, names, dates.

use std::collections::HashSet;

use super::check_panel::{constant, grid};
use super::{CheckedLever, Sign, Spec, SpecProblem, check_priors};
use crate::domain::panel::Panel;
use crate::domain::period::Day;

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
    check_priors::common(spec)?;
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
        check_priors::of_channel(c, &key)?;
    }
    Ok(())
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
        check_priors::fit(&key("prior"), lever.effective(), inside)?;
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
