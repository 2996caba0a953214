//! API keys: kept as a public prefix and the SHA-256 of the whole key, never the key itself.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};
use serde::{Deserialize, Serialize};

use super::{State, no_such, time, time_or_none, us};
use crate::error::{Error, Result};

/// What is kept of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Public part, unique; names the key in lists and logs.
    pub prefix: String,
    /// SHA-256 of the whole key, hexadecimal.
    #[serde(skip)]
    pub hash: String,
    /// What it is for.
    pub name: String,
    /// Role, as the server names it.
    pub role: String,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it opens anything at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|at| now < at)
    }
}

/// The keys of a state.
pub struct Keys<'a>(pub(super) &'a State);

impl Keys<'_> {
    /// Keeps a new key.
    pub fn insert(&self, key: &ApiKey) -> Result<()> {
        let sql = "INSERT INTO api_keys (prefix, hash, name, role, created_by, created_at, expires_at)
                   VALUES (:prefix, :hash, :name, :role, :by, :at, :expires)";
        let added = self.0.lock().execute(
            sql,
            named_params! { ":prefix": key.prefix, ":hash": key.hash, ":name": key.name, ":role": key.role,
            ":by": key.created_by, ":at": us(key.created_at), ":expires": key.expires_at.map(us) },
        );
        match added {
            Err(rusqlite::Error::SqliteFailure(e, _)) if e.code == rusqlite::ErrorCode::ConstraintViolation => {
                Err(Error::Conflict(format!("there is a key `{}` already", key.prefix)))
            }
            other => other.map(|_| ()).map_err(Error::from),
        }
    }

    /// The key of a prefix, live or not: the caller compares hashes in constant time and asks [`ApiKey::is_live`].
    pub fn by_prefix(&self, prefix: &str) -> Result<Option<ApiKey>> {
        Ok(self.0.lock().query_row("SELECT * FROM api_keys WHERE prefix = ?", [prefix], read).optional()?)
    }

    /// All keys, newest first.
    pub fn all(&self) -> Result<Vec<ApiKey>> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached("SELECT * FROM api_keys ORDER BY created_at DESC, prefix")?;
        Ok(statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Revokes a key for ever. Revoking again changes nothing.
    pub fn revoke(&self, prefix: &str) -> Result<()> {
        let sql = "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, ?) WHERE prefix = ?";
        match self.0.lock().execute(sql, rusqlite::params![us(Timestamp::now()), prefix])? {
            0 => Err(no_such("key", prefix)),
            _ => Ok(()),
        }
    }

    /// Notes that a key was used; writes at most once a minute, so that reading stays cheap.
    pub fn touch(&self, prefix: &str, now: Timestamp) -> Result<()> {
        let sql = "UPDATE api_keys SET last_used_at = ?1 WHERE prefix = ?2 AND (last_used_at IS NULL OR last_used_at < ?1 - 60000000)";
        self.0.lock().execute(sql, rusqlite::params![us(now), prefix])?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<ApiKey> {
    Ok(ApiKey {
        prefix: row.get("prefix")?,
        hash: row.get("hash")?,
        name: row.get("name")?,
        role: row.get("role")?,
        created_by: row.get("created_by")?,
        created_at: time(row, "created_at")?,
        expires_at: time_or_none(row, "expires_at")?,
        revoked_at: time_or_none(row, "revoked_at")?,
        last_used_at: time_or_none(row, "last_used_at")?,
    })
}
