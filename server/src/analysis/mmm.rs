//! A fit from end to end: panel from the store, spec held against it, draws, figures, and the run saved whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use serde::Serialize;
use tandem_models::domain::panel::{ChannelKind, KpiKind, Panel};
use tandem_models::domain::period::Day;
use tandem_models::health::{Check, Finding, Status};
use tandem_models::mmm::answers::{self, Answers, Basis};
use tandem_models::mmm::contributions::{self, Contributions, OverTime};
use tandem_models::mmm::design::Design;
use tandem_models::mmm::incremental::Window;
use tandem_models::mmm::interval::Interval;
use tandem_models::mmm::posterior::Posterior;
use tandem_models::mmm::prior_check::{PriorCheck, prior_check};
use tandem_models::mmm::scales::Scales;
use tandem_models::mmm::spec::{CheckedSpec, Spec, SpecProblem};
use tandem_models::mmm::staged::{LeadValue, Quality, qualities};
use tandem_store::state::NewRun;
use tandem_store::{AsOf, PanelRequest, Store};

use super::curves;
use super::error::{AnalysisError, Result};
use super::experiments;
use super::fitted::{self, Fitted};
use super::meta::Period;
use super::refresh::{self, Settled};
use super::request::{Estimator, FitRequest};
use super::runs;
use super::saved;
use super::summary::{Band, ChannelSummary, FitErrors, FittedPoint, LeverSummary, Summary};
use super::{bridge, shapes, staged, unused};

/// Told of the share done, `0..=1`, and of what is being done.
pub type Progress<'a> = dyn Fn(f64, &str) + Sync + 'a;

struct Prepared {
    estimator: Estimator,
    /// What the refreshed run was fitted on.
    earlier: Option<Design>,
    refresh_of: Option<String>,
    /// What a lead is worth, where the spec asks for its eventual value.
    value: Option<LeadValue>,
    panel: Panel,
    checked: CheckedSpec,
    notes: Vec<String>,
    data_version: String,
}

/// The spec as it would be fitted: asked for, defaults filled in, held against the panel.
///
/// # Errors
/// Those of the panel and of the spec, naming the key.
pub fn effective_spec(store: &Store, request: &FitRequest) -> Result<Spec> {
    Ok(prepare(store, request)?.checked.spec().clone())
}

/// Fits, saves and registers a run under `id`. Stopped by `stop`, nothing is kept.
///
/// # Errors
/// Those of the panel, the spec, the estimator and the disk; `Cancelled` when stopped.
pub fn fit(
    store: &Store,
    request: &FitRequest,
    id: &str,
    by: &str,
    progress: &Progress<'_>,
    stop: &AtomicBool,
) -> Result<Summary> {
    let start = Instant::now();
    progress(0.0, "reading the panel");
    let prepared = prepare(store, request)?;
    let spec = prepared.checked.spec();
    let begun = NewRun {
        id: id.to_owned(),
        kpi: prepared.panel.kpi.clone(),
        estimator: prepared.estimator.as_str().to_owned(),
        data_version: prepared.data_version.clone(),
        spec_toml: toml::to_string_pretty(spec).map_err(AnalysisError::fault)?,
        seed: spec.seed,
        code_version: crate::VERSION.to_owned(),
        actor: by.to_owned(),
    };
    // The one waits for the disk while the other counts.
    let (begun, ready) = rayon::join(|| runs::begin(store, &begun), || ready(&prepared));
    begun?;
    let done = ready.and_then(|ready| carry_out(store, &prepared, ready, id, start, progress, stop));
    match &done {
        Err(error) => runs::fail(store, id, error),
        Ok(_) => explain(store, prepared.refresh_of.as_deref(), id, progress, stop),
    }
    done
}

/// Says what a refresh changed. The run is there without it, and whoever asks later has it made.
fn explain(store: &Store, earlier: Option<&str>, id: &str, progress: &Progress<'_>, stop: &AtomicBool) {
    let Some(earlier) = earlier else { return };
    progress(0.98, "what changed since the earlier run");
    if let Err(error) = bridge::between(store, earlier, id, &|_, _| (), stop) {
        tracing::warn!(run = id, %error, "what a refresh changed could not be worked out");
    }
}

