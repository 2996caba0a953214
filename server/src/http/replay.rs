//! Answers kept for a repeated `Idempotency-Key`, for a day; they outlive a restart.

use std::time::Duration;

use actix_web::body::{self, MessageBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpResponse, ResponseError};
use sha2::{Digest, Sha256};
use tandem_store::Store;
use tandem_store::state::{Begun, StoredAnswer};

use super::error::{Answer, Code, Problem};

const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);
/// Largest answer kept for a repeated key; answers to POST are small.
const LARGEST_KEPT: usize = 1 << 20;

/// The slot of a request's `Idempotency-Key`: key, principal and route. `None` where the request has no key.
#[must_use]
pub fn slot(headers: &HeaderMap, who: &str, path: &str) -> Option<String> {
    let key = headers.get("idempotency-key")?.to_str().ok()?;
    Some(hex::encode(Sha256::digest(format!("{who}\n{path}\n{key}"))))
}

/// Does `work` once for a slot: a repeated request gets the first one's answer. Without a slot it is done in any case.
///
/// # Errors
/// Those of [`begin`]; those of `work` become its answer.
pub async fn once(store: &Store, slot: Option<String>, body_hash: &str, work: impl Future<Output = Answer>) -> Answer {
    let Some(slot) = slot else { return work.await };
    if let Some(kept) = begin(store, &slot, body_hash)? {
        return Ok(answer(kept));
    }
    let res = work.await.unwrap_or_else(|problem| problem.error_response());
    Ok(settle(store, &slot, res).await)
}

/// Keeps an answer for its slot. A fault or a refusal for load is no result: the caller may try the same key again.
pub async fn settle(store: &Store, slot: &str, res: HttpResponse) -> HttpResponse {
    if res.status().is_server_error() || res.status() == StatusCode::TOO_MANY_REQUESTS {
        forget(store, slot);
        return res;
    }
    let (head, content) = res.into_parts();
    let Ok(Ok(bytes)) = body::to_bytes_limited(content, LARGEST_KEPT).await else {
        forget(store, slot);
        return Problem::internal("an answer could not be kept").error_response();
    };
    let text = |name| head.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let kept = StoredAnswer {
        status: head.status().as_u16(),
        media: text(header::CONTENT_TYPE),
        location: text(header::LOCATION),
        body: String::from_utf8_lossy(&bytes).into_owned(),
    };
    finish(store, slot, &kept);
    head.set_body(bytes.boxed())
}

/// Opens a slot; `Some` when the answer is there already.
///
/// # Errors
/// 422 when the key was used with another body, 409 while the first request still runs.
pub fn begin(store: &Store, slot: &str, body_hash: &str) -> Result<Option<StoredAnswer>, Problem> {
    let wrong = |code, detail: &str| Problem::new(code, detail).field("Idempotency-Key");
    match store.state().idempotency().begin(slot, body_hash, KEPT_FOR)? {
        Begun::New => Ok(None),
        Begun::Answered(kept) => Ok(Some(kept)),
        Begun::Running => {
            Err(wrong(Code::Conflict, "the first request with this key has not ended; use another key to start anew")
                .retry_after(1))
        }
        Begun::OtherBody => Err(wrong(Code::IdempotencyMismatch, "this key was used with another body")),
    }
}

/// Keeps the answer. Where that fails the answer is sent all the same, and the log says so.
fn finish(store: &Store, slot: &str, kept: &StoredAnswer) {
    if let Err(error) = store.state().idempotency().finish(slot, kept) {
        tracing::warn!(%error, "an answer could not be kept for its Idempotency-Key");
    }
}

/// Closes a slot without an answer, so that the key may be tried again.
pub fn forget(store: &Store, slot: &str) {
    if let Err(error) = store.state().idempotency().forget(slot) {
        tracing::warn!(%error, "an Idempotency-Key could not be freed");
    }
}

/// The answer again, marked as a replay.
#[must_use]
pub fn answer(kept: StoredAnswer) -> HttpResponse {
    let mut res = HttpResponse::build(StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK));
    if let Some(media) = kept.media {
        res.insert_header((header::CONTENT_TYPE, media));
    }
    if let Some(location) = kept.location {
        res.insert_header((header::LOCATION, location));
    }
    res.insert_header(("idempotency-replayed", "true")).body(kept.body)
}
