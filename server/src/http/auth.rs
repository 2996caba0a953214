//! The guard before every route: table of access, origin, key, role, rate.

use std::future::{Ready, ready};

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, ResponseError, web};

use super::access::{self, Need};
use super::error::{Code, Problem};
use super::keys;
use super::origin;
use super::roles::Role;
use crate::app::App;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Name for logs and records: the key's prefix, or `local` in open mode.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

impl FromRequest for Principal {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = req.extensions().get::<Principal>().cloned();
        ready(found.ok_or_else(|| Problem::new(Code::Unauthenticated, "this needs an API key")))
    }
}

/// Middleware: lets a request pass, or answers with the problem.
///
/// # Errors
/// Those of the inner services; its own come as problems.
pub async fn guard(req: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    match admit(&req) {
        Ok(principal) => {
            if let Some(principal) = principal {
                req.extensions_mut().insert(principal);
            }
            next.call(req).await
        }
        Err(problem) => Ok(req.into_response(problem.error_response())),
    }
}

fn admit(req: &ServiceRequest) -> Result<Option<Principal>, Problem> {
    let app = req.app_data::<web::Data<App>>().ok_or_else(|| Problem::internal("no app data"))?;
    let caller = req.peer_addr().map_or_else(|| "local".to_owned(), |a| a.ip().to_string());
    // Strangers share their address's bucket, so that guessing keys is slow as well.
    let Some(pattern) = req.match_pattern() else {
        app.buckets.take(&caller)?;
        return Err(Problem::no_such("page", req.path()));
    };
    let Some(need) = access::need(req.method(), &pattern) else {
        return Err(Problem::new(Code::MethodNotAllowed, format!("{} is not offered here", req.method())));
    };
    let Need::One(roles) = need else { return Ok(None) };
    origin::check(req, &app.config.server.allowed_origins)?;
    let principal = identify(req, app).inspect_err(|_| {
        let _ = app.buckets.take(&caller);
    })?;
    app.buckets.take(if principal.name == "local" { &caller } else { &principal.name })?;
    if roles.has(principal.role) {
        Ok(Some(principal))
    } else {
        Err(Problem::new(Code::Forbidden, format!("the role `{}` does not allow this", principal.role.as_str())))
    }
}

fn identify(req: &ServiceRequest, app: &App) -> Result<Principal, Problem> {
    let wrong =
        || Problem::new(Code::Unauthenticated, "the API key is unknown, expired or revoked").field("Authorization");
    if let Some(key) = presented(req) {
        let prefix = keys::prefix(&key).ok_or_else(wrong)?;
        let kept = app.key(prefix)?.ok_or_else(wrong)?;
        if !keys::matches(&key, &kept.hash) {
            return Err(wrong());
        }
        return Ok(Principal { name: format!("key:{prefix}"), role: kept.role });
    }
    if !app.is_open()? {
        return Err(Problem::new(Code::Unauthenticated, "this needs an API key")
            .field("Authorization")
            .accepts("Bearer tnd_..., or Basic with the key as password"));
    }
    let host = req.headers().get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let local = req.peer_addr().is_none_or(|a| a.ip().is_loopback());
    if !local || !origin::is_local_host(host, &app.config.server.allowed_hosts) {
        return Err(Problem::new(Code::WrongHost, "without keys this server answers to loopback names only")
            .field("Host")
            .accepts("localhost, 127.0.0.1, [::1], or a name in server.allowed_hosts"));
    }
    Ok(Principal { name: "local".into(), role: Role::Admin })
}

/// The key in `Authorization`: Bearer, or the password of Basic. Never in the query, where logs would keep it.
fn presented(req: &ServiceRequest) -> Option<String> {
    let value = req.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    if scheme.eq_ignore_ascii_case("basic") {
        let text = String::from_utf8(super::base64::decode(rest.trim())?).ok()?;
        return Some(text.split_once(':').map_or(text.as_str(), |(_, password)| password).to_owned());
    }
    None
}
