//! The change bridge: what moved a channel's number from one run to another, by refits that change one thing after the other.
//!
//! The order is fixed: revised history, new periods, experiments, estimator, spec, prior, scales and seed. Each step is the
//! change of the mean from the state before it, so the steps add up to the difference of the two runs.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};
use tandem_models::domain::panel::{ChannelKind, Panel};
use tandem_models::domain::period::Day;
use tandem_models::mmm::answers;
use tandem_models::mmm::design::Design;
use tandem_models::mmm::incremental::Window;
use tandem_models::mmm::scales::Scales;
use tandem_models::mmm::spec::Spec;
use tandem_store::{PanelRequest, Store};
use utoipa::ToSchema;

use super::error::{AnalysisError, Result};
use super::meta::{Meta, Tabular};
use super::mmm::Progress;
use super::request::Estimator;
use super::summary::Summary;
use super::{fitted, runs, saved};
use crate::app::App;
use crate::export::{Cell, Kind, Table};

/// What made the difference between two runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Bridge {
    /// The earlier run.
    pub from: String,
    /// The later run.
    pub to: String,
    /// Steps that there are, in the order in which things were changed.
    pub steps: Vec<String>,
    /// Refits made for it.
    pub refits: usize,
    /// By channel, in the later run's order; channels that only the earlier run has come last.
    pub channels: Vec<ChannelBridge>,
}

/// One channel's way from one run to the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ChannelBridge {
    /// Name.
    pub channel: String,
    /// Mean contribution over each run's own periods, in KPI units; 0 where a run does not have the channel.
    pub contribution: BridgePath,
    /// Mean ROI over each run's own periods; absent where one of the runs has none.
    pub roi: Option<BridgePath>,
}

/// From one number to another; `from` and all changes add up to `to`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BridgePath {
    /// In the earlier run.
    pub from: f64,
    /// In the later run.
    pub to: f64,
    /// One a step, in the order of `steps`.
    pub changes: Vec<f64>,
}

/// Means of one state by channel.
type Told = Vec<(String, f64, Option<f64>)>;

/// What a run is made from.
#[derive(Clone)]
struct State {
    panel: Panel,
    spec: Spec,
    estimator: Estimator,
}

/// Holds two runs against each other: both there, of one outcome.
///
/// # Errors
/// `NotFound`; `Rejected` for runs of different outcomes.
pub fn comparable(store: &Store, from: &str, to: &str) -> Result<()> {
    let (earlier, later) = (runs::resolve(store, Some(from), None)?, runs::resolve(store, Some(to), None)?);
    if earlier.kpi != later.kpi {
        let what = format!("run `{from}` explains `{}` and run `{to}` `{}`", earlier.kpi, later.kpi);
        return Err(AnalysisError::rejected("from", what));
    }
    Ok(())
}

/// The bridge between two runs of one outcome: kept beside the later run, made where it is not there yet.
///
/// # Errors
/// Those of [`comparable`] and of the refits; `Cancelled`.
pub fn between(store: &Store, from: &str, to: &str, progress: &Progress<'_>, stop: &AtomicBool) -> Result<Bridge> {
    comparable(store, from, to)?;
    if let Some(kept) = kept(store, from, to) {
        return Ok(kept);
    }
    let made = make(store, &runs::summary(store, from)?, &runs::summary(store, to)?, progress, stop)?;
    // Another reader may have made the same one meanwhile; what is lost is time.
    let _ = saved::keep(&file(store, from, to), &made);
    Ok(made)
}

/// The bridge where it was made before.
#[must_use]
pub fn kept(store: &Store, from: &str, to: &str) -> Option<Bridge> {
    serde_json::from_slice(&std::fs::read(file(store, from, to)).ok()?).ok()
}

fn file(store: &Store, from: &str, to: &str) -> std::path::PathBuf {
    Path::new(&store.run_dir(to)).join(format!("bridge-{from}.json"))
}

