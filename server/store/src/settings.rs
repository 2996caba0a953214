//! How much of the machine the store may use.

use std::time::Duration;

use crate::import::ParserProcess;

/// Limits of an open store. The defaults suit a machine with 2 cores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Reader connections, 2 to 4.
    pub readers: usize,
    /// Threads of the engine; `None` takes all cores.
    pub threads: Option<usize>,
    /// Memory of the engine in MiB; `None` takes 40% of what the process may use (its cgroup, else the machine).
    pub memory_mib: Option<u64>,
    /// Longest a query may run.
    pub query_deadline: Duration,
    /// Currency of money whose rows state none, ISO 4217.
    pub currency: String,
    /// Most rows a query may give, unless its caller streams.
    pub row_cap: u64,
    /// Where binary uploads are read.
    pub parser: ParserProcess,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            readers: 3,
            threads: None,
            memory_mib: None,
            query_deadline: Duration::from_secs(60),
            currency: "EUR".into(),
            row_cap: 5_000_000,
            parser: ParserProcess::InProcess,
        }
    }
}

impl Settings {
    /// Memory for the engine, in MiB.
    #[must_use]
    pub fn engine_memory_mib(&self) -> u64 {
        self.memory_mib.unwrap_or_else(|| (available_memory() / (1 << 20) * 4 / 10).max(256))
    }

    /// Threads for the engine.
    #[must_use]
    pub fn engine_threads(&self) -> usize {
        self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(2, usize::from)).max(1)
    }
}

/// Bytes this process may use: the smallest limit of its cgroup (v2 or v1) and the machine's memory.
fn available_memory() -> u64 {
    let number = |path: &str| std::fs::read_to_string(path).ok().and_then(|t| t.trim().parse::<u64>().ok());
    let machine = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find(|l| l.starts_with("MemTotal:"))?.to_owned();
        line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
    });
    let own = std::fs::read_to_string("/proc/self/cgroup").ok().and_then(|text| {
        let path = text.lines().find_map(|l| l.strip_prefix("0::"))?.trim().trim_start_matches('/').to_owned();
        number(&format!("/sys/fs/cgroup/{path}/memory.max"))
    });
    let limits =
        [machine, own, number("/sys/fs/cgroup/memory.max"), number("/sys/fs/cgroup/memory/memory.limit_in_bytes")];
    limits.into_iter().flatten().min().unwrap_or(4 << 30)
}
