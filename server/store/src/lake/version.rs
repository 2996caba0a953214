//! Data versions and "as of": which batches an answer may have seen.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Manifest;

/// Up to which batch an answer looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AsOf {
    /// Everything imported.
    #[default]
    Latest,
    /// Batches committed at or before this moment.
    Time(Timestamp),
    /// Batches up to and including this number.
    Batch(u32),
}

/// Number of the last batch seen; `batches` are in order.
pub(super) fn seq_at(batches: &[Manifest], as_of: AsOf) -> u32 {
    let seen = |m: &&Manifest| match as_of {
        AsOf::Latest => true,
        AsOf::Time(t) => m.created_at <= t,
        AsOf::Batch(seq) => m.seq <= seq,
    };
    batches.iter().filter(seen).map(|m| m.seq).max().unwrap_or(0)
}

/// 16 hexadecimal digits over the ordered batch ids.
pub(super) fn hash<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let mut sha = Sha256::new();
    for id in ids {
        sha.update(id);
        sha.update("\n");
    }
    hex::encode(&sha.finalize()[..8])
}
