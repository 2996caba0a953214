//! `/scenarios`: plans to judge, to find and to keep.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::auth::Principal;
use super::super::error::{Answer, Problem, ProblemBody};
use super::super::paging::{Page, PageQuery};
use super::super::{answer, etag};
use crate::analysis::plan::{self, PlanAnswer, PlanRequest};
use crate::analysis::scenarios::{self, Draft, Scenario};
use crate::app::{App, Heavy};

/// A page of scenarios.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScenarioList {
    /// Newest first.
    pub data: Vec<Scenario>,
    /// Where this page stands.
    pub page: Page,
}

/// What the model expects of a plan: `spend` by channel, others as they are.
#[utoipa::path(post, path = "/api/v1/scenarios/evaluate", tag = "plans", request_body = PlanRequest,
    responses((status = 200, body = PlanAnswer), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn evaluate(app: web::Data<App>, body: web::Json<PlanRequest>) -> Answer {
    let request = body.into_inner();
    let answer = app.heavy(move |app| plan::evaluate_cached(app, &request)).await?;
    Ok(HttpResponse::Ok().json(answer))
}

/// The best plan within budget, bounds and locks; never worse than today's.
#[utoipa::path(post, path = "/api/v1/scenarios/optimize", tag = "plans", request_body = PlanRequest,
    responses((status = 200, body = PlanAnswer), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn optimize(app: web::Data<App>, body: web::Json<PlanRequest>) -> Answer {
    let request = body.into_inner();
    let answer = app.heavy(move |app| plan::optimize_cached(app, &request)).await?;
    Ok(HttpResponse::Ok().json(answer))
}

/// All scenarios, newest first.
#[utoipa::path(get, path = "/api/v1/scenarios", tag = "plans", params(PageQuery), responses((status = 200, body = ScenarioList)))]
pub async fn list(app: web::Data<App>, req: HttpRequest, page: web::Query<PageQuery>) -> Answer {
    let (data, page) = page.cut(scenarios::all(&app.store)?)?;
    answer::json(&req, &ScenarioList { data, page })
}

/// Keeps a plan under a name.
#[utoipa::path(post, path = "/api/v1/scenarios", tag = "plans", request_body = Draft,
    responses((status = 201, body = Scenario, headers(("Location" = String), ("ETag" = String))), (status = 422, body = ProblemBody)))]
pub async fn create(app: web::Data<App>, who: Principal, body: web::Json<Draft>) -> Answer {
    let made = scenarios::create(&app.store, &body, &who.name)?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, format!("/api/v1/scenarios/{}", made.id)))
        .insert_header((header::ETAG, tag(&made)?.header()))
        .json(made))
}

/// One scenario; its ETag is what a change must name in `If-Match`.
#[utoipa::path(get, path = "/api/v1/scenarios/{id}", tag = "plans", params(("id" = String, Path)),
    responses((status = 200, body = Scenario), (status = 404, body = ProblemBody)))]
pub async fn one(app: web::Data<App>, req: HttpRequest, id: web::Path<String>) -> Answer {
    let found = scenarios::get(&app.store, &id)?;
    let tag = tag(&found)?;
    if let Some(settled) = tag.settle(&req)? {
        return Ok(settled);
    }
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag.header())).json(found))
}

/// Replaces a scenario; with `If-Match` only the version it names.
#[utoipa::path(put, path = "/api/v1/scenarios/{id}", tag = "plans", params(("id" = String, Path)), request_body = Draft,
    responses((status = 200, body = Scenario), (status = 404, body = ProblemBody), (status = 412, body = ProblemBody)))]
pub async fn replace(
    app: web::Data<App>,
    req: HttpRequest,
    who: Principal,
    id: web::Path<String>,
    body: web::Json<Draft>,
) -> Answer {
    let held = scenarios::get(&app.store, &id)?;
    tag(&held)?.require(&req)?;
    let guard = req.headers().contains_key(header::IF_MATCH).then_some(held.revision);
    let changed = scenarios::replace(&app.store, &id, &body, &who.name, guard)?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag(&changed)?.header())).json(changed))
}

/// Removes a scenario; with `If-Match` only the version it names.
#[utoipa::path(delete, path = "/api/v1/scenarios/{id}", tag = "plans", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = ProblemBody), (status = 412, body = ProblemBody)))]
pub async fn remove(app: web::Data<App>, req: HttpRequest, who: Principal, id: web::Path<String>) -> Answer {
    tag(&scenarios::get(&app.store, &id)?)?.require(&req)?;
    scenarios::remove(&app.store, &id, &who.name)?;
    Ok(HttpResponse::NoContent().finish())
}

fn tag(scenario: &Scenario) -> Result<etag::Tag, Problem> {
    Ok(etag::of(&[&serde_json::to_string(scenario).map_err(Problem::internal)?]))
}
