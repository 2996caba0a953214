//! The checks of experiments: known channels and geos, a window of the panel, a usable lift.

use super::check_keys::{Check, inside, span, within};
use super::{ExperimentSpec, Spec, SpecProblem};
use crate::domain::panel::Panel;
use crate::domain::period::Day;

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
