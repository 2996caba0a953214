//! `/attribution`: how models share credit for outcomes that happened, beside what would not have happened without spend.

mod beside;
pub mod deal;
pub mod drawing;
mod form;
mod journeys;
mod spend;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use tandem_charts::Unit;
use tandem_models::attribution::ModelKind;

use super::frame::{Frame, Place};
use super::picture::Picture;
use super::{show, words};
use crate::analysis::AnalysisError;
use crate::analysis::attribution::notes::notes;
use crate::analysis::attribution::{AttributionAnswer, ModelCredit, OutcomeStage};
use crate::analysis::summary::Summary;
use crate::app::App;
use beside::{comparable, disagreements, incremental};
use form::{Form, LOOKBACK};
use journeys::Journeys;
use spend::Spend;

#[derive(Template)]
#[template(path = "attribution.html")]
struct Page {
    frame: Frame,
    run: Option<String>,
    outcome: &'static str,
    lookback: u32,
    choices: Vec<(ModelKind, bool)>,
    order: String,
    report: Option<Report>,
    journeys: Option<Journeys>,
    spend: Option<Spend>,
    spend_heads: [&'static str; 8],
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
        let (report, journeys, spend, missing) = match form.answer(app) {
            Ok(answer) => (
                Some(report(&form, &answer, summary.as_deref())),
                Some(journeys::journeys(&form, &answer, &*form.shape(app)?)),
                spend::spend(&*form.returns(app)?),
                None,
            ),
            Err(AnalysisError::NoData(text)) => (None, None, None, Some(text)),
            Err(other) => return Err(other),
        };
        Ok(Page {
            frame,
            run: form.scope.run.clone(),
            outcome: form.ask.outcome.as_str(),
            lookback: form.params.lookback.unwrap_or(LOOKBACK),
            order: form.params.order.clone().unwrap_or_else(|| "1".into()),
            choices: OFFERED.iter().map(|k| (*k, form.ask.models.contains(k))).collect(),
            report,
            journeys,
            spend,
            spend_heads: spend::HEADS,
            missing,
        })
    })
    .await
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
                    found.map_or_else(
                        || "–".into(),
                        |c| {
                            let interval = if money { c.value_interval } else { c.conversions_interval };
                            let shown = cell(c.conversions, c.value.0);
                            // Credit that is estimated is never shown without its interval.
                            interval.map_or(shown.clone(), |[a, b]| format!("{shown} ({})", unit.range(a, b)))
                        },
                    )
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
            outcome_words(form.ask.outcome),
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
        notes: notes(answer, words::name),
        rows,
    }
}

fn outcome_words(outcome: OutcomeStage) -> &'static str {
    match outcome {
        OutcomeStage::Won => "deals won",
        OutcomeStage::Opportunity => "accounts that reached an opportunity",
        OutcomeStage::Sql => "accounts that became sales-qualified",
        OutcomeStage::Sal => "accounts that sales accepted",
        OutcomeStage::Mql => "accounts that became marketing-qualified",
    }
}

/// Whether channels and unattributed add up to the total, to the cent.
fn tied(m: &ModelCredit) -> bool {
    m.channels.iter().map(|c| c.value.0).sum::<i64>() + m.unattributed.value.0 == m.total.value.0
}