fn make(store: &Store, a: &Summary, b: &Summary, progress: &Progress<'_>, stop: &AtomicBool) -> Result<Bridge> {
    if a.run == b.run {
        return Ok(put_together(a, b, Vec::new(), 0, &[means(a)]));
    }
    let (first, last) = (saved::design(&store.run_dir(&a.run))?, saved::design(&store.run_dir(&b.run))?);
    let estimator = |s: &Summary| if s.estimator == "bayes" { Estimator::Bayes } else { Estimator::Ridge };
    let start = State { panel: first.panel.clone(), spec: first.spec.spec().clone(), estimator: estimator(a) };
    let end = State { panel: last.panel.clone(), spec: last.spec.spec().clone(), estimator: estimator(b) };
    let revised = revised(store, a, b, &first.panel, &last.panel);
    let states = states(&start, &end, revised);

    let mut told = vec![means(a)];
    let mut steps: Vec<String> = Vec::new();
    let mut waiting: Vec<&str> = Vec::new();
    let mut refits = 0;
    for (n, (name, state)) in states.iter().enumerate() {
        waiting.push(name);
        let share = |done: f64| (n as f64 + done) / states.len() as f64;
        let told_of = |done: f64, _: &str| progress(share(done), name);
        // A state that cannot be fitted (a channel without spend in the older weeks) is told together with the next.
        if let Some(fitted) = refit(state, &first, &told_of, stop)? {
            refits += 1;
            told.push(fitted);
            steps.push(waiting.join(" and "));
            waiting.clear();
        }
    }
    let reached = waiting.is_empty() && !states.is_empty() && refits > 0;
    let same_scales = first.scales == last.scales || scales_carried(&first, &last);
    if reached && same_scales && start.spec.seed == end.spec.seed {
        // The last state is the later run itself.
        told.pop();
    } else {
        waiting.push("scales and seed");
        steps.push(waiting.join(" and "));
    }
    told.push(means(b));
    Ok(put_together(a, b, steps, refits, &told))
}

/// Whether the later run was fitted with the earlier one's scales.
fn scales_carried(first: &Design, last: &Design) -> bool {
    last.scales == Scales::of(&last.panel, &last.spec).carried(first, &last.panel, &last.spec)
}

/// One state after each thing that differs, in the fixed order; the last is the later run but for scales and seed.
fn states(start: &State, end: &State, revised: Option<Panel>) -> Vec<(&'static str, State)> {
    let mut out: Vec<(&'static str, State)> = Vec::new();
    let mut now = start.clone();
    let mut go = |name: &'static str, state: State, now: &mut State| {
        *now = state.clone();
        out.push((name, state));
    };
    if let Some(panel) = revised.filter(|p| *p != now.panel) {
        let mut spec = now.spec.clone();
        let idle = panel.channels.iter().filter(|c| c.spend.sum() <= 0.0 && c.kind == ChannelKind::Paid);
        spec.exclude.extend(idle.filter(|c| !now.spec.exclude.contains(&c.name)).map(|c| c.name.clone()));
        go("revised history", State { panel, spec, ..now.clone() }, &mut now);
    }
    if now.panel != end.panel {
        let (panel, exclude) = (end.panel.clone(), start.spec.exclude.clone());
        go("new periods", State { panel, spec: Spec { exclude, ..now.spec.clone() }, ..now.clone() }, &mut now);
    }
    if now.spec.experiments != end.spec.experiments {
        let experiments = end.spec.experiments.clone();
        go("experiments", State { spec: Spec { experiments, ..now.spec.clone() }, ..now.clone() }, &mut now);
    }
    if now.estimator != end.estimator {
        go("estimator", State { estimator: end.estimator, ..now.clone() }, &mut now);
    }
    let priors_of_start = priors_of(&end.spec, &now.spec);
    if now.spec != priors_of_start {
        go("spec", State { spec: priors_of_start, ..now.clone() }, &mut now);
    }
    let last = Spec { seed: now.spec.seed, ..end.spec.clone() };
    if now.spec != last {
        go("prior", State { spec: last, ..now.clone() }, &mut now);
    }
    out
}

