//! The store's experiments for a fit: those on its outcome, channels and geos become likelihood, the others are named with the reason.

use tandem_models::domain::panel::{KpiKind, Panel};
use tandem_models::domain::period::Day;
use tandem_models::mmm::spec::{ExperimentSpec, ExperimentUnit, Spec};
use tandem_store::Experiment;

/// Experiments that a panel can use.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Chosen {
    /// To be added to the spec.
    pub(super) used: Vec<ExperimentSpec>,
    /// One sentence an experiment left out.
    pub(super) left_out: Vec<String>,
}

/// Chooses among `stored`; one whose id the spec gives already is the spec's.
pub(super) fn choose(stored: &[Experiment], spec: &Spec, panel: &Panel) -> Chosen {
    let mut out = Chosen::default();
    for e in stored {
        if spec.experiments.iter().any(|own| own.id.as_deref() == Some(&e.id)) {
            continue;
        }
        match entry(e, spec, panel) {
            Ok(entry) => out.used.push(entry),
            Err(reason) => out.left_out.push(format!("Experiment `{}` on {} was not used: {reason}.", e.id, e.channel)),
        }
    }
    out
}

fn entry(e: &Experiment, spec: &Spec, panel: &Panel) -> Result<ExperimentSpec, String> {
    let unit = unit(e, panel)?;
    let Some(series) = panel.channels.iter().find(|c| c.name == e.channel && !spec.exclude.contains(&c.name)) else {
        return Err("it is not a channel of the model".into());
    };
    if !(e.lift.is_finite() && e.lift_se.is_finite() && e.lift_se > 0.0) {
        return Err("its lift or standard error is no number above 0".into());
    }
    let geos = geos(e, panel)?;
    let inside = |day: &Day| (e.from..=e.to).contains(&Day(day.0 + panel.period_days as i32 / 2));
    let window: Vec<usize> = (0..panel.n_periods()).filter(|&t| inside(&panel.periods[t])).collect();
    let (Some(&first), Some(&last)) = (window.first(), window.last()) else {
        return Err("it lies outside the panel".into());
    };
    if (e.to.0 - e.from.0 + 1) > (last - first + 2) as i32 * panel.period_days as i32 {
        return Err("a part of it lies outside the panel".into());
    }
    let spend = |from: usize, to: usize| -> f64 {
        geos.iter().map(|&g| series.spend.slice(ndarray::s![g, from..to]).sum()).sum()
    };
    let ran = spend(first, last + 1);
    let usual = match (e.usual_spend, e.factor) {
        (Some(minor), _) => minor as f64 / 100.0,
        (None, Some(factor)) if factor > 0.0 => ran / factor,
        (None, factor) if factor == Some(0.0) || e.kind == "holdout" => {
            around(&spend, first, last + 1, panel.n_periods())
        }
        _ => return Err("neither `factor` nor `usual_spend` says what would have been spent without it".into()),
    };
    if (ran - usual).abs() <= 1e-9 * (ran + usual) {
        return Err("spend in the test was what it would have been without it".into());
    }
    let read_to = e.read_until.map(|day| day.max(e.to).to_string());
    Ok(ExperimentSpec {
        id: Some(e.id.clone()),
        channel: e.channel.clone(),
        from: e.from.to_string(),
        to: e.to.to_string(),
        geos: if geos.len() == panel.n_geos() { Vec::new() } else { e.geos.clone() },
        read_to,
        // The table counts what the dearer side brought; the model what the test changed.
        lift: if ran >= usual { e.lift } else { -e.lift },
        lift_se: e.lift_se,
        counterfactual: 0.0,
        counterfactual_spend: Some(usual),
        unit,
    })
}

/// Whether the lift is counted in what the model explains.
fn unit(e: &Experiment, panel: &Panel) -> Result<ExperimentUnit, String> {
    let own = panel.kpi.rsplit('.').next().unwrap_or(&panel.kpi);
    match e.unit.as_str() {
        "kpi" => Ok(ExperimentUnit::Kpi),
        unit if unit.eq_ignore_ascii_case(own) => Ok(ExperimentUnit::Kpi),
        unit if panel.kpi_kind == KpiKind::Revenue
            && (unit == "revenue" || unit.eq_ignore_ascii_case(&panel.currency)) =>
        {
            Ok(ExperimentUnit::Revenue)
        }
        unit => Err(format!("it was read in `{unit}`, not in `{own}`")),
    }
}

