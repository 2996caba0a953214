//! What can stop a fit by sampling.

/// Why there is no posterior.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SampleError {
    /// The caller asked to stop; nothing is kept.
    #[error("the fit was cancelled")]
    Cancelled,
    /// The linear block could not be decomposed.
    #[error(
        "the baseline's columns cannot be decomposed ({0}); check controls and events for values that are not numbers"
    )]
    Linear(String),
    /// No starting point with a finite density was found.
    #[error("chain {chain}: no starting point has a finite density; check priors against the data's scale ({detail})")]
    NoStart {
        /// Chain, from 0.
        chain: usize,
        /// What the density said last.
        detail: String,
    },
    /// The sampler gave up.
    #[error("chain {chain}: {detail}")]
    Sampler {
        /// Chain, from 0.
        chain: usize,
        /// What it said.
        detail: String,
    },
    /// The spec asks for what sampling does not offer.
    #[error("{key}: {problem}; accepted: {accepted}")]
    Spec {
        /// Key at fault.
        key: String,
        /// What is wrong.
        problem: String,
        /// What would be accepted.
        accepted: String,
    },
}
