//! `/model`: fit a model, watch it, judge it, compare it with others and promote one.

mod bridged;
mod compared;
mod health;
mod judged;

use actix_web::http::header;
use actix_web::web::Query;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use tandem_charts::figures::Residuals;
use tandem_store::state::Status;

use super::super::auth::Principal;
use super::super::error::Answer;
use super::drawing;
use super::frame::{Frame, Place};
use super::picture::{HALF, Picture};
use super::scope::{Scope, escape};
use super::{show, words};
use crate::analysis::request::{Estimator, FitRequest};
use crate::analysis::runs::{self, Run};
use crate::analysis::{AnalysisError, Result, listings, mmm, saved};
use crate::app::{App, Heavy};
use crate::figures;
use crate::jobs::job::{Job, Kind};
use bridged::Bridged;
use compared::Compared;
use health::{Check, Fact};

#[derive(Template)]
#[template(path = "model.html")]
struct Page {
    frame: Frame,
    kpis: Vec<String>,
    chosen: String,
    jobs: Vec<Work>,
    waits: bool,
    report: Option<Report>,
    runs: Vec<Line>,
    compared: Option<Compared>,
    bridged: Option<Bridged>,
}

struct Report {
    run: String,
    about: String,
    stale: bool,
    health: Vec<Fact>,
    checks: Vec<Check>,
    pictures: Vec<Picture>,
    details: Vec<(String, String)>,
    notes: Vec<String>,
    verdicts: Vec<judged::Row>,
    levers: Vec<judged::Lever>,
    experiments: Vec<judged::Experiment>,
    prior: Option<String>,
    refresh_of: Option<(String, String)>,
}

struct Work {
    id: String,
    what: String,
    status: &'static str,
    mark: &'static str,
    done: Option<String>,
    percent: String,
    doing: String,
    error: Option<String>,
    /// Where what it made is shown.
    place: String,
    /// What leads there.
    link: &'static str,
}

struct Line {
    id: String,
    short: String,
    kpi: String,
    estimator: String,
    seed: u64,
    status: &'static str,
    error: Option<String>,
    r2: String,
    holdout: String,
    seconds: String,
    at: String,
    by: String,
    done: bool,
    promoted: bool,
    /// Whether it is older than the promoted run of its outcome: promoting it is a step back.
    back: bool,
    shown: bool,
    stale: bool,
    compared: bool,
}

/// The page's query.
#[derive(Debug, Default)]
struct Ask {
    scope: Scope,
    compare: Vec<String>,
}

/// Jobs shown beside the form.
const JOBS: usize = 5;
/// Runs listed.
const RUNS: usize = 50;

impl Ask {
    fn read(query: &str) -> Result<Ask> {
        let mut ask = Ask::default();
        for (key, value) in pairs(query)? {
            match key.as_str() {
                "run" => ask.scope.run = Some(value),
                "kpi" => ask.scope.kpi = Some(value),
                "compare" => ask.compare.push(value),
                other => {
                    return Err(AnalysisError::rejected(other, "is no field of this page; run, kpi and compare are"));
                }
            }
        }
        Ok(ask)
    }
}

/// Filled fields of a query or a form's body.
fn pairs(text: &str) -> Result<Vec<(String, String)>> {
    let all = Query::<Vec<(String, String)>>::from_query(text)
        .map_err(|e| AnalysisError::rejected("query", e.to_string()))?
        .into_inner();
    Ok(all.into_iter().map(|(k, v)| (k, v.trim().to_owned())).filter(|(_, v)| !v.is_empty()).collect())
}

/// The page; not kept, because jobs change it.
pub async fn page(app: web::Data<App>, req: HttpRequest) -> HttpResponse {
    let ask = match Ask::read(req.query_string()) {
        Ok(ask) => ask,
        Err(problem) => return show::sorry(&problem.into()),
    };
    show::live(&app, move |app| made(app, &ask)).await
}

