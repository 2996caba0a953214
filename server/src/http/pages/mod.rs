//! The pages: server-rendered HTML over the same analyses as the API. Each works without scripts; its URL holds its whole state.

mod attribution;
mod channel;
mod channels;
mod data;
mod drawing;
mod finance;
mod frame;
mod funnel;
mod kept;
mod model;
mod overview;
mod picture;
mod planner;
mod scope;
mod show;
mod words;

pub use kept::keep_ready;
pub(super) use scope::query;

use actix_web::web::{ServiceConfig, get, post, resource};

use super::access::{Access, Need};
use super::roles::{Role, Roles};

const ANY: Need = Need::One(Roles::ANY);
const MODELS: Need = Need::One(Roles::of(&[Role::Planner, Role::Marketing]));
const PLANS: Need = Need::One(Roles::of(&[Role::Planner, Role::Marketing]));
const DEALS: Need = Need::One(Roles::of(&[Role::Planner, Role::Marketing, Role::Finance, Role::Sales]));
const IMPORTS: Need = Need::One(Roles::of(&[Role::Marketing, Role::Sales, Role::Finance]));

const fn row(method: &'static str, pattern: &'static str, need: Need) -> Access {
    Access { method, pattern, need }
}

/// Who may see which page.
pub const ACCESS: &[Access] = &[
    row("GET", "/", ANY),
    row("GET", "/channels", ANY),
    row("GET", "/channels/{name}", ANY),
    row("GET", "/funnel", ANY),
    row("GET", "/funnel/{name}", ANY),
    row("GET", "/attribution", ANY),
    row("GET", "/attribution/{name}", ANY),
    row("GET", "/attribution/deals/{id}", DEALS),
    row("GET", "/planner", ANY),
    row("POST", "/planner", PLANS),
    row("GET", "/planner/plan", ANY),
    row("GET", "/planner/result", ANY),
    row("GET", "/planner/budget.svg", ANY),
    row("GET", "/data", ANY),
    row("POST", "/data", IMPORTS),
    row("GET", "/model", ANY),
    row("POST", "/model", MODELS),
    row("POST", "/model/bridge", MODELS),
    row("GET", "/model/residuals", ANY),
    row("POST", "/model/{id}/promote", MODELS),
    row("GET", "/finance", ANY),
];

/// Routes of the pages.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/", get().to(overview::page))
        .route("/channels", get().to(channels::page))
        .route("/channels/{name}", get().to(channel::page))
        .route("/funnel", get().to(funnel::page))
        .route("/funnel/{name}.{ext}", get().to(funnel::drawing))
        .route("/attribution", get().to(attribution::page))
        .route("/attribution/deals/{id}", get().to(attribution::deal::page))
        .route("/attribution/{name}.{ext}", get().to(attribution::drawing::drawn))
        .service(resource("/planner").route(get().to(planner::page)).route(post().to(planner::save)))
        .route("/planner/plan.{ext}", get().to(planner::table))
        .route("/planner/result", get().to(planner::result))
        .route("/planner/budget.svg", get().to(planner::drawing))
        .service(resource("/data").route(get().to(data::page)).route(post().to(data::upload)))
        .service(resource("/model").route(get().to(model::page)).route(post().to(model::fit)))
        .route("/model/bridge", post().to(model::bridge))
        .route("/model/residuals.{ext}", get().to(model::drawing))
        .route("/model/{id}/promote", post().to(model::promote))
        .route("/finance", get().to(finance::page));
}

/// Routes of pages whose handler streams a large body itself (upload forms).
#[must_use]
pub fn streams_its_body(pattern: &str) -> bool {
    pattern == "/data"
}
