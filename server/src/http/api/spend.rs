//! `/spend`: spend by channel and period.

use actix_web::{HttpRequest, web};

use super::super::answer;
use super::super::error::{Answer, ProblemBody};
use crate::analysis::listings::{self, Spend, SpendAsk};
use crate::app::App;

/// Spend and exposure by channel and period, all geos together.
#[utoipa::path(get, path = "/api/v1/spend", tag = "data", params(SpendAsk),
    responses((status = 200, body = Spend), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, req: HttpRequest, ask: web::Query<SpendAsk>) -> Answer {
    let ask = ask.into_inner();
    answer::figures(&app, &req, None, move |app| listings::spend(&app.store, &ask)).await
}