fn made(app: &App, ask: &Ask) -> Result<Page> {
    let run = ask.scope.run(app)?;
    let version = app.store.data_version();
    let report = run.as_ref().map(|run| report(app, run)).transpose()?;
    let jobs: Vec<Work> = app.jobs.all()?.iter().take(JOBS).map(|job| work(app, job)).collect();
    let shown = run.as_ref().map(|r| r.id.as_str());
    let all = runs::all(&app.store)?;
    let promoted: Vec<(String, jiff::Timestamp)> =
        all.iter().filter(|r| r.promoted).map(|r| (r.kpi.clone(), r.created_at)).collect();
    let line = |r: Run| Line {
        back: promoted.iter().any(|(kpi, at)| *kpi == r.kpi && r.created_at < *at),
        shown: shown == Some(&r.id),
        compared: ask.compare.contains(&r.id),
        stale: r.data_version != version,
        short: short(&r.id),
        done: r.fit.is_some(),
        r2: r.fit.map_or_else(|| "–".into(), |f| format!("{:.3}", f.r2)),
        holdout: r.fit.and_then(|f| f.holdout_mape).map_or_else(|| "–".into(), words::percent),
        seconds: r.seconds.map_or_else(|| "–".into(), |s| format!("{s:.1}")),
        at: words::minute(&r.created_at),
        status: r.status.as_str(),
        kpi: r.kpi,
        estimator: r.estimator,
        seed: r.seed,
        error: r.error,
        by: r.by,
        promoted: r.promoted,
        id: r.id,
    };
    let compared = if ask.compare.len() > 1 { Some(compared::of(app, &ask.compare)?) } else { None };
    let bridged = if ask.compare.len() == 2 { bridged::of(app, &ask.compare)? } else { None };
    Ok(Page {
        bridged,
        frame: Frame::new(app, Place::Model, "Model", &ask.scope, run.as_ref()),
        kpis: listings::kpis(&app.store)?.data.into_iter().map(|k| k.name).collect(),
        chosen: run.as_ref().map_or_else(|| "won_revenue".into(), |r| r.kpi.clone()),
        waits: jobs.iter().any(|j| j.done.is_some()),
        jobs,
        report,
        runs: all.into_iter().take(RUNS).map(line).collect(),
        compared,
    })
}

/// The end of an id, which differs between runs of one day.
fn short(id: &str) -> String {
    let tail: Vec<char> = id.chars().rev().take(8).collect();
    tail.into_iter().rev().collect()
}

fn report(app: &App, run: &Run) -> Result<Report> {
    let s = app.summary(&run.id)?;
    let pair = || vec![("run", s.run.clone())];
    let mut pictures = vec![
        Picture::chart("fit", pair(), "Fitted against actual outcome").table("/api/v1/fit"),
        Picture::of("/model/residuals", pair(), "What the model missed, week by week").table("/api/v1/fit"),
        Picture::chart("contributions", pair(), "Contribution of each channel over time")
            .table("/api/v1/contributions"),
        Picture::chart("roi", pair(), "Return on investment by channel, with intervals").table("/api/v1/roi"),
    ];
    // Runs of earlier versions kept no distributions.
    let shapes = saved::shapes(&app.store.run_dir(&run.id)).unwrap_or_default();
    if shapes.iter().any(|s| !s.roi.is_empty()) {
        pictures.push(
            Picture::chart("roi-densities", pair(), "What is left open of each channel's return").table("/api/v1/roi"),
        );
    }
    if shapes.iter().any(|s| !s.prior.is_empty()) {
        pictures.push(Picture::chart(
            "prior-posterior",
            pair(),
            "What was assumed of each channel and what was learned",
        ));
    }
    let pictures = pictures.into_iter().map(|p| p.wide(HALF).tall(380)).collect();
    let (details, notes) = health::details(&s);
    Ok(Report {
        run: s.run.clone(),
        about: format!(
            "{} explained by {} channels over {} periods, {}, by {} with {} draws{}",
            words::capital(&words::kpi(&s.kpi)),
            s.channels.len(),
            s.periods.len(),
            words::period(&s.period),
            s.estimator,
            words::whole(s.draws as i64),
            if s.staged() { "; ROI on eventual won revenue" } else { "" }
        ),
        stale: s.data_version != app.store.data_version(),
        health: health::facts(&s),
        checks: health::checks(&s),
        pictures,
        details,
        notes,
        verdicts: judged::verdicts(&s),
        levers: judged::levers(&s),
        experiments: judged::experiments(&s),
        prior: judged::prior(&s),
        refresh_of: s.refresh_of.as_ref().map(|id| (id.clone(), short(id))),
    })
}

fn work(app: &App, job: &Job) -> Work {
    let said = app.jobs.live(&job.id).map(|live| live.after(0)).unwrap_or_default();
    let progress = said.iter().rev().find(|e| e.kind == "progress").map(|e| &e.data);
    let done = progress.and_then(|p| p.get("done")).and_then(serde_json::Value::as_f64).unwrap_or(0.0);
    let doing = progress.and_then(|p| p.get("what")).and_then(serde_json::Value::as_str).unwrap_or("waits its turn");
    let (status, mark) = match job.status {
        Status::Done => ("done", "better"),
        Status::Failed => ("failed", "worse"),
        other => (other.as_str(), "unsure"),
    };
    Work {
        id: job.id.clone(),
        what: match job.kind {
            Kind::Fit => format!("{} by {}", words::kpi(&job.request.kpi), job.request.estimator.as_str()),
            Kind::Bridge => format!("What made the difference to run {}", short(&job.run)),
        },
        place: match (job.kind, &job.request.refresh_of) {
            (Kind::Bridge, Some(from)) => bridged::place(from, &job.run),
            _ => format!("/model?run={}", escape(&job.run)),
        },
        link: if job.kind == Kind::Fit { "look at the run" } else { "look at it" },
        status,
        mark,
        done: (!job.status.is_final()).then(|| format!("{done:.3}")),
        percent: words::percent(done),
        doing: doing.to_owned(),
        error: job.error.clone(),
    }
}

