//! The HTTP side: the whole route table, and the layers every request passes.

pub mod access;
pub mod answer;
pub mod api;
pub mod auth;
mod base64;
pub mod body;
pub mod error;
pub mod etag;
mod extract;
pub mod headers;
pub mod keys;
pub mod negotiate;
pub mod openapi;
mod origin;
pub mod pages;
pub mod paging;
pub mod ratelimit;
pub mod replay;
pub mod roles;
pub mod serve;
pub mod statics;
pub mod telemetry;
pub mod upload;

use actix_web::web::{self, ServiceConfig, delete, get, post, put};
use actix_web::{HttpRequest, Responder, ResponseError};

use crate::config::Limits;
use api::{
    attribution, channels, charts, contributions, definitions, exports, fitted, funnel, imports, jobs,
    keys as api_keys, model_runs, overview, response_curves, roi, scenarios, spend, system, variance,
};

/// Every route of the API; the pages add theirs in [`pages::routes`]. `access.rs` says who may use which.
pub fn routes(cfg: &mut ServiceConfig, limits: &Limits) {
    extract::configure(cfg, limits.json_bytes);
    cfg.route("/health/live", get().to(system::live))
        .route("/health/ready", get().to(system::ready))
        .route("/version", get().to(system::version))
        .route("/metrics", get().to(system::metrics))
        .route("/openapi.json", get().to(system::description))
        .route("/docs", get().to(system::docs))
        .route("/docs/problems", get().to(system::problems))
        .route("/static/{path:.*}", get().to(statics::file));

    cfg.service(web::resource("/api/v1/imports").route(get().to(imports::list)).route(post().to(imports::create)));
    cfg.route("/api/v1/imports/{id}", get().to(imports::one))
        .route("/api/v1/imports/{id}/rejects", get().to(imports::rejects))
        .route("/api/v1/imports/{id}/rejects.{ext}", get().to(imports::rejects));

    table(cfg, "/api/v1/channels", channels::list);
    table(cfg, "/api/v1/kpis", channels::kpis);
    table(cfg, "/api/v1/spend", spend::list);
    table(cfg, "/api/v1/attribution", attribution::list);
    table(cfg, "/api/v1/attribution/journeys", attribution::journeys::list);
    table(cfg, "/api/v1/attribution/returns", attribution::returns::list);
    cfg.service(
        web::resource("/api/v1/attribution/paths")
            .route(get().to(attribution::paths::list))
            .route(post().to(attribution::paths::credit)),
    )
    .route("/api/v1/attribution/paths.{ext}", get().to(attribution::paths::list))
    // Ids may hold dots, so only these endings are forms.
    .route("/api/v1/attribution/deals/{id}.{ext:csv|xlsx|parquet|arrow|json}", get().to(attribution::deals::one))
    .route("/api/v1/attribution/deals/{id}", get().to(attribution::deals::one));
    table(cfg, "/api/v1/roi", roi::list);
    table(cfg, "/api/v1/contributions", contributions::list);
    table(cfg, "/api/v1/response-curves", response_curves::list);
    table(cfg, "/api/v1/variance", variance::list);
    table(cfg, "/api/v1/fit", fitted::list);
    table(cfg, "/api/v1/overview", overview::list);
    table(cfg, "/api/v1/funnel/cohorts", funnel::cohorts);
    table(cfg, "/api/v1/funnel", funnel::stages);
    table(cfg, "/api/v1/definitions", definitions::list);

    cfg.service(
        web::resource("/api/v1/model-runs").route(get().to(model_runs::list)).route(post().to(model_runs::create)),
    );
    cfg.service(
        web::resource("/api/v1/model-runs/{id}")
            .route(get().to(model_runs::one))
            .route(delete().to(model_runs::cancel)),
    );
    cfg.route("/api/v1/model-runs/{id}/spec", get().to(model_runs::spec))
        .route("/api/v1/model-runs/{id}/promote", post().to(model_runs::promote));
    table(cfg, "/api/v1/model-runs/{id}/bridge", model_runs::bridge);
    cfg.route("/api/v1/model-runs/{id}/bridge", post().to(model_runs::make_bridge));
    table(cfg, "/api/v1/model-runs/{id}/draws", model_runs::draws);

    cfg.service(
        web::resource("/api/v1/scenarios").route(get().to(scenarios::list)).route(post().to(scenarios::create)),
    );
    cfg.route("/api/v1/scenarios/evaluate", post().to(scenarios::evaluate))
        .route("/api/v1/scenarios/optimize", post().to(scenarios::optimize));
    cfg.service(
        web::resource("/api/v1/scenarios/{id}")
            .route(get().to(scenarios::one))
            .route(put().to(scenarios::replace))
            .route(delete().to(scenarios::remove)),
    );

    cfg.route("/api/v1/jobs", get().to(jobs::list))
        .route("/api/v1/jobs/{id}/events", get().to(jobs::events))
        .service(web::resource("/api/v1/jobs/{id}").route(get().to(jobs::one)).route(delete().to(jobs::cancel)));

    cfg.route("/api/v1/charts", get().to(charts::list))
        .route("/api/v1/charts/{name}.{ext}", get().to(charts::one))
        .route("/api/v1/charts/{name}", get().to(charts::one));
    cfg.route("/api/v1/exports", get().to(exports::list))
        .route("/api/v1/exports/{table}.{ext}", get().to(exports::one))
        .route("/api/v1/exports/{table}", get().to(exports::one));

    cfg.service(web::resource("/api/v1/keys").route(get().to(api_keys::list)).route(post().to(api_keys::create)));
    cfg.route("/api/v1/keys/{id}", delete().to(api_keys::revoke));

    pages::routes(cfg);
    cfg.default_service(web::to(nothing));
}

/// A flat table under its own name (form by `Accept`) and under `name.csv`, `.xlsx`, `.parquet`, `.arrow`, `.json`.
fn table<F, Args>(cfg: &mut ServiceConfig, path: &str, handler: F)
where
    F: actix_web::Handler<Args> + Clone,
    Args: actix_web::FromRequest + 'static,
    F::Output: Responder + 'static,
{
    cfg.route(path, get().to(handler.clone())).route(&format!("{path}.{{ext}}"), get().to(handler));
}

/// Routes whose handler streams a large body itself.
fn streams_its_body(pattern: &str) -> bool {
    matches!(pattern, "/api/v1/imports" | "/api/v1/attribution/paths") || pages::streams_its_body(pattern)
}

async fn nothing(req: HttpRequest) -> impl Responder {
    error::Problem::no_such("page", req.path()).error_response()
}
