//! `/keys`: API keys, for admins.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::answer;
use super::super::auth::Principal;
use super::super::error::{Answer, ProblemBody};
use super::super::roles::Role;
use crate::analysis::keys::{self, KeyInfo, NewKey};
use crate::app::App;

/// Keys without their secrets.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyList {
    /// Newest first.
    pub data: Vec<KeyInfo>,
}

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRequest {
    /// Whose it is, 1 to 100 characters.
    pub name: String,
    /// What its holder may do.
    pub role: Role,
    /// Days until it expires; never unless told.
    pub expires_days: Option<u32>,
}

/// All keys.
#[utoipa::path(get, path = "/api/v1/keys", tag = "admin", responses((status = 200, body = KeyList), (status = 403, body = ProblemBody)))]
pub async fn list(app: web::Data<App>, req: HttpRequest) -> Answer {
    answer::json(&req, &KeyList { data: keys::list(&app.store)? })
}

/// Makes a key; the answer shows it once.
#[utoipa::path(post, path = "/api/v1/keys", tag = "admin", request_body = KeyRequest,
    responses((status = 201, body = NewKey), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub async fn create(app: web::Data<App>, who: Principal, body: web::Json<KeyRequest>) -> Answer {
    let made = keys::add(&app.store, &body.name, body.role, body.expires_days, &who.name)?;
    Ok(HttpResponse::Created().insert_header(("cache-control", "no-store")).json(made))
}

/// Revokes a key at once.
#[utoipa::path(delete, path = "/api/v1/keys/{id}", tag = "admin", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub async fn revoke(app: web::Data<App>, who: Principal, id: web::Path<String>) -> Answer {
    keys::revoke(&app.store, &id, &who.name)?;
    Ok(HttpResponse::NoContent().finish())
}
