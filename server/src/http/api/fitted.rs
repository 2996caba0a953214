//! `/fit`: what the model says beside what happened.

use actix_web::{HttpRequest, web};

use super::super::answer;
use super::super::error::{Answer, ProblemBody};
use super::run_query::RunQuery;
use crate::analysis::tables::{self, Fitted};
use crate::app::App;

/// Actual and fitted outcome by period, and the errors of the fit.
#[utoipa::path(get, path = "/api/v1/fit", tag = "figures", params(RunQuery),
    responses((status = 200, body = Fitted), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, req: HttpRequest, query: web::Query<RunQuery>) -> Answer {
    let run = query.resolve(&app)?;
    let id = run.clone();
    answer::figures(&app, &req, Some(&run), move |app| {
        Ok(tables::fitted(&*app.summary(&id)?, &app.store.data_version()))
    })
    .await
}