/// What a spec expects before it has seen an outcome.
#[derive(Debug, Clone, Serialize)]
pub struct PriorReport {
    /// Outcome.
    pub kpi: String,
    /// Unit of the outcome.
    pub unit: String,
    /// Days covered.
    pub period: Period,
    /// Hash of the batches it was held against.
    pub data_version: String,
    /// The check.
    #[serde(flatten)]
    pub check: PriorCheck,
}

/// The prior predictive check alone: nothing is fitted or saved.
///
/// # Errors
/// Those of the panel and the spec.
pub fn prior_only(store: &Store, request: &FitRequest) -> Result<PriorReport> {
    let prepared = prepare(store, request)?;
    let design = Arc::new(prepared.design());
    let panel = &prepared.panel;
    Ok(PriorReport {
        kpi: panel.kpi.clone(),
        unit: if panel.kpi_kind == KpiKind::Revenue { panel.currency.clone() } else { "count".into() },
        period: covered(panel),
        data_version: prepared.data_version.clone(),
        check: prior_check(&design, design.spec.spec().seed).map_err(fitted::refused)?,
    })
}

impl Prepared {
    /// The design, with the scales of the refreshed run where there is one.
    fn design(&self) -> Design {
        let kept = self
            .earlier
            .as_ref()
            .map(|earlier| Scales::of(&self.panel, &self.checked).carried(earlier, &self.panel, &self.checked));
        Design::new(&self.panel, &self.checked, kept.as_ref())
    }
}

/// What is there before a fit: the design, and for Bayes what its priors expect.
type Ready = (Arc<Design>, Option<PriorCheck>);

fn ready(prepared: &Prepared) -> Result<Ready> {
    let design = Arc::new(prepared.design());
    let check = match prepared.estimator {
        Estimator::Bayes => Some(prior_check(&design, design.spec.spec().seed).map_err(fitted::refused)?),
        Estimator::Ridge => None,
    };
    Ok((design, check))
}

fn carry_out(
    store: &Store,
    prepared: &Prepared,
    (design, check): Ready,
    id: &str,
    start: Instant,
    progress: &Progress<'_>,
    stop: &AtomicBool,
) -> Result<Summary> {
    let estimator = prepared.estimator;
    let mut fitted = fitted::fit(estimator, &design, progress, stop)?;
    if let Some(value) = &prepared.value {
        let of: Vec<Quality> = design.channels().iter().map(|c| c.lead_quality).collect();
        fitted.set_worth(&value.draws, &qualities(&of, value.draws.len(), design.spec.spec().seed));
    }
    progress(0.9, "figures");
    let posterior = fitted.posterior();
    let draws = OverTime::of(posterior);
    let (mut told, roi) = answers::answers_of(posterior, &draws, Window::all(posterior));
    let over_time = contributions::contributions_of(posterior, &draws);
    drop(draws);
    fitted.report(&mut told);
    let mut summary = summarise(id, estimator, prepared, &fitted, &told, &over_time);
    let plans = curves::set(posterior, curves::USUAL_REACH);
    curves::fill(posterior, &plans, &mut summary);
    summary.levers = levers(posterior);
    if let (Some(value), Some(map)) = (&prepared.value, summary.diagnostics.as_object_mut()) {
        map.insert("staged".into(), serde_json::to_value(value).map_err(AnalysisError::fault)?);
    }
    if let Some(check) = check {
        tell_prior(&mut summary, &check)?;
    }
    let shapes = shapes::shapes(posterior, fitted.effects(), roi);
    if stop.load(Ordering::Relaxed) {
        return Err(AnalysisError::Cancelled);
    }
    progress(0.97, "saving");
    summary.seconds = start.elapsed().as_secs_f64();
    let save = || saved::write(&store.run_dir(id), posterior, &summary, &shapes);
    rayon::join(save, || curves::keep(store, id, &plans)).0?;
    runs::finish(store, &summary)?;
    progress(1.0, "done");
    Ok(summary)
}

