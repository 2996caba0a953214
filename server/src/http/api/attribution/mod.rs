//! `/attribution`: credit for outcomes that happened, by model and channel, and what stands behind it.

pub mod deals;
pub mod journeys;
mod params;
pub mod paths;
pub mod returns;

use actix_web::{HttpRequest, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::answer;
use super::super::error::{Answer, ProblemBody};
use crate::analysis::attribution::by::{By, parted};
use crate::analysis::attribution::{self, AttributionAnswer, AttributionParams};
use crate::app::App;

/// How credit is told apart.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ByQuery {
    /// Tell credit apart by this beside the channel; rules only.
    #[param(inline)]
    pub by: Option<By>,
}

/// Credit by model and channel; each model's channels and `unattributed` add up to the total to the cent.
///
/// With `by` the answer has the shape `PartedCredit`: rows by campaign, region, segment or period, adding up to the same.
#[utoipa::path(get, path = "/api/v1/attribution", tag = "attribution", params(AttributionParams, ByQuery),
    responses((status = 200, body = AttributionAnswer), (status = 422, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, req: HttpRequest) -> Answer {
    let (params, extra): (AttributionParams, ByQuery) = params::split(&req, &["by"])?;
    let ask = params.ask()?;
    match extra.by {
        None => answer::figures(&app, &req, None, move |app| attribution::attribute(&app.store, &ask)).await,
        Some(by) => {
            let ask = ask.rules(params.models.is_some(), "by parts")?;
            answer::figures(&app, &req, None, move |app| parted(&app.store, &ask, by)).await
        }
    }
}
