//! `/roi`: return by channel, with intervals.

use actix_web::{HttpRequest, web};

use super::super::answer;
use super::super::error::{Answer, ProblemBody};
use super::run_query::RunQuery;
use crate::analysis::tables::{self, Roi};
use crate::app::App;

/// Spend, contribution, ROAS, ROI and marginal ROI by channel.
#[utoipa::path(get, path = "/api/v1/roi", tag = "figures", params(RunQuery),
    description = "Also as `/api/v1/roi.csv`, `.xlsx` and `.json`, or by `Accept`.",
    responses((status = 200, body = Roi), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, req: HttpRequest, query: web::Query<RunQuery>) -> Answer {
    let run = query.resolve(&app)?;
    let id = run.clone();
    answer::figures(&app, &req, Some(&run), move |app| Ok(tables::roi(&*app.summary(&id)?, &app.store.data_version())))
        .await
}
