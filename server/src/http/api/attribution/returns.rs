//! `/attribution/returns`: spend beside the credit it was given: cost per stage, ROAS, CAC.

use actix_web::{HttpRequest, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::super::answer;
use super::super::super::error::{Answer, ProblemBody};
use super::params;
use crate::analysis::attribution::AttributionParams;
use crate::analysis::attribution::returns::{self, Returns, ReturnsBy};
use crate::app::App;

/// How returns are told.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReturnsQuery {
    /// One row a channel, or a campaign (rules only).
    #[serde(default)]
    #[param(inline)]
    pub by: ReturnsBy,
}

/// Spend and credit of one model (`linear` unless named) over one window: that of `from` and `to`, or the days with spend.
#[utoipa::path(get, path = "/api/v1/attribution/returns", tag = "attribution", params(AttributionParams, ReturnsQuery),
    responses((status = 200, body = Returns), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, req: HttpRequest) -> Answer {
    let (mut params, query): (AttributionParams, ReturnsQuery) = params::split(&req, &["by"])?;
    params.models.get_or_insert_with(|| returns::USUAL.id().into());
    let ask = params.ask()?;
    answer::figures(&app, &req, None, move |app| returns::returns(&app.store, &ask, query.by)).await
}
