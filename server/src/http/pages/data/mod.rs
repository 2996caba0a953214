//! `/data`: how fresh the data is and where it has gaps; what was imported; files in, with a dry run first.

mod staged;

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use tandem_store::import::{As, FileReport, ImportFile, ImportOptions, ImportReport, Status};

use super::super::auth::Principal;
use super::super::upload::{self, Upload};
use super::frame::{Frame, Place};
use super::scope::{Scope, escape};
use super::{show, words};
use crate::analysis::{AnalysisError, Result, listings};
use crate::app::{App, Heavy};

/// The page's query.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Query {
    run: Option<String>,
    kpi: Option<String>,
    imported: Option<String>,
}

#[derive(Template)]
#[template(path = "data.html")]
struct Page {
    frame: Frame,
    imported: Option<String>,
    tables: Vec<Fresh>,
    outcomes: Vec<Outcome>,
    imports: Vec<Batch>,
    dry: Option<Dry>,
}

struct Fresh {
    table: String,
    dataset: String,
    rows: String,
    first: String,
    last: String,
    gaps: String,
    whole: bool,
}

struct Outcome {
    name: String,
    kind: &'static str,
    periods: u32,
    geos: u32,
    range: String,
    total: String,
}

struct Batch {
    id: String,
    seq: u32,
    file: String,
    layout: String,
    rows: String,
    at: String,
    rejects: bool,
}

/// A dry run's report, and the way on.
struct Dry {
    token: String,
    refused: bool,
    next: String,
    files: Vec<File>,
}

struct File {
    name: String,
    status: &'static str,
    mark: &'static str,
    problem: Option<(String, String)>,
    facts: Vec<(&'static str, String)>,
    meanings: Vec<(String, String)>,
    notes: Vec<String>,
    rejects: Vec<Reject>,
    left_out: u64,
}

struct Reject {
    line: u64,
    column: String,
    value: String,
    reason: String,
    accepted: String,
}

/// The page.
pub async fn page(app: web::Data<App>, req: HttpRequest, query: web::Query<Query>) -> HttpResponse {
    let query = query.into_inner();
    show::page(&app, &req, None, move |app| {
        let scope = Scope { run: query.run, kpi: query.kpi };
        made(app, &scope, query.imported, None)
    })
    .await
}

fn made(app: &App, scope: &Scope, imported: Option<String>, dry: Option<Dry>) -> Result<Page> {
    let run = scope.run(app)?;
    let tables = app.store.freshness()?;
    Ok(Page {
        frame: Frame::new(app, Place::Data, "Data", scope, run.as_ref()),
        imported,
        dry,
        tables: tables
            .into_iter()
            .map(|f| Fresh {
                table: f.table,
                dataset: f.dataset,
                rows: words::whole(f.rows as i64),
                first: f.first.map_or_else(|| "–".into(), |d| d.to_string()),
                last: f.last.map_or_else(|| "–".into(), |d| d.to_string()),
                whole: f.gap_weeks == 0,
                gaps: match f.gap_weeks {
                    0 => "none".into(),
                    1 => "one week".into(),
                    n => format!("{n} weeks"),
                },
            })
            .collect(),
        outcomes: listings::kpis(&app.store)?.data.into_iter().map(outcome).collect(),
        imports: imports(app),
    })
}

fn outcome(k: listings::KpiRow) -> Outcome {
    let unit = if k.kind == "revenue" { k.currency.clone().unwrap_or_default() } else { "count".into() };
    Outcome {
        kind: if k.derived { "from CRM records" } else { "imported series" },
        periods: k.periods,
        geos: k.geos,
        range: k.first.zip(k.last).map_or_else(|| "–".into(), |(a, b)| format!("{a} to {b}")),
        total: words::unit(&unit, &k.name).write(k.total, None),
        name: k.name,
    }
}

fn imports(app: &App) -> Vec<Batch> {
    let mut all: Vec<Batch> = app
        .store
        .imports()
        .into_iter()
        .map(|m| Batch {
            rejects: app.store.rejects_file(&m.batch_id).is_some(),
            seq: m.seq,
            rows: m
                .tables
                .iter()
                .map(|t| format!("{} {}", words::whole(t.rows as i64), t.table.name()))
                .collect::<Vec<_>>()
                .join(", "),
            file: m.source.name,
            layout: m.source.layout,
            at: words::minute(&m.created_at),
            id: m.batch_id,
        })
        .collect();
    all.reverse();
    all
}

/// Takes files for a dry run, or the word to import those of one.
pub async fn upload(app: web::Data<App>, req: HttpRequest, who: Principal, body: web::Payload) -> HttpResponse {
    let upload = match upload::receive(&app, &req, body).await {
        Ok(upload) => upload,
        Err(problem) => return show::sorry(&problem),
    };
    let field = |name: &str| {
        upload.fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.trim().to_owned()).unwrap_or_default()
    };
    let token = field("token");
    if !token.is_empty() {
        let Some(kept) = staged::take(&token) else {
            return show::sorry(
                &AnalysisError::Conflict("this upload is no longer kept; send the files again".into()).into(),
            );
        };
        return confirmed(&app, kept, who.name).await;
    }
    if upload.files.is_empty() {
        return show::sorry(&AnalysisError::rejected("file", "no file was chosen; choose one or more").into());
    }
    let (token, kept) = staged::keep(upload);
    show::live(&app, move |app| {
        let report = run(app, &kept, true)?;
        made(app, &Scope::default(), None, Some(dry(token, report)))
    })
    .await
}

