//! `/model-runs`: fits as jobs, and the registry of what they made.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::answer;
use super::super::auth::Principal;
use super::super::error::{Answer, ProblemBody};
use super::super::negotiate::{self, Form};
use super::super::paging::{Page, PageQuery};
use crate::analysis::bridge::{self, BridgeAnswer};
use crate::analysis::request::FitRequest;
use crate::analysis::runs::{self, Run};
use crate::analysis::saved;
use crate::analysis::summary::Summary;
use crate::app::{App, Heavy};
use crate::jobs::job::Job;

/// A page of runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunList {
    /// Newest first.
    pub data: Vec<Run>,
    /// Where this page stands.
    pub page: Page,
}

/// A run with its figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunAnswer {
    /// The registry's record.
    #[serde(flatten)]
    pub run: Run,
    /// Every figure of the run.
    pub summary: Summary,
}

/// All runs, newest first.
#[utoipa::path(get, path = "/api/v1/model-runs", tag = "models", params(PageQuery), responses((status = 200, body = RunList)))]
pub async fn list(app: web::Data<App>, req: HttpRequest, page: web::Query<PageQuery>) -> Answer {
    let (data, page) = page.cut(runs::all(&app.store)?)?;
    answer::json(&req, &RunList { data, page })
}

/// Queues a fit: 202 with the job's place.
#[utoipa::path(post, path = "/api/v1/model-runs", tag = "models", request_body = FitRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body start one fit")),
    responses((status = 202, body = Job, headers(("Location" = String), ("Retry-After" = u32))),
              (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn create(app: web::Data<App>, who: Principal, body: web::Json<FitRequest>) -> Answer {
    let request = body.into_inner();
    let asked = request.clone();
    // A KPI that is not there, or a spec that does not fit its panel, is refused now and not by the job.
    app.heavy(move |app| crate::analysis::mmm::effective_spec(&app.store, &asked)).await?;
    let job = app.jobs.fit(&request, &who.name)?;
    Ok(HttpResponse::Accepted()
        .insert_header((header::LOCATION, format!("/api/v1/jobs/{}", job.id)))
        .insert_header((header::RETRY_AFTER, 1))
        .json(job))
}

/// One run with its figures.
#[utoipa::path(get, path = "/api/v1/model-runs/{id}", tag = "models", params(("id" = String, Path)),
    responses((status = 200, body = RunAnswer), (status = 404, body = ProblemBody)))]
pub async fn one(app: web::Data<App>, req: HttpRequest, id: web::Path<String>) -> Answer {
    let run = runs::get(&app.store, &id)?;
    let summary = (*app.summary(&id)?).clone();
    answer::json(&req, &RunAnswer { run, summary })
}

/// Cancels the fit that is to make this run. A run that is there is immutable and stays.
#[utoipa::path(delete, path = "/api/v1/model-runs/{id}", tag = "models", params(("id" = String, Path)),
    responses((status = 202, body = Job), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn cancel(app: web::Data<App>, id: web::Path<String>) -> Answer {
    let job = app.jobs.of_run(&id)?;
    Ok(HttpResponse::Accepted().json(app.jobs.cancel(&job.id)?))
}

/// The spec in effect, as TOML for `tandem fit --spec`.
#[utoipa::path(get, path = "/api/v1/model-runs/{id}/spec", tag = "models", params(("id" = String, Path)),
    responses((status = 200, description = "SPEC.toml", content_type = "application/toml", body = String), (status = 404, body = ProblemBody)))]
pub async fn spec(app: web::Data<App>, id: web::Path<String>) -> Answer {
    runs::get(&app.store, &id)?;
    let text = saved::spec_text(&app.store.run_dir(&id))?;
    Ok(HttpResponse::Ok().content_type("application/toml").body(text))
}

/// Every draw of every parameter, one column a parameter behind `chain` and `draw`, in model units; ArviZ and pandas read it.
#[utoipa::path(get, path = "/api/v1/model-runs/{id}/draws", tag = "models", params(("id" = String, Path)),
    responses((status = 200, description = "Parquet", content_type = "application/vnd.apache.parquet", body = Vec<u8>), (status = 404, body = ProblemBody)))]
pub async fn draws(app: web::Data<App>, req: HttpRequest) -> Answer {
    let form = negotiate::wanted(&req, &[Form::Parquet])?;
    let id = req.match_info().get("id").unwrap_or_default().to_owned();
    runs::get(&app.store, &id)?;
    let bytes = app.heavy(move |app| saved::draws_file(&app.store.run_dir(&id))).await?;
    Ok(HttpResponse::Ok().content_type(form.media()).body(bytes))
}

/// Which run to start from.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BridgeQuery {
    /// An earlier run of the same outcome; the one that this run refreshed unless told.
    pub from: Option<String>,
}

/// What made the difference to an earlier run, channel by channel, in steps that add up. Made by refits where nobody asked before.
#[utoipa::path(get, path = "/api/v1/model-runs/{id}/bridge", tag = "models", params(("id" = String, Path), BridgeQuery),
    responses((status = 200, body = BridgeAnswer), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn bridge(app: web::Data<App>, req: HttpRequest, query: web::Query<BridgeQuery>) -> Answer {
    let id = req.match_info().get("id").unwrap_or_default().to_owned();
    let from = query.into_inner().from;
    answer::figures(&app, &req, Some(&id.clone()), move |app| bridge::answer(app, from.as_deref(), &id)).await
}

/// Queues what made the difference to an earlier run: 202 with the job's place; once it is done, `GET` answers at once.
#[utoipa::path(post, path = "/api/v1/model-runs/{id}/bridge", tag = "models", params(("id" = String, Path), BridgeQuery),
    responses((status = 202, body = Job, headers(("Location" = String), ("Retry-After" = u32))),
              (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn make_bridge(
    app: web::Data<App>,
    who: Principal,
    id: web::Path<String>,
    query: web::Query<BridgeQuery>,
) -> Answer {
    let from = bridge::earlier(&app, query.into_inner().from.as_deref(), &id)?;
    let job = app.jobs.bridge(&from, &id, &who.name)?;
    Ok(HttpResponse::Accepted()
        .insert_header((header::LOCATION, format!("/api/v1/jobs/{}", job.id)))
        .insert_header((header::RETRY_AFTER, 1))
        .json(job))
}

/// Makes this the run that figures of its KPI are read from.
#[utoipa::path(post, path = "/api/v1/model-runs/{id}/promote", tag = "models", params(("id" = String, Path)),
    responses((status = 200, body = Run), (status = 404, body = ProblemBody)))]
pub async fn promote(app: web::Data<App>, who: Principal, id: web::Path<String>) -> Answer {
    Ok(HttpResponse::Ok().json(runs::promote(&app.store, &id, &who.name)?))
}
