//! `/response-curves`: outcome against spend, per period of steady spend.

use actix_web::{HttpRequest, web};

use super::super::answer;
use super::super::error::{Answer, ProblemBody};
use super::run_query::RunQuery;
use crate::analysis::tables::{self, Curves};
use crate::app::App;

/// Response curves with intervals; points beyond observed spend say so.
#[utoipa::path(get, path = "/api/v1/response-curves", tag = "figures", params(RunQuery),
    responses((status = 200, body = Curves), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, req: HttpRequest, query: web::Query<RunQuery>) -> Answer {
    let run = query.resolve(&app)?;
    let (id, channel) = (run.clone(), query.into_inner().channel);
    answer::figures(&app, &req, Some(&run), move |app| {
        tables::curves(&*app.summary(&id)?, channel.as_deref(), &app.store.data_version())
    })
    .await
}