async fn confirmed(app: &web::Data<App>, kept: Arc<Upload>, by: String) -> HttpResponse {
    let done = app
        .heavy(move |app| {
            let report = run(app, &kept, false)?;
            let names: Vec<&str> = report.files.iter().map(|f| f.file.as_str()).collect();
            app.store.state().audit().add(&by, "import", &report.data_version, &serde_json::json!({"files": names}))?;
            let accepted: u64 = report.files.iter().map(|f| f.rows_accepted).sum();
            let text = format!(
                "{}: {} rows taken, {} left out",
                names.join(", "),
                words::whole(accepted as i64),
                words::whole(report.rows_rejected() as i64)
            );
            Ok::<_, AnalysisError>(text)
        })
        .await;
    match done {
        Ok(text) => HttpResponse::SeeOther()
            .insert_header((header::LOCATION, format!("/data?imported={}", escape(&text))))
            .finish(),
        Err(problem) => show::sorry(&problem),
    }
}

fn run(app: &App, upload: &Upload, dry_run: bool) -> Result<ImportReport> {
    let field = |name: &str| {
        let found = upload.fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.trim().to_owned());
        found.filter(|v| !v.is_empty())
    };
    let as_ = field("as").map(|t| t.parse::<As>()).transpose();
    let options = ImportOptions {
        as_: as_.map_err(|e| AnalysisError::rejected("as", e.to_string()))?,
        mapping: field("mapping"),
        dataset: field("dataset"),
        dry_run,
        ..ImportOptions::default()
    };
    let files: Vec<ImportFile> = upload.files.iter().cloned().map(ImportFile::from).collect();
    Ok(app.store.import(&files, &options, &mut |_| ())?)
}

fn dry(token: String, report: ImportReport) -> Dry {
    Dry {
        token,
        refused: report.files.iter().all(|f| matches!(f.status, Status::Refused | Status::AlreadyImported)),
        next: report.next.clone(),
        files: report.files.into_iter().map(file).collect(),
    }
}

fn file(f: FileReport) -> File {
    let (status, mark) = match f.status {
        Status::Refused => ("refused", "worse"),
        Status::AlreadyImported => ("imported before; nothing would change", "unsure"),
        _ if f.rows_rejected > 0 => ("can be imported, with rows left out", "unsure"),
        _ => ("can be imported", "better"),
    };
    let mut facts = vec![("Layout", f.layout.clone()), ("Dataset", f.dataset.clone()), ("Read as", f.details.clone())];
    facts.push((
        "Rows",
        format!(
            "{} read, {} taken, {} left out",
            words::whole(f.rows_read as i64),
            words::whole(f.rows_accepted as i64),
            words::whole(f.rows_rejected as i64)
        ),
    ));
    let listed = |all: &[String]| all.join(", ");
    facts.push(("Dates", f.dates.clone().map_or_else(String::new, |(a, b)| format!("{a} to {b}"))));
    facts.push(("Channels", listed(&f.channels)));
    facts.push(("Outcomes", listed(&f.kpis)));
    facts.push(("Currencies", listed(&f.currencies)));
    facts.push(("Kept out", listed(&f.ignored)));
    if let Some(n) = f.superseding.filter(|n| *n > 0) {
        facts.push(("Replaces", format!("{} records of earlier imports", words::whole(n as i64))));
    }
    facts.retain(|(_, text)| !text.is_empty());
    File {
        status,
        mark,
        problem: f.problem.map(|p| (p.reason, p.accepted)),
        facts,
        meanings: f.understood.into_iter().map(|m| (m.column, m.meaning)).collect(),
        notes: f.notes.iter().map(|n| n.text.clone()).collect(),
        left_out: f.rows_rejected,
        rejects: f
            .rejects
            .into_iter()
            .map(|r| Reject {
                line: r.line,
                column: r.column.unwrap_or_default(),
                value: r.value.unwrap_or_default(),
                reason: r.reason,
                accepted: r.accepted,
            })
            .collect(),
        name: f.file,
    }
}
