//! `/attribution/deals/{id}`: one deal's credit touch by touch.

use actix_web::{HttpRequest, web};

use super::super::super::answer;
use super::super::super::error::{Answer, ProblemBody};
use super::params;
use crate::analysis::attribution::AttributionParams;
use crate::analysis::attribution::deal::{DealCredit, deal};
use crate::app::App;

/// The touches of a deal with weight and value under each rule; for each rule they add up to the deal to the cent.
#[utoipa::path(get, path = "/api/v1/attribution/deals/{id}", tag = "attribution", params(("id" = String, Path), AttributionParams),
    responses((status = 200, body = DealCredit), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn one(app: web::Data<App>, req: HttpRequest) -> Answer {
    let id = req.match_info().get("id").unwrap_or_default().to_owned();
    let (params, _): (AttributionParams, params::Nothing) = params::split(&req, &[])?;
    let ask = params.ask()?.rules(params.models.is_some(), "for a single deal")?;
    answer::figures(&app, &req, None, move |app| deal(&app.store, &ask, &id)).await
}
