//! `/contributions`: what each channel added, by period.

use actix_web::{HttpRequest, web};

use super::super::answer;
use super::super::error::{Answer, ProblemBody};
use super::run_query::RunQuery;
use crate::analysis::tables::{self, Contributions};
use crate::app::App;

/// Contribution of each channel and the baseline by period; together they are the fitted outcome.
#[utoipa::path(get, path = "/api/v1/contributions", tag = "figures", params(RunQuery),
    responses((status = 200, body = Contributions), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, req: HttpRequest, query: web::Query<RunQuery>) -> Answer {
    let run = query.resolve(&app)?;
    let (id, channel) = (run.clone(), query.into_inner().channel);
    answer::figures(&app, &req, Some(&run), move |app| {
        tables::contributions(&*app.summary(&id)?, channel.as_deref(), &app.store.data_version())
    })
    .await
}
