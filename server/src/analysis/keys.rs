//! API keys: made once shown once, kept as prefix and digest, revoked at once.

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use tandem_store::Store;
use tandem_store::state::ApiKey;
use utoipa::ToSchema;

use super::error::{AnalysisError, Result};
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
    /// When it was last used, to the minute.
    pub last_used_at: Option<String>,
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

impl TryFrom<ApiKey> for KeyInfo {
    type Error = AnalysisError;

    fn try_from(k: ApiKey) -> Result<KeyInfo> {
        Ok(KeyInfo {
            role: k.role.parse().map_err(AnalysisError::fault)?,
            id: k.prefix,
            name: k.name,
            by: k.created_by,
            created_at: k.created_at.to_string(),
            expires_at: k.expires_at.map(|t| t.to_string()),
            revoked_at: k.revoked_at.map(|t| t.to_string()),
            last_used_at: k.last_used_at.map(|t| t.to_string()),
        })
    }
}

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
    let kept = ApiKey {
        prefix: fresh.prefix,
        hash: fresh.hash,
        name: name.to_owned(),
        role: role.as_str().to_owned(),
        created_by: by.to_owned(),
        created_at: now,
        expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    store.state().keys().insert(&kept)?;
    let detail = serde_json::json!({"name": name, "role": role.as_str()});
    store.state().audit().add(by, "key.add", &kept.prefix, &detail)?;
    Ok(NewKey { key: fresh.key, info: kept.try_into()? })
}

/// All keys, newest first, revoked ones included.
///
/// # Errors
/// Faults of the state.
pub fn list(store: &Store) -> Result<Vec<KeyInfo>> {
    store.state().keys().all()?.into_iter().map(KeyInfo::try_from).collect()
}

/// Revokes a key.
///
/// # Errors
/// `NotFound`.
pub fn revoke(store: &Store, id: &str, by: &str) -> Result<()> {
    store.state().keys().revoke(id)?;
    Ok(store.state().audit().add(by, "key.revoke", id, &serde_json::Value::Null)?)
}

/// Digest and role of a key that is in force.
///
/// # Errors
/// Faults of the state.
pub fn in_force(store: &Store, prefix: &str) -> Result<Option<(String, Role)>> {
    let now = Timestamp::now();
    let Some(kept) = store.state().keys().by_prefix(prefix)?.filter(|k| k.is_live(now)) else { return Ok(None) };
    let role = kept.role.parse().map_err(AnalysisError::fault)?;
    Ok(Some((kept.hash, role)))
}

/// Whether any key was made that is not revoked: from then on nobody comes in without one.
///
/// # Errors
/// Faults of the state.
pub fn exist(store: &Store) -> Result<bool> {
    Ok(store.state().keys().all()?.iter().any(|k| k.revoked_at.is_none()))
}
