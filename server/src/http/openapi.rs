//! The description of the API, generated from the handlers; `docs/openapi.json` is its committed copy.

use std::sync::OnceLock;

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::api::{
    attribution, channels, charts, contributions, definitions, exports, fitted, funnel, imports, jobs, keys,
    model_runs, overview, response_curves, roi, scenarios, spend, system, variance,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tandem",
        description = "Campaign ROI and budget optimization. Every figure names its unit, currency, period, interval, run and data version. \
                       Errors are `application/problem+json` with a stable `code`; `/docs/problems` lists them all. \
                       Flat tables are also had as `.csv` and `.xlsx`, charts as `.svg` and `.png`, by suffix or `Accept`.",
        license(name = "MIT OR Apache-2.0")
    ),
    modifiers(&Keys),
    security(("bearer" = []), ("basic" = [])),
    paths(
        system::live, system::ready, system::version, system::metrics, system::description, system::problems,
        imports::list, imports::create, imports::one, imports::rejects,
        channels::list, channels::kpis, spend::list,
        attribution::list, attribution::returns::list, attribution::paths::list, attribution::paths::credit,
        attribution::journeys::list, attribution::deals::one,
        model_runs::list, model_runs::create, model_runs::one, model_runs::cancel, model_runs::spec, model_runs::promote,
        model_runs::bridge, model_runs::make_bridge, model_runs::draws,
        roi::list, contributions::list, response_curves::list, variance::list, fitted::list, overview::list,
        scenarios::list, scenarios::create, scenarios::evaluate, scenarios::optimize, scenarios::one, scenarios::replace, scenarios::remove,
        funnel::stages, funnel::cohorts,
        jobs::list, jobs::one, jobs::cancel, jobs::events,
        charts::list, charts::one, exports::list, exports::one,
        definitions::list, keys::list, keys::create, keys::revoke,
    )
)]
struct Api;

struct Keys;

impl Modify for Keys {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        components.add_security_scheme("basic", SecurityScheme::Http(Http::new(HttpAuthScheme::Basic)));
    }
}

/// The description as JSON, ending in a line break.
#[must_use]
pub fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| Api::openapi().to_pretty_json().map_or_else(|_| String::from("{}"), |json| json + "\n"))
}
