//! Who may come in.

use serde::{Deserialize, Serialize};

/// Authentication settings; keys themselves live in the state store and are made by `tandem keys add`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Auth {
    /// Ask for no key while none exists and the server listens on loopback only.
    pub open_on_loopback: bool,
}

impl Default for Auth {
    fn default() -> Self {
        Self { open_on_loopback: true }
    }
}
