//! API keys: `tnd_<prefix>_<secret>`, kept as prefix and SHA-256 and compared in constant time.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A fresh key: what its holder gets once, and what is kept.
#[derive(Debug, Clone)]
pub struct Fresh {
    /// The whole key; shown once, never stored.
    pub key: String,
    /// The public part, by which it is found and named in logs.
    pub prefix: String,
    /// Hex SHA-256 of the whole key.
    pub hash: String,
}

/// Makes a key with a 256-bit secret from the system's random source.
#[must_use]
pub fn generate() -> Fresh {
    // Three version-4 UUIDs carry 366 random bits; the digest spreads them over 256.
    let mut seed = Sha256::new();
    for _ in 0..3 {
        seed.update(uuid::Uuid::new_v4().as_bytes());
    }
    let secret = hex::encode(seed.finalize());
    let prefix = uuid::Uuid::new_v4().simple().to_string()[..8].to_owned();
    let key = format!("tnd_{prefix}_{secret}");
    let hash = digest(&key);
    Fresh { key, prefix, hash }
}

/// The public part of something that has the form of a key.
#[must_use]
pub fn prefix(key: &str) -> Option<&str> {
    let (prefix, secret) = key.strip_prefix("tnd_")?.split_once('_')?;
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    (prefix.len() == 8 && secret.len() == 64 && hex(prefix) && hex(secret)).then_some(prefix)
}

/// Hex SHA-256 of a key.
#[must_use]
pub fn digest(key: &str) -> String {
    hex::encode(Sha256::digest(key.as_bytes()))
}

/// Whether `key` has the kept digest, in time that does not depend on where they differ.
#[must_use]
pub fn matches(key: &str, kept: &str) -> bool {
    digest(key).as_bytes().ct_eq(kept.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_matches_its_own_digest_and_no_other() {
        let (a, b) = (generate(), generate());
        assert_eq!(prefix(&a.key), Some(a.prefix.as_str()));
        assert!(matches(&a.key, &a.hash));
        assert!(!matches(&b.key, &a.hash));
        assert_ne!(a.key, b.key);
    }

    #[test]
    fn what_has_not_the_form_of_a_key_has_no_prefix() {
        for wrong in ["", "tnd_", "tnd_ab_cd", "Bearer x", "tnd_0123456g_00", &"x".repeat(77)] {
            assert_eq!(prefix(wrong), None, "{wrong}");
        }
    }
}
