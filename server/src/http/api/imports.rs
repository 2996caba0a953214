//! `/imports`: files in, with a dry run first where wanted; what was understood, taken and left out.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use tandem_store::import::{As, ImportFile, ImportOptions, ImportReport, Status};
use utoipa::{IntoParams, ToSchema};

use super::super::auth::Principal;
use super::super::error::{Answer, Code, Problem, ProblemBody};
use super::super::paging::{Page, PageQuery};
use super::super::{answer, replay, upload};
use crate::analysis::{AnalysisError, import_log};
use crate::app::{App, Heavy};

/// How files are to be read.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// Say what would be imported, and write nothing.
    #[serde(default)]
    pub dry_run: bool,
    /// Take all rows or none.
    #[serde(default)]
    pub strict: bool,
    /// Layout: `robyn`, `meridian` or `canonical:<table>`; recognised by the header unless told.
    #[serde(rename = "as")]
    #[param(rename = "as")]
    pub as_: Option<String>,
    /// Dataset that the rows belong to.
    pub dataset: Option<String>,
    /// Name of the file, where the body is the file itself.
    pub filename: Option<String>,
}

/// One batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct Import {
    /// Content-derived id of the batch.
    pub id: String,
    /// Place in the order of batches.
    pub seq: u32,
    /// File it came from.
    pub file: String,
    /// Layout it was read as.
    pub layout: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Rows by table.
    pub rows: std::collections::BTreeMap<String, u64>,
    /// When it was acknowledged.
    #[schema(value_type = String, format = DateTime)]
    pub imported_at: jiff::Timestamp,
    /// Where the rejected rows are listed.
    pub rejects: String,
}

/// A page of imports.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportList {
    /// Newest first.
    pub data: Vec<Import>,
    /// Where this page stands.
    pub page: Page,
    /// Hash of them all.
    pub data_version: String,
}

fn all(app: &App) -> Vec<Import> {
    let mut all: Vec<Import> = app
        .store
        .imports()
        .into_iter()
        .map(|m| Import {
            rejects: format!("/api/v1/imports/{}/rejects.csv", m.batch_id),
            seq: m.seq,
            file: m.source.name,
            layout: m.source.layout,
            sha256: m.source.sha256,
            rows: m.tables.iter().map(|t| (t.table.name().to_owned(), t.rows)).collect(),
            imported_at: m.created_at,
            id: m.batch_id,
        })
        .collect();
    all.reverse();
    all
}

fn find(app: &App, id: &str) -> Result<Import, Problem> {
    all(app).into_iter().find(|i| i.id == id).ok_or_else(|| Problem::no_such("import", id))
}

/// All batches, newest first.
#[utoipa::path(get, path = "/api/v1/imports", tag = "data", params(PageQuery), responses((status = 200, body = ImportList)))]
pub async fn list(app: web::Data<App>, req: HttpRequest, page: web::Query<PageQuery>) -> Answer {
    let (data, page) = page.cut(all(&app))?;
    answer::json(&req, &ImportList { data, page, data_version: app.store.data_version() })
}

/// One batch.
#[utoipa::path(get, path = "/api/v1/imports/{id}", tag = "data", params(("id" = String, Path)),
    responses((status = 200, body = Import), (status = 404, body = ProblemBody)))]
pub async fn one(app: web::Data<App>, req: HttpRequest, id: web::Path<String>) -> Answer {
    answer::json(&req, &find(&app, &id)?)
}

/// Rows of a batch that were left out, with line, column and reason, as CSV.
#[utoipa::path(get, path = "/api/v1/imports/{id}/rejects", tag = "data", params(("id" = String, Path)),
    responses((status = 200, description = "CSV", content_type = "text/csv", body = String), (status = 404, body = ProblemBody)))]
pub async fn rejects(app: web::Data<App>, id: web::Path<(String,)>) -> Answer {
    let found = find(&app, &id.0)?;
    let id = found.id.clone();
    let csv = app
        .heavy(move |app| app.store.rejects_file(&id).map(std::fs::read).transpose().map_err(AnalysisError::from))
        .await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"rejects-{}.csv\"", found.id)))
        .body(csv.unwrap_or_else(|| b"file,line,column,value,code,reason,accepted\n".to_vec())))
}

