//! Health, version, metrics and the API's own description.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::error::{Answer, Code, Problem, TABLE};
use super::super::{openapi, telemetry};
use crate::app::App;

/// What runs here.
#[derive(Debug, Serialize, ToSchema)]
pub struct Version {
    /// Version of the program.
    pub version: &'static str,
    /// Hash of the imported batches.
    pub data_version: String,
}

/// How ready the server is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ready {
    /// `ready`.
    pub status: &'static str,
    /// Hash of the imported batches.
    pub data_version: String,
    /// Seconds since the start.
    pub uptime_seconds: u64,
}

/// The process answers.
#[utoipa::path(get, path = "/health/live", tag = "system", responses((status = 200, description = "Alive", body = String)))]
pub async fn live() -> &'static str {
    "alive"
}

/// The store answers queries.
#[utoipa::path(get, path = "/health/ready", tag = "system",
    responses((status = 200, body = Ready), (status = 503, description = "The engine does not answer", body = super::super::error::ProblemBody)))]
pub async fn ready(app: web::Data<App>) -> Answer {
    let probe = app.clone();
    let healthy = web::block(move || probe.probe()).await.map_err(Problem::internal)?;
    healthy.map_err(|error| {
        tracing::error!(%error, "not ready");
        Problem::new(Code::Busy, "the store does not answer queries").retry_after(5)
    })?;
    let data_version = app.store.data_version();
    Ok(HttpResponse::Ok().json(Ready {
        status: "ready",
        data_version,
        uptime_seconds: app.started.elapsed().as_secs(),
    }))
}

/// Version of program and data.
#[utoipa::path(get, path = "/version", tag = "system", responses((status = 200, body = Version)))]
pub async fn version(app: web::Data<App>) -> HttpResponse {
    HttpResponse::Ok().json(Version { version: crate::VERSION, data_version: app.store.data_version() })
}

/// Counters and times in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", tag = "system",
    responses((status = 200, description = "Prometheus text", content_type = "text/plain", body = String)))]
pub async fn metrics() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(telemetry::render())
}

/// This description.
#[utoipa::path(get, path = "/openapi.json", tag = "system", responses((status = 200, description = "OpenAPI 3.1")))]
pub async fn description() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(openapi::text())
}

/// A page to try the API.
pub async fn docs() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(include_str!("../../../static/docs.html"))
}

/// One error of the table.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorCode {
    code: &'static str,
    status: u16,
    title: &'static str,
}

/// The table of error codes.
#[utoipa::path(get, path = "/docs/problems", tag = "system", responses((status = 200, body = [ErrorCode])))]
pub async fn problems() -> HttpResponse {
    let rows: Vec<ErrorCode> =
        TABLE.iter().map(|(_, code, status, title)| ErrorCode { code, status: *status, title }).collect();
    HttpResponse::Ok().json(rows)
}