fn levers(posterior: &Posterior) -> Vec<LeverSummary> {
    let told = tandem_models::mmm::levers::levers(posterior, Window::all(posterior));
    let one = |l: tandem_models::mmm::levers::LeverAnswer| LeverSummary {
        lever: l.lever,
        level: l.level,
        per_unit: l.per_unit.into(),
        per_tenth: l.per_tenth.into(),
        probability_negative: l.probability_negative,
    };
    told.into_iter().map(one).collect()
}

/// Puts the prior predictive check among the diagnostics, and what it found among the reasons of health.
fn tell_prior(summary: &mut Summary, check: &PriorCheck) -> Result<()> {
    if let Some(map) = summary.diagnostics.as_object_mut() {
        map.insert("prior_check".into(), serde_json::to_value(check).map_err(AnalysisError::fault)?);
    }
    let found = check.reasons.iter().map(|r| Finding::new(Check::PriorPredictive, Status::Review, r.clone()));
    summary.health = std::mem::take(&mut summary.health).with(found.collect());
    Ok(())
}

fn prepare(store: &Store, request: &FitRequest) -> Result<Prepared> {
    let Settled { request, spec, earlier } = refresh::settle(store, request)?;
    let request = &request;
    let (from, to) = request.days()?;
    let answer =
        store.panel_with_notes(&PanelRequest { kpi: request.kpi.clone(), from, to, ..PanelRequest::default() })?;
    let (mut answer, mut notes) = (answer, Vec::new());
    notes.append(&mut answer.notes);
    let value = match spec.staged {
        true => Some(staged::value(store, &mut answer, spec.seed, &mut notes)?),
        false => None,
    };
    let spec = with_experiments(store, request, spec, &answer.panel, &answer.dataset, &mut notes)?;
    let spec = if request.estimator == Estimator::Ridge {
        notes.extend(unused::by_ridge(&spec));
        spec.for_ridge()
    } else {
        spec
    };
    let checked = spec.validate(&answer.panel).map_err(wrong_spec)?;
    let (estimator, refresh_of) = (request.estimator, request.refresh_of.clone());
    Ok(Prepared {
        estimator,
        earlier,
        refresh_of,
        value,
        panel: answer.panel,
        checked,
        notes,
        data_version: answer.data_version,
    })
}

/// The spec with the store's experiments on this panel; what is used and what is not is noted.
fn with_experiments(
    store: &Store,
    request: &FitRequest,
    mut spec: Spec,
    panel: &Panel,
    dataset: &str,
    notes: &mut Vec<String>,
) -> Result<Spec> {
    let stored = store.experiments(dataset, AsOf::Latest)?;
    if stored.is_empty() {
        return Ok(spec);
    }
    let count = |n: usize| if n == 1 { "One experiment".to_owned() } else { format!("{n} experiments") };
    if request.estimator == Estimator::Ridge || request.no_experiments {
        let why = if request.no_experiments { "as was asked" } else { "ridge cannot use them; Bayes does" };
        notes.push(format!("{} of the store left out: {why}.", count(stored.len())));
        return Ok(spec);
    }
    let chosen = experiments::choose(&stored, &spec, panel);
    if !chosen.used.is_empty() {
        let mut channels: Vec<&str> = chosen.used.iter().map(|e| e.channel.as_str()).collect();
        channels.dedup();
        channels.sort_unstable();
        channels.dedup();
        notes.push(format!("{} of the store used as evidence on {}.", count(chosen.used.len()), channels.join(", ")));
    }
    notes.extend(chosen.left_out);
    spec.experiments.extend(chosen.used);
    Ok(spec)
}

fn wrong_spec(problem: SpecProblem) -> AnalysisError {
    let field = if problem.key.starts_with("panel") { problem.key } else { format!("spec.{}", problem.key) };
    AnalysisError::rejected(field, format!("{}; accepted: {}", problem.problem, problem.accepted))
}

