//! The marketing-mix model: from a panel and a spec to draws of parameters, and from draws to answers.
//!
//! `Spec::validate(&Panel)` -> [`spec::CheckedSpec`] -> [`design::Design`] -> an estimator -> [`posterior::Posterior`].
//! Everything after the estimator reads the posterior and does not know who filled it.

pub mod adstock;
pub mod answers;
pub mod calibration;
pub mod change;
pub mod collinearity;
pub mod contributions;
pub mod design;
pub mod diagnostics;
pub mod drift;
pub mod features;
pub mod incremental;
pub mod interval;
pub mod levers;
pub mod posterior;
pub mod prior;
pub mod prior_check;
pub mod ridge;
pub mod sample;
pub mod saturation;
pub mod scales;
pub(crate) mod series;
pub mod spec;
pub mod staged;
pub mod validation;
pub mod verdict;
