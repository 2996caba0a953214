//! `/overview`: the figures of the first page in one answer.

use actix_web::{HttpRequest, web};

use super::super::answer;
use super::super::error::{Answer, ProblemBody};
use super::run_query::RunQuery;
use crate::analysis::overview::{self, Overview};
use crate::app::App;

/// Tiles, return by channel, shares and what changed.
#[utoipa::path(get, path = "/api/v1/overview", tag = "figures", params(RunQuery),
    responses((status = 200, body = Overview), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, req: HttpRequest, query: web::Query<RunQuery>) -> Answer {
    let run = query.resolve(&app)?;
    let id = run.clone();
    answer::figures(&app, &req, Some(&run), move |app| overview::of(app, &id)).await
}
