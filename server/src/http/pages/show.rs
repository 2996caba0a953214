//! How a page is answered: made off the async threads, kept by data version and run, problems as a page.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::super::error::Problem;
use super::super::etag;
use super::scope::Scope;
use crate::analysis::runs::Run;
use crate::analysis::{AnalysisError, Result};
use crate::app::{App, Heavy};

const HTML: &str = "text/html; charset=utf-8";

/// A page about the run that its scope names, kept like [`page`]; `None` reaches `make` where nothing was fitted yet.
pub async fn of_run<T, F>(app: &web::Data<App>, req: &HttpRequest, scope: Scope, make: F) -> HttpResponse
where
    T: Template,
    F: FnOnce(&App, &Scope, Option<&Run>) -> Result<T> + Send + 'static,
{
    let run = match scope.run(app) {
        Ok(run) => run,
        Err(problem) => return sorry(&problem.into()),
    };
    let id = run.as_ref().map(|r| r.id.clone());
    page(app, req, id.as_deref(), move |app| make(app, &scope, run.as_ref())).await
}

/// Makes a page of [`of_run`] before anyone asks for it at `path` with the query of `scope`.
///
/// # Errors
/// Those of `make`.
pub fn ahead<T: Template>(
    app: &App,
    path: &str,
    scope: &Scope,
    make: impl FnOnce(&App, &Scope, Option<&Run>) -> Result<T>,
) -> Result<()> {
    let run = scope.run(app)?;
    let query = scope.query();
    let key =
        parts(&app.store.data_version(), run.as_ref().map(|r| r.id.as_str()), path, query.trim_start_matches('?'))
            .join("\n");
    app.cache.get(&key, || write(&make(app, scope, run.as_ref())?)).map(|_: Arc<String>| ())
}

/// What a page is kept by.
fn parts<'a>(data_version: &'a str, run: Option<&'a str>, path: &'a str, query: &'a str) -> [&'a str; 5] {
    [data_version, run.unwrap_or("-"), path, query, "html"]
}

/// A page whose content depends on data, runs and the URL alone; kept until one of them changes.
pub async fn page<T, F>(app: &web::Data<App>, req: &HttpRequest, run: Option<&str>, make: F) -> HttpResponse
where
    T: Template,
    F: FnOnce(&App) -> Result<T> + Send + 'static,
{
    match kept(app, req, run, make).await {
        Ok(answer) => answer,
        Err(problem) => sorry(&problem),
    }
}

async fn kept<T, F>(
    app: &web::Data<App>,
    req: &HttpRequest,
    run: Option<&str>,
    make: F,
) -> std::result::Result<HttpResponse, Problem>
where
    T: Template,
    F: FnOnce(&App) -> Result<T> + Send + 'static,
{
    let version = app.store.data_version();
    let parts = parts(&version, run, req.path(), req.query_string());
    let tag = etag::of(&parts);
    if let Some(settled) = tag.settle(req)? {
        return Ok(settled);
    }
    let key = parts.join("\n");
    let text = match app.cache.peek::<String>(&key) {
        Some(kept) => kept,
        None => app.heavy(move |app| app.cache.get(&key, || write(&make(app)?))).await?,
    };
    Ok(HttpResponse::Ok().insert_header((header::ETAG, tag.header())).content_type(HTML).body((*text).clone()))
}

/// A page that changes by itself (jobs that run), made anew each time.
pub async fn live<T, F>(app: &web::Data<App>, make: F) -> HttpResponse
where
    T: Template + Send + 'static,
    F: FnOnce(&App) -> Result<T> + Send + 'static,
{
    match app.heavy(move |app| write(&make(app)?)).await {
        Ok(text) => HttpResponse::Ok().content_type(HTML).body(text),
        Err(problem) => sorry(&problem),
    }
}

fn write(page: &impl Template) -> Result<String> {
    page.render().map_err(AnalysisError::fault)
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Sorry {
    title: &'static str,
    detail: String,
    field: Option<String>,
    accepted: Option<String>,
    code: &'static str,
}

/// A problem as a page, with its status.
#[must_use]
pub fn sorry(problem: &Problem) -> HttpResponse {
    let body = problem.body();
    let page = Sorry {
        title: body.title,
        detail: body.detail,
        field: problem.field.clone(),
        accepted: body.accepted,
        code: body.code,
    };
    let mut answer = HttpResponse::build(problem.code.status());
    if let Some(seconds) = problem.retry_after {
        answer.insert_header((header::RETRY_AFTER, seconds));
    }
    match page.render() {
        Ok(text) => answer.content_type(HTML).body(text),
        Err(error) => {
            tracing::error!(%error, "the problem page could not be written");
            answer.finish()
        }
    }
}