/// Queues a fit and comes back to the page that shows it.
pub async fn fit(app: web::Data<App>, who: Principal, body: web::Bytes) -> HttpResponse {
    let queued = match asked(&body) {
        Err(problem) => Err(problem.into()),
        Ok(request) => {
            let held = request.clone();
            // An outcome that is not there, or days that are none, are refused now and not by the job.
            match app.heavy(move |app| mmm::effective_spec(&app.store, &held)).await {
                Err(problem) => Err(problem),
                Ok(_) => app.jobs.fit(&request, &who.name).map_err(Into::into),
            }
        }
    };
    match queued {
        Ok(_) => HttpResponse::SeeOther().insert_header((header::LOCATION, "/model")).finish(),
        Err(problem) => show::sorry(&problem),
    }
}

/// Queues what lies between two runs and comes back to their comparison.
pub async fn bridge(app: web::Data<App>, who: Principal, body: web::Bytes) -> HttpResponse {
    let queued = std::str::from_utf8(&body)
        .map_err(|_| AnalysisError::rejected("from", "is not UTF-8"))
        .and_then(pairs)
        .and_then(|fields| {
            let field = |name: &str| {
                let found = fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
                found.ok_or_else(|| AnalysisError::rejected(name, "is needed: the id of a run"))
            };
            let (from, to) = (field("from")?, field("to")?);
            app.jobs.bridge(&from, &to, &who.name)?;
            Ok(bridged::place(&from, &to))
        });
    match queued {
        Ok(place) => HttpResponse::SeeOther().insert_header((header::LOCATION, place)).finish(),
        Err(problem) => show::sorry(&problem.into()),
    }
}

fn asked(body: &[u8]) -> Result<FitRequest> {
    let text = std::str::from_utf8(body).map_err(|_| AnalysisError::rejected("kpi", "is not UTF-8"))?;
    let mut request = FitRequest::default();
    for (key, value) in pairs(text)? {
        match key.as_str() {
            "kpi" => request.kpi = value,
            "estimator" => {
                request.estimator = match value.as_str() {
                    "ridge" => Estimator::Ridge,
                    "bayes" => Estimator::Bayes,
                    other => {
                        let what = format!("`{other}` is not accepted; ridge and bayes are");
                        return Err(AnalysisError::rejected("estimator", what));
                    }
                };
            }
            "seed" => {
                let seed = value.parse().map_err(|_| {
                    AnalysisError::rejected(
                        "seed",
                        format!("`{value}` is not accepted; a whole number of 0 or more is"),
                    )
                })?;
                request.seed = Some(seed);
            }
            "refresh_of" => request.refresh_of = Some(value),
            "from" => request.from = Some(value),
            "to" => request.to = Some(value),
            other => {
                return Err(AnalysisError::rejected(
                    other,
                    "is no field of this form; kpi, refresh_of, estimator, seed, from and to are",
                ));
            }
        }
    }
    if request.kpi.is_empty() && request.refresh_of.is_none() {
        return Err(AnalysisError::rejected("kpi", "is needed; the data page lists the outcomes"));
    }
    Ok(request)
}

/// Makes a run the one that figures of its outcome are read from.
pub async fn promote(app: web::Data<App>, who: Principal, id: web::Path<String>) -> HttpResponse {
    match runs::promote(&app.store, &id, &who.name) {
        Ok(run) => {
            let to = format!("/model?run={}", escape(&run.id));
            HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish()
        }
        Err(problem) => show::sorry(&problem.into()),
    }
}

/// `/model/residuals.svg`: actual less fitted.
pub async fn drawing(app: web::Data<App>, req: HttpRequest) -> Answer {
    let ask = Ask::read(&drawing::split(req.query_string())?.1.replacen('?', "", 1))?;
    let run = ask.scope.run(&app)?.ok_or_else(|| AnalysisError::NoData("no model was fitted yet".into()))?;
    let id = run.id.clone();
    drawing::drawn(&app, &req, Some(&id), move |app, _| {
        let s = app.summary(&run.id)?;
        Ok(Residuals {
            caption: figures::of_run(&s),
            unit: figures::unit(&s),
            dates: s.periods.iter().filter_map(|p| p.parse().ok()).collect(),
            residuals: s.fitted.iter().map(|p| p.actual - p.fitted.mean).collect(),
        }
        .into())
    })
    .await
}
