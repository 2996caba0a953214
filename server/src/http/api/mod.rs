//! The API's handlers, a file a noun: they parse, call and map.

pub mod attribution;
pub mod channels;
pub mod charts;
pub mod contributions;
pub mod definitions;
pub mod exports;
pub mod fitted;
pub mod funnel;
pub mod imports;
pub mod jobs;
pub mod keys;
pub mod model_runs;
pub mod overview;
pub mod response_curves;
pub mod roi;
pub mod run_query;
pub mod scenarios;
pub mod spend;
pub mod system;
pub mod variance;
