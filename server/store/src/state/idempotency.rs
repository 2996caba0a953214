//! Answers kept so that a request repeated with the same `Idempotency-Key` is carried out once.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::{State, us};
use crate::error::Result;

/// An answer as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAnswer {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub media: Option<String>,
    /// `Location`.
    pub location: Option<String>,
    /// Body.
    pub body: String,
}

/// What beginning a request finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It is new: carry it out, then [`Idempotency::finish`] or [`Idempotency::forget`].
    New,
    /// It was answered: send this again.
    Answered(StoredAnswer),
    /// The first one is still being carried out, or the process ended while it was.
    Running,
    /// The key was used with another body.
    OtherBody,
}

/// The kept answers of a state.
pub struct Idempotency<'a>(pub(super) &'a State);

impl Idempotency<'_> {
    /// Begins a request. `scope` names key, principal and route; answers older than `kept` are forgotten first.
    pub fn begin(&self, scope: &str, body_hash: &str, kept: Duration) -> Result<Begun> {
        let mut connection = self.0.lock();
        let transaction = connection.transaction()?;
        let now = us(Timestamp::now());
        let oldest = now.saturating_sub(i64::try_from(kept.as_micros()).unwrap_or(i64::MAX));
        transaction.execute("DELETE FROM idempotency WHERE created_at < ?", [oldest])?;
        let sql = "SELECT body_hash, answer FROM idempotency WHERE scope = ?";
        let found: Option<(String, Option<String>)> =
            transaction.query_row(sql, [scope], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let begun = match found {
            None => {
                let add = "INSERT INTO idempotency (scope, body_hash, created_at) VALUES (?, ?, ?)";
                transaction.execute(add, params![scope, body_hash, now])?;
                Begun::New
            }
            Some((hash, _)) if hash != body_hash => Begun::OtherBody,
            Some((_, None)) => Begun::Running,
            Some((_, Some(answer))) => Begun::Answered(serde_json::from_str(&answer)?),
        };
        transaction.commit()?;
        Ok(begun)
    }

    /// Keeps the answer of a request.
    pub fn finish(&self, scope: &str, answer: &StoredAnswer) -> Result<()> {
        let sql = "UPDATE idempotency SET answer = ? WHERE scope = ? AND answer IS NULL";
        self.0.lock().execute(sql, params![serde_json::to_string(answer)?, scope])?;
        Ok(())
    }

    /// Forgets a request that came to nothing, so that it may be tried again.
    pub fn forget(&self, scope: &str) -> Result<()> {
        self.0.lock().execute("DELETE FROM idempotency WHERE scope = ? AND answer IS NULL", [scope])?;
        Ok(())
    }
}
