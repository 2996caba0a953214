//! From answers to figures: which numbers go where. The drawing itself is in `tandem-charts`.

mod bridge;
mod caption;
mod funnel;
mod journeys;
mod models;
mod plan;
mod run;
mod shapes;
mod variance;

use tandem_charts::AnyFigure;
use tandem_charts::figures::roi::Return;

use crate::analysis::plan::{PlanRequest, optimize_cached};
use crate::analysis::summary::Summary;
use crate::analysis::variance::Windows;
use crate::analysis::{AnalysisError, Result, attribution, funnel as stages, runs, saved, scenarios};
use crate::app::App;

pub use caption::{estimate, name, of_run, unit, words};
pub use funnel::funnel;
pub use journeys::{journey_length, time_lag, transition_graph, transitions};
pub use models::models;
pub use plan::budget;
pub use run::{channel, contributions, fit, response_curve, roi, share, verdict};
pub use variance::waterfall;

/// Figures that can be asked for by name.
pub const NAMES: &[&str] = &[
    "roi",
    "contributions",
    "channel",
    "response-curve",
    "waterfall",
    "share",
    "budget",
    "funnel",
    "fit",
    "models",
    "transitions",
    "transition-graph",
    "journey-length",
    "time-lag",
    "prior-posterior",
    "roi-densities",
    "bridge",
];

/// What a figure is made from; each reads what concerns it.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// Run id; the promoted run, or the newest, unless told.
    pub run: Option<String>,
    /// The promoted or newest run of this outcome.
    pub kpi: Option<String>,
    /// Channel, for figures of one; the one with most spend unless told.
    pub channel: Option<String>,
    /// Run that a bridge starts from; the one that the run refreshed unless told.
    pub from: Option<String>,
    /// `roi`, `roas` or `mroi`; `roi` or `contribution` for a bridge.
    pub measure: Option<String>,
    /// Attribution models, comma-separated.
    pub models: Option<String>,
    /// `won`, `sql` or `mql`.
    pub outcome: Option<String>,
    /// A saved scenario.
    pub scenario: Option<String>,
}

/// The run that a figure is read from; `None` for figures that need none.
///
/// # Errors
/// `NotFound`, or `NoData` where nothing was fitted yet.
pub fn run_of(app: &App, name: &str, ask: &Ask) -> Result<Option<String>> {
    if matches!(name, "funnel" | "models" | "transitions" | "transition-graph" | "journey-length" | "time-lag") {
        return Ok(None);
    }
    Ok(Some(runs::resolve(&app.store, ask.run.as_deref(), ask.kpi.as_deref())?.id))
}

/// Makes a figure of [`NAMES`] from the run that [`run_of`] gave.
///
/// # Errors
/// Those of the figures behind it; `Rejected` names a parameter.
pub fn make(app: &App, name: &str, ask: &Ask, run: Option<&str>) -> Result<AnyFigure> {
    let id = run.unwrap_or_default();
    Ok(match name {
        "roi" => roi(&*app.summary(id)?, measure(ask)?).into(),
        "contributions" => contributions(&*app.summary(id)?).into(),
        "channel" => {
            let summary = app.summary(id)?;
            channel(&summary, &channel_of(&summary, ask)?)?.into()
        }
        "response-curve" => {
            let summary = app.summary(id)?;
            let channel = channel_of(&summary, ask)?;
            let plan = plan_of(app, id, ask)?;
            let recommended = plan.channels.iter().find(|c| c.channel == channel).map(|c| c.recommended);
            response_curve(&summary, &channel, recommended.map(|x| x / summary.periods.len() as f64))?.into()
        }
        "waterfall" => {
            let summary = app.summary(id)?;
            waterfall(&summary, &crate::analysis::variance::between(app, id, &Windows::default())?).into()
        }
        "share" => share(&*app.summary(id)?).into(),
        "budget" => budget(&*app.summary(id)?, &plan_of(app, id, ask)?).into(),
        "funnel" => funnel(&stages::stages(&app.store, &stages::FunnelAsk::default())?).into(),
        "fit" => fit(&*app.summary(id)?).into(),
        "models" => models(&attribution::attribute(&app.store, &credited(ask)?)?).into(),
        "transitions" | "transition-graph" => {
            let ask = Ask { models: Some("markov".into()), ..ask.clone() };
            let answer = attribution::attribute(&app.store, &credited(&ask)?)?;
            if name == "transitions" { transitions(&answer).into() } else { transition_graph(&answer).into() }
        }
        "journey-length" => journey_length(&attribution::shape::shape(&app.store, &credited(ask)?, 1)?).into(),
        "time-lag" => time_lag(&attribution::shape::shape(&app.store, &credited(ask)?, 1)?).into(),
        "prior-posterior" => {
            let shapes = saved::shapes(&app.store.run_dir(id))?;
            shapes::prior_posterior(&*app.summary(id)?, &shapes).into()
        }
        "roi-densities" => {
            let shapes = saved::shapes(&app.store.run_dir(id))?;
            shapes::roi_densities(&*app.summary(id)?, &shapes).into()
        }
        "bridge" => {
            // A run that refreshed none is drawn against itself, as one in which nothing changed.
            let known = ask.from.as_deref().map(str::to_owned).or_else(|| app.summary(id).ok()?.refresh_of.clone());
            let told = crate::analysis::bridge::answer(app, Some(known.as_deref().unwrap_or(id)), id)?.bridge;
            bridge::bridge(&*app.summary(id)?, &told, ask.channel.as_deref(), ask.measure.as_deref())?.into()
        }
        other => return Err(AnalysisError::NotFound(format!("there is no chart `{other}`"))),
    })
}

fn measure(ask: &Ask) -> Result<Return> {
    match ask.measure.as_deref() {
        None | Some("roi") => Ok(Return::Roi),
        Some("roas") => Ok(Return::Roas),
        Some("mroi") => Ok(Return::Mroi),
        Some(other) => {
            Err(AnalysisError::rejected("measure", format!("`{other}` is not accepted; roi, roas and mroi are")))
        }
    }
}

/// Models, outcome and policies of the figures of attribution.
fn credited(ask: &Ask) -> Result<attribution::Ask> {
    let (models, outcome) = (ask.models.clone(), ask.outcome.clone());
    attribution::AttributionParams { models, outcome, ..Default::default() }.ask()
}

fn channel_of(summary: &Summary, ask: &Ask) -> Result<String> {
    if let Some(name) = &ask.channel {
        return Ok(name.clone());
    }
    let most = summary.channels.iter().filter(|c| c.curve.is_some()).max_by(|a, b| a.spend.total_cmp(&b.spend));
    most.map(|c| c.channel.clone()).ok_or_else(|| AnalysisError::NoData("no channel of this run has spend".into()))
}

fn plan_of(app: &App, run: &str, ask: &Ask) -> Result<crate::analysis::plan::PlanAnswer> {
    let request = match &ask.scenario {
        Some(id) => scenarios::get(&app.store, id)?.draft.plan,
        None => PlanRequest::default(),
    };
    let judged = !request.spend.is_empty();
    let request = PlanRequest { run: Some(run.to_owned()), ..request };
    if judged { crate::analysis::plan::evaluate_cached(app, &request) } else { optimize_cached(app, &request) }
}
