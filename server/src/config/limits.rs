//! How much one request, or one caller, may ask for.

use serde::{Deserialize, Serialize};

/// Sizes in bytes, times in seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest JSON body.
    pub json_bytes: usize,
    /// Largest upload, streamed to disk.
    pub upload_bytes: usize,
    /// Longest wait for the next piece of a body: a body that dribbles slower is cut off.
    pub body_idle_seconds: u64,
    /// Longest time a whole body may take.
    pub body_total_seconds: u64,
    /// Deadline of a read query.
    pub query_seconds: u64,
    /// Requests a second one caller may make in the long run.
    pub requests_per_second: u32,
    /// Requests one caller may make at once.
    pub burst: u32,
    /// Costly answers computed at once; more wait briefly, then get 503.
    pub heavy_at_once: usize,
    /// Jobs waiting at most; more get 503.
    pub queue: usize,
    /// Memory that reading one spreadsheet or Parquet file may take, MiB.
    pub parser_memory_mib: u64,
    /// Time that reading one small spreadsheet or Parquet file may take; each MiB of it adds a second.
    pub parser_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            json_bytes: 256 * 1024,
            upload_bytes: 100 * 1024 * 1024,
            body_idle_seconds: 15,
            body_total_seconds: 600,
            query_seconds: 30,
            requests_per_second: 100,
            burst: 400,
            heavy_at_once: 4,
            queue: 100,
            parser_memory_mib: 1_024,
            parser_seconds: 60,
        }
    }
}

impl Limits {
    /// Refuses values with which no request could be served.
    ///
    /// # Errors
    /// Names the key and its least value.
    pub fn check(&self) -> Result<(), String> {
        let least_one = [
            ("json_bytes", self.json_bytes as u64),
            ("upload_bytes", self.upload_bytes as u64),
            ("body_idle_seconds", self.body_idle_seconds),
            ("body_total_seconds", self.body_total_seconds),
            ("query_seconds", self.query_seconds),
            ("requests_per_second", u64::from(self.requests_per_second)),
            ("burst", u64::from(self.burst)),
            ("heavy_at_once", self.heavy_at_once as u64),
            ("queue", self.queue as u64),
            ("parser_memory_mib", self.parser_memory_mib),
            ("parser_seconds", self.parser_seconds),
        ];
        match least_one.iter().find(|(_, value)| *value == 0) {
            Some((key, _)) => Err(format!("`limits.{key}` must be at least 1")),
            None => Ok(()),
        }
    }
}
