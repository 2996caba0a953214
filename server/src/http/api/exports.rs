//! `/exports`: every flat table under one roof, for spreadsheets and BI tools.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::answer::{self, Rendered};
use super::super::error::{Answer, Problem, ProblemBody};
use super::super::negotiate::{self, Form, TABLES};
use crate::analysis::exports::{self, Ask, Name};
use crate::analysis::runs;
use crate::app::App;

/// What a table is made from.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ExportQuery {
    /// A run's id; the promoted run, or the newest, unless told.
    pub run: Option<String>,
    /// The promoted or newest run of this outcome.
    pub kpi: Option<String>,
    /// Attribution models, comma-separated.
    pub models: Option<String>,
}

/// One table.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportEntry {
    /// Name in the path.
    pub name: &'static str,
    /// What is in it.
    pub about: &'static str,
    /// Where it is as CSV.
    pub csv: String,
    /// Where it is as a spreadsheet.
    pub xlsx: String,
    /// Where it is as Parquet.
    pub parquet: String,
    /// Where it is as an Arrow file.
    pub arrow: String,
}

/// All tables.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportList {
    /// In the order of use.
    pub data: Vec<ExportEntry>,
}

/// Which tables there are.
#[utoipa::path(get, path = "/api/v1/exports", tag = "exports", responses((status = 200, body = ExportList)))]
pub async fn list() -> HttpResponse {
    let data = Name::ALL.iter().map(|n| {
        let at = |form: Form| format!("/api/v1/exports/{}.{}", n.as_str(), form.suffix());
        ExportEntry {
            name: n.as_str(),
            about: n.about(),
            csv: at(Form::Csv),
            xlsx: at(Form::Xlsx),
            parquet: at(Form::Parquet),
            arrow: at(Form::Arrow),
        }
    });
    HttpResponse::Ok().json(ExportList { data: data.collect() })
}

/// One table, as CSV, XLSX, Parquet, Arrow or JSON.
#[utoipa::path(get, path = "/api/v1/exports/{table}", tag = "exports", params(("table" = String, Path), ExportQuery),
    description = "As `/api/v1/exports/{table}.csv`, `.xlsx`, `.parquet` or `.arrow`, or by `Accept`.",
    responses((status = 200, description = "The table", content_type = "text/csv"), (status = 404, body = ProblemBody)))]
pub async fn one(app: web::Data<App>, req: HttpRequest, query: web::Query<ExportQuery>) -> Answer {
    let form = negotiate::wanted(&req, TABLES)?;
    let wanted = req.match_info().get("table").unwrap_or_default();
    let name = Name::ALL
        .into_iter()
        .find(|n| n.as_str() == wanted)
        .ok_or_else(|| Problem::no_such("table", wanted).accepts(Name::ALL.map(Name::as_str).join(", ")))?;
    let query = query.into_inner();
    let run = match name.needs_run() {
        true => Some(runs::resolve(&app.store, query.run.as_deref(), query.kpi.as_deref())?.id),
        false => None,
    };
    let ask = Ask { run: run.clone(), kpi: query.kpi, models: query.models };
    answer::rendered(&app, &req, run.as_deref(), form, move |app| {
        let mut table = exports::table(&app.store, name, &ask)?;
        name.as_str().clone_into(&mut table.name);
        Rendered::table(table, form)
    })
    .await
}
