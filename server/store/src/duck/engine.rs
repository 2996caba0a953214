//! DuckDB behind the engine seam.

use std::sync::Arc;
use std::time::{Duration, Instant};

use duckdb::Statement;
use duckdb::arrow::record_batch::RecordBatch;

use super::{Projection, fault};
use crate::engine::{EventEngine, Limits, NamedQuery, Params, Probe, Value};
use crate::error::{Error, Result};

impl EventEngine for Projection {
    fn probe(&self) -> Result<Probe> {
        let reader = self.pool.take(Instant::now() + Duration::from_secs(1))?;
        let engine = format!("duckdb {}", reader.version().map_err(fault::classify)?);
        let one =
            reader.query_row("SELECT CAST(1 AS BIGINT)", [], |row| row.get::<_, i64>(0)).map_err(fault::classify)?;
        Ok(Probe { engine, ready: one == 1 })
    }

    fn aggregate(
        &self,
        query: &NamedQuery,
        params: &Params,
        limits: &Limits,
        sink: &mut dyn FnMut(&RecordBatch) -> Result<()>,
    ) -> Result<()> {
        let deadline = Instant::now() + limits.deadline;
        let mut reader = self.pool.take(deadline)?;
        let handle = reader.interrupt_handle();
        let _deadline = self.watchdog.guard(deadline, Arc::clone(&handle));
        let _cancel = limits.cancel.on_cancel(move || handle.interrupt());
        let stopped = || {
            if limits.cancel.is_cancelled() {
                Some(Error::Cancelled)
            } else if Instant::now() >= deadline {
                Some(Error::Deadline { query: query.name, seconds: limits.deadline.as_secs() })
            } else {
                None
            }
        };
        let engine_error = |e: duckdb::Error| match stopped() {
            Some(why) if fault::interrupted(&e) => why,
            _ => fault::classify(e),
        };

        reader.begin_reading().map_err(engine_error)?;
        let mut statement = reader.prepare(query.sql).map_err(engine_error)?;
        let values = values(&statement, params).map_err(engine_error)?;
        // Rows are fetched with `step` and not through the iterator, which panics when the engine stops half-way.
        let _ = statement.stream_arrow(duckdb::params_from_iter(values)).map_err(engine_error)?;
        let mut rows = 0;
        while let Some(chunk) = statement.step().map_err(engine_error)? {
            if let Some(why) = stopped() {
                return Err(why);
            }
            let batch = RecordBatch::from(&chunk);
            rows += batch.num_rows() as u64;
            if let Some(cap) = limits.row_cap.filter(|cap| rows > *cap) {
                return Err(Error::TooManyRows { query: query.name, cap });
            }
            sink(&batch)?;
        }
        Ok(())
    }
}

/// The values a statement names, in the order in which it numbers them.
fn values(statement: &Statement<'_>, params: &Params) -> duckdb::Result<Vec<duckdb::types::Value>> {
    let value = |i| {
        let name = statement.parameter_name(i)?;
        match params.get(&name) {
            Some(Value::Int(v)) => Ok(duckdb::types::Value::BigInt(*v)),
            Some(Value::Text(v)) => Ok(duckdb::types::Value::Text(v.clone())),
            Some(Value::Null) => Ok(duckdb::types::Value::Null),
            None => Err(duckdb::Error::InvalidParameterName(name)),
        }
    };
    (1..=statement.parameter_count()).map(value).collect()
}
