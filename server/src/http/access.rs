//! Who may do what: one table of route x role. A route that is not in it is closed.

use actix_web::http::Method;

use super::roles::{Role, Roles};

/// What a route asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing.
    Public,
    /// A key with one of the roles.
    One(Roles),
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Access {
    /// HTTP method.
    pub method: &'static str,
    /// Pattern as registered, without a `.{ext}` ending.
    pub pattern: &'static str,
    /// What is needed.
    pub need: Need,
}

const ANY: Need = Need::One(Roles::ANY);
const ADMIN: Need = Need::One(Roles::of(&[]));
const MODELS: Need = Need::One(Roles::of(&[Role::Planner, Role::Marketing]));
const PLANS: Need = Need::One(Roles::of(&[Role::Planner, Role::Marketing]));
/// Plans judged, and figures of single accounts, contacts and deals.
const ASKS: Need = Need::One(Roles::of(&[Role::Planner, Role::Marketing, Role::Finance, Role::Sales]));
const IMPORTS: Need = Need::One(Roles::of(&[Role::Marketing, Role::Sales, Role::Finance]));
const EXPORTS: Need = Need::One(Roles::of(&[Role::Finance, Role::Planner, Role::Marketing, Role::Sales]));

const fn row(method: &'static str, pattern: &'static str, need: Need) -> Access {
    Access { method, pattern, need }
}

/// The whole table of the API; pages are in [`super::pages::ACCESS`].
pub const API: &[Access] = &[
    row("GET", "/health/live", Need::Public),
    row("GET", "/health/ready", Need::Public),
    row("GET", "/version", Need::Public),
    row("GET", "/openapi.json", Need::Public),
    row("GET", "/docs", Need::Public),
    row("GET", "/docs/problems", Need::Public),
    row("GET", "/static/{path:.*}", Need::Public),
    row("GET", "/metrics", ANY),
    row("GET", "/api/v1/imports", ANY),
    row("POST", "/api/v1/imports", IMPORTS),
    row("GET", "/api/v1/imports/{id}", ANY),
    row("GET", "/api/v1/imports/{id}/rejects", IMPORTS),
    row("GET", "/api/v1/channels", ANY),
    row("GET", "/api/v1/kpis", ANY),
    row("GET", "/api/v1/spend", ANY),
    row("GET", "/api/v1/attribution", ANY),
    row("GET", "/api/v1/attribution/returns", ANY),
    row("GET", "/api/v1/attribution/paths", ANY),
    row("POST", "/api/v1/attribution/paths", ASKS),
    row("GET", "/api/v1/attribution/journeys", ASKS),
    row("GET", "/api/v1/attribution/deals/{id}", ASKS),
    row("GET", "/api/v1/model-runs", ANY),
    row("POST", "/api/v1/model-runs", MODELS),
    row("GET", "/api/v1/model-runs/{id}", ANY),
    row("DELETE", "/api/v1/model-runs/{id}", MODELS),
    row("GET", "/api/v1/model-runs/{id}/spec", ANY),
    row("GET", "/api/v1/model-runs/{id}/bridge", ANY),
    row("POST", "/api/v1/model-runs/{id}/bridge", MODELS),
    row("GET", "/api/v1/model-runs/{id}/draws", EXPORTS),
    row("POST", "/api/v1/model-runs/{id}/promote", MODELS),
    row("GET", "/api/v1/roi", ANY),
    row("GET", "/api/v1/contributions", ANY),
    row("GET", "/api/v1/response-curves", ANY),
    row("GET", "/api/v1/variance", ANY),
    row("GET", "/api/v1/fit", ANY),
    row("GET", "/api/v1/overview", ANY),
    row("GET", "/api/v1/scenarios", ANY),
    row("POST", "/api/v1/scenarios", PLANS),
    row("POST", "/api/v1/scenarios/evaluate", ASKS),
    row("POST", "/api/v1/scenarios/optimize", ASKS),
    row("GET", "/api/v1/scenarios/{id}", ANY),
    row("PUT", "/api/v1/scenarios/{id}", PLANS),
    row("DELETE", "/api/v1/scenarios/{id}", PLANS),
    row("GET", "/api/v1/funnel", ANY),
    row("GET", "/api/v1/funnel/cohorts", ANY),
    row("GET", "/api/v1/jobs", ANY),
    row("GET", "/api/v1/jobs/{id}", ANY),
    row("DELETE", "/api/v1/jobs/{id}", MODELS),
    row("GET", "/api/v1/jobs/{id}/events", ANY),
    row("GET", "/api/v1/charts", ANY),
    row("GET", "/api/v1/charts/{name}", ANY),
    row("GET", "/api/v1/exports", EXPORTS),
    row("GET", "/api/v1/exports/{table}", EXPORTS),
    row("GET", "/api/v1/definitions", ANY),
    row("GET", "/api/v1/keys", ADMIN),
    row("POST", "/api/v1/keys", ADMIN),
    row("DELETE", "/api/v1/keys/{id}", ADMIN),
];

/// The table's line for a registered pattern, with `.{ext}` taken off.
#[must_use]
pub fn need(method: &Method, pattern: &str) -> Option<Need> {
    let pattern = pattern.split_once(".{ext").map_or(pattern, |(path, _)| path);
    let find =
        |rows: &[Access]| rows.iter().find(|r| r.method == method.as_str() && r.pattern == pattern).map(|r| r.need);
    find(API).or_else(|| find(super::pages::ACCESS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unlisted_route_is_closed() {
        assert_eq!(need(&Method::GET, "/api/v1/secrets"), None);
        assert_eq!(need(&Method::DELETE, "/api/v1/roi"), None);
        assert_eq!(need(&Method::GET, "/api/v1/roi.{ext}"), Some(ANY));
    }

    #[test]
    fn no_line_stands_twice() {
        let mut seen: Vec<_> = API.iter().chain(super::super::pages::ACCESS).map(|r| (r.method, r.pattern)).collect();
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), all);
    }
}
