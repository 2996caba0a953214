//! Running named queries for one request: one engine, one set of limits, one "as of".

use duckdb::arrow::record_batch::RecordBatch;

use crate::engine::{Columns, EventEngine, Limits, NamedQuery, Params};
use crate::error::Result;

/// Asks queries as of one batch.
pub(crate) struct Asker<'a> {
    pub engine: &'a dyn EventEngine,
    pub limits: &'a Limits,
    /// Last batch seen; the queries of one request agree because all of them look up to this one.
    pub as_of: u32,
}

impl Asker<'_> {
    /// Parameters with `$as_of` set.
    pub fn params(&self) -> Params {
        Params::new().int("as_of", self.as_of)
    }

    /// Runs a query and calls `row` for every row of every batch.
    pub fn each(
        &self,
        query: &NamedQuery,
        params: &Params,
        mut row: impl FnMut(Columns<'_>, usize) -> Result<()>,
    ) -> Result<()> {
        self.batches(query, params, &mut |batch| {
            let columns = Columns(batch);
            (0..batch.num_rows()).try_for_each(|i| row(columns, i))
        })
    }

    /// Runs a query and calls `sink` for every batch.
    pub fn batches(
        &self,
        query: &NamedQuery,
        params: &Params,
        sink: &mut dyn FnMut(&RecordBatch) -> Result<()>,
    ) -> Result<()> {
        self.engine.aggregate(query, params, self.limits, sink)
    }
}
