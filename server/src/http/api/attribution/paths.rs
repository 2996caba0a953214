//! `/attribution/paths`: path tables in ChannelAttribution's form, sent to be credited or read from the store.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::super::error::{Answer, Code, Problem, ProblemBody};
use super::super::super::negotiate::{self, Form, TABLES};
use super::super::super::{answer, upload};
use super::params;
use crate::analysis::Tabular;
use crate::analysis::attribution::paths::{self, PathRows};
use crate::analysis::attribution::shape::{Shape, shape};
use crate::analysis::attribution::{AttributionAnswer, AttributionParams, models};
use crate::app::{App, Heavy};
use crate::export::Table;

/// How many paths are listed.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TopQuery {
    /// Paths listed, 1 to 100000; 1000 unless told. `total` says how many there are.
    pub limit: Option<usize>,
}

/// Distinct paths of the store with how often they ended in the outcome and without, commonest first.
#[utoipa::path(get, path = "/api/v1/attribution/paths", tag = "attribution", params(AttributionParams, TopQuery),
    responses((status = 200, body = Shape), (status = 409, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, req: HttpRequest) -> Answer {
    let (params, top): (AttributionParams, TopQuery) = params::split(&req, &["limit"])?;
    let limit = top.limit.unwrap_or(1000);
    if !(1..=100_000).contains(&limit) {
        let problem = Problem::new(Code::BadQuery, format!("`limit` is {limit}"));
        return Err(problem.field("limit").accepts("1 to 100000"));
    }
    let ask = params.ask()?;
    answer::figures(&app, &req, None, move |app| shape(&app.store, &ask, limit)).await
}

/// Credit over a path table that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct PathAnswer {
    /// The report, as for journeys of the store.
    #[serde(flatten)]
    pub credit: AttributionAnswer,
    /// Rows left out, by line with the reason (the first 1000), and what was rounded.
    pub notes: Vec<String>,
}

impl Tabular for PathAnswer {
    fn table(&self) -> Table {
        self.credit.table()
    }
}

/// Credits a path table: CSV with a header (`path;total_conversions;total_conversion_value;total_null`), or JSON.
///
/// The body is read piece by piece up to the limit of uploads. The answer is that of `tandem attribute --paths`.
#[utoipa::path(post, path = "/api/v1/attribution/paths", tag = "attribution", params(AttributionParams),
    request_body(content(("text/csv", example = "path;total_conversions;total_null\nSearch > Email;3;5\n"), (PathRows = "application/json"))),
    responses((status = 200, body = PathAnswer), (status = 413, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn credit(app: web::Data<App>, req: HttpRequest, payload: web::Payload) -> Answer {
    let form = negotiate::wanted(&req, TABLES)?;
    let (params, _): (AttributionParams, params::Nothing) = params::split(&req, &[])?;
    let kinds = models(params.models.as_deref().or(Some(paths::USUAL)))?;
    let settings = params.settings()?;
    let upload = upload::receive_as(&app, &req, payload, "paths.csv").await?;
    let Some(file) = upload.files.first().cloned() else {
        return Err(Problem::new(Code::BadBody, "the form holds no file").accepts("one file with a path table"));
    };
    let media = req.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let json = media.starts_with("application/json");
    let rendered = app
        .heavy(move |_| {
            // Held until the file was read.
            let _upload = upload;
            let made =
                if json { paths::of_json(&file, &kinds, &settings)? } else { paths::of_csv(&file, &kinds, &settings)? };
            answer::render(&PathAnswer { credit: made.answer, notes: made.notes }, form)
        })
        .await?;
    Ok(sent(rendered, form))
}

fn sent(rendered: answer::Rendered, form: Form) -> HttpResponse {
    HttpResponse::Ok().content_type(form.media()).body(rendered.into_bytes())
}
