//! `/funnel`: stage counts and rates, together and by cohort.

use actix_web::{HttpRequest, web};

use super::super::answer;
use super::super::error::{Answer, ProblemBody};
use crate::analysis::funnel::{self, FunnelAnswer, FunnelAsk};
use crate::app::App;

/// Stages with counts, rates, intervals and median days.
#[utoipa::path(get, path = "/api/v1/funnel", tag = "figures", params(FunnelAsk),
    responses((status = 200, body = FunnelAnswer), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn stages(app: web::Data<App>, req: HttpRequest, ask: web::Query<FunnelAsk>) -> Answer {
    let ask = ask.into_inner();
    answer::figures(&app, &req, None, move |app| funnel::stages(&app.store, &ask)).await
}

/// The same by cohort of coming in. Young cohorts have had less time.
#[utoipa::path(get, path = "/api/v1/funnel/cohorts", tag = "figures", params(FunnelAsk),
    responses((status = 200, body = FunnelAnswer), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn cohorts(app: web::Data<App>, req: HttpRequest, ask: web::Query<FunnelAsk>) -> Answer {
    let ask = ask.into_inner();
    answer::figures(&app, &req, None, move |app| funnel::cohorts(&app.store, &ask)).await
}
