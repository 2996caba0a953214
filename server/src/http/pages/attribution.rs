//! `/attribution`: how models share credit for outcomes that happened, beside what would not have happened without spend.

use actix_web::web::Query;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use tandem_charts::{AnyFigure, Estimate, Unit};
use tandem_models::attribution::{ModelKind, Settings};

use super::super::error::Answer;
use super::drawing;
use super::frame::{Frame, Place};
use super::picture::Picture;
use super::scope::Scope;
use super::{show, words};
use crate::analysis::attribution::{self, AttributionAnswer, ModelCredit};
use crate::analysis::journeys::{self, OutcomeStage};
use crate::analysis::summary::{ChannelSummary, Summary};
use crate::analysis::{AnalysisError, Estimate as Interval, Result};
use crate::app::App;
use crate::figures;

/// The page's form; `model` stands once for each model chosen.
#[derive(Debug, Clone, Default)]
struct Form {
    scope: Scope,
    models: Vec<ModelKind>,
    outcome: OutcomeStage,
    lookback: Option<u32>,
}

/// Days before the outcome in which touches count, unless told.
const LOOKBACK: u32 = 365;

impl Form {
    fn read(query: &str) -> Result<Form> {
        let pairs = Query::<Vec<(String, String)>>::from_query(query)
            .map_err(|e| AnalysisError::rejected("query", e.to_string()))?
            .into_inner();
        let mut form = Form::default();
        for (key, value) in pairs.iter().filter(|(_, v)| !v.is_empty()) {
            match key.as_str() {
                "run" => form.scope.run = Some(value.clone()),
                "kpi" => form.scope.kpi = Some(value.clone()),
                "model" => {
                    for kind in attribution::models(Some(value))? {
                        if !form.models.contains(&kind) {
                            form.models.push(kind);
                        }
                    }
                }
                "outcome" => {
                    form.outcome = serde_json::from_value(value.as_str().into()).map_err(|_| {
                        AnalysisError::rejected("outcome", format!("`{value}` is not accepted; won, sql and mql are"))
                    })?;
                }
                "lookback" => {
                    let days = value.parse().ok().filter(|d| *d <= 3650);
                    form.lookback = Some(days.ok_or_else(|| {
                        AnalysisError::rejected("lookback", format!("`{value}` is no number of days from 0 to 3650"))
                    })?);
                }
                other => {
                    let fields = "is no field of this page; model, outcome, lookback, run and kpi are";
                    return Err(AnalysisError::rejected(other, fields));
                }
            }
        }
        if form.models.is_empty() {
            form.models = attribution::USUAL.to_vec();
        }
        Ok(form)
    }

    fn answer(&self, app: &App) -> Result<std::sync::Arc<AttributionAnswer>> {
        let mut settings = Settings::default();
        let days = self.lookback.unwrap_or(LOOKBACK);
        settings.policy.lookback_days = (days > 0).then_some(days);
        let key = format!("attribution\n{}\n{:?}\n{:?}\n{days}", app.store.data_version(), self.models, self.outcome);
        // The page and its two drawings ask for the same.
        app.cache.get(&key, || journeys::attribute(&app.store, self.outcome, &self.models, &settings))
    }

    fn pairs(&self) -> Vec<(&'static str, String)> {
        let ids: Vec<&str> = self.models.iter().map(|m| m.id()).collect();
        let mut pairs = vec![("model", ids.join(",")), ("outcome", self.outcome_id().to_owned())];
        if let Some(days) = self.lookback {
            pairs.push(("lookback", days.to_string()));
        }
        pairs
    }

    fn outcome_id(&self) -> &'static str {
        match self.outcome {
            OutcomeStage::Won => "won",
            OutcomeStage::Sql => "sql",
            OutcomeStage::Mql => "mql",
        }
    }
}

#[derive(Template)]
#[template(path = "attribution.html")]
struct Page {
    frame: Frame,
    run: Option<String>,
    outcome: &'static str,
    lookback: u32,
    choices: Vec<(ModelKind, bool)>,
    report: Option<Report>,
    missing: Option<String>,
}

struct Report {
    about: String,
    pictures: Vec<Picture>,
    money: bool,
    heads: Vec<String>,
    rows: Vec<Row>,
    unattributed: Vec<String>,
    total: Vec<String>,
    ties: bool,
    incremental: bool,
    disagreements: Vec<String>,
    notes: Vec<String>,
}

struct Row {
    name: String,
    cells: Vec<String>,
    incremental: String,
}

