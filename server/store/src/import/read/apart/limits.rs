//! What one child may take, set by itself before it opens the file.

use serde::{Deserialize, Serialize};

/// What the reading of one binary file may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParserLimits {
    /// Memory beyond what the program takes when it starts, MiB.
    pub memory_mib: u64,
    /// Seconds of computing, and seconds waited for it, for a small file; each MiB of the file adds one.
    pub seconds: u64,
}

impl Default for ParserLimits {
    fn default() -> Self {
        Self { memory_mib: 1_024, seconds: 60 }
    }
}

impl ParserLimits {
    /// The limits of a file of `bytes`.
    pub(super) fn of_file(self, bytes: u64) -> Self {
        Self { seconds: self.seconds.saturating_add(bytes >> 20), ..self }
    }

    /// Binds this process, for good.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn bind(self) -> std::io::Result<()> {
        // Pages mapped at the start (libraries, stacks) are not the file's doing.
        let pages = std::fs::read_to_string("/proc/self/statm")
            .ok()
            .and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok())
            .unwrap_or(64 << 10);
        set(libc::RLIMIT_AS, pages * 4096 + (self.memory_mib << 20))?;
        set(libc::RLIMIT_CPU, self.seconds)?;
        // It reads one file and writes to a pipe: no files, no dumps.
        set(libc::RLIMIT_FSIZE, 0)?;
        set(libc::RLIMIT_CORE, 0)?;
        set(libc::RLIMIT_NOFILE, 16)
    }
}

#[cfg(target_env = "gnu")]
type Resource = libc::__rlimit_resource_t;
#[cfg(not(target_env = "gnu"))]
type Resource = libc::c_int;

fn set(resource: Resource, most: u64) -> std::io::Result<()> {
    let limit = libc::rlimit { rlim_cur: most as libc::rlim_t, rlim_max: most as libc::rlim_t };
    // SAFETY: the structure lives for the call and is only read.
    match unsafe { libc::setrlimit(resource, &raw const limit) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    }
}