fn summarise(
    id: &str,
    estimator: Estimator,
    prepared: &Prepared,
    fitted: &Fitted,
    told: &Answers,
    over_time: &Contributions,
) -> Summary {
    let panel = &prepared.panel;
    let design = &fitted.posterior().design;
    let money = panel.kpi_kind == KpiKind::Revenue;
    let spend_total: f64 = told.channels.iter().map(|c| c.spend).sum();
    let effect_total: f64 = told.channels.iter().map(|c| c.contribution.mean).sum();
    let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    let (health, verdicts) = (fitted.health(told, over_time), fitted.verdicts(told));
    let channels = told.channels.iter().zip(&over_time.channels).enumerate().map(|(c, (a, series))| ChannelSummary {
        channel: a.channel.clone(),
        kind: if a.kind == ChannelKind::Paid { "paid".into() } else { "organic".into() },
        spend: a.spend,
        spend_share: share(a.spend, spend_total),
        contribution: a.contribution.into(),
        effect_share: share(a.contribution.mean, effect_total),
        carried_in: a.carried_in,
        carried_out: a.carried_out,
        roas: a.roas.map(Into::into),
        roi: a.roi.map(Into::into),
        mroi: a.mroi.map(Into::into),
        cost_per_unit: a.cost_per_unit.map(Into::into),
        probability_profitable: a.probability_profitable,
        series: series.over_time.iter().map(band).collect(),
        spend_series: design.spend(c).sum_axis(ndarray::Axis(0)).to_vec(),
        curve: None,
        verdict: verdicts.iter().find(|v| v.channel == a.channel).map(|v| v.verdict.clone()),
    });
    let mut diagnostics = fitted.diagnostics();
    if let Some(map) = diagnostics.as_object_mut() {
        map.insert("negative_baseline".into(), over_time.negative_baseline.into());
        map.insert("notes".into(), prepared.notes.clone().into());
    }
    let points = over_time.periods.iter().zip(&over_time.actual).zip(&over_time.fitted.over_time);
    Summary {
        run: id.to_owned(),
        data_version: prepared.data_version.clone(),
        code_version: crate::VERSION.to_owned(),
        kpi: panel.kpi.clone(),
        unit: if money { panel.currency.clone() } else { "count".into() },
        currency: panel.currency.clone(),
        outcome_unit: String::new(),
        basis: if told.basis == Basis::GrossMargin { "gross_margin".into() } else { "revenue".into() },
        estimator: estimator.as_str().to_owned(),
        seed: design.spec.spec().seed,
        period: covered(panel),
        period_days: panel.period_days,
        periods: over_time.periods.clone(),
        geos: panel.geos.clone(),
        draws: fitted.posterior().len(),
        seconds: 0.0,
        channels: channels.collect(),
        total: told.total.as_ref().map(|t| super::summary::PaidTotal {
            spend: t.spend,
            contribution: t.contribution.into(),
            roas: t.roas.map(Into::into),
            roi: t.roi.map(Into::into),
            mroi: t.mroi.map(Into::into),
        }),
        baseline: over_time.baseline.total.into(),
        baseline_series: over_time.baseline.over_time.iter().map(band).collect(),
        baseline_share: share(over_time.baseline.total.mean, over_time.fitted.total.mean),
        fitted_total: over_time.fitted.total.mean,
        actual_total: over_time.actual.iter().sum(),
        fitted: points
            .map(|((period, actual), f)| FittedPoint { period: period.clone(), actual: *actual, fitted: band(f) })
            .collect(),
        fit: FitErrors { r2: over_time.r2, mape: over_time.mape, holdout_mape: fitted.holdout_mape() },
        health,
        levers: Vec::new(),
        refresh_of: prepared.refresh_of.clone(),
        diagnostics,
    }
}

fn band(i: &Interval) -> Band {
    Band { mean: i.mean, p05: i.p05, p95: i.p95 }
}

fn covered(panel: &Panel) -> Period {
    let first = panel.periods.first().copied().unwrap_or(Day(0));
    let last = panel.periods.last().copied().unwrap_or(first);
    Period::new(first, Day(last.0 + panel.period_days as i32 - 1))
}