/// `spec` with the priors and the seed of `other`.
fn priors_of(spec: &Spec, other: &Spec) -> Spec {
    let mut out = Spec { priors: other.priors, seed: other.seed, ..spec.clone() };
    for c in &mut out.channels {
        let own = other.channels.iter().find(|o| o.name == c.name);
        (c.prior, c.alpha, c.half_saturation) =
            own.map_or((None, None, None), |o| (o.prior, o.alpha, o.half_saturation));
    }
    for lever in &mut out.levers {
        lever.prior = other.levers.iter().find(|o| o.name == lever.name).and_then(|o| o.prior);
    }
    out
}

/// The earlier run's weeks as the later run's data tell them: from the lake as of then, or cut out of the later panel.
fn revised(store: &Store, a: &Summary, b: &Summary, first: &Panel, last: &Panel) -> Option<Panel> {
    let (from, to) = (*first.periods.first()?, Day(first.periods.last()?.0 + first.period_days as i32 - 1));
    if a.data_version == b.data_version {
        return Some(first.clone());
    }
    let asked = store.as_of(&b.data_version).and_then(|as_of| {
        let request =
            PanelRequest { kpi: b.kpi.clone(), from: Some(from), to: Some(to), as_of, ..PanelRequest::default() };
        store.panel(&request).ok()
    });
    let asked = asked.filter(|p| p.geos == last.geos && p.periods == first.periods);
    asked.or_else(|| cut(last, &first.periods))
}

/// The part of a panel that covers exactly `periods`.
fn cut(panel: &Panel, periods: &[Day]) -> Option<Panel> {
    let at = panel.periods.iter().position(|p| Some(p) == periods.first())?;
    let window = at..at + periods.len();
    if panel.periods.get(window.clone())? != periods {
        return None;
    }
    let part = |a: &ndarray::Array2<f64>| a.slice(ndarray::s![.., window.clone()]).to_owned();
    let mut out = panel.clone();
    out.periods = periods.to_vec();
    out.outcome = part(&panel.outcome);
    out.value_per_unit = panel.value_per_unit.as_ref().map(part);
    for c in &mut out.channels {
        c.spend = part(&c.spend);
        c.exposure = c.exposure.as_ref().map(part);
    }
    for c in &mut out.controls {
        c.values = part(&c.values);
    }
    Some(out)
}

/// Means by channel after a refit; `None` where the spec does not fit the panel.
fn refit(state: &State, scales: &Design, progress: &Progress<'_>, stop: &AtomicBool) -> Result<Option<Told>> {
    progress(0.0, "");
    let Ok(checked) = state.spec.validate(&state.panel) else { return Ok(None) };
    let kept = Scales::of(&state.panel, &checked).carried(scales, &state.panel, &checked);
    let design = Arc::new(Design::new(&state.panel, &checked, Some(&kept)));
    let posterior = fitted::draws(state.estimator, &design, progress, stop)?;
    let told = answers::answers(&posterior, Window::all(&posterior));
    Ok(Some(told.channels.iter().map(|c| (c.channel.clone(), c.contribution.mean, c.roi.map(|r| r.mean))).collect()))
}

fn means(s: &Summary) -> Told {
    s.channels.iter().map(|c| (c.channel.clone(), c.contribution.mean, c.roi.map(|r| r.mean))).collect()
}

