//! API keys: made once shown once, kept as prefix and digest, revoked at once.

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use tandem_store::Store;
use utoipa::ToSchema;

use super::error::{AnalysisError, Result};
use super::records;
use crate::http::keys::generate;
use crate::http::roles::Role;

/// A key without its secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct KeyInfo {
    /// Public part, by which it is revoked and named in logs.
    pub id: String,
    /// Whose it is.
    pub name: String,
    /// What its holder may do.
    pub role: Role,
    /// Who made it.
    pub by: String,
    /// When it was made.
    pub created_at: String,
    /// When it expires.
    pub expires_at: Option<String>,
    /// When it was revoked.
    pub revoked_at: Option<String>,
}

/// A key just made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NewKey {
    /// The whole key: shown now and never again.
    pub key: String,
    /// What is kept of it.
    #[serde(flatten)]
    pub info: KeyInfo,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    info: KeyInfo,
    hash: String,
}

const KIND: &str = "key";

/// Makes a key.
///
/// # Errors
/// `Rejected` for a name without letters or a lifetime of no days.
pub fn add(store: &Store, name: &str, role: Role, expires_days: Option<u32>, by: &str) -> Result<NewKey> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(AnalysisError::rejected("name", "1 to 100 printable characters are accepted"));
    }
    if expires_days.is_some_and(|d| d == 0 || d > 3650) {
        return Err(AnalysisError::rejected("expires_days", "1 to 3650 days are accepted"));
    }
    let now = Timestamp::now();
    let expires_at = expires_days.and_then(|d| now.checked_add((i64::from(d) * 24).hours()).ok());
    let fresh = generate();
    let info = KeyInfo {
        id: fresh.prefix.clone(),
        name: name.to_owned(),
        role,
        by: by.to_owned(),
        created_at: now.to_string(),
        expires_at: expires_at.map(|t| t.to_string()),
        revoked_at: None,
    };
    records::put(store, KIND, &info.id, &Kept { info: info.clone(), hash: fresh.hash })?;
    Ok(NewKey { key: fresh.key, info })
}

/// All keys, revoked ones included.
///
/// # Errors
/// Faults of the state.
pub fn list(store: &Store) -> Result<Vec<KeyInfo>> {
    let mut all: Vec<KeyInfo> = records::list::<Kept>(store, KIND)?.into_iter().map(|k| k.info).collect();
    all.sort_by(|a, b| b.created_at.cmp(&a.created_at));
    Ok(all)
}

/// Revokes a key.
///
/// # Errors
/// `NotFound`.
pub fn revoke(store: &Store, id: &str) -> Result<()> {
    let mut kept: Kept =
        records::get(store, KIND, id)?.ok_or_else(|| AnalysisError::NotFound(format!("there is no key `{id}`")))?;
    kept.info.revoked_at.get_or_insert_with(|| Timestamp::now().to_string());
    records::put(store, KIND, id, &kept)
}

/// Digest and role of a key that is in force.
///
/// # Errors
/// Faults of the state.
pub fn in_force(store: &Store, prefix: &str) -> Result<Option<(String, Role)>> {
    let Some(kept) = records::get::<Kept>(store, KIND, prefix)? else { return Ok(None) };
    let expired = kept.info.expires_at.as_deref().and_then(|t| t.parse::<Timestamp>().ok()).is_some_and(|t| t <= Timestamp::now());
    Ok((kept.info.revoked_at.is_none() && !expired).then_some((kept.hash, kept.info.role)))
}

/// Whether any key was ever made that is not revoked: from then on nobody comes in without one.
///
/// # Errors
/// Faults of the state.
pub fn exist(store: &Store) -> Result<bool> {
    Ok(list(store)?.iter().any(|k| k.revoked_at.is_none()))
}
