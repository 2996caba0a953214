//! The seam between questions and the engine that answers them: named queries with typed parameters, streamed as Arrow
//! batches under a deadline and a row cap. DuckDB is behind it today; a cluster or a warehouse may be tomorrow.

mod cancel;
mod columns;
mod query;

use std::time::Duration;

use duckdb::arrow::record_batch::RecordBatch;

use crate::error::Result;
pub use cancel::Cancel;
pub use columns::Columns;
pub(crate) use columns::some;
pub use query::{NamedQuery, Params, Value};

/// What bounds one query. There is no way to run one without a deadline.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Longest it may run, waiting for a reader included.
    pub deadline: Duration,
    /// Most rows it may give; `None` only where the caller streams and forgets.
    pub row_cap: Option<u64>,
    /// Stops it from outside.
    pub cancel: Cancel,
}

/// What an engine says of itself.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Probe {
    /// Engine and version, for example `duckdb v1.5.6`.
    pub engine: String,
    /// Whether it answers.
    pub ready: bool,
}

/// Runs the heavy event queries.
pub trait EventEngine: Send + Sync {
    /// Whether the engine answers, and which it is.
    fn probe(&self) -> Result<Probe>;

    /// Runs `query` and hands its batches to `sink` one by one, in the query's order; an error of the sink stops it.
    ///
    /// Fails with `Deadline`, `Cancelled`, `Overloaded` or `TooManyRows` where a limit is hit: never a part of an answer
    /// as if it were the whole.
    fn aggregate(
        &self,
        query: &NamedQuery,
        params: &Params,
        limits: &Limits,
        sink: &mut dyn FnMut(&RecordBatch) -> Result<()>,
    ) -> Result<()>;
}
