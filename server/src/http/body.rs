//! Bodies under limits of size and time, and `Idempotency-Key`: the same POST twice does its work once.

use std::time::{Duration, Instant};

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, ResponseError, web};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};

use super::auth::Principal;
use super::error::{Code, Problem};
use super::replay;
use crate::app::App;

/// Reads a body piece by piece: at most `limit` bytes, no pause longer than `idle`, no longer than `total` in all.
///
/// # Errors
/// `too-large`, `request-timeout` or `bad-body`.
pub async fn read(
    payload: &mut Payload,
    limit: usize,
    idle: Duration,
    total: Duration,
    mut piece: impl FnMut(Bytes) -> Result<(), Problem>,
) -> Result<usize, Problem> {
    let deadline = Instant::now() + total;
    let mut size = 0;
    loop {
        let left = deadline.saturating_duration_since(Instant::now()).min(idle);
        match tokio::time::timeout(left, payload.next()).await {
            Err(_) => return Err(Problem::new(Code::RequestTimeout, "the body came too slowly")),
            Ok(None) => return Ok(size),
            Ok(Some(Err(cause))) => return Err(Problem::new(Code::BadBody, cause.to_string())),
            Ok(Some(Ok(bytes))) => {
                size += bytes.len();
                if size > limit {
                    return Err(too_large(limit));
                }
                piece(bytes)?;
            }
        }
    }
}

/// The body is beyond `limit` bytes.
#[must_use]
pub fn too_large(limit: usize) -> Problem {
    Problem::new(Code::TooLarge, "the body is too large").accepts(format!("at most {limit} bytes"))
}

/// Middleware: reads small bodies whole under their limits and replays the answer to a repeated `Idempotency-Key`.
///
/// Uploads pass through: their handler streams them, and looks at the key when it knows what was sent ([`replay::once`]).
///
/// # Errors
/// Those of the inner services; its own come as problems.
pub async fn buffer(mut req: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let unsafe_verb = matches!(*req.method(), Method::POST | Method::PUT | Method::PATCH | Method::DELETE);
    if !unsafe_verb || req.match_pattern().as_deref().is_some_and(super::streams_its_body) {
        return next.call(req).await;
    }
    let Some(app) = req.app_data::<web::Data<App>>().cloned() else {
        return Ok(req.into_response(Problem::internal("no app data").error_response()));
    };
    let limits = &app.config.limits;
    let mut whole = BytesMut::new();
    let mut payload = req.take_payload();
    let (idle, total) = (Duration::from_secs(limits.body_idle_seconds), Duration::from_secs(limits.body_total_seconds));
    let outcome = read(&mut payload, limits.json_bytes, idle, total, |piece| {
        whole.extend_from_slice(&piece);
        Ok(())
    })
    .await;
    if let Err(problem) = outcome {
        return Ok(req.into_response(problem.error_response()));
    }
    let whole = whole.freeze();
    let slot = (*req.method() == Method::POST).then(|| slot(&req, &whole)).flatten();
    req.set_payload(Payload::from(whole));
    let Some((slot, body_hash)) = slot else {
        return next.call(req).await;
    };
    match replay::begin(&app.store, &slot, &body_hash) {
        Err(problem) => Ok(req.into_response(problem.error_response())),
        Ok(Some(kept)) => Ok(req.into_response(replay::answer(kept))),
        Ok(None) => {
            let res = next.call(req).await;
            match res {
                Ok(res) => {
                    let (request, res) = res.into_parts();
                    Ok(ServiceResponse::new(request, replay::settle(&app.store, &slot, res).await))
                }
                Err(other) => {
                    replay::forget(&app.store, &slot);
                    Err(other)
                }
            }
        }
    }
}

/// The slot of the request's key, and the digest of the body it was first used with.
fn slot(req: &ServiceRequest, body: &Bytes) -> Option<(String, String)> {
    let who = req.extensions().get::<Principal>().map(|p| p.name.clone()).unwrap_or_default();
    Some((replay::slot(req.headers(), &who, req.path())?, hex::encode(Sha256::digest(body))))
}
