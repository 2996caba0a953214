//! Threads for heavy work at a lower priority, so that requests are answered first.

use std::sync::OnceLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Lowers the priority of the calling thread by 10 steps; on Linux a thread has its own.
pub fn lower() {
    #[cfg(target_os = "linux")]
    // SAFETY: setpriority takes plain integers; who = 0 means the calling thread; a refusal only leaves the priority.
    unsafe {
        libc::setpriority(libc::PRIO_PROCESS, 0, 10);
    }
}

/// The pool in which fits run their parallel parts.
///
/// # Errors
/// When the system refuses threads.
pub fn pool() -> Result<&'static ThreadPool, String> {
    static POOL: OnceLock<Result<ThreadPool, String>> = OnceLock::new();
    POOL.get_or_init(|| {
        ThreadPoolBuilder::new()
            .thread_name(|at| format!("fit-{at}"))
            .start_handler(|_| lower())
            .build()
            .map_err(|e| e.to_string())
    })
    .as_ref()
    .map_err(Clone::clone)
}
