//! Reader connections, lent one at a time.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Instant;

use duckdb::Connection;

use crate::error::{Error, Result};

/// Readers at rest.
pub(super) struct Pool {
    idle: Mutex<Vec<Connection>>,
    returned: Condvar,
    size: usize,
}

impl Pool {
    pub fn new(readers: Vec<Connection>) -> Self {
        Self { size: readers.len(), idle: Mutex::new(readers), returned: Condvar::new() }
    }

    /// Takes a reader, waiting for one until `deadline`.
    pub fn take(&self, deadline: Instant) -> Result<Lent<'_>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = idle.pop() {
                return Ok(Lent { pool: self, connection: Some(connection), reading: false });
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::Overloaded { readers: self.size });
            }
            idle = self.returned.wait_timeout(idle, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// A reader on loan; goes back when dropped, its transaction rolled back.
pub(super) struct Lent<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
    reading: bool,
}

impl Lent<'_> {
    /// Opens a transaction that cannot write.
    pub fn begin_reading(&mut self) -> duckdb::Result<()> {
        self.execute_batch("BEGIN TRANSACTION READ ONLY")?;
        self.reading = true;
        Ok(())
    }
}

impl std::ops::Deref for Lent<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("present until dropped")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            if self.reading {
                let _ = connection.execute_batch("ROLLBACK");
            }
            self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            self.pool.returned.notify_one();
        }
    }
}
