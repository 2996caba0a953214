//! `/exports`: every flat table under one roof, for spreadsheets and BI tools.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::answer::{self, Rendered};
use super::super::error::{Answer, Problem, ProblemBody};
use super::super::negotiate::{self, Form, TABLES};
use crate::analysis::exports::{self, Ask, Name};
use crate::analysis::{AnalysisError, runs};
use crate::app::App;
use crate::export::{csv, xlsx};

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
    let data = Name::ALL.iter().map(|n| ExportEntry {
        name: n.as_str(),
        about: n.about(),
        csv: format!("/api/v1/exports/{}.csv", n.as_str()),
        xlsx: format!("/api/v1/exports/{}.xlsx", n.as_str()),
    });
    HttpResponse::Ok().json(ExportList { data: data.collect() })
}

/// One table, as CSV, XLSX or JSON.
#[utoipa::path(get, path = "/api/v1/exports/{table}", tag = "exports", params(("table" = String, Path), ExportQuery),
    description = "As `/api/v1/exports/{table}.csv` or `.xlsx`, or by `Accept`.",
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
        let table = exports::table(&app.store, name, &ask)?;
        let file = format!("{}.{}", name.as_str(), form.suffix());
        let fault = |e: &dyn std::fmt::Display| AnalysisError::fault(e);
        let bytes = match form {
            Form::Csv => csv::write(&table).map_err(|e| fault(&e))?,
            Form::Xlsx => xlsx::write(&[table]).map_err(|e| fault(&e))?,
            _ => {
                let bytes = serde_json::to_vec(&exports::objects(&table)).map_err(|e| fault(&e))?;
                return Ok(Rendered::new(form, bytes));
            }
        };
        Ok(Rendered::file(form, file, bytes))
    })
    .await
}