/// Imports files: the body is one file (`?filename=`), or a form with `file` parts and perhaps a `mapping` field.
///
/// Importing the same file again changes nothing; newer rows supersede older ones by key. With an `Idempotency-Key` the
/// same upload is answered as the first time.
#[utoipa::path(post, path = "/api/v1/imports", tag = "data",
    params(ImportQuery, ("Idempotency-Key" = Option<String>, Header, description = "The same key and upload import once")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "A file, or multipart/form-data"),
    responses((status = 200, description = "Dry run, or nothing new"), (status = 201, description = "Imported"),
              (status = 413, body = ProblemBody), (status = 422, description = "No file was accepted", body = ProblemBody)))]
pub async fn create(
    app: web::Data<App>,
    req: HttpRequest,
    query: web::Query<ImportQuery>,
    who: Principal,
    body: web::Payload,
) -> Answer {
    let upload = upload::receive(&app, &req, body).await?;
    let slot = replay::slot(req.headers(), &who.name, req.path());
    let digest = match &slot {
        Some(_) => upload.digest(req.query_string()).map_err(Problem::internal)?,
        None => String::new(),
    };
    replay::once(&app.store, slot, &digest, taken(&app, query.into_inner(), upload, who)).await
}

/// Imports what was sent.
async fn taken(app: &web::Data<App>, query: ImportQuery, upload: upload::Upload, who: Principal) -> Answer {
    let query = with_fields(query, &upload.fields)?;
    if upload.files.is_empty() {
        return Err(Problem::new(Code::Invalid, "no file was sent")
            .field("file")
            .accepts("one or more parts named `file`"));
    }
    let mapping = upload.fields.iter().find(|(name, _)| name == "mapping").map(|(_, text)| text.clone());
    let report = app.heavy(move |app| run(app, &upload, query, mapping, &who.name)).await?;
    let status = if report.any_refused() {
        return Err(refused(&report));
    } else if report.files.iter().all(|f| f.status != Status::Imported) {
        actix_web::http::StatusCode::OK
    } else {
        actix_web::http::StatusCode::CREATED
    };
    Ok(HttpResponse::build(status).json(report))
}

fn run(
    app: &App,
    upload: &upload::Upload,
    query: ImportQuery,
    mapping: Option<String>,
    by: &str,
) -> Result<ImportReport, AnalysisError> {
    let as_ = query
        .as_
        .map(|text| text.parse::<As>())
        .transpose()
        .map_err(|e| AnalysisError::rejected("as", e.to_string()))?;
    let options = ImportOptions {
        as_,
        mapping: mapping.filter(|text| !text.trim().is_empty()),
        dataset: query.dataset,
        dry_run: query.dry_run,
        strict: query.strict,
        ..ImportOptions::default()
    };
    let files: Vec<ImportFile> = upload.files.iter().cloned().map(ImportFile::from).collect();
    let report = app.store.import(&files, &options, &mut |_| ())?;
    import_log::note(&app.store, &report, by)?;
    Ok(report)
}

/// The first refused file's problem.
fn refused(report: &ImportReport) -> Problem {
    let first = report.files.iter().find_map(|f| f.problem.as_ref().map(|p| (f, p)));
    match first {
        Some((file, problem)) => Problem::new(Code::DataRejected, format!("{}: {}", file.file, problem.reason))
            .field("file")
            .accepts(problem.accepted.clone()),
        None => Problem::new(Code::DataRejected, "the file was refused"),
    }
}

/// Fields of a form count like parameters of the query.
fn with_fields(mut query: ImportQuery, fields: &[(String, String)]) -> Result<ImportQuery, Problem> {
    for (name, value) in fields {
        let flag = || match value.trim() {
            "" | "false" | "0" | "off" => Ok(false),
            "true" | "1" | "on" => Ok(true),
            other => {
                Err(Problem::new(Code::Invalid, format!("`{other}` is no answer")).field(name).accepts("true, false"))
            }
        };
        match name.as_str() {
            "dry_run" => query.dry_run = flag()?,
            "strict" => query.strict = flag()?,
            "as" if !value.is_empty() => query.as_ = Some(value.clone()),
            "dataset" if !value.is_empty() => query.dataset = Some(value.clone()),
            _ => {}
        }
    }
    Ok(query)
}