/// Geos of the panel that it ran in.
fn geos(e: &Experiment, panel: &Panel) -> Result<Vec<usize>, String> {
    if e.geos.is_empty() {
        return Ok((0..panel.n_geos()).collect());
    }
    let found: Option<Vec<usize>> = e.geos.iter().map(|g| panel.geos.iter().position(|p| p == g)).collect();
    // A part of a country cannot be told from a national series: its spend saturates for itself.
    found.ok_or_else(|| format!("it ran in {}, which this panel does not keep apart", e.geos.join(", ")))
}

/// Spend of as many periods before and after a window, for its length.
fn around(spend: &dyn Fn(usize, usize) -> f64, first: usize, end: usize, periods: usize) -> f64 {
    let long = end - first;
    let (a, z) = (first.saturating_sub(long), (end + long).min(periods));
    let near = (first - a) + (z - end);
    if near == 0 { 0.0 } else { (spend(a, first) + spend(end, z)) * long as f64 / near as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;
    use tandem_models::domain::panel::{ChannelKind, ChannelSeries};

    /// Twenty weeks from 2026-01-05 in two geos; `search` spends 10 a week and geo, nothing in the south in weeks 8 to 11.
    fn panel() -> Panel {
        let start: Day = "2026-01-05".parse().expect("a day");
        let mut spend = Array2::from_elem((2, 20), 10.0);
        spend.slice_mut(ndarray::s![1, 8..12]).fill(0.0);
        Panel {
            kpi: "mql".into(),
            kpi_kind: KpiKind::Count,
            currency: "EUR".into(),
            periods: (0..20).map(|t| Day(start.0 + 7 * t)).collect(),
            period_days: 7,
            geos: vec!["north".into(), "south".into()],
            population: None,
            outcome: Array2::from_shape_fn((2, 20), |(g, t)| (g + t) as f64),
            value_per_unit: None,
            margin: None,
            channels: vec![ChannelSeries { name: "search".into(), kind: ChannelKind::Paid, spend, exposure: None }],
            controls: Vec::new(),
        }
    }

    fn pause() -> Experiment {
        Experiment {
            id: "x1".into(),
            channel: "search".into(),
            kind: "holdout".into(),
            from: "2026-03-02".parse().expect("a day"),
            to: "2026-03-29".parse().expect("a day"),
            geos: vec!["south".into()],
            lift: 12.0,
            lift_se: 3.0,
            unit: "mql".into(),
            factor: None,
            usual_spend: None,
            read_until: None,
        }
    }

    fn one(e: Experiment) -> Result<ExperimentSpec, String> {
        let chosen = choose(&[e], &Spec::default(), &panel());
        chosen.used.into_iter().next().ok_or_else(|| chosen.left_out.concat())
    }

    #[test]
    fn a_pause_is_held_against_the_weeks_around_it_and_its_lift_is_a_loss() {
        let entry = one(pause()).expect("used");
        assert_eq!((entry.counterfactual_spend, entry.lift), (Some(40.0), -12.0));
        let said = one(Experiment { usual_spend: Some(5000), ..pause() }).expect("used");
        assert_eq!(said.counterfactual_spend, Some(50.0), "what is said goes before what is guessed");
    }

    #[test]
    fn a_push_keeps_its_sign_and_divides_by_its_factor() {
        let push = Experiment { kind: "scale".into(), factor: Some(2.0), geos: vec!["north".into()], ..pause() };
        let entry = one(push).expect("used");
        assert_eq!((entry.counterfactual_spend, entry.lift), (Some(20.0), 12.0));
    }

    #[test]
    fn what_does_not_fit_is_left_out_and_says_why() {
        let wrong: [(Experiment, &str); 6] = [
            (Experiment { unit: "sql".into(), ..pause() }, "read in `sql`"),
            (Experiment { channel: "radio".into(), ..pause() }, "not a channel"),
            (Experiment { geos: vec!["west".into()], ..pause() }, "keep apart"),
            (Experiment { from: Day(0), to: Day(20), ..pause() }, "outside"),
            (Experiment { kind: "scale".into(), ..pause() }, "neither `factor` nor"),
            (Experiment { lift_se: 0.0, ..pause() }, "standard error"),
        ];
        for (e, reason) in wrong {
            let said = one(e).expect_err("left out");
            assert!(said.contains(reason), "{said}");
        }
    }

    #[test]
    fn an_experiment_of_the_spec_replaces_the_stored_one_of_its_id() {
        let entry = one(pause()).expect("used");
        let spec = Spec { experiments: vec![entry], ..Spec::default() };
        assert_eq!(choose(&[pause()], &spec, &panel()), Chosen::default());
    }
}
