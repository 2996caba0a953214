//! Answers kept for a repeated `Idempotency-Key`: for a day, and no more than ten thousand of them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use bytes::Bytes;

use super::error::{Code, Problem};

const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);
const KEPT_AT_MOST: usize = 10_000;

/// An answer as it was sent.
#[derive(Debug, Clone)]
pub struct Kept {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub media: Option<String>,
    /// `Location`.
    pub location: Option<String>,
    /// Body.
    pub body: Bytes,
}

impl Kept {
    /// The answer again, marked as a replay.
    #[must_use]
    pub fn answer(&self) -> HttpResponse {
        let mut res = HttpResponse::build(StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK));
        if let Some(media) = &self.media {
            res.insert_header((header::CONTENT_TYPE, media.as_str()));
        }
        if let Some(location) = &self.location {
            res.insert_header((header::LOCATION, location.as_str()));
        }
        res.insert_header(("idempotency-replayed", "true")).body(self.body.clone())
    }
}

struct Slot {
    since: Instant,
    body_hash: String,
    kept: Option<Kept>,
}

/// All kept answers, by scope. Kept in memory: a restart forgets them, and the jobs they started are listed anyway.
#[derive(Default)]
pub struct Replays {
    slots: Mutex<HashMap<String, Slot>>,
}

impl Replays {
    /// Opens a slot; `Some` when the answer is there already.
    ///
    /// # Errors
    /// 422 when the key was used with another body, 409 while the first request still runs, 503 when too many are kept.
    pub fn begin(&self, slot: &str, body_hash: &str) -> Result<Option<Kept>, Problem> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|_, s| s.since.elapsed() < KEPT_FOR);
        if let Some(found) = slots.get(slot) {
            let wrong = |code, detail: &str| Problem::new(code, detail).field("Idempotency-Key");
            if found.body_hash != body_hash {
                return Err(wrong(Code::IdempotencyMismatch, "this key was used with another body"));
            }
            return match &found.kept {
                Some(kept) => Ok(Some(kept.clone())),
                None => Err(wrong(Code::Conflict, "the first request with this key is still running").retry_after(1)),
            };
        }
        if slots.len() >= KEPT_AT_MOST {
            return Err(Problem::new(Code::Busy, "too many idempotency keys are in use").retry_after(60));
        }
        slots.insert(slot.into(), Slot { since: Instant::now(), body_hash: body_hash.into(), kept: None });
        Ok(None)
    }

    /// Keeps the answer.
    pub fn finish(&self, slot: &str, kept: Kept) {
        if let Some(found) = self.slots.lock().unwrap_or_else(PoisonError::into_inner).get_mut(slot) {
            found.kept = Some(kept);
        }
    }

    /// Closes a slot without an answer.
    pub fn forget(&self, slot: &str) {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).remove(slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_time_gives_the_first_answer_and_another_body_is_refused() {
        let replays = Replays::default();
        assert!(replays.begin("s", "h").expect("new").is_none());
        assert_eq!(replays.begin("s", "h").expect_err("running").code, Code::Conflict);
        replays.finish("s", Kept { status: 202, media: None, location: Some("/x".into()), body: Bytes::new() });
        assert_eq!(replays.begin("s", "h").expect("kept").map(|k| k.status), Some(202));
        assert_eq!(replays.begin("s", "other").expect_err("other").code, Code::IdempotencyMismatch);
        replays.forget("s");
        assert!(replays.begin("s", "other").expect("new again").is_none());
    }
}