/// Models offered; the ones with weights of one's own need a file of settings.
const OFFERED: [ModelKind; 13] = [
    ModelKind::First,
    ModelKind::Last,
    ModelKind::LastNonDirect,
    ModelKind::Linear,
    ModelKind::TimeDecay,
    ModelKind::Position,
    ModelKind::UHalves,
    ModelKind::UWithRest,
    ModelKind::W,
    ModelKind::FullPath,
    ModelKind::Markov,
    ModelKind::Shapley,
    ModelKind::Hazard,
];

/// The page.
pub async fn page(app: web::Data<App>, req: HttpRequest) -> HttpResponse {
    let form = match Form::read(req.query_string()) {
        Ok(form) => form,
        Err(problem) => return show::sorry(&problem.into()),
    };
    let run = match form.scope.run(&app) {
        Ok(run) => run,
        Err(problem) => return show::sorry(&problem.into()),
    };
    let id = run.as_ref().map(|r| r.id.clone());
    show::page(&app, &req, id.as_deref(), move |app| {
        let frame = Frame::new(app, Place::Attribution, "Attribution", &form.scope, run.as_ref());
        let summary = run.as_ref().map(|r| app.summary(&r.id)).transpose()?;
        let (report, missing) = match form.answer(app) {
            Ok(answer) => (Some(report(&form, &answer, summary.as_deref())), None),
            Err(AnalysisError::NoData(text)) => (None, Some(text)),
            Err(other) => return Err(other),
        };
        Ok(Page {
            frame,
            run: form.scope.run.clone(),
            outcome: form.outcome_id(),
            lookback: form.lookback.unwrap_or(LOOKBACK),
            choices: OFFERED.iter().map(|k| (*k, form.models.contains(k))).collect(),
            report,
            missing,
        })
    })
    .await
}

/// What a run holds for incremental, in the unit that is credited: its own outcome, or won revenue by way of returns.
fn incremental(answer: &AttributionAnswer, s: &Summary, c: &ChannelSummary) -> Option<Interval> {
    // Stages are credited by account and modelled by lead: they are not the same count.
    if answer.meta.kpi.as_deref() != Some("won_revenue") {
        return None;
    }
    if words::bare(&s.kpi) == "won_revenue" {
        return Some(c.contribution);
    }
    // A count that is valued at won revenue gives won revenue by its return on spend.
    let valued = s.unit != s.currency && s.outcome_unit == s.currency;
    c.roas.filter(|_| valued).map(|roas| roas.map(|x| x * c.spend))
}

/// The run, where it can be held against what is credited.
fn comparable<'a>(answer: &AttributionAnswer, s: Option<&'a Summary>) -> Option<&'a Summary> {
    s.filter(|s| s.channels.iter().any(|c| incremental(answer, s, c).is_some()))
}

fn report(form: &Form, answer: &AttributionAnswer, s: Option<&Summary>) -> Report {
    let s = comparable(answer, s);
    let money = answer.models.iter().any(|m| m.total.value.0 != 0);
    let cell = |conversions: f64, value: i64| if money { words::cents(value) } else { words::fraction(conversions) };
    let currency = answer.meta.currency.as_deref().unwrap_or("EUR");
    let unit = if money { Unit::money(currency) } else { Unit::Plain };
    let channels = answer.models.first().map(|m| m.channels.iter().map(|c| c.channel.clone())).into_iter().flatten();
    let rows: Vec<Row> = channels
        .map(|channel| Row {
            name: words::name(&channel),
            cells: answer
                .models
                .iter()
                .map(|m| {
                    let found = m.channels.iter().find(|c| c.channel == channel);
                    found.map_or_else(|| "–".into(), |c| cell(c.conversions, c.value.0))
                })
                .collect(),
            incremental: s
                .and_then(|s| incremental(answer, s, s.channel(&channel)?))
                .map(|e| words::estimate(&e, &unit))
                .unwrap_or_else(|| "–".into()),
        })
        .collect();
    let counted = answer.journeys.won;
    let about = match &answer.meta.period {
        Some(p) => format!(
            "{} {} with {} touches, {}; {} without a touch that counts",
            words::whole(counted as i64),
            outcome_words(form.outcome),
            words::whole(answer.journeys.touches as i64),
            words::period(p),
            words::whole(answer.journeys.won_without_touch as i64)
        ),
        None => String::new(),
    };
    let picture = Picture::of("/attribution/models", form.pairs(), "Attribution models side by side")
        .table("/api/v1/attribution")
        .wide(1212);
    Report {
        about,
        pictures: vec![picture],
        money,
        heads: answer.models.iter().map(|m| m.label.clone()).collect(),
        unattributed: answer.models.iter().map(|m| cell(m.unattributed.conversions, m.unattributed.value.0)).collect(),
        total: answer.models.iter().map(|m| cell(m.total.conversions, m.total.value.0)).collect(),
        ties: answer.models.iter().all(tied),
        incremental: s.is_some(),
        disagreements: s.map(|s| disagreements(answer, s, &unit)).unwrap_or_default(),
        notes: notes(answer),
        rows,
    }
}