fn put_together(a: &Summary, b: &Summary, steps: Vec<String>, refits: usize, told: &[Told]) -> Bridge {
    let mut names: Vec<String> = b.channels.iter().map(|c| c.channel.clone()).collect();
    names.extend(a.channels.iter().map(|c| c.channel.clone()).filter(|n| b.channel(n).is_none()));
    let path = |values: Vec<f64>| BridgePath {
        from: values[0],
        to: values[values.len() - 1],
        changes: values.windows(2).map(|w| w[1] - w[0]).collect(),
    };
    let one = |name: &String| {
        let rows = told.iter().map(|t| t.iter().find(|row| row.0 == *name));
        let roi: Option<Vec<f64>> = {
            let ends = [a, b].iter().all(|s| s.channel(name).is_some_and(|c| c.roi.is_some()));
            // A state on the way that lacks the channel changes nothing of its ROI.
            let mut last = None;
            ends.then(|| {
                rows.clone()
                    .map(|row| {
                        last = row.and_then(|r| r.2).or(last);
                        last.unwrap_or(0.0)
                    })
                    .collect()
            })
        };
        ChannelBridge {
            channel: name.clone(),
            contribution: path(rows.map(|row| row.map_or(0.0, |r| r.1)).collect()),
            roi: roi.map(path),
        }
    };
    Bridge { from: a.run.clone(), to: b.run.clone(), steps, refits, channels: names.iter().map(one).collect() }
}

/// A bridge with what its figures share.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BridgeAnswer {
    /// The bridge.
    #[serde(flatten)]
    pub bridge: Bridge,
    /// Of the later run.
    pub meta: Meta,
}

/// The run that a bridge to `to` starts from: `from`, or the one that it refreshed.
///
/// # Errors
/// `NotFound`; `Rejected` where no earlier run is known.
pub fn earlier(app: &App, from: Option<&str>, to: &str) -> Result<String> {
    let summary = app.summary(to)?;
    let from = from.map(str::to_owned).or_else(|| summary.refresh_of.clone());
    from.ok_or_else(|| AnalysisError::rejected("from", "is needed: this run refreshed no other"))
}

/// The bridge to run `to`, from the run that it refreshed unless told.
///
/// # Errors
/// As [`between`]; `Rejected` where no earlier run is known.
pub fn answer(app: &App, from: Option<&str>, to: &str) -> Result<BridgeAnswer> {
    let summary = app.summary(to)?;
    let from = earlier(app, from, to)?;
    let bridge = between(&app.store, &from, to, &|_, _| (), &AtomicBool::new(false))?;
    Ok(BridgeAnswer { bridge, meta: summary.meta(&app.store.data_version()) })
}

impl Tabular for BridgeAnswer {
    fn table(&self) -> Table {
        let columns =
            [("channel", Kind::Text), ("measure", Kind::Text), ("step", Kind::Text), ("value", Kind::Number(6))];
        let mut table = Table::new("bridge", &columns);
        for c in &self.bridge.channels {
            for (measure, path) in [("contribution", Some(&c.contribution)), ("roi", c.roi.as_ref())] {
                let Some(path) = path else { continue };
                let mut row = |step: &str, value: f64| {
                    let text = |t: &str| -> Cell { t.into() };
                    table.push(vec![text(&c.channel), text(measure), text(step), value.into()]);
                };
                row("from", path.from);
                self.bridge.steps.iter().zip(&path.changes).for_each(|(step, change)| row(step, *change));
                row("to", path.to);
            }
        }
        self.meta.put_on(&mut table);
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tandem_models::mmm::prior::Prior;

    #[test]
    fn priors_and_everything_else_are_told_apart() {
        let text = "[[channel]]\nname = 'tv'\nalpha = { dist = 'beta', a = 2.0, b = 2.0 }\n[baseline]\nknots = 3";
        let end: Spec = toml::from_str(text).expect("toml");
        let between = priors_of(&end, &Spec::default());
        assert_eq!((between.baseline.knots, between.channels[0].alpha), (3, None), "the spec moves before its priors");
        let mut own = Spec::default();
        own.priors.sigma = Prior::HalfNormal { sd: 2.0 };
        assert_eq!(priors_of(&end, &own).priors, own.priors);
    }
}
