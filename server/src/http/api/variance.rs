//! `/variance`: what changed between two periods, by cause.

use actix_web::{HttpRequest, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::answer;
use super::super::error::{Answer, ProblemBody};
use super::run_query::RunQuery;
use crate::analysis::variance::{self, Variance, Windows};
use crate::app::App;

/// Two windows to compare; the last 13 periods against the 13 before unless told.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct VarianceQuery {
    /// A run's id; the promoted run, or the newest, unless told.
    pub run: Option<String>,
    /// The promoted or newest run of this outcome.
    pub kpi: Option<String>,
    /// First day of the later window.
    pub from: Option<String>,
    /// Last day of the later window.
    pub to: Option<String>,
    /// First day of the earlier window.
    pub before_from: Option<String>,
    /// Last day of the earlier window.
    pub before_to: Option<String>,
}

/// Change of the outcome between two windows: baseline, each channel, and what the model leaves unexplained.
#[utoipa::path(get, path = "/api/v1/variance", tag = "figures", params(VarianceQuery),
    responses((status = 200, body = Variance), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, req: HttpRequest, query: web::Query<VarianceQuery>) -> Answer {
    let q = query.into_inner();
    let run = RunQuery { run: q.run, kpi: q.kpi, channel: None }.resolve(&app)?;
    let windows = Windows::parse(q.from, q.to, q.before_from, q.before_to)?;
    let id = run.clone();
    answer::figures(&app, &req, Some(&run), move |app| variance::between(app, &id, &windows)).await
}
