//! The checks of the panel itself behind [`super::Spec::validate`]: a regular grid of usable numbers.

use ndarray::Array2;

use super::SpecProblem;
use super::check_keys::{Check, within};
use crate::domain::panel::{ChannelKind, Panel};

/// One regular grid of periods, daily or weekly.
pub(super) fn panel_grid(panel: &Panel) -> Check {
    if !matches!(panel.period_days, 1 | 7) {
        let what = if panel.period_days >= 28 { "monthly data" } else { "data" };
        let problem = format!("{what} with periods of {} days are too coarse to see carry-over", panel.period_days);
        return Err(SpecProblem::new("panel.period_days", problem, "weekly (7) or daily (1) data"));
    }
    for pair in panel.periods.windows(2) {
        let step = pair[1].0 - pair[0].0;
        if step != panel.period_days as i32 {
            let what = match step {
                0 => format!("period {} appears twice", pair[0]),
                s if s < 0 => format!("period {} comes after {}", pair[1], pair[0]),
                _ => format!("periods are missing between {} and {}", pair[0], pair[1]),
            };
            return Err(SpecProblem::new("panel.periods", what, format!("one row every {} days", panel.period_days)));
        }
    }
    let n = panel.n_periods();
    if n < 20 {
        return Err(SpecProblem::new(
            "panel.periods",
            format!("{n} periods are too few"),
            "20 periods or more, better two years",
        ));
    }
    if panel.geos.is_empty() {
        return Err(SpecProblem::new("panel.geos", "no geo", "at least one, `national`"));
    }
    if let Some(population) = &panel.population
        && (population.len() != panel.n_geos() || population.iter().any(|p| !(p.is_finite() && *p > 0.0)))
    {
        return Err(SpecProblem::new("panel.population", "missing or not above 0", "people of every geo, above 0"));
    }
    if let Some(margin) = panel.margin {
        within("panel.margin", margin, 0.0, 1.0)?;
    }
    Ok(())
}

/// Where the first value stands that is not a number, or below 0 where that is not allowed.
pub(super) fn grid(panel: &Panel, key: &str, values: &Array2<f64>, negative: bool) -> Check {
    if values.dim() != (panel.n_geos(), panel.n_periods()) {
        let want = format!("{} geos x {} periods", panel.n_geos(), panel.n_periods());
        return Err(SpecProblem::new(key, format!("shape {:?}", values.dim()), want));
    }
    match values.indexed_iter().find(|(_, v)| !v.is_finite() || (!negative && **v < 0.0)) {
        Some(((g, t), v)) => {
            let problem = format!("{v} in geo `{}` at {}", panel.geos[g], panel.periods[t]);
            let accepted = if negative { "finite numbers" } else { "finite numbers of 0 or more" };
            Err(SpecProblem::new(key, problem, accepted))
        }
        None => Ok(()),
    }
}

pub(super) fn constant(values: &Array2<f64>) -> bool {
    values.first().is_none_or(|first| values.iter().all(|v| v == first))
}

/// An outcome of finite numbers that moves, and a usable value per unit.
pub(super) fn panel_outcome(panel: &Panel) -> Check {
    let key = format!("panel.outcome.{}", panel.kpi);
    grid(panel, &key, &panel.outcome, true)?;
    if constant(&panel.outcome) {
        return Err(SpecProblem::new(key, "the outcome never changes", "a KPI that varies over periods"));
    }
    panel.value_per_unit.as_ref().map_or(Ok(()), |v| grid(panel, "panel.value_per_unit", v, false))
}

/// Media of finite numbers with something in it.
pub(super) fn media_series(panel: &Panel, index: usize) -> Check {
    let c = &panel.channels[index];
    let key = format!("panel.channel.{}", c.name);
    grid(panel, &key, &c.spend, false)?;
    let leave = format!("a channel with media in this panel, or exclude = [\"{}\"]", c.name);
    if c.kind == ChannelKind::Paid && c.spend.sum() <= 0.0 {
        return Err(SpecProblem::new(key, "the channel has no spend in this panel", leave));
    }
    if let Some(exposure) = &c.exposure {
        grid(panel, &format!("{key}.exposure"), exposure, false)?;
        if exposure.sum() <= 0.0 {
            return Err(SpecProblem::new(
                format!("{key}.exposure"),
                "the channel has no exposure in this panel",
                leave,
            ));
        }
    } else if c.kind == ChannelKind::Organic {
        return Err(SpecProblem::new(format!("{key}.exposure"), "an organic channel without exposure", leave));
    }
    Ok(())
}
