//! Answers kept for a repeated `Idempotency-Key`, for a day; they outlive a restart.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use tandem_store::Store;
use tandem_store::state::{Begun, StoredAnswer};

use super::error::{Code, Problem};

const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);

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
pub fn finish(store: &Store, slot: &str, kept: &StoredAnswer) {
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
