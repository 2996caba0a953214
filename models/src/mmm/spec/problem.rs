//! The one way a spec or panel is refused: which key, what is wrong, what would be accepted.

/// A spec that cannot be fitted on a panel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {problem}; accepted: {accepted}")]
pub struct SpecProblem {
    /// Key at fault: a path into `SPEC.toml` (`channel[2].adstock.max_lag`) or into the panel (`panel.periods`).
    pub key: String,
    /// What is wrong, in words, with the value found.
    pub problem: String,
    /// What would be accepted instead.
    pub accepted: String,
}

impl SpecProblem {
    /// A problem at `key`.
    pub(crate) fn new(key: impl Into<String>, problem: impl Into<String>, accepted: impl Into<String>) -> Self {
        Self { key: key.into(), problem: problem.into(), accepted: accepted.into() }
    }

    /// The same with its key below `prefix`.
    pub(crate) fn under(self, prefix: &str) -> Self {
        Self { key: format!("{prefix}.{}", self.key), ..self }
    }
}