fn outcome_words(outcome: OutcomeStage) -> &'static str {
    match outcome {
        OutcomeStage::Won => "deals won",
        OutcomeStage::Sql => "accounts that became sales-qualified",
        OutcomeStage::Mql => "accounts that became marketing-qualified",
    }
}

/// Whether channels and unattributed add up to the total, to the cent.
fn tied(m: &ModelCredit) -> bool {
    m.channels.iter().map(|c| c.value.0).sum::<i64>() + m.unattributed.value.0 == m.total.value.0
}

/// Disagreements named, largest first.
const NAMED: usize = 4;

/// Channels whose credit under every model lies outside what the marketing-mix model holds possible.
fn disagreements(answer: &AttributionAnswer, s: &Summary, unit: &Unit) -> Vec<String> {
    let money = matches!(unit, Unit::Money { .. });
    let mut found: Vec<(f64, String)> = Vec::new();
    for c in &s.channels {
        let values = || {
            let credits = answer.models.iter().flat_map(|m| m.channels.iter().filter(|x| x.channel == c.channel));
            credits.map(|x| if money { x.value.to_f64() } else { x.conversions })
        };
        let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        if !least.is_finite() || !most.is_finite() {
            continue;
        }
        let Some(e) = incremental(answer, s, c) else { continue };
        let name = words::name(&c.channel);
        let likely = unit.range(e.p05, e.p95);
        if most < e.p05 {
            let gap = e.p05 - most;
            let text = format!(
                "{name} is credited with {} at most, and the mix model holds {likely} for incremental: attribution understates it",
                unit.write(most, None)
            );
            found.push((gap, text));
        } else if least > e.p95 {
            let text = format!(
                "{name} is credited with {} at least, and the mix model holds only {likely} for incremental: it is often on the way to deals that would have closed without it",
                unit.write(least, None)
            );
            found.push((least - e.p95, text));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().take(NAMED).map(|(_, text)| text).collect()
}

fn notes(answer: &AttributionAnswer) -> Vec<String> {
    use tandem_models::attribution::Note;
    let mut all = Vec::new();
    for m in &answer.models {
        for note in &m.notes {
            let text = match note {
                Note::NotRanked { channels } => format!(
                    "{}: the data do not rank {} against a neighbour",
                    m.label,
                    channels.iter().map(|c| words::name(c)).collect::<Vec<_>>().join(", ")
                ),
                Note::LinearOverDistinctChannels => {
                    format!("{}: this is linear credit over distinct channels, and no more", m.label)
                }
                Note::LinearOverTouches => format!("{}: this sums to linear credit over touches", m.label),
                Note::Order { order, chosen: true } => format!("{}: order {order}, chosen out of sample", m.label),
                Note::Order { order, chosen: false } => format!("{}: order {order}", m.label),
                Note::Auc { auc } => format!("{}: paths tell winners from others with an AUC of {auc:.2}", m.label),
                Note::NotConverged { iterations } => {
                    format!("{}: stopped after {iterations} iterations, before its tolerance", m.label)
                }
            };
            all.push(text);
        }
    }
    all
}

/// `/attribution/models.svg`: the models side by side, with the incremental estimate behind where there is one.
pub async fn drawing(app: web::Data<App>, req: HttpRequest) -> Answer {
    let run = Scope::default().run(&app)?.map(|r| r.id);
    let id = run.clone();
    drawing::drawn(&app, &req, run.as_deref(), move |app, query| {
        let form = Form::read(query)?;
        let id = form.scope.run.clone().or(id);
        let summary = id.map(|id| app.summary(&id)).transpose()?;
        figure(&*form.answer(app)?, summary.as_deref())
    })
    .await
}

fn figure(answer: &AttributionAnswer, s: Option<&Summary>) -> Result<AnyFigure> {
    let mut figure = figures::models(answer);
    let s = comparable(answer, s);
    for row in &mut figure.rows {
        if let Some((place, c)) =
            s.and_then(|s| s.channels.iter().enumerate().find(|(_, c)| words::name(&c.channel) == row.channel))
        {
            row.color = place;
            row.incremental = s.and_then(|s| incremental(answer, s, c)).map(|e| Estimate::new(e.p05, e.p50, e.p95));
        }
    }
    Ok(figure.into())
}
