//! From the store through the models to answers: load, ask, save. No HTTP, no drawing.

pub mod amount;
pub mod attribution;
pub mod bridge;
pub mod cache;
pub mod curves;
pub mod definitions;
pub mod derived;
pub mod error;
mod experiments;
pub mod exports;
mod fitted;
pub mod funnel;
pub mod health;
pub mod ids;
pub mod import_log;
pub mod keys;
pub mod listings;
pub mod meta;
pub mod mmm;
pub mod overview;
pub mod plan;
mod refresh;
pub mod request;
pub mod runs;
pub mod saved;
pub mod scenarios;
pub mod shapes;
mod staged;
pub mod summary;
pub mod tables;
mod unused;
pub mod variance;

pub use error::{AnalysisError, Result};
pub use meta::{Estimate, Meta, Period, Tabular};
