//! From the store through the models to answers: load, ask, save. No HTTP, no drawing.

pub mod cache;
pub mod error;
pub mod meta;
pub mod saved;

pub use error::{AnalysisError, Result};
pub use meta::{Estimate, Meta, Period, Tabular};
