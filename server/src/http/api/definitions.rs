//! `/definitions`: every metric with its formula.

use actix_web::{HttpRequest, web};

use super::super::answer;
use super::super::error::Answer;
use crate::analysis::definitions::{self, Definitions};
use crate::app::App;

/// Every metric: formula, unit, owner, caution.
#[utoipa::path(get, path = "/api/v1/definitions", tag = "figures", responses((status = 200, body = Definitions)))]
pub async fn list(app: web::Data<App>, req: HttpRequest) -> Answer {
    answer::figures(&app, &req, None, |app| Ok(definitions::all(app.store.data_version()))).await
}
